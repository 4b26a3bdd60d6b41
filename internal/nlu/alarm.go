package nlu

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// DangerClass begins the names of the classes of danger in weights: "!suicide/urgent".
const DangerClass = "!"

// DangerLimits say how sure learnt weights must be that a message is about danger, from 0 to 1.
type DangerLimits struct {
	Alone   float64 `yaml:"alone"`   // when no pattern matches
	Beside  float64 `yaml:"beside"`  // when a pattern matches too
	Certain float64 `yaml:"certain"` // the weight from which a pattern needs nothing beside it
}

// An alarm hears danger by weights learnt from examples, beside the patterns.
type alarm struct {
	limits  DangerLimits
	model   *model // nil when nothing was learnt
	classes int
	dangers []dangerClass
}

// A dangerClass is one class of the weights that is a danger.
type dangerClass struct {
	at             int
	kind, severity string
}

// newAlarm reads the weights for danger; an empty file leaves all to the patterns.
func newAlarm(limits DangerLimits, file []byte, r *reader) (*alarm, error) {
	a := &alarm{limits: limits}
	if len(file) == 0 {
		return a, nil
	}
	names := classesOf(file)
	m, err := newModel(file, r, names)
	if err != nil {
		return nil, err
	}
	a.model, a.classes = m, len(names)+1
	for i, name := range names {
		if name, ok := strings.CutPrefix(name, DangerClass); ok {
			kind, severity, _ := strings.Cut(name, "/")
			if severity != immediate && severity != urgent {
				return nil, fmt.Errorf("class %q has no severity", name)
			}
			a.dangers = append(a.dangers, dangerClass{i, kind, severity})
		}
	}
	return a, nil
}

// hear reads a message for danger.
func (a *alarm) hear(s string, l *Lexicon) *Danger {
	found := l.danger.best(l.danger.findings(l.danger.reader.read(s), nil))
	likely, chance := a.likely(l.reader.read(text.Tokens(text.Fold(s))))
	switch {
	case chance >= a.limits.Alone:
		if found != nil && found.severity() == immediate {
			likely.Severity = immediate
		}
		return &likely
	case found != nil && (a.model == nil || chance >= a.limits.Beside || found.total() >= a.limits.Certain):
		return &Danger{l.danger.kinds[found.kind], found.severity()}
	}
	return nil
}

// likely returns the likeliest danger, and how likely it is that there is any: not at all where nothing was learnt
// or nothing is said.
func (a *alarm) likely(m message) (Danger, float64) {
	if a.model == nil || len(m.words) == 0 {
		return Danger{}, -1
	}
	p := make([]float64, a.classes)
	a.model.score(m, p)
	softmax(p)
	byKind := make(map[string]float64, len(a.dangers))
	now := make(map[string]float64, len(a.dangers))
	any := 0.0
	for _, d := range a.dangers {
		any += p[d.at]
		byKind[d.kind] += p[d.at]
		if d.severity == immediate {
			now[d.kind] += p[d.at]
		}
	}
	best := slices.MaxFunc(a.dangers, func(x, y dangerClass) int {
		return cmp.Or(cmp.Compare(byKind[x.kind], byKind[y.kind]), -strings.Compare(x.kind, y.kind))
	}).kind
	severity := urgent
	if now[best] >= leastNow*byKind[best] {
		severity = immediate
	}
	return Danger{best, severity}, any
}

// leastNow is the share of the chance of a kind from which it is taken as immediate: to call too soon is the
// smaller mistake.
const leastNow = 0.4
