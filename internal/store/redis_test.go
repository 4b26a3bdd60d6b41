package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

func TestRedisExpiry(t *testing.T) {
	s := open(t, Config{RedisURL: storetest.StartRedis(t)}).(*redisStore)
	number, _ := update(t, s, "person", turn("reply"))
	k := keysOf("person")
	for key, want := range map[string]time.Duration{k.session: conversation.SessionLife, k.owed: OwedLife} {
		if got := s.client.PTTL(t.Context(), key).Val(); got > want || got < want-time.Minute {
			t.Errorf("%s goes in %v, want %v", key, got, want)
		}
	}
	s.client.Expire(t.Context(), k.session, time.Hour)
	read(t, s, "person")
	if got := s.client.PTTL(t.Context(), k.session).Val(); got > time.Hour {
		t.Error("a turn that changed nothing was written")
	}
	update(t, s, "person", turn(""))
	if got := s.client.PTTL(t.Context(), k.session).Val(); got < conversation.SessionLife-time.Minute {
		t.Errorf("after another turn the session goes in %v", got)
	}

	// A clock that was put back must not make numbers smaller than those still owed.
	s.client.HSet(t.Context(), k.owed, "last", number+1e15)
	if next, _ := update(t, s, "person", turn("reply")); next != number+1e15+1 {
		t.Errorf("number %d after %d", next, number+uint64(1e15))
	}

	s.client.Del(t.Context(), k.owed)
	lapse(t, s, "person")
	equal(t, "claimed", claim(t, s, 9), []string{"person"})
	if replies, _ := owed(t, s, "person"); replies != nil {
		t.Errorf("owed %q after they expired", replies)
	}
	if n := s.client.Exists(t.Context(), k.due).Val(); n != 0 {
		t.Error("the index still has a conversation whose replies expired")
	}
}

// TestRedisClockBack leaves a lease from before the clock of the server went back by an hour.
func TestRedisClockBack(t *testing.T) {
	s := open(t, Config{RedisURL: storetest.StartRedis(t)}).(*redisStore)
	for _, id := range []string{"person", "other"} {
		update(t, s, id, turn("reply"))
	}
	until := float64(time.Now().Add(time.Hour).UnixMilli())
	if err := s.client.ZAdd(t.Context(), keysOf("person").due, redis.Z{Score: until, Member: "person"}).Err(); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed", claim(t, s, 9), []string{"person"})
	equal(t, "claimed again", claim(t, s, 9), nil)
}

// TestRedisScripts checks that a server without the scripts in its cache is no obstacle.
func TestRedisScripts(t *testing.T) {
	s := open(t, Config{RedisURL: storetest.StartRedis(t)}).(*redisStore)
	for range 2 {
		number, _ := update(t, s, "person", turn("reply"))
		lapse(t, s, "person")
		s.client.ScriptFlush(t.Context())
		equal(t, "claimed", claim(t, s, 9), []string{"person"})
		s.client.ScriptFlush(t.Context())
		sent(t, s, "person", number)
		s.client.ScriptFlush(t.Context())
	}
}

func TestRedisDownAndBack(t *testing.T) {
	server := storetest.NewRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	s := open(t, Config{RedisURL: server.URL})
	number, _ := update(t, s, "person", turn("reply"))
	server.Kill()
	started := time.Now()
	called := false
	_, _, err := s.Update(t.Context(), "person", func(*conversation.Session) ([]byte, error) { called = true; return nil, nil })
	if !errors.Is(err, ErrUnavailable) || called {
		t.Errorf("with Redis down: error %v, turn called: %t", err, called)
	}
	_, claiming := s.Claim(t.Context(), 1)
	_, forgetting := s.Sent(t.Context(), "person", number)
	for _, err := range []error{claiming, s.Ping(t.Context()), forgetting} {
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("with Redis down: %v", err)
		}
	}
	for range 50 { // more than there are connections
		s.Ping(t.Context())
	}
	if took := time.Since(started); took > callTime {
		t.Errorf("with Redis down 54 calls took %v", took)
	}
	server.Start()
	started = time.Now()
	storetest.Eventually(t, "the store works with Redis back", func() bool { return s.Ping(t.Context()) == nil })
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("with Redis back it took %v", took)
	}
	replies, _ := owed(t, s, "person")
	equal(t, "owed after Redis was killed", replies, []string{"reply"})
	if got := read(t, s, "person").Nudges; got != 1 {
		t.Errorf("%d turns kept after Redis was killed, want 1", got)
	}
}

