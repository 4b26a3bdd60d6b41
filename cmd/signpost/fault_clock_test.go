//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// jumping is the program with a file more: it takes from CLOCK_FILE by how many seconds the clock of
// the wall is wrong. Timers and waits go by the other clock, which never jumps.
const jumping = `package main

import ("os"; "strconv"; "strings"; "sync/atomic"; "time")

func init() {
	go func() {
		for ; ; time.Sleep(10 * time.Millisecond) {
			text, _ := os.ReadFile(os.Getenv("CLOCK_FILE"))
			n, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
			atomic.StoreInt64(&time.Jump, n)
		}
	}()
}
`

// jumpy builds signpost with a clock that jumps, which changes package time in the build alone, and
// returns the file. A clock that is shared with the machine can't be set, and what other programs are
// fooled with does not reach a Go program.
var jumpy = sync.OnceValues(func() (string, error) {
	built, err := binary()
	if err != nil {
		return "", err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	clock := filepath.Join(strings.TrimSpace(string(root)), "src", "time", "time.go")
	source, err := os.ReadFile(clock)
	if err != nil {
		return "", err
	}
	const now = "sec, nsec, mono := runtimeNow()\n"
	text := strings.Replace(string(source), now, now+"\tsec += atomic.LoadInt64(&Jump)\n", 1)
	text = strings.Replace(text, "import (", "import \"sync/atomic\"\nimport (", 1) + "\nvar Jump int64\n"
	dir := filepath.Dir(built)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		clock: filepath.Join(dir, "time.go"), filepath.Join(here, "jump.go"): filepath.Join(dir, "jump.go"),
	}})
	if err != nil {
		return "", err
	}
	for name, text := range map[string]string{"time.go": text, "jump.go": jumping, "overlay.json": string(overlay)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return goBuild(filepath.Join(dir, "jumpy"), "-overlay", filepath.Join(dir, "overlay.json"))
})

// clockJumps sets the clock forward and back by hours in traffic, which nobody may notice. Then by
// years: a place may be forgotten by that, but each message still has its answer.
func clockJumps(f *faults, env []string) {
	file, err := jumpy()
	if err != nil {
		f.Fatal(err)
	}
	at := filepath.Join(f.TempDir(), "clock")
	set := func(by time.Duration) {
		if err := os.WriteFile(at+".new", []byte(strconv.Itoa(int(by/time.Second))), 0o600); err != nil {
			f.Fatal(err)
		}
		if err := os.Rename(at+".new", at); err != nil {
			f.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	set(0)
	f.binary = file
	p := f.anyWay(append(env, "CLOCK_FILE="+at))
	f.talk()
	for range 8 {
		set(f.upTo(23*time.Hour) - 11*time.Hour)
		time.Sleep(f.upTo(600 * time.Millisecond))
	}
	f.settle(20 * time.Second)
	const day = 24 * time.Hour
	for _, by := range []time.Duration{100 * day, -9000 * day, 0, 20_000 * day, -30 * day, 0} {
		set(by)
		for person := range int64(faultPeople) {
			f.say(firstPerson+person, "menu")
		}
		if body, code := f.get(p, "/readyz"); code != 200 {
			f.Errorf("readyz with the clock wrong by %s: %d %s", by, code, body)
		}
	}
	if year := p.logged(f); !strings.Contains(year, "time=2001-") && !strings.Contains(year, "time=2002-") {
		f.Error("the log does not show that the clock was wrong")
	}
	for person := range int64(faultPeople) {
		if n, want := len(f.api.Messages(firstPerson+person)), 3+f.messages+6; n < want {
			f.Errorf("person %d: %d answers to %d messages", person, n, want)
		}
	}
	f.terminate(p)
	f.clean(p)
}
