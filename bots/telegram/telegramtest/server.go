// Package telegramtest is a Bot API server for tests. It keeps updates by the real server's rules
// (asking with an offset forgets, a webhook is called again until it answers 2xx, one update of a
// queue at a time, a press lives for 150 s), refuses what Telegram refuses, and remembers every call. The
// npm package grammy 1.46.0 has run against it, polling and by webhook.
package telegramtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Who the bot is.
const (
	BotID    = 7000000001
	Username = "signpost_test_bot"
)

// A Server is one bot's Bot API. Its fields may be set before it is first called; if that is by
// another process, they are set by what New is given.
type Server struct {
	URL   string // for TELEGRAM_API_URL
	Token string

	// Latency is how long every call takes.
	Latency time.Duration
	// RetryBase is the pause before a webhook is called a third time; later ones double, up to 30 times it.
	RetryBase time.Duration
	// HookTo is the address that is called instead of the one set by setWebhook.
	HookTo string
	// Refuse, if not nil, is asked about every call; a refusal is given instead of an answer.
	Refuse func(Call) *Refusal

	http *httptest.Server

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	closed   chan struct{}
	calls    []Call
	faults   []string
	queue    []*entry
	nextID   int64
	poller   chan struct{} // closed when another getUpdates comes
	polling  bool
	hook     *hook
	senders  sync.WaitGroup
	chats    map[int64]*chat
	presses  map[string]*press
	texts    map[string]string // name, description and short description
	commands map[string]string // by scope and language
	serial   int
}

// A Call is one call of a method, as it came.
type Call struct {
	Method string
	Params map[string]any
	At     time.Time
	Code   int // of the answer; 0 while it is under way
}

// Chat returns the chat that the call is about, or 0.
func (c Call) Chat() int64 { return number(c.Params["chat_id"]) }

// Text returns a parameter that is a text, or "".
func (c Call) Text(name string) string {
	s, _ := c.Params[name].(string)
	return s
}

// A Refusal is an answer with "ok" false.
type Refusal struct {
	Code        int
	Description string
	RetryAfter  int   // seconds
	MigrateTo   int64 // the new id of a group
	Hang        bool  // no answer at all: the connection is cut, after the call had its effect
}

// New starts a server, whose fields the functions given may set. Close must be called.
func New(token string, set ...func(*Server)) *Server {
	s := &Server{
		Token: token, RetryBase: 2 * time.Second,
		changed: make(chan struct{}), closed: make(chan struct{}), nextID: 900000001,
		chats: make(map[int64]*chat), presses: make(map[string]*press),
		texts: make(map[string]string), commands: make(map[string]string),
	}
	for _, f := range set {
		f(s)
	}
	s.http = httptest.NewUnstartedServer(s)
	s.URL = "http://" + s.http.Listener.Addr().String()
	s.http.Start()
	return s
}

// Close stops the server and whatever it is sending.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
	s.mu.Unlock()
	s.http.CloseClientConnections()
	s.http.Close()
	s.senders.Wait()
}

// ServeHTTP answers /bot<token>/<method>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, "/bot"+s.Token+"/")
	if !ok {
		write(w, nil, &Refusal{Code: 401, Description: "Unauthorized"})
		return
	}
	call := Call{Method: path, Params: make(map[string]any), At: time.Now()}
	if refusal := s.params(r, &call); refusal != nil {
		write(w, nil, refusal)
		return
	}
	n := s.note(call)
	if s.Latency > 0 {
		time.Sleep(s.Latency)
	}
	var refusal *Refusal
	if s.Refuse != nil {
		refusal = s.Refuse(call)
	}
	var result any
	if refusal == nil || refusal.Hang {
		answer, no := s.answer(r, call)
		result = answer
		if no != nil {
			refusal = no
		}
	}
	s.answered(n, refusal)
	if refusal != nil && refusal.Hang {
		panic(http.ErrAbortHandler)
	}
	write(w, result, refusal)
}

// params reads the JSON that we expect of every client of ours.
func (s *Server) params(r *http.Request, call *Call) *Refusal {
	body, err := io.ReadAll(r.Body)
	if err != nil || len(body) == 0 && r.Method == http.MethodGet {
		return nil
	}
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		s.fault("%s: content type %q", call.Method, kind)
	}
	if r.ContentLength < 0 {
		s.fault("%s: no content length", call.Method)
	}
	if len(body) > 0 && json.Unmarshal(body, &call.Params) != nil {
		return &Refusal{Code: 400, Description: "Bad Request: object expected as the body"}
	}
	if err := checkParams(call); err != nil {
		s.fault("not as published: %v", err)
	}
	return nil
}

func write(w http.ResponseWriter, result any, refusal *Refusal) {
	w.Header().Set("Content-Type", "application/json")
	if refusal == nil {
		json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
		return
	}
	parameters := make(map[string]any)
	if refusal.RetryAfter > 0 {
		parameters["retry_after"] = refusal.RetryAfter
		w.Header().Set("Retry-After", fmt.Sprint(refusal.RetryAfter))
	}
	if refusal.MigrateTo != 0 {
		parameters["migrate_to_chat_id"] = refusal.MigrateTo
	}
	answer := map[string]any{"ok": false, "error_code": refusal.Code, "description": refusal.Description}
	if len(parameters) > 0 {
		answer["parameters"] = parameters
	}
	w.WriteHeader(refusal.Code)
	json.NewEncoder(w).Encode(answer)
}

func (s *Server) note(c Call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	return len(s.calls) - 1
}

func (s *Server) answered(n int, refusal *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[n].Code = 200
	if refusal != nil {
		s.calls[n].Code = refusal.Code
	}
	s.change()
}

// change wakes everyone who waits. The caller holds mu.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// Faults returns what no good client does, though Telegram may let it pass.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// Calls returns the calls of the methods so far, in order; of every method but getUpdates if none is named.
func (s *Server) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Call
	for _, c := range s.calls {
		if slices.Contains(methods, c.Method) || len(methods) == 0 && c.Method != "getUpdates" {
			c.Params = maps.Clone(c.Params)
			list = append(list, c)
		}
	}
	return list
}

// Wait returns when cond holds, which is asked again at every change, or false after a while.
func (s *Server) Wait(limit time.Duration, cond func() bool) bool {
	end := time.After(limit)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return true
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond): // cond may look at other things too
		case <-end:
			return cond()
		}
	}
}

func number(v any) int64 {
	switch n := v.(type) {
	case float64:
		return int64(n)
	case int64:
		return n
	case int:
		return int64(n)
	}
	return 0
}
