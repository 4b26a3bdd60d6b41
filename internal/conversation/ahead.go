package conversation

import (
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// How plainly words must give an option that is not on the screen, or stands among other words: "yes"
// answers only the question asked, and "last night" may be part of any story.
const (
	plainWords = 3 // of the option
	moreWords  = 4 // beside it
)

// ahead takes words that are no option of the node on the screen for an answer all the same: for an
// option one answer further on, which they are, or that they hold, or for one on the screen that they
// hold, or that they say with small words around it. It reports false for words that fit no option, or
// several. Words that only hold a no are no answer: "she said no one would miss her" must never end a talk.
func (t *turn) ahead(folded string) (Reply, bool) {
	if t.standing() != nil {
		return Reply{}, false
	}
	node := t.stand()
	if node == nil {
		return Reply{}, false
	}
	if strings.Count(folded, " ")+1 >= plainWords {
		if r, ok := t.further(node, func(l listener) int { return l.pick(folded) }, true); ok {
			return r, true
		}
	}
	if i := t.holding(node.hears, folded); i >= 0 {
		if t.ends(node, i) {
			return Reply{}, false
		}
		return t.choose(node.choices[i].ID, ""), true
	}
	if i := t.plainly(node, folded); i >= 0 && !t.ends(node, i) {
		return t.choose(node.choices[i].ID, ""), true
	}
	return t.further(node, func(l listener) int { return t.holding(l, folded) }, false)
}

// holding returns the index of the one option that folded words hold, or -1; also -1 if a word beside it turns it
// round, as in "i dont want to stop".
func (t *turn) holding(l listener, folded string) int {
	i := l.within(folded)
	if i < 0 || !t.turned(folded) || slices.ContainsFunc(l.phrases[i], func(p string) bool { return holds(folded, p) && t.turned(p) }) {
		return i
	}
	return -1
}

// turned reports whether folded words have one that turns round what they say.
func (t *turn) turned(folded string) bool {
	for word := range strings.SplitSeq(folded, " ") {
		if t.nots[word] {
			return true
		}
	}
	return false
}

// plainly returns the index of the one option of a node of which folded words say just what it says, small words and
// endings aside, or -1: "i want to cut down" for "Cut down". A no is no small word.
func (t *turn) plainly(n *Node, folded string) int {
	if i, ok := n.cores[t.core(folded, n.tree.Voice)]; ok {
		return i
	}
	return -1
}

// coresOf maps what is left of each phrase of a listener to the index of its option, -1 if several have it.
func (sc *Script) coresOf(l listener, v Voice) map[string]int {
	cores := make(map[string]int)
	for i, phrases := range l.phrases {
		for _, p := range phrases {
			core := sc.core(p, v)
			if first, known := cores[core]; core == "" || known && first != i {
				cores[core] = -1
			} else {
				cores[core] = i
			}
		}
	}
	return cores
}

// core is what is left of folded words without the small ones around an answer, and without endings.
func (sc *Script) core(folded string, v Voice) string {
	var core strings.Builder
	for word := range strings.SplitSeq(folded, " ") {
		if !sc.around[v][word] {
			core.WriteString(text.Stem(word))
			core.WriteByte(' ')
		}
	}
	return core.String()
}

// ends reports whether the choice with an index ends the talk. The last one may be no option, but another way to ask.
func (t *turn) ends(n *Node, i int) bool {
	if i >= len(n.Options) {
		return false
	}
	to := n.tree.Node(n.Options[i].To)
	return to != nil && t.through(to).Step == Goodbye
}

// further answers the node with the option that leads to a question which pick answers, and then that
// question, if there is one such answer, which may end the talk or not.
func (t *turn) further(node *Node, pick func(listener) int, mayEnd bool) (Reply, bool) {
	var first *Option
	var next *Node
	chosen := -1
	for i := range node.Options {
		n := t.through(node.tree.Node(node.Options[i].To))
		if n == nil || n == node || n == next {
			continue
		}
		switch c := pick(n.hears); {
		case c < 0 || c >= len(n.Options):
		case next == nil:
			first, next, chosen = &node.Options[i], n, c
		case n.Options[c].To != next.Options[chosen].To:
			return Reply{}, false
		}
	}
	if next == nil || !mayEnd && t.ends(next, chosen) {
		return Reply{}, false
	}
	t.s.move(first.ID, Place{next.topic.ID, next.ID})
	return t.choose(next.choices[chosen].ID, ""), true
}

// within returns the index of the one option that has a label, or other words for it, among folded
// words that say little more, or -1.
func (l listener) within(folded string) int {
	found := -1
	for i, phrases := range l.phrases {
		if !slices.ContainsFunc(phrases, func(p string) bool { return holds(folded, p) }) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// holds reports whether a phrase of some words stands in others with few beside it.
func holds(folded, phrase string) bool {
	words := strings.Count(phrase, " ") + 1
	return words >= plainWords && strings.Count(folded, " ")+1-words <= moreWords &&
		strings.Contains(" "+folded+" ", " "+phrase+" ")
}

// declines returns what words choose that say no to all that is on the screen: the option that ends the
// talk kindly, or the menu where that is on offer.
func (t *turn) declines(folded, bare string) (choice string, ok bool) {
	switch {
	case !t.enough.hears(folded, bare):
		return "", false
	case len(t.s.Offered) > 0:
		return chooseMenu, slices.Contains(t.s.Offered, chooseMenu)
	case t.standing() != nil:
		return "", false
	}
	node := t.stand()
	if node == nil {
		return "", false
	}
	for i := range slices.Backward(node.Options) {
		if t.ends(node, i) {
			return node.choices[i].ID, true
		}
	}
	return "", false
}

// asksForHelp reports whether words ask who can help with what the person is at, and the area they
// name, if any: "who can help in Barton".
func (t *turn) asksForHelp(folded string) (area string, ok bool) {
	for _, p := range t.whoHelps {
		if folded == p {
			return "", true
		}
		if rest, more := strings.CutPrefix(folded, p+" "); more {
			if m := t.Lexicon.Read(rest); m.Area != "" && len(m.Topics) == 0 {
				return m.Area, true
			}
		}
	}
	return "", false
}

// point goes to the signpost of the topic the person is at, as the option for it would.
func (t *turn) point(area string) Reply {
	t.s.settleDown()
	node := t.stand()
	if node == nil {
		return t.show("found:what", t.Phrases.Found.Unclear)
	}
	if area != "" {
		t.s.Area = area
	}
	if to := node.tree.signpost(node, t.whoHelps); to != nil && to != node {
		t.s.move("", Place{node.topic.ID, to.ID})
	}
	return t.show("near")
}

// leadsToHelp reports whether a node shows services, or is a fork to one that does.
func (t *Tree) leadsToHelp(n *Node) bool {
	return n.Find != "" || n.By != "" && slices.ContainsFunc(n.Next(), func(id string) bool {
		to := t.Node(id)
		return to != nil && to.Find != ""
	})
}

// signpost returns the node that the nearest option with one of the labels leads to, counted in
// answers from a node or else from the start; failing that the nearest that shows services, or nil.
func (t *Tree) signpost(from *Node, labels []string) *Node {
	for _, root := range []*Node{from, t.Node(start)} {
		var shows *Node
		seen := map[*Node]bool{root: true}
		for queue := []*Node{root}; len(queue) > 0; queue = queue[1:] {
			n := queue[0]
			if shows == nil && t.leadsToHelp(n) {
				shows = n
			}
			for _, o := range n.Options {
				if slices.Contains(labels, text.Fold(o.Label)) {
					return t.Node(o.To)
				}
			}
			for _, id := range n.Next() {
				if to := t.Node(id); to != nil && !seen[to] {
					seen[to] = true
					queue = append(queue, to)
				}
			}
		}
		if shows != nil {
			return shows
		}
	}
	return nil
}
