package conversation

import (
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

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
