package telegramtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// How long updates live on the real server, by kind.
const (
	messageLife = 24 * time.Hour
	pressLife   = 150 * time.Second
	inlineLife  = 30 * time.Second
)

// An entry is an update that waits to be confirmed.
type entry struct {
	id      int64
	lane    string // the webhook calls with one update of a lane at a time
	raw     json.RawMessage
	expires time.Time
	sending bool
	after   time.Time // not sent to the webhook before
	tries   int
}

// Push queues an update given as its fields without "update_id", and returns its id.
func (s *Server) Push(lane string, life time.Duration, fields map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.push(lane, life, fields)
}

func (s *Server) push(lane string, life time.Duration, fields map[string]any) int64 {
	id := s.nextID
	s.nextID++
	fields["update_id"] = id
	raw, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	s.queue = append(s.queue, &entry{id: id, lane: lane, raw: raw, expires: time.Now().Add(life)})
	s.change()
	return id
}

// Restart has update ids go on from another one, as happens after a week without updates.
func (s *Server) Restart(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID = id
}

// PushRaw queues bytes as they are, under an id that takes part in confirmation.
func (s *Server) PushRaw(raw func(id int64) string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID
	s.nextID++
	s.queue = append(s.queue, &entry{id: id, lane: "raw", raw: json.RawMessage(raw(id)), expires: time.Now().Add(messageLife)})
	s.change()
	return id
}

// Pending returns how many updates are not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	return len(s.queue)
}

func (s *Server) expire() {
	now := time.Now()
	kept := s.queue[:0]
	for _, e := range s.queue {
		if now.Before(e.expires) {
			kept = append(kept, e)
		}
	}
	s.queue = kept
}

// forget drops what an offset confirms. One that is far past the end is taken for an old one.
func (s *Server) forget(offset int64) {
	s.expire()
	if offset <= 0 || len(s.queue) == 0 || offset > s.queue[len(s.queue)-1].id+10 {
		return
	}
	kept := s.queue[:0]
	for _, e := range s.queue {
		if e.id >= offset {
			kept = append(kept, e)
		}
	}
	s.queue = kept
}

// getUpdates forgets what the offset confirms, and waits for the rest.
func (s *Server) getUpdates(r *http.Request, c Call) (any, *Refusal) {
	limit := int(number(c.Params["limit"]))
	if limit < 1 || limit > 100 {
		limit = 100
	}
	end := time.After(time.Duration(min(number(c.Params["timeout"]), 50)) * time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook != nil {
		return nil, &Refusal{Code: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	if s.polling {
		close(s.poller)
	}
	mine := make(chan struct{})
	s.poller, s.polling = mine, true
	defer func() { s.polling = s.polling && s.poller != mine }()
	s.forget(number(c.Params["offset"]))
	s.change()
	for last := false; ; {
		s.expire()
		if len(s.queue) > 0 || last {
			batch := []json.RawMessage{}
			for _, e := range s.queue[:min(limit, len(s.queue))] {
				batch = append(batch, e.raw)
			}
			return batch, nil
		}
		changed := s.changed
		s.mu.Unlock()
		var gone, other bool
		select {
		case <-changed:
		case <-end:
			last = true
		case <-mine:
			other = true
		case <-r.Context().Done():
			gone = true
		case <-s.closed:
			gone = true
		}
		s.mu.Lock()
		if other {
			return nil, &Refusal{Code: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		if gone {
			return nil, &Refusal{Code: 502, Description: "Bad Gateway"}
		}
	}
}
