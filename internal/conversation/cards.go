package conversation

import (
	"net/url"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

// list shows services as cards, and Live Well Oxfordshire below them.
func (t *turn) list(services []directory.Service) []Block {
	blocks := make([]Block, 0, len(services)+1)
	for i := range services {
		blocks = append(blocks, Block{Style: Card, Card: t.Card(&services[i], t.s.Voice, t.now)})
	}
	return append(blocks, Block{Style: Spaced, Text: t.Phrases.Found.LiveWell})
}

// listFor introduces a list of services by the area it is for, the county if that is "".
func (t *turn) listFor(area string, services []directory.Service) []Block {
	if area == "" {
		area = directory.County
	}
	intro := fill(t.Phrases.Found.Intro, "{area}", t.AreaName(area))
	return append([]Block{{Style: Text, Text: intro}}, t.list(services)...)
}

// Card puts a service into words for a voice. A number nobody has checked is shown to staff only,
// and marked; the public gets the name, the link and a plain line. A zero now leaves out whether it is open, as for paper.
func (sc *Script) Card(s *directory.Service, v Voice, now time.Time) *ServiceCard {
	p := &sc.Phrases.Card
	c := &ServiceCard{ID: s.ID, Name: s.Name, What: s.What, Link: fillValue(p.Link, s.URL)}
	staff := v == Staff
	phone, unsure := s.ShowPhone(staff)
	text, textUnsure := s.ShowText(staff)
	c.Phone, c.Text = phone, text
	switch {
	case phone != "":
		c.Call = fillValue(pick(unsure, p.PhoneUnchecked, p.Phone), phone)
	case s.Phone != "":
		c.Call = pick(s.URL == "", p.PhoneUnlinked, p.PhoneHidden)
	}
	if text != "" {
		line := fillValue(pick(textUnsure, p.TextUnchecked, p.Text), text)
		c.Call = join(c.Call, line)
	}
	c.Where = fillValue(p.Where, s.Address)
	c.Hours = fillValue(p.Hours, s.Hours)
	if open, known := s.OpenAt(now); known && !now.IsZero() && !alwaysOpen(s) {
		c.Hours = join(c.Hours, pick(open, p.OpenNow, p.ClosedNow))
	}
	reachable := s.Reachable(staff)
	if c.Cost = p.Costs[s.Cost]; reachable || s.SelfReferral == "false" {
		c.Cost = join(c.Cost, p.Self[s.SelfReferral])
	}
	if !reachable && c.Call == "" {
		c.Call = p.NoContact
	}
	c.Checked = p.checked(s)
	return c
}

// checked says when a service was last checked or, if nobody has, where its facts come from. A short
// number that is the same all over the country needs no warning, only its source.
func (p *CardPhrases) checked(s *directory.Service) string {
	dated := s.SourceDate != "" && s.SourceDate != "unknown"
	source := ""
	if u, err := url.Parse(s.Source); err == nil {
		source = strings.TrimPrefix(u.Host, "www.")
	}
	date := readableDate(s.SourceDate)
	switch {
	case s.Checked.On != "":
		return fill(p.Checked, "{on}", readableDate(s.Checked.On))
	case s.IsShortNumber() && dated:
		return fill(p.National, "{source}", source, "{source-date}", date)
	case s.IsShortNumber():
		return fill(p.NationalUndated, "{source}", source)
	case dated:
		return fill(p.Unchecked, "{source-date}", date)
	}
	return p.Undated
}

func fillValue(phrase, value string) string {
	if value == "" {
		return ""
	}
	return fill(phrase, "{value}", value)
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// alwaysOpen reports whether a service never closes, so that "open now" says nothing new.
func alwaysOpen(s *directory.Service) bool {
	return len(s.Open) == 1 && s.Open[0].Days == "always"
}

// readableDate turns 2026-11-21 into 21 November 2026, and leaves other words as they are.
func readableDate(s string) string {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return day.Format("2 January 2006")
}
