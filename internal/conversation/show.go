package conversation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

const start = "start"

// cardsShown is how many services a signpost or a look-up shows: what fits a phone without a hunt.
const cardsShown = 3

// show replies with the question that stands, after any notes: a standing question that must come
// first, the menu, or the node the person is at. What was offered on top of it is withdrawn, so that
// a number always means what is on the screen.
func (t *turn) show(outcome string, notes ...string) Reply {
	t.s.Offered = nil
	r := Reply{Outcome: outcome}
	for _, n := range notes {
		r.Blocks = append(r.Blocks, Block{Style: Text, Text: n})
	}
	if a := t.missing(); a != nil {
		return t.question(a, r)
	}
	node := t.stand()
	if t.fellBack {
		r.Blocks = append(r.Blocks, Block{Style: Text, Text: t.Phrases.Returned})
	}
	if node == nil {
		return t.showMenu(r)
	}
	if a := t.needs(node); a != nil {
		return t.question(a, r)
	}
	return t.showNode(node, r)
}

// services returns those that a node with Find shows.
func (t *turn) services(n *Node) []directory.Service {
	return t.Directory.Find(directory.Query{
		Topic: n.Find, Area: t.s.Area, Stage: cmp.Or(n.Stage, t.s.Stage), Staff: t.s.Voice == Staff, Now: t.now, Limit: cardsShown,
	})
}

// question asks a standing question.
func (t *turn) question(a *asking, r Reply) Reply {
	say := a.q.Say
	if t.s.Asking == a.fact && a.q.Change != "" {
		say = a.q.Change
	}
	r.Blocks = append(r.Blocks, Block{Style: Text, Text: say})
	r.Options = a.choices
	return r
}

func (t *turn) showMenu(r Reply) Reply {
	m := t.menu()
	r.Blocks = append(r.Blocks, says(m.say)...)
	r.Options = m.choices
	if m != t.menus[t.s.Voice] {
		r.Exits = t.exits
	}
	return r
}

// menu returns the group the person is at, or else the menu of their voice.
func (t *turn) menu() *menu {
	if group := t.groups[t.s.At.Node]; group != nil && t.s.Voice.Sees(group.voice) {
		return group
	}
	return t.menus[t.s.voice()]
}

// stand finds the node the person is at, following branches whose fact is known. It is nil at the
// menu. If the node was taken out of the content it goes to the nearest answer that still stands.
func (t *turn) stand() *Node {
	s := t.s
	if s.At.Topic == "" {
		return nil
	}
	node := t.node(s.At)
	if node == nil {
		t.fellBack = true
		t.fallBack()
		if node = t.node(s.At); node == nil {
			return nil
		}
	}
	node = t.through(node)
	s.At = Place{node.topic.ID, node.ID}
	return node
}

// through follows branches from a node while the facts they need are known.
func (t *turn) through(node *Node) *Node {
	for hops := 0; node.By != "" && t.needs(node) == nil && hops < len(node.tree.Nodes); hops++ {
		next := node.tree.Node(t.branch(node))
		if next == nil {
			break
		}
		node = next
	}
	return node
}

// node returns the node at a place in the person's voice, or nil.
func (t *turn) node(p Place) *Node {
	topic := t.Topic(p.Topic)
	if topic == nil {
		return nil
	}
	return topic.Trees[t.s.Voice].Node(p.Node)
}

// place is where the person is, by the ids of today.
func (t *turn) place() Place {
	if n := t.node(t.s.At); n != nil {
		return Place{n.topic.ID, n.ID}
	}
	return t.s.At
}

// fallBack drops answers until one still stands and puts the person where it leads; failing that
// at the start of the topic, or the menu.
func (t *turn) fallBack() {
	s := t.s
	lostAt := s.At
	for i := len(s.Path) - 1; i >= 0; i-- {
		a := s.Path[i]
		n := t.node(a.Place)
		if n == nil {
			continue
		}
		s.Path, s.At = s.Path[:i:i], a.Place
		if o := n.Option(a.Option); o != nil {
			s.push(a)
			s.At = Place{n.topic.ID, o.To}
		}
		return
	}
	s.Path, s.At = nil, Place{}
	if t.node(Place{lostAt.Topic, start}) != nil {
		s.At = Place{lostAt.Topic, start}
	}
}

