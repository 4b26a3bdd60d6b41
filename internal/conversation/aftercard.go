package conversation

import "slices"

// carded reports whether the last thing shown was a card of danger, or who helps in an emergency.
func (t *turn) carded() bool { return slices.Equal(t.s.Offered, []string{chooseOn}) }

// afterCard answers what people say to a card: that it was not meant so, a no, or a question about who helps. It
// reports false for anything else, which may be a new need.
func (t *turn) afterCard(folded, bare string) (Reply, bool) {
	if t.misread.hears(folded, bare) {
		t.s.settleDown()
		return t.show("misread", t.Phrases.Misread.Say), true
	}
	_, whoHelps := t.asksForHelp(bare)
	if whoHelps || t.enough.hears(folded, bare) || t.words[bare] == chooseHelp || t.asksDetail(folded, bare) != "" {
		return t.stay(), true
	}
	return Reply{}, false
}

// stay says who is there at any hour, instead of a nudge.
func (t *turn) stay() Reply {
	r := t.wayOut(chooseUrgent)
	r.Blocks = slices.Insert(r.Blocks, 1, Block{Style: Text, Text: t.Phrases.Stay})
	return r
}
