package bots

import (
	"context"
	"sync"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// apologise tells a person that we can't answer now, at most once a minute; every message about danger
// gets its card, store or no store, though not each time that the platform sends it again.
func (s *Server) apologise(a Adapter, id string, m Message, script *conversation.Script) {
	_, reply := conversation.Turn(script, conversation.Session{Voice: m.Voice}, m.Message, time.Now())
	if !reply.Crisis {
		reply = script.Apology()
	}
	about := id
	if reply.Crisis {
		about += " " + m.ID
	}
	if !s.apologies.due(about, time.Now()) {
		return
	}
	s.outbox.sending.Go(func() {
		ctx, cancel := context.WithTimeout(s.outbox.ctx, sendTime)
		defer cancel()
		if err := a.Send(ctx, m.To, reply); err != nil {
			s.Log.Warn("apology not sent", "platform", a.Name(), "error", err)
		}
	})
}

// apologies remembers, for a minute, who has been told that the store is away, and which message about
// danger was answered.
type apologies struct {
	mu   sync.Mutex
	told map[string]time.Time
}

func (p *apologies) due(about string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told == nil || len(p.told) > 10_000 {
		p.told = make(map[string]time.Time)
	}
	if now.Sub(p.told[about]) < time.Minute {
		return false
	}
	p.told[about] = now
	return true
}
