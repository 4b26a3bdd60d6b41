//go:build unix

package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

const (
	faultPeople   = 5
	faultMessages = 24
	faultsAtOnce  = 6          // scenarios; most of their time they wait
	firstPerson   = 7712340001 // ids that are found nowhere by chance
	faultSecret   = "hush-hush-webhook"
	again         = "next question" // which comes round in a fixed order, and alone sounds of no danger
)

// faultKey is SIGNPOST_KEY.
var faultKey = strings.Repeat("5a", 32)

// opening is how everybody gets to a question that can be asked in other ways.
var opening = []string{"staff", "library", "stop smoking"}

// faults is the world of one scenario: Telegram with people who talk.
type faults struct {
	*testing.T
	api      *telegramtest.Server
	random   *rand.Rand // for the goroutine of the test
	sorry    string     // what people are told while the store is away, on top of their answers
	messages int        // how often each person asks again
	paused   time.Duration
	talking  sync.WaitGroup
	running  []*process
	binary   string // what to run, if not the usual
	slow     bool   // send no faster than Telegram asks
	called   string // the address that Telegram calls
}

// callAt has Telegram call an address, unless it calls one already.
func (f *faults) callAt(address string) {
	if f.called == "" {
		f.called = address
		f.api.CallAt(address)
	}
}

func newFaults(t *testing.T) *faults {
	t.Helper()
	seed := uint64(envInt("SIGNPOST_SEED", int(time.Now().UnixNano()&0xffffff)))
	t.Logf("SIGNPOST_SEED=%d", seed)
	script, err := (&source{}).load()
	if err != nil {
		t.Fatal(err)
	}
	token := fmt.Sprintf("%s-%x", testToken, rand.Uint64()) // no process of another test that finds our port is let in
	f := &faults{
		T: t, api: telegramtest.New(token), random: rand.New(rand.NewPCG(seed, 7)),
		sorry: script.Phrases.Sorry, messages: faultMessages, paused: 120 * time.Millisecond,
	}
	if os.Getenv("SIGNPOST_FAULTS") == "long" {
		f.messages *= longFaults
	}
	f.api.RetryBase = 50 * time.Millisecond
	t.Cleanup(f.api.Close)
	return f
}

// onRedis returns the settings for a Redis that a fault does not touch.
func (f *faults) onRedis() []string { return redisAt(storetest.StartRedis(f)) }

func redisAt(url string) []string { return []string{"REDIS_URL=" + url, "SIGNPOST_KEY=" + faultKey} }

// onFile returns the settings for the embedded store.
func (f *faults) onFile() []string {
	return []string{"SIGNPOST_DATA=" + filepath.Join(f.TempDir(), "signpost.db")}
}

// process makes a process that polls, and starts it.
func (f *faults) process(env []string) *process {
	f.Helper()
	return f.run(newProcess(f.T, append(slices.Clone(env), f.telegram()...)...))
}

// hooked makes a process that Telegram calls, and starts it.
func (f *faults) hooked(env []string) *process {
	f.Helper()
	env = append(slices.Clone(env), "TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram", "TELEGRAM_WEBHOOK_SECRET="+faultSecret)
	p := newProcess(f.T, append(env, f.telegram()...)...)
	f.callAt("http://" + p.listen + "/telegram")
	return f.run(p)
}

// anyWay makes a process that polls or is called, as the seed says.
func (f *faults) anyWay(env []string) *process {
	f.Helper()
	if f.random.IntN(2) == 0 {
		f.Log("long polling")
		return f.process(env)
	}
	f.Log("webhook")
	return f.hooked(env)
}

func (f *faults) telegram() []string {
	env := []string{"TELEGRAM_BOT_TOKEN=" + f.api.Token, "TELEGRAM_API_URL=" + f.api.URL}
	if f.slow {
		return env
	}
	return append(env, "TELEGRAM_SEND_RATE=0")
}

func (f *faults) run(p *process) *process {
	f.Helper()
	p.binary = f.binary
	p.start()
	p.ready()
	f.running = append(f.running, p)
	return p
}

