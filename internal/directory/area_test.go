package directory

import (
	"slices"
	"testing"
)

// testAreas is the shape of the real areas with few of their names.
func testAreas() []Area {
	return []Area{
		{ID: "national", Name: "England"},
		{ID: "oxfordshire", Name: "Oxfordshire", Parent: "national"},
		{ID: "oxford", Name: "Oxford", Parent: "oxfordshire", Lat: 51.7522, Long: -1.2560},
		{ID: "barton", Name: "Barton", Parent: "oxford", Postcodes: []string{"OX3 9"}, Lat: 51.768, Long: -1.196},
		{ID: "northway", Name: "Northway", Parent: "oxford", Postcodes: []string{"OX3 9"}, Lat: 51.768, Long: -1.222},
		{ID: "the-leys", Name: "The Leys", Parent: "oxford", Names: []string{"Leys", "Blackbird Leys", "bbl"}, Lat: 51.721, Long: -1.201},
		{ID: "cherwell", Name: "Cherwell", Parent: "oxfordshire"},
		{ID: "banbury", Name: "Banbury", Parent: "cherwell", Lat: 52.0632, Long: -1.3422},
		{ID: "bicester", Name: "Bicester", Parent: "cherwell", Lat: 51.9, Long: -1.1536},
		{ID: "witney", Name: "Witney", Parent: "oxfordshire", Lat: 51.7836, Long: -1.4854},
	}
}

func TestChain(t *testing.T) {
	a := NewAreas(append(testAreas(), Area{ID: "ouro", Parent: "boros"}, Area{ID: "boros", Parent: "ouro"}, Area{ID: "barton", Name: "Other"}))
	for _, tt := range []struct {
		id   string
		want []string
	}{
		{"barton", []string{"barton", "oxford", "oxfordshire", "national"}},
		{"banbury", []string{"banbury", "cherwell", "oxfordshire", "national"}},
		{"national", []string{"national"}},
		{"atlantis", nil},
		{"", nil},
		{"ouro", []string{"ouro", "boros"}},
	} {
		if got := a.Chain(tt.id); !slices.Equal(got, tt.want) {
			t.Errorf("Chain(%q) = %q, want %q", tt.id, got, tt.want)
		}
	}
	if area, ok := a.Get("barton"); !ok || area.Name != "Barton" {
		t.Errorf("Get(barton) = %+v, %t, want the first of two", area, ok)
	}
	if _, ok := a.Get("atlantis"); ok {
		t.Error("Get(atlantis) found something")
	}
}

func TestWithin(t *testing.T) {
	a := NewAreas(testAreas())
	for _, tt := range []struct {
		id, wider string
		want      bool
	}{
		{"barton", "oxford", true}, {"barton", "barton", true}, {"barton", "national", true},
		{"oxford", "barton", false}, {"barton", "cherwell", false}, {"atlantis", "national", false}, {"atlantis", "atlantis", false},
	} {
		if got := a.Within(tt.id, tt.wider); got != tt.want {
			t.Errorf("Within(%q, %q) = %t, want %t", tt.id, tt.wider, got, tt.want)
		}
	}
}

func TestNearest(t *testing.T) {
	a := NewAreas(testAreas())
	for _, tt := range []struct {
		lat, long float64
		want      string
	}{
		{51.7681, -1.1961, "barton"},
		{51.7681, -1.2225, "northway"},
		{51.75, -1.26, "oxford"},
		{52.2, -1.4, "banbury"},
		{51.78, -1.6, "witney"},
	} {
		if got := a.Nearest(tt.lat, tt.long); got != tt.want {
			t.Errorf("Nearest(%v, %v) = %q, want %q", tt.lat, tt.long, got, tt.want)
		}
	}
	if got := NewAreas([]Area{{ID: "national"}}).Nearest(51, -1); got != "" {
		t.Errorf("Nearest without points = %q, want none", got)
	}
}
