//go:build unix

package main

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

// rollingContent restarts two processes one after the other with content in which a node has
// another name and another node is gone, with people standing at both.
func rollingContent(f *faults) {
	before, after := f.export(), f.export()
	f.edit(filepath.Join(after, "topics", "smoking.yaml"),
		"to: ready,", "to: set-a-day,",
		"\n  ready:\n", "\n  set-a-day:\n    was: [ready]\n",
		"-> ready\n", "-> set-a-day\n",
		"      - They'd try something small -> small-step\n", "",
	)
	f.drop(filepath.Join(after, "topics", "smoking.yaml"), "  small-step:\n", "  safer:\n")
	balance := f.balance()
	env := f.onRedis()
	for range 2 {
		p := f.hooked(append(env, "SIGNPOST_PROMPTS="+before))
		balance(p)
	}
	const renamed, removed, standing = firstPerson + 20, firstPerson + 21, firstPerson + 22
	var here, gone string
	for _, line := range []string{"staff", "library", "stop smoking", "They want to stop"} {
		here = f.say(renamed, line)
	}
	for _, line := range []string{"staff", "library", "stop smoking", "They are not sure", "They'd try something small"} {
		gone = f.say(removed, line)
		f.say(standing, line)
	}
	f.talk()
	for _, p := range f.running {
		time.Sleep(300 * time.Millisecond)
		f.terminate(p)
		p.env = append(p.env, "SIGNPOST_PROMPTS="+after)
		p.start()
		p.ready()
	}
	where := func(got string) bool { // the people to point to, or what must be asked first
		return strings.Contains(got, "Shall I write the number down") || strings.HasPrefix(got, "Which area?")
	}
	if got := f.say(renamed, "show where to point them"); !where(got) {
		f.Errorf("words for the renamed node lead to %q", got)
	}
	if got := f.press(renamed, f.find(renamed, here).ID, "Show where to point them"); !where(got) {
		f.Errorf("a button of the renamed node leads to %q", got)
	}
	script, err := (&source{}).load()
	if err != nil {
		f.Fatal(err)
	}
	told := func(got string) bool {
		p := script.Phrases
		return strings.Contains(got, p.MovedOn) || strings.Contains(got, p.Returned) || strings.Contains(got, p.Changed)
	}
	if got := f.press(removed, f.find(removed, gone).ID, "Enough for today"); !told(got) {
		f.Errorf("a button of the node that is gone leads to %q", got)
	}
	if got := f.say(standing, "carry on"); !told(got) {
		f.Errorf("standing at the node that is gone leads to %q", got)
	}
	f.settle(20 * time.Second)
}

// export writes the content built in to a folder of its own.
func (f *faults) export() string {
	f.Helper()
	file, err := binary()
	if err != nil {
		f.Fatal(err)
	}
	dir := filepath.Join(f.TempDir(), "prompts")
	if out, err := exec.Command(file, "export", dir).CombinedOutput(); err != nil {
		f.Fatalf("export: %v\n%s", err, out)
	}
	return dir
}

// edit replaces texts of a file, each by the one after it.
func (f *faults) edit(file string, oldnew ...string) {
	f.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(string(text), oldnew[i]) {
			f.Fatalf("%s has no %q", file, oldnew[i])
		}
	}
	if err := os.WriteFile(file, []byte(strings.NewReplacer(oldnew...).Replace(string(text))), 0o600); err != nil {
		f.Fatal(err)
	}
}

// drop takes a part out of a file: what begins with from, until to.
func (f *faults) drop(file, from, to string) {
	f.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), from)
	_, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		f.Fatalf("%s has no part from %q to %q", file, from, to)
	}
	if err := os.WriteFile(file, []byte(head+to+tail), 0o600); err != nil {
		f.Fatal(err)
	}
}

// balance has Telegram call each of the processes it is given at random.
func (f *faults) balance() (add func(*process)) {
	random := rand.New(rand.NewPCG(f.random.Uint64(), 3))
	var mu sync.Mutex
	var targets []string
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		to := targets[random.IntN(len(targets))]
		mu.Unlock()
		w.WriteHeader(handIn(to, body))
	}))
	f.Cleanup(between.Close)
	f.callAt(between.URL)
	return func(p *process) {
		mu.Lock()
		defer mu.Unlock()
		targets = append(targets, "http://"+p.listen+"/telegram")
	}
}

// say has a person write, and returns what they hear back.
func (f *faults) say(chat int64, line string) string {
	f.Helper()
	before := len(f.api.Messages(chat))
	f.api.Text(chat, line)
	return f.next(chat, before)
}

// press has a person press a button, and returns what they hear back.
func (f *faults) press(chat int64, message int, button string) string {
	f.Helper()
	before := len(f.api.Messages(chat))
	if id, _ := f.api.Press(chat, message, button); id == 0 {
		f.Fatalf("there is no button %q", button)
	}
	return f.next(chat, before)
}

// find returns the message of the bot that says a text.
func (f *faults) find(chat int64, text string) telegramtest.Message {
	f.Helper()
	for _, m := range f.api.Messages(chat) {
		if m.Text == text {
			return m
		}
	}
	f.Fatalf("nobody was told %q", text)
	return telegramtest.Message{}
}

func (f *faults) next(chat int64, before int) string {
	f.Helper()
	if !f.api.Wait(15*time.Second, func() bool { return len(f.api.Messages(chat)) > before }) {
		f.Fatal("no answer")
	}
	list := f.api.Messages(chat)
	return list[len(list)-1].Text
}
