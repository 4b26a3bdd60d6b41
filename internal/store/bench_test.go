package store

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// people is how many conversations the benchmarks share among them.
const people = 10_000

// reply is as long as a usual reply with its address.
var reply = []byte(strings.Repeat("r", 600))

// typical makes a session of 120 bytes or a little less, and different each time.
func typical(s *conversation.Session) ([]byte, error) {
	at := conversation.Place{Topic: "smoking", Node: "assist"}
	*s = conversation.Session{Voice: conversation.Staff, Role: "library", Area: "rose-hill", At: at, Nudges: s.Nudges%30 + 1,
		Path:   []conversation.Answer{{Place: conversation.Place{Topic: "smoking", Node: "start"}, Option: "talk"}},
		Recent: []uint64{1 << 38, 2 << 37, 3 << 36, 4 << 35, 5 << 34, 6 << 33, 7 << 32}, Touched: time.Unix(1_790_000_000, 0)}
	return reply, nil
}

func benchmarkUpdate(b *testing.B, s conversation.Store, inFlight int) {
	parallel(b, inFlight, func(id string) {
		if _, _, err := s.Update(b.Context(), id, typical); err != nil {
			b.Error(err)
		}
	})
}

// parallel calls fn b.N times, from about inFlight goroutines.
func parallel(b *testing.B, inFlight int, fn func(id string)) {
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(max(1, inFlight/runtime.GOMAXPROCS(0)))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			fn(fmt.Sprint("person-of-", n.Add(1)%people))
		}
	})
}

func BenchmarkUpdateMemory(b *testing.B) { benchmarkUpdate(b, NewMemory(), 1) }

func BenchmarkUpdateBolt(b *testing.B) {
	benchmarkUpdate(b, open(b, Config{File: filepath.Join(b.TempDir(), "data")}), 1)
}

func BenchmarkUpdateRedis1(b *testing.B) {
	benchmarkUpdate(b, open(b, Config{RedisURL: storetest.StartRedis(b)}), 1)
}

// BenchmarkUpdateRedis16 also reports the rate as a part of that of a bare loop, which sends the
// same commands with nothing around them.
func BenchmarkUpdateRedis16(b *testing.B) {
	client := open(b, Config{RedisURL: storetest.StartRedis(b)}).(*redisStore).client
	s := open(b, Config{RedisURL: storetest.StartRedis(b)})
	ctx, sessions := b.Context(), [2]string{strings.Repeat("a", 120), strings.Repeat("b", 120)}
	b.ResetTimer()
	parallel(b, 16, func(id string) {
		k := keysOf(id)
		kept, next := client.Get(ctx, k.session).Val(), sessions[0]
		if kept == next {
			next = sessions[1]
		}
		if err := commitScript.Run(ctx, client, []string{k.session, k.owed, k.due}, kept, next,
			conversation.SessionLife.Milliseconds(), reply, OwedLife.Milliseconds(), id, Lease.Milliseconds()).Err(); err != nil {
			b.Error(err)
		}
	})
	bare := b.Elapsed()
	b.ResetTimer()
	benchmarkUpdate(b, s, 16)
	b.ReportMetric(bare.Seconds()/b.Elapsed().Seconds(), "of-bare")
}

// TestRedisMemory checks what a live person costs Redis, who has been answered.
func TestRedisMemory(t *testing.T) {
	s := open(t, Config{RedisURL: storetest.StartRedis(t)}).(*redisStore)
	used := func() (n int) {
		_, text, _ := strings.Cut(s.client.Info(t.Context(), "memory").Val(), "used_memory:")
		fmt.Sscan(text, &n)
		return n
	}
	key, err := ParseKey(digits)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, 8000)
	for i := range ids {
		ids[i] = key.ID("telegram", fmt.Sprint(i))
	}
	update(t, s, "first", typical) // what clients and scripts cost
	before := used()
	for _, id := range ids {
		number, _ := update(t, s, id, typical)
		sent(t, s, id, number)
	}
	key1 := keysOf(ids[0]).session
	session, one := s.client.Get(t.Context(), key1).Val(), s.client.MemoryUsage(t.Context(), key1).Val()
	each := (used() - before) / len(ids)
	t.Logf("a session of %d bytes takes %d bytes by MEMORY USAGE, %d by used_memory", len(session), one, each)
	if one >= 300 || each >= 300 {
		t.Errorf("a live person costs %d or %d bytes, want under 300", one, each)
	}
}
