package content

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

// voices are the two trees of a topic, in the order of the file.
var voices = []conversation.Voice{conversation.Staff, conversation.Resident}

// A topicFile is one file of topics/: two trees about one thing. The file name is the topic's id.
// The doc tags here are what an editor shows beside each key.
type topicFile struct {
	pos
	Title    str      `check:"required" doc:"The name of the topic, as people read it on a button. At most 30 characters fit a phone."`
	About    str      `check:"required" doc:"One line that says what the topic covers."`
	Was      []str    `doc:"Earlier ids of this topic. When you rename the file, put its old name here: old buttons and links go on working."`
	Stages   []str    `check:"required" doc:"The life stages the topic is for." enum:"start-well live-well age-well"`
	Reviewed reviewed `check:"required" doc:"When somebody last read the whole topic, and when the next reading is due."`
	Sources  []str    `doc:"The pages that the topic was written from, as https addresses."`
	Cues     []str    `doc:"What people say, or what a worker notices, in their words. A cue belongs to one topic."`
	Hidden   bool     `doc:"true: the topic is reached by its name, a link or the menu, never guessed from words. It may have one voice only."`
	Urgent   str      `doc:"Red flags for the prompt sheet: when to stop and get help fast."`
	Staff    *tree    `doc:"Prompts for a worker who is with somebody: Ask, Assist, Act. Starts at the node start."`
	Resident *tree    `doc:"The same topic, to the person themself. Starts at the node start."`

	id, file string
}

// reviewed says when somebody last read the content and when the next reading is due.
type reviewed struct {
	pos
	On   str `check:"required" doc:"The day of the last review, such as 2026-11-21." pattern:"^\\d{4}-\\d{2}-\\d{2}$"`
	Next str `check:"required" doc:"The day the next review is due. After it, the checker warns." pattern:"^\\d{4}-\\d{2}-\\d{2}$"`
}

// tree returns the tree of a voice, or nil.
func (t *topicFile) tree(v conversation.Voice) *tree {
	if v == conversation.Staff {
		return t.Staff
	}
	return t.Resident
}

// A tree keeps its nodes in the order of the file.
type tree struct {
	pos
	nodes []*node
}

func (t *tree) decodeNode(d *decoder, n *yaml.Node) {
	t.pos = at(n)
	if !d.want(n, yaml.MappingNode, "a set of nodes") {
		return
	}
	d.eachKey(n, func(key, value *yaml.Node) {
		nd := &node{id: str{at(key), key.Value}}
		d.decodeInto(value, nd)
		t.nodes = append(t.nodes, nd)
	})
}

func (t *tree) node(id string) *node {
	for _, n := range t.nodes {
		if n.id.s == id {
			return n
		}
	}
	return nil
}

// A node is written as the fields that it needs; the others are left out.
type node struct {
	pos
	Was     []str          `doc:"Earlier ids of this node. When you rename a node, put its old id here: people in the middle of it land well."`
	Step    str            `doc:"The part of the conversation: ask, assist or act; goodbye ends a path that leads to no service." enum:"ask assist act goodbye"`
	Note    str            `doc:"Staff only: a word to the worker before they speak."`
	Say     str            `doc:"Staff: words to say aloud. Resident: what we say. A blank line starts a new paragraph."`
	SayAs   map[string]str `doc:"Staff only: say, for roles whose setting differs, such as fire or library."`
	Ask     []str          `doc:"Staff only: open questions. One is shown; another way to ask shows the next."`
	Listen  []str          `doc:"Staff only: what to listen for."`
	Fact    *fact          `doc:"One true thing that helps, with the page it came from."`
	Urgent  str            `doc:"Red flags: when to get help fast."`
	Find    str            `doc:"The topic whose services are shown here, for the person's area. Ends a path."`
	Stage   str            `doc:"With find: the life stage that the services are for, where the tree knows it." enum:"start-well live-well age-well"`
	By      str            `doc:"Go on by what we know of the person. Needs to." enum:"role area stage"`
	To      map[string]str `doc:"With by: the node for each role, area or stage. The key else catches all others."`
	Options []option       `doc:"The answers to choose from, as: Label -> node."`

	id str
}

// isEnd reports whether a path may stop at the node: a signpost or a goodbye.
func (n *node) isEnd() bool { return n.Find.s != "" || n.Step.s == string(conversation.Goodbye) }

// isBranch reports whether the node sends people on without being shown.
func (n *node) isBranch() bool { return n.By.s != "" || n.To != nil }

type fact struct {
	pos
	Say    str `check:"required" doc:"The fact, in one or two plain sentences."`
	Source str `check:"required" doc:"The https address of the page it came from."`
}

// An option is "Label -> node", or the same with more: {label, to, id, words}.
type option struct {
	pos
	ID    str   `doc:"An id of its own, needed when two options of a node lead to the same node. It outlives a rewording."`
	Label str   `check:"required" doc:"What the button says. At most 30 characters fit a phone."`
	Words []str `doc:"Other words that choose this option when they are typed."`
	To    str   `check:"required" doc:"The id of the node it leads to."`
}

func (o *option) decodeNode(d *decoder, n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		type long option // without this method
		d.decodeInto(n, (*long)(o))
		o.pos = at(n)
	} else {
		text := d.text(n)
		label, to, ok := strings.Cut(text, "->")
		o.pos = at(n)
		o.Label, o.To = str{o.pos, strings.TrimSpace(label)}, str{o.pos, strings.TrimSpace(to)}
		if text != "" && (!ok || o.Label.s == "" || o.To.s == "") {
			d.problem(o.pos, "option", "an option is written \"Label -> node\", but this is %q", short(n.Value))
		}
	}
	if o.ID.s == "" {
		o.ID = o.To
	}
}

// A styleFile says how we write: data for the style rules.
type styleFile struct {
	Replace  []replacement `check:"required"`
	Excused  []str         // words that the reading grade passes over: names, and words with no plainer one
	Capitals []str         // words that are written in capitals
	Hosts    []str         // hosts that texts may link to, beside those of services and sources
}

// A replacement is words we avoid, and the better ones.
type replacement struct {
	Avoid []str `check:"required"`
	With  str   `check:"required"`
}

// Ready-made shapes of the other files.
type (
	areasFile    struct{ Areas []directory.Area }
	servicesFile struct{ Services []directory.Service }
	rolesFile    struct{ Roles []conversation.Role }
	menuFile     struct{ Groups []conversation.Group }
)
