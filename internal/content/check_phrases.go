package content

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// dangers are the kinds of danger that a message can be read for.
var dangers = []string{"suicide", "self-harm", "medical-emergency", "danger-now", "overdose", "child-at-risk", "adult-at-risk"}

var severities = []string{"immediate", "urgent"}

// A phrase is one text of a file that is read into engine types.
type phrase struct {
	path []any // keys and indexes that lead to it
	text string
}

// key is the path as a person would write it: nudge.2.
func (p phrase) key() string {
	parts := make([]string, len(p.path))
	for i, step := range p.path {
		if n, ok := step.(int); ok {
			step = n + 1
		}
		parts[i] = fmt.Sprint(step)
	}
	return strings.Join(parts, ".")
}

// phrasesOf returns every text in v, which is what decoding a file filled, in the order of its type.
func phrasesOf(v reflect.Value, path ...any) []phrase {
	var all []phrase
	step := func(next any) []any { return append(slices.Clone(path), next) }
	switch v.Kind() {
	case reflect.String:
		return []phrase{{path, v.String()}}
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			all = append(all, phrasesOf(v.Field(f.index), step(f.key)...)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, phrasesOf(v.Index(i), step(i)...)...)
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			all = append(all, phrasesOf(v.MapIndex(k), step(k.String())...)...)
		}
	}
	return all
}

func checkPhrases(r *report) {
	if !r.whole(phrasesYAML) {
		return
	}
	p := &r.phrases
	for _, ph := range phrasesOf(reflect.ValueOf(*p)) {
		if strings.TrimSpace(ph.text) == "" {
			r.errorf(r.at(phrasesYAML, ph.path...), "the phrase %s is missing", ph.key())
		}
	}
	if len(p.Role.Options) > 0 {
		r.errorf(r.at(phrasesYAML, "role", "options"), "the roles to choose from stand in %s", rolesYAML)
	}
	for i, o := range p.Voice.Options {
		if o.ID != string(conversation.Staff) && o.ID != string(conversation.Resident) {
			r.errorf(r.at(phrasesYAML, "voice", "options", i, "id"), "%q is not a voice: staff or resident", o.ID)
		}
	}
	both := []string{"staff", "resident"}
	for _, keyed := range []struct {
		path []any
		have []string
		want []string
	}{
		{[]any{"menu"}, keysOf(p.Menu), both},
		{[]any{"help"}, keysOf(p.Help), both},
		{[]any{"around"}, keysOf(p.Around), both},
		{[]any{"screen", "steps"}, keysOf(p.Screen.Steps), []string{"ask", "assist", "act", "goodbye"}},
		{[]any{"card", "costs"}, keysOf(p.Card.Costs), []string{"free", "paid", "unknown"}},
		{[]any{"card", "self"}, keysOf(p.Card.Self), []string{"true", "false", "unknown"}},
		{[]any{"details", "words"}, keysOf(p.Details.Words), []string{"cost", "hours", "contact", "where"}},
	} {
		r.keyed(r.at(phrasesYAML, keyed.path...), phrase{path: keyed.path}.key(), keyed.have, keyed.want)
	}
	if _, ok := p.Others["other"]; !ok {
		r.errorf(r.at(phrasesYAML, "others"), "others has no \"other\", for what has no phrase of its own")
	}
	if len(p.Nudge) == 0 {
		r.errorf(r.at(phrasesYAML, "nudge"), "nudge has no phrases")
	}
	for _, l := range []struct {
		key string
		n   int
	}{{"voice", len(p.Voice.Options)}, {"area", len(p.Area.Options)}, {"stage", len(p.Stage.Options)}} {
		if l.n == 0 {
			r.errorf(r.at(phrasesYAML, l.key), "the question %s has no options", l.key)
		}
	}
	if r.whole(rolesYAML) && len(r.roles.Roles) == 0 {
		r.errorf(r.at(rolesYAML), "there are no roles")
	}
}

func keysOf[K ~string, V any](m map[K]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	return keys
}

