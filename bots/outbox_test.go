package bots

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

// TestTwoProcesses has two processes on one store take one person's messages in turn, while the first
// can't send yet. Whoever is owed nothing else starts to send; the other leaves its replies to it.
func TestTwoProcesses(t *testing.T) {
	for name, pause := range map[string]time.Duration{"short": 3 * time.Second, "longer than a lease": time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := store.NewMemory()
				one, two := newPlatform(), newPlatform()
				one.fail = []error{&RetryError{After: pause, Err: errors.New("later")}}
				defer run(t, serverOn(t, memory, one))()
				defer run(t, serverOn(t, memory, two))()
				for i := range 5 {
					p := []*platform{one, two}[i%2]
					p.take(t, message(i, "me"))
				}
				time.Sleep(pause - time.Second)
				if n := len(one.said()) + len(two.said()); n != 0 {
					t.Errorf("%d replies were sent in the pause", n)
				}
				time.Sleep(2 * time.Second)
				sent := one.said()
				if len(sent) != 5 || len(two.said()) != 0 {
					t.Fatalf("sent %q and %q", sent, two.said())
				}
				for i, s := range sent {
					if s[0] != byte('0'+i) {
						t.Errorf("reply %d is %q", i, s)
					}
				}
			})
		})
	}
}

// TestLastOneLeftToAnother has the last message of a person taken by a process that leaves its reply to
// the other, which hears of it only when it has sent its own.
func TestLastOneLeftToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := store.NewMemory()
		one, two := newPlatform(), newPlatform()
		one.fail = []error{&RetryError{After: 3 * time.Second, Err: errors.New("later")}}
		defer run(t, serverOn(t, memory, one))()
		defer run(t, serverOn(t, memory, two))()
		for i, p := range []*platform{one, two} {
			p.take(t, message(i, "me"))
		}
		time.Sleep(4 * time.Second)
		if sent := one.said(); len(sent) != 2 || len(two.said()) != 0 {
			t.Errorf("sent %q and %q", sent, two.said())
		}
	})
}

// TestStoppedLeavesAtOnce stops a process that is owed replies it can't send yet. The other one, on
// the same store, sends them at its next look, not when a lease runs out.
func TestStoppedLeavesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := store.NewMemory()
		one, two := newPlatform(), newPlatform()
		one.fail = []error{&RetryError{After: time.Hour, Err: errors.New("later")}}
		defer run(t, serverOn(t, memory, two))()
		stop := run(t, serverOn(t, memory, one))
		for i := range 3 {
			one.take(t, message(i, "me"))
		}
		stop()
		began := time.Now()
		for len(two.said()) < 3 && time.Since(began) < time.Minute {
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(began); took > sweepEvery+100*time.Millisecond {
			t.Errorf("the other process had sent after %s: %q", took, two.said())
		}
	})
}

// TestKilledIsTakenOver leaves a reply with the lease of a process that died.
func TestKilledIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := store.NewMemory()
		_, _, err := memory.Update(t.Context(), "test.anna", func(s *conversation.Session) ([]byte, error) {
			s.Role = "fire"
			return json.Marshal(letter{Platform: "test", To: Address("1"), Reply: conversation.Reply{Blocks: []conversation.Block{{Text: "Menu."}}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		p := newPlatform()
		defer run(t, serverOn(t, memory, p))()
		time.Sleep(store.Lease - time.Second)
		if sent := p.said(); len(sent) != 0 {
			t.Errorf("sent %q within the lease of another", sent)
		}
		time.Sleep(time.Second + 2*sweepEvery)
		if sent := p.said(); len(sent) != 1 {
			t.Errorf("sent %q", sent)
		}
	})
}

// TestBetweenMarkAndAnswer commits replies of two processes while the store's answer to "that one is
// sent" is under way to the first.
func TestBetweenMarkAndAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		first    string
		before   bool // the other process commits before the reply is marked, or after
		one, two []string
	}{
		"behind ours":                 {"me", true, []string{"0", "1", "2"}, nil},
		"behind theirs":               {"me", false, []string{"0"}, []string{"1", "2"}},
		"behind theirs, after a card": {"urgent", false, []string{"0"}, []string{"1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := store.NewMemory()
				one, two := newPlatform(), newPlatform()
				one.fail = []error{&RetryError{After: time.Second, Err: errors.New("later")}}
				two.fail = []error{&RetryError{After: time.Second, Err: errors.New("later")}}
				defer run(t, withDanger(serverOn(t, lateStore{memory}, one)))()
				defer run(t, serverOn(t, memory, two))()
				take := func(p *platform, i int) { p.take(t, message(i, "me")) }
				one.take(t, message(0, c.first))
				if c.before {
					take(two, 1)
				}
				time.Sleep(1200 * time.Millisecond) // sent and marked, but the answer is under way
				if !c.before {
					take(two, 1)
				}
				take(one, 2)
				time.Sleep(10 * time.Second)
				for i, said := range [][]string{one.said(), two.said()} {
					var got []string
					for _, s := range said {
						got = append(got, s[:1])
					}
					if want := [][]string{c.one, c.two}[i]; !slices.Equal(got, want) {
						t.Errorf("process %d sent %v, not %v", i+1, got, want)
					}
				}
			})
		})
	}
}

// lateStore answers a while after it has looked.
type lateStore struct{ conversation.Store }

func (s lateStore) Sent(ctx context.Context, id string, number uint64) (int, error) {
	left, err := s.Store.Sent(ctx, id, number)
	time.Sleep(time.Second)
	return left, err
}

func (s lateStore) Owed(ctx context.Context, id string) ([]conversation.Owed, error) {
	owed, err := s.Store.Owed(ctx, id)
	time.Sleep(time.Second)
	return owed, err
}

// TestDangerSentWhileTheStoreIsRead sends a card between the store's look and its answer, in which it
// is owed still. It must not be sent again for that.
func TestDangerSentWhileTheStoreIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := store.NewMemory()
		one, two := newPlatform(), newPlatform()
		one.fail = []error{&RetryError{After: 3 * time.Second, Err: errors.New("later")}}
		defer run(t, withDanger(serverOn(t, lateStore{memory}, one)))()
		defer run(t, withDanger(serverOn(t, memory, two)))()
		take := func(p *platform, i int, text string) { p.take(t, message(i, text)) }
		take(one, 0, "me")
		take(two, 1, "me")
		time.Sleep(3*time.Second - courtesyLook)
		take(one, 2, "urgent")
		time.Sleep(time.Minute)
		if sent := one.said(); len(sent) != 3 || len(two.said()) != 0 {
			t.Errorf("sent %q and %q", sent, two.said())
		}
	})
}
