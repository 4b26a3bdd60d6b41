package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// How much the kill test does; SIGNPOST_KILLS, SIGNPOST_SEED and SIGNPOST_FAULTS in the environment change it.
const (
	killPeople   = 6
	killMessages = 40
	killsDefault = 4
	longFaults   = 8 // times as many messages and kills with SIGNPOST_FAULTS=long
	testToken    = "7000000001:kill-test-token"
)

// binary builds signpost once for all tests of this package.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "signpost-test")
	if err != nil {
		return "", err
	}
	return goBuild(filepath.Join(dir, "signpost"))
})

func goBuild(file string, flags ...string) (string, error) {
	out, err := exec.Command("go", append(append([]string{"build", "-o", file}, flags...), ".")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
}

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// A process is a running "signpost serve".
type process struct {
	t      *testing.T
	binary string // "" is the one that binary builds
	env    []string
	listen string
	log    *os.File
	cmd    *exec.Cmd
}

func newProcess(t *testing.T, env ...string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	listen := fmt.Sprintf("127.0.0.1:%d", storetest.FreePorts(t, 1)[0])
	env = append([]string{"PATH=" + os.Getenv("PATH"), "SIGNPOST_PROMPTS=" + os.Getenv("SIGNPOST_PROMPTS"), "SIGNPOST_LISTEN=" + listen}, env...)
	p := &process{t: t, env: env, listen: listen, log: log}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("log ends:\n%s", text[max(0, len(text)-4000):])
		}
		log.Close()
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	file := p.binary
	if file == "" {
		var err error
		if file, err = binary(); err != nil {
			p.t.Fatal(err)
		}
	}
	p.cmd = exec.Command(file, "serve")
	p.cmd.Env, p.cmd.Stderr = p.env, p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) ready() {
	p.t.Helper()
	storetest.Eventually(p.t, "the process is ready", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.listen+"/readyz", nil)
		if err != nil {
			return false
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// kill ends the process as SIGKILL does.
func (p *process) kill() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Kill()
	p.cmd.Wait()
	p.cmd = nil
}

// stop asks the process to end, and returns its exit code.
func (p *process) stop() int {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	cmd := p.cmd
	go func() {
		cmd.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		p.t.Error("it did not stop within 15 s")
		cmd.Process.Kill()
		<-done
	}
	p.cmd = nil
	return cmd.ProcessState.ExitCode()
}

func envInt(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestKill kills the process in traffic, over and over. Every person asks for "another way" again
// and again; the questions come round in a fixed order, so a message lost, taken twice or out of
// order shows.
func TestKill(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no SIGKILL")
	}
	stores := map[string]func(t *testing.T) []string{
		"redis": func(t *testing.T) []string {
			return []string{"REDIS_URL=" + storetest.StartRedis(t), "SIGNPOST_KEY=" + strings.Repeat("5a", 32)}
		},
		"embedded": func(t *testing.T) []string {
			return []string{"SIGNPOST_DATA=" + filepath.Join(t.TempDir(), "data", "signpost.db")}
		},
	}
	for name, env := range stores {
		for _, hook := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/webhook=%t", name, hook), func(t *testing.T) {
				t.Parallel()
				killTest(t, env(t), hook)
			})
		}
	}
}

func killTest(t *testing.T, env []string, hook bool) {
	seed := uint64(envInt("SIGNPOST_SEED", int(time.Now().UnixNano()&0xffffff)))
	t.Logf("SIGNPOST_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	messages, kills := killMessages, envInt("SIGNPOST_KILLS", killsDefault)
	if os.Getenv("SIGNPOST_FAULTS") == "long" {
		messages, kills = messages*longFaults, kills*longFaults
	}

	api := telegramtest.New(testToken)
	defer api.Close()
	api.RetryBase = 50 * time.Millisecond
	p := newProcess(t, append(env, "TELEGRAM_BOT_TOKEN="+testToken, "TELEGRAM_API_URL="+api.URL, "TELEGRAM_SEND_RATE=0")...)
	if hook {
		api.CallAt("http://" + p.listen + "/telegram")
		p.env = append(p.env, "TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram", "TELEGRAM_WEBHOOK_SECRET=hush-hush")
	}
	p.start()
	p.ready()

	var talking sync.WaitGroup
	for person := range int64(killPeople) {
		pause := time.Duration(5+random.IntN(60)) * time.Millisecond
		talking.Go(func() {
			for _, line := range []string{"staff", "fire", "stop smoking"} {
				api.Text(100+person, line)
			}
			for range messages {
				api.Text(100+person, "another way")
				time.Sleep(pause)
			}
		})
	}
	for range kills {
		time.Sleep(time.Duration(100+random.IntN(500)) * time.Millisecond)
		p.kill()
		p.start()
		p.ready()
	}
	talking.Wait()

	repeats, began := 0, time.Now()
	deadline := began.Add(20 * time.Second) // what is owed must be said by then
	for person := range int64(killPeople) {
		chat := 100 + person
		want := 3 + messages
		var got []string
		var twice int
		api.Wait(time.Until(deadline), func() bool {
			got, twice = questions(api, chat)
			return len(got) >= want
		})
		repeats += twice
		if len(got) != want {
			t.Errorf("person %d: %d answers to %d messages", chat, len(got), want)
			continue
		}
		cycle := got[2:5]
		for i, q := range got[2:] {
			if q != cycle[i%3] {
				t.Errorf("person %d: answer %d is %q, not %q", chat, i, q, cycle[i%3])
				break
			}
		}
	}
	t.Logf("%d messages; all answered %s after the last; %d answers seen twice, %d kills",
		killPeople*(3+messages), time.Since(began).Round(time.Millisecond), repeats, kills)
	if repeats > killPeople*kills { // the one of each person that was under way
		t.Errorf("%d answers were seen twice", repeats)
	}
	if t.Failed() {
		codes := map[int]int{}
		for _, c := range api.Calls("sendMessage") {
			codes[c.Code]++
		}
		t.Logf("answers to sendMessage by code: %v", codes)
	}
	if faults := api.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
	secrets, _ := os.ReadFile(p.log.Name())
	for _, secret := range []string{"kill-test-token", "hush-hush", "another way", strings.Repeat("5a", 32)} {
		if strings.Contains(string(secrets), secret) {
			t.Errorf("%q stands in the log", secret)
		}
	}
}

// questions returns what a person was told, without answers that were sent twice in a row.
func questions(api *telegramtest.Server, chat int64) (list []string, repeats int) {
	last := ""
	for _, m := range api.Messages(chat) {
		if m.Text == last {
			repeats++
			continue
		}
		last = m.Text
		list = append(list, m.Text)
	}
	return list, repeats
}
