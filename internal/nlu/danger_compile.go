package nlu

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// A symbol stands for a word, a stem or a class that some pattern speaks of.
type symbol int32

// gaps are how many other words may stand before an element: normally, for ".." and for "...".
const (
	nextGap  = 1
	shortGap = 3
	longGap  = 8
)

// shortestNear is how many letters a word must have to be understood with a slip in it.
const shortestNear = 6

// deniedShare is how much of its weight a pattern keeps that somebody denies. It is not nothing: people deny and mean
// yes, and together with something else it counts.
const deniedShare = 0.3

// An element is one place in a pattern: any of its symbols, after at most gap other words.
type element struct {
	any []symbol
	gap int
}

// A sequence is elements in order.
type sequence []element

// A rule is one pattern made ready.
type rule struct {
	kind   int
	now    bool
	weight float64
	parts  []sequence // one, or several in any order
	wide   bool       // the parts may stand in different sentences
	unless []symbol
	source string
}

// A compiler turns classes and patterns into symbols. It first learns all classes, then takes patterns, then is done.
type compiler struct {
	reader  wordReader
	symbols map[string]symbol
	classes map[string]string
	open    map[string]bool     // classes being followed, to find circles
	seen    map[string][]symbol // what alternatives came to
}

func newCompiler(d DangerData) (*compiler, error) {
	c := &compiler{symbols: map[string]symbol{}, classes: d.Words, open: map[string]bool{}, seen: map[string][]symbol{}}
	var err error
	if c.reader, err = newWordReader(entries(d.Skip), d.Same); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(d.Words)) {
		if err := c.class(name, []symbol{c.symbol("@" + name)}); err != nil {
			return nil, err
		}
	}
	for _, w := range entries(d.Denies) {
		c.reader.deny[w] = denies
	}
	for _, w := range entries(d.Passes) {
		c.reader.deny[w] = passes
	}
	for _, w := range entries(d.Near) {
		if len(w) < shortestNear {
			return nil, fmt.Errorf("near: %q is too short to be told from other words", w)
		}
		c.reader.near[w[0]] = append(c.reader.near[w[0]], w)
	}
	return c, nil
}

func (c *compiler) symbol(name string) symbol {
	s, ok := c.symbols[name]
	if !ok {
		s = symbol(len(c.symbols))
		c.symbols[name] = s
	}
	return s
}

// class teaches the reader every entry of a class, and of the classes in it, as the symbols above.
func (c *compiler) class(name string, above []symbol) error {
	if c.open[name] {
		return fmt.Errorf("class %q holds itself", name)
	}
	c.open[name] = true
	defer delete(c.open, name)
	for _, entry := range entries(c.classes[name]) {
		if inner, ok := strings.CutPrefix(entry, "@"); ok {
			if _, ok := c.classes[inner]; !ok {
				return fmt.Errorf("class %q: no class %q", name, inner)
			}
			if err := c.class(inner, above); err != nil {
				return err
			}
			continue
		}
		if err := c.reader.learn(entry, above); err != nil {
			return fmt.Errorf("class %q: %w", name, err)
		}
	}
	return nil
}

// entries splits a list.
func entries(list string) []string {
	var all []string
	for e := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == '\n' }) {
		if e = strings.TrimSpace(e); e != "" {
			all = append(all, e)
		}
	}
	return all
}

// all adds every pattern of a block of lines to set, as rules like r.
func (c *compiler) all(set *ruleSet, block string, r rule) error {
	for line := range strings.Lines(block) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := c.add(set, line, r); err != nil {
			return err
		}
	}
	return nil
}

// add makes a rule of a pattern, and one more for each word of it that may be missing, and puts them into set.
func (c *compiler) add(set *ruleSet, pattern string, r rule) error {
	r.source, r.weight = pattern, 1
	fields := strings.Fields(pattern)
	if n := len(fields); n > 0 && strings.HasPrefix(fields[n-1], "=") {
		w, err := strconv.ParseFloat(fields[n-1][1:], 64)
		if err != nil {
			return fmt.Errorf("pattern %q: %q is not a weight", pattern, fields[n-1])
		}
		r.weight, fields = w, fields[:n-1]
	}
	if i := slices.Index(fields, "unless"); i >= 0 {
		if err := spoilt(fields[:i], fields[i+1:]); err != nil {
			return fmt.Errorf("pattern %q: %w", pattern, err)
		}
		e, err := c.alternatives(strings.Join(fields[i+1:], "|"))
		if err != nil {
			return fmt.Errorf("pattern %q: %w", pattern, err)
		}
		r.unless, fields = e, fields[:i]
	}
	for _, variant := range variants(fields) {
		full := r
		if err := c.parts(&full, variant); err != nil {
			return fmt.Errorf("pattern %q: %w", pattern, err)
		}
		set.rules = append(set.rules, full)
	}
	return nil
}