// keyed reports keys that are missing and keys that mean nothing.
func (r *report) keyed(at place, name string, have, want []string) {
	for _, k := range want {
		if !slices.Contains(have, k) {
			r.errorf(at, "%s has no %q", name, k)
		}
	}
	for _, k := range have {
		if !slices.Contains(want, k) {
			r.errorf(at, "%s has %q, which means nothing here%s", name, k, suggest(k, want))
		}
	}
}

// fillings says what may stand in braces in which phrase, and must.
var fillings = map[string][]string{
	"area-set": {"{area}"}, "group": {"{group}"}, "heard": {"{topic}"}, "found.intro": {"{area}"}, "screen.reviewed": {"{on}"},
	"card.phone": {"{value}"}, "card.phone-unchecked": {"{value}"}, "card.text": {"{value}"}, "card.text-unchecked": {"{value}"},
	"card.where": {"{value}"}, "card.hours": {"{value}"}, "card.link": {"{value}"},
	"card.checked": {"{on}"}, "card.unchecked": {"{source-date}"},
	"card.national": {"{source}", "{source-date}"}, "card.national-undated": {"{source}"},
}

var braces = regexp.MustCompile(`\{[^}]*\}?|\}`)

func checkBraces(r *report) {
	if !r.whole(phrasesYAML) {
		return
	}
	for _, ph := range phrasesOf(reflect.ValueOf(r.phrases)) {
		want := fillings[ph.key()]
		have := braces.FindAllString(ph.text, -1)
		at := r.at(phrasesYAML, ph.path...)
		for _, b := range have {
			if !slices.Contains(want, b) {
				r.errorf(at, "the phrase %s has %s, which nothing fills in%s", ph.key(), b, suggest(b, want))
			}
		}
		for _, b := range want {
			if !slices.Contains(have, b) {
				r.errorf(at, "the phrase %s lacks %s, so people would not see it", ph.key(), b)
			}
		}
	}
}

func checkSafety(r *report) {
	if !r.whole(safetyYAML) {
		return
	}
	covered := make(map[string]bool)
	for i, c := range r.safety.Cards {
		at := r.at(safetyYAML, "cards", i)
		if !slices.Contains(dangers, c.Kind) {
			r.errorf(at, "%q is not a kind of danger%s", c.Kind, suggest(c.Kind, dangers))
		}
		if c.Severity != "" && !slices.Contains(severities, c.Severity) {
			r.errorf(at, "%q is not a severity: immediate or urgent%s", c.Severity, suggest(c.Severity, severities))
		}
		if key := c.Kind + " " + c.Severity; covered[key] {
			r.errorf(at, "there is another card for %s %s", c.Kind, c.Severity)
		} else {
			covered[key] = true
		}
		r.card(at, c.Texts)
	}
	for _, kind := range dangers {
		for _, severity := range severities {
			if !covered[kind+" "+severity] && !covered[kind+" "] {
				r.errorf(r.at(safetyYAML, "cards"), "there is no card for %s, %s", kind, severity)
			}
		}
	}
	r.card(r.at(safetyYAML, "urgent"), r.safety.Urgent)
	for i, k := range r.language.Danger.Kinds {
		if !slices.Contains(dangers, k.Kind) {
			r.errorf(r.at(dangerYAML, "kinds", i), "%q is not a kind of danger%s", k.Kind, suggest(k.Kind, dangers))
		}
	}
}

// card checks the texts of one card: both voices, an action, and at least one line after it.
func (r *report) card(at place, texts map[conversation.Voice]conversation.CardText) {
	for _, v := range voices {
		switch c, ok := texts[v]; {
		case !ok:
			r.errorf(at, "the card has no text for %s", v)
		case strings.TrimSpace(c.Action) == "" || len(c.Then) == 0 || slices.Contains(c.Then, ""):
			r.errorf(at, "the card for %s needs an action and the lines that come then, none of them empty", v)
		}
	}
	for _, v := range slices.Sorted(maps.Keys(texts)) {
		if !slices.Contains(voices, v) {
			r.errorf(at, "%q is not a voice: staff or resident%s", v, suggest(string(v), []string{"staff", "resident"}))
		}
	}
}