func TestRedisHung(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // connects but never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for name, url := range map[string]string{
		"one":      "redis://" + l.Addr().String(),
		"cluster":  "redis://" + l.Addr().String() + "?cluster=true",
		"sentinel": "redis+sentinel://" + l.Addr().String() + "/main",
		"tls":      "rediss://" + l.Addr().String(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, Config{RedisURL: url})
			for _, limit := range []time.Duration{100 * time.Millisecond, time.Hour} {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				started := time.Now()
				_, _, err := s.Update(ctx, "person", turn("reply"))
				cancel()
				// A TLS handshake obeys the dial timeout only.
				if took := time.Since(started); took > min(limit, callTime)+400*time.Millisecond && name != "tls" || took > callTime+400*time.Millisecond {
					t.Errorf("with %v to go it took %v", limit, took)
				}
				if !errors.Is(err, ErrUnavailable) {
					t.Errorf("error %v", err)
				}
			}
		})
	}
}

// TestClusterNodeLost checks that those whose sessions are on other nodes notice nothing.
func TestClusterNodeLost(t *testing.T) {
	t.Parallel()
	url, nodes := storetest.StartCluster(t)
	s := open(t, Config{RedisURL: url})
	const people = 30
	for i := range people {
		id := fmt.Sprint("person-", i)
		update(t, s, id, turn("reply"))
		lapse(t, s, id)
	}
	nodes[1].Kill()
	served := 0
	for i := range people {
		started := time.Now()
		_, _, err := s.Update(t.Context(), fmt.Sprint("person-", i), turn(""))
		if err == nil {
			served++
		} else if !errors.Is(err, ErrUnavailable) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(started); took > callTime+400*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	}
	if served < people/3 || served == people {
		t.Errorf("%d of %d were served with one node of three lost", served, people)
	}
	if got := claim(t, s, people); len(got) != served {
		t.Errorf("claimed %d, want those of the %d that are served", len(got), served)
	}
	nodes[1].Start()
	storetest.Eventually(t, "everybody is served again", func() bool {
		for i := range people {
			if _, _, err := s.Update(t.Context(), fmt.Sprint("person-", i), turn("")); err != nil {
				return false
			}
		}
		return true
	})
}

func TestSentinelFailover(t *testing.T) {
	t.Parallel()
	url, master, replica := storetest.StartSentinel(t)
	s := open(t, Config{RedisURL: url})
	update(t, s, "person", turn("reply"))
	storetest.Eventually(t, "the replica has the reply", func() bool {
		return replica.Do("EXISTS "+keysOf("person").owed) == "1"
	})
	master.Kill()
	if err := s.Ping(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("with the master gone: %v", err)
	}
	storetest.Eventually(t, "the replica takes over", func() bool {
		_, _, err := s.Update(t.Context(), "person", turn(""))
		return err == nil
	})
	if got := read(t, s, "person").Nudges; got != 2 {
		t.Errorf("%d turns kept after a failover, want 2", got)
	}
	replies, _ := owed(t, s, "person")
	equal(t, "owed after a failover", replies, []string{"reply"})
}

// TestRedisHints checks what an operator hears about a Redis that is not what REDIS_URL says.
func TestRedisHints(t *testing.T) {
	t.Parallel()
	const secret = "s3cret/wörd"
	server := storetest.NewRedis(t, "--requirepass", secret)
	clusterURL, _ := storetest.StartCluster(t)
	oneNode, _, _ := strings.Cut(clusterURL, ",")
	for name, c := range map[string]struct{ url, hint string }{
		"no password":     {server.URL, "put the password"},
		"wrong password":  {strings.Replace(server.URL, "unix://", "unix://:s3cret%2Fword@", 1), "check the user and password"},
		"part of cluster": {oneNode, "part of a cluster"},
		"not a cluster":   {storetest.StartRedis(t), ""},
	} {
		s := open(t, Config{RedisURL: c.url})
		var err error
		for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} { // more than one node has
			if _, _, e := s.Update(t.Context(), id, turn("reply")); e != nil {
				err = e
			}
		}
		if c.hint == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if hint := hintOf(err); !strings.Contains(hint, c.hint) || !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v, hint %q", name, err, hint)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error shows the password: %v", name, err)
		}
	}
	s := open(t, Config{RedisURL: strings.Replace(server.URL, "unix://", "unix://:s3cret%2Fw%C3%B6rd@", 1)})
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("with the right password: %v", err)
	}
}

func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}
