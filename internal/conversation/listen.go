package conversation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A listener knows the folded words by which each option of one question can be chosen.
type listener struct{ phrases [][]string }

func newListener(keys [][]string) listener {
	l := listener{make([][]string, len(keys))}
	for i, words := range keys {
		for _, w := range words {
			if folded := text.Fold(w); folded != "" && !slices.Contains(l.phrases[i], folded) {
				l.phrases[i] = append(l.phrases[i], folded)
			}
		}
	}
	return l
}

// hears reports whether words are one of its phrases, with what was said around them out of politeness or
// without.
func (l listener) hears(folded, bare string) bool { return l.pick(folded) >= 0 || l.pick(bare) >= 0 }

// exact returns the index of the first option that has one of some folded words to the letter, or -1.
func (l listener) exact(folded ...string) int {
	return slices.IndexFunc(l.phrases, func(phrases []string) bool {
		return slices.ContainsFunc(folded, func(words string) bool { return slices.Contains(phrases, words) })
	})
}

// fold folds words, or leaves them as they are when nothing would be left of them, as of "?".
func fold(words string) string {
	if folded := text.Fold(words); folded != "" {
		return folded
	}
	return strings.TrimSpace(words)
}

// hearLabels hears each choice by its label alone.
func hearLabels(choices []Choice) listener {
	keys := make([][]string, len(choices))
	for i, c := range choices {
		keys[i] = []string{c.Label}
	}
	return newListener(keys)
}

// pick returns the index of the option that folded words choose, or -1: the same words first,
// then the same words with a typo in a longer one, if that leaves a single option.
func (l listener) pick(folded string) int {
	if i := l.exact(folded); i >= 0 {
		return i
	}
	found := -1
	for i, phrases := range l.phrases {
		for _, p := range phrases {
			if !nearPhrase(folded, p) {
				continue
			}
			if found >= 0 && found != i {
				return -1
			}
			found = i
		}
	}
	return found
}

// nearPhrase reports whether two phrases have the same words but for typos in longer ones.
func nearPhrase(a, b string) bool {
	for a != "" && b != "" {
		var wa, wb string
		wa, a, _ = strings.Cut(a, " ")
		wb, b, _ = strings.Cut(b, " ")
		if wa != wb && !text.Near(wa, wb) {
			return false
		}
	}
	return a == "" && b == ""
}

// Confusable reports whether one message could choose either of two options: because words are
// the same, or within a typo of each other.
func Confusable(a, b []string) (string, string, bool) {
	la, lb := newListener([][]string{a}), newListener([][]string{b})
	for _, x := range la.phrases[0] {
		for _, y := range lb.phrases[0] {
			if x == y || nearPhrase(x, y) {
				return x, y, true
			}
		}
	}
	return "", "", false
}

// number reads an option's number as people type it: "2", "2.", "(2)", "option 2", "two".
// It is 0 if the words are not a number.
func (t *turn) number(folded string) int {
	if i := strings.LastIndexByte(folded, ' '); i > 0 && t.before[folded[:i]] {
		folded = folded[i+1:]
	}
	if n, ok := t.Phrases.Numbers[folded]; ok {
		return n
	}
	if len(folded) > 3 {
		return 0
	}
	n, err := strconv.Atoi(folded)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// bare drops words of politeness from both ends, unless nothing else is left.
func (t *turn) bare(folded string) string {
	for rest := folded; ; {
		first, after, ok := strings.Cut(rest, " ")
		if ok && t.before[first] {
			rest = after
			continue
		}
		i := strings.LastIndexByte(rest, ' ')
		if i > 0 && t.polite[rest[i+1:]] {
			rest = rest[:i]
			continue
		}
		return rest
	}
}
