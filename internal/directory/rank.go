package directory

// A ranking weighs services for one query. The parts of a key stand in the order in which they decide.
type ranking struct {
	d       *Directory
	q       Query
	scratch *scratch
	request request
	subject mask    // the words that say what is wanted
	total   float32 // what the subject is worth
	top     float32 // the best score of any service
	topic   []int32 // services of the topic, nil without one
	wanted  int32   // the number of that topic
	near    []uint8 // by area
	county  uint8   // of those; farAway if it is not there
	minute  uint16  // of the week
	today   int32   // days since 1970, 0: not known
}

// How a service came to be found. Elsewhere is added for one of another place.
const (
	tierNamed uint64 = iota // the words name it and hardly another
	tierTitle               // without a topic: its name has all the words
	tierAll                 // it has the topic, or without a topic all the words
	tierSome                // it has words but not the topic, or the weightier half of the words
	elsewhere
)

const (
	orderBits = 20 // of the place in the list, at the end of a key
	mostOrder = 1<<orderBits - 1
	tierShift = 52 // of the tier in a key
	freshDays = 180
)

// ranking prepares to weigh services for q.
func (d *Directory) ranking(q Query, s *scratch) *ranking {
	r := &ranking{d: d, q: q, scratch: s, near: d.near[d.areas.number(q.Area)+1], county: farAway}
	if d.county >= 0 {
		r.county = r.near[d.county]
	}
	if q.Words != "" {
		r.request = d.request(q.Words)
		r.subject = r.request.subject()
		if r.subject&^r.request.places == 0 && (q.Topic != "" || q.Area != "") {
			r.subject = 0 // only places, and those are the area
		}
		r.total = r.request.sum(r.subject)
		r.top = s.count(d.index, r.request.wants)
	}
	if q.Topic != "" {
		r.topic, r.wanted = d.byTopic[q.Topic], d.topics.find(q.Topic)
		for _, service := range r.topic {
			s.topical[service] = true
		}
		s.topic = r.topic
	}
	if !q.Now.IsZero() {
		r.minute = minuteOfWeek(q.Now)
		r.today = int32(q.Now.Unix() / secondsOfDay)
	}
	return r
}

// sum is what some words of a request are worth together.
func (r *request) sum(words mask) float32 {
	sum := float32(0)
	for i := range r.count {
		if words&(1<<i) != 0 {
			sum += r.worth[i]
		}
	}
	return sum
}

func (r *ranking) mayShow(service int32) bool {
	return r.q.Staff || r.d.traits[service].audience != staff
}

// key is the rank of a service, not ok if it does not belong in the list at all.
func (r *ranking) key(service int32) (key uint64, ok bool) {
	if !r.mayShow(service) {
		return 0, false
	}
	tier, whole, ok := r.tier(service)
	if !ok {
		return 0, false
	}
	near := r.nearness(&r.d.traits[service])
	if !whole && near >= otherPlaces {
		tier += elsewhere
	}
	return tier<<tierShift | r.quality(service, near), true
}

// tier says how the service was found, and whether so plainly by its name that its place doesn't matter.
func (r *ranking) tier(service int32) (tier uint64, anywhere, ok bool) {
	topical := r.scratch.topical[service]
	has := r.scratch.has[service] & r.subject
	if has != 0 {
		if tier, anywhere, ok = r.byName(service, has); ok {
			return tier, anywhere, true
		}
	}
	all := has != 0 && has == r.subject
	switch {
	case topical, r.q.Topic == "" && (all || r.subject == 0):
		return tierAll, false, true
	case r.q.Topic != "" && all, r.q.Topic == "" && has != 0 && 2*r.request.sum(has) >= r.total:
		return tierSome, false, true
	}
	return 0, false, false
}

