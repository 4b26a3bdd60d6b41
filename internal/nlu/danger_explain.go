package nlu

import "strings"

// explain says what in s counted for which kind of danger.
func (r *dangerRules) explain(s string) []Reason {
	var reasons []Reason
	r.findings(r.reader.read(s), &reasons)
	return reasons
}

// phrase gives the words of a hit.
func (m *matcher) phrase(h hit) string { return strings.Join(m.words[h.from:h.to], " ") }

// calming is the sum of the calming weights in reach of a hit, in its sentence.
func (m *matcher) calming(calm []hit, h hit) float64 {
	sum := 0.0
	for _, c := range calm {
		if c.denied || c.from > h.to+calmReach || h.from > c.to+calmReach || m.sentence[c.from] != m.sentence[h.from] {
			continue
		}
		sum += c.rule.weight
	}
	return sum
}
