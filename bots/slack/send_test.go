package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

var hello = conversation.Reply{Blocks: []conversation.Block{{Style: conversation.Text, Text: "Hello."}}}

func TestErrors(t *testing.T) {
	b := newBench(t, false)
	to := address{Channel: slacktest.Direct(ann), User: ann}.encode()
	for _, tt := range []struct {
		fault slacktest.Fault
		gone  bool
		after time.Duration // 0 is no RetryError
	}{
		{slacktest.Fault{Status: 429, Header: map[string]string{"Retry-After": "7"}}, false, 7 * time.Second},
		{slacktest.Fault{Status: 429}, false, time.Second},
		{slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"user_not_found"}`}, true, 0},
		{slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"channel_not_found"}`}, true, 0},
		{slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"is_archived"}`}, true, 0},
		{slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"account_inactive"}`}, true, 0},
		{slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"token_revoked"}`}, false, tokenPause},
		{slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"internal_error"}`}, false, 0},
		{slacktest.Fault{Status: 200, Body: `{"ok":false}`}, false, 0},
		{slacktest.Fault{Status: 200, Body: `<html>`}, false, 0},
		{slacktest.Fault{Status: 503, Body: `<html>`}, false, 0},
	} {
		b.Break("chat.postMessage", tt.fault)
		err := b.adapter.Send(context.Background(), to, hello)
		b.adapter.retrying = retryTimes{}
		var retry *bots.RetryError
		if errors.As(err, &retry); err == nil || errors.Is(err, bots.ErrGone) != tt.gone || (retry != nil) != (tt.after > 0) || retry != nil && retry.After != tt.after {
			t.Errorf("%+v: %v", tt.fault, err)
		}
	}
	b.quiet(slacktest.Direct(ann), 0)
	if err := b.adapter.Send(context.Background(), []byte("{"), hello); !errors.Is(err, bots.ErrGone) {
		t.Errorf("an unreadable address: %v", err)
	}
}

// A 429 of one method holds back that method, for everybody, and nothing else.
func TestPausePerMethod(t *testing.T) {
	b := newBench(t, false)
	b.Break("chat.postMessage", slacktest.Fault{Status: 429, Header: map[string]string{"Retry-After": "3"}})
	b.must(b.Say(ann, "menu"))
	b.Until(time.Second, func() bool { return b.adapter.retrying.left("chat.postMessage") > 0 })
	began := time.Now()
	b.must(b.Say(bob, "menu"))
	b.must(b.OpenHome(bob))
	b.Until(time.Second, func() bool { return len(b.Views()) > 0 })
	if len(b.Views()) == 0 || len(b.Calls("chat.postMessage")) != 1 {
		t.Error("another method was held back, or this one was not")
	}
	b.answers(slacktest.Direct(ann), 1)
	b.answers(slacktest.Direct(bob), 1)
	if took := time.Since(began); took < 2800*time.Millisecond {
		t.Errorf("sent again after %s", took)
	}
}

func TestRefusedLayoutIsSentAsText(t *testing.T) {
	b := newBench(t, false)
	b.Break("chat.postMessage", slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"invalid_blocks"}`})
	b.must(b.Say(ann, "menu"))
	if m := b.last(slacktest.Direct(ann), 1); !strings.Contains(m.Text, "2. Library") || m.Blocks != nil {
		t.Errorf("sent %+v", m)
	}
}

func TestSecretsStayInside(t *testing.T) {
	b := newBench(t, false)
	dead := httptest.NewServer(nil)
	secretURL := dead.URL + "/commands/T1/SECRETURL"
	dead.Close()
	a := newAdapter(dead.URL+"/api/", "xoxb-SECRETBOT", "xapp-SECRETAPP", "SECRETSIGN", b.adapter.script, b.adapter.log)
	var all []string
	for _, to := range []address{{URL: secretURL, Until: 1 << 40, User: ann}, {URL: "http://bad url/SECRETURL", Until: 1 << 40, User: ann}, {User: ann}, {Channel: "D1", Old: &answered{TS: "1", Text: "SECRETOLD"}}, {Channel: "C1", User: ann, Public: true}} {
		if err := a.Send(context.Background(), to.encode(), hello); err == nil {
			t.Errorf("%+v was sent", to)
		} else {
			all = append(all, err.Error())
		}
	}
	b.Break("response_url", slacktest.Fault{Status: 500, Body: "SECRETBODY"}, slacktest.Fault{Status: 302, Header: map[string]string{"Location": "http://127.0.0.1:1/SECRETPLACE"}})
	b.must(b.Command(ann, channel, "SECRETWORD"))
	b.answers(channel, 1)
	b.must(b.Say(ann, "SECRETWORD one"))
	_, err := a.connect(context.Background())
	all = append(all, fmt.Sprint(redact("connect", err)), b.log.String())
	for _, s := range all {
		if strings.Contains(s, "SECRET") || strings.Contains(s, b.BotToken) || strings.Contains(s, b.SigningSecret) || strings.Contains(s, "/respond/") {
			t.Errorf("a secret shows in %s", s)
		}
	}
}

func TestOwedAfterRestart(t *testing.T) {
	b := newBench(t, false)
	for range 200 {
		b.Break("chat.postMessage", slacktest.Fault{Status: 503})
	}
	b.must(b.Say(ann, "menu"))
	b.Until(time.Second, func() bool { return len(b.Calls("chat.postMessage")) > 0 })
	b.stop()
	b.Heal("chat.postMessage")
	b.start(false)
	if m := b.last(slacktest.Direct(ann), 1); !strings.Contains(m.Text, "Where do you work?") {
		t.Errorf("owed: %s", m.Text)
	}
	b.quiet(slacktest.Direct(ann), 1)
}

func TestOrderAndPace(t *testing.T) {
	b := newBench(t, true)
	b.adapter.limit.PerChat = 100 * time.Millisecond
	for i := range 5 {
		b.must(b.Say(ann, fmt.Sprint("find thing ", i)))
	}
	m := b.answers(slacktest.Direct(ann), 5)
	// On the way one may be held up and come close to the next, but not all of them.
	if took := m[4].At.Sub(m[0].At); took < 300*time.Millisecond {
		t.Errorf("five messages came within %s, want four pauses of 100 ms", took)
	}
}
