package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

func TestDirectMessageAndButtons(t *testing.T) {
	for _, sockets := range []bool{false, true} {
		name := map[bool]string{false: "HTTP", true: "Socket Mode"}[sockets]
		t.Run(name, func(t *testing.T) {
			b := newBench(t, sockets)
			dm := slacktest.Direct(ann)
			b.must(b.Say(ann, "hello"))
			asked := b.last(dm, 1)
			if !strings.Contains(asked.Text, "Where do you work?") {
				t.Fatalf("first answer: %s", asked.Text)
			}
			b.must(b.Press(ann, asked, "Fire and rescue"))
			b.must(b.Say(ann, "there was an ashtray by the bed"))
			screen := b.last(dm, 3)
			for _, want := range []string{"Stop smoking · Ask", "Say: May I ask about the &lt;ashtray&gt;?", "- a *worry*", "1. They want to talk"} {
				if !strings.Contains(screen.Text, want) {
					t.Errorf("no %q in %s", want, screen.Text)
				}
			}
			asked = b.Messages(dm)[0]
			if slacktest.Find(asked.Blocks, "Fire and rescue") != nil || !strings.Contains(asked.Text, "You chose: Fire and rescue") || !strings.Contains(visible(asked.Blocks), "Where do you work?") {
				t.Errorf("the answered message is %s %v", asked.Text, asked.Blocks)
			}
			b.must(b.Press(ann, screen, "They want to talk"))
			b.must(b.Press(ann, b.last(dm, 4), "Show who helps"))
			b.must(b.Press(ann, b.last(dm, 5), "Barton"))
			cards := b.last(dm, 6)
			for _, want := range []string{"Quit Team", "Ring 0800 000 000 (unchecked)", "https://quit.example/a_b?c=1&amp;d=2", "Not yet checked (2025)."} {
				if !strings.Contains(cards.Text, want) {
					t.Errorf("no %q in %s", want, cards.Text)
				}
			}
			if v := raw(cards.Blocks); !strings.Contains(v, "<tel:0800000000|0800 000 000>") || !strings.Contains(v, "<https://quit.example/a_b?c=1&amp;d=2>") {
				t.Errorf("phone or link can't be tapped: %s", v)
			}
			if slacktest.Find(cards.Blocks, "Share here") != nil {
				t.Error("a direct message has nobody to share with")
			}
		})
	}
}

func TestSameMessageOnce(t *testing.T) {
	b := newBench(t, false)
	said := b.Said(ann, "menu")
	for range 3 { // each with an event id of its own
		b.must(b.Event(said))
	}
	b.quiet(slacktest.Direct(ann), 1)

	mention := b.Mentioned(bob, channel, "where can i find a quit team")
	talk := map[string]any{"type": "message", "channel": channel, "channel_type": "channel", "user": bob, "text": mention["text"], "ts": mention["ts"]}
	b.must(b.Event(talk))
	b.must(b.Event(mention))
	b.must(b.Event(talk))
	b.must(b.Event(mention))
	b.answers(channel, 1)
	b.quiet(channel, 1)
	m := b.Messages(channel)[0]
	if m.Thread != mention["ts"] || !strings.Contains(m.Text, "Quit Team") || slacktest.Find(m.Blocks, "Menu") != nil {
		t.Errorf("mention answered with %+v", m)
	}
	b.quiet(slacktest.Direct(bob), 0)
}

func TestMentionWithNothingForOthersIsPrivate(t *testing.T) {
	b := newBench(t, false)
	b.must(b.Event(b.Mentioned(bob, channel, "hello there")))
	m := b.last(channel, 1)
	if m.For != bob || m.Text != "Talk to me alone." {
		t.Errorf("answered with %+v", m)
	}
	b.must(b.Event(b.Mentioned(bob, channel, "a man here says he will kill myself")))
	if m := b.last(channel, 2); m.For != "" || m.Thread == "" || !strings.Contains(m.Text, "Call 999") {
		t.Errorf("danger answered with %+v", m)
	}
}

func TestDoubleClick(t *testing.T) {
	b := newBench(t, false)
	dm := slacktest.Direct(ann)
	b.must(b.Say(ann, "menu"))
	asked := b.last(dm, 1)
	button := slacktest.Find(asked.Blocks, "Library")
	press := b.Pressed(ann, asked, button)
	path, kind, body := "/slack/interactions", "application/x-www-form-urlencoded", slacktest.Interaction(press)
	for range 2 { // one press that comes twice
		if status, answer, err := b.Post(path, kind, body, 0); status != 200 || answer != "" || err != nil {
			t.Fatal(status, answer, err)
		}
	}
	b.answers(dm, 2)
	b.quiet(dm, 2)
	b.must(b.Press(ann, asked, "Library")) // a second real press
	b.answers(dm, 3)
	b.quiet(dm, 3)
}

