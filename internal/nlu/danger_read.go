package nlu

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// What a word does to the words after it.
const (
	denies = 1 // turns round what follows
	passes = 2 // lets a denial before it reach what follows
)

// number stands in lists for any word that begins with a figure. No typed word equals it, as those are lower case.
const number = "NUM"

// comma stands in a heard message where a part of a sentence ends.
const comma = ","

// A heard message is the words of it that count, by sentence, with the symbols that each of them begins.
type heard struct {
	words     []string
	stems     []string
	deny      []uint8
	sentences []int // where each sentence ends
	marks     [][]mark
	present   []uint64 // the set of symbols
}

// A mark says that a symbol begins at a word and how many words it takes.
type mark struct {
	symbol symbol
	length int
}

// A wordReader turns what people type into words and symbols.
type wordReader struct {
	skip     map[string]bool
	same     map[string][]respelling // by first word, longest first
	near     map[byte][]string       // by first letter
	deny     map[string]uint8
	exact    map[string][]symbol // by word
	stems    map[string][]symbol // by stem
	prefixes map[string][]symbol
	phrases  map[string][]phrase // by stem of the first word
	count    int                 // of symbols
}

type respelling struct{ from, to []string }

type phrase struct {
	stems []string
	of    []symbol
}

// shortestPrefix is the least number of letters before the "*" of a list entry.
const shortestPrefix = 3

// newWordReader fails when one way to type something is understood in two ways.
func newWordReader(skip []string, same map[string]string) (wordReader, error) {
	r := wordReader{
		skip: map[string]bool{}, same: map[string][]respelling{}, near: map[byte][]string{}, deny: map[string]uint8{},
		exact: map[string][]symbol{}, stems: map[string][]symbol{}, prefixes: map[string][]symbol{}, phrases: map[string][]phrase{},
	}
	for _, w := range skip {
		r.skip[w] = true
	}
	understood := map[string]string{}
	for _, to := range slices.Sorted(maps.Keys(same)) {
		for _, from := range entries(same[to]) {
			from = text.Fold(from)
			if other, ok := understood[from]; ok && other != to {
				return r, fmt.Errorf("same: %q is understood both as %q and as %q", from, other, to)
			}
			understood[from] = to
			if f := text.Tokens(from); len(f) > 0 {
				r.same[f[0]] = append(r.same[f[0]], respelling{f, text.Tokens(text.Fold(to))})
			}
		}
	}
	for _, l := range r.same {
		slices.SortFunc(l, func(a, b respelling) int {
			return cmp.Or(len(b.from)-len(a.from), slices.Compare(a.from, b.from))
		})
	}
	return r, nil
}

// plain gives the words of a list entry as a message would have them. It fails when an entry of several words comes down
// to one, and would say less than it seems to.
func (r *wordReader) plain(entry string) ([]string, error) {
	folded := strings.ReplaceAll(strings.TrimSuffix(entry, "!"), "_", " ")
	if folded == number {
		return []string{number}, nil
	}
	typed := r.respell(text.Tokens(text.Fold(folded)))
	words := r.drop(slices.Clone(typed))
	if len(typed) > 1 && len(words) < 2 {
		return nil, fmt.Errorf("entry %q: only %q of it counts, the rest is passed over", entry, words)
	}
	return words, nil
}

// learn adds a list entry: a word, a phrase, a word meant as spelt ("dying!") or a beginning ("suicid*").
func (r *wordReader) learn(entry string, of []symbol) error {
	if p, ok := strings.CutSuffix(entry, "*"); ok {
		if p = text.Fold(p); len(p) < shortestPrefix {
			return fmt.Errorf("entry %q: too short a beginning", entry)
		}
		r.prefixes[p] = append(r.prefixes[p], of...)
		return nil
	}
	words, err := r.plain(entry)
	switch {
	case err != nil:
		return err
	case len(words) == 0: // a word that is passed over
	case len(words) > 1:
		p := phrase{of: of}
		for _, w := range words {
			p.stems = append(p.stems, text.Stem(w))
		}
		r.phrases[p.stems[0]] = append(r.phrases[p.stems[0]], p)
	case strings.HasSuffix(entry, "!"):
		r.exact[words[0]] = append(r.exact[words[0]], of...)
	default:
		s := text.Stem(words[0])
		if words[0] == number {
			s = number
		}
		r.stems[s] = append(r.stems[s], of...)
	}
	return nil
}

