package telegram

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const hookPath = "/tg/in"

func hookRig(t *testing.T) *rig {
	r := newRig(t, map[string]string{"TELEGRAM_WEBHOOK_URL": "https://bot.example" + hookPath, "TELEGRAM_WEBHOOK_SECRET": secret})
	r.HookTo = r.hook.URL + hookPath
	r.RetryBase = 50 * time.Millisecond
	return r
}

func TestWebhookIsSet(t *testing.T) {
	r := hookRig(t)
	failures := 2
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Method == "setWebhook" && failures > 0 {
			failures--
			return &telegramtest.Refusal{Code: 502, Description: "Bad Gateway"}
		}
		return nil
	}
	r.start()
	r.Text(person, "/start")
	r.said(person, 1)
	calls := r.Calls("setWebhook")
	p := calls[len(calls)-1].Params
	if len(calls) != 3 || p["secret_token"] != secret || p["url"] != "https://bot.example"+hookPath || p["max_connections"] != float64(40) ||
		p["drop_pending_updates"] == true || fmt.Sprint(p["allowed_updates"]) != fmt.Sprint(allowed) {
		t.Errorf("%d calls, the last with %v", len(calls), p)
	}
	r.settled()
	if len(r.Calls("getUpdates")) != 0 {
		t.Error("polled beside the webhook")
	}
}

func TestWebhookRefusals(t *testing.T) {
	r := hookRig(t)
	r.make()
	post := func(method, key, body string) int {
		t.Helper()
		req, _ := http.NewRequestWithContext(t.Context(), method, r.HookTo, strings.NewReader(body))
		req.Header.Set(secretHeader, key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if b, _ := io.ReadAll(resp.Body); len(b) > 0 {
			t.Errorf("%s with %.20q: body %q", method, body, b)
		}
		return resp.StatusCode
	}
	if code := post("POST", secret, `{"update_id":1}`); code != 503 {
		t.Errorf("before Receive runs: %d", code)
	}
	r.start()
	for name, tc := range map[string]struct {
		method, key, body string
		want              int
	}{
		"get":          {"GET", secret, "", 405},
		"wrong secret": {"POST", "x", `{"update_id":1}`, 401},
		"no secret":    {"POST", "", `{"update_id":1}`, 401},
		"too large":    {"POST", secret, strings.Repeat(" ", maxUpdate+1), 413},
		"no JSON":      {"POST", secret, `{`, 200},
		"empty":        {"POST", secret, ``, 200},
		"no id":        {"POST", secret, `{"message":{}}`, 200},
		"wrong types":  {"POST", secret, `{"update_id":1,"message":[]}`, 200},
		"unknown kind": {"POST", secret, `{"update_id":1,"novelty":{}}`, 200},
		"array":        {"POST", secret, `[]`, 200},
	} {
		r.Wait(soon, func() bool {
			r.adapter.hook.mu.RLock()
			defer r.adapter.hook.mu.RUnlock()
			return r.adapter.hook.deliver != nil
		})
		if code := post(tc.method, tc.key, tc.body); code != tc.want {
			t.Errorf("%s: %d, want %d", name, code, tc.want)
		}
	}
}

func TestWebhookSendsAgainUntilCommitted(t *testing.T) {
	r := hookRig(t)
	r.know(fmt.Sprint(person), conversation.Session{Voice: conversation.Resident, Area: "barton"})
	r.Start(person)
	r.start()
	r.Wait(soon, func() bool { return len(r.Calls("setWebhook")) == 1 && r.adapter.me.Load() != nil })
	r.store.hang.Store(true)
	began := time.Now()
	req, _ := http.NewRequestWithContext(t.Context(), "POST", r.HookTo,
		strings.NewReader(`{"update_id":77,"message":{"message_id":1,"date":5,"chat":{"id":501,"type":"private"},"text":"/menu"}}`))
	req.Header.Set(secretHeader, secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode/100 != 5 || time.Since(began) > 3*time.Second {
		t.Errorf("with the store away: %v, %v after %s", resp, err, time.Since(began))
	}
	r.store.hang.Store(false)
	r.store.down.Store(true)
	for range 4 {
		r.Text(person, "/menu")
	}
	time.Sleep(200 * time.Millisecond)
	if n := r.Pending(); n != 4 {
		t.Errorf("%d pending while the store is down, want 4", n)
	}
	r.store.down.Store(false)
	r.settled()
	if n := len(r.said(person, 5)); n != 5 { // one apology, and four answers
		t.Errorf("%d messages", n)
	}
}

func TestWebhookWaitsForOurName(t *testing.T) {
	r := hookRig(t)
	failures := 3
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Method == "getMe" && failures > 0 {
			failures--
			return &telegramtest.Refusal{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	}
	r.start()
	r.SayIn(group, person, map[string]any{"text": "@" + telegramtest.Username + " food bank barton"})
	if m := r.said(group, 1)[0]; !strings.Contains(m.Text, "Barton food bank") {
		t.Errorf("answer in a group: %q", m.Text)
	}
}
