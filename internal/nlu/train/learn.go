package main

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// How the weights are learnt: multinomial logistic regression by AdaGrad, over the examples as they are, as they sound when somebody
// else tells them, with words missing, and in pieces. Features are left out at random too, so that no single word is leaned on: people
// often avoid the obvious one.
const (
	epochs      = 30
	averaged    = 15 // epochs, the last, of whose weights the mean is taken
	rate        = 0.15
	biasRate    = 0.1
	decay       = 2e-4 // how weights shrink towards nought
	toldWeight  = 0.7  // what a retold example counts against one as written
	firstTopic  = 0.7  // the share of the first of two right topics
	leftOut     = 0.45 // the share of features left out each time an example is learnt from
	commonShare = 0.15 // how fast a feature's share falls with the number of examples that have it

	// With pairs of words that stand apart there are very many features. Those in fewer examples than this say nothing of others.
	seldom    = 2
	seldomFar = 3
)

// A row is an example as numbers.
type row struct {
	features []feature
	meaning  []float32
	target   []float64
	weight   float64
	safe     bool // it is about no danger, whatever else; target is filled in as it is learnt from
}

type feature struct {
	id    int
	value float64
}

// A learner holds what is being learnt.
type learner struct {
	far     bool // pairs of words that stand apart are features
	classes []string
	ids     map[string]int
	names   []string
	share   []float64
	weights [][]float64 // features, then meaning's dimensions
	dims    int
	bias    []float64
}

// learn makes weights of examples.
func learn(in *inputs, examples []example) (*nlu.Weights, error) {
	sampler, err := nlu.NewSampler(in.normal, in.vectors)
	if err != nil {
		return nil, err
	}
	l := &learner{far: slices.ContainsFunc(examples, example.danger), classes: classes(examples), ids: map[string]int{}}
	l.count(sampler, examples)
	var rows []row
	for _, e := range examples {
		rows = append(rows, l.row(sampler, e, 1))
	}
	for _, e := range retold(in, examples, l.far) {
		rows = append(rows, l.row(sampler, e, toldWeight))
	}
	l.fit(rows)
	return l.result(), nil
}

// count numbers the features of examples and sets their shares.
func (l *learner) count(s *nlu.Sampler, examples []example) {
	in := map[string]int{}
	for _, e := range examples {
		sample := s.Sample(e.message, l.far)
		l.dims = max(l.dims, len(sample.Meaning))
		slices.Sort(sample.Features)
		for _, f := range slices.Compact(sample.Features) {
			if len(f) < 256 {
				in[f]++
			}
		}
	}
	if l.far {
		maps.DeleteFunc(in, func(f string, n int) bool {
			return n < seldom && strings.ContainsAny(f, " %") || n < seldomFar && strings.Contains(f, "~")
		})
	}
	l.names = slices.Sorted(maps.Keys(in))
	for i, f := range l.names {
		l.ids[f] = i
		share := 1 / (1 + commonShare*math.Log(float64(in[f])))
		l.share = append(l.share, math.Round(share*255)/255)
	}
}

func (l *learner) row(s *nlu.Sampler, e example, weight float64) row {
	sample := s.Sample(e.message, l.far)
	slices.Sort(sample.Features)
	r := row{meaning: sample.Meaning, target: make([]float64, len(l.classes)), weight: weight, safe: len(e.topics) == 0}
	var square float64
	for _, f := range slices.Compact(sample.Features) {
		if id, ok := l.ids[f]; ok {
			r.features = append(r.features, feature{id, l.share[id]})
			square += l.share[id] * l.share[id]
		}
	}
	if square > 0 {
		k := nlu.Damping(square)
		for i := range r.features {
			r.features[i].value *= k
		}
	}
	for i, t := range e.topics {
		share := 1.0
		if len(e.topics) > 1 {
			share = firstTopic
			if i > 0 {
				share = (1 - firstTopic) / float64(len(e.topics)-1)
			}
		}
		r.target[slices.Index(l.classes, t)] += share
	}
	return r
}

// fit learns the weights from rows, in an order that is always the same.
func (l *learner) fit(rows []row) {
	n := len(l.names) + l.dims
	l.weights = make([][]float64, n)
	for i := range l.weights {
		l.weights[i] = make([]float64, len(l.classes))
	}
	l.bias = make([]float64, len(l.classes))
	seen := make([]float64, n)
	for i := range seen {
		seen[i] = 1e-6
	}
	seenBias := 1e-6
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(rows))
	p := make([]float64, len(l.classes))
	sum := newMean(l)
	for epoch := range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			r := rows[i]
			r.features = some(r.features, random)
			l.chances(r, p)
			if r.safe {
				l.aimSafe(r.target, p)
			}
			var square float64
			for c := range p {
				p[c] = r.weight * (p[c] - r.target[c])
				square += p[c] * p[c]
			}
			seenBias += square
			for c := range p {
				l.bias[c] -= biasRate * p[c] / math.Sqrt(seenBias)
			}
			step := func(id int, value float64) {
				seen[id] += square * value * value
				k := rate / math.Sqrt(seen[id])
				w := l.weights[id]
				for c := range p {
					w[c] -= k * (p[c]*value + decay*w[c])
				}
			}
			for _, f := range r.features {
				step(f.id, f.value)
			}
			for j, x := range r.meaning {
				step(len(l.names)+j, float64(x))
			}
		}
		if epoch >= epochs-averaged {
			sum.add(l)
		}
	}
	sum.put(l)
}

// aimSafe sets the target of an example without danger to what it seems to be about, danger left out.
func (l *learner) aimSafe(target, p []float64) {
	safe := 0.0
	for c, name := range l.classes {
		target[c] = 0
		if !isDanger(name) {
			target[c] = p[c]
			safe += p[c]
		}
	}
	for c := range target {
		target[c] /= max(safe, 1e-9)
	}
}

// some returns features less those that are left out, the others the stronger for it.
func some(features []feature, random *rand.Rand) []feature {
	kept := make([]feature, 0, len(features))
	for _, f := range features {
		if random.Float64() >= leftOut {
			kept = append(kept, feature{f.id, f.value / (1 - leftOut)})
		}
	}
	return kept
}

// chances sets p to the chance of each class for r.
func (l *learner) chances(r row, p []float64) {
	copy(p, l.bias)
	add := func(id int, value float64) {
		for c, w := range l.weights[id] {
			p[c] += w * value
		}
	}
	for _, f := range r.features {
		add(f.id, f.value)
	}
	for j, x := range r.meaning {
		add(len(l.names)+j, float64(x))
	}
	top, sum := slices.Max(p), 0.0
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

func (l *learner) result() *nlu.Weights {
	w := &nlu.Weights{Far: l.far, Classes: l.classes, Bias: floats(l.bias)}
	for i, f := range l.names {
		w.Features = append(w.Features, nlu.Weight{Feature: f, Share: l.share[i], Classes: floats(l.weights[i])})
	}
	for _, r := range l.weights[len(l.names):] {
		w.Meaning = append(w.Meaning, floats(r))
	}
	return w
}

func floats(l []float64) []float32 {
	out := make([]float32, len(l))
	for i, x := range l {
		out[i] = float32(x)
	}
	return out
}
