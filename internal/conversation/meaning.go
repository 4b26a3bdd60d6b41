package conversation

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// meaning acts on what words mean: services looked up, a place, one topic, several, or none.
func (t *turn) meaning(words, bare string) Reply {
	m := t.understand(words)
	t.note(m)
	if t.waitsForArea() && m.Area != "" && len(m.Topics) == 0 {
		t.s.Area = m.Area
		t.s.settleDown()
		return t.show("fact")
	}
	here := len(m.Topics) > 0 && m.Topics[0].ID == t.s.At.Topic
	switch {
	case m.Stage != "" && !m.Sure && m.Area == "" && t.tellsAge(words):
		return t.age()
	case m.Lookup && len(m.Topics) == 0 && m.Area == "" && !t.Directory.Knows(words): // "the nearest one"
		if t.lookedUp() == "" {
			return t.point("")
		}
		return t.again(m)
	case m.Lookup, t.Directory.Names(bare):
		return t.found(words, m)
	case len(m.Places) > 1 && len(m.Topics) == 0:
		return t.offerPlaces(m.Places)
	case here && t.inQuestion() != nil && (!m.Sure || t.s.At.Node == start):
		return t.show("same", t.Phrases.Same)
	case m.Sure:
		topic := t.Topic(m.Topics[0].ID)
		return t.begin(topic, "understood", fill(t.Phrases.Heard, "{topic}", topic.Title))
	case len(m.Topics) > 0 && (t.s.At.Topic == "" || m.Topics[0].Score >= otherTopic):
		return t.guess(m.Topics)
	case m.Area != "" && t.lookedUp() != "":
		t.s.Area = cmp.Or(t.s.Area, m.Area)
		return t.again(m)
	case m.Area != "":
		t.s.Area = m.Area
		t.s.settleDown()
		return t.show("fact", fill(t.Phrases.AreaSet, "{area}", t.AreaName(m.Area)))
	}
	return t.nudge(words, bare)
}

// again lists what was looked up last, for what else is meant now.
func (t *turn) again(m nlu.Reading) Reply {
	m.Topics = []nlu.Scored{{ID: t.lookedUp(), Score: 1}}
	return t.found("", m)
}

// otherTopic is the score of a topic from which somebody in the middle of one is asked if they mean it.
// Below it a few words are more likely an answer that we missed.
const otherTopic = 0.35

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
// a look-up, which may be for anybody. What a worker notices is about somebody new.
func (t *turn) note(m nlu.Reading) {
	if m.Lookup {
		return
	}
	if m.Stage != "" || t.s.Voice == Staff && len(m.Topics) > 0 {
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
	if t.carded() {
		return t.stay()
	}
	t.s.Nudges = 0
	t.s.Offered = nil
	for _, c := range topics[:min(3, len(topics))] {
		t.s.Offered = append(t.s.Offered, topicChoice(c.ID))
	}
	t.s.Offered = append(t.s.Offered, chooseMenu)
	return Reply{Blocks: says(t.Phrases.Guess), Options: t.offered(), Outcome: "guess"}
}

// nudge answers words that mean nothing to us: thanks with a slip in it, since "lonely" is a slip away from
// "lovely" and means something; else kindly, differently the second time, and with somebody to talk to the third.
func (t *turn) nudge(words, bare string) Reply {
	if t.thanks.hears(fold(words), bare) {
		return t.aside("thanks", t.Phrases.Thanks.Say)
	}
	if t.carded() {
		return t.stay()
	}
	if otherLetters(words) {
		return t.aside("languages", t.Phrases.Languages.Say)
	}
	say := t.Phrases.Nudge[min(t.s.Nudges, len(t.Phrases.Nudge)-1)]
	if t.number(bare) > 0 {
		say = t.Phrases.OutOfRange
	}
	t.s.Nudges++
	if len(t.s.Offered) > 0 { // what was offered was not it
		return t.show("nudge", say)
	}
	return t.aside("nudge", say)
}

// otherLetters reports whether words are written in letters other than Latin ones alone.
func otherLetters(words string) bool {
	other := false
	for _, r := range words {
		if unicode.Is(unicode.Latin, r) {
			return false
		}
		other = other || unicode.IsLetter(r)
	}
	return other
}

// found answers a look-up with services at once, whatever else is still to be asked.
func (t *turn) found(words string, m nlu.Reading) Reply {
	l := t.Look(words, m, t.s, t.now, cardsShown)
	area := cmp.Or(m.Area, t.s.Area)
	t.s.settleDown()
	if len(l) == 0 {
		return t.aside("found:none", t.Phrases.Found.Nothing)
	}
	if len(m.Topics) > 0 { // the services are not all there is to say
		t.s.Offered = []string{topicChoice(m.Topics[0].ID)}
	}
	t.s.Offered = append(t.s.Offered, chooseMenu)
	return Reply{Blocks: t.listFor(area, l), Options: t.offered(), Outcome: "found"}
}

// Look searches the directory for what a message means to a person.
func (sc *Script) Look(words string, m nlu.Reading, s *Session, now time.Time, limit int) []directory.Service {
	q := directory.Query{Words: words, Area: cmp.Or(m.Area, s.Area), Stage: m.Stage, Staff: s.Voice == Staff, Now: now, Limit: limit}
	if len(m.Topics) > 0 {
		q.Topic = m.Topics[0].ID
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

// prompt starts the staff prompts of the topic that words name, or without any shows the menu.
func (t *turn) prompt(words string) Reply {
	if t.s.Voice != Staff {
		t.s.setVoice(Staff)
	}
	if words == "" {
		return t.wayOut(chooseMenu)
	}
	return t.meaning(words, t.bare(fold(words)))
}
