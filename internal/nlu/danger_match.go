package nlu

import (
	"math/bits"
	"slices"
	"strings"
)

// A ruleSet finds those of its rules that a message fulfils.
type ruleSet struct {
	rules []rule
	byKey [][]int32 // by symbol: the rules that cannot do without it
}

// calmReach is how many words away a calming pattern reaches.
const calmReach = 14

// finish files every rule under each symbol of the element that has the fewest.
func (s *ruleSet) finish(symbols int) {
	s.byKey = make([][]int32, symbols)
	for i, r := range s.rules {
		var key []symbol
		for _, p := range r.parts {
			for _, e := range p {
				if key == nil || len(e.any) < len(key) {
					key = e.any
				}
			}
		}
		for _, k := range key {
			s.byKey[k] = append(s.byKey[k], int32(i))
		}
	}
}

// A hit is a rule that a message fulfils, with the words where it does.
type hit struct {
	rule     *rule
	from, to int // of the first part
	denied   bool
}

// A matcher looks for rules in one message.
type matcher struct {
	*heard
	sentence []int32 // the number of the sentence, by word
	denied   []bool  // by word: a denial before it reaches it
	masked   []bool
	reach    []int32 // scratch: one more than where a sequence that ends here began
	next     []int32
}

func newMatcher(h *heard) *matcher {
	n := len(h.words) + 1
	m := &matcher{
		heard: h, sentence: make([]int32, n), denied: make([]bool, n), masked: make([]bool, n), reach: make([]int32, n), next: make([]int32, n),
	}
	from := 0
	for s, to := range h.sentences {
		for i := from; i < to; i++ {
			m.sentence[i] = int32(s)
			m.denied[i] = i > from && (h.deny[i-1] == denies || h.deny[i-1] == passes && m.denied[i-1])
		}
		from = to
	}
	return m
}

// hits gives the rules of s that the message fulfils. A rule counts once a sentence.
func (m *matcher) hits(s *ruleSet) []hit {
	var found []hit
	seen := map[int32]bool{}
	for word, set := range m.present {
		for ; set != 0; set &= set - 1 {
			for _, i := range s.byKey[word*64+bits.TrailingZeros64(set)] {
				if r := &s.rules[i]; !seen[i] && m.possible(r) {
					seen[i] = true
					found = m.rule(r, found)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b hit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return strings.Compare(a.rule.source, b.rule.source)
	})
	return found
}

// possible reports whether the message holds every symbol that r needs.
func (m *matcher) possible(r *rule) bool {
	for _, p := range r.parts {
		for _, e := range p {
			if !slices.ContainsFunc(e.any, m.has) {
				return false
			}
		}
	}
	return true
}

func (m *matcher) has(s symbol) bool { return m.present[s/64]>>(s%64)&1 == 1 }

// rule looks for r in each sentence, or over all sentences when it is wide.
func (m *matcher) rule(r *rule, found []hit) []hit {
	if r.wide {
		return m.wide(r, found)
	}
	from := 0
	for _, to := range m.sentences {
		if h, ok := m.within(r, from, to); ok && !m.spoiled(r, from, to) {
			found = append(found, h)
		}
		from = to
	}
	return found
}

// within looks for all parts of r between two words.
func (m *matcher) within(r *rule, from, to int) (hit, bool) {
	h := hit{rule: r}
	for i, p := range r.parts {
		a, b, ok := m.sequence(p, from, to, false)
		if !ok {
			if a, b, ok = m.sequence(p, from, to, true); !ok {
				return h, false
			}
			h.denied = true
		}
		if i == 0 {
			h.from, h.to = a, b
		}
	}
	return h, true
}

func (m *matcher) wide(r *rule, found []hit) []hit {
	h := hit{rule: r}
	for i, p := range r.parts {
		from, ok := 0, false
		for _, to := range m.sentences {
			var a, b int
			if a, b, ok = m.sequence(p, from, to, false); ok {
				if i == 0 {
					h.from, h.to = a, b
				}
				break
			}
			from = to
		}
		if !ok {
			return found
		}
	}
	if m.spoiled(r, 0, len(m.words)) {
		return found
	}
	return append(found, h)
}

// spoiled reports whether a word that r must not stand with is between two words.
func (m *matcher) spoiled(r *rule, from, to int) bool {
	for i := from; len(r.unless) > 0 && i < to; i++ {
		for _, k := range m.marks[i] {
			if slices.Contains(r.unless, k.symbol) {
				return true
			}
		}
	}
	return false
}

// sequence looks for p between two words and gives where it was found. Unless denied will do, no denial may stand before
// it or between its elements. Its time grows with the words times the length of p.
func (m *matcher) sequence(p sequence, from, to int, denied bool) (int, int, bool) {
	reach, next := m.reach, m.next
	clear(reach[from : to+1])
	for at := from; at < to; at++ {
		if !denied && m.denied[at] {
			continue
		}
		for _, k := range m.marks[at] {
			if !m.masked[at] && reach[at+k.length] == 0 && slices.Contains(p[0].any, k.symbol) {
				reach[at+k.length] = int32(at) + 1
			}
		}
	}
	for _, e := range p[1:] {
		clear(next[from : to+1])
		for end := from; end <= to; end++ {
			if reach[end] != 0 {
				m.step(e, reach[end], end, to, denied, next)
			}
		}
		reach, next = next, reach
	}
	for end := from; end <= to; end++ {
		if reach[end] != 0 {
			return int(reach[end]) - 1, end, true
		}
	}
	return 0, 0, false
}

// step notes in next where e can end that begins at most its gap after end.
func (m *matcher) step(e element, began int32, end, to int, denied bool, next []int32) {
	for at := end; at <= end+e.gap && at < to; at++ {
		for _, k := range m.marks[at] {
			if !m.masked[at] && next[at+k.length] == 0 && slices.Contains(e.any, k.symbol) {
				next[at+k.length] = began
			}
		}
		if !denied && m.deny[at] == denies {
			return
		}
	}
}

// mask hides the words of each hit.
func (m *matcher) mask(hits []hit) {
	for _, h := range hits {
		for i := h.from; i < h.to; i++ {
			m.masked[i] = true
		}
	}
}

// findings weighs what speaks for each kind. When reasons is not nil, what counted is added to it.
func (r *dangerRules) findings(h *heard, reasons *[]Reason) []finding {
	m := newMatcher(h)
	m.mask(m.hits(&r.idioms))
	calm := m.hits(&r.calm)
	found := make([]finding, len(r.kinds))
	for i := range found {
		found[i].kind = i
	}
	type pattern struct {
		kind   int
		now    bool
		source string
	}
	best := map[pattern]float64{}
	for _, hit := range m.hits(&r.rules) {
		w := hit.rule.weight
		if hit.denied {
			w *= deniedShare
		}
		if w = max(0, w+m.calming(calm, hit)); w == 0 {
			continue
		}
		key := pattern{hit.rule.kind, hit.rule.now, hit.rule.source}
		if w <= best[key] {
			continue
		}
		f := &found[key.kind]
		if key.now {
			f.now += w - best[key]
		} else {
			f.ongoing += w - best[key]
		}
		best[key] = w
		if reasons != nil {
			*reasons = append(*reasons, Reason{m.phrase(hit), r.kinds[key.kind], w})
		}
	}
	return found
}
