package nlu

import (
	"fmt"
	"strconv"
)

// StagesData lists the words that tell a life stage, by the id of the stage: start-well, live-well, age-well. Ages in
// figures need no words.
type StagesData map[string][]string

const (
	startWell = "start-well"
	liveWell  = "live-well"
	ageWell   = "age-well"
)

// stageWords knows the life stages' phrases.
type stageWords struct {
	phrases map[string][]stagePhrase // by first word
}

type stagePhrase struct {
	words []string
	stage string
}

func newStageWords(d StagesData, r *reader) (*stageWords, error) {
	s := &stageWords{phrases: map[string][]stagePhrase{}}
	for stage, list := range d {
		if stage != startWell && stage != liveWell && stage != ageWell {
			return nil, fmt.Errorf("%q is not a life stage", stage)
		}
		for _, p := range list {
			words := r.phrase(p).words
			if len(words) == 0 {
				return nil, fmt.Errorf("%s: an empty phrase", stage)
			}
			s.phrases[words[0]] = append(s.phrases[words[0]], stagePhrase{words, stage})
		}
	}
	return s, nil
}

// stage returns the life stage that words tell. An age in figures tells more than a word, the young more than the
// old, for a message about a child often names its grandparents.
func (s *stageWords) stage(words []string) string {
	heard := map[string]bool{}
	for _, a := range ages(words) {
		heard[stageOf(a)] = true
	}
	if len(heard) == 0 {
		for i := range words {
			for _, p := range s.phrases[words[i]] {
				if hasPrefix(words[i:], p.words) {
					heard[p.stage] = true
				}
			}
		}
	}
	for _, stage := range []string{startWell, ageWell, liveWell} {
		if heard[stage] {
			return stage
		}
	}
	return ""
}

func (s *stageWords) explain(words []string) []Reason {
	var reasons []Reason
	for _, a := range ages(words) {
		reasons = append(reasons, Reason{strconv.Itoa(a), stageOf(a), 1})
	}
	for i := range words {
		for _, p := range s.phrases[words[i]] {
			if hasPrefix(words[i:], p.words) {
				reasons = append(reasons, Reason{joined(p.words), p.stage, 0.5})
			}
		}
	}
	return reasons
}

// stageOf sorts years into the life stages of the county's health strategy; state pension age begins the last.
func stageOf(years int) string {
	switch {
	case years < 19:
		return startWell
	case years < 66:
		return liveWell
	}
	return ageWell
}

// ageWords gives each age said a word that weights can speak of.
func ageWords(words []string) []string {
	var out []string
	for _, a := range ages(words) {
		switch {
		case a < 5:
			out = append(out, "#age:small")
		case a < 18:
			out = append(out, "#age:child")
		case a < 66:
			out = append(out, "#age:adult")
		default:
			out = append(out, "#age:old")
		}
	}
	return out
}

// ages returns the ages in years that words say: "my 3 year old", "10 weeks old", "im 52", "aged 82", "in her eighties".
func ages(words []string) []int {
	var out []int
	for i, w := range words {
		if years, ok := decades[w]; ok && i > 0 && owners[words[i-1]] {
			out = append(out, years)
			continue
		}
		n, unit, ok := figure(w)
		if !ok || n > 115 {
			continue
		}
		next, after := at(words, i+1), at(words, i+2)
		if unit == "" {
			unit = next
			next = after
		}
		switch {
		case monthUnits[unit] && (next == "old" || n > 1 && babyNear(words, i)):
			if unit[0] == 'w' {
				n /= 4
			}
			out = append(out, n/12)
		case yearUnits[unit] && (next == "old" || next == "olds" || ofSomebody(words, i)):
			out = append(out, n)
		case unit == "yo":
			out = append(out, n)
		case n >= 3 && agedBefore(words, i) && !counted[unit]:
			out = append(out, n)
		}
	}
	return out
}

// ofSomebody reports whether the years at i are somebody's age though "old" is missing: "14 year son", "she is 14 years".
func ofSomebody(words []string, i int) bool {
	return people[at(words, i+2)] || verbs[at(words, i-2)+" "+at(words, i-1)]
}

// agedBefore reports whether the words before i say that a figure at i is an age: "im", "she is", "lad of".
func agedBefore(words []string, i int) bool {
	one, two := at(words, i-1), at(words, i-2)
	return before[one] || verbs[two+" "+one] || one == "of" && people[two]
}

// babyNear reports whether somebody very small is spoken of close to i.
func babyNear(words []string, i int) bool {
	for _, w := range words[max(0, i-4):min(len(words), i+5)] {
		if small[w] {
			return true
		}
	}
	return false
}

// figure splits "14", "14yr" and "14yo" into number and unit.
func figure(w string) (n int, unit string, ok bool) {
	i := 0
	for i < len(w) && i < 4 && w[i] >= '0' && w[i] <= '9' {
		i++
	}
	if i == 0 || i > 3 {
		return 0, "", false
	}
	n, err := strconv.Atoi(w[:i])
	unit = w[i:]
	return n, unit, err == nil && (unit == "" || yearUnits[unit] || monthUnits[unit] || unit == "yo")
}

func at(words []string, i int) string {
	if i < 0 || i >= len(words) {
		return ""
	}
	return words[i]
}

var (
	yearUnits  = set("year", "years", "yr", "yrs", "y", "yro")
	monthUnits = set("month", "months", "mth", "mths", "mo", "week", "weeks", "wk", "wks")
	owners     = set("my", "his", "her", "our", "their", "the", "a", "in")
	people     = set("son", "daughter", "boy", "girl", "lad", "child", "kid", "man", "woman", "male", "female", "tenant", "customer", "patient", "pupil")
	before     = set("im", "aged", "age", "turned", "turning", "hes", "shes")
	small      = set("baby", "babies", "newborn", "crawling", "crawl", "sitting", "weaning", "teething", "walking", "waving", "midwife")
	verbs      = set("i am", "he is", "she is", "mum is", "dad is", "nan is", "who is", "is aged", "whos now")
	counted    = set("weeks", "week", "months", "month", "days", "day", "hours", "hour", "hrs", "mins", "minutes", "stone", "kg", "quid",
		"pounds", "percent", "times", "th", "miles", "st", "lbs", "kilos", "units", "pints", "cans")
	decades = map[string]int{"seventies": 70, "eighties": 80, "nineties": 90, "sixties": 66, "70s": 70, "80s": 80, "90s": 90,
		"thirties": 30, "forties": 40, "fifties": 50, "30s": 30, "40s": 40, "50s": 50, "twenties": 20, "20s": 20, "60s": 66, "teens": 15}
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
