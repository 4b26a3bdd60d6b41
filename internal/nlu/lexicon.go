package nlu

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// Data is everything a Lexicon knows, as the files under prompts/ hold it.
type Data struct {
	Danger  DangerData  // prompts/language/danger.yaml
	Normal  NormalData  // prompts/language/normal.yaml
	Topics  TopicsData  // prompts/language/topics.yaml
	Stages  StagesData  // prompts/language/stages.yaml
	Lookup  LookupData  // prompts/language/lookup.yaml
	Places  []PlaceData // prompts/areas.yaml
	Vectors string      // prompts/language/vectors.bin; may be empty
	Weights string      // prompts/language/weights.bin; may be empty
	Alarm   string      // prompts/language/danger.bin, the weights for danger; may be empty
}

// A Lexicon reads messages. It never changes and is safe for use by several goroutines.
type Lexicon struct {
	danger *dangerRules
	alarm  *alarm
	reader *reader
	topics *topicCues
	model  *model
	places *placeNames
	stages *stageWords
	lookup *lookupWords
}

// New makes a Lexicon of d. It fails on data that cannot be used: an empty phrase, a weight that is no number,
// a vectors or weights file that is damaged or made for other topics.
func New(d Data) (*Lexicon, error) {
	danger, err := newDanger(d.Danger)
	if err != nil {
		return nil, fmt.Errorf("danger: %w", err)
	}
	r, err := newReader(d.Normal, d.Vectors)
	if err != nil {
		return nil, err
	}
	alarm, err := newAlarm(d.Danger.Limits, d.Alarm, r)
	if err != nil {
		return nil, fmt.Errorf("danger weights: %w", err)
	}
	topics, err := newTopicCues(d.Topics, r)
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	m, err := newModel(d.Weights, r, topics.ids)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	places, err := newPlaceNames(d.Places, r.vectors)
	if err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	stages, err := newStageWords(d.Stages, r)
	if err != nil {
		return nil, fmt.Errorf("stages: %w", err)
	}
	lookup, err := newLookupWords(d.Lookup, r)
	if err != nil {
		return nil, fmt.Errorf("lookup: %w", err)
	}
	return &Lexicon{danger, alarm, r, topics, m, places, stages, lookup}, nil
}

// Read says what s is about. It reads no more of s than text.Fold does.
func (l *Lexicon) Read(s string) Reading {
	words := text.Tokens(text.Fold(s))
	found := l.places.find(words)
	m := l.reader.read(found.without(words))
	var r Reading
	r.Topics, r.Sure = l.rank(m)
	r.Area, r.Places = found.area, found.among
	r.Stage = l.stages.stage(m.words)
	r.Lookup = l.lookup.asks(m.words, found.named())
	return r
}

// Greeting reports whether folded, a message after text.Fold, is a greeting and nothing else.
func (l *Lexicon) Greeting(folded string) bool {
	return l.lookup.greets(text.Tokens(folded))
}

// Explain says what in s counted for and against what Danger and Read make of it, the weightiest first.
func (l *Lexicon) Explain(s string) []Reason {
	words := text.Tokens(text.Fold(s))
	found := l.places.find(words)
	m := l.reader.read(found.without(words))
	reasons := append(l.danger.explain(s), l.alarm.explain(m)...)
	reasons = append(reasons, l.explainTopics(m)...)
	reasons = append(reasons, found.reasons...)
	reasons = append(reasons, l.stages.explain(m.words)...)
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(max(b.Weight, -b.Weight), max(a.Weight, -a.Weight)) })
	return reasons
}
