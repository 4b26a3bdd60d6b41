package content

import (
	"math"
	"slices"
	"testing"
)

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		"a": 1, "the": 1, "make": 1, "makes": 1, "table": 2, "asked": 1, "wanted": 2, "boxes": 2, "changes": 2,
		"help": 1, "money": 2, "worried": 2, "people": 2, "quiet": 2, "doing": 2, "create": 2, "radio": 3,
		"station": 2, "special": 2, "library": 3, "cigarette": 3, "library's": 3, "I'll": 1, "whole": 1, "while": 1,
		"family": 3, "alcohol": 3, "diet": 2, "minutes": 2, "smoke": 1, "yes": 1, "year": 1,
		"day": 1, "buying": 2, "situation": 4, "medicine": 3, "appointment": 3, "house": 1, "houses": 2, "call": 1,
	} {
		if got := syllablesOf(word); got != want {
			t.Errorf("%s: %d syllables, want %d", word, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	text := "It opens at 8.30am. Is it \"free?\" Ask!\nOne more line\nwww.nhs.uk/x is a link. £1.50 (each.) Done..."
	want := []string{"It opens at 8.30am.", "Is it \"free?\"", "Ask!", "One more line", "www.nhs.uk/x is a link.", "£1.50 (each.)", "Done..."}
	if got := sentencesOf(text); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestGrade(t *testing.T) {
	none := func(string) bool { return false }
	for _, c := range []struct {
		text     string
		min, max float64
	}{
		{"The cat sat on the mat. It was a warm day. We sat in the sun and had tea.", -3, 2},
		{"One small thing this week: walk to the shop and back. Ask a friend to come with you. You can stop for a rest.", -1, 5},
		{"Utilisation of pharmacological interventions necessitates comprehensive multidisciplinary consideration of individual contraindications.", 16, 60},
	} {
		if got, _ := gradeOf(sentencesOf(c.text), none); got < c.min || got > c.max {
			t.Errorf("%.40q: grade %.1f, want %v to %v", c.text, got, c.min, c.max)
		}
	}
	if _, words := gradeOf([]string{"Ring 0300 123 now at https://nhs.uk/ please"}, func(w string) bool { return w == "please" }); words != 3 {
		t.Errorf("%d words counted, want Ring, now and at", words)
	}
	if g, _ := gradeOf(nil, none); g != 0 || math.IsNaN(g) {
		t.Errorf("no words: grade %v", g)
	}
}
