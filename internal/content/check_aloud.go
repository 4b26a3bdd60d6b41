package content

import (
	"maps"
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// What a worker says takes, at 150 words a minute, the pace of ordinary talk: ten seconds before the other has had a
// turn, and a minute for all that is said on any path.
const (
	firstWords = 25
	talkWords  = 150
)

// checkAloud counts the words that staff say, at most: those of each node in the setting that has most, and its longest
// question.
func checkAloud(r *report, b *branching) {
	start := b.node("start")
	if b.voice != conversation.Staff || start == nil {
		return
	}
	if words, role := start.aloud(); words > firstWords {
		who := ""
		if role != "" {
			who = " for " + role
		}
		r.warnf(b.at(start.id.pos), "the first screen has %d words to say%s; %d fit in ten seconds", words, who, firstWords)
	}
	t := talk{b: b, said: make(map[*node]int), on: make(map[*node]bool)}
	for _, n := range b.nodes {
		t.said[n], _ = n.aloud()
	}
	if longest := t.longest(start); longest > talkWords {
		r.warnf(b.at(start.id.pos), "a path has up to %d words to say aloud; %d fit in a minute", longest, talkWords)
	}
}

// aloud is how many words a node has to say, and the role that has most of them, if any has words of its own.
func (n *node) aloud() (words int, role string) {
	words = len(wordsOf(n.Say.s))
	for _, id := range slices.Sorted(maps.Keys(n.SayAs)) {
		if own := len(wordsOf(n.SayAs[id].s)); own > words {
			words, role = own, id
		}
	}
	longest := 0
	for _, question := range n.Ask {
		longest = max(longest, len(wordsOf(question.s)))
	}
	return words + longest, role
}

// A talk is a search for the path with most to say, as far as maxSteps go.
type talk struct {
	b     *branching
	said  map[*node]int // words aloud
	on    map[*node]bool
	steps int
}

// longest is how many words a path from a node on that visits no node twice has at most.
func (t *talk) longest(n *node) int {
	if t.steps++; t.steps > maxSteps || t.on[n] {
		return 0
	}
	most := 0
	t.on[n] = true
	for _, to := range n.exits() {
		if next := t.b.node(to.s); next != nil {
			most = max(most, t.longest(next))
		}
	}
	delete(t.on, n)
	return t.said[n] + most
}
