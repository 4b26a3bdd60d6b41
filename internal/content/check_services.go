package content

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

func checkReviewed(r *report) {
	for _, t := range r.topics {
		on, ok := r.date(place{t.file, t.Reviewed.On.pos}, "reviewed on", t.Reviewed.On.s)
		next, alsoOK := r.date(place{t.file, t.Reviewed.Next.pos}, "reviewed next", t.Reviewed.Next.s)
		switch at := (place{t.file, t.Reviewed.Next.pos}); {
		case !ok || !alsoOK:
		case !next.After(on):
			r.errorf(at, "the next review, %s, is not after the last one", t.Reviewed.Next.s)
		case next.Before(r.today):
			r.warnf(at, "the review was due on %s: read the topic and move the dates", t.Reviewed.Next.s)
		}
	}
}

// date reads a day and reports what is not one.
func (r *report) date(at place, what, s string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		r.errorf(at, "%s: %q is not a date such as 2027-05-21", what, s)
	}
	return day, err == nil
}

func checkServices(r *report) {
	for i := range r.services {
		sv := &r.services[i]
		for _, part := range []struct{ key, value string }{
			{"name", sv.Name}, {"what", sv.What}, {"source", sv.Source}, {"source-date", sv.SourceDate},
		} {
			if strings.TrimSpace(part.value) == "" {
				r.errorf(r.service(i), "service %q has no %s", sv.ID, part.key)
			}
		}
		r.oneOf(r.service(i, "cost"), sv.Cost, "free", "paid", "unknown")
		r.oneOf(r.service(i, "self-referral"), sv.SelfReferral, "true", "false", "unknown")
		r.oneOf(r.service(i, "confidence"), sv.Confidence, "high", "medium", "low")
		if sv.Phone != "" || sv.Text != "" {
			r.oneOf(r.service(i, "phone-confidence"), sv.PhoneConfidence, "high", "medium", "low")
		}
		for j, o := range sv.Open {
			if err := o.Err(); err != nil {
				r.errorf(r.service(i, "open", j), "open: %v", err)
			}
		}
		r.serviceLinks(i)
		r.serviceDates(i)
	}
}

// serviceLinks checks the ids and addresses that a service names.
func (r *report) serviceLinks(i int) {
	sv := &r.services[i]
	topics := slices.Clone(r.topicIDs)
	for id := range r.language.Topics.Topics {
		topics = append(topics, id)
	}
	slices.Sort(topics)
	if len(sv.Topics) == 0 {
		r.errorf(r.service(i), "service %q has no topics", sv.ID)
	}
	for j, id := range sv.Topics {
		if near := suggest(id, topics); near != "" && !slices.Contains(topics, id) {
			r.errorf(r.service(i, "topics", j), "%q is not a topic%s", id, near)
		}
	}
	if !r.whole(areasYAML) {
		return
	}
	if len(sv.Areas) == 0 {
		r.errorf(r.service(i), "service %q has no areas", sv.ID)
	}
	areas, _ := r.values("area")
	for j, id := range sv.Areas {
		if !slices.Contains(areas, id) {
			r.errorf(r.service(i, "areas", j), "%q is not an area%s", id, suggest(id, areas))
		}
	}
}

func (r *report) serviceDates(i int) {
	sv := &r.services[i]
	if due, ok := r.date(r.service(i, "review-by"), "review-by", sv.ReviewBy); ok && due.Before(r.today) {
		r.warnf(r.service(i, "review-by"), "service %q was to be checked by %s", sv.ID, sv.ReviewBy)
	}
	if sv.Checked == (directory.Check{}) {
		return
	}
	if on, ok := r.date(r.service(i, "checked", "on"), "checked on", sv.Checked.On); ok && on.After(r.today) {
		r.errorf(r.service(i, "checked", "on"), "service %q is checked on %s, which is still to come", sv.ID, sv.Checked.On)
	}
}

func (r *report) oneOf(at place, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		r.errorf(at, "%q must be one of %s%s", value, strings.Join(allowed, ", "), suggest(value, allowed))
	}
}

// phoneForm is a number in the United Kingdom as people ring it: a short code, or 0 and nine or ten
// more digits, or Childline's eight.
var phoneForm = regexp.MustCompile(`^(\d{3}|\d{5,6}|08001111|0\d{9,10})$`)

func checkPhones(r *report) {
	for i := range r.services {
		sv := &r.services[i]
		digits := strings.NewReplacer(" ", "").Replace(sv.Phone)
		if sv.Phone != "" && !phoneForm.MatchString(digits) {
			r.errorf(r.service(i, "phone"), "service %q: %q is not a phone number here: 01865 123456, 0800 123 456 or 111", sv.ID, sv.Phone)
		}
		if sv.Text != "" && !strings.ContainsAny(sv.Text, "0123456789") {
			r.errorf(r.service(i, "text"), "service %q: %q names no number to text", sv.ID, sv.Text)
		}
	}
}

// host returns the host of a web address, without www, or "" if it is none.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}
