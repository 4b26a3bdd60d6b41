package nlu

import (
	"slices"
	"testing"
)

func TestReadPlaces(t *testing.T) {
	l := sample(t)
	for _, tt := range []struct {
		in, area string
		among    []string
	}{
		{"food in Barton", "barton", nil},
		{"barton", "barton", nil},
		{"bartn", "barton", nil},
		{"batron", "barton", nil},
		{"steeple barton", "west", nil},
		{"blackbird leys", "leys", nil},
		{"blackbirdleys", "leys", nil},
		{"blackbird leyes", "leys", nil},
		{"bbl larder", "leys", nil},
		{"oxford barton", "barton", nil},
		{"barton, oxfordshire", "barton", nil},
		{"barton or northway", "city", []string{"barton", "northway"}},
		{"barton or chippy", "county", []string{"barton", "west"}},
		{"from the chippy", "", nil},
		{"i live in chippy", "west", nil},
		{"OX3 9LS", "city", []string{"barton", "northway"}},
		{"ox39ls", "city", []string{"barton", "northway"}},
		{"ox 3 9ls", "city", []string{"barton", "northway"}},
		{"ox3 9", "city", []string{"barton", "northway"}},
		{"ox3 9ls in barton", "barton", nil},
		{"ox3 8", "city", nil},
		{"ox4", "city", nil},
		{"ox4 6", "leys", nil},
		{"ox4 6ab", "leys", nil},
		{"ox46", "leys", nil},
		{"OX39 4QL", "west", nil},
		{"ox39", "west", nil},
		{"SW1A 1AA", "", nil},
		{"a1 paper", "", nil},
		{"carton", "", nil},
		{"", "", nil},
	} {
		r := l.Read(tt.in)
		if r.Area != tt.area || !slices.Equal(r.Places, tt.among) {
			t.Errorf("Read(%q): area %q of %q, want %q of %q", tt.in, r.Area, r.Places, tt.area, tt.among)
		}
	}
}

func TestPlacesSayNothingOfTopics(t *testing.T) {
	d := sampleData()
	d.Topics.Topics["money"] = TopicWords{Cues: []string{"barton"}}
	l, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	if r := l.Read("barton"); len(r.Topics) > 0 {
		t.Errorf("the name of a place was taken for %v", r.Topics)
	}
}
