package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func to(at address) bots.Address { return at.encode() }

func say(text string) conversation.Reply {
	return conversation.Reply{Blocks: []conversation.Block{{Style: conversation.Text, Text: text}}}
}

// refuseOnce refuses the first n calls of a method.
func refuseOnce(r *rig, method string, n int, with telegramtest.Refusal) {
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Method == method && n > 0 {
			n--
			return &with
		}
		return nil
	}
}

func TestSendErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		refusal telegramtest.Refusal
		gone    bool
		after   time.Duration
	}{
		"blocked":     {telegramtest.Refusal{Code: 403, Description: "Forbidden: bot was blocked by the user"}, true, 0},
		"deactivated": {telegramtest.Refusal{Code: 403, Description: "Forbidden: user is deactivated"}, true, 0},
		"no chat":     {telegramtest.Refusal{Code: 400, Description: "Bad Request: chat not found"}, true, 0},
		"flood":       {telegramtest.Refusal{Code: 429, Description: "Too Many Requests: retry after 18053", RetryAfter: 18053}, false, 18053 * time.Second},
		"broken":      {telegramtest.Refusal{Code: 500, Description: "Internal Server Error"}, false, 0},
		"revoked":     {telegramtest.Refusal{Code: 401, Description: "Unauthorized"}, false, 0},
	} {
		r := newRig(t, nil)
		r.Start(person)
		refuseOnce(r, "sendMessage", 1, tc.refusal)
		err := r.make().Send(t.Context(), to(address{Chat: person}), say("Hello."))
		var retry *bots.RetryError
		errors.As(err, &retry)
		if err == nil || errors.Is(err, bots.ErrGone) != tc.gone || (retry != nil) != (tc.after > 0) || retry != nil && retry.After != tc.after {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPauseHoldsOneChatThenAll(t *testing.T) {
	r := newRig(t, nil)
	r.Start(1)
	r.Start(2)
	r.Start(3)
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Chat() == 1 || c.Chat() == 2 {
			return &telegramtest.Refusal{Code: 429, Description: "Too Many Requests", RetryAfter: 7200}
		}
		return nil
	}
	a := r.make()
	send := func(chat int64) error { return a.Send(t.Context(), to(address{Chat: chat}), say("x")) }
	for range 2 {
		if send(1) == nil {
			t.Error("sent in a pause")
		}
	}
	if n := len(r.Calls("sendMessage")); n != 1 {
		t.Errorf("%d calls, the pause was not obeyed", n)
	}
	if err := send(3); err != nil {
		t.Errorf("another chat: %v", err)
	}
	if send(2) == nil {
		t.Error("sent in a pause")
	}
	var retry *bots.RetryError
	if err := send(3); !errors.As(err, &retry) || retry.After < 7190*time.Second {
		t.Errorf("after two chats were refused: %v", err)
	}
}

// TestPauseHoldsThoseWhoWait asks for a pause while messages wait for their place.
func TestPauseHoldsThoseWhoWait(t *testing.T) {
	r := newRig(t, nil)
	r.Start(1)
	a := r.make()
	a.limit.Every, a.limit.Burst = 300*time.Millisecond, 0
	if err := a.Send(t.Context(), to(address{Chat: 1}), say("x")); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { a.pauses.hold(1, time.Hour, time.Now()) })
	var retry *bots.RetryError
	if err := a.Send(t.Context(), to(address{Chat: 1}), say("y")); !errors.As(err, &retry) || retry.After < time.Minute {
		t.Errorf("sent in a pause: %v", err)
	}
	if n := len(r.Calls("sendMessage")); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestSentPlainerWhenRefused(t *testing.T) {
	r := newRig(t, nil)
	r.Start(person)
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		switch {
		case c.Params["parse_mode"] != nil:
			return &telegramtest.Refusal{Code: 400, Description: "Bad Request: can't parse entities: Unsupported start tag"}
		case c.Params["reply_markup"] != nil:
			return &telegramtest.Refusal{Code: 400, Description: "Bad Request: BUTTON_DATA_INVALID"}
		}
		return nil
	}
	reply := say("a < b & c")
	reply.Options = []conversation.Choice{{ID: ".menu", Label: "Menu"}}
	if err := r.make().Send(t.Context(), to(address{Chat: person, Thread: 9}), reply); err != nil {
		t.Fatal(err)
	}
	if m := r.Messages(person); len(m) != 1 || m[0].Text != "a < b & c" {
		t.Errorf("sent %+v", m)
	}
}

func TestGroupThatMoved(t *testing.T) {
	r := newRig(t, nil)
	r.SayIn(group, person, nil)
	r.SayIn(group-1, person, nil)
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Chat() == group {
			return &telegramtest.Refusal{Code: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: group - 1}
		}
		return nil
	}
	if err := r.make().Send(t.Context(), to(address{Chat: group, Reply: 1}), say("Hello.")); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Messages(group - 1)); n != 1 {
		t.Errorf("%d messages in the new group", n)
	}
}

func TestLongReplyIsParted(t *testing.T) {
	r := newRig(t, nil)
	r.Start(person)
	var reply conversation.Reply
	for i := range 30 {
		reply.Blocks = append(reply.Blocks, conversation.Block{Style: conversation.Aloud, Label: "Say:", Text: strings.Repeat(fmt.Sprint(i, " wörd & 😀 "), 30)})
	}
	reply.Blocks = append(reply.Blocks, conversation.Block{Text: strings.Repeat("😀", 3000)})
	reply.Options = []conversation.Choice{{ID: ".menu", Label: "Menu"}}
	if err := r.make().Send(t.Context(), to(address{Chat: person}), reply); err != nil {
		t.Fatal(err)
	}
	list := r.Messages(person)
	var all string
	for i, m := range list {
		all += m.Text
		if (len(m.Rows) > 0) != (i == len(list)-1) {
			t.Errorf("message %d of %d has buttons %q", i+1, len(list), labels(m))
		}
	}
	if len(list) < 3 || !sameWords(all, strings.Join(reply.Lines(), "\n")) {
		t.Errorf("%d messages, or words were lost", len(list))
	}
}

