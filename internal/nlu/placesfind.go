package nlu

import (
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A placed is what places a message names.
type placed struct {
	area    string   // the one area, or the smallest that holds all that were named
	among   []string // the areas meant, when several
	spans   [][2]int // the words that were names
	reasons []Reason
}

func (f placed) named() bool { return f.area != "" || len(f.among) > 0 }

// without returns words less the names of places, which say nothing of a topic.
func (f placed) without(words []string) []string {
	if len(f.spans) == 0 {
		return words
	}
	var out []string
	from := 0
	for _, s := range f.spans {
		out = append(out, words[from:s[0]]...)
		from = s[1]
	}
	return append(out, words[from:]...)
}

// find reads words for places. A name counts more than the postcode beside it, and a small area more than the one
// that holds it.
func (p *placeNames) find(words []string) placed {
	var f placed
	var names, codes [][]string
	for i := 0; i < len(words) && i < maxRead; {
		if areas, n, said := p.postcode(words, i); n > 0 {
			if len(areas) > 0 {
				codes = append(codes, areas)
			}
			f.take(areas, i, n, said)
			i += n
			continue
		}
		if area, n := p.name(words, i); n > 0 {
			names = append(names, []string{area})
			f.take([]string{area}, i, n, joined(words[i:i+n]))
			i += n
			continue
		}
		i++
	}
	areas := p.smallest(slices.Concat(names...))
	for _, c := range codes {
		if !slices.ContainsFunc(areas, func(a string) bool { return p.related(a, c) }) {
			areas = p.smallest(append(areas, c...))
		}
	}
	switch len(areas) {
	case 0:
	case 1:
		f.area = areas[0]
	default:
		f.area, f.among = p.common(areas), areas
	}
	return f
}

func (f *placed) take(areas []string, i, n int, said string) {
	f.spans = append(f.spans, [2]int{i, i + n})
	for _, a := range areas {
		f.reasons = append(f.reasons, Reason{said, a, 1})
	}
}

// related reports whether area is one of others or lies in or around one.
func (p *placeNames) related(area string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool { return p.within(area, o) || p.within(o, area) })
}

// within reports whether a is b or lies in it.
func (p *placeNames) within(a, b string) bool {
	for ; a != ""; a = p.parent[a] {
		if a == b {
			return true
		}
	}
	return false
}

// smallest returns areas, each once, less those that hold another of them.
func (p *placeNames) smallest(areas []string) []string {
	var out []string
	for _, a := range areas {
		holds := slices.ContainsFunc(areas, func(b string) bool { return b != a && p.within(b, a) })
		if !holds && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// common returns the smallest area that holds all of areas, or "".
func (p *placeNames) common(areas []string) string {
	for a := areas[0]; a != ""; a = p.parent[a] {
		if !slices.ContainsFunc(areas, func(b string) bool { return !p.within(b, a) }) {
			return a
		}
	}
	return ""
}

// postcode returns the areas of the postcode that begins at words[i] and how many words it takes; n is 0 when there
// is none. What was said is cut to the sector, so that no whole postcode is passed on.
func (p *placeNames) postcode(words []string, i int) (areas []string, n int, said string) {
	w := words[i]
	if len(w) < 2 || len(w) > 7 || w[len(w)-1] > 'z' {
		return nil, 0, ""
	}
	try := func(n int, parts ...string) bool {
		district, sector, ok := splitPostcode(parts)
		if !ok {
			return false
		}
		areas = p.areasOf(district, sector)
		said = strings.TrimSpace(district + " " + sector)
		return areas != nil || len(parts) == 2 && len(parts[1]) == 3
	}
	if len(w) > 4 && inwardForm(w[len(w)-3:]) && try(1, w[:len(w)-3], w[len(w)-3:]) {
		return areas, 1, said
	}
	if districtForm(w) && i+1 < len(words) && (inwardForm(words[i+1]) || len(words[i+1]) == 1) && try(2, w, words[i+1]) {
		return areas, 2, said
	}
	if try(1, w) {
		return areas, 1, said
	}
	if len(w) > 3 && try(1, w[:len(w)-1], w[len(w)-1:]) {
		return areas, 1, said
	}
	if (w == "ox" || w == "sn" || w == "rg") && i+1 < len(words) {
		joinedUp := append([]string{w + words[i+1]}, words[i+2:min(len(words), i+3)]...)
		if areas, n, said = p.postcode(joinedUp, 0); n > 0 {
			return areas, n + 1, said
		}
	}
	return nil, 0, ""
}

// areasOf returns the areas of a sector, or of its district where the sector is not listed.
func (p *placeNames) areasOf(district, sector string) []string {
	if a := p.postcodes[district+" "+sector]; sector != "" && a != nil {
		return a
	}
	return p.postcodes[district]
}

// name returns the area whose name begins at words[i] and how many words it takes. A slip of the finger is forgiven in
// names of six letters and more, unless it makes another real word.
func (p *placeNames) name(words []string, i int) (area string, n int) {
	for _, c := range p.names[words[i]] {
		if hasPrefix(words[i:], c.words) {
			if otherwise(words, i) {
				return "", 0
			}
			return c.area, len(c.words)
		}
	}
	for n := min(2, len(words)-i); n > 0; n-- {
		w := strings.Join(words[i:i+n], "")
		if len(w) < 5 || len(w) > 24 || n == 1 && p.vectors.known(w) || n == 2 && p.vectors.known(words[i]) && p.vectors.known(words[i+1]) {
			continue
		}
		for _, c := range p.slips[w[0]] {
			if text.Near(w, c.words[0]) {
				return c.area, n
			}
		}
	}
	return "", 0
}

// otherwise reports whether the word at i, though a place's name, means something else here: "the chippy" is a shop
// and "chippy" a town.
func otherwise(words []string, i int) bool {
	return words[i] == "chippy" && (articles[at(words, i-1)] || at(words, i+1) == "tea")
}

var articles = set("the", "a", "our")

func hasPrefix(words, prefix []string) bool {
	return len(words) >= len(prefix) && slices.Equal(words[:len(prefix)], prefix)
}

func joined(words []string) string { return strings.Join(words, " ") }
