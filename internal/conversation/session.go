package conversation

import (
	"hash/fnv"
	"slices"
	"time"
)

// How long what is kept outlives the last contact, and how much of it is kept.
const (
	PlaceLife   = 24 * time.Hour      // a place in a tree
	SessionLife = 90 * 24 * time.Hour // role, area and everything else

	recentEvents = 16  // event ids remembered, newest last
	pathBytes    = 160 // the latest answers that fit are kept for "back"
)

// A Place is a question: a node of a topic, or with no topic the menu (Node "") or one of its groups.
type Place struct{ Topic, Node string }

// An Answer is an option chosen at a place, all by stable id. An empty Option is a jump made by
// words or from the menu.
type Answer struct {
	Place
	Option string
}

// A Session is where one person is in the script. It holds no words of theirs. The zero Session
// is somebody we have not met.
type Session struct {
	Voice   Voice
	Role    string // staff only
	Area    string // an area id, never a postcode
	Stage   string // a life stage heard in this conversation
	At      Place
	Path    []Answer // the answers that led to At, oldest first, in the voice Voice
	Asking  string   // a fact the person wants to change: "voice", "role", "area" or ""
	Offered []string // choice ids offered on top of the question at At
	Nudges  int      // messages not understood since the last one that was
	Touched time.Time
	Recent  []uint64 // hashes of the latest event ids, oldest first
}

// Seen reports whether an event id was one of the latest this session answered.
func (s *Session) Seen(event string) bool {
	return event != "" && slices.Contains(s.Recent, hashEvent(event))
}

// IsZero reports whether nothing is kept of the person, which makes a store forget them.
func (s *Session) IsZero() bool {
	return s.Voice == "" && s.Role == "" && s.Area == "" && s.At == (Place{}) && len(s.Path) == 0 && len(s.Recent) == 0
}

// voice is the voice to speak in, which is the resident's to somebody who has not said.
func (s *Session) voice() Voice {
	if s.Voice == "" {
		return Resident
	}
	return s.Voice
}

// expire drops what has been kept long enough.
func (s *Session) expire(now time.Time) {
	if s.Touched.IsZero() {
		return
	}
	switch quiet := now.Sub(s.Touched); {
	case quiet > SessionLife:
		*s = Session{}
	case quiet > PlaceLife:
		*s = Session{Voice: s.Voice, Role: s.Role, Area: s.Area, Touched: s.Touched, Recent: s.Recent}
	}
}

// remember notes an event as answered.
func (s *Session) remember(event string, now time.Time) {
	s.Touched = now.Truncate(time.Minute)
	if event == "" {
		return
	}
	recent := append(slices.Clip(s.Recent), hashEvent(event))
	s.Recent = recent[max(0, len(recent)-recentEvents):]
}

// push adds an answer, dropping the oldest ones that no longer fit.
func (s *Session) push(a Answer) {
	path := append(slices.Clip(s.Path), a)
	size := 0
	for i := len(path) - 1; i >= 0; i-- {
		if size += len(path[i].Topic) + len(path[i].Node) + len(path[i].Option) + 3; size > pathBytes && i < len(path)-1 {
			path = path[i+1:]
			break
		}
	}
	s.Path = path
}

// move answers the question at s.At with option and goes to the place to.
func (s *Session) move(option string, to Place) {
	s.push(Answer{s.At, option})
	s.At = to
	s.settleDown()
}

// settleDown forgets what was offered on top of the last question.
func (s *Session) settleDown() {
	s.Asking, s.Offered, s.Nudges = "", nil, 0
}

// hashEvent keeps 40 bits: with 16 remembered, a fresh event is mistaken for an old one
// less than once in 60,000 million times.
func hashEvent(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return h.Sum64() >> 24
}