// sameWords compares what is visible, without spaces.
func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), "") == strings.Join(strings.Fields(b), "")
}

func TestPressesDoneAgain(t *testing.T) {
	r := newRig(t, nil)
	a := r.make()
	reply := say("Which?")
	reply.Options = []conversation.Choice{{ID: "r:smoking:start:yes", Label: "Yes"}}
	if err := a.Send(t.Context(), to(address{Chat: person}), reply); !errors.Is(err, bots.ErrGone) {
		t.Errorf("to a chat that is not there: %v", err)
	}
	r.Start(person)
	if err := a.Send(t.Context(), to(address{Chat: person}), reply); err != nil {
		t.Fatal(err)
	}
	_, query := r.Press(person, 1, "Yes")
	at := address{Chat: person, Query: query, Old: &oldMessage{ID: 1, Text: "Which?", Label: "Yes"}}
	for range 2 { // as after a crash before the reply was marked as sent
		if err := a.Send(t.Context(), to(at), say("Next.")); err != nil {
			t.Fatal(err)
		}
	}
	if m := r.Messages(person); m[0].Text != "Which?\n\nYou chose: Yes" || r.Answers(query) != 1 {
		t.Errorf("old message %q, %d answers", m[0].Text, r.Answers(query))
	}
	at.Query, at.Old.ID = "expired", 999 // deleted by the person
	if err := a.Send(t.Context(), to(at), say("Next.")); err != nil {
		t.Errorf("to an old press: %v", err)
	}
}

func TestSendWaitsItsTurn(t *testing.T) {
	r := newRig(t, map[string]string{"TELEGRAM_SEND_RATE": "25"})
	r.Start(1)
	r.Start(2)
	a := r.make()
	began := time.Now()
	for range 2 {
		for _, chat := range []int64{1, 2} {
			if err := a.Send(t.Context(), to(address{Chat: chat}), say("x")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if took := time.Since(began); took < perChat || took > 2*perChat {
		t.Errorf("two messages each to two chats took %s", took)
	}
}

func TestTokenIsNeverShown(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"line break": {"TELEGRAM_BOT_TOKEN": token + "\n/getMe"},
		"no colon":   {"TELEGRAM_BOT_TOKEN": "unspeakable"},
		"no server":  {"TELEGRAM_API_URL": "http://127.0.0.1:1"},
		"no address": {"TELEGRAM_API_URL": "unspeakable"},
		"hook alone": {"TELEGRAM_WEBHOOK_URL": "https://bot.example/unspeakable"},
		"key alone":  {"TELEGRAM_WEBHOOK_SECRET": secret},
		"bad key":    {"TELEGRAM_WEBHOOK_SECRET": secret + "\n", "TELEGRAM_WEBHOOK_URL": "https://bot.example/unspeakable"},
		"bad rate":   {"TELEGRAM_SEND_RATE": "fast"},
	} {
		r := newRig(t, env)
		a, err := FromEnv(r.settings())
		if err == nil {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err = a.Send(ctx, to(address{Chat: 1}), say("x"))
			cancel()
		}
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, s := range []string{token, secret, "unspeakable", "TEST_token"} {
			if strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q stands in %q", name, s, err)
			}
		}
	}
	if a, err := FromEnv(bots.Settings{Secret: func(string) (string, error) { return "", nil }}); a != nil || err != nil {
		t.Errorf("without a token: %v, %v", a, err)
	}
}

// TestOddAnswers proves that what a proxy says in Telegram's place is an error, and is not shown.
func TestOddAnswers(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"page":     func(w http.ResponseWriter) { w.WriteHeader(502); fmt.Fprint(w, "<html>unspeakable "+token) },
		"redirect": func(w http.ResponseWriter) { w.Header().Set("Location", "/"+token); w.WriteHeader(302) },
		"ok page":  func(w http.ResponseWriter) { fmt.Fprint(w, "<html>unspeakable") },
		"not ok":   func(w http.ResponseWriter) { fmt.Fprint(w, `{"ok":false}`) },
		"echo":     func(w http.ResponseWriter) { fmt.Fprint(w, `{"ok":false,"error_code":500,"description":"`+token+`"}`) },
	} {
		r := newRig(t, nil)
		routes := map[string]http.Handler{"/bot" + token + "/sendMessage": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) })}
		r.env["TELEGRAM_API_URL"] = r.hook.URL
		a := r.make()
		r.routes.Store(&routes)
		err := a.Send(t.Context(), to(address{Chat: 1}), say("x"))
		if err == nil || errors.Is(err, bots.ErrGone) || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "unspeakable") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddressIsKept(t *testing.T) {
	at := address{Chat: -1, Thread: 2, Reply: 3, Query: "q", Near: true, Old: &oldMessage{ID: 4, Text: "t", Label: "l", Keep: [][]button{{{Text: "c"}}}}}
	var again address
	if err := json.Unmarshal(at.encode(), &again); err != nil || string(again.encode()) != string(at.encode()) {
		t.Errorf("%s, %v", again.encode(), err)
	}
}
