package directory

import (
	"testing"
	"time"
)

func TestShowPhone(t *testing.T) {
	for _, tt := range []struct {
		name          string
		service       Service
		public, staff string
		unchecked     bool
	}{
		{"none", Service{}, "", "", false},
		{"none, checked", Service{Checked: Check{On: "2026-11-21"}}, "", "", false},
		{"sure", Service{PhoneConfidence: "high"}, "01", "01", false},
		{"not sure", Service{PhoneConfidence: "medium"}, "", "01", true},
		{"doubtful", Service{PhoneConfidence: "low"}, "", "01", true},
		{"confidence missing", Service{Confidence: "high"}, "", "01", true},
		{"doubtful, checked", Service{PhoneConfidence: "low", Checked: Check{On: "2026-11-21", By: "JB"}}, "01", "01", false},
	} {
		s := tt.service
		if tt.public+tt.staff != "" {
			s.Phone, s.Text = "01", "01"
		}
		for what, show := range map[string]func(bool) (string, bool){"phone": s.ShowPhone, "text": s.ShowText} {
			if number, unchecked := show(false); number != tt.public || unchecked {
				t.Errorf("%s: %s for the public = %q, %t, want %q, false", tt.name, what, number, unchecked, tt.public)
			}
			if number, unchecked := show(true); number != tt.staff || unchecked != tt.unchecked {
				t.Errorf("%s: %s for staff = %q, %t, want %q, %t", tt.name, what, number, unchecked, tt.staff, tt.unchecked)
			}
		}
	}
}

func TestIsShortNumber(t *testing.T) {
	for phone, want := range map[string]bool{"999": true, "111": true, "116 123": true, "": false, "0800 1111": false, "01865 249811": false} {
		if got := (Service{Phone: phone, PhoneConfidence: "high"}).IsShortNumber(); got != want {
			t.Errorf("%q: %t", phone, got)
		}
		if (Service{Phone: phone, PhoneConfidence: "medium"}).IsShortNumber() {
			t.Errorf("%q is not sure", phone)
		}
	}
}

func TestOpenAt(t *testing.T) {
	office := []Opening{{"mon-thu", "08:30", "17:00"}, {"fri", "08:30", "16:00"}}
	for _, tt := range []struct {
		name        string
		open        []Opening
		at          string // UTC
		open1, know bool
	}{
		{"not known", nil, "2026-11-25T10:00:00Z", false, false},
		{"can't be read", []Opening{{"someday", "08:30", "17:00"}}, "2026-11-25T10:00:00Z", false, false},
		{"always", []Opening{{Days: "always"}}, "2026-11-29T23:59:59Z", true, true},
		{"in winter London keeps UTC", office, "2026-11-25T08:30:00Z", true, true},
		{"a minute early", office, "2026-11-25T08:29:59Z", false, true},
		{"the last minute", office, "2026-11-25T16:59:59Z", true, true},
		{"closing time", office, "2026-11-25T17:00:00Z", false, true},
		{"shorter on Friday", office, "2026-11-27T16:00:00Z", false, true},
		{"Saturday", office, "2026-11-28T10:00:00Z", false, true},
		{"in summer London is an hour ahead", office, "2026-07-01T07:30:00Z", true, true},
		{"and shuts an hour earlier in UTC", office, "2026-07-01T16:00:00Z", false, true},
		{"the Friday before the clocks go back", office, "2026-10-23T07:30:00Z", true, true},
		{"the Monday after", office, "2026-10-26T07:30:00Z", false, true},
		{"before midnight", []Opening{{"fri-mon", "18:00", "02:00"}}, "2026-11-27T23:59:00Z", true, true},
		{"after midnight", []Opening{{"fri", "18:00", "02:00"}}, "2026-11-28T01:59:00Z", true, true},
		{"too long after midnight", []Opening{{"fri", "18:00", "02:00"}}, "2026-11-28T02:00:00Z", false, true},
		{"Sunday night into Monday", []Opening{{"sun", "22:00", "06:00"}}, "2026-11-30T05:00:00Z", true, true},
		{"until midnight", []Opening{{"wed", "10:00", "24:00"}}, "2026-11-25T23:59:00Z", true, true},
		{"no longer", []Opening{{"wed", "10:00", "24:00"}}, "2026-11-26T00:00:00Z", false, true},
		{"over the weekend", []Opening{{"fri-mon", "18:00", "22:00"}}, "2026-11-29T18:00:00Z", true, true},
		{"not on Tuesday", []Opening{{"fri-mon", "18:00", "22:00"}}, "2026-11-24T18:00:00Z", false, true},
		{"single days", []Opening{{"mon, wed", "10:00", "12:00"}}, "2026-11-25T11:00:00Z", true, true},
		{"twice a day", []Opening{{"thu", "10:00", "12:00"}, {"thu", "18:00", "20:00"}}, "2026-11-26T18:30:00Z", true, true},
		{"daily", []Opening{{"daily", "10:00", "22:30"}}, "2026-11-29T22:29:00Z", true, true},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("", -8*60*60)} {
			if open, known := (Service{Open: tt.open}).OpenAt(at.In(zone)); open != tt.open1 || known != tt.know {
				t.Errorf("%s: open %t, known %t, want %t, %t", tt.name, open, known, tt.open1, tt.know)
			}
		}
	}
}

func TestOpeningErr(t *testing.T) {
	for _, o := range []Opening{{Days: "always"}, {"mon", "08:00", "09:00"}, {"daily", "00:00", "24:00"}, {"mon,wed-fri", "09:15", "10:00"}} {
		if err := o.Err(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, o := range []Opening{
		{}, {"mon", "", ""}, {"Mon", "08:00", "09:00"}, {"mon-", "08:00", "09:00"}, {"mon", "8:00", "09:00"}, {"mon", "08:00", "25:00"},
		{"always", "08:00", "09:00"}, {"mon,", "08:00", "09:00"}, {"mon", "08.00", "09:00"},
	} {
		if o.Err() == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}
