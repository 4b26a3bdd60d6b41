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
	of := func(outcome string, r Remark, fits func(*turn) bool) remark {
		return remark{outcome, r.Say, newListener([][]string{r.Words}), fits}
	}
	return []remark{
		of("private", p.Private, nil), of("languages", p.Languages, nil), of("no-phone", p.NoPhone, nil),
		of("policy", p.Policy, staff), of("tears", p.Tears, staff), of("more", p.More, shown),
	}
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
