package nlu

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A PlaceData is an area and what people call it. Postcodes are districts ("OX16") or sectors ("OX3 9"), never more.
type PlaceData struct {
	ID, Parent       string
	Names, Postcodes []string
}

// placeNames finds areas in words.
type placeNames struct {
	parent    map[string]string
	names     map[string][]placeName // by first word
	slips     map[byte][]placeName   // names of one long word, by first letter
	postcodes map[string][]string    // "ox3 9" or "ox16" to area ids
	vectors   *vectors               // tells real words from slips
}

type placeName struct {
	words []string
	area  string
}

func newPlaceNames(d []PlaceData, v *vectors) (*placeNames, error) {
	p := &placeNames{parent: map[string]string{}, names: map[string][]placeName{}, slips: map[byte][]placeName{},
		postcodes: map[string][]string{}, vectors: v}
	for _, a := range d {
		if _, twice := p.parent[a.ID]; twice || a.ID == "" {
			return nil, fmt.Errorf("area %q has no id or is there twice", a.ID)
		}
		p.parent[a.ID] = a.Parent
	}
	for _, a := range d {
		if _, ok := p.parent[a.Parent]; a.Parent != "" && !ok {
			return nil, fmt.Errorf("area %q lies in %q, which is not an area", a.ID, a.Parent)
		}
		for _, n := range a.Names {
			words := text.Tokens(text.Fold(n))
			if len(words) == 0 {
				return nil, fmt.Errorf("area %q has an empty name", a.ID)
			}
			p.add(placeName{words, a.ID})
		}
		for _, c := range a.Postcodes {
			district, sector, ok := splitPostcode(text.Tokens(text.Fold(c)))
			if !ok {
				return nil, fmt.Errorf("area %q: %q is not a postcode district or sector", a.ID, c)
			}
			key := strings.TrimSpace(district + " " + sector)
			p.postcodes[key] = append(p.postcodes[key], a.ID)
		}
	}
	for _, l := range p.names {
		slices.SortStableFunc(l, func(a, b placeName) int { return len(b.words) - len(a.words) })
	}
	if err := p.loops(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *placeNames) add(n placeName) {
	p.names[n.words[0]] = append(p.names[n.words[0]], n)
	if long := strings.Join(n.words, ""); len(long) >= 6 {
		p.slips[long[0]] = append(p.slips[long[0]], placeName{[]string{long}, n.area})
	}
}

func (p *placeNames) loops() error {
	for id := range p.parent {
		steps := 0
		for a := id; a != ""; a = p.parent[a] {
			if steps++; steps > len(p.parent) {
				return fmt.Errorf("area %q lies in itself", id)
			}
		}
	}
	return nil
}

// splitPostcode takes a postcode apart, given as one word or two: the district and, if said, the sector's digit.
func splitPostcode(words []string) (district, sector string, ok bool) {
	if len(words) == 0 || len(words) > 2 || !districtForm(words[0]) {
		return "", "", false
	}
	if len(words) == 1 {
		return words[0], "", true
	}
	w := words[1]
	if w[0] < '0' || w[0] > '9' || len(w) != 1 && (len(w) != 3 || !inwardForm(w)) {
		return "", "", false
	}
	return words[0], w[:1], true
}

func districtForm(w string) bool {
	i := 0
	for i < len(w) && w[i] >= 'a' && w[i] <= 'z' {
		i++
	}
	if i < 1 || i > 2 || len(w)-i < 1 || len(w)-i > 2 {
		return false
	}
	return strings.Trim(w[i:], "0123456789") == ""
}

func inwardForm(w string) bool {
	return len(w) == 3 && w[0] >= '0' && w[0] <= '9' && w[1] >= 'a' && w[1] <= 'z' && w[2] >= 'a' && w[2] <= 'z'
}
