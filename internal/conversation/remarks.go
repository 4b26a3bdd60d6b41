package conversation

// A remark is something said beside what is on the screen, to whoever asks for it in so many words.
type remark struct {
	outcome string
	say     string
	hears   listener
	fits    func(*turn) bool // nil: always
}

// remarks lists those that need no more than their words and a moment that fits.
func (p *Phrases) remarks() []remark {
	staff := func(t *turn) bool { return t.s.Voice == Staff }
	shown := func(t *turn) bool { return t.signposted() != nil || t.lookedUp() != "" }
	list := []remark{{outcome: "private"}, {outcome: "languages"}, {outcome: "no-phone"},
		{outcome: "policy", fits: staff}, {outcome: "tears", fits: staff}, {outcome: "more", fits: shown}}
	for i, r := range []Remark{p.Private, p.Languages, p.NoPhone, p.Policy, p.Tears, p.More} {
		list[i].say, list[i].hears = r.Say, newListener([][]string{r.Words})
	}
	return list
}

// remark returns what words ask to be told, or nil.
func (t *turn) remark(bare string) *remark {
	for i := range t.asides {
		if r := &t.asides[i]; (r.fits == nil || r.fits(t)) && r.hears.pick(bare) >= 0 {
			return r
		}
	}
	return nil
}
