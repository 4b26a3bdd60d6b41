package conversation

import (
	"slices"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// read understands typed words: a way out, an answer with a typo, then their meaning.
func (t *turn) read(words string) Reply {
	folded := fold(words)
	bare := t.bare(folded)
	for _, heard := range []string{folded, bare} {
		if choice, ok := t.words[heard]; ok {
			return t.choose(choice, "")
		}
		if choice, ok := t.pickOption(heard); ok {
			return t.choose(choice, "")
		}
		if topic := t.namedHere(heard); topic != nil {
			return t.begin(topic, "topic")
		}
	}
	switch {
	case t.Lexicon.Greeting(bare):
		return t.show("hello")
	case t.thanks[bare]:
		return t.show("thanks", t.Phrases.Thanks.Label)
	}
	return t.meaning(words)
}

// listed returns the choice on the screen of which the number, the label or another word listed for
// it was typed exactly, politeness aside, or the topic whose name was. Ways out are none of these.
func (t *turn) listed(m Message) (string, bool) {
	if m.Public || m.Choice != "" {
		return "", false
	}
	folded := fold(m.Text)
	bare := t.bare(folded)
	if t.words[folded] != "" || t.words[bare] != "" {
		return "", false
	}
	offered := t.offered()
	choices, hears := t.current()
	if n := t.number(bare); n > 0 {
		if len(offered) > 0 {
			choices = offered
		}
		if n <= len(choices) {
			return choices[n-1].ID, true
		}
		return "", false
	}
	for _, c := range offered {
		if label := text.Fold(c.Label); label == folded || label == bare {
			return c.ID, true
		}
	}
	for i, phrases := range hears.phrases {
		if slices.Contains(phrases, folded) || slices.Contains(phrases, bare) {
			return choices[i].ID, true
		}
	}
	if topic := t.namedHere(folded); topic != nil {
		return topicChoice(topic.ID), true
	}
	return "", false
}

// namedHere returns the topic of that name, if it speaks to this person.
func (t *turn) namedHere(folded string) *Topic {
	topic := t.named[folded]
	if topic == nil || t.s.Voice != "" && topic.Trees[t.s.Voice] == nil || t.s.Voice == "" && len(topic.Trees) < 2 {
		return nil
	}
	return topic
}

// pickOption returns the choice that words answer, typos aside: what was offered last, then the
// question.
func (t *turn) pickOption(folded string) (string, bool) {
	offered := t.offered()
	if i := hearLabels(offered).pick(folded); i >= 0 {
		return offered[i].ID, true
	}
	choices, hears := t.current()
	if i := hears.pick(folded); i >= 0 {
		return choices[i].ID, true
	}
	return "", false
}

// current returns the choices of the question that stands, and how they are heard.
func (t *turn) current() ([]Choice, listener) {
	if a := t.standing(); a != nil {
		return a.choices, a.hears
	}
	if node := t.stand(); node != nil {
		return node.choices, node.hears
	}
	if g := t.groups[t.s.At.Node]; g != nil {
		return g.choices, g.hears
	}
	return t.menu.choices, t.menu.hears
}

// meaning acts on what words mean: services looked up, a place, one topic, several, or none.
func (t *turn) meaning(words string) Reply {
	m := t.understand(words)
	t.note(m)
	if t.waitsForArea() && m.Area != "" && len(m.Topics) == 0 {
		t.s.Area = m.Area
		t.s.settleDown()
		return t.show("fact")
	}
	switch {
	case m.Lookup:
		return t.found(words, m)
	case len(m.Places) > 1 && len(m.Topics) == 0:
		return t.offerPlaces(m.Places)
	case len(m.Topics) > 0 && m.Sure:
		topic := t.Topic(m.Topics[0].ID)
		return t.begin(topic, "understood", fill(t.Phrases.Heard, "{topic}", topic.Title))
	case len(m.Topics) > 0:
		return t.guess(m.Topics)
	case m.Area != "":
		t.s.Area = m.Area
		t.s.settleDown()
		return t.show("fact", fill(t.Phrases.AreaSet, "{area}", t.AreaName(m.Area)))
	}
	return t.nudge(words)
}

// understand reads words, and drops topics that this content does not offer.
func (sc *Script) understand(words string) nlu.Reading {
	m := sc.Lexicon.Read(words)
	known := m.Topics[:0:0]
	for _, scored := range m.Topics {
		if topic := sc.Topic(scored.ID); topic != nil && !topic.Hidden {
			known = append(known, scored)
		}
	}
	m.Sure = m.Sure && len(known) > 0 && known[0] == m.Topics[0]
	m.Topics = known
	return m
}

// note keeps the facts heard in passing: an area only when a single one was named, and not that of
// a look-up, which may be for anybody.
func (t *turn) note(m nlu.Reading) {
	if m.Lookup {
		return
	}
	if m.Stage != "" {
		t.s.Stage = m.Stage
	}
	if m.Area != "" && len(m.Topics) > 0 {
		t.s.Area = m.Area
	}
}

func (t *turn) waitsForArea() bool {
	a := t.standing()
	return a != nil && a.fact == "area"
}

// offerPlaces asks which of the areas that share a postcode or a name is meant.
func (t *turn) offerPlaces(areas []string) Reply {
	t.s.Offered = nil
	for _, a := range areas {
		t.s.Offered = append(t.s.Offered, factChoice("area", a))
	}
	return Reply{Blocks: says(t.Phrases.Area.Say), Options: t.offered(), Outcome: "places"}
}

// begin starts a topic from its first node.
func (t *turn) begin(topic *Topic, outcome string, notes ...string) Reply {
	if topic.Trees[t.s.Voice] == nil && t.s.Voice != "" {
		return t.lost()
	}
	t.s.move("", Place{topic.ID, start})
	return t.show(outcome, notes...)
}

// guess offers the topics a message could be about.
func (t *turn) guess(topics []nlu.Scored) Reply {
	t.s.Nudges = 0
	t.s.Offered = nil
	for _, c := range topics[:min(3, len(topics))] {
		t.s.Offered = append(t.s.Offered, topicChoice(c.ID))
	}
	t.s.Offered = append(t.s.Offered, chooseMenu)
	return Reply{Blocks: says(t.Phrases.Guess), Options: t.offered(), Outcome: "guess"}
}

// nudge answers words that mean nothing to us: kindly, differently the second time, and with
// somebody to talk to the third.
func (t *turn) nudge(words string) Reply {
	say := t.Phrases.Nudge[min(t.s.Nudges, len(t.Phrases.Nudge)-1)]
	if t.number(text.Fold(words)) > 0 {
		say = t.Phrases.OutOfRange
	}
	t.s.Nudges++
	return t.show("nudge", say)
}

// found answers a look-up with services at once, whatever else is still to be asked.
func (t *turn) found(words string, m nlu.Reading) Reply {
	l := t.Look(words, m, t.s, t.now, cardsShown)
	area := m.Area
	if area == "" {
		area = t.s.Area
	}
	t.s.settleDown()
	if len(l) == 0 {
		return t.show("found:none", t.Phrases.Found.Nothing)
	}
	if len(m.Topics) > 0 && m.Sure { // the services are not all there is to say
		t.s.Offered = []string{topicChoice(m.Topics[0].ID)}
	}
	t.s.Offered = append(t.s.Offered, chooseMenu)
	return Reply{Blocks: t.listFor(area, l), Options: t.offered(), Outcome: "found"}
}

// Look searches the directory for what a message means to a person.
func (sc *Script) Look(words string, m nlu.Reading, s *Session, now time.Time, limit int) []directory.Service {
	q := directory.Query{Words: words, Area: m.Area, Stage: m.Stage, Staff: s.Voice == Staff, Now: now, Limit: limit}
	if len(m.Topics) > 0 {
		q.Topic = m.Topics[0].ID
	}
	if q.Area == "" {
		q.Area = s.Area
	}
	return sc.Directory.Find(q)
}

// lookup finds services for words that are known to be a look-up.
func (t *turn) lookup(words string) Reply {
	if strings.TrimSpace(words) == "" {
		return t.show("found:what", t.Phrases.Found.Unclear)
	}
	return t.found(words, t.understand(words))
}

// prompt starts the staff prompts of the topic that words name.
func (t *turn) prompt(words string) Reply {
	if t.s.Voice != Staff {
		t.s.setVoice(Staff)
	}
	return t.meaning(words)
}

// Arrives reports whether a deep link's payload leads somewhere of its own.
func (sc *Script) Arrives(payload string) bool {
	if words, ok := strings.CutPrefix(payload, "find-"); ok {
		return words != ""
	}
	voice, role, _ := strings.Cut(payload, "-")
	switch Voice(voice) {
	case Staff:
		return role == "" || sc.labels[factChoice("role", role)] != ""
	case Resident:
		return role == ""
	}
	return sc.Topic(payload) != nil
}

// arrive follows a deep link: a topic, "staff-ROLE", "find-WORDS" with "-" for spaces, or nothing.
func (t *turn) arrive(payload string) Reply {
	if words, ok := strings.CutPrefix(payload, "find-"); ok {
		return t.lookup(strings.ReplaceAll(words, "-", " "))
	}
	voice, rest, _ := strings.Cut(payload, "-")
	if v := Voice(voice); v == Staff || v == Resident {
		t.s.setVoice(v)
		if rest != "" {
			t.setFact("role", rest)
		}
		return t.show("arrived")
	}
	if topic := t.Topic(payload); topic != nil {
		return t.begin(topic, "arrived")
	}
	if t.s.Voice == "" {
		return t.show("hello")
	}
	return t.wayOut(chooseMenu)
}

// answerInPublic answers where others can read: services for what was said, and an invitation to
// talk alone. It asks nothing.
func (t *turn) answerInPublic(m Message) Reply {
	meaning := t.understand(m.Text)
	if m.Choice == chooseUrgent || t.words[t.bare(text.Fold(m.Text))] == chooseUrgent {
		return Reply{Blocks: t.Safety.Urgent[t.s.voice()].blocks(), Crisis: true, Outcome: "urgent"}
	}
	services := []directory.Service(nil)
	if meaning.Lookup || m.Choice == chooseFind || len(meaning.Topics) > 0 {
		services = t.Look(m.Text, meaning, &Session{Voice: t.s.Voice}, t.now, cardsShown)
	}
	if len(services) == 0 {
		return Reply{Blocks: says(t.Phrases.Alone), Outcome: "public:alone"}
	}
	return Reply{Blocks: append(t.listFor(meaning.Area, services), says(t.Phrases.Alone)...), Outcome: "public:found"}
}
