package conversation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// read understands typed words: a way out, an answer with a typo, then their meaning.
func (t *turn) read(words string) Reply {
	folded := fold(words)
	bare := t.bare(folded)
	if t.carded() {
		if r, ok := t.afterCard(folded, bare); ok {
			return r
		}
	}
	for _, heard := range []string{folded, bare, ageOf(bare)} {
		if choice, ok := t.words[heard]; ok {
			return t.choose(choice, "")
		}
		if choice, ok := t.pickOption(heard); ok {
			return t.choose(choice, "")
		}
		if choice, ok := t.named[t.s.Voice][heard]; ok {
			return t.choose(choice, "")
		}
	}
	if choice, ok := t.declines(folded, bare); ok {
		return t.choose(choice, "")
	}
	if area, ok := t.asksForHelp(bare); ok {
		return t.point(area)
	}
	if r, ok := t.ahead(bare); ok {
		return r
	}
	switch {
	case t.Lexicon.Greeting(bare):
		return t.show("hello")
	case t.thanks.exact(folded, bare) >= 0:
		return t.aside("thanks", t.Phrases.Thanks.Say)
	case t.asksForPerson(bare):
		return t.aside("person", t.Phrases.Person.Say)
	}
	if r := t.remark(bare); r != nil {
		return t.aside(r.outcome, r.say)
	}
	if part := t.asksDetail(folded, bare); part != "" {
		return t.detail(part)
	}
	return t.meaning(words, bare)
}

// ageOf returns the words that tell an age of which only the number was typed, as options have them; else what it gets.
func ageOf(bare string) string {
	if n, err := strconv.Atoi(bare); err == nil && n > 9 {
		return "im " + bare
	}
	return bare
}

// asksForPerson reports whether words end by asking for a human being.
func (t *turn) asksForPerson(folded string) bool {
	return slices.ContainsFunc(t.persons, func(p string) bool {
		return folded == p || strings.HasSuffix(folded, " "+p) && holds(folded, p)
	})
}

// listed returns the choice on the screen of which the number, the label or another word listed for
// it was typed exactly, politeness aside, or the topic or group whose name was. Ways out are none of
// these.
func (t *turn) listed(m Message) (string, bool) {
	if m.Public || m.Choice != "" {
		return "", false
	}
	folded := fold(m.Text)
	bare := t.bare(folded)
	if t.words[folded] != "" || t.words[bare] != "" || t.carded() && t.enough.hears(folded, bare) {
		return "", false
	}
	offered := t.offered()
	choices, hears := t.current()
	if n := t.number(bare); n > 0 {
		if len(offered) > 0 {
			choices = offered
		}
		if n <= len(choices) {
			return choices[n-1].ID, true
		}
		return "", false
	}
	for _, c := range offered {
		if label := text.Fold(c.Label); label == folded || label == bare {
			return c.ID, true
		}
	}
	if i := hears.exact(folded, bare); i >= 0 {
		return choices[i].ID, true
	}
	choice, ok := t.named[t.s.Voice][folded]
	return choice, ok
}

// pickOption returns the choice that words answer, typos aside: what was offered last, then the
// question.
func (t *turn) pickOption(folded string) (string, bool) {
	offered := t.offered()
	if i := hearLabels(offered).pick(folded); i >= 0 {
		return offered[i].ID, true
	}
	choices, hears := t.current()
	if i := hears.pick(folded); i >= 0 {
		return choices[i].ID, true
	}
	return "", false
}

// current returns the choices of the question that stands, and how they are heard.
func (t *turn) current() ([]Choice, listener) {
	if a := t.standing(); a != nil {
		return a.choices, a.hears
	}
	if node := t.stand(); node != nil {
		if len(node.choices) == 0 {
			return t.ending, listener{}
		}
		return node.choices, node.hears
	}
	m := t.menu()
	return m.choices, m.hears
}
