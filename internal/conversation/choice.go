package conversation

import "strings"

// A choice id says all that is needed to act on it later, whatever happened in between, in at most
// 64 bytes (Telegram's limit): "s:TOPIC:NODE:OPTION" or "r:…" answers a node in the staff or
// resident voice; ".KIND" or ".KIND:VALUE" is a way out or the answer to a standing question.
const (
	chooseMenu    = ".menu"
	chooseBack    = ".back"
	chooseRestart = ".restart"
	chooseHelp    = ".help"
	chooseStop    = ".stop"
	chooseForget  = ".forget"
	chooseUrgent  = ".urgent"
	chooseOn      = ".on"   // carry on where we were
	chooseFind    = ".find" // Text holds what to look up
	choosePrompt  = ".prompt"
	chooseStart   = ".start" // with a deep link's payload after ":"

	anotherWay = "another-way" // the option that shows a node's next open question

	// MaxChoice is the longest choice id there may be, in bytes.
	MaxChoice = 64
)

func nodeChoice(v Voice, topic, node, option string) string {
	return string(v[:1]) + ":" + topic + ":" + node + ":" + option
}

func factChoice(fact, value string) string { return "." + fact + ":" + value }
func topicChoice(id string) string         { return ".topic:" + id }
func groupChoice(id string) string         { return ".group:" + id }
func askChoice(fact string) string         { return ".ask:" + fact }

// voiceOf reads the first part of a node choice.
func voiceOf(v string) Voice {
	switch v {
	case "s":
		return Staff
	case "r":
		return Resident
	}
	return ""
}

// choose acts on a choice id, which may be old, foreign or forged.
func (t *turn) choose(id, words string) Reply {
	parts := strings.SplitN(id, ":", 4)
	if voice := voiceOf(parts[0]); voice != "" && len(parts) == 4 {
		return t.answer(voice, Place{parts[1], parts[2]}, parts[3])
	}
	if len(parts) > 2 {
		return t.lost()
	}
	value := ""
	if len(parts) == 2 {
		value = parts[1]
	}
	switch parts[0] {
	case chooseMenu, chooseBack, chooseRestart, chooseHelp, chooseStop, chooseForget, chooseUrgent, chooseOn:
		return t.wayOut(parts[0])
	case chooseFind:
		return t.lookup(words)
	case choosePrompt:
		return t.prompt(words)
	case chooseStart:
		return t.arrive(value)
	case ".topic":
		if topic := t.Topic(value); topic != nil {
			return t.begin(topic, "topic")
		}
	case ".group":
		if group := t.groups[value]; group != nil && t.s.Voice.Sees(group.voice) {
			t.s.move("", Place{Node: value})
			return t.show("menu")
		}
	case ".ask":
		if t.asks[value] != nil {
			t.s.settleDown()
			t.s.Asking = value
			return t.show("change")
		}
	case ".voice", ".role", ".area", ".stage":
		if t.setFact(parts[0][1:], value) {
			return t.show("fact")
		}
	}
	return t.lost()
}

// answer records an option chosen at a node, now or long ago, and goes where it leads.
func (t *turn) answer(voice Voice, at Place, option string) Reply {
	topic := t.Topic(at.Topic)
	if topic == nil || topic.Trees[voice] == nil {
		return t.lost()
	}
	node := topic.Trees[voice].Node(at.Node)
	if node == nil {
		return t.lost()
	}
	if t.s.Voice != voice {
		t.s.setVoice(voice)
	}
	here := Place{topic.ID, node.ID}
	t.revisit(here)
	if option == anotherWay && len(node.Ask) > 1 {
		if times := t.askedTimes(node); times > len(node.Ask) { // once round again: "back" needs no more
			t.s.Path = t.s.Path[:len(t.s.Path)-len(node.Ask)]
		}
		t.s.move(anotherWay, here)
		r := t.show("another-way")
		r.Chosen, r.Answered = node.another.Label, node.another.ID
		return r
	}
	chosen := node.Option(option)
	if chosen == nil { // the option was taken out of the tree
		t.s.settleDown()
		return t.show("changed", t.Phrases.Changed)
	}
	t.s.move(chosen.ID, Place{topic.ID, chosen.To})
	r := t.show("answered")
	r.Chosen, r.Answered = chosen.Label, nodeChoice(voice, topic.ID, node.ID, chosen.ID)
	return r
}

// revisit goes back to a question answered earlier, or jumps to one that is not on the path.
func (t *turn) revisit(here Place) {
	s := t.s
	if t.place() == here {
		s.At = here
		return
	}
	for i := len(s.Path) - 1; i >= 0; i-- {
		if s.Path[i].Place == here {
			s.Path, s.At = s.Path[:i:i], here
			return
		}
	}
	if s.At != (Place{}) {
		s.push(Answer{s.At, ""})
	}
	s.At = here
}

func (s *Session) setVoice(v Voice) {
	s.Voice, s.Path, s.At = v, nil, Place{}
}
