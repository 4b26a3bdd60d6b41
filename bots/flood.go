package bots

import (
	"maps"
	"sync"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// floodDepth is how many messages of one person may come at once. Their answers take so many times the
// pace of the platform, which is two minutes where one a second may be said.
const floodDepth = 120

// A Paced adapter has a pause between two replies to one person. Who sends more than can be answered is
// answered as far as floodDepth goes; what is more is passed by, unless it speaks of danger. Of a press
// that is passed by the platform hears all the same that it has arrived.
type Paced interface {
	Pace() time.Duration // 0 is no pause, and no limit
}

func pace(a Adapter) time.Duration {
	if p, ok := a.(Paced); ok {
		return p.Pace()
	}
	return 0
}

// heard lets the platform know that a press has arrived, when its reply has to wait, or there is none.
func (s *Server) heard(a Adapter, m Message) {
	if m.Choice != "" {
		s.outbox.sending.Go(func() { s.outbox.say(a, m.To, conversation.Reply{}) })
	}
}

// floods know until when each person's messages keep us busy, at the pace of their platform.
type floods struct {
	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

// over reports whether a person has sent more than may come at once.
func (f *floods) over(id string, pace time.Duration, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.until[id].Sub(now) > (floodDepth-1)*pace
}

// count takes a message that was committed. One that comes again is not counted, or a store that was
// away for long would make a flood of a few messages.
func (f *floods) count(id string, pace time.Duration, now time.Time) {
	if pace <= 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.until == nil {
		f.until = make(map[string]time.Time)
	}
	if len(f.until) > 4096 && now.Sub(f.swept) > time.Minute {
		f.swept = now
		maps.DeleteFunc(f.until, func(_ string, until time.Time) bool { return now.After(until) })
	}
	f.until[id] = later(f.until[id], now).Add(pace)
}
