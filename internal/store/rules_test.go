package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func keepsSession(t *testing.T, b backend) {
	s := b.open(t)
	want := conversation.Session{Voice: conversation.Staff, Role: "fire", Area: "barton",
		At: conversation.Place{Topic: "smoking", Node: "assist"}, Touched: time.Now().UTC().Truncate(time.Minute)}
	number, waiting := update(t, s, "kept", func(s *conversation.Session) ([]byte, error) {
		if !s.IsZero() {
			t.Error("a new session is not zero")
		}
		*s = want
		return nil, nil
	})
	if number != 0 || waiting != 0 {
		t.Errorf("number %d, %d waiting for a turn that owes nothing", number, waiting)
	}
	if got := read(t, b.open(t), "kept"); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("kept %v, want %v", got, want)
	}
}

func failedTurn(t *testing.T, b backend) {
	s := b.open(t)
	_, _, err := s.Update(t.Context(), "failed", func(s *conversation.Session) ([]byte, error) {
		s.Voice = conversation.Resident
		return []byte("reply"), errTurn
	})
	if err != errTurn {
		t.Errorf("error %v, want the turn's own", err)
	}
	if got := read(t, s, "failed"); !got.IsZero() {
		t.Errorf("a failed turn left %v", got)
	}
	if replies, _ := owed(t, s, "failed"); replies != nil {
		t.Errorf("a failed turn owes %q", replies)
	}
}

