package bots

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Limiter{Every: 40 * time.Millisecond, PerChat: time.Second}
		began := time.Now()
		for range 3 {
			if err := l.Wait(t.Context(), "anna", false); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("three to one chat took %s", took)
		}
		began = time.Now()
		for i := range 26 {
			if err := l.Wait(t.Context(), fmt.Sprint("chat", i), false); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < time.Second-l.Every || took > time.Second+l.Every {
			t.Errorf("26 to different chats took %s", took)
		}
	})
}

// TestLimiterSaysWhenAtOnce asks for a place that would come too late.
func TestLimiterSaysWhenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, l := range map[string]*Limiter{"over all": {Every: time.Minute}, "chat": {PerChat: time.Minute}} {
			if err := l.Wait(t.Context(), "anna", false); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			ctx, cancel := contextFor(t, time.Second)
			var later *RetryError
			if err := l.Wait(ctx, "anna", false); !errors.As(err, &later) || later.After != time.Minute || time.Since(began) != 0 {
				t.Errorf("%s: %v after %s", name, err, time.Since(began))
			}
			cancel()
		}
	})
}

// went is who went when, in the order of going.
type went struct {
	mu    sync.Mutex
	names []string
	times []time.Time
}

func (w *went) add(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names, w.times = append(w.names, name), append(w.times, time.Now())
}

// TestUrgentGoesFirst lets urgent sends in while hundreds wait. They go at once, spaced among
// themselves; the others keep their order, and over all no more are sent than without them.
func TestUrgentGoesFirst(t *testing.T) {
	for name, burst := range map[string]int{"no burst": 0, "burst": 5} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &Limiter{Every: 40 * time.Millisecond, PerChat: time.Second, Burst: burst}
				var w went
				var want []string
				send := func(name string, urgent bool) {
					go func() {
						if err := l.Wait(t.Context(), name, urgent); err != nil {
							t.Error(err)
						}
						w.add(name)
					}()
					synctest.Wait()
				}
				began := time.Now()
				for i := range 300 {
					want = append(want, fmt.Sprint("chat", i))
					send(want[i], false)
				}
				const urgent = 20
				asked := make(map[string]time.Time)
				for i := range urgent {
					if i%4 == 0 { // four at once
						time.Sleep(310 * time.Millisecond)
					}
					name := fmt.Sprint("urgent", i)
					asked[name] = time.Now()
					send(name, true)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				for i, name := range w.names {
					if at, ok := asked[name]; ok && w.times[i].Sub(at) > 3*l.Every {
						t.Errorf("%s waited %s", name, w.times[i].Sub(at))
					}
					if most := int(w.times[i].Sub(began)/l.Every) + 2 + burst; i+1 > most {
						t.Fatalf("%d went in %s", i+1, w.times[i].Sub(began))
					}
				}
				last := w.times[len(w.times)-1].Sub(began)
				if whole := time.Duration(300+urgent) * l.Every; last > whole {
					t.Errorf("all took %s, not %s", last, whole)
				}
				got := slices.DeleteFunc(slices.Clone(w.names), func(n string) bool { _, ok := asked[n]; return ok })
				if !slices.Equal(got, want) {
					t.Errorf("the others went as %v", got)
				}
				if len(w.names) != 300+urgent {
					t.Errorf("%d went", len(w.names))
				}
			})
		})
	}
}

// TestUrgentInOneChat waits for nothing in its chat but for what is urgent too.
func TestUrgentInOneChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Limiter{PerChat: time.Second}
		began := time.Now()
		for _, step := range []struct {
			urgent bool
			at     time.Duration
		}{{false, 0}, {true, 0}, {true, time.Second}, {false, 2 * time.Second}} {
			if err := l.Wait(t.Context(), "anna", step.urgent); err != nil || time.Since(began) != step.at {
				t.Errorf("urgent %t: went at %s (%v), not %s", step.urgent, time.Since(began), err, step.at)
			}
		}
	})
}
