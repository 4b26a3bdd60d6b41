package directory

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// service is a free service that people may come to by themselves; topics and areas are lists with spaces.
func service(id, topics, areas string, change ...func(*Service)) Service {
	s := Service{
		ID: id, Name: "The " + strings.ReplaceAll(id, "-", " "), Topics: strings.Fields(topics), Areas: strings.Fields(areas),
		Audience: []string{"everyone"}, Cost: "free", SelfReferral: "true", Confidence: "high",
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

func named(name string) func(*Service)        { return func(s *Service) { s.Name = name } }
func about(what string) func(*Service)        { return func(s *Service) { s.What = what } }
func audiences(list ...string) func(*Service) { return func(s *Service) { s.Audience = list } }
func paid(s *Service)                         { s.Cost = "paid" }
func referred(s *Service)                     { s.SelfReferral = "false" }
func checked(on string) func(*Service)        { return func(s *Service) { s.Checked = Check{On: on} } }
func sure(confidence string) func(*Service)   { return func(s *Service) { s.Confidence = confidence } }
func open(days, from, to string) func(*Service) {
	return func(s *Service) { s.Open = []Opening{{days, from, to}} }
}

func ids(services []Service) string {
	var list []string
	for _, s := range services {
		list = append(list, s.ID)
	}
	return strings.Join(list, " ")
}

// A Wednesday, ten in the morning.
var now = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func TestFindOrder(t *testing.T) {
	for _, tt := range []struct {
		name     string
		services []Service
		query    Query
		want     string
	}{
		{
			"nothing asked", []Service{service("a", "food", "barton")}, Query{Limit: 9}, "",
		},
		{
			"nearest area first, then wider ones, never another neighbourhood or district",
			[]Service{
				service("a-nation", "food", "national"), service("b-county", "food", "oxfordshire"), service("c-city", "food", "oxford"),
				service("d-here", "food", "barton"), service("e-leys", "food", "the-leys"), service("f-banbury", "food", "banbury"),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "d-here c-city b-county a-nation",
		},
		{
			"places within a town or district come after it and before wider ones",
			[]Service{
				service("a-county", "food", "oxfordshire"), service("b-bicester", "food", "bicester"), service("c-district", "food", "cherwell"),
				service("d-oxford", "food", "oxford"),
			},
			Query{Topic: "food", Area: "cherwell", Limit: 9}, "c-district b-bicester a-county",
		},
		{
			"no area: county, nation, then local ones, and a national one at the end",
			[]Service{
				service("a-barton", "food", "barton"), service("b-nation", "food", "national"), service("c-county", "food", "oxfordshire"),
				service("d-nation", "food", "national"),
			},
			Query{Topic: "food", Limit: 9}, "c-county b-nation a-barton d-nation",
		},
		{
			"an unknown area is the county",
			[]Service{service("a-barton", "food", "barton"), service("c-county", "food", "oxfordshire")},
			Query{Topic: "food", Area: "atlantis", Limit: 9}, "c-county a-barton",
		},
		{
			"other places only if there is nothing else, the nearest of them first",
			[]Service{service("a-banbury", "food", "banbury"), service("b-leys", "food", "the-leys")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b-leys a-banbury",
		},
		{
			"one that serves several areas counts as its nearest",
			[]Service{service("a-city", "food", "oxford"), service("b-both", "food", "banbury barton")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b-both a-city",
		},
		{
			"one for the city that is based in another part of it comes after what is for all, and before the nation",
			[]Service{
				service("a-leys", "food", "oxford the-leys"), service("b-nation", "food", "national"), service("c-county", "food", "oxfordshire"),
				service("d-city", "food", "oxford"), service("e-both", "food", "oxford the-leys barton"), service("f-county", "food", "oxfordshire banbury"),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "e-both d-city c-county f-county a-leys b-nation",
		},
		{
			"where it is based may be in its name; several parts of the city without one are all of it",
			[]Service{
				service("a", "food", "oxford northway the-leys", named("Northway Larder")), service("b", "food", "oxfordshire"),
				service("c", "food", "oxford northway the-leys"),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "c b a",
		},
		{
			"the limit keeps a national fallback",
			[]Service{
				service("a", "food", "barton"), service("b", "food", "barton"), service("c", "food", "barton"),
				service("y-nation", "food", "national", paid), service("z-nation", "food", "national"),
			},
			Query{Topic: "food", Area: "barton", Limit: 2}, "a z-nation",
		},
		{
			"a single place goes to the best",
			[]Service{service("a", "food", "barton"), service("z-nation", "food", "national")},
			Query{Topic: "food", Area: "barton", Limit: 1}, "a",
		},
		{
			"another topic is never a fallback",
			[]Service{service("a", "food", "barton"), service("z-nation", "money", "national")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "a",
		},
		{
			"local before national where both serve the county",
			[]Service{service("a-both", "food", "national oxfordshire"), service("b-county", "food", "oxfordshire")},
			Query{Topic: "food", Area: "oxfordshire", Limit: 9}, "b-county a-both",
		},
		{
			"free and open to all before the rest",
			[]Service{service("a", "food", "barton", paid), service("b", "food", "barton", referred), service("c", "food", "barton")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "c a b",
		},
		{
			"checked lately, then long ago, then by how sure the facts are",
			[]Service{
				service("a", "food", "barton", sure("low")), service("b", "food", "barton"), service("c", "food", "barton", sure("medium")),
				service("d", "food", "barton", checked("2024-01-01")), service("e", "food", "barton", checked("2026-10-01")),
			},
			Query{Topic: "food", Area: "barton", Now: now, Limit: 9}, "e d b c a",
		},
		{
			"open, then not known, then closed",
			[]Service{
				service("a", "food", "barton", open("wed", "12:00", "13:00")), service("b", "food", "barton"),
				service("c", "food", "barton", open("wed", "09:00", "12:00")),
			},
			Query{Topic: "food", Area: "barton", Now: now, Limit: 9}, "c b a",
		},
		{
			"the nearer paid one before the wider free one",
			[]Service{service("a-city", "food", "oxford"), service("b-here", "food", "barton", paid)},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b-here a-city",
		},
		{
			"main topic before side topic",
			[]Service{service("a", "money food", "barton"), service("b", "food money", "barton")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b a",
		},
		{
			"for another stage last, made for it first",
			[]Service{
				service("a-kids", "food", "barton", audiences("children", "young-people")), service("b-all", "food", "oxfordshire"),
				service("c-old", "food", "oxfordshire", audiences("older-people")),
			},
			Query{Topic: "food", Area: "barton", Stage: "age-well", Limit: 9}, "c-old b-all a-kids",
		},
		{
			"the other way round",
			[]Service{service("a-old", "food", "barton", audiences("older-people")), service("b-all", "food", "oxfordshire")},
			Query{Topic: "food", Area: "barton", Stage: "start-well", Limit: 9}, "b-all a-old",
		},
		{
			"staff only is not for the public",
			[]Service{service("a", "food", "barton", audiences("staff")), service("b", "food", "barton", audiences("adults", "staff"))},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b",
		},
		{
			"staff see it",
			[]Service{service("a", "food", "barton", audiences("staff")), service("b", "food", "barton", audiences("adults", "staff"))},
			Query{Topic: "food", Area: "barton", Staff: true, Limit: 9}, "a b",
		},
		{
			"an area alone lists what is in it",
			[]Service{service("a", "food", "barton"), service("b", "money", "oxford"), service("c", "money", "barton")},
			Query{Area: "barton", Limit: 9}, "a c",
		},
		{
			"or in the next wider one",
			[]Service{service("a", "food", "oxford"), service("b", "money", "oxfordshire")},
			Query{Area: "barton", Limit: 9}, "a",
		},
		{
			"an unknown topic finds nothing", []Service{service("a", "food", "barton")}, Query{Topic: "chess", Area: "barton"}, "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			slices.Reverse(tt.services)
			if got := ids(New(testAreas(), tt.services).Find(tt.query)); got != tt.want {
				t.Errorf("Find(%+v)\n got %s\nwant %s", tt.query, got, tt.want)
			}
		})
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
	d := New(nil, []Service{{ID: "b"}, {ID: "a", Name: "first"}, {ID: "a", Name: "second"}})
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
