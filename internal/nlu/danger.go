package nlu

import (
	"cmp"
	"fmt"
	"slices"
)

// DangerData is what the danger reader knows. Every word and every weight of it is content.
//
// Lists hold entries between commas or on lines of their own. An entry is a word (meant with all its endings), a phrase, a word
// meant exactly as spelt ("dying!"), a beginning ("suicid*"), another list ("@child"), or NUM for any figure. The words
// childage and adultage stand for a said age ("im 12", "3 year old") under 18 and from 18 on.
//
// Patterns stand on lines of their own; a line that starts with "#" is a remark. A pattern is words in order. "@name" stands for
// any entry of that list, "a|b" for either, "word?" may be missing, "two_words" must stand side by side. One other
// word may stand between two neighbours, three in the place of "..", eight in the place of "...". Parts
// joined by "&" may come in any order within a sentence, parts joined by "+" anywhere in the message. "unless x y"
// spoils the pattern in a sentence that holds x or y. "=0.5" at the end is the weight, otherwise it is 1.
type DangerData struct {
	Skip   string            `yaml:"skip"`   // list of words that say nothing here and are passed over, also in patterns
	Same   map[string]string `yaml:"same"`   // words as understood, and the list of ways to type them; "" drops them
	Near   string            `yaml:"near"`   // list of words, of six letters or more, that are also understood with a slip in them
	Words  map[string]string `yaml:"words"`  // lists of words that mean alike here
	Denies string            `yaml:"denies"` // list of words that turn round a pattern which they stand before or in
	Passes string            `yaml:"passes"` // list of words that may stand between a denial and what it denies
	Idioms string            `yaml:"idioms"` // patterns whose words are harmless where they match
	Calm   string            `yaml:"calm"`   // patterns that count against danger in the same sentence, by their weight
	Kinds  []DangerKind      `yaml:"kinds"`  // in order of preference where all else is equal
	Limits DangerLimits      `yaml:"limits"`
}

// A DangerKind is one kind of danger and the patterns that show it.
type DangerKind struct {
	Kind      string `yaml:"kind"`
	Immediate string `yaml:"immediate"`
	Urgent    string `yaml:"urgent"`
}

// Severities of a Danger.
const (
	immediate = "immediate"
	urgent    = "urgent"
)

// enough is the weight from which a kind of danger is believed.
const enough = 1

// dangerRules is DangerData made ready for matching. It does not change and is safe for use by several goroutines.
type dangerRules struct {
	reader wordReader
	idioms ruleSet
	calm   ruleSet
	rules  ruleSet
	kinds  []string
}

// newDanger makes the rules ready. Its error names the entry that cannot be understood.
func newDanger(d DangerData) (*dangerRules, error) {
	r := &dangerRules{}
	c, err := newCompiler(d)
	if err != nil {
		return nil, err
	}
	if err := c.all(&r.idioms, d.Idioms, rule{}); err != nil {
		return nil, fmt.Errorf("idioms: %w", err)
	}
	if err := c.all(&r.calm, d.Calm, rule{}); err != nil {
		return nil, fmt.Errorf("calm: %w", err)
	}
	for i, k := range d.Kinds {
		r.kinds = append(r.kinds, k.Kind)
		if err := c.all(&r.rules, k.Immediate, rule{kind: i, now: true}); err != nil {
			return nil, fmt.Errorf("%s, immediate: %w", k.Kind, err)
		}
		if err := c.all(&r.rules, k.Urgent, rule{kind: i}); err != nil {
			return nil, fmt.Errorf("%s, urgent: %w", k.Kind, err)
		}
	}
	r.reader = c.finish()
	r.idioms.finish(len(c.symbols))
	r.calm.finish(len(c.symbols))
	r.rules.finish(len(c.symbols))
	return r, nil
}

// A finding is how much speaks for one kind of danger.
type finding struct {
	kind         int
	now, ongoing float64 // weight of the patterns for immediate and for urgent
}

func (f finding) total() float64 { return f.now + f.ongoing }

func (f finding) severity() string {
	if f.now >= enough || f.now > 0 && f.now >= f.ongoing {
		return immediate
	}
	return urgent
}

// read gives the most severe and strongest finding in s, or nil.
func (r *dangerRules) read(s string) *finding {
	return r.best(r.findings(r.reader.read(s), nil))
}

func (r *dangerRules) best(found []finding) *finding {
	found = slices.DeleteFunc(found, func(f finding) bool { return f.total() < enough })
	if len(found) == 0 {
		return nil
	}
	best := slices.MinFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.severity(), b.severity()), -cmp.Compare(a.total(), b.total()), cmp.Compare(a.kind, b.kind))
	})
	return &best
}