// branch returns the node id that a branch leads to for this person.
func (t *turn) branch(n *Node) string {
	switch n.By {
	case "role":
		if to, ok := n.To[t.s.Role]; ok {
			return to
		}
	case "stage":
		if to, ok := n.To[t.s.Stage]; ok {
			return to
		}
	case "area":
		for _, area := range t.Directory.Areas().Chain(t.s.Area) {
			if to, ok := n.To[area]; ok {
				return to
			}
		}
	}
	return n.To["else"]
}

func (t *turn) showNode(n *Node, r Reply) Reply {
	blocks, ok := n.blocks[t.s.Role]
	if !ok {
		blocks = n.blocks[""]
	}
	if i := t.asked(n); i > 0 {
		blocks = slices.Clone(blocks)
		for j := range blocks {
			if blocks[j].Label == t.Phrases.Screen.Ask {
				blocks[j].Text = n.Ask[i]
			}
		}
	}
	if len(r.Blocks) == 0 {
		r.Blocks = slices.Clip(blocks)
	} else {
		r.Blocks = append(r.Blocks, blocks...)
	}
	if t.s.Voice == Staff && t.s.Role == "" && len(n.SayAs) > 0 {
		r.Blocks = append(r.Blocks, Block{Style: Text, Text: t.Phrases.OwnWords})
	}
	r.Options, r.Exits = n.choices, t.exits
	if n.Find != "" {
		r.Blocks = append(r.Blocks, t.list(t.services(n))...)
	}
	if len(n.choices) == 0 {
		r.Options = t.ending
	}
	return r
}

// asked says which of a node's open questions is due: one further for each "another way".
func (t *turn) asked(n *Node) int {
	if len(n.Ask) < 2 {
		return 0
	}
	return t.askedTimes(n) % len(n.Ask)
}

// askedTimes counts how often "another way" was the latest answer, to this node.
func (t *turn) askedTimes(n *Node) int {
	times := 0
	for i := len(t.s.Path) - 1; i >= 0; i-- {
		if a := t.s.Path[i]; a.Option != anotherWay || t.node(a.Place) != n {
			break
		}
		times++
	}
	return times
}

// sayFor returns what a node says in the setting of a role.
func (n *Node) sayFor(role string) string {
	if own, ok := n.SayAs[role]; ok {
		return own
	}
	return n.Say
}

// blocks lays a node out for a role. Its services are not part of it.
func (sc *Script) blocks(n *Node, role string) []Block {
	var b []Block
	add := func(style Style, label, text string) {
		if text != "" {
			b = append(b, Block{Style: style, Label: label, Text: text})
		}
	}
	p := &sc.Phrases.Screen
	say := n.sayFor(role)
	if n.tree.Voice == Staff {
		add(Heading, "", n.topic.Title+" · "+p.Steps[n.Step])
		add(Text, "", n.Note)
		add(Aloud, p.Say, say)
		if len(n.Ask) > 0 {
			add(Aloud, p.Ask, n.Ask[0])
		}
		add(List, p.Listen, strings.Join(n.Listen, "\n"))
	} else {
		for para := range strings.SplitSeq(say, "\n\n") {
			add(Text, "", para)
		}
	}
	if n.Fact != nil {
		add(Spaced, p.Fact, n.Fact.Say)
		add(Small, p.Source, n.Fact.Source)
	}
	add(Alert, p.Urgent, n.Urgent)
	return b
}

// says lays a phrase out, a paragraph a block.
func says(phrase string) []Block {
	var b []Block
	for para := range strings.SplitSeq(phrase, "\n\n") {
		b = append(b, Block{Style: Text, Text: para})
	}
	return b
}

// fill puts values into the braces of a phrase: fill(p, "{topic}", title).
func fill(phrase string, pairs ...string) string {
	if len(pairs) == 2 {
		return strings.ReplaceAll(phrase, pairs[0], pairs[1])
	}
	return strings.NewReplacer(pairs...).Replace(phrase)
}

// offered returns the choices offered on top of the question.
func (t *turn) offered() []Choice {
	choices := make([]Choice, 0, len(t.s.Offered))
	for _, id := range t.s.Offered {
		if c := t.Choice(id); c.Label != "" {
			choices = append(choices, c)
		}
	}
	return choices
}
