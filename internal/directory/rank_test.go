package directory

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// service is a free service that people may come to by themselves; topics and areas are lists with spaces.
func service(id, topics, areas string, change ...func(*Service)) Service {
	s := Service{
		ID: id, Name: "The " + strings.ReplaceAll(id, "-", " "), Topics: strings.Fields(topics), Areas: strings.Fields(areas),
		Audience: []string{"everyone"}, Cost: "free", SelfReferral: "true", Confidence: "high", Address: "the hall",
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
func unreachable(s *Service)                  { s.Address = "" }
func phone(number, sure string) func(*Service) {
	return func(s *Service) { s.Phone, s.PhoneConfidence = number, sure }
}
func checked(on string) func(*Service)      { return func(s *Service) { s.Checked = Check{On: on} } }
func sure(confidence string) func(*Service) { return func(s *Service) { s.Confidence = confidence } }
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
				service("a-barton", "food", "barton"), service("b-nation", "food", "national", sure("medium")), service("c-county", "food", "oxfordshire"),
				service("d-nation", "food", "national"),
			},
			Query{Topic: "food", Limit: 9}, "c-county d-nation a-barton b-nation",
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
				service("a-leys", "food", "oxford the-leys"), service("b-nation", "food", "national"), service("c-county", "food", "oxfordshire", sure("medium")),
				service("d-city", "food", "oxford"), service("e-both", "food", "oxford the-leys barton"), service("f-county", "food", "oxfordshire banbury"),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "e-both d-city f-county c-county a-leys b-nation",
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
				service("a", "food", "barton", sure("medium")), service("b", "food", "barton", sure("medium")), service("c", "food", "barton"),
				service("y-nation", "food", "national", paid), service("z-nation", "food", "national"),
			},
			Query{Topic: "food", Area: "barton", Limit: 2}, "c z-nation",
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
			[]Service{service("a", "food", "barton", paid, sure("medium")), service("b", "food", "barton", referred), service("c", "food", "barton")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "c b a",
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
			"open before not known, and always open before surer facts",
			[]Service{
				service("a", "food", "barton"), service("b", "food", "barton", open("wed", "09:00", "12:00")),
				service("c", "food", "barton", open("always", "", ""), sure("low")),
			},
			Query{Topic: "food", Area: "barton", Now: now, Limit: 9}, "c b a",
		},
		{
			"open before closed",
			[]Service{
				service("a", "food", "barton", open("wed", "12:00", "13:00")), service("c", "food", "barton", open("wed", "09:00", "12:00")),
			},
			Query{Topic: "food", Area: "barton", Now: now, Limit: 9}, "c a",
		},
		{
			"a word that stands in one name and in many texts names nothing",
			[]Service{
				service("a", "sport", "oxford rose-hill", named("Rose Hill Community Gym")),
				service("b", "sport", "the-leys", about("Pool and gym.")), service("c", "sport", "barton", about("A gym.")),
				service("d", "sport", "witney", about("A gym.")), service("e", "sport", "banbury", about("A gym.")),
			},
			Query{Topic: "sport", Area: "the-leys", Words: "gym", Limit: 9}, "b a",
		},
		{
			"the nearer paid one before the wider free one",
			[]Service{service("a-city", "food", "oxford"), service("b-here", "food", "barton", paid)},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b-here a-city",
		},
		{
			"beyond the neighbourhood city and county are one: what people can turn to by themselves comes first",
			[]Service{
				service("a-city", "food", "oxford", referred), service("b-county", "food", "oxfordshire"), service("c-city", "food", "oxford"),
				service("d-here", "food", "barton", referred),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "d-here c-city b-county a-city",
		},
		{
			"nor does a district asked for come before its county",
			[]Service{service("a-city", "food", "oxford", referred), service("b-county", "food", "oxfordshire"), service("c-leys", "food", "the-leys")},
			Query{Topic: "food", Area: "oxford", Limit: 9}, "c-leys b-county a-city",
		},
		{
			"what is for newcomers comes first for their own topic alone",
			[]Service{
				service("a", "work food", "barton", audiences("refugees", "parents")), service("b", "food", "oxfordshire"),
				service("c", "work", "oxfordshire"),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b a",
		},
		{
			"and there it does",
			[]Service{service("a", "work food", "barton", audiences("refugees", "parents")), service("b", "work", "oxfordshire")},
			Query{Topic: "work", Area: "barton", Limit: 9}, "a b",
		},
		{
			"an earlier topic before a later one",
			[]Service{service("a", "work money food", "barton"), service("b", "work food money", "barton")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b a",
		},
		{
			"one that nobody can reach comes after those of the county, and in its own area after its neighbours",
			[]Service{
				service("a-city", "food", "oxford", unreachable), service("b-here", "food", "barton", unreachable),
				service("c-here", "food", "barton"), service("d-county", "food", "oxfordshire"),
			},
			Query{Topic: "food", Area: "barton", Limit: 9}, "c-here b-here d-county a-city",
		},
		{
			"a number that the public is not shown doesn't make it reachable for them",
			[]Service{service("a", "food", "barton", unreachable, phone("0800 1", "medium")), service("b", "food", "barton")},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b a",
		},
		{
			"but it does for staff",
			[]Service{service("b", "food", "barton", unreachable), service("a", "food", "barton", unreachable, phone("0800 1", "medium"))},
			Query{Topic: "food", Area: "barton", Staff: true, Limit: 9}, "a b",
		},
		{
			"what is for the young alone is not the first for anybody",
			[]Service{service("a", "food", "barton", audiences("children", "young-people")), service("b", "food", "oxfordshire", audiences("adults"))},
			Query{Topic: "food", Area: "barton", Limit: 9}, "b a",
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
			[]Service{service("a", "food", "barton", audiences("staff"), sure("medium")), service("b", "food", "barton", audiences("adults", "staff"))},
			Query{Topic: "food", Area: "barton", Staff: true, Limit: 9}, "b a",
		},
		{
			"an area alone lists what is in it",
			[]Service{service("a", "food", "barton", sure("medium")), service("b", "money", "oxford"), service("c", "money", "barton")},
			Query{Area: "barton", Limit: 9}, "c a",
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
			for range 2 { // either way round, so that none comes first by its place in the list alone
				if got := ids(New(testAreas(), tt.services).Find(tt.query)); got != tt.want {
					t.Errorf("Find(%+v)\n got %s\nwant %s", tt.query, got, tt.want)
				}
				slices.Reverse(tt.services)
			}
		})
	}
}

func TestListedFirstAmongEquals(t *testing.T) {
	services := []Service{service("b", "food", "barton"), service("a", "food", "barton"), service("b", "food", "leys"), service("c", "food", "barton")}
	if got := ids(New(testAreas(), services).Find(Query{Topic: "food", Area: "barton", Limit: 9})); got != "b a c" {
		t.Errorf("found %s, want b a c", got)
	}
}
