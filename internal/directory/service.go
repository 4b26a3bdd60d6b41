package directory

import (
	"cmp"
	"strings"
	"time"
)

// A Service is one place or line that people can turn to. Everything but its id, name and topics may be missing.
type Service struct {
	ID       string   `yaml:"id" json:"id"`
	Name     string   `yaml:"name" json:"name"`
	What     string   `yaml:"what" json:"what"`                             // what it does, one plain sentence
	Topics   []string `yaml:"topics" json:"topics"`                         // the main one first
	Audience []string `yaml:"audience,omitempty" json:"audience,omitempty"` // everyone, adults, parents, carers, ...; exactly [staff]: only for staff
	Areas    []string `yaml:"areas" json:"areas"`                           // area ids it is for

	URL             string `yaml:"url,omitempty" json:"url,omitempty"`
	Phone           string `yaml:"phone,omitempty" json:"phone,omitempty"`                       // show it through ShowPhone
	Text            string `yaml:"text,omitempty" json:"text,omitempty"`                         // number for text messages, or the word to send; show it through ShowText
	PhoneConfidence string `yaml:"phone-confidence,omitempty" json:"phone_confidence,omitempty"` // high, medium or low; of Phone and Text
	Email           string `yaml:"email,omitempty" json:"email,omitempty"`
	Address         string `yaml:"address,omitempty" json:"address,omitempty"`
	Postcode        string `yaml:"postcode,omitempty" json:"postcode,omitempty"`

	Hours        string    `yaml:"hours,omitempty" json:"hours,omitempty"`                 // opening hours in words, which may say more than Open
	Open         []Opening `yaml:"open,omitempty" json:"open,omitempty"`                   // opening hours as data, where they are plain
	Cost         string    `yaml:"cost,omitempty" json:"cost,omitempty"`                   // free, paid or unknown
	SelfReferral string    `yaml:"self-referral,omitempty" json:"self_referral,omitempty"` // true, false or unknown: whether people may come by themselves

	Source     string `yaml:"source" json:"source"`                      // where the facts came from
	SourceDate string `yaml:"source-date" json:"source_date"`            // of the source, in words; "unknown" if it shows none
	Confidence string `yaml:"confidence" json:"confidence"`              // in the facts as a whole: high, medium or low
	Checked    Check  `yaml:"checked,omitempty" json:"checked,omitzero"` // the last time a person checked the facts
	ReviewBy   string `yaml:"review-by" json:"review_by"`                // day of the next check, 2027-05-21
	Note       string `yaml:"note,omitempty" json:"-"`                   // for editors; no one may render it
}

// A Check says that a person rang or visited and found the facts right.
type Check struct {
	On string `yaml:"on,omitempty" json:"on,omitempty"` // 2026-11-21; "" is never
	By string `yaml:"by,omitempty" json:"by,omitempty"`
}

func (s Service) mainTopic() string {
	if len(s.Topics) == 0 {
		return ""
	}
	return s.Topics[0]
}

// ShowPhone returns the phone number that may be shown: to the public only one of high confidence or with
// a check on record, to staff always. unchecked says that staff see a number the public doesn't, and
// it must be marked so. The number is "" if there is none to show.
func (s Service) ShowPhone(staff bool) (number string, unchecked bool) {
	return s.show(s.Phone, staff)
}

// ShowText does for the text number what ShowPhone does for the phone.
func (s Service) ShowText(staff bool) (number string, unchecked bool) {
	return s.show(s.Text, staff)
}

func (s Service) show(number string, staff bool) (string, bool) {
	switch {
	case number == "":
		return "", false
	case s.PhoneConfidence == "high", s.Checked.On != "":
		return number, false
	case staff:
		return number, true
	}
	return "", false
}

// Reachable reports whether anything that may be shown, to the public or to staff, says how to reach the service: a
// link, an address, a number. An email address is not shown.
func (s Service) Reachable(staff bool) bool {
	phone, _ := s.ShowPhone(staff)
	word, _ := s.ShowText(staff)
	return cmp.Or(s.URL, s.Address, phone, word) != ""
}

// IsShortNumber reports whether the phone is a sure number of at most six digits, such as 999, 111 or
// 116 123. Such a number belongs to one service in the whole country.
func (s Service) IsShortNumber() bool {
	return s.PhoneConfidence == "high" && s.Phone != "" && len(strings.ReplaceAll(s.Phone, " ", "")) <= 6
}

// OpenAt reports whether the service is open at t by the clock in the United Kingdom. known is false if its hours
// aren't data, or can't be read. Bank holidays are not known: on those a service that keeps office hours is
// reported as open and may be shut, so give the hours in words too.
func (s Service) OpenAt(t time.Time) (open, known bool) {
	week, ok := weekOf(s.Open)
	if !ok {
		return false, false
	}
	return week.has(minuteOfWeek(t)), true
}
