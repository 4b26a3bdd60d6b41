package nlu

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// TopicsData is what people may edit of how topics are heard. A change counts at the next load; the weights need not be
// learnt again.
type TopicsData struct {
	Offer  float64               `yaml:"offer"`  // least chance of being on a topic at all, 0 to 1, to offer topics
	Least  float64               `yaml:"least"`  // least score of the first topic to offer any
	Sure   float64               `yaml:"sure"`   // least score of the first topic to be sure of it
	Ahead  float64               `yaml:"ahead"`  // and by how much it must lead the second
	Cue    float64               `yaml:"cue"`    // what a cue counts that has no weight of its own
	Not    float64               `yaml:"not"`    // what a phrase under `not` counts against its topic
	Topics map[string]TopicWords `yaml:"topics"` // by topic id
}

// TopicWords are the words of one topic.
type TopicWords struct {
	Cues    []string           `yaml:"cues"`    // phrases that speak for the topic
	Not     []string           `yaml:"not"`     // phrases that speak against it
	Weights map[string]float64 `yaml:"weights"` // phrases with a weight of their own; negative speaks against
}

// What a reading lists.
const (
	maxOffered = 5     // topics at most
	wholeCue   = 12    // what a cue counts that is the whole message: whoever wrote it meant this topic
	wholeWords = 3     // in so many words or more, which nobody says by chance
	faintest   = 0.004 // the score of a topic after the first below which it is hardly ever meant: 2 of 600 labelled messages
)

// topicCues finds the phrases of TopicsData in messages.
type topicCues struct {
	ids          []string // sorted
	cues         map[string][]topicCue
	offer, least float64
	sure, ahead  float64
}

// A topicCue is a phrase. Its stems must stand in order, with at most one other word between neighbours.
type topicCue struct {
	stems  []string
	topic  int
	weight float64
	phrase string
}

func newTopicCues(d TopicsData, r *reader) (*topicCues, error) {
	t := &topicCues{ids: slices.Sorted(maps.Keys(d.Topics)), cues: map[string][]topicCue{},
		offer: d.Offer, least: d.Least, sure: d.Sure, ahead: d.Ahead}
	for i, id := range t.ids {
		words := d.Topics[id]
		for _, p := range words.Cues {
			if err := t.add(r, i, p, d.Cue); err != nil {
				return nil, fmt.Errorf("%s: cues: %w", id, err)
			}
		}
		for _, p := range words.Not {
			if err := t.add(r, i, p, -d.Not); err != nil {
				return nil, fmt.Errorf("%s: not: %w", id, err)
			}
		}
		for _, p := range slices.Sorted(maps.Keys(words.Weights)) {
			if err := t.add(r, i, p, words.Weights[p]); err != nil {
				return nil, fmt.Errorf("%s: weights: %w", id, err)
			}
		}
	}
	return t, nil
}

func (t *topicCues) add(r *reader, topic int, phrase string, weight float64) error {
	stems := r.phrase(phrase).stems
	if len(stems) == 0 {
		return errors.New("an empty phrase")
	}
	if math.IsNaN(weight) || math.IsInf(weight, 0) {
		return fmt.Errorf("%q: the weight is not a number", phrase)
	}
	t.cues[stems[0]] = append(t.cues[stems[0]], topicCue{stems, topic, weight, phrase})
	return nil
}

// hits calls yield for each cue in stems.
func (t *topicCues) hits(stems []string, yield func(topicCue)) {
	for i, s := range stems {
		for _, c := range t.cues[s] {
			if inOrder(stems[i:], c.stems) {
				yield(c)
			}
		}
	}
}

// inOrder reports whether stems begins with the first of phrase and holds the others in order, at most one
// word apart.
func inOrder(stems, phrase []string) bool {
	at := 0
	for _, p := range phrase[1:] {
		switch {
		case at+1 < len(stems) && stems[at+1] == p:
			at++
		case at+2 < len(stems) && stems[at+2] == p:
			at += 2
		default:
			return false
		}
	}
	return true
}

// cueScores returns what the cues in stems count for each topic. The strongest counts in full, each further one half
// of the one before, so that a heap of small cues does not drown a plain one.
func (t *topicCues) cueScores(stems []string) []float64 {
	found := make([][]float64, len(t.ids))
	t.hits(stems, func(c topicCue) { found[c.topic] = append(found[c.topic], c.weight) })
	out := make([]float64, len(t.ids))
	for i, l := range found {
		slices.SortFunc(l, func(a, b float64) int { return cmp.Compare(math.Abs(b), math.Abs(a)) })
		share := 1.0
		for _, w := range l {
			out[i] += share * w
			share /= 2
		}
	}
	return out
}

// whole returns the topic of a cue that is all there is in stems, or -1.
func (t *topicCues) whole(stems []string) int {
	if len(stems) < wholeWords {
		return -1
	}
	for _, c := range t.cues[stems[0]] {
		if c.weight > 0 && slices.Equal(c.stems, stems) {
			return c.topic
		}
	}
	return -1
}

// rank returns the topics of a message, best first, and whether the first is sure; none when it is likelier about
// nothing we know.
func (l *Lexicon) rank(m message) ([]Scored, bool) {
	if len(m.words) == 0 || len(l.topics.ids) == 0 {
		return nil, false
	}
	p := l.chances(m)
	none := p[len(p)-1]
	if 1-none < l.topics.offer {
		return nil, false
	}
	out := make([]Scored, len(l.topics.ids))
	for i, id := range l.topics.ids {
		out[i] = Scored{id, p[i]}
	}
	slices.SortStableFunc(out, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	if out[0].Score < l.topics.least {
		return nil, false
	}
	out = out[:min(maxOffered, len(out))]
	for len(out) > 1 && out[len(out)-1].Score < faintest {
		out = out[:len(out)-1]
	}
	sure := out[0].Score >= l.topics.sure && (len(out) == 1 || out[0].Score-out[1].Score >= l.topics.ahead)
	return out, sure
}

// chances returns the chance of each topic, in the order of ids, and last that of none.
func (l *Lexicon) chances(m message) []float64 {
	scores := make([]float64, len(l.topics.ids)+1)
	l.model.score(m, scores)
	for i, s := range l.topics.cueScores(m.stems) {
		scores[i] += s
	}
	if i := l.topics.whole(m.stems); i >= 0 {
		scores[i] += wholeCue
	}
	return softmax(scores)
}

func softmax(scores []float64) []float64 {
	top := slices.Max(scores)
	var sum float64
	for i, s := range scores {
		scores[i] = math.Exp(s - top)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
	return scores
}

// explainTopics says which cues and which words counted for the first topics of m. A word counts by what the score of
// the topic loses without it.
func (l *Lexicon) explainTopics(m message) []Reason {
	top, _ := l.rank(m)
	reasons := l.model.explain(m, l.topics.ids, top[:min(2, len(top))])
	l.topics.hits(m.stems, func(c topicCue) {
		reasons = append(reasons, Reason{c.phrase, l.topics.ids[c.topic], c.weight})
	})
	return reasons
}
