package directory

import (
	"cmp"
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

const (
	mostWords   = 16  // of a query that count; a bit each in a mask
	mostNear    = 8   // words that one misspelt word may stand for
	nearWorth   = 0.6 // of a word found through its misspelling
	rareName    = 1   // names in which a word may stand and still tell a service from the others, or
	rareNamePer = 100 // one name in so many services,
	rareNameMax = 20  // but no more names than this; and in so many
	rareTexts   = 4   // texts at most for each such name: "gym" in one name and many texts names nothing
)

// A request is the words of a query as the index knows them.
type request struct {
	wants  []want
	count  int                // words
	places mask               // the words that name places
	worth  [mostWords]float32 // of each word
	rare   mask               // the words that tell a service's name from others
}

// A mask holds one bit for each word of a request.
type mask uint16

// A want is a term that stands for one or more words of a request.
type want struct {
	term   int32
	words  mask
	factor float32
}

// subject is the words that say what is wanted: those that don't name a place, or all if all do.
func (r *request) subject() mask {
	all := mask(1<<r.count - 1)
	if rest := all &^ r.places; rest != 0 {
		return rest
	}
	return all
}

// request looks up the words of a query.
func (d *Directory) request(query string) request {
	r := request{}
	tokens := d.index.split(text.Tokens(text.Fold(query)))
	places := d.places.in(tokens)
	seen := make([]string, 0, mostWords)
	last := ""
	for i, word := range tokens {
		if r.count == mostWords {
			break
		}
		previous := last
		if last = ""; !says(word) || slices.Contains(seen, word) {
			continue
		}
		last = word
		seen = append(seen, word)
		bit := mask(1) << r.count
		r.count++
		if places[i] {
			r.places |= bit
		}
		d.index.want(&r, word, bit)
		if previous != "" {
			if term, known := d.index.words[previous+word]; known {
				r.wants = append(r.wants, want{term, bit | bit>>1, 1})
			}
		}
	}
	for _, w := range r.wants {
		names, texts := int(d.index.inNames[w.term]), len(d.index.lists[w.term])
		if 0 < names && names <= max(rareName, min(len(d.services)/rareNamePer, rareNameMax)) && texts <= rareTexts*names {
			r.rare |= w.words
		}
	}
	slices.SortFunc(r.wants, func(v, w want) int {
		return cmp.Or(len(d.index.lists[v.term])-len(d.index.lists[w.term]), int(v.term-w.term))
	})
	return r
}

// want adds the terms that a word stands for: its own, or else those of the words it may be a misspelling of.
func (x *index) want(r *request, word string, bit mask) {
	at := r.count - 1
	r.worth[at] = x.rarest / 2
	term, known := x.words[word]
	if !known {
		term, known = x.terms[text.Stem(word)]
	}
	if known {
		r.wants = append(r.wants, want{term, bit, 1})
		r.worth[at] = x.idf[term]
		return
	}
	first := len(r.wants)
	for _, near := range x.near(word) {
		term := x.words[near]
		if !slices.ContainsFunc(r.wants[first:], func(w want) bool { return w.term == term }) {
			r.wants = append(r.wants, want{term, bit, nearWorth})
			r.worth[at] = max(r.worth[at], nearWorth*x.idf[term])
		}
	}
}

// near lists the first few words that word may be a misspelling of.
func (x *index) near(word string) []string {
	var found []string
	for i := range min(len(word), 2) {
		c := word[i] // the second for words with their first two letters swapped
		if c < 'a' || c > 'z' || i == 1 && c == word[0] {
			continue
		}
		for _, w := range x.spelling[c-'a'] {
			if len(found) == mostNear {
				return found
			}
			if max(len(w)-len(word), len(word)-len(w)) <= 2 && text.Near(word, w) {
				found = append(found, w)
			}
		}
	}
	return found
}

// split parts a word that no service has into two that some have: foodbank into food and bank.
func (x *index) split(tokens []string) []string {
	parts := tokens[:0:0]
	for _, word := range tokens {
		if len(parts) >= 4*mostWords {
			break
		}
		at := 0
		if _, known := x.words[word]; !known && len(word) < 24 && says(word) {
			at = x.seam(word)
		}
		if at > 0 {
			parts = append(parts, word[:at])
		}
		parts = append(parts, word[at:])
	}
	return parts
}

// seam is where to part a word into two known ones of at least four letters each, 0 if nowhere.
func (x *index) seam(word string) int {
	for i := 4; i <= len(word)-4; i++ {
		if _, known := x.words[word[:i]]; known {
			if _, known := x.words[word[i:]]; known {
				return i
			}
		}
	}
	return 0
}
