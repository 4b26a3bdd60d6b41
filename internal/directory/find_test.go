package directory

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestNames(t *testing.T) {
	d := New(testAreas(), append(town(), service("odas", "safety", "oxfordshire", named("Oxfordshire Abuse Service (ODAS) helpline")),
		service("outreach", "housing", "oxford", named("OxSPOT - street outreach, Oxford")),
		service("doorstep", "families", "oxford", named("The Doorstep Family Centre (Oxford)")),
		service("homeless", "housing", "oxfordshire", named("Homeless Oxfordshire"), about("For people who are homeless.")),
		service("hostel", "housing", "oxford", about("For homeless people."))))
	for words, want := range map[string]bool{
		"": false, "oxford": false, "Oxfordshire": false, "food": false, "the turning point in my life": false, "helpline": false,
		"Turning Point": true, "turning point oxfordshire": true, "turning point in witney": false, "turning point witney": true,
		"odas": true, "oxspot": true, "doorstep": true, "the doorstep family": true, "the doorstep family centre": true,
		"homeless oxfordshire": true, "homeless": false, "im homeless": false, "safe": true, "witney": false,
	} {
		if got := d.Names(words); got != want {
			t.Errorf("Names(%q) = %t", words, got)
		}
	}
}

func TestKnows(t *testing.T) {
	d := New(testAreas(), town())
	for words, want := range map[string]bool{
		"": false, "the nearest one": false, "barton": false, "zzqqx barton": false, "larder": true, "lardr": true, "larder barton": true,
	} {
		if got := d.Knows(words); got != want {
			t.Errorf("Knows(%q) = %t", words, got)
		}
	}
}

// TestFindWithoutACounty looks in areas that have none, as somebody's own content may.
func TestFindWithoutACounty(t *testing.T) {
	services := []Service{service("a", "food", "shire"), service("b", "food", "town")}
	d := New([]Area{{ID: "national"}, {ID: "shire", Parent: "national"}, {ID: "town", Parent: "shire"}}, services)
	for area, want := range map[string]string{"": "a b", "town": "b a", "shire": "a b"} {
		if got := ids(d.Find(Query{Topic: "food", Area: area})); got != want {
			t.Errorf("in %q found %s, want %s", area, got, want)
		}
	}
	if got := ids(New(nil, services).Find(Query{Topic: "food"})); got != "a b" {
		t.Errorf("without areas found %s", got)
	}
}

func TestFindLeavesNothingBehind(t *testing.T) {
	d := New(testAreas(), town())
	want := ids(d.Find(Query{Topic: "food", Area: "barton"}))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				d.Find(Query{Words: fmt.Sprintf("turning point food bank %d", i*j), Area: "witney"})
				if got := ids(d.Find(Query{Topic: "food", Area: "barton"})); got != want {
					t.Errorf("the same look-up found %s, then %s", want, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestFindLimit(t *testing.T) {
	var services []Service
	for i := range 80 {
		services = append(services, service(fmt.Sprintf("s-%02d", i), "food", "barton"))
	}
	d := New(testAreas(), services)
	for limit, want := range map[int]int{-1: 5, 0: 5, 3: 3, 50: 50, 1000: 50} {
		if got := len(d.Find(Query{Topic: "food", Limit: limit})); got != want {
			t.Errorf("limit %d found %d services, want %d", limit, got, want)
		}
	}
}

func TestNew(t *testing.T) {
	d := New(nil, []Service{{ID: "b"}, {ID: "a", Name: "first", Topics: []string{"food"}}, {ID: "a", Name: "second"}})
	if got := ids(d.All()); got != "a b" {
		t.Errorf("All = %s, want a b", got)
	}
	if s, ok := d.Get("a"); !ok || s.Name != "first" {
		t.Errorf("Get(a) = %q, %t, want the first of two", s.Name, ok)
	}
	if _, ok := d.Get("c"); ok {
		t.Error("Get(c) found something")
	}
	if got := New(nil, nil).Find(Query{Topic: "food", Area: "barton", Words: "food"}); len(got) > 0 {
		t.Errorf("an empty directory found %s", ids(got))
	}
}

func FuzzFind(f *testing.F) {
	d := New(testAreas(), town())
	f.Add("food bank barton", "food", "barton", "age-well", 3)
	f.Add("turnin piont \x00\xff", "", "", "", -1)
	f.Add(strings.Repeat("a b c ", 20000), "x", "national", "live-well", 99)
	f.Add("foodbank foodbank bankfood oxfordfood", "money", "witney", "start-well", 1)
	f.Fuzz(func(t *testing.T, words, topic, area, stage string, limit int) {
		q := Query{Topic: topic, Area: area, Stage: stage, Words: words, Limit: limit, Now: now}
		got := d.Find(q)
		if len(got) > mostLimit || limit > 0 && len(got) > limit {
			t.Fatalf("Find(%+v) found %d services", q, len(got))
		}
		seen := make(map[string]bool)
		for _, s := range got {
			if seen[s.ID] {
				t.Fatalf("Find(%+v) found %s twice", q, s.ID)
			}
			seen[s.ID] = true
		}
		if again := d.Find(q); ids(again) != ids(got) {
			t.Fatalf("Find(%+v) = %s, then %s", q, ids(got), ids(again))
		}
	})
}
