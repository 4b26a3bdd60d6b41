package content

import (
	"maps"
	"reflect"
	"slices"
)

// A kind says which style rules a text answers to.
type kind int

const (
	prose   kind = iota // sentences that we say
	label               // buttons and titles, which need not be sentences
	listing             // names, places and hours of services, which are as they are
)

// A shown is a text that somebody may read.
type shown struct {
	place
	kind kind
	text string
}

// shownTexts returns every text that people read, in the order of the files.
func (s *set) shownTexts() []shown {
	if s.said != nil {
		return s.said
	}
	var all []shown
	for _, t := range s.topics {
		all = append(all, t.shownTexts()...)
	}
	add := func(file string, v any, path ...any) {
		for _, ph := range phrasesOf(reflect.ValueOf(v), path...) {
			if ph.text == "" || ph.path[len(ph.path)-1] == "voice" {
				continue
			}
			k := prose
			for _, step := range ph.path {
				switch step {
				case "words", "polite", "near", "numbers", "id", "kind", "severity", "topics":
					k = -1
				case "label":
					k = label
				}
			}
			if k >= 0 {
				all = append(all, shown{s.at(file, ph.path...), k, ph.text})
			}
		}
	}
	add(phrasesYAML, s.phrases)
	add(safetyYAML, s.safety)
	add(rolesYAML, s.roles)
	add(menuYAML, s.menu)
	for i := range s.services {
		sv := &s.services[i]
		for _, part := range []struct {
			key, text string
			kind      kind
		}{{"name", sv.Name, listing}, {"what", sv.What, prose}, {"address", sv.Address, listing}, {"hours", sv.Hours, listing}} {
			if part.text != "" {
				all = append(all, shown{s.service(i, part.key), part.kind, part.text})
			}
		}
	}
	s.said = all
	return all
}

func (t *topicFile) shownTexts() []shown {
	var all []shown
	add := func(k kind, texts ...str) {
		for _, text := range texts {
			if text.s != "" {
				all = append(all, shown{place{t.file, text.pos}, k, text.s})
			}
		}
	}
	add(label, t.Title, t.About)
	add(prose, t.Urgent)
	for _, v := range voices {
		tr := t.tree(v)
		if tr == nil {
			continue
		}
		for _, n := range tr.nodes {
			add(prose, n.spoken()...)
			for _, role := range slices.Sorted(maps.Keys(n.SayAs)) {
				add(prose, n.SayAs[role])
			}
			for _, o := range n.Options {
				add(label, o.Label)
			}
		}
	}
	return all
}

// spoken returns the sentences of a node as most people see it.
func (n *node) spoken() []str {
	texts := append([]str{n.Note, n.Say}, n.Ask...)
	texts = append(texts, n.Listen...)
	if n.Fact != nil {
		texts = append(texts, n.Fact.Say)
	}
	return append(texts, n.Urgent)
}
