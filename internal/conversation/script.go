// Package conversation is the engine: a script of decision trees, a session that says where one
// person is in it, and Turn, the pure function that takes a session and a message to the next
// session and a reply. It knows no platform, no file format and no clock.
package conversation

import (
	"slices"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A Voice is who a tree speaks to.
type Voice string

// The two voices of a topic.
const (
	Staff    Voice = "staff"    // prompts for a worker who is with somebody
	Resident Voice = "resident" // the same topic, to the person themself
)

// A Step is the part of a MECC conversation that a node belongs to.
type Step string

// The steps of Ask, Assist, Act; a goodbye ends a path honestly, without a signpost.
const (
	Ask     Step = "ask"
	Assist  Step = "assist"
	Act     Step = "act"
	Goodbye Step = "goodbye"
)

// A Script is everything the engine says and knows. It is built by package content, made ready
// by Index, and never changed afterwards, so any number of turns may share it.
type Script struct {
	Topics    []*Topic // in file-name order
	Groups    []Group  // the menu, in the order shown
	Roles     []Role
	Phrases   Phrases
	Safety    Safety
	Lexicon   *nlu.Lexicon
	Directory *directory.Directory

	topics map[string]*Topic
	words  map[string]string // folded way-out word -> choice id
	named  map[string]*Topic // by folded title and id
	polite map[string]bool
	thanks map[string]bool
	labels map[string]string  // choice id of a standing question or way out -> label
	asks   map[string]*asking // standing questions by fact
	menu   menu
	exits  []Choice
	groups map[string]*menu
}

// A menu is a list of topics, or of groups of them, to choose from.
type menu struct {
	choices []Choice
	hears   listener
}

// A Topic is two decision trees about one thing that a person may want to change or need help with.
type Topic struct {
	ID       string
	Title    string
	About    string
	Was      []string // earlier ids of this topic
	Stages   []string
	Cues     []string // what people say or what a worker notices, in their words
	Hidden   bool     // reached by name or link, never offered or guessed
	Urgent   string   // red flags: when to stop and get help fast
	Sources  []string
	Reviewed string // the date of the last review
	Trees    map[Voice]*Tree
}

// A Tree is one voice of a topic. It starts at the node "start".
type Tree struct {
	Voice Voice
	Nodes []*Node // in file order

	nodes map[string]*Node // by id and by every earlier id
}

// A Node is one thing we say and what may come next: options to choose from, services to show,
// a branch on a fact, or nothing, which ends the path.
type Node struct {
	ID      string
	Was     []string
	Step    Step
	Note    string            // staff: a word to the worker before they speak
	Say     string            // staff: words to say aloud; resident: what we say
	SayAs   map[string]string // Say for a role whose setting differs
	Ask     []string          // staff: open questions, one shown at a time
	Listen  []string          // staff: what to listen for
	Fact    *Fact
	Urgent  string
	Find    string            // topic whose services are shown here, by area
	By      string            // branch on "role", "area" or "stage"
	To      map[string]string // branch: value (or "else") to node id
	Options []Option

	topic   *Topic
	tree    *Tree
	choices []Choice
	another Choice
	blocks  map[string][]Block // the node as shown, by role ("" for any), built once
	hears   listener
}

// A Fact is one true thing with the address of the page it came from.
type Fact struct {
	Say    string
	Source string
}

// An Option is one answer to a node: what it says, other words for it, and the node it leads to.
// ID is stable: rewording or moving an option keeps it.
type Option struct {
	ID, Label string
	Words     []string
	To        string
}

// A Group is one line of the menu and the topics under it.
type Group struct {
	ID     string
	Label  string
	Topics []string
}

// A Role is the setting in which a member of staff works.
type Role = Choosable

// A Choosable is one answer to a standing question: a role, a place, a life stage.
type Choosable struct {
	ID    string
	Label string
	Words []string
}

// Topic returns the topic with that id now or earlier, or nil.
func (sc *Script) Topic(id string) *Topic { return sc.topics[id] }

// Node returns the node with that id now or earlier, or nil.
func (t *Tree) Node(id string) *Node {
	if t == nil {
		return nil
	}
	return t.nodes[id]
}

// Option returns the node's option with that id, or one that leads to a node that once had it, or nil.
func (n *Node) Option(id string) *Option {
	for i := range n.Options {
		if n.Options[i].ID == id {
			return &n.Options[i]
		}
	}
	if renamed := n.tree.Node(id); renamed != nil {
		for i := range n.Options {
			if n.Options[i].To == renamed.ID {
				return &n.Options[i]
			}
		}
	}
	return nil
}

// Choices returns the node's options as they are offered, "another way to ask" included.
func (n *Node) Choices() []Choice { return n.choices }

// IsEnd reports whether a path may stop here: at a signpost or at an honest goodbye.
func (n *Node) IsEnd() bool { return n.Find != "" || n.Step == Goodbye }

// Next returns every node id that one answer or branch leads to.
func (n *Node) Next() []string {
	var next []string
	for _, o := range n.Options {
		next = append(next, o.To)
	}
	for _, to := range n.To {
		next = append(next, to)
	}
	slices.Sort(next)
	return slices.Compact(next)
}

// Index makes a filled-in script ready for turns. It trusts what the checker proves.
func (sc *Script) Index() {
	sc.topics = make(map[string]*Topic)
	sc.labels = make(map[string]string)
	sc.named = make(map[string]*Topic)
	for _, t := range sc.Topics {
		for _, was := range t.Was {
			sc.topics[was] = t
		}
	}
	for _, t := range sc.Topics {
		sc.topics[t.ID] = t
		sc.labels[topicChoice(t.ID)] = t.Title
		sc.named[text.Fold(t.Title)], sc.named[text.Fold(t.ID)] = t, t
		sc.IndexTopic(t)
	}
	sc.indexWords()
	sc.indexMenu()
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
		n.blocks = make(map[string][]Block)
		n.blocks[""] = sc.blocks(n, "")
		for role := range n.SayAs {
			n.blocks[role] = sc.blocks(n, role)
		}
	}
}

