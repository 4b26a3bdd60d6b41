package conversation

import "slices"

// An asking is a standing question made ready: its words, options and listener.
type asking struct {
	fact    string
	q       *Question
	choices []Choice
	hears   listener
}

// indexQuestions prepares the questions the engine asks itself. The roles come from their own
// file.
func (sc *Script) indexQuestions() {
	sc.Phrases.Role.Options = sc.Roles
	sc.asks = make(map[string]*asking)
	for fact, q := range map[string]*Question{
		"voice": &sc.Phrases.Voice, "role": &sc.Phrases.Role, "area": &sc.Phrases.Area, "stage": &sc.Phrases.Stage,
	} {
		a := &asking{fact: fact, q: q}
		keys := make([][]string, len(q.Options))
		for i, o := range q.Options {
			id := factChoice(fact, o.ID)
			sc.labels[id] = o.Label
			a.choices = append(a.choices, Choice{ID: id, Label: o.Label})
			keys[i] = append([]string{o.Label}, o.Words...)
		}
		a.hears = newListener(keys)
		sc.asks[fact] = a
	}
}

// setFact takes the answer to a standing question. It reports whether there is such an answer.
func (t *turn) setFact(fact, value string) bool {
	known := slices.ContainsFunc(t.asks[fact].q.Options, func(o Choosable) bool { return o.ID == value })
	if !known && (fact != "area" || t.Directory.Areas().Chain(value) == nil) {
		return false
	}
	s := t.s
	switch fact {
	case "voice":
		if s.Voice != "" && s.Voice != Voice(value) {
			s.Path = nil // its answers were given in the other voice
			s.At.Node = startOf(s.At)
		}
		s.Voice = Voice(value)
	case "role":
		s.Role = value
	case "area":
		s.Area = value
	case "stage":
		s.Stage = value
	}
	s.settleDown()
	return true
}

func startOf(p Place) string {
	if p.Topic == "" {
		return p.Node
	}
	return start
}

// missing returns the standing question that must be answered before the one at hand, or nil. Somebody
// who came with a cue is shown what to say first, and asked for a role when they next see the menu.
func (t *turn) missing() *asking {
	switch s := t.s; {
	case s.Asking != "":
		return t.asks[s.Asking]
	case s.Voice == "":
		return t.asks["voice"]
	case s.Voice == Staff && s.Role == "" && s.At.Topic == "":
		return t.asks["role"]
	}
	return nil
}

// standing returns the standing question that is asked now, or nil.
func (t *turn) standing() *asking {
	if a := t.missing(); a != nil {
		return a
	}
	if node := t.stand(); node != nil {
		return t.needs(node)
	}
	return nil
}

// needs returns the standing question that a node waits for, or nil.
func (t *turn) needs(n *Node) *asking {
	s := t.s
	switch {
	case n.Find != "" && s.Area == "", n.By == "area" && s.Area == "":
		return t.asks["area"]
	case n.By == "stage" && s.Stage == "":
		return t.asks["stage"]
	case n.By == "role" && s.Role == "":
		return t.asks["role"]
	}
	return nil
}
