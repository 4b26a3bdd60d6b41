package nlu

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// NormalData says what people's short forms, slips and slang stand for: "u" for "you", "skint" for "no money". The
// key is one to four words, the value any number; an empty value drops the words.
type NormalData map[string]string

// maxRead is how many words of a message are read for its topic. The longest chat message that a person
// types is far shorter.
const maxRead = 400

// A reader turns the words of a message into the ones that the lists and weights speak of.
type reader struct {
	normal  map[string][]rewrite // by first word, longest first
	vectors *vectors
}

type rewrite struct{ from, to []string }

// A message is what was read.
type message struct {
	words []string // normalised
	stems []string // of words, one each; "#" for a number
	ages  []string // "#age:child" and the like, for each age that was said
}

func newReader(d NormalData, vectorsFile string) (*reader, error) {
	v, err := newVectors(vectorsFile)
	if err != nil {
		return nil, fmt.Errorf("vectors: %w", err)
	}
	r := &reader{normal: make(map[string][]rewrite, len(d)), vectors: v}
	for from, to := range d {
		key := text.Tokens(text.Fold(from))
		if len(key) == 0 || len(key) > 4 {
			return nil, fmt.Errorf("normal: %q is not one to four words", from)
		}
		r.normal[key[0]] = append(r.normal[key[0]], rewrite{key, text.Tokens(text.Fold(to))})
	}
	for _, l := range r.normal {
		slices.SortFunc(l, func(a, b rewrite) int {
			if len(a.from) != len(b.from) {
				return len(b.from) - len(a.from)
			}
			return slices.Compare(a.from, b.from)
		})
	}
	return r, nil
}

// read normalises words.
func (r *reader) read(words []string) message {
	m := message{words: make([]string, 0, len(words)+8)}
	for i := 0; i < len(words) && len(m.words) < maxRead; {
		to, n := r.rewrite(words[i:])
		if n == 0 {
			m.words = append(m.words, words[i])
			i++
			continue
		}
		m.words = append(m.words, to...)
		i += n
	}
	m.stems = make([]string, len(m.words))
	for i, w := range m.words {
		m.stems[i] = stemOf(w)
	}
	m.ages = ageWords(m.words)
	return m
}

// rewrite returns what the first n words stand for; n is 0 when they stand for themselves.
func (r *reader) rewrite(words []string) (to []string, n int) {
	for _, rw := range r.normal[words[0]] {
		if len(rw.from) <= len(words) && slices.Equal(rw.from, words[:len(rw.from)]) {
			return rw.to, len(rw.from)
		}
	}
	return nil, 0
}

// phrase reads a phrase of a list as a message is read.
func (r *reader) phrase(s string) message {
	return r.read(text.Tokens(text.Fold(s)))
}

func stemOf(word string) string {
	if strings.Trim(word, "0123456789") == "" {
		return "#"
	}
	return text.Stem(word)
}
