package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// commitTime is how long a message may wait for the store: platforms want their answer within 3 s.
const commitTime = 2500 * time.Millisecond

// A Server takes messages from adapters through the engine and the store, and sends the replies.
// The fields are set before Serve is called.
type Server struct {
	Script   func() *conversation.Script // the content in force
	Store    conversation.Store
	ID       func(platform, person string) string // the id of a conversation, under a keyed hash
	Adapters []Adapter
	Log      *slog.Logger
	Observe  func(Event) // may be nil; must not block

	lanes   lanes
	outbox  *outbox
	serving atomic.Pointer[outbox] // the same, for those who may ask before Serve
	told    Recent                 // who that the store is away, and which message about danger its card
	floods  floods
}

// An Event is one thing that happened, for metrics: no words, no ids.
type Event struct {
	Platform string
	Kind     string        // "turn", "repeat", "flood", "refused", "sent", "answered", "send-failed", "gone", "store-error"
	Outcome  string        // of a turn, as in conversation.Reply, without what follows ":"; of a refusal or failure, why
	Took     time.Duration // of an "answered": from the message, or from finding its reply in the store
}

// Serve runs every adapter until ctx ends, then finishes what is under way and returns nil. If an
// adapter can't go on, the others are stopped and its error is returned.
func (s *Server) Serve(ctx context.Context) error {
	s.outbox = newOutbox(s)
	s.serving.Store(s.outbox)
	s.told.For = time.Minute
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var receiving sync.WaitGroup
	for _, a := range s.Adapters {
		receiving.Go(func() {
			err := a.Receive(ctx, func(ctx context.Context, m Message) error { return s.deliver(ctx, a, m) })
			if err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("%s: %w", a.Name(), err))
			}
		})
	}
	s.outbox.run(ctx)
	receiving.Wait()
	s.outbox.drain()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// deliver takes one message through a turn. It returns nil once the turn and its reply are committed,
// or if the message is one too many of a flood.
func (s *Server) deliver(ctx context.Context, a Adapter, m Message) error {
	began := time.Now()
	id := s.ID(a.Name(), m.From)
	script := s.Script()
	if s.floods.over(id, pace(a), began) {
		if _, ok := danger(script, m); !ok {
			s.observe(Event{a.Name(), "flood", "", time.Since(began)})
			s.heard(a, m)
			return nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	if err := s.lanes.enter(ctx, id); err != nil {
		s.observe(Event{a.Name(), "refused", "busy", time.Since(began)})
		if card, ok := danger(script, m); ok {
			s.sayOnce(a, id+" "+m.ID, m.To, card)
		}
		return err
	}
	defer s.lanes.leave(id)

	var reply conversation.Reply
	var l letter
	var owed []byte
	var at conversation.Place
	var repeat bool
	number, waiting, err := s.Store.Update(ctx, id, func(session *conversation.Session) ([]byte, error) {
		owed = nil
		if repeat = session.Seen(m.ID); repeat {
			return nil, nil
		}
		*session, reply = conversation.Turn(script, *session, m.Message, time.Now())
		at = session.At
		var err error
		l = letter{a.Name(), m.To, reply}
		owed, err = json.Marshal(l)
		return owed, err
	})
	if err != nil {
		s.observe(Event{a.Name(), "refused", "store", time.Since(began)})
		s.Log.Error("message not committed", "platform", a.Name(), "took", time.Since(began), "error", err)
		s.apologise(a, id, m, script)
		return fmt.Errorf("commit: %w", err)
	}
	if repeat {
		s.observe(Event{a.Name(), "repeat", "", time.Since(began)})
		return nil // its reply is owed: whoever holds the lease sends it
	}
	s.floods.count(id, pace(a), began)
	outcome, _, _ := strings.Cut(reply.Outcome, ":")
	s.observe(Event{a.Name(), "turn", outcome, time.Since(began)})
	s.Log.Info("turn", "platform", a.Name(), "topic", at.Topic, "node", at.Node, "outcome", outcome, "took", time.Since(began))
	s.outbox.add(id, parcel{Owed: conversation.Owed{Number: number, Reply: owed}, letter: &l, since: began}, waiting)
	if waiting > 1 {
		s.heard(a, m)
	}
	return nil
}

// A letter is an owed reply as the store keeps it.
type letter struct {
	Platform string             `json:"p"`
	To       Address            `json:"to"`
	Reply    conversation.Reply `json:"r"`
}

// Owed returns how many replies this process has to send, and since when it knows of the oldest.
func (s *Server) Owed() (n int, oldest time.Time) {
	if o := s.serving.Load(); o != nil {
		return o.owed()
	}
	return 0, time.Time{}
}

func (s *Server) observe(e Event) {
	if s.Observe != nil {
		s.Observe(e)
	}
}

func (s *Server) adapter(name string) Adapter {
	for _, a := range s.Adapters {
		if a.Name() == name {
			return a
		}
	}
	return nil
}
