// Package nlu takes words to meaning: danger, topic, place and life stage. It is deterministic,
// keeps nothing, and knows no session; everything it knows is content.
package nlu

// A Danger is a sign in a message that somebody may come to harm.
type Danger struct {
	Kind     string `json:"kind"`     // suicide, self-harm, medical-emergency, danger-now, overdose, child-at-risk, adult-at-risk
	Severity string `json:"severity"` // immediate or urgent
}

// A Scored is a topic a message may be about, with a score from 0 to 1.
type Scored struct {
	ID    string  `json:"id"`
	Score float64 `json:"score"`
}

// A Reading is what a message means, danger aside.
type Reading struct {
	Topics []Scored // best first; empty when it would only be a guess
	Sure   bool     // the first topic stands so far above the others that it can be taken as meant
	Lookup bool     // the message asks for services ("food bank barton")
	Area   string   // the one area named, or ""
	Places []string // the areas a place or postcode may mean, when there are several
	Stage  string   // start-well, live-well, age-well, or ""
}

// A Reason is one thing in a message that counted, for the person who tunes the lists.
type Reason struct {
	Words  string  // as understood
	For    string  // a topic, a kind of danger, an area or a life stage
	Weight float64 // negative when it counted against
}

// Danger reads a message for danger and returns the most severe it finds, or nil. Patterns and what was learnt from
// examples are heard together: either alone is enough when it is plain, and less of both is.
func (l *Lexicon) Danger(s string) *Danger { return l.alarm.hear(s, l) }
