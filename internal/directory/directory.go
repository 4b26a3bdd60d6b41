package directory

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// A Directory is a set of services and the areas they are for. It never changes and may be shared by goroutines.
type Directory struct {
	areas     *Areas
	services  []Service // by id
	areaSets  numbering[[]uint16]
	weeks     numbering[week]
	topics    numbering[string]
	traits    []traits // of each service
	byTopic   map[string][]int32
	byArea    [][]int32
	near      [][]uint8          // see Areas.nearness
	county    int                // the number of the county, -1 if it is not there
	holds     [][]bool           // whether one area lies in another: holds[wider][area]
	nationals map[string][]int32 // the national services of each topic
	index     *index
	places    placeNames
	calls     map[callName]bool // what people call the services
	scratch   sync.Pool         // of *scratch
}

// New returns a directory of services. It takes them as they are: an area id that areas doesn't have is never
// found, and of two services with one id the first counts. The slices that services hold must not be
// changed afterwards. For 50,000 services of 50 words it takes about a second and 65 MB beside their text, and
// each look-up going on at the same time 0.5 MB.
func New(areas []Area, services []Service) *Directory {
	d := &Directory{areas: NewAreas(areas), byTopic: make(map[string][]int32), nationals: make(map[string][]int32)}
	d.near, d.holds = d.areas.nearness(), d.areas.holds()
	d.services = slices.Clone(services)
	slices.SortStableFunc(d.services, func(a, b Service) int { return strings.Compare(a.ID, b.ID) })
	d.services = slices.CompactFunc(d.services, func(a, b Service) bool { return a.ID == b.ID })
	order := make(map[string]int, len(services))
	for i, s := range slices.Backward(services) { // the first of two with one id counts
		order[s.ID] = i
	}
	d.county = d.areas.number(County)
	d.places = newPlaceNames(d.areas.All())
	d.index = newIndex(d.services)
	d.traits = make([]traits, len(d.services))
	d.calls = make(map[callName]bool)
	d.byArea = make([][]int32, len(d.areas.All()))
	for i := range d.services {
		d.traits[i] = d.traitsOf(&d.services[i], order[d.services[i].ID])
		d.learnCalls(&d.services[i])
		for _, topic := range d.services[i].Topics {
			list := d.byTopic[topic]
			if len(list) > 0 && list[len(list)-1] == int32(i) {
				continue
			}
			d.byTopic[topic] = append(list, int32(i))
			if d.traits[i].national {
				d.nationals[topic] = append(d.nationals[topic], int32(i))
			}
		}
		for _, area := range d.areaSets.list[d.traits[i].areas] {
			d.byArea[area] = append(d.byArea[area], int32(i))
		}
	}
	d.scratch.New = func() any { return newScratch(len(d.services)) }
	return d
}

// Areas returns the areas of the directory.
func (d *Directory) Areas() *Areas { return d.areas }

// All returns every service, by id. The caller must not change it.
func (d *Directory) All() []Service { return d.services }

// Get returns the service with an id.
func (d *Directory) Get(id string) (Service, bool) {
	i, ok := slices.BinarySearchFunc(d.services, id, func(s Service, id string) int { return strings.Compare(s.ID, id) })
	if !ok {
		return Service{}, false
	}
	return d.services[i], true
}

// A Query is what somebody looks for. At least one of Topic, Area and Words must be set to find anything.
type Query struct {
	Topic string    // topic id
	Area  string    // area id; "" and unknown ones look in the whole county
	Stage string    // start-well, live-well or age-well; "" is anybody
	Words string    // what they typed, of any length, not yet folded
	Staff bool      // staff also find what is for staff only
	Now   time.Time // for what is open and was checked lately; zero: only what is always open or was ever checked
	Limit int       // how many at most; 0 is 5, more than 50 is 50
}
