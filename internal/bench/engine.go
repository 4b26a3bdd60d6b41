package main

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

// A null adapter has people press two buttons by turns, and takes replies to nowhere. It keeps
// inFlight messages under way, each until its reply was sent.
type null struct {
	press string // a button of the content; the other is the menu
	n     int
	sent  [inFlight]chan struct{}
	rate  float64
	err   error
	done  context.CancelFunc
}

func (*null) Name() string { return "null" }

func (a *null) Receive(ctx context.Context, deliver func(context.Context, bots.Message) error) error {
	defer a.done()
	for i := range a.sent {
		a.sent[i] = make(chan struct{}, 1)
	}
	a.rate, a.err = parallel(a.n, func(worker, i int) error {
		m := bots.Message{From: strconv.Itoa(i % crowd), To: bots.Address(strconv.Itoa(worker))}
		m.ID, m.Choice, m.Voice = "null:"+strconv.Itoa(i), a.press, conversation.Staff
		if i/crowd%2 == 1 {
			m.Choice = ".menu"
		}
		if err := deliver(ctx, m); err != nil {
			return err
		}
		<-a.sent[worker]
		return nil
	})
	return nil
}

func (a *null) Send(_ context.Context, to bots.Address, _ conversation.Reply) error {
	worker, err := strconv.Atoi(string(to))
	if err == nil {
		a.sent[worker] <- struct{}{}
	}
	return err
}

// engine measures events through bots.Server on a store, replies sent and marked as sent included.
func (r *run) engine(ctx context.Context, sessions conversation.Store, press string, n int) (float64, error) {
	key, err := store.ParseKey(benchKey)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	adapter := &null{press: press, n: n, done: cancel}
	server := &bots.Server{
		Script: func() *conversation.Script { return r.script }, Store: sessions, ID: key.ID,
		Adapters: []bots.Adapter{adapter}, Log: slog.New(slog.DiscardHandler),
	}
	if err := server.Serve(ctx); err != nil {
		return 0, err
	}
	return adapter.rate, adapter.err
}
