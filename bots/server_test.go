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

	mu      sync.Mutex
	sent    []string
	pressed []string // where an empty reply went
	fail    []error  // of the next sends
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
	if len(r.Blocks) == 0 {
		p.pressed = append(p.pressed, string(to))
		return nil
	}
	p.sent = append(p.sent, string(to)+" "+r.Blocks[0].Text)
	return nil
}

// take hands a message in, which must be committed.
func (p *platform) take(t *testing.T, m Message) {
	t.Helper()
	p.in <- m
	if err := <-p.acked; err != nil {
		t.Fatal(err)
	}
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
			p.take(t, message(i, "me"))
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
			p.take(t, message(1, "me"))
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
		p.take(t, message(1, "me"))
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
