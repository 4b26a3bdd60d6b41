package telegram

import (
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

func TestTokenRefused(t *testing.T) {
	for _, method := range []string{"getMe", "getUpdates"} {
		r := newRig(t, nil)
		r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
			if c.Method == method {
				return &telegramtest.Refusal{Code: 401, Description: "Unauthorized"}
			}
			return nil
		}
		err := r.make().Receive(t.Context(), nil)
		if err == nil || !strings.Contains(err.Error(), "token") || strings.Contains(err.Error(), token) {
			t.Errorf("%s refused: %v", method, err)
		}
	}
}

func TestPollingWaitsAsAsked(t *testing.T) {
	r := newRig(t, nil)
	refusals := []*telegramtest.Refusal{{Code: 429, Description: "Too Many Requests: retry after 1", RetryAfter: 1}, nil}
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Method != "getUpdates" || len(refusals) == 0 {
			return nil
		}
		first := refusals[0]
		refusals = refusals[1:]
		return first
	}
	r.start()
	r.Text(person, "/start")
	r.said(person, 1)
	calls := r.Calls("getUpdates")
	if gap := calls[1].At.Sub(calls[0].At); gap < time.Second {
		t.Errorf("asked again after %s, told to wait 1 s", gap)
	}
}

func TestAnotherCopyPolls(t *testing.T) {
	r := newRig(t, nil)
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Method == "getUpdates" {
			return &telegramtest.Refusal{Code: 409, Description: "Conflict: terminated by other getUpdates request"}
		}
		return nil
	}
	r.start()
	if !r.Wait(soon, func() bool { return strings.Contains(r.logs.String(), "another copy is polling") }) {
		t.Errorf("logs do not tell of another copy:\n%s", r.logs)
	}
	time.Sleep(300 * time.Millisecond)
	if n := len(r.Calls("getUpdates")); n != 1 {
		t.Errorf("asked %d times within the pause", n)
	}
}

func TestCommandsAreSet(t *testing.T) {
	r := newRig(t, nil).start()
	if !r.Wait(soon, func() bool { return len(r.Calls("setMyDescription")) == 1 }) {
		t.Fatal("description not set")
	}
	commands := r.Commands()
	for _, key := range []string{`{"type":"all_private_chats"} `, `{"type":"all_private_chats"} en`, `{"type":"all_group_chats"} `} {
		if !strings.Contains(commands[key], `"find"`) {
			t.Errorf("commands for %q: %q, all %q", key, commands[key], commands)
		}
	}
	r.stop()
	r.start()
	r.Wait(soon, func() bool { return len(r.Calls("getMyDescription")) == 2 })
	if n := len(r.Calls("setMyName")); n != 1 {
		t.Errorf("name set %d times", n)
	}
}