func (sc *Script) indexWords() {
	sc.words = make(map[string]string)
	sc.polite = make(map[string]bool)
	for _, w := range sc.Phrases.Polite {
		sc.polite[text.Fold(w)] = true
	}
	sc.thanks = make(map[string]bool)
	for _, w := range sc.Phrases.Thanks.Words {
		sc.thanks[text.Fold(w)] = true
	}
	for _, exit := range sc.Phrases.Ways() {
		sc.labels[exit.Choice] = exit.Phrase.Label
		for _, w := range exit.Phrase.Words {
			sc.words[fold(w)] = exit.Choice
		}
		sc.words[fold(exit.Phrase.Label)] = exit.Choice
	}
	sc.exits = []Choice{sc.Choice(chooseBack), sc.Choice(chooseMenu)}
}

func (sc *Script) indexMenu() {
	sc.groups = make(map[string]*menu)
	sc.menu = menu{}
	for _, g := range sc.Groups {
		id := groupChoice(g.ID)
		sc.labels[id] = g.Label
		sc.menu.choices = append(sc.menu.choices, Choice{ID: id, Label: g.Label})
		group := new(menu)
		for _, t := range g.Topics {
			group.choices = append(group.choices, sc.Choice(topicChoice(t)))
		}
		group.hears = hearLabels(group.choices)
		sc.groups[g.ID] = group
	}
	sc.menu.hears = hearLabels(sc.menu.choices)
}

// Choice returns the offered choice with that id and its label, which is "" for one that no longer exists.
func (sc *Script) Choice(id string) Choice { return Choice{ID: id, Label: sc.labels[id]} }

// AreaName returns the name of an area as a person reads it, or its id if there is none.
func (sc *Script) AreaName(id string) string {
	if area, ok := sc.Directory.Areas().Get(id); ok {
		return area.Name
	}
	return id
}

// Overdue counts the services whose facts are past the day they were to be checked again.
func (sc *Script) Overdue(now time.Time) int {
	today, n := now.Format(time.DateOnly), 0
	for _, s := range sc.Directory.All() {
		if s.ReviewBy != "" && s.ReviewBy < today {
			n++
		}
	}
	return n
}