// talk has everybody begin to talk.
func (f *faults) talk() {
	for person := range int64(faultPeople) {
		pause := f.paused/2 + f.upTo(f.paused)
		f.talking.Go(func() {
			for _, line := range opening {
				f.api.Text(firstPerson+person, line)
			}
			for range f.messages {
				f.api.Text(firstPerson+person, again)
				time.Sleep(pause)
			}
		})
	}
}

// heard returns what a person was told, sifted.
func (f *faults) heard(chat int64) (list []string, repeats, sorries int) {
	var texts []string
	for _, m := range f.api.Messages(chat) {
		texts = append(texts, m.Text)
	}
	return f.sift(texts)
}

// sift leaves out answers sent twice in a row and apologies, which are counted.
func (f *faults) sift(texts []string) (list []string, repeats, sorries int) {
	last := ""
	for _, text := range texts {
		switch text {
		case f.sorry:
			sorries++
		case last:
			repeats++
		default:
			last = text
			list = append(list, text)
		}
	}
	return list, repeats, sorries
}

// settle waits until everybody has what they are owed, and checks that it is all, and in order. It
// returns how many answers were seen twice.
func (f *faults) settle(limit time.Duration) (repeats int) {
	f.Helper()
	f.talking.Wait()
	began, sorries := time.Now(), 0
	for person := range int64(faultPeople) {
		chat := firstPerson + person
		n, m := f.settled(chat, limit-time.Since(began))
		repeats, sorries = repeats+n, sorries+m
	}
	f.Logf("%d messages; all answered %s after the last; %d answers seen twice, %d apologies",
		faultPeople*(3+f.messages), time.Since(began).Round(time.Millisecond), repeats, sorries)
	if list := f.api.Faults(); len(list) > 0 {
		f.Errorf("what no good client does: %q", list)
	}
	for _, p := range f.running {
		f.clean(p)
	}
	return repeats
}

func (f *faults) settled(chat int64, limit time.Duration) (repeats, sorries int) {
	f.Helper()
	var got []string
	want := 3 + f.messages
	f.api.Wait(limit, func() bool {
		got, repeats, sorries = f.heard(chat)
		return len(got) >= want
	})
	if len(got) != want {
		f.Errorf("person %d: %d answers to %d messages", chat-firstPerson, len(got), want)
		return repeats, sorries
	}
	for i, q := range got[2:] {
		if want := got[2+i%3]; q != want {
			f.Errorf("person %d: answer %d is %.40q, not %.40q", chat-firstPerson, 2+i, q, want)
			break
		}
	}
	return repeats, sorries
}

// clean looks that a process wrote nothing down that it must not, nor any of more.
func (f *faults) clean(p *process, more ...string) {
	f.Helper()
	text := p.logged(f)
	f.lacks("the log", text, more...)
	for _, sign := range []string{"panic:", "DATA RACE", "goroutine 1 ["} {
		if strings.Contains(text, sign) {
			f.Errorf("%q stands in the log", sign)
		}
	}
}

// logged returns what a process has logged.
func (p *process) logged(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(p.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lacks checks that a text shows no secret, no word of a person and no id of theirs, nor any of more.
func (f *faults) lacks(where, text string, more ...string) {
	f.Helper()
	for _, secret := range append(more, testToken, "kill-test-token", faultSecret, faultKey, again, "zanzibar", fmt.Sprint(firstPerson)[:9]) {
		if at := strings.Index(text, secret); at >= 0 {
			f.Errorf("%q stands in %s: %q", secret, where, text[max(0, at-60):min(len(text), at+60)])
		}
	}
}

// get returns the body and status of a path of the listener.
func (f *faults) get(p *process, path string) (string, int) {
	f.Helper()
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get("http://" + p.listen + path)
	if err != nil {
		f.Errorf("%s: %v", path, err)
		return "", 0
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body), resp.StatusCode
}

// terminate ends a process as a service manager does, and checks that it went well, in time.
func (f *faults) terminate(p *process) {
	f.Helper()
	began := time.Now()
	p.cmd.Process.Signal(syscall.SIGTERM)
	if code := p.stop(); code != 0 {
		f.Errorf("exit code %d after SIGTERM", code)
	}
	f.Logf("stopped in %s", time.Since(began).Round(time.Millisecond))
}

// upTo returns a random time below a limit.
func (f *faults) upTo(limit time.Duration) time.Duration {
	return time.Duration(f.random.Int64N(int64(limit)))
}
