package directory

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a container made from scratch has no time zones of its own
)

// An Opening is a span of time on some days of the week.
type Opening struct {
	Days string `yaml:"days" json:"days"`                     // mon, mon-fri, "mon,wed", daily, or always for day and night, which needs no times
	From string `yaml:"from,omitempty" json:"from,omitempty"` // "08:30"
	To   string `yaml:"to,omitempty" json:"to,omitempty"`     // "17:00", up to "24:00"; not after From: on the next day
}

// Err says what is wrong with an opening, nil if nothing.
func (o Opening) Err() error {
	_, err := o.spans()
	return err
}

const minutesOfDay = 24 * 60

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// A span is a stretch of a week in minutes since Monday 00:00, end not included. It may run over the end.
type span struct{ from, to uint16 }

// A week is all opening times of a service.
type week []span

// has reports whether a minute of the week falls into w.
func (w week) has(minute uint16) bool {
	for _, s := range w {
		if s.from <= minute && minute < s.to || minute+7*minutesOfDay < s.to {
			return true
		}
	}
	return false
}

// always reports whether w has no closing time.
func (w week) always() bool {
	return len(w) == 1 && w[0] == span{0, 7 * minutesOfDay}
}

// weekOf reads opening times. It is not ok if there are none or one of them can't be read.
func weekOf(open []Opening) (w week, ok bool) {
	for _, o := range open {
		spans, err := o.spans()
		if err != nil {
			return nil, false
		}
		w = append(w, spans...)
	}
	return w, len(w) > 0
}

func (o Opening) spans() (week, error) {
	if o.Days == "always" {
		if o.From != "" || o.To != "" {
			return nil, fmt.Errorf("hours that are always need no times")
		}
		return week{{0, 7 * minutesOfDay}}, nil
	}
	days, err := daysOf(o.Days)
	if err != nil {
		return nil, err
	}
	from, err := clock(o.From)
	if err != nil {
		return nil, err
	}
	to, err := clock(o.To)
	if err != nil {
		return nil, err
	}
	if to <= from {
		to += minutesOfDay
	}
	w := make(week, len(days))
	for i, day := range days {
		w[i] = span{day*minutesOfDay + from, day*minutesOfDay + to}
	}
	return w, nil
}

// daysOf reads a list of days and ranges of days, which may run over the weekend; Monday is 0.
func daysOf(s string) ([]uint16, error) {
	if s == "daily" {
		s = "mon-sun"
	}
	var days []uint16
	for part := range strings.SplitSeq(s, ",") {
		first, last, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			last = first
		}
		from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if from < 0 || to < 0 {
			return nil, fmt.Errorf("days %q: want days such as mon, mon-fri, daily or always", s)
		}
		for day := from; ; day = (day + 1) % 7 {
			days = append(days, uint16(day))
			if day == to {
				break
			}
		}
	}
	return days, nil
}

// clock reads a time of day as minutes since midnight.
func clock(s string) (uint16, error) {
	if s == "24:00" {
		return minutesOfDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("time %q: want a time such as 08:30", s)
	}
	return uint16(t.Hour()*60 + t.Minute()), nil
}

var london = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err) // the zones are compiled in
	}
	return zone
})

// minuteOfWeek is the local time of t in the United Kingdom as minutes since Monday 00:00.
func minuteOfWeek(t time.Time) uint16 {
	t = t.In(london())
	day := (int(t.Weekday()) + 6) % 7
	return uint16(day*minutesOfDay + t.Hour()*60 + t.Minute())
}