func concurrentTurns(t *testing.T, b backend) {
	stores := []conversation.Store{b.open(t)}
	if b.several {
		stores = append(stores, b.open(t))
	}
	const people, turns = 20, 10
	var calls atomic.Int64
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			for range turns {
				_, _, err := stores[i%len(stores)].Update(t.Context(), "busy", func(s *conversation.Session) ([]byte, error) {
					calls.Add(1)
					s.Voice = conversation.Resident
					s.Nudges++
					return fmt.Append(nil, s.Nudges), nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := read(t, stores[0], "busy").Nudges; got != people*turns {
		t.Errorf("%d turns kept of %d", got, people*turns)
	}
	var want []string
	for i := range people * turns {
		want = append(want, fmt.Sprint(i+1))
	}
	replies, numbers := owed(t, stores[0], "busy")
	equal(t, "replies in the order of the turns", replies, want)
	sent(t, stores[0], "busy", numbers...)
	t.Logf("turn was called %d times for %d updates", calls.Load(), people*turns)
	if !b.several {
		return
	}

	calls.Store(0)
	update(t, stores[0], "busy", func(s *conversation.Session) ([]byte, error) {
		if calls.Add(1) == 1 {
			update(t, stores[1], "busy", turn(""))
		}
		s.Nudges += 1000
		return nil, nil
	})
	if got := read(t, stores[1], "busy").Nudges; got != people*turns+1001 || calls.Load() != 2 {
		t.Errorf("after a conflict the count is %d and turn was called %d times", got, calls.Load())
	}
}

func owedSurvives(t *testing.T, b backend) {
	s := b.open(t)
	first, waiting := update(t, s, "survivor", turn("one"))
	if first == 0 || waiting != 1 {
		t.Errorf("number %d, %d waiting", first, waiting)
	}
	if _, waiting = update(t, s, "survivor", turn("two")); waiting != 2 {
		t.Errorf("%d waiting, want 2", waiting)
	}
	s = b.open(t)
	replies, _ := owed(t, s, "survivor")
	equal(t, "owed after a restart", replies, []string{"one", "two"})
	sent(t, s, "survivor", first, first, 12345)
	replies, numbers := owed(t, b.open(t), "survivor")
	equal(t, "owed after the first was sent", replies, []string{"two"})
	sent(t, b.open(t), "survivor", numbers...)
}

func noChange(t *testing.T, b backend) {
	s := b.open(t)
	number, _ := update(t, s, "same", turn("reply"))
	again, waiting := update(t, s, "same", func(*conversation.Session) ([]byte, error) { return nil, nil })
	if again != 0 || waiting != 1 {
		t.Errorf("number %d, %d waiting after nothing changed, want 0 and 1", again, waiting)
	}
	second, waiting := update(t, s, "same", func(*conversation.Session) ([]byte, error) { return []byte("again"), nil })
	if second <= number || waiting != 2 {
		t.Errorf("number %d after %d, %d waiting for a reply to an unchanged session", second, number, waiting)
	}
	sent(t, s, "same", number, second)
	if _, waiting := update(t, s, "same", func(*conversation.Session) ([]byte, error) { return nil, nil }); waiting != 0 {
		t.Errorf("%d waiting after all was sent", waiting)
	}
}

func claimHonoursLease(t *testing.T, b backend) {
	s := b.open(t)
	clear(t, s)
	number, _ := update(t, s, "leased", turn("reply"))
	equal(t, "claimed within the lease of the commit", claim(t, s, 9), nil)
	lapse(t, s, "leased")
	equal(t, "claimed after it", claim(t, s, 9), []string{"leased"})
	equal(t, "claimed within the lease of the claim", claim(t, s, 9), nil)
	lapse(t, s, "leased")
	update(t, s, "leased", turn("another"))
	equal(t, "claimed after a commit that left the lapsed lease to others", claim(t, s, 9), []string{"leased"})
	lapse(t, s, "leased")
	if left, err := s.Sent(t.Context(), "leased", number); left != 1 || err != nil {
		t.Errorf("%d replies are owed still (%v), want 1", left, err)
	}
	equal(t, "claimed with one reply still owed", claim(t, s, 9), []string{"leased"})
	lapse(t, s, "leased")
	_, numbers := owed(t, s, "leased")
	sent(t, s, "leased", numbers...)
	equal(t, "claimed with nothing owed", claim(t, s, 9), nil)
}

func claimLimit(t *testing.T, b backend) {
	s := b.open(t)
	clear(t, s)
	var ids []string
	for i := range 20 {
		ids = append(ids, fmt.Sprintf("many-%02d", i))
		update(t, s, ids[i], turn("reply"))
		lapse(t, s, ids[i])
	}
	first := claim(t, s, 7)
	if len(first) != 7 {
		t.Errorf("claimed %d, want 7", len(first))
	}
	all := append(first, claim(t, s, 100)...)
	slices.Sort(all)
	equal(t, "claimed in all", all, ids)
}

func twoClaimers(t *testing.T, b backend) {
	s, other := b.open(t), conversation.Store(nil)
	if other = s; b.several {
		other = b.open(t)
	}
	clear(t, s)
	const n = 200
	for i := range n {
		id := fmt.Sprintf("claimed-%d", i)
		update(t, s, id, turn("reply"))
		lapse(t, s, id)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := make(map[string]int)
	for i := range 4 {
		wg.Go(func() {
			for range 20 {
				ids, err := []conversation.Store{s, other}[i%2].Claim(t.Context(), 10)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, id := range ids {
					got[id]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(got) != n {
		t.Errorf("claimed %d of %d", len(got), n)
	}
	for id, times := range got {
		if times != 1 {
			t.Errorf("%s was claimed %d times", id, times)
		}
	}
}

func renew(t *testing.T, b backend) {
	s := b.open(t)
	clear(t, s)
	number, _ := update(t, s, "renewed", turn("reply"))
	lapse(t, s, "renewed")
	if err := s.Renew(t.Context(), []string{"renewed", "owed nothing"}); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed within a renewed lease", claim(t, s, 9), nil)
	sent(t, s, "renewed", number)
	if err := s.Renew(t.Context(), []string{"renewed"}); err != nil {
		t.Fatal(err)
	}
	lapse(t, s, "renewed")
	lapse(t, s, "owed nothing")
	equal(t, "claimed what is owed nothing", claim(t, s, 9), nil)
}

func release(t *testing.T, b backend) {
	s := b.open(t)
	clear(t, s)
	number, _ := update(t, s, "released", turn("reply"))
	if err := s.Release(t.Context(), []string{"released", "owed nothing"}); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed at once after a release", claim(t, s, 9), []string{"released"})
	equal(t, "claimed within the new lease", claim(t, s, 9), nil)
	sent(t, s, "released", number)
	if err := s.Release(t.Context(), []string{"released"}); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed what is owed nothing", claim(t, s, 9), nil)
}

func numbersGrow(t *testing.T, b backend) {
	s := b.open(t)
	var last uint64
	for i := range 10 {
		number, _ := update(t, s, "growing", turn("reply"))
		if number <= last {
			t.Errorf("number %d after %d", number, last)
		}
		last = number
		switch i {
		case 3:
			_, numbers := owed(t, s, "growing")
			sent(t, s, "growing", numbers...)
		case 5:
			update(t, s, "growing", func(s *conversation.Session) ([]byte, error) { *s = conversation.Session{}; return nil, nil })
		case 7:
			s = b.open(t)
		}
	}
}

func noTrace(t *testing.T, b backend) {
	s := b.open(t)
	key, err := ParseKey(strings.Repeat("1f", 32))
	if err != nil {
		t.Fatal(err)
	}
	const person = "7045512345"
	id := key.ID("telegram", person)
	update(t, s, id, turn(""))
	forget := func(s *conversation.Session) ([]byte, error) {
		*s = conversation.Session{}
		return []byte("forgotten, to " + person), nil
	}
	if all := strings.Join(dump(t, s), "\n"); !strings.Contains(all, id) || strings.Contains(all, person) {
		t.Errorf("a session is kept as %q", all)
	}
	number, waiting := update(t, s, id, forget)
	if waiting != 1 {
		t.Errorf("%d waiting after forgetting, want the reply to it", waiting)
	}
	if got := read(t, s, id); !got.IsZero() {
		t.Errorf("forgetting left %v", got)
	}
	sent(t, s, id, number)
	for _, entry := range dump(t, s) {
		if strings.Contains(entry, id) || strings.Contains(entry, person) {
			t.Errorf("a trace of a forgotten person: %q", entry)
		}
	}
}

func similarIDs(t *testing.T, b backend) {
	s := b.open(t)
	ids := []string{"a", "ab", "a\x00b", "a\x00", "a\x00bcdefgh\x00", "é", "A"}
	for _, id := range ids {
		update(t, s, id, turn("to "+id))
	}
	for _, id := range ids {
		replies, numbers := owed(t, s, id)
		equal(t, fmt.Sprintf("owed to %q", id), replies, []string{"to " + id})
		sent(t, s, id, numbers...)
	}
}

func unreadable(t *testing.T, b backend) {
	s := b.open(t)
	junk, ctx := []byte("9 from another version"), t.Context()
	switch s := s.(type) {
	case *Memory:
		s.sessions["junk"] = remembered{junk, time.Now().Add(time.Hour)}
	case *boltStore:
		if err := s.db.Update(func(tx *bbolt.Tx) error {
			return tx.Bucket(sessionsBucket).Put([]byte("junk"), expiring(junk, time.Now().Add(time.Hour)))
		}); err != nil {
			t.Fatal(err)
		}
	case *redisStore:
		if err := s.client.Set(ctx, keysOf("junk").session, junk, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	number, _ := update(t, s, "junk", turn("hello"))
	if got := read(t, s, "junk").Nudges; got != 1 || number == 0 {
		t.Errorf("a session that cannot be read became one with %d turns", got)
	}
	sent(t, s, "junk", number)
}

func endedContext(t *testing.T, b backend) {
	s := b.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, updating := s.Update(ctx, "ended", func(*conversation.Session) ([]byte, error) {
		t.Error("turn was called")
		return nil, nil
	})
	_, reading := s.Owed(ctx, "ended")
	_, claiming := s.Claim(ctx, 1)
	_, forgetting := s.Sent(ctx, "ended", 1)
	for call, err := range map[string]error{"Update": updating, "Owed": reading, "Claim": claiming, "Ping": s.Ping(ctx),
		"Sent": forgetting, "Renew": s.Renew(ctx, []string{"ended"}), "Release": s.Release(ctx, []string{"ended"})} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", call, err)
		}
	}
}
