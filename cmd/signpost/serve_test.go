package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

const (
	hookSecret = "hush-hush"
	soon       = 15 * time.Second
)

// A front is a running process with both platforms, called over HTTP.
type front struct {
	*process
	telegram *telegramtest.Server
	slack    *slacktest.Slack
}

// newFront sets a process up, with a store given by its settings, or the embedded one. It is not started.
func newFront(t *testing.T, store ...string) *front {
	t.Helper()
	if len(store) == 0 {
		store = []string{"SIGNPOST_DATA=" + filepath.Join(t.TempDir(), "signpost.db")}
	}
	f := &front{process: newProcess(t, store...), slack: slacktest.New()}
	f.telegram = telegramtest.New(testToken, func(s *telegramtest.Server) {
		s.HookTo, s.RetryBase = "http://"+f.listen+"/telegram", 50*time.Millisecond
	})
	t.Cleanup(f.telegram.Close)
	t.Cleanup(f.slack.Close)
	f.slack.Target, f.slack.Minute = "http://"+f.listen, 300*time.Millisecond
	f.env = append(f.env,
		"TELEGRAM_BOT_TOKEN="+testToken, "TELEGRAM_API_URL="+f.telegram.URL, "TELEGRAM_SEND_RATE=0",
		"TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram", "TELEGRAM_WEBHOOK_SECRET="+hookSecret,
		"SLACK_BOT_TOKEN="+f.slack.BotToken, "SLACK_SIGNING_SECRET="+f.slack.SigningSecret, "SLACK_API_URL="+f.slack.API())
	t.Cleanup(func() {
		if faults := f.telegram.Faults(); len(faults) > 0 {
			t.Errorf("Telegram finds fault: %q", faults)
		}
		if problems := f.slack.Problems(); len(problems) > 0 {
			t.Errorf("Slack finds fault: %q", problems)
		}
	})
	return f
}

// call sends a request and returns the status of its answer, and its body.
func (f *front) call(method, path string, header http.Header, body string) (int, string) {
	f.t.Helper()
	r, err := http.NewRequest(method, "http://"+f.listen+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header = header
	resp, err := (&http.Client{Timeout: soon}).Do(r)
	if err != nil {
		f.t.Errorf("%s %s: %v", method, path, err)
		return 0, ""
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Errorf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, string(answer)
}

// update posts an update as Telegram does.
func (f *front) update(body string) int {
	f.t.Helper()
	status, answer := f.call(http.MethodPost, "/telegram", http.Header{"X-Telegram-Bot-Api-Secret-Token": {hookSecret}, "Content-Type": {"application/json"}}, body)
	if status/100 == 2 && answer != "" {
		f.t.Errorf("a body that Telegram may obey: %q", answer)
	}
	return status
}

// signed posts a request as Slack does.
func (f *front) signed(path, body string) (int, string) {
	f.t.Helper()
	header := f.slack.Sign([]byte(body), time.Now())
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	if path == "/slack/events" {
		header.Set("Content-Type", "application/json")
	}
	return f.call(http.MethodPost, path, header, body)
}

// terminate asks the process to end, as a service manager does, and returns its exit code and how
// long it took.
func (p *process) terminate() (code int, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	late := time.AfterFunc(soon, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	p.cmd.Wait()
	code, p.cmd = p.cmd.ProcessState.ExitCode(), nil
	return code, time.Since(began)
}

// status returns the status of a GET, 0 if there is no answer.
func (p *process) status(path string) int {
	resp, err := (&http.Client{Timeout: 5 * time.Second}).Get("http://" + p.listen + path)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// within fails the test unless something comes true in time.
func within(t *testing.T, limit time.Duration, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !isTrue(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: %s", limit, what)
		}
	}
}
