package slack

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

const (
	ann     = "U0ANN"
	bob     = "U0BOB"
	channel = "C0CHAN"
)

// A bench is a fake Slack, a server with our adapter, and what they said.
type bench struct {
	*slacktest.Slack
	t       testing.TB
	adapter *Adapter
	script  *conversation.Script
	store   *faultyStore
	log     *lockedBuffer
	stop    func()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A faultyStore is a store that can hang.
type faultyStore struct {
	conversation.Store
	mu   sync.Mutex
	hang bool
}

func (s *faultyStore) setHang(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hang = on
}

func (s *faultyStore) Update(ctx context.Context, id string, turn func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	s.mu.Lock()
	hang := s.hang
	s.mu.Unlock()
	if hang {
		<-ctx.Done()
		return 0, 0, ctx.Err()
	}
	return s.Store.Update(ctx, id, turn)
}

// newBench starts everything; with sockets over Socket Mode, otherwise over HTTP.
func newBench(t testing.TB, sockets bool) *bench { return benchFor(t, sockets, testScript(t)) }

// benchFor is newBench with another script.
func benchFor(t testing.TB, sockets bool, sc *conversation.Script) *bench {
	b := &bench{Slack: slacktest.New(), t: t, script: sc, store: &faultyStore{Store: store.NewMemory()}, log: new(lockedBuffer)}
	b.Minute = 20 * time.Millisecond
	b.Invite(channel)
	t.Cleanup(b.Slack.Close)
	b.start(sockets)
	t.Cleanup(func() {
		b.stop()
		for _, p := range b.Problems() {
			t.Error("Slack refuses:", p)
		}
	})
	return b
}

// start starts our side, as after a crash when it ran before.
func (b *bench) start(sockets bool) {
	b.t.Helper()
	app, signing := "", b.SigningSecret
	if sockets {
		app, signing = b.AppToken, ""
	}
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	script := func() *conversation.Script { return b.script }
	b.adapter = newAdapter(b.API(), b.BotToken, app, signing, script, log)
	b.adapter.limit.PerChat = 0
	server := &bots.Server{Script: script, Store: b.store, ID: func(p, who string) string { return p + "|" + who }, Adapters: []bots.Adapter{b.adapter}, Log: log}
	b.adapter.known = server.Known
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(ctx); err != nil {
			b.t.Error("serve:", err)
		}
	}()
	closeHTTP := func() {}
	if !sockets {
		mux := http.NewServeMux()
		for path, h := range b.adapter.Routes() {
			mux.Handle(path, h)
		}
		front := httptest.NewServer(mux)
		b.Target, closeHTTP = front.URL, front.Close
		for b.adapter.deliver.Load() == nil {
			time.Sleep(time.Millisecond)
		}
	}
	b.stop = sync.OnceFunc(func() {
		closeHTTP()
		cancel()
		<-done
	})
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// answers waits until so many messages stand in a channel, and returns them. It waits long enough for
// a reply that a process before us still has a lease on.
func (b *bench) answers(where string, n int) []slacktest.Message {
	b.t.Helper()
	if !b.Until(store.Lease+5*time.Second, func() bool { return len(b.Messages(where)) >= n }) {
		b.t.Fatalf("%d messages in %s, not %d\n%s", len(b.Messages(where)), where, n, b.log)
	}
	return b.Messages(where)
}

// last waits for the nth message of a channel and returns it.
func (b *bench) last(where string, n int) slacktest.Message { return b.answers(where, n)[n-1] }

// quiet fails if more than n messages stand in a channel after a while.
func (b *bench) quiet(where string, n int) {
	b.t.Helper()
	time.Sleep(150 * time.Millisecond)
	if got := b.Messages(where); len(got) != n {
		b.t.Fatalf("%d messages in %s, not %d: %+v", len(got), where, n, got)
	}
}
