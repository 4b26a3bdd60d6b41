package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	api "github.com/slack-go/slack"

	"github.com/gorilla/websocket"
)

const (
	connections   = 2 // so that one is up while the other is renewed
	firstBackoff  = time.Second
	longBackoff   = 30 * time.Second
	pingEvery     = 15 * time.Second
	silence       = 50 * time.Second // without a sign of life, after which a connection is dead
	handshakeTime = 10 * time.Second
	writeTime     = 5 * time.Second
	steadyTime    = 10 * time.Second // after which a connection was a good one
	lingerTime    = 4 * time.Second  // for acknowledgements on a connection that is being closed
	maxFrame      = 4 << 20          // bytes
)

// listen keeps the connections of Socket Mode up until ctx ends, and returns nil, or an error if
// Slack refuses the app token before any connection was made.
func (a *Adapter) listen(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	q := newLine(a)
	var keeping, up sync.WaitGroup
	for range connections {
		keeping.Go(func() {
			if err := a.keepConnected(ctx, q, &up); err != nil {
				stop(err)
			}
		})
	}
	keeping.Wait()
	up.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// keepConnected makes one connection after another. Each is given up only when the next may begin.
func (a *Adapter) keepConnected(ctx context.Context, q *line, up *sync.WaitGroup) error {
	pause, met := firstBackoff, false
	for ctx.Err() == nil {
		s, err := a.connect(ctx)
		switch {
		case err == nil:
			if met {
				a.counts.reconnects.Add(1)
			}
			met = true
			began := time.Now()
			up.Go(func() { s.read(ctx, q) })
			select {
			case <-s.retired:
			case <-ctx.Done():
			}
			if time.Since(began) > steadyTime {
				pause = firstBackoff
				if s.renew.Load() {
					continue
				}
			}
		case ctx.Err() != nil:
			return nil
		default:
			if said, ok := errors.AsType[api.SlackErrorResponse](err); ok && refusesToken(said.Err) && !met {
				return fmt.Errorf("slack refuses the app token (%s): check SLACK_APP_TOKEN, and that Socket Mode is on", code(said.Err))
			}
			if limited, ok := errors.AsType[*api.RateLimitedError](err); ok {
				pause = max(pause, limited.RetryAfter)
			}
			a.log.Warn("no Socket Mode connection yet", "again-in", pause, "error", redact("connect to Slack", err))
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-ctx.Done():
		}
		pause = min(2*pause, longBackoff)
	}
	return nil
}

// A socket is one Socket Mode connection.
type socket struct {
	a       *Adapter
	conn    *websocket.Conn
	writing sync.Mutex
	pending sync.WaitGroup // envelopes not yet acknowledged
	retired chan struct{}  // closed when another connection should be made
	retire  func()
	renew   atomic.Bool // Slack asked for a new one
}

func (a *Adapter) connect(ctx context.Context) (*socket, error) {
	callCtx, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	_, address, err := a.web.api.StartSocketModeContext(callCtx)
	if err != nil {
		return nil, err
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshakeTime}
	conn, resp, err := dialer.DialContext(callCtx, address, nil)
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("websocket: status %d", resp.StatusCode)
		}
		return nil, fmt.Errorf("websocket: %w", bare(err))
	}
	conn.SetReadLimit(maxFrame)
	s := &socket{a: a, conn: conn, retired: make(chan struct{})}
	s.retire = sync.OnceFunc(func() { close(s.retired) })
	return s, nil
}

// A frame is what Slack sends over a socket.
type frame struct {
	Type       string          `json:"type"`
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"`
	Reason     string          `json:"reason"`
	Retry      int             `json:"retry_attempt"`
}

// read puts what comes into the line until the connection ends or is retired. It never waits for
// the store. Then what is under way has a little while to be acknowledged.
func (s *socket) read(ctx context.Context, q *line) {
	ended := make(chan struct{})
	go s.guard(ctx, ended)
	alive := func() { s.conn.SetReadDeadline(time.Now().Add(silence)) }
	alive()
	s.conn.SetPongHandler(func(string) error { alive(); return nil })
	pong := s.conn.PingHandler()
	s.conn.SetPingHandler(func(data string) error { alive(); return pong(data) })
	for {
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			if ctx.Err() == nil && !s.renew.Load() {
				s.a.log.Info("Socket Mode connection ended", "error", redact("read", err))
			}
			break
		}
		alive()
		s.take(ctx, q, data)
	}
	s.retire()
	close(ended)
	settled := make(chan struct{})
	go func() {
		s.pending.Wait()
		close(settled)
	}()
	select {
	case <-settled:
	case <-time.After(lingerTime):
	}
	s.conn.Close()
}

// take reads one frame. What has an envelope but no meaning for us is acknowledged at once, or
// Slack would send it again.
func (s *socket) take(ctx context.Context, q *line, data []byte) {
	var f frame
	if err := json.Unmarshal(data, &f); err != nil {
		s.a.counts.unread.Add(1)
		s.ack(looseID(data))
		return
	}
	if f.Retry > 0 {
		s.a.counts.retried.Add(1)
	}
	var t task
	var err error
	switch f.Type {
	case "hello":
		s.a.counts.inbound.Store(time.Now().UnixNano())
		return
	case "disconnect":
		s.renew.Store(f.Reason != "link_disabled")
		s.retire()
		return
	case "events_api":
		t, _, err = s.a.readEvent(f.Payload)
	case "slash_commands":
		var c command
		if err = json.Unmarshal(f.Payload, &c); err == nil {
			t, err = s.a.readCommand(c)
		}
	case "interactive":
		t, err = s.a.readInteraction(f.Payload)
	}
	if err != nil {
		s.a.counts.unread.Add(1)
		s.ack(f.EnvelopeID)
		return
	}
	s.pending.Add(1)
	q.add(ctx, t, func(forget bool) {
		defer s.pending.Done()
		if forget {
			s.ack(f.EnvelopeID)
		}
	})
}

// looseID finds the id of an envelope that is not as we know envelopes.
func looseID(data []byte) string {
	var loose map[string]json.RawMessage
	var id string
	if json.Unmarshal(data, &loose) != nil || json.Unmarshal(loose["envelope_id"], &id) != nil {
		return ""
	}
	return id
}

// ack tells Slack to forget an envelope. If that fails Slack sends it again, which is harmless.
func (s *socket) ack(envelope string) {
	if envelope == "" {
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.conn.SetWriteDeadline(time.Now().Add(writeTime))
	if err := s.conn.WriteJSON(map[string]string{"envelope_id": envelope}); err != nil {
		s.conn.Close()
	}
}

// guard pings while the connection is up, and ends reading at once when ctx ends, or a little after
// it was retired.
func (s *socket) guard(ctx context.Context, ended <-chan struct{}) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	var over <-chan time.Time
	retired, stopped := s.retired, ctx.Done()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
			_ = s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime)) // the reader finds out
			continue
		case <-retired:
			retired, over = nil, time.After(lingerTime)
			continue
		case <-stopped:
		case <-over:
		}
		// The reader may be putting its own deadline in place, so this is said until it is heard.
		stopped, over = nil, time.After(50*time.Millisecond)
		s.conn.NetConn().SetReadDeadline(time.Now())
	}
}
