package directory

import (
	"hash/fnv"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A callName is a hash of what people call a service.
type callName uint64

// Names reports whether words, places aside, are what people call a service, as far as its name tells: all of it; what
// stands before a bracket or a dash; the first two words of that; its first word, if no other service has that word
// anywhere; or a single word in its brackets, such as ODAS.
func (d *Directory) Names(words string) bool {
	tokens := unarticled(text.Tokens(text.Fold(words)))
	if d.calls[callOf(tokens)] {
		return true
	}
	placeless := d.placeless(tokens)
	return len(placeless) < len(tokens) && d.calls[callOf(placeless)]
}

// learnCalls adds what people call a service.
func (d *Directory) learnCalls(s *Service) {
	add := func(words []string) {
		if len(d.placeless(words)) > 0 {
			d.calls[callOf(words)] = true
		}
	}
	_, brackets, _ := strings.Cut(s.Name, "(")
	brackets, _, _ = strings.Cut(brackets, ")")
	all, words := unarticled(text.Tokens(text.Fold(s.Name))), unarticled(text.Tokens(text.Fold(bareName(s.Name))))
	add(all)
	add(words)
	if alias := text.Tokens(text.Fold(brackets)); len(alias) == 1 && says(alias[0]) {
		add(alias)
	}
	if words = d.placeless(words); len(words) == 0 || !says(words[0]) {
		return
	}
	if len(words) > 1 {
		add(words)
		if says(words[1]) {
			add(words[:2])
		}
	}
	if term, known := d.index.words[words[0]]; known && len(d.index.lists[term]) == 1 {
		add(words[:1])
	}
}

// bareName is a name without what stands in brackets or after a dash.
func bareName(name string) string {
	name, _, _ = strings.Cut(name, "(")
	name, _, _ = strings.Cut(name, " - ")
	return name
}

// placeless returns words without the names of places.
func (d *Directory) placeless(words []string) []string {
	var rest []string
	for i, isPlace := range d.places.in(words) {
		if !isPlace {
			rest = append(rest, words[i])
		}
	}
	return rest
}

// unarticled drops a leading "the".
func unarticled(words []string) []string {
	if len(words) > 1 && words[0] == "the" {
		return words[1:]
	}
	return words
}

func callOf(words []string) callName {
	h := fnv.New64a()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{' '})
	}
	return callName(h.Sum64())
}