// spoilt returns an error if a guard has the stem of one of the pattern's own words, which could then never
// match: "smoke & door unless smokers".
func spoilt(fields, guards []string) error {
	own := map[string]string{}
	for _, w := range plainWords(fields) {
		own[text.Stem(w)] = w
	}
	for _, g := range plainWords(guards) {
		if w, ok := own[text.Stem(g)]; ok {
			return fmt.Errorf("%q is read as %q, so the pattern never matches that word; write %q", g, w, g+"!")
		}
	}
	return nil
}

// plainWords are the single words among the alternatives in fields, but for those meant as spelt.
func plainWords(fields []string) []string {
	words := strings.FieldsFunc(strings.Join(fields, "|"), func(r rune) bool { return r == '|' || r == '?' })
	return slices.DeleteFunc(words, func(w string) bool { return strings.ContainsAny(w, "@_!*.&+") })
}

// variants gives fields with and without each of those that end in "?".
func variants(fields []string) [][]string {
	for i, f := range fields {
		word, ok := strings.CutSuffix(f, "?")
		if !ok {
			continue
		}
		with, without := slices.Clone(fields), slices.Delete(slices.Clone(fields), i, i+1)
		with[i] = word
		return append(variants(with), variants(without)...)
	}
	return [][]string{fields}
}

func (c *compiler) parts(r *rule, fields []string) error {
	var part sequence
	gap := 0
	end := func() error {
		if len(part) == 0 {
			return fmt.Errorf("holds no word that counts")
		}
		r.parts = append(r.parts, part)
		part, gap = nil, 0
		return nil
	}
	for _, f := range fields {
		switch f {
		case "&", "+":
			r.wide = r.wide || f == "+"
			if err := end(); err != nil {
				return err
			}
			continue
		case "..":
			gap = shortGap
			continue
		case "...":
			gap = longGap
			continue
		}
		any, err := c.alternatives(f)
		if err != nil {
			return err
		}
		if len(any) == 0 {
			continue
		}
		if len(part) == 0 {
			gap = 0
		}
		part, gap = append(part, element{any, gap}), nextGap
	}
	return end()
}

// alternatives gives the symbols of "a|b|@c", none when all of them are words that are passed over.
func (c *compiler) alternatives(field string) ([]symbol, error) {
	var all []symbol
	for a := range strings.SplitSeq(field, "|") {
		of, ok := c.seen[a]
		if !ok {
			var err error
			if of, err = c.alternative(a); err != nil {
				return nil, err
			}
			c.seen[a] = of
		}
		all = append(all, of...)
	}
	return all, nil
}

// alternative gives the symbol of a word, phrase or class, and teaches it to the reader.
func (c *compiler) alternative(a string) ([]symbol, error) {
	if class, ok := strings.CutPrefix(a, "@"); ok {
		if _, ok := c.classes[class]; !ok {
			return nil, fmt.Errorf("no class %q", class)
		}
		return []symbol{c.symbol(a)}, nil
	}
	words, err := c.reader.plain(a)
	if err != nil || len(words) == 0 {
		return nil, err
	}
	name := strings.Join(words, " ")
	switch {
	case a[len(a)-1] == '!' || a[len(a)-1] == '*':
		name += a[len(a)-1:]
	case len(words) == 1:
		name = text.Stem(words[0])
	}
	if _, known := c.symbols[name]; !known {
		if err := c.reader.learn(a, []symbol{c.symbol(name)}); err != nil {
			return nil, err
		}
	}
	return []symbol{c.symbols[name]}, nil
}

// finish hands over the reader, which must learn no more.
func (c *compiler) finish() wordReader {
	c.reader.count = len(c.symbols)
	c.reader.arrange()
	return c.reader
}
