package bots

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/store"
)

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
					p.in <- message(i, "me")
					if err := <-p.acked; err != nil {
						t.Fatal(err)
					}
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
