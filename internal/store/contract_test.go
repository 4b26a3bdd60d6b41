package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"go.etcd.io/bbolt"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// A backend is one kind of store, as a contract test meets it.
type backend struct {
	// open returns the store as the next process finds it, the one before having gone.
	open func(t *testing.T) conversation.Store
	// several is whether another process may use the store at the same time.
	several bool
}

func backends(t *testing.T) map[string]func(t *testing.T) backend {
	overRedis := func(url string) backend {
		return backend{several: true, open: func(t *testing.T) conversation.Store {
			s := open(t, Config{RedisURL: url})
			if err := s.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			return s
		}}
	}
	return map[string]func(t *testing.T) backend{
		"memory": func(t *testing.T) backend {
			m := NewMemory()
			return backend{open: func(*testing.T) conversation.Store { return m }}
		},
		"bolt": func(t *testing.T) backend {
			file := filepath.Join(t.TempDir(), "data")
			var before conversation.Store
			return backend{open: func(t *testing.T) conversation.Store {
				if before != nil {
					before.Close()
				}
				before = open(t, Config{File: file})
				return before
			}}
		},
		"redis":   func(t *testing.T) backend { return overRedis(storetest.StartRedis(t)) },
		"cluster": func(t *testing.T) backend { url, _ := storetest.StartCluster(t); return overRedis(url) },
	}
}

func open(t testing.TB, c Config) conversation.Store {
	t.Helper()
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestContract(t *testing.T) {
	contract := map[string]func(t *testing.T, b backend){
		"a session is kept":                       keepsSession,
		"a failed turn keeps nothing":             failedTurn,
		"concurrent turns lose none":              concurrentTurns,
		"an owed reply survives":                  owedSurvives,
		"a turn that changes nothing":             noChange,
		"a claim honours the lease":               claimHonoursLease,
		"a claim takes no more than it is told":   claimLimit,
		"two claimers never get the same":         twoClaimers,
		"renewing is for those owed a reply":      renew,
		"a released lease is claimed at once":     release,
		"numbers grow":                            numbersGrow,
		"forget and sent leave no trace":          noTrace,
		"sessions of similar ids stay apart":      similarIDs,
		"a session nobody can read is a new one":  unreadable,
		"a context that has ended stops any call": endedContext,
	}
	for name, start := range backends(t) {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			for rule, test := range contract {
				t.Run(rule, func(t *testing.T) { test(t, b) })
			}
		})
	}
}

// turn counts in the session and owes reply.
func turn(reply string) func(*conversation.Session) ([]byte, error) {
	return func(s *conversation.Session) ([]byte, error) {
		s.Voice = conversation.Resident
		s.Nudges++
		return []byte(reply), nil
	}
}

func update(t *testing.T, s conversation.Store, id string, turn func(*conversation.Session) ([]byte, error)) (uint64, int) {
	t.Helper()
	number, waiting, err := s.Update(t.Context(), id, turn)
	if err != nil {
		t.Fatal(err)
	}
	return number, waiting
}

// read returns a session without changing it.
func read(t *testing.T, s conversation.Store, id string) (session conversation.Session) {
	t.Helper()
	update(t, s, id, func(s *conversation.Session) ([]byte, error) { session = *s; return nil, nil })
	return session
}

func owed(t *testing.T, s conversation.Store, id string) (replies []string, numbers []uint64) {
	t.Helper()
	list, err := s.Owed(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		replies, numbers = append(replies, string(o.Reply)), append(numbers, o.Number)
	}
	return replies, numbers
}

func sent(t *testing.T, s conversation.Store, id string, numbers ...uint64) {
	t.Helper()
	for _, n := range numbers {
		if _, err := s.Sent(t.Context(), id, n); err != nil {
			t.Fatal(err)
		}
	}
}

func claim(t *testing.T, s conversation.Store, n int) []string {
	t.Helper()
	ids, err := s.Claim(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// lapse ends the lease on a conversation, if it has one.
func lapse(t *testing.T, s conversation.Store, id string) {
	t.Helper()
	switch s := s.(type) {
	case *Memory:
		if s.leases.has(id) {
			s.leases.found(id)
		}
	case *boltStore:
		if s.leases.has(id) {
			s.leases.found(id)
		}
	case *redisStore:
		if err := s.client.ZAddXX(t.Context(), keysOf(id).due, redis.Z{Score: 1, Member: id}).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// clear sends everything that other tests left owed.
func clear(t *testing.T, s conversation.Store) {
	t.Helper()
	for _, entry := range dump(t, s) {
		if id, ok := strings.CutPrefix(entry, "owed:"); ok {
			_, numbers := owed(t, s, id)
			sent(t, s, id, numbers...)
		}
	}
}

// dump returns "owed:" + id for every conversation that is owed a reply, and every key and value kept.
func dump(t *testing.T, s conversation.Store) (all []string) {
	t.Helper()
	switch s := s.(type) {
	case *Memory:
		for id, r := range s.sessions {
			all = append(all, id, string(r.session))
		}
		for id, owed := range s.owed {
			all = append(all, "owed:"+id)
			for _, o := range owed {
				all = append(all, string(o.Reply))
			}
		}
		for id := range s.leases.until {
			all = append(all, id)
		}
	case *boltStore:
		s.db.View(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					if id, _, ok := parseOwedKey(k); ok && string(name) == "owed" {
						all = append(all, "owed:"+id)
					}
					all = append(all, string(k), string(v))
					return nil
				})
			})
		})
	case *redisStore:
		if c, ok := s.client.(*redis.ClusterClient); ok {
			var mu sync.Mutex
			c.ForEachMaster(t.Context(), func(_ context.Context, node *redis.Client) error {
				mu.Lock()
				defer mu.Unlock()
				all = append(all, dumpRedis(t, node)...)
				return nil
			})
		} else {
			all = dumpRedis(t, s.client)
		}
	}
	return all
}

func dumpRedis(t *testing.T, c redis.Cmdable) (all []string) {
	ctx := t.Context()
	for keys := c.Scan(ctx, 0, "*", 1000).Iterator(); keys.Next(ctx); {
		key := keys.Val()
		all = append(all, key)
		switch kind := c.Type(ctx, key).Val(); kind {
		case "string":
			all = append(all, c.Get(ctx, key).Val())
		case "hash":
			_, id, _ := strings.Cut(key, ":o:")
			all = append(all, "owed:"+id, fmt.Sprint(c.HGetAll(ctx, key).Val()))
		case "zset":
			all = append(all, c.ZRange(ctx, key, 0, -1).Val()...)
		default:
			t.Errorf("a key of type %q", kind)
		}
	}
	return all
}

func equal[E comparable](t *testing.T, what string, got, want []E) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

var errTurn = errors.New("the turn failed")
