package slacktest

import (
	"bufio"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// A socket is one Socket Mode connection: RFC 6455, as much of it as Slack uses.
type socket struct {
	conn    net.Conn
	reader  *bufio.Reader
	writing sync.Mutex
	mu      sync.Mutex
	acks    map[string]chan struct{}
}

// goingAway is the status 1001 of RFC 6455.
var goingAway = []byte{0x03, 0xe9}

// The opcodes of a frame.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	hijacker, ok := w.(http.Hijacker)
	if !ok || r.Header.Get("Upgrade") != "websocket" {
		http.Error(w, "not a websocket", http.StatusBadRequest)
		return
	}
	conn, buffered, err := hijacker.Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+
		base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
	k := &socket{conn: conn, reader: buffered.Reader, acks: make(map[string]chan struct{})}
	k.write(opText, toJSON(map[string]any{"type": "hello", "num_connections": 1}))
	s.mu.Lock()
	s.sockets[k] = true
	s.note()
	s.mu.Unlock()
	k.read()
	s.mu.Lock()
	delete(s.sockets, k)
	s.note()
	s.mu.Unlock()
}

// Sockets returns how many connections are up.
func (s *Slack) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// HangUp cuts every connection without a word.
func (s *Slack) HangUp() {
	s.each(func(k *socket) { k.conn.Close() })
}

// Refresh asks every connection to be renewed, as Slack does every few hours, and closes it soon after.
func (s *Slack) Refresh() {
	s.each(func(k *socket) {
		k.write(opText, toJSON(map[string]any{"type": "disconnect", "reason": "refresh_requested"}))
		time.AfterFunc(2*time.Second, func() {
			k.write(opClose, goingAway)
			time.AfterFunc(time.Second, func() { k.conn.Close() })
		})
	})
}

// Raw sends a text to every connection.
func (s *Slack) Raw(text string) {
	s.each(func(k *socket) { k.write(opText, []byte(text)) })
}

// Acked waits until some connection acknowledges an envelope sent with Raw.
func (s *Slack) Acked(envelope string, limit time.Duration) bool {
	return s.Until(limit, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for k := range s.sockets {
			select {
			case <-k.ack(envelope):
				return true
			default:
			}
		}
		return false
	})
}

func (s *Slack) each(do func(*socket)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.sockets {
		do(k)
	}
}

// sendFrame sends an envelope over one of the connections and waits for its acknowledgement.
func (s *Slack) sendFrame(kind string, payload map[string]any, retry int) bool {
	s.Until(s.wait(), func() bool { return s.Sockets() > 0 })
	s.mu.Lock()
	s.tries++
	var k *socket
	for k = range s.sockets {
		break // any of them: the order of a map is random
	}
	s.mu.Unlock()
	if k == nil {
		return false
	}
	id := rand.Text()
	acked := k.ack(id)
	f := map[string]any{"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
	if retry > 0 {
		f["retry_attempt"], f["retry_reason"] = retry, "timeout"
	}
	if k.write(opText, toJSON(f)) != nil {
		return false
	}
	select {
	case <-acked:
		return true
	case <-time.After(s.wait()):
		return false
	}
}

// ack returns the channel that is closed when an envelope is acknowledged.
func (k *socket) ack(envelope string) chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.acks[envelope]
	if c == nil {
		c = make(chan struct{})
		k.acks[envelope] = c
	}
	return c
}

// read takes acknowledgements and answers pings until the connection ends.
func (k *socket) read() {
	for {
		op, data, err := k.frame()
		if err != nil {
			return
		}
		if op == opClose {
			k.write(opClose, data)
			return
		}
		if op == opPing {
			k.write(opPong, data)
			continue
		}
		var said struct {
			EnvelopeID string `json:"envelope_id"`
		}
		if op == opText && json.Unmarshal(data, &said) == nil && said.EnvelopeID != "" {
			c := k.ack(said.EnvelopeID)
			select {
			case <-c:
			default:
				close(c)
			}
		}
	}
}

// frame reads one masked frame that is not a part of a longer message.
func (k *socket) frame() (op byte, data []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(k.reader, head[:]); err != nil {
		return 0, nil, err
	}
	if head[0]&0x80 == 0 || head[1]&0x80 == 0 {
		return 0, nil, errors.New("a fragment, or not masked")
	}
	length := uint64(head[1] & 0x7f)
	switch length {
	case 126:
		var n uint16
		err = binary.Read(k.reader, binary.BigEndian, &n)
		length = uint64(n)
	case 127:
		err = binary.Read(k.reader, binary.BigEndian, &length)
	}
	if err != nil || length > 20_000 { // Slack drops longer acknowledgements
		return 0, nil, errors.New("a frame too long")
	}
	var mask [4]byte
	if _, err := io.ReadFull(k.reader, mask[:]); err != nil {
		return 0, nil, err
	}
	data = make([]byte, length)
	if _, err := io.ReadFull(k.reader, data); err != nil {
		return 0, nil, err
	}
	for i := range data {
		data[i] ^= mask[i%4]
	}
	return head[0] & 0x0f, data, nil
}

func (k *socket) write(op byte, data []byte) error {
	k.writing.Lock()
	defer k.writing.Unlock()
	head := []byte{0x80 | op}
	switch n := len(data); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	_, err := k.conn.Write(append(head, data...))
	return err
}
