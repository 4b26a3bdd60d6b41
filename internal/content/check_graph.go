package content

import (
	"maps"
	"slices"
	"strings"
)

// maxAnswers is how many answers may lie between the start of a tree and its end.
const maxAnswers = 8

func checkStart(r *report, b *branching) {
	if b.node("start") == nil {
		r.errorf(b.at(b.pos), "the %s tree has no node \"start\"%s", b.voice, suggest("start", b.ids()))
	}
}

// exits returns where options and branches lead, with the place that says so.
func (n *node) exits() []str {
	var to []str
	for _, o := range n.Options {
		to = append(to, o.To)
	}
	for _, value := range slices.Sorted(maps.Keys(n.To)) {
		to = append(to, n.To[value])
	}
	return to
}

func checkTargets(r *report, b *branching) {
	for _, n := range b.nodes {
		for _, o := range n.Options {
			if b.node(o.To.s) == nil {
				r.errorf(b.at(o.To.pos), "option %q leads to %q, which is not a node%s", o.Label.s, o.To.s, suggest(o.To.s, b.ids()))
			}
		}
		for _, value := range slices.Sorted(maps.Keys(n.To)) {
			if to := n.To[value]; b.node(to.s) == nil {
				r.errorf(b.at(to.pos), "the branch for %q leads to %q, which is not a node%s", value, to.s, suggest(to.s, b.ids()))
			}
		}
	}
}

func checkReachable(r *report, b *branching) {
	start := b.node("start")
	if start == nil {
		return
	}
	seen := map[*node]bool{start: true}
	for queue := []*node{start}; len(queue) > 0; queue = queue[1:] {
		for _, to := range queue[0].exits() {
			if next := b.node(to.s); next != nil && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	for _, n := range b.nodes {
		if !seen[n] {
			r.errorf(b.at(n.id.pos), "nothing leads to the node %q: give it an option, or take it out", n.id.s)
		}
	}
}

// checkTraps finds nodes from which people can only go round and round.
func checkTraps(r *report, b *branching) {
	free := make(map[*node]bool) // can reach an end, or something that another rule complains of
	for found := true; found; {
		found = false
		for _, n := range b.nodes {
			exits := n.exits()
			if free[n] || !n.isEnd() && len(exits) > 0 && !slices.ContainsFunc(exits, func(to str) bool {
				next := b.node(to.s)
				return next == nil || free[next]
			}) {
				continue
			}
			free[n], found = true, true
		}
	}
	var trapped []string
	var first *node
	for _, n := range b.nodes {
		if !free[n] {
			trapped = append(trapped, n.id.s)
			if first == nil {
				first = n
			}
		}
	}
	if first != nil {
		r.errorf(b.at(first.id.pos), "from %s there is no way to a signpost (find) or a goodbye, only round in a circle", list(trapped))
	}
}

// maxSteps bounds the search for long paths. A tree that a person could follow needs a thousandth of it.
const maxSteps = 300_000

// checkLength looks for a path that visits no node twice and is not at an end after eight answers.
// A branch asks nothing, so it is not counted.
func checkLength(r *report, b *branching) {
	start := b.node("start")
	if start == nil {
		return
	}
	s := search{b: b, on: make(map[*node]bool)}
	switch s.walk(start, 0); {
	case s.steps > maxSteps:
		r.errorf(b.at(start.id.pos), "the %s tree is so tangled that the length of its paths cannot be checked: give its nodes fewer options", b.voice)
	case s.found:
		r.errorf(b.at(start.id.pos), "a path takes more than %d answers: %s", maxAnswers, strings.Join(s.path, " > "))
	}
}

// A search walks a tree and remembers the nodes it stands on.
type search struct {
	b     *branching
	on    map[*node]bool
	path  []string
	steps int
	found bool
}

func (s *search) walk(n *node, answers int) {
	if s.steps++; s.steps > maxSteps || s.on[n] {
		return
	}
	s.path = append(s.path, n.id.s)
	if s.found = answers >= maxAnswers && !n.isEnd() && !n.isBranch(); s.found {
		return
	}
	if !n.isEnd() {
		if !n.isBranch() {
			answers++
		}
		s.on[n] = true
		for _, to := range n.exits() {
			if next := s.b.node(to.s); next != nil {
				if s.walk(next, answers); s.found {
					return
				}
			}
		}
		delete(s.on, n)
	}
	s.path = s.path[:len(s.path)-1]
}

// list joins ids as a sentence does: "a", "b" and "c". Of many it names the first five.
func list(ids []string) string {
	quoted := make([]string, 0, 6)
	for i, id := range ids {
		if i == 5 {
			quoted = append(quoted, "others")
			break
		}
		quoted = append(quoted, `"`+id+`"`)
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}
