package directory

import (
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A placeName is one of the names or postcodes of an area.
type placeName struct {
	words []string // folded
	area  uint16   // its number
}

// placeNames knows the names of areas by their first word, the longest first.
type placeNames map[string][]placeName

func newPlaceNames(areas []Area) placeNames {
	p := make(placeNames)
	for i, a := range areas {
		for _, name := range slices.Concat([]string{a.Name}, a.Names, a.Postcodes) {
			if words := text.Tokens(text.Fold(name)); len(words) > 0 {
				p[words[0]] = append(p[words[0]], placeName{words, uint16(i)})
			}
		}
	}
	for _, names := range p {
		slices.SortStableFunc(names, func(a, b placeName) int { return len(b.words) - len(a.words) })
	}
	return p
}

// in marks the words that are part of the name of a place, so that "rose hill" is one and "rose" isn't.
func (p placeNames) in(words []string) []bool {
	marks := make([]bool, len(words))
	for i := 0; i < len(words); {
		names := p.at(words[i:])
		if len(names) == 0 {
			i++
			continue
		}
		for range names[0].words {
			marks[i] = true
			i++
		}
	}
	return marks
}

// at returns the longest names that words begin with: several if areas share a name.
func (p placeNames) at(words []string) []placeName {
	var found []placeName
	for _, name := range p[words[0]] {
		n := len(name.words)
		if n <= len(words) && slices.Equal(name.words, words[:n]) && (len(found) == 0 || n == len(found[0].words)) {
			found = append(found, name)
		}
	}
	return found
}

// base is where a service that is for a wider area must be based: in those of its areas within the wider one that
// its name names, or else in the only such one. A name with the wider area in it is for all of it, as long as
// nothing narrower is named; in brackets it just tells services of one name apart.
func (d *Directory) base(s *Service) []uint16 {
	set := d.areaSets.list[d.areaSet(s.Areas)]
	var inner []uint16
	for _, area := range set {
		if slices.ContainsFunc(set, func(wider uint16) bool { return wider != area && d.holds[wider][area] }) &&
			!slices.ContainsFunc(set, func(within uint16) bool { return within != area && d.holds[area][within] }) {
			inner = append(inner, area)
		}
	}
	if len(inner) == 0 {
		return nil
	}
	plain, _, _ := strings.Cut(s.Name, "(")
	if named := keep(d.places.named(s.Name), inner); len(named) > 0 {
		return named
	}
	if len(inner) != 1 || len(keep(d.places.named(plain), set)) > 0 {
		return nil
	}
	return inner
}

// named returns the areas whose names stand in a text.
func (p placeNames) named(name string) []uint16 {
	var areas []uint16
	words := text.Tokens(text.Fold(name))
	for i := range words {
		for _, place := range p.at(words[i:]) {
			areas = append(areas, place.area)
		}
	}
	return areas
}

// keep drops from a what is not in b. It changes a.
func keep(a, b []uint16) []uint16 {
	return slices.DeleteFunc(a, func(area uint16) bool { return !slices.Contains(b, area) })
}