// byName is tier for a service whose name the words give, wholly or so that no other is meant. has is the words of the
// subject that it has anywhere.
func (r *ranking) byName(service int32, has mask) (tier uint64, anywhere, ok bool) {
	t, words := &r.d.traits[service], r.scratch.named[service]
	place := words & r.request.places
	whole := words&r.subject == r.subject
	full := t.name > 0 && (words&^place).count() >= int(t.name)
	if r.q.Topic != "" && !r.scratch.topical[service] || t.name == 1 && 2*r.request.sum(has) < r.total {
		full = full && whole
	}
	placed := t.place == 0 || place != 0
	exact := placed && t.name+t.place > 1 && words.count() >= int(t.name+t.place)
	switch {
	case (exact || words&r.request.rare != 0) && (whole || full):
		return tierNamed, full && (exact || placed), true
	case r.q.Topic == "" && whole:
		return tierTitle, false, true
	}
	return 0, false, false
}

// quality is the part of the key that doesn't depend on how the service was found. near is its nearness.
func (r *ranking) quality(service int32, near uint8) uint64 {
	t := &r.d.traits[service]
	fit := r.fit(t)
	var key uint64
	push := func(value uint64, width int) { key = key<<width | value }
	push(fit>>1, 1)
	push(uint64(r.distance(near)), 5)
	push(one(t.mute[one(r.q.Staff)]), 1)
	push(fit, 2)
	push(r.wording(service), 4)
	push(r.rankOfTopic(t), 2)
	push(one(t.national), 1)
	push(one(!t.easy), 1)
	push(uint64(near), 5)
	push(r.freshness(t), 2)
	push(one(!r.always(t)), 1)
	push(uint64(t.doubt), 2)
	push(one(!r.open(t)), 1)
	push(uint64(min(t.order, mostOrder)), orderBits)
	return key
}

// fit is how the audience suits who asks. What is for newcomers, and not for everyone or all adults, comes first for
// their own topic, but not for whoever asks about food or work.
func (r *ranking) fit(t *traits) uint64 {
	if t.audience&newcomers != 0 && t.audience&(everyone|adults) == 0 && r.topic != nil && t.topics[0] != r.wanted {
		return forOthers
	}
	return t.audience.fits(r.q.Stage)
}

func one(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// wording grades the words that the service has from 0, the best, to 15. With a topic only whether it has all of them, most
// or few counts, since a whole sentence may have been typed; without one the score does.
func (r *ranking) wording(service int32) uint64 {
	has := r.scratch.has[service] & r.subject
	switch {
	case r.subject == 0:
		return 0
	case r.topic == nil && r.top > 0:
		return 15 - uint64(15*min(r.scratch.score[service]/r.top, 1))
	case has == r.subject:
		return 0
	case 2*r.request.sum(has) >= r.total:
		return 1
	}
	return 2
}

// rankOfTopic is the place of the topic asked for among those of the service, the main one first. From the fourth on
// they count alike.
func (r *ranking) rankOfTopic(t *traits) uint64 {
	if r.topic == nil {
		return 0
	}
	for i, topic := range t.topics {
		if topic == r.wanted {
			return uint64(i)
		}
	}
	return uint64(len(t.topics))
}

// freshness grades how lately the facts were checked.
func (r *ranking) freshness(t *traits) uint64 {
	switch {
	case t.checked == 0:
		return 2
	case r.today-t.checked > freshDays:
		return 1
	}
	return 0
}

func (r *ranking) always(t *traits) bool { return t.week >= 0 && r.d.weeks.list[t.week].always() }

// open reports whether the service is known to be open at the time.
func (r *ranking) open(t *traits) bool {
	return t.week >= 0 && r.today != 0 && r.d.weeks.list[t.week].has(r.minute)
}

// distance grades how near a service is: in the neighbourhood or town asked for, then the city or district and the
// county as one, since both are a bus ride or a call away, then what lies elsewhere. Without a topic every step counts,
// and so it does from an area that is wider than a district or not in the county.
func (r *ranking) distance(near uint8) uint8 {
	beyond := r.county < district || r.county > widest
	if r.topic == nil || beyond || near > widest || near <= 1 && r.county > district {
		return near
	}
	return max(near, r.county)
}
