package slack

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

func TestSocketsAreKept(t *testing.T) {
	b := newBench(t, true)
	up := func() bool { return b.Sockets() == connections }
	if !b.Until(5*time.Second, up) {
		t.Fatalf("%d connections", b.Sockets())
	}
	for i, cut := range []func(){b.Refresh, b.HangUp} {
		cut()
		b.must(b.Say(ann, "menu"))
		b.answers(slacktest.Direct(ann), i+1)
		if !b.Until(10*time.Second, func() bool {
			return b.adapter.Counts()["reconnects"] >= int64(i+1)*connections && b.Sockets() >= connections
		}) {
			t.Fatalf("%d connections after a cut, %+v", b.Sockets(), b.adapter.Counts())
		}
	}
	b.must(b.Say(ann, "help"))
	b.answers(slacktest.Direct(ann), 3)
	if time.Since(b.adapter.LastInbound()) > 5*time.Second {
		t.Errorf("last inbound %s", b.adapter.LastInbound())
	}
	began := time.Now()
	b.stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopped after %s", took)
	}
}

func TestWhatCannotBeReadIsAcknowledged(t *testing.T) {
	b := newBench(t, true)
	b.Until(5*time.Second, func() bool { return b.Sockets() == connections })
	for i, f := range []string{
		`{"envelope_id":"%s","type":"events_api","payload":"odd"}`,
		`{"envelope_id":"%s","type":"events_api","payload":{"type":"event_callback","event":{"type":"message","text":{}}}}`,
		`{"envelope_id":"%s","type":"interactive","payload":[]}`,
		`{"envelope_id":"%s","type":"slash_commands","payload":{}}`,
		`{"envelope_id":"%s","type":"new_thing","payload":{}}`,
		`{"envelope_id":"%s","type":7}`,
		`{"envelope_id":"%s"}`,
	} {
		id := fmt.Sprint("e", i)
		b.Raw(fmt.Sprintf(f, id))
		if !b.Acked(id, 2*time.Second) {
			t.Errorf("never acknowledged: %s", f)
		}
	}
	b.Raw("not json")
	b.must(b.Say(ann, "menu"))
	b.answers(slacktest.Direct(ann), 1)
}

// While the store is away nothing is acknowledged; Slack sends it again, and it is answered once.
func TestSocketStoreHangs(t *testing.T) {
	b := newBench(t, true)
	b.Until(5*time.Second, func() bool { return b.Sockets() == connections })
	b.Wait = 300 * time.Millisecond
	b.Minute = 2 * time.Second
	b.store.setHang(true)
	time.AfterFunc(time.Second, func() { b.store.setHang(false) })
	b.must(b.Say(ann, "menu"))
	if m := b.answers(slacktest.Direct(ann), 2); m[0].Text != "Sorry." && m[1].Text != "Sorry." {
		t.Errorf("nobody was told: %+v", m)
	}
	b.quiet(slacktest.Direct(ann), 2)
}

func TestTokenRefusedFromTheStart(t *testing.T) {
	s := slacktest.New()
	defer s.Close()
	sc := testScript(t)
	a := newAdapter(s.API(), s.BotToken, "xapp-wrong", "", func() *scriptType { return sc }, quietLog)
	err := a.Receive(context.Background(), func(context.Context, bots.Message) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "SLACK_APP_TOKEN") || strings.Contains(err.Error(), "wrong") {
		t.Errorf("Receive returned %v", err)
	}
}

// One person's envelopes are taken in order, those of different people at the same time, and when
// there is no more room Slack keeps them.
func TestLine(t *testing.T) {
	a := newAdapter("", "b", "a", "", nil, quietLog)
	var mu sync.Mutex
	order := make(map[string][]string)
	hold := make(chan struct{})
	d := delivery(func(_ context.Context, m bots.Message) error {
		if m.From != "quick" {
			<-hold
		}
		mu.Lock()
		defer mu.Unlock()
		order[m.From] = append(order[m.From], m.ID)
		return nil
	})
	a.deliver.Store(&d)
	l := newLine(a)
	var acked sync.WaitGroup
	add := func(who, id string) {
		acked.Add(1)
		m := bots.Message{From: who}
		m.ID = id
		l.add(context.Background(), task{message: &m}, func(bool) { acked.Done() })
	}
	for i := range lineLength - 100 {
		add("slow", fmt.Sprint(i))
	}
	for i := range 100 {
		add("quick", fmt.Sprint(i))
	}
	for deadline := time.Now().Add(2 * time.Second); ; time.Sleep(time.Millisecond) {
		mu.Lock()
		n := len(order["quick"])
		mu.Unlock()
		if n == 100 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of the quick one's are through", n)
		}
	}
	for i := range 200 {
		add("third", fmt.Sprint(i))
	}
	if n := a.Counts()["dropped"]; n < 100 {
		t.Errorf("%d of 200 found no room, where there is room for 100", n)
	}
	close(hold)
	acked.Wait()
	for i, id := range order["slow"] {
		if id != fmt.Sprint(i) {
			t.Fatalf("%s came at %d", id, i)
		}
	}
}
