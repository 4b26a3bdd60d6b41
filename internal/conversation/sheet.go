package conversation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

// The nodes of a staff tree that the prompt sheet takes its lines from, by convention.
const (
	smallStep  = "small-step" // one small step, in the person's own words
	cuesShown  = 3
	sheetCards = 2
)

// Sheet is the staff prompt sheet of a topic on one screen: the cue, what to say, what to listen
// for, one fact, where to point, how to leave it open, and when to get help fast. A topic that has
// nothing to say aloud at its start, such as a practice conversation, gets an outline of its screens
// instead. The sheet is empty for a topic without staff prompts.
func (sc *Script) Sheet(topic *Topic, role, area string, now time.Time) Reply {
	tree := topic.Trees[Staff]
	first := tree.Node(start)
	if first == nil {
		return Reply{}
	}
	if first.Say == "" && len(first.Ask) == 0 {
		return sc.outline(topic, tree, role)
	}
	p := &sc.Phrases.Screen
	r := Reply{Outcome: "sheet"}
	add := func(style Style, label, text string) {
		if text != "" {
			r.Blocks = append(r.Blocks, Block{Style: style, Label: label, Text: text})
		}
	}
	add(Heading, "", topic.Title)
	add(List, p.Cues, strings.Join(topic.Cues[:min(cuesShown, len(topic.Cues))], "\n"))
	add(Aloud, p.Say, first.sayFor(role))
	add(List, p.Ask, strings.Join(first.Ask, "\n"))
	add(List, p.Listen, strings.Join(first.Listen, "\n"))
	if step := tree.Node(smallStep); step != nil {
		add(Aloud, p.Try, step.sayFor(role))
	}
	if fact := tree.fact(); fact != nil {
		add(Spaced, p.Fact, fact.Say)
		add(Small, p.Source, fact.Source)
	}
	area = cmp.Or(area, directory.County)
	if n := sc.pointsTo(tree, role, area); n != nil {
		add(Aloud, p.Point, n.sayFor(role))
		for _, s := range sc.Directory.Find(directory.Query{Topic: n.Find, Area: area, Stage: n.Stage, Staff: true, Now: now, Limit: sheetCards}) {
			r.Blocks = append(r.Blocks, Block{Style: Card, Card: sc.Card(&s, Staff, time.Time{})})
		}
	}
	if n := tree.farewell(first); n != nil {
		add(Aloud, p.Leave, n.sayFor(role))
	}
	add(Alert, p.Urgent, topic.Urgent)
	add(Small, "", fill(p.Reviewed, "{on}", readableDate(topic.Reviewed)))
	return r
}

// pointsTo returns the node of a staff tree that shows services, or nil. A fork by life stage is followed as for a
// grown-up; a role that is not known is one that no fork has.
func (sc *Script) pointsTo(tree *Tree, role, area string) *Node {
	n := tree.signpost(tree.Node(start), sc.whoHelps)
	if n == nil {
		return nil
	}
	worker := turn{Script: sc, s: &Session{Voice: Staff, Role: cmp.Or(role, "-"), Area: area, Stage: "live-well"}}
	if n = worker.through(n); n.Find == "" {
		return nil
	}
	return n
}

// outline is every screen of a tree in file order, numbered, with the number of the screen that each
// option leads to.
func (sc *Script) outline(topic *Topic, tree *Tree, role string) Reply {
	p := &sc.Phrases.Screen
	number := make(map[string]string)
	for i, n := range tree.Nodes {
		number[n.ID] = strconv.Itoa(i + 1)
	}
	r := Reply{Blocks: []Block{{Style: Heading, Text: topic.Title}}, Outcome: "sheet"}
	for _, n := range tree.Nodes {
		r.Blocks = append(r.Blocks, Block{Style: Heading, Text: number[n.ID] + " · " + p.Steps[n.Step]})
		for _, b := range sc.blocks(n, role) {
			if b.Style != Heading {
				r.Blocks = append(r.Blocks, b)
			}
		}
		var options []string
		for _, o := range n.Options {
			options = append(options, o.Label+" → "+number[o.To])
		}
		if len(options) > 0 {
			r.Blocks = append(r.Blocks, Block{Style: List, Text: strings.Join(options, "\n")})
		}
	}
	reviewed := fill(p.Reviewed, "{on}", readableDate(topic.Reviewed))
	r.Blocks = append(r.Blocks, Block{Style: Spaced, Text: reviewed})
	return r
}

// farewell returns the goodbye that the first question leads to, or else the first there is, or nil.
func (t *Tree) farewell(first *Node) *Node {
	for _, o := range first.Options {
		if to := t.Node(o.To); to != nil && to.Step == Goodbye {
			return to
		}
	}
	if i := slices.IndexFunc(t.Nodes, func(n *Node) bool { return n.Step == Goodbye }); i >= 0 {
		return t.Nodes[i]
	}
	return nil
}

// fact returns the first fact of a tree, or nil.
func (t *Tree) fact() *Fact {
	for _, n := range t.Nodes {
		if n.Fact != nil {
			return n.Fact
		}
	}
	return nil
}
