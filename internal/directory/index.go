package directory

import (
	"math"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// What a word is worth by where it stands.
const (
	nameWeight  = 3
	topicWeight = 2
	plainWeight = 1
)

// The usual constants of BM25: how soon repeating a word stops helping, and how much a long text counts against it.
const (
	saturation = 1.2
	lengthLoss = 0.75
)

// An index finds services by the words of their name, topics, description and address. A service goes by its
// number in the directory, a term is the stem of a word.
type index struct {
	words    map[string]int32 // every word as written, to its term
	terms    map[string]int32 // every stem, to its term
	spelling [26][]string     // the words that may be misspelt, by first letter
	lists    [][]posting      // by term
	idf      []float32        // by term: how much it says
	inNames  []int32          // by term: how many names hold it
	rarest   float32          // the idf of a word that no service has
}

// A posting says that a term stands in a service and what it is worth there.
type posting struct {
	service int32
	named   bool // it stands in the name
	worth   float32
}

// A field is one part of a service's text.
type field struct {
	text   string // folded
	weight float32
}

func fieldsOf(s *Service) [3]field {
	return [3]field{
		{text.Fold(s.Name), nameWeight},
		{text.Fold(strings.Join(s.Topics, " ")), topicWeight},
		{text.Fold(strings.Join([]string{s.What, s.Address, s.Postcode}, " ")), plainWeight},
	}
}

func newIndex(services []Service) *index {
	x := &index{words: make(map[string]int32), terms: make(map[string]int32)}
	lengths := make([]float32, len(services))
	total := float32(0)
	for i := range services {
		for _, f := range fieldsOf(&services[i]) {
			for word := range strings.SplitSeq(f.text, " ") {
				if says(word) {
					x.learn(word)
					lengths[i]++
				}
			}
		}
		total += lengths[i]
	}
	x.lists = make([][]posting, len(x.terms))
	x.inNames = make([]int32, len(x.terms))
	x.idf = make([]float32, len(x.terms))
	tally := tally{weight: make([]float32, len(x.terms)), named: make([]bool, len(x.terms))}
	mean := max(total/float32(max(len(services), 1)), 1)
	for i := range services {
		tally.read(x, &services[i])
		tally.post(x, int32(i), saturation*(1-lengthLoss+lengthLoss*lengths[i]/mean))
	}
	x.weigh(float64(len(services)))
	return x
}

// learn gives a word its term.
func (x *index) learn(word string) {
	if _, known := x.words[word]; known {
		return
	}
	stem := text.Stem(word)
	term, known := x.terms[stem]
	if !known {
		term = int32(len(x.terms))
		x.terms[strings.Clone(stem)] = term
	}
	word = strings.Clone(word)
	x.words[word] = term
	if c := word[0]; 'a' <= c && c <= 'z' && len(word) >= 4 {
		x.spelling[c-'a'] = append(x.spelling[c-'a'], word)
	}
}

// weigh makes the postings worth more for terms that fewer of n services have.
func (x *index) weigh(n float64) {
	for term, list := range x.lists {
		df := float64(len(list))
		x.idf[term] = float32(math.Log(1 + (n-df+0.5)/(df+0.5)))
		for i := range list {
			list[i].worth *= x.idf[term]
		}
	}
	x.rarest = float32(math.Log(1 + (n+0.5)/0.5))
}

// A tally counts the terms of one service at a time.
type tally struct {
	weight []float32 // by term
	named  []bool    // by term
	seen   []int32   // the terms with a weight
}

// read adds up the terms of a service. Two words that other services write as one, such as food bank, count as
// that one too.
func (t *tally) read(x *index, s *Service) {
	var joined []byte
	for part, f := range fieldsOf(s) {
		last := ""
		for word := range strings.SplitSeq(f.text, " ") {
			if term, known := x.words[word]; known {
				t.add(term, f.weight, part == 0)
			}
			if last != "" && len(last)+len(word) < 24 {
				joined = append(append(joined[:0], last...), word...)
				if term, known := x.words[string(joined)]; known {
					t.add(term, f.weight, part == 0)
				}
			}
			last = word
		}
	}
}

func (t *tally) add(term int32, weight float32, named bool) {
	if t.weight[term] == 0 {
		t.seen = append(t.seen, term)
	}
	t.weight[term] += weight
	t.named[term] = t.named[term] || named
}

// post moves the tally into the lists of x as those of one service.
func (t *tally) post(x *index, service int32, loss float32) {
	for _, term := range t.seen {
		w := t.weight[term]
		x.lists[term] = append(x.lists[term], posting{service, t.named[term], w * (saturation + 1) / (w + loss)})
		if t.named[term] {
			x.inNames[term]++
		}
		t.weight[term], t.named[term] = 0, false
	}
	t.seen = t.seen[:0]
}

// says reports whether a folded word says anything about what is looked for.
func says(word string) bool {
	return len(word) > 1 && !fillers[word]
}

// fillers are words of any question, and the chatter of a look-up.
var fillers = func() map[string]bool {
	m := make(map[string]bool)
	for word := range strings.FieldsSeq(`
		a about after all also am an and any anyone anything are arent around as asap ask at be because been but by can cant
		could cos did do does doesnt doing dont for from get gets getting give go going got had has hasnt have havent he hello
		hey hi her here hers him his how i id if ill im in into is isnt it its ive just know like local looking me might more
		must my need needs near nearby nearest need no not now number numbers of off ok on one open opening or our out over
		phone place places pls please plz really ring said say says see she should so some somebody someone something
		somewhere such take telephone tell than thank thanks that the their them then there theres these they theyre thing
		this those times to too u up ur us very want wanted wants was we well were weve what whats when where wheres which
		who whos why will with wont would yes you your`) {
		m[word] = true
	}
	return m
}()
