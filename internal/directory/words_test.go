package directory

import (
	"strings"
	"testing"
)

// town is a small directory with the names that real ones have.
func town() []Service {
	return []Service{
		service("barton-larder", "food", "barton", named("Barton Community Larder"), about("Low-cost food once a week.")),
		service("oxford-food-bank", "food", "oxford", named("Oxford Food Bank"), about("Food parcels.")),
		service("leys-food-bank", "food", "the-leys", named("Leys Food Bank"), about("Food parcels.")),
		service("witney-foodbank", "food", "witney", named("Witney Foodbank"), about("Food parcels with a voucher.")),
		service("turning-point", "drugs alcohol", "oxfordshire", named("Turning Point Oxfordshire"), about("Help with drink and drugs.")),
		service("frank", "drugs", "national", named("Frank"), about("Facts about drugs, in confidence.")),
		service("safe", "safeguarding", "oxfordshire", named("SAFE!"), about("Support for young victims of crime.")),
		service("fire", "fire-safety", "oxfordshire", named("Safe and Well visits"), about("A fire safety visit at home.")),
		service("advice-witney", "money", "witney", named("Citizens Advice West Oxfordshire"), about("Free advice on debt and benefits.")),
		service("advice-banbury", "money", "banbury", named("Citizens Advice North Oxfordshire"), about("Free advice on debt.")),
		service("leys-health", "health", "the-leys", named("The Leys Health Centre (GP)"), about("Doctors and nurses.")),
		service("health-checks", "health", "oxfordshire", named("NHS Health Checks"), about("A check at a health centre.")),
		service("rose-walks", "activity", "oxford", named("Walks for all"), about("Gentle walking groups for loneliness.")),
	}
}

func TestFindWords(t *testing.T) {
	d := New(testAreas(), town())
	for _, tt := range []struct {
		query Query
		want  string // how the list starts
	}{
		{Query{Words: "turning point"}, "turning-point frank"},
		{Query{Words: "Whats the NUMBER for turning point please??"}, "turning-point frank"},
		{Query{Words: "turnin piont"}, "turning-point frank"},
		{Query{Words: "turning point", Topic: "alcohol", Area: "barton"}, "turning-point"},
		{Query{Words: "food bank barton", Topic: "food", Area: "barton"}, "barton-larder oxford-food-bank"},
		{Query{Words: "foodbank", Topic: "food", Area: "the-leys"}, "leys-food-bank oxford-food-bank"},
		{Query{Words: "witney foodbank", Topic: "food", Area: "barton"}, "witney-foodbank barton-larder"},
		{Query{Words: "witney food bank"}, "witney-foodbank"},
		{Query{Words: "citizens advice", Area: "witney"}, "advice-witney"},
		{Query{Words: "citizens advise banbury", Area: "banbury"}, "advice-banbury"},
		{Query{Words: "is my house safe from fire", Topic: "fire-safety"}, "fire"},
		{Query{Words: "leys health centre"}, "leys-health"},
		{Query{Words: "leys health centre", Area: "banbury", Topic: "health"}, "leys-health"},
		{Query{Words: "walking"}, "rose-walks"},
		{Query{Words: "walkin groups"}, "rose-walks"},
		{Query{Words: "weather tomorrow xyzzy"}, ""},
		{Query{Words: "🎉 ?!"}, ""},
		{Query{Words: "barton"}, "barton-larder"},
		{Query{Words: "where is it"}, ""},
	} {
		got := ids(d.Find(tt.query))
		if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("Find(%+v) = %s, want %s", tt.query, got, tt.want)
		}
	}
}
