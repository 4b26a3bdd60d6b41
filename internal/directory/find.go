package directory

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	usualLimit = 5
	mostLimit  = 50
)

// Find returns the services that fit q, the best first. What comes first decides:
//
//   - one that the words name; then those of the topic or, without a topic, those with all the words in their name,
//     those with all of them anywhere, and only if there are none those with the weightier half of them;
//   - not for another stage of life, or for the young alone if none is given, or for newcomers and not
//     everyone or adults, with another topic as its main one;
//   - the neighbourhood or town asked for, then its district and the county, which are alike if there is a topic,
//     then those of the wider ones that are based in another part of them, then the nation. If the area is the
//     county or none, county-wide comes first, then national, then local. Services of other places alone are left
//     out unless there is nothing else or the words name one;
//   - saying how to reach it; made for the stage; having more of the words; naming the topic sooner among its own;
//     local rather than national; free and open to people who come by themselves; the nearer area;
//     checked in the last 180 days, then ever, then never; always open; how sure the facts are; open at q.Now;
//     its place in the list that the directory was made of.
//
// If the topic, or else the main topic of the first service, has a national service, the list ends with one, unless
// the words named the only one it has, which then comes first. A limit of 1 gives the best alone.
// Of 50,000 services one look-up in a hundred takes over 1 ms on a core of 2026; see BenchmarkFind50k.
func (d *Directory) Find(q Query) []Service {
	if q.Topic == "" && q.Area == "" && q.Words == "" {
		return nil
	}
	s := d.scratch.Get().(*scratch)
	defer d.scratch.Put(s)
	defer s.clear()
	limit := min(q.Limit, mostLimit)
	if limit <= 0 {
		limit = usualLimit
	}
	r := d.ranking(q, s)
	found := r.best(limit)
	found = r.endNational(found, limit)
	services := make([]Service, len(found))
	for i, f := range found {
		services[i] = d.services[f.service]
	}
	return services
}

// Knows reports whether any service has one of the words, other than those that name places.
func (d *Directory) Knows(words string) bool {
	r := d.request(words)
	return slices.ContainsFunc(r.wants, func(w want) bool { return w.words&^r.places != 0 })
}

// A find is a service and its rank, the lower the better.
type find struct {
	key     uint64
	service int32
}

func compareFinds(a, b find) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.service, b.service))
}

// A shortlist keeps the best few finds in order.
type shortlist []find

func (l *shortlist) add(f find, limit int) {
	if len(*l) == limit {
		if compareFinds(f, (*l)[limit-1]) >= 0 {
			return
		}
		*l = (*l)[:limit-1]
	}
	at, _ := slices.BinarySearchFunc(*l, f, compareFinds)
	*l = slices.Insert(*l, at, f)
}

// best returns the best finds. What is only second best stays if there is nothing better.
func (r *ranking) best(limit int) []find {
	list := make(shortlist, 0, limit+1)
	consider := func(service int32) {
		if key, ok := r.key(service); ok {
			list.add(find{key, service}, limit)
		}
	}
	switch {
	case r.topic != nil:
		for _, service := range r.topic {
			consider(service)
		}
		for _, service := range r.scratch.touched {
			if !r.scratch.topical[service] {
				consider(service)
			}
		}
	case r.subject != 0:
		for _, service := range r.scratch.touched {
			consider(service)
		}
	default:
		for _, service := range r.around() {
			consider(service)
		}
	}
	if len(list) == 0 {
		return nil
	}
	worst := list[0].key >> tierShift
	switch tier := worst % elsewhere; {
	case tier == tierNamed && r.q.Topic == "":
	case tier < tierAll:
		worst += tierAll - tier
	}
	end := slices.IndexFunc(list, func(f find) bool { return f.key>>tierShift > worst })
	if end >= 0 {
		list = list[:end]
	}
	return list
}

// around lists the services of the area and of places within it, or if there are none of the next wider one.
func (r *ranking) around() []int32 {
	for _, id := range r.d.areas.Chain(r.q.Area) {
		var list []int32
		for i, a := range r.d.areas.All() {
			if r.d.areas.Within(a.ID, id) {
				list = append(list, r.d.byArea[i]...)
			}
		}
		if len(list) > 0 {
			slices.Sort(list)
			return slices.Compact(list)
		}
	}
	return nil
}

// endNational makes a national service of the topic the last of found, in the place of another if need be.
func (r *ranking) endNational(found []find, limit int) []find {
	topic := r.q.Topic
	if topic == "" && len(found) > 0 && r.subject != 0 {
		topic = r.d.services[found[0].service].mainTopic()
	}
	nationals := r.d.nationals[topic]
	if len(nationals) == 0 || limit == 1 {
		return found
	}
	for i := len(found) - 1; i >= 0; i-- {
		if _, national := slices.BinarySearch(nationals, found[i].service); !national {
			continue
		}
		if f := found[i]; i > 0 || f.key>>tierShift > tierNamed {
			found = append(slices.Delete(found, i, i+1), f)
		}
		return found
	}
	best := find{service: -1}
	for _, service := range nationals {
		if r.mayShow(service) {
			f := find{r.quality(service, r.nearness(&r.d.traits[service])), service}
			if best.service < 0 || compareFinds(f, best) < 0 {
				best = f
			}
		}
	}
	switch {
	case best.service < 0:
	case len(found) < limit:
		found = append(found, best)
	default:
		found[limit-1] = best
	}
	return found
}

// scratch is what one look-up writes down about every service. It is used again.
type scratch struct {
	score   []float32 // BM25 of the words
	has     []mask    // the words it has
	named   []mask    // the words its name has
	topical []bool    // it is of the topic
	touched []int32   // the services with words
	topic   []int32   // the services of the topic
}

func newScratch(n int) *scratch {
	return &scratch{score: make([]float32, n), has: make([]mask, n), named: make([]mask, n), topical: make([]bool, n)}
}

func (s *scratch) clear() {
	for _, i := range s.touched {
		s.score[i], s.has[i], s.named[i] = 0, 0, 0
	}
	for _, i := range s.topic {
		s.topical[i] = false
	}
	s.touched, s.topic = s.touched[:0], nil
}

// A word in more than one service in so many brings in no service that has none of the rarer words, where
// there are many services; that keeps a look-up quick.
const (
	commonPer  = 8
	commonMany = 2000
)

// count notes for every service which words it has, and returns the highest score.
func (s *scratch) count(x *index, wants []want) float32 {
	best := float32(0)
	for _, w := range wants {
		list := x.lists[w.term]
		common := len(list) > commonMany && len(list) > len(s.score)/commonPer && len(s.touched) > 0
		for _, p := range list {
			if s.has[p.service] == 0 {
				if common {
					continue
				}
				s.touched = append(s.touched, p.service)
			}
			if s.has[p.service]&w.words == w.words {
				continue
			}
			s.has[p.service] |= w.words
			if p.named {
				s.named[p.service] |= w.words
			}
			s.score[p.service] += p.worth * w.factor
			best = max(best, s.score[p.service])
		}
	}
	return best
}

func (m mask) count() int { return bits.OnesCount16(uint16(m)) }
