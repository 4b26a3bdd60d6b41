package bots

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

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

// TestCardIsTriedAgain has the platform refuse a card that the store can't owe. It is tried again, or goes
// when the platform sends the message again, unless the person can't be reached.
func TestCardIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fail []error
		sent []string
	}{
		"for a while": {[]error{&RetryError{After: 2 * time.Second, Err: errors.New("later")}, errors.New("broken")}, []string{"1 Call 999."}},
		"for long":    {[]error{&RetryError{After: time.Hour, Err: errors.New("later")}}, []string{"1 Call 999."}},
		"gone":        {[]error{ErrGone}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPlatform()
				p.fail = c.fail
				defer run(t, withDanger(serverOn(t, brokenStore{store.NewMemory()}, p)))()
				for range 2 {
					p.in <- message(1, "urgent")
					<-p.acked
					time.Sleep(sendTime)
				}
				if sent := p.said(); !slices.Equal(sent, c.sent) || len(p.fail) > 0 {
					t.Errorf("sent %q, want %q; %d refusals left", sent, c.sent, len(p.fail))
				}
			})
		})
	}
}
