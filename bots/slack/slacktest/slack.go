// Package slacktest is a Slack to test against: the Web API, response_urls, signed requests with
// Slack's rule for sending again, and Socket Mode. It refuses what Slack would refuse. The npm packages
// @slack/bolt 5.1.0, over HTTP and Socket Mode, and @slack/socket-mode 3.1.0 have run against it.
package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// The workspace, and we in it.
const (
	Team  = "T0TEAM"
	App   = "A0APP"
	Bot   = "U0BOT"
	BotID = "B0BOT"
)

// Slack is one workspace with one app installed. Its fields are set before it is used.
type Slack struct {
	BotToken, AppToken, SigningSecret string

	Target string        // where requests are sent, such as http://127.0.0.1:8080; "" is Socket Mode
	Minute time.Duration // how long Slack's minute is, in the times between two tries; 0 is a minute
	Wait   time.Duration // how long an acknowledgement may take; 0 is 3 s

	server *httptest.Server

	mu       sync.Mutex
	clock    int64
	calls    []Call
	messages []*Message
	views    []View
	urls     map[string]*responseURL
	triggers map[string]time.Time
	members  map[string]bool // channels we are in
	faults   map[string][]Fault
	sockets  map[*socket]bool
	problems []string
	tries    int
	changed  chan struct{}
}

// A Call is one call that Slack got, refused ones included.
type Call struct {
	Method string // "chat.postMessage", or "response_url"
	Args   map[string]any
	Error  string // what Slack answered; "" is ok
	At     time.Time
}

// A Message is one that stands in a channel, as it is now.
type Message struct {
	Channel, TS, Thread, Text string
	Blocks                    []any
	For                       string // the person who alone sees it; "" is all
	Edits                     int
	Deleted                   bool
	At                        time.Time
}

// A View is a Home tab or a modal as it was published, opened or updated.
type View struct {
	ID, Type, User string
	Body           map[string]any
}

// A Fault is what is wrong with a call: a status, headers and a body instead of the right answer.
type Fault struct {
	Status int
	Header map[string]string
	Body   string
	Delay  time.Duration
	After  bool // the call takes effect all the same
}

// New starts a workspace with tokens of its own.
func New() *Slack {
	s := &Slack{
		BotToken: "xoxb-" + rand.Text(), AppToken: "xapp-" + rand.Text(), SigningSecret: rand.Text(),
		urls: make(map[string]*responseURL), triggers: make(map[string]time.Time), members: make(map[string]bool),
		faults: make(map[string][]Fault), sockets: make(map[*socket]bool), changed: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("/respond/{token}", s.serveRespond)
	mux.HandleFunc("/link/{ticket}", s.serveSocket)
	s.server = httptest.NewUnstartedServer(mux)
	s.server.Start()
	return s
}

// API returns the base address of the Web API, which ends in "/api/".
func (s *Slack) API() string { return s.server.URL + "/api/" }

// Close stops the workspace and hangs up every socket.
func (s *Slack) Close() {
	s.HangUp()
	s.server.CloseClientConnections()
	s.server.Close()
}

// Invite puts the app into a channel.
func (s *Slack) Invite(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.members[channel] = true
}

// Break makes the next call of a method go wrong. Several faults are served in turn.
func (s *Slack) Break(method string, f ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], f...)
}

// Calls returns the calls of a method so far, or all for "".
func (s *Slack) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			list = append(list, c)
		}
	}
	return list
}

// Messages returns what stands in a channel now, oldest first. A direct message stands in Direct(user).
func (s *Slack) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	for _, m := range s.messages {
		if m.Channel == channel && !m.Deleted {
			list = append(list, *m)
		}
	}
	return list
}

// Views returns every view published, opened or updated so far.
func (s *Slack) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]View(nil), s.views...)
}

// Problems returns what we were sent that Slack would not have taken.
func (s *Slack) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.problems...)
}

// Tries returns how many deliveries were tried so far.
func (s *Slack) Tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries
}

// Until waits until something is so, and reports false if it is not within the time.
func (s *Slack) Until(limit time.Duration, so func() bool) bool {
	end := time.After(limit)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if so() {
			return true
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-end:
			return so()
		}
	}
}

// Direct returns the channel of a person's direct messages with the app.
func Direct(user string) string { return "D" + strings.TrimPrefix(user, "U") }

// stamp returns a new message timestamp. The caller holds mu.
func (s *Slack) stamp() string {
	s.clock++
	return fmt.Sprintf("17%08d.%06d", s.clock/1000, s.clock%1000)
}

// trigger returns a new trigger id. The caller holds mu.
func (s *Slack) trigger() string {
	id := "trigger." + rand.Text()
	s.triggers[id] = time.Now()
	return id
}

// note wakes those who wait for something to change. The caller holds mu.
func (s *Slack) note() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Slack) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

func toJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// Heal takes back the faults of a method that were not served yet.
func (s *Slack) Heal(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.faults, method)
}
