package telegramtest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// A hook is a webhook that is set.
type hook struct {
	url, secret string
	connections int
	busy        int
	lanes       map[string]bool // with an update under way
	stop        chan struct{}
}

func (s *Server) setWebhook(c Call) (any, *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropHook()
	if c.Text("url") == "" {
		return true, nil
	}
	h := &hook{
		url: c.Text("url"), secret: c.Text("secret_token"), connections: int(number(c.Params["max_connections"])),
		lanes: make(map[string]bool), stop: make(chan struct{}),
	}
	if s.HookTo != "" {
		h.url = s.HookTo
	}
	if h.connections == 0 {
		h.connections = 40
	}
	if drop, _ := c.Params["drop_pending_updates"].(bool); drop {
		s.queue = nil
	}
	s.hook = h
	s.senders.Go(func() { s.runHook(h) })
	return true, nil
}

func (s *Server) deleteWebhook(c Call) (any, *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropHook()
	if drop, _ := c.Params["drop_pending_updates"].(bool); drop {
		s.queue = nil
	}
	return true, nil
}

func (s *Server) dropHook() {
	if s.hook != nil {
		close(s.hook.stop)
		s.hook = nil
	}
	for _, e := range s.queue {
		e.sending = false
	}
}

// runHook calls the webhook with whatever may be sent, until it is taken away.
func (s *Server) runHook(h *hook) {
	for {
		s.mu.Lock()
		s.expire()
		wait := time.Second
		blocked := make(map[string]bool)
		for _, e := range s.queue {
			if e.sending || h.lanes[e.lane] || blocked[e.lane] || h.busy >= h.connections {
				continue
			}
			blocked[e.lane] = true // an update waits for those of its lane before it
			if rest := time.Until(e.after); rest > 0 {
				wait = min(wait, rest)
				continue
			}
			e.sending, h.lanes[e.lane] = true, true
			h.busy++
			s.senders.Go(func() { s.callHook(h, e) })
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-time.After(wait):
		case <-h.stop:
			return
		case <-s.closed:
			return
		}
	}
}

// callHook sends one update, and drops it if the answer is 2xx.
func (s *Server) callHook(h *hook, e *entry) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	go func() {
		select {
		case <-h.stop:
		case <-s.closed:
		case <-ctx.Done():
		}
		cancel()
	}()
	code, after := s.postHook(ctx, h, e)
	s.mu.Lock()
	defer s.mu.Unlock()
	h.busy--
	delete(h.lanes, e.lane)
	e.sending = false
	if code/100 == 2 {
		for i, q := range s.queue {
			if q == e {
				s.queue = append(s.queue[:i], s.queue[i+1:]...)
				break
			}
		}
	} else {
		if e.tries++; e.tries > 1 && after == 0 {
			after = min(s.RetryBase<<min(e.tries-2, 5), 30*s.RetryBase)
		}
		e.after = time.Now().Add(after)
	}
	s.change()
}

// postHook returns the status of the answer, 0 for none, and what its Retry-After asks for.
func (s *Server) postHook(ctx context.Context, h *hook, e *entry) (code int, after time.Duration) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(e.raw))
	if err != nil {
		return 0, 0
	}
	req.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, 0
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); len(body) > 0 && resp.StatusCode/100 == 2 {
		s.fault("a webhook's answer has a body, which may be obeyed as a call")
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return resp.StatusCode, time.Duration(seconds) * time.Second
}

// CallAt has webhooks call an address instead of the one that setWebhook names. It may be called
// while the server runs.
func (s *Server) CallAt(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.HookTo = address
}
