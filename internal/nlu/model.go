package nlu

import (
	"math"
	"slices"
	"strconv"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// What the trainer and the reader must agree on. A change to any of them asks for new weights.
const (
	gramLength   = 4   // letters of the word parts that see through slips and endings
	meaningScale = 4   // length of the meaning of a message
	wordScale    = 4   // what the words of a message weigh together, against its meaning
	noneClass    = "-" // the class of messages about no topic
)

// A Sample is a message as the weights see it: what its words are, and what they mean.
type Sample struct {
	Features []string  // words, pairs of words, parts of words, ages and the length; some may be there twice
	Meaning  []float32 // nil when no word of it is known
}

// A Sampler makes samples. It is for learning the weights; a Lexicon has its own.
type Sampler struct{ r *reader }

// NewSampler makes a Sampler of the files that New takes too.
func NewSampler(n NormalData, vectorsFile string) (*Sampler, error) {
	r, err := newReader(n, vectorsFile)
	return &Sampler{r}, err
}

// Sample reads a message. Far adds pairs of words that stand apart.
func (s *Sampler) Sample(words string, far bool) Sample {
	m := s.r.read(text.Tokens(text.Fold(words)))
	var out Sample
	add := func(f []byte) { out.Features = append(out.Features, string(f)) }
	eachFeature(m, add)
	if far {
		eachFarPair(m, add)
	}
	out.Meaning = s.r.meaning(m.words)
	return out
}

// eachFeature calls yield with each feature of m, in a buffer that the next call overwrites.
func eachFeature(m message, yield func([]byte)) {
	buf := make([]byte, 0, 128)
	for i, stem := range m.stems {
		buf = append(buf[:0], stem...)
		yield(buf)
		if i > 0 {
			buf = append(append(append(buf[:0], m.stems[i-1]...), ' '), stem...)
			yield(buf)
		}
		if len(stem) <= gramLength || len(stem) > longestGrams {
			continue
		}
		buf = append(append(append(buf[:0], "%^"...), stem...), '$')
		for j := 1; j+gramLength <= len(buf); j++ {
			buf[j-1] = '%'
			yield(buf[j-1 : j+gramLength])
		}
	}
	for _, a := range m.ages {
		yield(append(buf[:0], a...))
	}
	yield(append(append(buf[:0], "#length:"...), lengthClass(len(m.words))...))
}

// farApart is how many words on from a word the last is that it makes a pair with.
const farApart = 4

// eachFarPair calls yield with each pair of words of m that stand apart, in a buffer that the next call overwrites.
func eachFarPair(m message, yield func([]byte)) {
	buf := make([]byte, 0, 128)
	for i, stem := range m.stems {
		for j := i + 2; j < len(m.stems) && j <= i+farApart; j++ {
			buf = append(append(append(buf[:0], stem...), '~'), m.stems[j]...)
			yield(buf)
		}
	}
}

// longestGrams is the length from which a word is taken for keyboard mash and not looked at in parts.
const longestGrams = 20

// lengthClass sorts a message by its number of words. Few people write twenty words to a service about nothing.
func lengthClass(n int) string {
	for _, limit := range []int{2, 5, 10, 18} {
		if n <= limit {
			return strconv.Itoa(limit)
		}
	}
	return "more"
}

// meaning returns the meaning of words: their vectors' sum, each weighed by its rarity, brought to meaningScale.
func (r *reader) meaning(words []string) []float32 {
	v := r.vectors
	if v.dims == 0 {
		return nil
	}
	sum := make([]float32, v.dims)
	for _, w := range words {
		if !v.add(sum, w) {
			if stem := text.Stem(w); stem != w {
				v.add(sum, stem)
			}
		}
	}
	var square float64
	for _, x := range sum {
		square += float64(x) * float64(x)
	}
	if square == 0 {
		return nil
	}
	k := float32(meaningScale / math.Sqrt(square))
	for i := range sum {
		sum[i] *= k
	}
	return sum
}

// A model scores topics by learnt weights.
type model struct {
	r        *reader
	far      bool // pairs of words that stand apart are features too
	features hashed
	rows     string // of each feature: its share, its scale, and an int8 for each class
	bias     []float32
	meaning  []float32 // for each dimension and class
	class    []int     // from the weights' classes to places in scores; nil when nothing was learnt
}

// score adds to scores what m scores for each topic, and last for none.
func (md *model) score(m message, scores []float64) {
	if md.class == nil {
		scores[len(scores)-1] += unlearnt
		return
	}
	n := len(md.class)
	sums := make([]float32, n)
	var square float64
	for _, place := range md.found(m) {
		row := md.rows[int(place)*(featureHead+n):][:featureHead+n]
		share := float32(row[0]) / 255
		square += float64(share) * float64(share)
		addScaled(sums, share*float32At(row[1:], 0), row[featureHead:])
	}
	if square > 0 {
		k := float32(Damping(square))
		for c := range sums {
			sums[c] *= k
		}
	}
	for j, x := range md.r.meaning(m.words) {
		row := md.meaning[j*n:][:len(sums)]
		for c := range sums {
			sums[c] += x * row[c]
		}
	}
	for c, s := range sums {
		scores[md.class[c]] += float64(s + md.bias[c])
	}
}

// found returns the places of the features of m, each once.
func (md *model) found(m message) []int32 {
	places := make([]int32, 0, 128)
	look := func(feature []byte) {
		if p, ok := find(&md.features, feature); ok {
			places = append(places, int32(p))
		}
	}
	eachFeature(m, look)
	if md.far {
		eachFarPair(m, look)
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// unlearnt is what speaks for none when there are no weights, so that cues alone decide.
const unlearnt = 2

// Damping is what the features of a message are multiplied by so that a long message does not shout: the sum of
// their squared shares to the power of minus a quarter.
func Damping(square float64) float64 { return wordScale / math.Sqrt(math.Sqrt(square)) }

// explain returns the words of m that counted for the topics in top: what the score of a topic loses without the
// word.
func (md *model) explain(m message, ids []string, top []Scored) []Reason {
	if md.class == nil {
		return nil
	}
	full := make([]float64, len(ids)+1)
	md.score(m, full)
	var reasons []Reason
	for i := range min(len(m.words), maxExplained) {
		less := message{ages: m.ages}
		less.words = append(append(less.words, m.words[:i]...), m.words[i+1:]...)
		less.stems = append(append(less.stems, m.stems[:i]...), m.stems[i+1:]...)
		scores := make([]float64, len(full))
		md.score(less, scores)
		for _, t := range top {
			for c, id := range ids {
				if d := (full[c] - mean(full)) - (scores[c] - mean(scores)); id == t.ID && math.Abs(d) >= leastExplained {
					reasons = append(reasons, Reason{m.words[i], id, d})
				}
			}
		}
	}
	return reasons
}

const (
	maxExplained   = 60  // words
	leastExplained = 0.1 // below it a word did not matter
)

func mean(l []float64) float64 {
	var sum float64
	for _, x := range l {
		sum += x
	}
	return sum / float64(len(l))
}
