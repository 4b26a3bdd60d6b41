package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

func smallScript(t testing.TB) *conversation.Script {
	t.Helper()
	lexicon, err := nlu.New(nlu.Data{})
	if err != nil {
		t.Fatal(err)
	}
	sc := &conversation.Script{
		Lexicon:   lexicon,
		Directory: directory.New(nil, nil),
		Phrases: conversation.Phrases{
			Hello: "Hello.", Sorry: "Sorry, not now.", Nudge: []string{"What?"},
			Voice: conversation.Question{Say: "Who?", Options: []conversation.Choosable{{ID: "resident", Label: "Me"}}},
			Menu:  map[conversation.Voice]string{conversation.Resident: "Menu."},
		},
	}
	sc.Index()
	return sc
}

// A script'd platform: it hands in what it is given, and fails sends as it is told.
type platform struct {
	in    chan Message
	acked chan error

	mu   sync.Mutex
	sent []string
	fail []error // of the next sends
}

func newPlatform() *platform {
	return &platform{in: make(chan Message), acked: make(chan error, 1000)}
}

func (p *platform) Name() string { return "test" }

func (p *platform) Receive(ctx context.Context, deliver func(context.Context, Message) error) error {
	for {
		select {
		case m := <-p.in:
			p.acked <- deliver(ctx, m)
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *platform) Send(_ context.Context, to Address, r conversation.Reply) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.fail) > 0 {
		err := p.fail[0]
		p.fail = p.fail[1:]
		if err != nil {
			return err
		}
	}
	p.sent = append(p.sent, string(to)+" "+r.Blocks[0].Text)
	return nil
}

func (p *platform) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

func message(id int, text string) Message {
	return Message{Message: conversation.Message{ID: fmt.Sprint("event", id), Text: text}, From: "anna", To: json.RawMessage(fmt.Sprint(id))}
}

func serverOn(t testing.TB, s conversation.Store, adapters ...Adapter) *Server {
	script := smallScript(t)
	return &Server{
		Script: func() *conversation.Script { return script }, Store: s, Adapters: adapters,
		ID:  func(platform, person string) string { return platform + "." + person },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// run serves until the test is over; it must be called in a synctest bubble.
func run(t *testing.T, s *Server) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestCommittedThenSentInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		defer run(t, serverOn(t, store.NewMemory(), p))()
		for i := range 20 {
			p.in <- message(i, "me")
			if err := <-p.acked; err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		sent := p.said()
		if len(sent) != 20 {
			t.Fatalf("%d replies to 20 messages", len(sent))
		}
		for i, s := range sent {
			if !strings.HasPrefix(s, fmt.Sprint(i, " ")) {
				t.Errorf("reply %d is to message %s", i, s)
			}
		}
	})
}

func TestRepeatedEventIsAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		defer run(t, serverOn(t, store.NewMemory(), p))()
		for range 3 {
			p.in <- message(1, "me")
			if err := <-p.acked; err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if sent := p.said(); len(sent) != 1 {
			t.Errorf("sent %q", sent)
		}
	})
}

func TestRetriesAsThePlatformAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.fail = []error{&RetryError{After: 3 * time.Hour, Err: errors.New("slow down")}, errors.New("broken pipe")}
		defer run(t, serverOn(t, store.NewMemory(), p))()
		began := time.Now()
		p.in <- message(1, "me")
		<-p.acked
		time.Sleep(3*time.Hour - time.Second)
		if sent := p.said(); len(sent) != 0 {
			t.Fatalf("sent %q before the pause was over", sent)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if sent := p.said(); len(sent) != 1 || time.Since(began) < 3*time.Hour {
			t.Errorf("sent %q after %s", sent, time.Since(began))
		}
	})
}

func TestGoneIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		p.fail = []error{fmt.Errorf("forbidden: %w", ErrGone)}
		memory := store.NewMemory()
		defer run(t, serverOn(t, memory, p))()
		p.in <- message(1, "me")
		<-p.acked
		time.Sleep(time.Hour)
		if owed, err := memory.Owed(t.Context(), "test.anna"); err != nil || len(owed) != 0 || len(p.said()) != 0 {
			t.Errorf("still owed %v (%v), sent %q", owed, err, p.said())
		}
	})
}

func TestOwedBySomebodyWhoDied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := store.NewMemory()
		p := newPlatform()
		p.fail = []error{&RetryError{After: 24 * time.Hour, Err: errors.New("later")}}
		ctx, die := context.WithCancel(t.Context())
		dead := make(chan error)
		go func() { dead <- serverOn(t, memory, p).Serve(ctx) }()
		p.in <- message(1, "me")
		if err := <-p.acked; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		die()
		<-dead
		defer run(t, serverOn(t, memory, p))()
		time.Sleep(store.Lease + 2*sweepEvery)
		if sent := p.said(); len(sent) != 1 {
			t.Errorf("sent %q", sent)
		}
	})
}

// brokenStore is a store that is away.
type brokenStore struct{ conversation.Store }

func (brokenStore) Update(context.Context, string, func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	return 0, 0, store.ErrUnavailable
}

func TestApologyWhenTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		defer run(t, serverOn(t, brokenStore{store.NewMemory()}, p))()
		for i := range 3 {
			p.in <- message(i, "me")
			if err := <-p.acked; !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("deliver: %v", err)
			}
		}
		synctest.Wait()
		if sent := p.said(); len(sent) != 1 || !strings.Contains(sent[0], "Sorry, not now.") {
			t.Errorf("sent %q", sent)
		}
	})
}

// TestDangerIsAnsweredWithoutTheStore tells of danger after an apology, and has it sent again by the
// platform.
func TestDangerIsAnsweredWithoutTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		s := withDanger(serverOn(t, brokenStore{store.NewMemory()}, p))
		defer run(t, s)()
		for _, m := range []Message{message(1, "me"), message(2, "urgent"), message(2, "urgent"), message(3, "urgent"), message(4, "me")} {
			p.in <- m
			<-p.acked
			synctest.Wait()
		}
		want := []string{"1 Sorry, not now.", "2 Call 999.", "3 Call 999."}
		if sent := p.said(); !slices.Equal(sent, want) {
			t.Errorf("sent %q, want %q", sent, want)
		}
	})
}

func TestLanesKeepOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		var got []int
		if err := l.enter(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		for i := range laneDepth {
			go func() {
				if err := l.enter(t.Context(), "a"); err != nil {
					t.Error(err)
					return
				}
				got = append(got, i)
				l.leave("a")
			}()
			synctest.Wait()
		}
		if err := l.enter(t.Context(), "a"); !errors.Is(err, ErrBusy) {
			t.Errorf("a full lane lets one in: %v", err)
		}
		if err := l.enter(t.Context(), "b"); err != nil {
			t.Errorf("another person waits: %v", err)
		}
		l.leave("b")
		l.leave("a")
		synctest.Wait()
		if !slices.IsSorted(got) || len(got) != laneDepth {
			t.Errorf("order %v", got)
		}
		if len(l.queue) != 0 {
			t.Errorf("%d lanes kept", len(l.queue))
		}
	})
}

func TestLaneAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		if err := l.enter(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := l.enter(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited: %v", err)
		}
		l.leave("a")
		if err := l.enter(t.Context(), "a"); err != nil {
			t.Errorf("after one gave up: %v", err)
		}
	})
}
