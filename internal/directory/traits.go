package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// traits is what ranking needs to know of a service, worked out once and small, since a look-up reads thousands.
type traits struct {
	areas    int32    // the set of areas
	base     int32    // the set of areas that it is based in, of a wider one that it is for
	week     int32    // the week of opening times, -1: not known
	topics   [3]int32 // the first of them, the main one first, -1 for none
	checked  int32    // day of the last check since 1970, 0: never
	audience audience
	national bool
	mute     [2]bool // nothing that may be shown says how to reach it: to the public, to staff
	order    int32   // its place in the list that it came in
	easy     bool    // free, and people may come by themselves
	doubt    uint8   // of the facts as a whole: 0 is high confidence, 2 is low
	name     uint8   // words in the name that say something and don't name a place
	place    uint8   // words in the name that name a place
}

func (d *Directory) traitsOf(s *Service, order int) traits {
	t := traits{
		areas:    d.areaSet(s.Areas),
		week:     d.weekNumber(s.Open),
		audience: audienceOf(s.Audience),
		national: slices.Contains(s.Areas, National),
		mute:     [2]bool{!s.Reachable(false), !s.Reachable(true)},
		order:    int32(order),
		easy:     s.Cost == "free" && s.SelfReferral == "true",
		doubt:    2,
	}
	switch s.Confidence {
	case "high":
		t.doubt = 0
	case "medium":
		t.doubt = 1
	}
	if day, err := time.Parse(time.DateOnly, s.Checked.On); err == nil {
		t.checked = int32(day.Unix() / secondsOfDay)
	}
	for i := range t.topics {
		t.topics[i] = -1
		if i < len(s.Topics) {
			t.topics[i] = d.topicNumber(s.Topics[i])
		}
	}
	base := d.base(s)
	t.base = d.areaSets.number(fmt.Sprint(base), func() []uint16 { return base })
	t.name, t.place = d.nameOf(s.Name)
	return t
}

// areaSet numbers the different sets of areas.
func (d *Directory) areaSet(ids []string) int32 {
	return d.areaSets.number(strings.Join(ids, " "), func() []uint16 {
		var set []uint16
		for _, id := range ids {
			if n, ok := d.areas.index[id]; ok {
				set = append(set, uint16(n))
			}
		}
		return set
	})
}

// weekNumber numbers the different weeks of opening times, -1 is an unknown one.
func (d *Directory) weekNumber(open []Opening) int32 {
	var key []byte
	for _, o := range open {
		key = append(append(append(append(key, o.Days...), ' '), o.From...), ' ')
		key = append(append(key, o.To...), ';')
	}
	n := d.weeks.number(string(key), func() week {
		w, _ := weekOf(open)
		return w
	})
	if d.weeks.list[n] == nil {
		return -1
	}
	return n
}

func (d *Directory) topicNumber(id string) int32 {
	return d.topics.number(id, func() string { return id })
}

// A numbering gives equal things one number, from 0 on.
type numbering[T any] struct {
	list    []T
	numbers map[string]int32
}

func (n *numbering[T]) number(key string, value func() T) int32 {
	i, known := n.numbers[key]
	if !known {
		if n.numbers == nil {
			n.numbers = make(map[string]int32)
		}
		i = int32(len(n.list))
		n.numbers[key] = i
		n.list = append(n.list, value())
	}
	return i
}

const secondsOfDay = 24 * 60 * 60

// nameOf counts the different words of a name, without what stands in brackets or after a dash.
func (d *Directory) nameOf(name string) (plain, place uint8) {
	words := text.Tokens(text.Fold(bareName(name)))
	for i, isPlace := range d.places.in(words) {
		switch {
		case !says(words[i]) || slices.Contains(words[:i], words[i]) || plain+place > 100:
		case isPlace:
			place++
		default:
			plain++
		}
	}
	return plain, place
}

// find returns the number of key, -1 if it has none.
func (n *numbering[T]) find(key string) int32 {
	if i, known := n.numbers[key]; known {
		return i
	}
	return -1
}

// An audience is the set of groups that a service is for.
type audience uint8

const (
	everyone audience = 1 << iota // and groups of any age, such as carers
	newcomers
	children
	young
	parents
	adults
	older
	staff
)

func audienceOf(groups []string) audience {
	if len(groups) == 0 {
		return everyone
	}
	a := audience(0)
	for _, group := range groups {
		switch strings.TrimSpace(group) {
		case "children":
			a |= children
		case "young-people":
			a |= young
		case "parents":
			a |= parents
		case "adults":
			a |= adults
		case "older-people":
			a |= older
		case "refugees":
			a |= newcomers
		case "staff":
			a |= staff
		default:
			a |= everyone
		}
	}
	return a
}

// How an audience suits somebody.
const (
	madeFor uint64 = iota
	openTo
	forOthers
)

// fits reports how an audience suits a life stage. What is for the young alone is for others if the stage is not
// known: most who ask are grown up.
func (a audience) fits(stage string) uint64 {
	var mine, others audience
	switch stage {
	case "start-well":
		mine, others = children|young|parents, adults|older
	case "live-well":
		mine, others = everyone|newcomers|parents|adults|staff, children|young|older
	case "age-well":
		mine, others = older, children|young|parents
	default:
		others = children | young
	}
	switch {
	case a&mine != 0:
		return madeFor
	case a&^others == 0:
		return forOthers
	}
	return openTo
}
