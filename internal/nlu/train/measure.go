package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// measure learns from all but a part of the labelled messages, each part in turn, and prints how well the messages of that part
// are understood by the weights alone.
func measure(in *inputs, folds int) error {
	part := make([]int, len(in.examples))
	random := rand.New(rand.NewPCG(5, 6))
	for i, e := range in.examples {
		part[i] = -1
		if e.labelled {
			part[i] = random.IntN(folds)
		}
	}
	var s sums
	for f := range folds {
		var learnt, held []example
		for i, e := range in.examples {
			if part[i] == f {
				held = append(held, e)
			} else {
				learnt = append(learnt, e)
			}
		}
		w, err := learn(in, learnt)
		if err != nil {
			return err
		}
		lexicon, err := bare(in, w)
		if err != nil {
			return err
		}
		for _, e := range held {
			s.add(e, lexicon.Read(e.message))
		}
	}
	fmt.Printf("on topic %d: first right %.3f, among three %.3f, none offered %.3f\noff topic %d: offered %.3f\n",
		s.on, ratio(s.first, s.on), ratio(s.three, s.on), ratio(s.silent, s.on), s.off, ratio(s.offered, s.off))
	return nil
}

// offerForMeasuring stands in for the threshold of topics.yaml, which this command does not read.
const offerForMeasuring = 0.5

func bare(in *inputs, w *nlu.Weights) (*nlu.Lexicon, error) {
	topics := map[string]nlu.TopicWords{}
	for _, c := range w.Classes {
		if c != nlu.None {
			topics[c] = nlu.TopicWords{}
		}
	}
	return nlu.New(nlu.Data{Normal: in.normal, Vectors: in.vectors, Weights: string(w.Encode()), Topics: nlu.TopicsData{Offer: offerForMeasuring, Topics: topics}})
}

type sums struct{ on, first, three, silent, off, offered int }

func (s *sums) add(e example, r nlu.Reading) {
	if e.topics[0] == nlu.None {
		s.off++
		if len(r.Topics) > 0 {
			s.offered++
		}
		return
	}
	s.on++
	right := slices.IndexFunc(r.Topics, func(t nlu.Scored) bool { return slices.Contains(e.topics, t.ID) })
	switch {
	case len(r.Topics) == 0:
		s.silent++
	case right == 0:
		s.first++
		s.three++
	case right > 0 && right < 3:
		s.three++
	}
}

func ratio(a, b int) float64 { return float64(a) / float64(max(1, b)) }
