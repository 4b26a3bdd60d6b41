package content

import (
	"strconv"
	"unicode/utf8"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

const (
	maxLabel   = 75 // characters; Slack's limit for a button
	phoneLabel = 30 // characters that a button shows on a small phone
	maxOptions = 25 // Slack's limit for the buttons of a message
)

// A choiceList is options that are offered together, wherever they are written.
type choiceList struct {
	place
	name    string // as a message names it: node "start"
	choices []choiceText
	more    *choiceText // the engine's own choice in this list, if it adds one
}

// A choiceText is an option's label and the words that choose it.
type choiceText struct {
	place
	label string
	words []string
}

func (c *choiceText) all() []string { return append([]string{c.label}, c.words...) }

// lists returns all options that people are offered.
func (s *set) lists() []choiceList {
	var lists []choiceList
	another := &choiceText{s.at(phrasesYAML, "another-way"), s.phrases.AnotherWay.Label, s.phrases.AnotherWay.Words}
	for _, b := range s.trees() {
		for _, n := range b.nodes {
			if len(n.Options) == 0 {
				continue
			}
			l := choiceList{place: b.at(n.id.pos), name: "node " + strconv.Quote(n.id.s)}
			for _, o := range n.Options {
				l.choices = append(l.choices, choiceText{b.at(o.Label.pos), o.Label.s, texts(o.Words)})
			}
			if len(n.Ask) > 1 {
				l.more = another
			}
			lists = append(lists, l)
		}
	}
	for _, q := range s.questions() {
		lists = append(lists, s.choosables(q.key+" in "+phrasesYAML, q.Options, phrasesYAML, q.key, "options"))
	}
	if s.whole(rolesYAML) {
		lists = append(lists, s.choosables(rolesYAML, s.roles.Roles, rolesYAML, "roles"))
	}
	if s.whole(menuYAML) {
		lists = append(lists, s.menuLists()...)
	}
	return lists
}

// menuLists returns the groups of the menu, of every voice, and the topics of each.
func (s *set) menuLists() []choiceList {
	var lists []choiceList
	menu := choiceList{place: s.at(menuYAML), name: menuYAML}
	for i, g := range s.menu.Groups {
		at := s.at(menuYAML, "groups", i)
		menu.choices = append(menu.choices, choiceText{at, g.Label, g.Words})
		group := choiceList{place: at, name: "group " + strconv.Quote(g.ID)}
		for _, id := range g.Topics {
			if t := s.topic(id); t != nil {
				group.choices = append(group.choices, choiceText{place: place{t.file, t.Title.pos}, label: t.Title.s})
			}
		}
		lists = append(lists, group)
	}
	return append(lists, menu)
}

func (s *set) choosables(name string, from []conversation.Choosable, file string, path ...any) choiceList {
	l := choiceList{place: s.at(file, path...), name: name}
	for i, o := range from {
		at := s.at(file, append(append([]any{}, path...), i)...)
		l.choices = append(l.choices, choiceText{at, o.Label, o.Words})
	}
	return l
}

// topic returns a topic that could be read, or nil.
func (s *set) topic(id string) *topicFile {
	for _, t := range s.topics {
		if t.id == id {
			return t
		}
	}
	return nil
}

// A question is one that the engine asks itself, with options written in the phrases.
type question struct {
	*conversation.Question
	key string
}

func (s *set) questions() []question {
	p := &s.phrases
	if !s.whole(phrasesYAML) {
		return nil
	}
	return []question{{&p.Voice, "voice"}, {&p.Area, "area"}, {&p.Stage, "stage"}}
}

func checkLabels(r *report) {
	for _, l := range r.lists() {
		for _, c := range l.choices {
			r.label(c.place, c.label)
			for _, w := range c.words {
				if text.Fold(w) == "" {
					r.errorf(c.place, "option %q has %q among its words, which nobody can type", c.label, w)
				}
			}
		}
	}
	if r.whole(phrasesYAML) {
		for i, way := range r.phrases.Ways() {
			r.label(r.at(phrasesYAML, "exits", wayKeys[i]), way.Phrase.Label)
		}
		r.label(r.at(phrasesYAML, "another-way"), r.phrases.AnotherWay.Label)
	}
}

// wayKeys are the keys of the ways out, in the order of Phrases.Ways.
var wayKeys = []string{"menu", "back", "restart", "help", "stop", "forget", "urgent", "on", "change-voice", "change-role", "change-area"}

func (r *report) label(at place, label string) {
	switch size := utf8.RuneCountInString(label); {
	case text.Fold(label) == "":
		r.errorf(at, "the label %q has no letters to type", label)
	case size > maxLabel:
		r.errorf(at, "the label %q has %d characters; Slack shows at most %d", short(label), size, maxLabel)
	case size > phoneLabel:
		r.warnf(at, "the label %q has %d characters; a phone may cut it off after %d", short(label), size, phoneLabel)
	}
}

func checkMany(r *report) {
	for _, l := range r.lists() {
		size := len(l.choices)
		if l.more != nil {
			size++
		}
		if size > maxOptions {
			r.errorf(l.place, "%s offers %d options at once; Slack shows at most %d", l.name, size, maxOptions)
		}
	}
}

func checkConfusable(r *report) {
	for _, l := range r.lists() {
		for i := range l.choices {
			for j := range i {
				r.confusable(&l.choices[i], &l.choices[j], "option")
			}
			if l.more != nil {
				r.confusable(&l.choices[i], l.more, "the engine's own option")
			}
		}
	}
	ways := r.phrases.Ways()
	for i := range ways {
		for j := range i {
			a, b := ways[i].Phrase, ways[j].Phrase
			if x, _, same := conversation.Confusable(append(a.Words, a.Label), append(b.Words, b.Label)); same {
				r.errorf(r.at(phrasesYAML, "exits", wayKeys[i]), "%q could mean %q or %q", x, a.Label, b.Label)
			}
		}
	}
}

func (r *report) confusable(a, b *choiceText, other string) {
	x, y, same := conversation.Confusable(a.all(), b.all())
	switch {
	case !same:
	case x == y:
		r.errorf(a.place, "typing %q could mean option %q or %s %q", x, a.label, other, b.label)
	default:
		r.errorf(a.place, "option %q (%q) and %s %q (%q) are one slip of a finger apart", a.label, x, other, b.label, y)
	}
}

func checkWaysOut(r *report) {
	ways := r.phrases.Ways()
	for _, l := range r.lists() {
		for i := range l.choices {
			c := &l.choices[i]
			for _, w := range ways {
				if x, _, same := conversation.Confusable(c.all(), append([]string{w.Phrase.Label}, w.Phrase.Words...)); same {
					r.errorf(c.place, "option %q cannot be chosen by typing %q, which always means %q", c.label, x, w.Phrase.Label)
				}
			}
		}
	}
}

func checkNumbers(r *report) {
	numbers := make(map[string]bool)
	for word, n := range r.phrases.Numbers {
		numbers[text.Fold(word)] = n > 0
	}
	for _, l := range r.lists() {
		for _, c := range l.choices {
			for _, w := range c.all() {
				folded := text.Fold(w)
				if _, err := strconv.Atoi(folded); err == nil || numbers[folded] {
					r.errorf(c.place, "option %q: %q is a number, which means a place in the list", c.label, w)
				}
			}
		}
	}
}