// arrange makes lists that two readers of the same data would share, however maps were ordered.
func (r *wordReader) arrange() {
	for _, m := range []map[string][]symbol{r.exact, r.stems, r.prefixes} {
		for k, l := range m {
			slices.Sort(l)
			m[k] = slices.Compact(l)
		}
	}
}

// read hears s. It reads no more of it than text.Fold does.
func (r *wordReader) read(s string) *heard {
	h := &heard{}
	for piece, end := range pieces(s) {
		words := text.Tokens(text.Fold(piece))
		words = r.unspell(words)
		words = r.drop(r.ages(r.respell(words)))
		for _, w := range words {
			h.words = append(h.words, r.corrected(w))
		}
		switch n := len(h.words); {
		case end:
			if n > 0 && h.words[n-1] == comma {
				h.words = h.words[:n-1]
			}
			if n = len(h.words); n > 0 && (len(h.sentences) == 0 || h.sentences[len(h.sentences)-1] < n) {
				h.sentences = append(h.sentences, n)
			}
		case len(words) > 0:
			h.words = append(h.words, comma)
		}
	}
	r.mark(h)
	return h
}

// respell puts the understood words in the place of typed ones.
func (r *wordReader) respell(words []string) []string {
	out := make([]string, 0, len(words)+4)
next:
	for i := 0; i < len(words); {
		for _, s := range r.same[words[i]] {
			if len(s.from) <= len(words)-i && slices.Equal(s.from, words[i:i+len(s.from)]) {
				out = append(out, s.to...)
				i += len(s.from)
				continue next
			}
		}
		out = append(out, words[i])
		i++
	}
	return out
}

// drop leaves out the words that say nothing.
func (r *wordReader) drop(words []string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return r.skip[w] })
}

// known reports whether some list holds w.
func (r *wordReader) known(w, stem string) bool {
	return len(r.exact[w]) > 0 || len(r.stems[stem]) > 0 || len(r.phrases[stem]) > 0
}

// corrected gives the word that w is a slip of, or w.
func (r *wordReader) corrected(w string) string {
	if len(w) < shortestNear || r.known(w, text.Stem(w)) {
		return w
	}
	for _, n := range r.near[w[0]] {
		if text.Near(w, n) {
			return n
		}
	}
	return w
}

// mark finds the symbols that begin at each word.
func (r *wordReader) mark(h *heard) {
	h.stems = make([]string, len(h.words))
	h.deny = make([]uint8, len(h.words))
	h.marks = make([][]mark, len(h.words))
	h.present = make([]uint64, r.count/64+1)
	for i, w := range h.words {
		h.stems[i], h.deny[i] = text.Stem(w), r.deny[w]
	}
	end, s := 0, 0
	for i, w := range h.words {
		if i >= end && s < len(h.sentences) {
			end, s = h.sentences[s], s+1
		}
		if w == comma {
			continue
		}
		r.add(h, i, 1, r.exact[w])
		r.add(h, i, 1, r.stems[h.stems[i]])
		if '0' <= w[0] && w[0] <= '9' {
			r.add(h, i, 1, r.stems[number])
		}
		for n := shortestPrefix; n <= len(w); n++ {
			r.add(h, i, 1, r.prefixes[w[:n]])
		}
		for _, p := range r.phrases[h.stems[i]] {
			if n := len(p.stems); n <= end-i && slices.Equal(p.stems, h.stems[i:i+n]) {
				r.add(h, i, n, p.of)
			}
		}
	}
}

func (r *wordReader) add(h *heard, at, length int, of []symbol) {
	for _, s := range of {
		h.marks[at] = append(h.marks[at], mark{s, length})
		h.present[s/64] |= 1 << (s % 64)
	}
}
