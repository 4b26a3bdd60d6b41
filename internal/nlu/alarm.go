package nlu

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// DangerClass begins the names of the classes of danger in weights: "!suicide/urgent".
const DangerClass = "!"

// DangerLimits say how sure learnt weights must be that a message is about danger, from 0 to 1.
type DangerLimits struct {
	Alone   float64 `yaml:"alone"`   // when no pattern matches
	Pair    float64 `yaml:"pair"`    // when no pattern matches two words that are the whole message
	Beside  float64 `yaml:"beside"`  // when a pattern matches too
	Certain float64 `yaml:"certain"` // the weight from which a pattern needs nothing beside it
}

// An alarm hears danger by weights learnt from examples, beside the patterns.
type alarm struct {
	limits  DangerLimits
	model   *model // nil when nothing was learnt
	classes int    // of the weights, None too
	kinds   []dangerKind
}

// A dangerKind is a kind of danger and where its classes stand in the weights.
type dangerKind struct {
	name              string
	immediate, urgent int
}

// newAlarm reads the weights for danger; an empty file leaves all to the patterns.
func newAlarm(limits DangerLimits, file string, r *reader) (*alarm, error) {
	a := &alarm{limits: limits}
	if file == "" {
		return a, nil
	}
	if limits.Alone <= 0 || limits.Pair <= 0 {
		return nil, fmt.Errorf("limits: alone is %v and pair %v, and with 0 every message would be danger", limits.Alone, limits.Pair)
	}
	names := classesOf(file)
	m, err := newModel(file, r, names)
	if err != nil {
		return nil, err
	}
	a.model, a.classes = m, len(names)+1
	for _, name := range names {
		kind, ok := strings.CutSuffix(name, "/"+urgent)
		if !ok || !strings.HasPrefix(name, DangerClass) {
			continue
		}
		k := dangerKind{strings.TrimPrefix(kind, DangerClass), slices.Index(names, kind+"/"+immediate), slices.Index(names, name)}
		if k.immediate < 0 {
			return nil, fmt.Errorf("%q has no class for %s", k.name, immediate)
		}
		a.kinds = append(a.kinds, k)
	}
	return a, nil
}

// hear reads a message for danger.
func (a *alarm) hear(s string, l *Lexicon) *Danger {
	found := l.danger.read(s)
	words := text.Tokens(text.Fold(s))
	likely, chance := a.anywhere(s, words, l.reader)
	switch {
	case chance >= a.limits.Alone && found != nil, chance >= a.alone(len(words)):
		if found != nil && found.severity() == immediate {
			likely.Severity = immediate
		}
		return &likely
	case found != nil && (a.model == nil || chance >= a.limits.Beside || found.total() >= a.limits.Certain):
		return &Danger{l.danger.kinds[found.kind], found.severity()}
	}
	return nil
}

// alone returns how sure the weights must be about so many words when no pattern matches. One word needs a
// pattern.
func (a *alarm) alone(words int) float64 {
	switch {
	case words >= fewestWords:
		return a.limits.Alone
	case words == 2:
		return a.limits.Pair
	}
	return 1
}

// How a long message is read: also by its sentences, and by stretches of those that run on, because danger may be
// one sentence of many.
const (
	stretch     = 16 // words of a stretch; each begins half of one after the last
	mostParts   = 64 // parts of a message that are read on their own
	fewestWords = 3  // words that say enough for the weights alone
)

// anywhere returns the likeliest danger in a message as a whole or in any part of it.
func (a *alarm) anywhere(s string, words []string, r *reader) (Danger, float64) {
	likely, chance := a.likely(r.read(words))
	if a.model == nil || len(words) <= stretch/2 {
		return likely, chance
	}
	n := 0
	for sentence := range strings.FieldsFuncSeq(s, func(c rune) bool { return strings.ContainsRune(".!?;\n", c) }) {
		words := text.Tokens(text.Fold(sentence))
		for from := 0; from == 0 || from+stretch/2 < len(words); from += stretch / 2 {
			part := words[min(from, len(words)):min(from+stretch, len(words))]
			if n++; len(part) < fewestWords || n > mostParts {
				continue
			}
			if d, c := a.likely(r.read(part)); c*partShare > chance {
				likely, chance = d, c*partShare
			}
		}
	}
	return likely, chance
}

// partShare is what a part counts against the whole, whose other words may explain it away. Measured on messages
// nothing was learnt from: with 0.6 alarms on ordinary ones nearly doubled, with 0.35 they rose by a quarter.
const partShare = 0.35

// likely returns the likeliest danger, and how likely it is that there is any: not at all where nothing was learnt
// or nothing is said.
func (a *alarm) likely(m message) (Danger, float64) {
	if a.model == nil || len(m.words) == 0 {
		return Danger{}, -1
	}
	p := make([]float64, a.classes)
	a.model.score(m, p)
	softmax(p)
	var best Danger
	most, danger := 0.0, 0.0
	for _, k := range a.kinds {
		now, later := p[k.immediate], p[k.urgent]
		danger += now + later
		if now+later <= most {
			continue
		}
		most, best = now+later, Danger{k.name, urgent}
		if now >= leastNow*most {
			best.Severity = immediate
		}
	}
	return best, danger
}

// leastNow is the share of the chance of a kind from which it is taken as immediate: to call too soon is the
// smaller mistake.
const leastNow = 0.4

// explain says which words of m speak for danger by the weights, and which against it: by how much the odds fall
// without the word, as a logarithm.
func (a *alarm) explain(m message) []Reason {
	if a.model == nil || len(m.words) == 0 {
		return nil
	}
	likely, chance := a.likely(m)
	var reasons []Reason
	for i := range min(len(m.words), maxExplained) {
		less := message{
			words: slices.Concat(m.words[:i], m.words[i+1:]),
			stems: slices.Concat(m.stems[:i], m.stems[i+1:]), ages: m.ages,
		}
		if len(less.words) == 0 {
			continue
		}
		_, without := a.likely(less)
		if w := odds(chance) - odds(without); chance >= a.limits.Beside && math.Abs(w) >= leastExplained {
			reasons = append(reasons, Reason{m.words[i], likely.Kind, w})
		}
	}
	return reasons
}

func odds(chance float64) float64 {
	const tiny = 1e-9
	return math.Log((chance + tiny) / (1 - chance + tiny))
}
