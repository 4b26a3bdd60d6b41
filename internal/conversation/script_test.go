package conversation

import (
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// testScript is two small topics with every shape of node.
func testScript(t testing.TB, change ...func(*Script)) *Script {
	t.Helper()
	lexicon, err := nlu.New(nlu.Data{})
	if err != nil {
		t.Fatal(err)
	}
	smoking := &Topic{ID: "smoking", Title: "Stop smoking", Cues: []string{"ashtray by the bed"}, Trees: map[Voice]*Tree{
		Staff: {Voice: Staff, Nodes: []*Node{
			{ID: "start", Step: Ask, Say: "May I ask?", SayAs: map[string]string{"fire": "I noticed the ashtray."},
				Ask: []string{"What first?", "What second?", "What third?"}, Listen: []string{"a reason"},
				Options: []Option{{ID: "assist", Label: "They want to talk", Words: []string{"yes"}, To: "assist"}, {ID: "bye", Label: "Not today", Words: []string{"no"}, To: "bye"}}},
			{ID: "assist", Step: Assist, Say: "What day?", Fact: &Fact{"28 days helps.", "https://example.org"},
				Options: []Option{{ID: "near-you", Label: "Show who helps", To: "near-you"}, {ID: "bye", Label: "Enough", To: "bye"}}},
			{ID: "near-you", Step: Act, Say: "It is free.", Find: "smoking"},
			{ID: "bye", Step: Goodbye, Say: "That is fine."},
		}},
		Resident: {Voice: Resident, Nodes: []*Node{
			{ID: "start", Step: Ask, Say: "Where are you with it?",
				Options: []Option{{ID: "plan", Label: "I want to stop it", To: "plan"}, {ID: "where", Label: "Who can help", To: "where"}, {ID: "bye", Label: "Nothing", To: "bye"}}},
			{ID: "plan", Step: Assist, Say: "Pick a day.", Options: []Option{{ID: "where", Label: "Who can help", To: "where"}, {ID: "again", Label: "Think more", To: "start"}}},
			{ID: "where", By: "area", To: map[string]string{"oxford": "city", "else": "near-you"}},
			{ID: "city", Step: Act, Say: "In the city.", Find: "smoking"},
			{ID: "near-you", Step: Act, Say: "Near you.", Find: "smoking"},
			{ID: "bye", Step: Goodbye, Say: "Any time."},
		}},
	}}
	sleep := &Topic{ID: "sleep", Title: "Sleep", Trees: map[Voice]*Tree{
		Staff:    {Voice: Staff, Nodes: []*Node{{ID: "start", Step: Act, Say: "Sleep help.", Find: "sleep"}}},
		Resident: {Voice: Resident, Nodes: []*Node{{ID: "start", Step: Act, Say: "Sleep help.", Find: "sleep"}}},
	}}
	script := &Script{
		Topics:  []*Topic{sleep, smoking},
		Groups:  []Group{{ID: "habits", Label: "Habits", Topics: []string{"smoking", "sleep"}}},
		Roles:   []Role{{ID: "fire", Label: "Fire and rescue", Words: []string{"fire"}}, {ID: "library", Label: "Library", Words: []string{"librarian"}}},
		Lexicon: lexicon,
		Phrases: testPhrases(),
		Safety: Safety{Urgent: map[Voice]CardText{
			Resident: {Action: "Call 999.", Then: []string{"Or 111."}}, Staff: {Action: "Call 999.", Then: []string{"Tell your lead."}},
		}},
		Directory: directory.New(
			[]directory.Area{{ID: "national", Name: "England"}, {ID: "oxfordshire", Name: "Oxfordshire", Parent: "national"}, {ID: "oxford", Name: "Oxford", Parent: "oxfordshire", Lat: 51.7, Long: -1.2}, {ID: "barton", Name: "Barton", Parent: "oxford"}, {ID: "banbury", Name: "Banbury", Parent: "oxfordshire", Lat: 52, Long: -1.3}},
			[]directory.Service{
				{ID: "quit", Name: "Quit Team", What: "Helps you stop.", Topics: []string{"smoking"}, Areas: []string{"oxfordshire"}, Phone: "0800 000 000", PhoneConfidence: "medium", URL: "https://quit.example", Cost: "free", SelfReferral: "true", SourceDate: "2025"},
				{ID: "line", Name: "Quit Line", What: "A helpline.", Topics: []string{"smoking", "sleep"}, Areas: []string{"national"}, Phone: "0300 000 000", PhoneConfidence: "high", Cost: "free", SelfReferral: "true", SourceDate: "2025"},
			}),
	}
	for _, c := range change {
		c(script)
	}
	script.Index()
	return script
}

func testPhrases() Phrases {
	word := func(label string, words ...string) Phrase { return Phrase{label, words} }
	return Phrases{
		Hello: "Hello.\n\nWe keep no words.",
		Voice: Question{Say: "Who is it for?", Options: []Choosable{{ID: "staff", Label: "I work with people", Words: []string{"staff"}}, {ID: "resident", Label: "It is for me", Words: []string{"me"}}}},
		Role:  Question{Say: "Where do you work?", Change: "Where do you work now?"},
		Area:  Question{Say: "Which area?", Options: []Choosable{{ID: "oxford", Label: "Oxford"}, {ID: "banbury", Label: "Banbury"}, {ID: "oxfordshire", Label: "Rather not say"}}},
		Stage: Question{Say: "Who is it about?", Options: []Choosable{{ID: "live-well", Label: "An adult"}}},
		Menu:  map[Voice]string{Staff: "What did you notice?", Resident: "What is on your mind?"},
		Group: "{group}:", AreaSet: "Now {area}.",
		Exits: Exits{
			Menu: word("Menu", "main menu"), Back: word("Back", "go back"), Restart: word("Start again"), Help: word("Help", "?"), Stop: word("Stop"),
			Forget: word("Forget me"), Urgent: word("Urgent help", "urgent"), On: word("Carry on"),
			ChangeVoice: word("Change who"), ChangeRole: word("Change role"), ChangeArea: word("Change area"),
		},
		Polite: []string{"please", "thanks"}, Numbers: map[string]int{"two": 2},
		AnotherWay: word("Another way to ask", "another"),
		Help:       map[Voice]string{Staff: "Staff help.", Resident: "Help text."},
		Stopped:    "Stopped.", Forgotten: "Forgotten.", MovedOn: "That was earlier.", Changed: "That has changed.", Returned: "The nearest place.",
		Heard: "About {topic}.", Guess: "One of these?", Nudge: []string{"Nudge one.", "Nudge two.", "Ring a person."}, Stay: "People can help.", OutOfRange: "Not on the list.",
		Others: map[string]string{"photo": "No pictures.", "other": "Can't read that."}, Sorry: "Sorry.", Alone: "Talk to me alone.",
		Found:  Found{Intro: "For {area}:", Nothing: "Nothing.", LiveWell: "More: Live Well."},
		Screen: Screen{Say: "Say:", Ask: "Ask:", Listen: "Listen for:", Fact: "Know:", Source: "Source:", Urgent: "Fast:", Steps: map[Step]string{Ask: "Ask", Assist: "Assist", Act: "Act", Goodbye: "Close"}},
		Card: CardPhrases{Phone: "Ring {value}", PhoneUnchecked: "Ring {value} (unchecked)", PhoneHidden: "Number not checked.", Text: "Text {value}", TextUnchecked: "Text {value} (unchecked)",
			Where: "Where: {value}", Hours: "Hours: {value}", OpenNow: "Open now.", ClosedNow: "Closed now.", Costs: map[string]string{"free": "Free."}, Self: map[string]string{"true": "Ring them yourself."},
			Link: "{value}", Checked: "Checked {on}.", Unchecked: "Not yet checked ({source-date})."},
	}
}

// A person talks to a script, and the session is encoded and decoded between any two turns.
type person struct {
	t      testing.TB
	script *Script
	data   []byte
	n      int
	now    time.Time
}

func meet(t testing.TB, sc *Script) *person { return &person{t: t, script: sc, now: noon} }

func (p *person) session() Session {
	p.t.Helper()
	var s Session
	if err := s.UnmarshalBinary(p.data); err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *person) send(m Message) Reply {
	p.t.Helper()
	s, r := Turn(p.script, p.session(), m, p.now)
	var err error
	if p.data, err = s.MarshalBinary(); err != nil {
		p.t.Fatal(err)
	}
	if len(r.Blocks) == 0 {
		p.t.Fatalf("no reply to %+v", m)
	}
	return r
}

func (p *person) say(words string) string {
	p.t.Helper()
	p.n++
	r := p.send(Message{ID: "e" + strings.Repeat("x", p.n), Text: words})
	return r.String()
}

func (p *person) press(choice string) string {
	p.t.Helper()
	p.n++
	r := p.send(Message{ID: "e" + strings.Repeat("x", p.n), Choice: choice})
	return r.String()
}

// after says lines one by one and returns the last reply.
func (p *person) after(lines ...string) string {
	p.t.Helper()
	last := ""
	for _, l := range lines {
		last = p.say(l)
	}
	return last
}

func wantIn(t testing.TB, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("no %q in:\n%s", w, got)
		}
	}
}

func wantNotIn(t testing.TB, got string, not ...string) {
	t.Helper()
	for _, w := range not {
		if strings.Contains(got, w) {
			t.Errorf("unexpected %q in:\n%s", w, got)
		}
	}
}
