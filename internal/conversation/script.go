// Package conversation is the engine: a script of decision trees, a session that says where one
// person is in it, and Turn, the pure function that takes a session and a message to the next
// session and a reply. It knows no platform, no file format and no clock.
package conversation

import (
	"maps"
	"slices"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// A Voice is who a tree speaks to.
type Voice string

// The two voices of a topic.
const (
	Staff    Voice = "staff"    // prompts for a worker who is with somebody
	Resident Voice = "resident" // the same topic, to the person themself
)

// Sees reports whether what is offered to one voice alone, or with "" to both, is offered to this one.
// Somebody we have not asked may take any.
func (v Voice) Sees(only Voice) bool { return only == "" || v == "" || v == only }

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

	topics   map[string]*Topic
	words    map[string]string           // folded way-out word -> choice id
	named    map[Voice]map[string]string // folded name of a topic or group -> choice id, "" for names that both voices know
	polite   map[string]bool
	before   map[string]bool           // words of politeness and others, that may stand in front
	around   map[Voice]map[string]bool // small words around an answer
	nots     map[string]bool           // words that turn an answer round
	thanks   listener
	misread  listener
	asides   []remark
	details  map[string]listener // by the part of a card
	whoHelps []string            // folded ways to ask who can help
	enough   listener            // to ways of saying no
	persons  []string            // folded ways to ask for a human being
	labels   map[string]string   // choice id of a standing question or way out -> label
	asks     map[string]*asking  // standing questions by fact
	exits    []Choice
	ending   []Choice         // below a node without options
	groups   map[string]*menu // by id, those of one voice included
	menus    map[Voice]*menu  // the groups that a voice is offered
}

// A Topic is two decision trees about one thing that a person may want to change or need help with.
type Topic struct {
	ID       string
	Title    string
	About    string
	Was      []string // earlier ids of this topic
	Stages   []string
	Cues     []string // what people say or what a worker notices, in their words
	Hidden   bool     // reached by name, link or the menu, never guessed from words
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
	Stage   string            // life stage that those services are for; "" is what is known of the person
	By      string            // branch on "role", "area" or "stage"
	To      map[string]string // branch: value (or "else") to node id
	Options []Option

	topic   *Topic
	tree    *Tree
	choices []Choice
	another Choice
	blocks  map[string][]Block // the node as shown, by role ("" for any), built once
	hears   listener
	cores   map[string]int // see coresOf
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
	Voice  Voice    // the only voice that is offered it; "" is both
	Words  []string // other words that find it, from anywhere
	Say    string   // what we say above its topics, in place of Phrases.Group
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

// Next returns every node id that one answer or branch leads to: the answers in the order of their options, the
// branches in that of their values. Some may stand twice.
func (n *Node) Next() []string {
	var next []string
	for _, o := range n.Options {
		next = append(next, o.To)
	}
	for _, value := range slices.Sorted(maps.Keys(n.To)) {
		next = append(next, n.To[value])
	}
	return next
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
