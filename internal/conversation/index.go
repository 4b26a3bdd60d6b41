package conversation

import (
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A menu is a list of topics, or of groups of them, to choose from.
type menu struct {
	voice   Voice // the only one that is offered it, or ""
	say     string
	choices []Choice
	hears   listener
}

// Index makes a filled-in script ready for turns. It trusts what the checker proves.
func (sc *Script) Index() {
	sc.topics = make(map[string]*Topic)
	sc.labels = make(map[string]string)
	sc.indexSmallWords()
	for _, t := range sc.Topics {
		for _, was := range t.Was {
			sc.topics[was] = t
		}
	}
	for _, t := range sc.Topics {
		sc.topics[t.ID] = t
		sc.labels[topicChoice(t.ID)] = t.Title
		sc.IndexTopic(t)
	}
	sc.indexWords()
	sc.indexMenu()
	sc.indexNames()
	sc.indexQuestions()
}

// IndexTopic makes a topic ready again after a change to its trees.
func (sc *Script) IndexTopic(t *Topic) {
	for _, tree := range t.Trees {
		tree.index(sc, t)
	}
}

func (t *Tree) index(sc *Script, topic *Topic) {
	t.nodes = make(map[string]*Node)
	for _, n := range t.Nodes {
		for _, was := range n.Was {
			t.nodes[was] = n
		}
	}
	for _, n := range t.Nodes {
		t.nodes[n.ID] = n
		n.topic, n.tree = topic, t
		n.choices = nil
		keys := make([][]string, 0, len(n.Options)+1)
		for _, o := range n.Options {
			n.choices = append(n.choices, Choice{ID: nodeChoice(t.Voice, topic.ID, n.ID, o.ID), Label: o.Label})
			keys = append(keys, append([]string{o.Label}, o.Words...))
		}
		if len(n.Ask) > 1 {
			n.another = Choice{ID: nodeChoice(t.Voice, topic.ID, n.ID, anotherWay), Label: sc.Phrases.AnotherWay.Label}
			n.choices = append(n.choices, n.another)
			keys = append(keys, append([]string{sc.Phrases.AnotherWay.Label}, sc.Phrases.AnotherWay.Words...))
		}
		n.hears = newListener(keys)
		n.cores = sc.coresOf(n.hears, t.Voice)
		n.blocks = make(map[string][]Block)
		n.blocks[""] = sc.blocks(n, "")
		for role := range n.SayAs {
			n.blocks[role] = sc.blocks(n, role)
		}
	}
}

// indexSmallWords keeps the words that say little beside others, which the answers of the nodes are read by.
func (sc *Script) indexSmallWords() {
	p := &sc.Phrases
	sc.polite, sc.nots = foldSet(p.Polite), foldSet(p.Nots)
	sc.before = foldSet(slices.Concat(p.Polite, p.Before))
	sc.around = make(map[Voice]map[string]bool)
	for v, words := range p.Around {
		sc.around[v] = foldSet(words)
	}
}

func foldSet(words []string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range words {
		set[text.Fold(w)] = true
	}
	return set
}

func (sc *Script) indexWords() {
	sc.words = make(map[string]string)
	sc.thanks = newListener([][]string{sc.Phrases.Thanks.Words})
	sc.details = make(map[string]listener)
	for part, words := range sc.Phrases.Details.Words {
		sc.details[part] = newListener([][]string{words})
	}
	sc.enough = newListener([][]string{sc.Phrases.Enough})
	sc.asides, sc.misread = sc.Phrases.remarks(), newListener([][]string{sc.Phrases.Misread.Words})
	sc.whoHelps, sc.persons = foldAll(sc.Phrases.Near), foldAll(sc.Phrases.Person.Words)
	for _, exit := range sc.Phrases.Ways() {
		sc.labels[exit.Choice] = exit.Phrase.Label
		for _, w := range exit.Phrase.Words {
			sc.words[fold(w)] = exit.Choice
		}
		sc.words[fold(exit.Phrase.Label)] = exit.Choice
	}
	sc.exits = []Choice{sc.Choice(chooseBack), sc.Choice(chooseMenu)}
	sc.ending = []Choice{sc.Choice(chooseMenu)}
}

func foldAll(words []string) []string {
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = text.Fold(w)
	}
	return folded
}

func (sc *Script) indexMenu() {
	sc.groups = make(map[string]*menu)
	sc.menus = make(map[Voice]*menu)
	keys := make(map[Voice][][]string)
	for _, v := range []Voice{Staff, Resident} {
		sc.menus[v] = &menu{say: sc.Phrases.Menu[v]}
	}
	for _, g := range sc.Groups {
		choice := Choice{ID: groupChoice(g.ID), Label: g.Label}
		sc.labels[choice.ID] = g.Label
		group := &menu{voice: g.Voice, say: g.Say}
		if g.Say == "" {
			group.say = fill(sc.Phrases.Group, "{group}", g.Label)
		}
		for _, t := range g.Topics {
			group.choices = append(group.choices, sc.Choice(topicChoice(t)))
		}
		group.hears = hearLabels(group.choices)
		sc.groups[g.ID] = group
		for v, m := range sc.menus {
			if v.Sees(group.voice) {
				m.choices = append(m.choices, choice)
				keys[v] = append(keys[v], append([]string{g.Label}, g.Words...))
			}
		}
	}
	for v, m := range sc.menus {
		m.hears = newListener(keys[v])
	}
}

// indexNames collects what topics and groups are called, which finds them from anywhere.
func (sc *Script) indexNames() {
	sc.named = map[Voice]map[string]string{Staff: {}, Resident: {}, "": {}}
	name := func(choice string, staff, resident bool, names ...string) {
		for _, n := range names {
			folded := text.Fold(n)
			if staff {
				sc.named[Staff][folded] = choice
			}
			if resident {
				sc.named[Resident][folded] = choice
			}
			if staff && resident {
				sc.named[""][folded] = choice
			}
		}
	}
	for _, t := range sc.Topics {
		name(topicChoice(t.ID), t.Trees[Staff] != nil, t.Trees[Resident] != nil, t.Title, t.ID)
	}
	for _, g := range sc.Groups {
		name(groupChoice(g.ID), g.Voice != Resident, g.Voice != Staff, append([]string{g.Label}, g.Words...)...)
	}
}