func TestNotAnswered(t *testing.T) {
	b := newBench(t, false)
	dm := slacktest.Direct(ann)
	with := func(k string, v any) map[string]any {
		m := b.Said(ann, "menu")
		m[k] = v
		return m
	}
	for _, e := range []map[string]any{
		with("bot_id", "B1"), with("user", slacktest.Bot), with("user", ""), with("subtype", "message_changed"), with("subtype", "message_deleted"), with("subtype", "bot_message"),
		with("channel_type", "channel"), with("user", "USLACKBOT"), with("channel_type", "mpim"), with("text", map[string]any{"odd": 1}),
		{"type": "reaction_added", "user": ann}, {"type": "channel_created", "channel": map[string]any{"id": "C1"}}, {"type": 7},
	} {
		b.must(b.Event(e))
	}
	b.quiet(dm, 0)
	if n := b.adapter.Counts()["unread"]; n != 2 {
		t.Errorf("%d events counted as unread", n)
	}
}

func TestOthers(t *testing.T) {
	b := newBench(t, false)
	e := b.Said(ann, "")
	e["subtype"], e["files"] = "file_share", []any{map[string]any{"mimetype": "image/png"}}
	b.must(b.Event(e))
	if m := b.last(slacktest.Direct(ann), 1); !strings.Contains(m.Text, "No pictures.") {
		t.Errorf("a picture is answered with %s", m.Text)
	}
}

func TestCrisisCardKeepsItsPlace(t *testing.T) {
	b := newBench(t, false)
	dm := slacktest.Direct(ann)
	b.must(b.Say(ann, "he said kill myself"))
	card := b.last(dm, 1)
	if !strings.HasPrefix(card.Text, "Stay with them. Call 999.") {
		t.Fatal(card.Text)
	}
	b.must(b.Press(ann, card, "Carry on"))
	b.answers(dm, 2)
	if b.Messages(dm)[0].Edits != 0 {
		t.Error("the crisis card was changed")
	}
}

func TestStoreHangs(t *testing.T) {
	b := newBench(t, false)
	b.store.setHang(true)
	began := time.Now()
	body := slacktest.EventBody(b.Said(ann, "menu"))
	status, _, err := b.Post("/slack/events", "application/json", body, 0)
	if took := time.Since(began); status != 503 || err != nil || took > 3*time.Second {
		t.Fatalf("%d %v after %s", status, err, took)
	}
	if m := b.last(slacktest.Direct(ann), 1); m.Text != "Sorry." {
		t.Errorf("the person is told %s", m.Text)
	}
	b.store.setHang(false)
	if status, _, _ := b.Post("/slack/events", "application/json", body, 1); status != 200 {
		t.Fatal(status)
	}
	if m := b.last(slacktest.Direct(ann), 2); !strings.Contains(m.Text, "Where do you work?") {
		t.Errorf("the second try is answered with %s", m.Text)
	}
	if b.adapter.Counts()["retried"] != 1 {
		t.Error("the retry was not counted")
	}
}

// A stop waits for a message that is being taken, and lets no more in.
func TestStopWaitsForTheStore(t *testing.T) {
	a := newAdapter("", "xoxb-1", "", "secret", nil, slog.New(slog.DiscardHandler))
	begun, release, taken, stopped := make(chan bool), make(chan bool), make(chan error, 1), make(chan bool)
	deliver := delivery(func(context.Context, bots.Message) error {
		close(begun)
		<-release
		return nil
	})
	a.deliver.Store(&deliver)
	take := func() { taken <- a.take(t.Context(), task{message: &bots.Message{}}) }
	go take()
	<-begun
	go func() {
		a.finish()
		close(stopped)
	}()
	select {
	case <-stopped:
		t.Error("stopped with a message under way")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	<-stopped
	if err := <-taken; err != nil {
		t.Error(err)
	}
	if take(); !errors.Is(<-taken, errNotReceiving) {
		t.Error("a message was taken after the stop")
	}
}

// Acknowledgements that never arrive make Slack send again; everybody is answered once.
func TestLostAcknowledgements(t *testing.T) {
	b := newBench(t, false)
	inner, err := url.Parse(b.Target)
	b.must(err)
	var n atomic.Int64
	through := httputil.NewSingleHostReverseProxy(inner)
	through.ErrorLog = log.New(io.Discard, "", 0)
	through.ModifyResponse = func(r *http.Response) error {
		if n.Add(1)%2 == 1 && r.Request.Header.Get("X-Slack-Retry-Num") != "3" {
			panic(http.ErrAbortHandler) // the work is done, the answer is lost
		}
		return nil
	}
	front := httptest.NewServer(through)
	defer front.Close()
	b.Target = front.URL
	var talking sync.WaitGroup
	for i := range 20 {
		user := fmt.Sprintf("U%d", i)
		talking.Go(func() {
			for range 5 {
				if err := b.Say(user, "menu"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	talking.Wait()
	for i := range 20 {
		b.answers(slacktest.Direct(fmt.Sprintf("U%d", i)), 5)
	}
	time.Sleep(100 * time.Millisecond)
	if got := len(b.Calls("chat.postMessage")); got != 100 || b.Tries() <= 100 {
		t.Errorf("%d answers to 100 messages, delivered %d times", got, b.Tries())
	}
}
