package nlu

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// sample is a small lexicon of two topics and a few places.
func sample(t testing.TB) *Lexicon {
	t.Helper()
	l, err := New(sampleData())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func sampleData() Data {
	return Data{
		Normal: NormalData{"skint": "no money", "fags": "cigarettes", "lady": "woman", "um": ""},
		Topics: TopicsData{Offer: 0.5, Least: 0.1, Sure: 0.7, Ahead: 0.4, Cue: 3, Not: 4, Topics: map[string]TopicWords{
			"money":   {Cues: []string{"no money", "debts"}, Weights: map[string]float64{"envelope": 1}},
			"smoking": {Cues: []string{"cigarettes", "pack in smoking"}, Not: []string{"smoke alarm"}, Weights: map[string]float64{"smoke": 3}},
		}},
		Stages: StagesData{"start-well": {"toddler"}, "age-well": {"old lady"}},
		Lookup: LookupData{Ask: []string{"where can i", "number for"}, Services: []string{"food bank", "dentist"}, Story: []string{"he says"},
			Greet: []string{"hello", "good morning"}, Filler: []string{"there"}},
		Places: []PlaceData{
			{ID: "county", Names: []string{"Oxfordshire"}},
			{ID: "city", Parent: "county", Names: []string{"Oxford"}, Postcodes: []string{"OX3", "OX4"}},
			{ID: "barton", Parent: "city", Names: []string{"Barton"}, Postcodes: []string{"OX3 9"}},
			{ID: "northway", Parent: "city", Names: []string{"Northway"}, Postcodes: []string{"OX3 9"}},
			{ID: "leys", Parent: "city", Names: []string{"Blackbird Leys", "bbl"}, Postcodes: []string{"OX4 6"}},
			{ID: "west", Parent: "county", Names: []string{"Steeple Barton", "Chippy"}, Postcodes: []string{"OX39"}},
		},
	}
}

func TestReadTopics(t *testing.T) {
	l := sample(t)
	for _, tt := range []struct {
		in    string
		first string
		sure  bool
	}{
		{"skint again", "money", true},
		{"SKINT!!", "money", true},
		{"my debts", "money", true},
		{"in debt", "money", true},
		{"want to pack it in smoking", "smoking", true},
		{"fags", "smoking", true},
		{"fags and debts", "money", false},
		{"the smoke alarm", "", false},
		{"an envelope", "", false},
		{"hello", "", false},
		{"um", "", false},
		{"", "", false},
		{"debts in barton", "money", true},
	} {
		r := l.Read(tt.in)
		first := ""
		if len(r.Topics) > 0 {
			first = r.Topics[0].ID
		}
		if first != tt.first || r.Sure != tt.sure {
			t.Errorf("Read(%q) = %v, sure %t, want %q first, sure %t", tt.in, r.Topics, r.Sure, tt.first, tt.sure)
		}
		for _, s := range r.Topics {
			if s.Score < 0 || s.Score > 1 {
				t.Errorf("Read(%q): %q scores %v, want 0 to 1", tt.in, s.ID, s.Score)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	reasons := sample(t).Explain("skint in barton with a toddler")
	for _, want := range []Reason{{"no money", "money", 3}, {"barton", "barton", 1}, {"toddler", "start-well", 0.5}} {
		if !slices.Contains(reasons, want) {
			t.Errorf("Explain gave %v, want %v among them", reasons, want)
		}
	}
}

func TestExplainHoldsNoWholePostcode(t *testing.T) {
	for _, in := range []string{"OX3 9LS", "ox39ls", "debts ox3 9ls please", "OX 3 9LS"} {
		for _, r := range sample(t).Explain(in) {
			if strings.Contains(strings.ReplaceAll(r.Words, " ", ""), "9ls") {
				t.Errorf("Explain(%q) tells %q", in, r.Words)
			}
		}
	}
}

func TestGreeting(t *testing.T) {
	l := sample(t)
	for in, want := range map[string]bool{"hello": true, "hello there": true, "good morning": true, "there": false, "hello my landlord": false, "": false} {
		if got := l.Greeting(in); got != want {
			t.Errorf("Greeting(%q) = %t, want %t", in, got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	l := sample(t)
	for in, want := range map[string]bool{
		"food bank barton":                     true,
		"dentist":                              true,
		"number for the food bank":             true,
		"where can i get my teeth seen to":     true,
		"he says the food bank was closed":     false,
		"barton":                               false,
		"we went to the dentist and it was ok": false,
		"skint":                                false,
		"":                                     false,
	} {
		if got := l.Read(in).Lookup; got != want {
			t.Errorf("Read(%q).Lookup = %t, want %t", in, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*Data)
		want  string
	}{
		{"empty cue", func(d *Data) { d.Topics.Topics["money"] = TopicWords{Cues: []string{"!"}} }, "topics: money: cues: an empty phrase"},
		{"empty not", func(d *Data) { d.Topics.Topics["money"] = TopicWords{Not: []string{""}} }, "topics: money: not: an empty phrase"},
		{"weight", func(d *Data) { d.Topics.Topics["money"] = TopicWords{Weights: map[string]float64{"x": math.NaN()}} }, "is not a number"},
		{"long key", func(d *Data) { d.Normal["a b c d e"] = "x" }, "not one to four words"},
		{"stage", func(d *Data) { d.Stages = StagesData{"young": {"x"}} }, "not a life stage"},
		{"empty stage word", func(d *Data) { d.Stages = StagesData{"age-well": {""}} }, "stages: age-well: an empty phrase"},
		{"empty ask", func(d *Data) { d.Lookup.Ask = []string{"?"} }, "lookup: ask: an empty phrase"},
		{"twice", func(d *Data) { d.Places = append(d.Places, PlaceData{ID: "leys"}) }, "places: area \"leys\""},
		{"parent", func(d *Data) { d.Places = []PlaceData{{ID: "a", Parent: "b"}} }, "not an area"},
		{"loop", func(d *Data) { d.Places = []PlaceData{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}} }, "lies in itself"},
		{"whole postcode", func(d *Data) { d.Places[0].Postcodes = []string{"here"} }, "not a postcode"},
		{"empty name", func(d *Data) { d.Places[0].Names = []string{"-"} }, "empty name"},
		{"vectors", func(d *Data) { d.Vectors = vectorsMagic + " rubbish and more of it" }, "vectors"},
		{"weights", func(d *Data) { d.Weights = "SPW1" }, "weights"},
	} {
		d := sampleData()
		tt.spoil(&d)
		if _, err := New(d); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: New says %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"food bank ox3 9ls", "my 3 year old", "\xff\xfe", "ox", "ox 3", "a1", "1", "im", "skint skint skint", strings.Repeat("ox3 9ls debts ", 5000),
		strings.Repeat("z", 70000), strings.Repeat("pack ", 9000), "<b>&'; drop table", "لا أستطيع النوم", "\u202e\u200b😀"} {
		f.Add(s)
	}
	l := sample(f)
	f.Fuzz(func(t *testing.T, s string) {
		r := l.Read(s)
		l.Explain(s)
		l.Greeting(s)
		if len(r.Topics) > maxOffered {
			t.Fatalf("Read(%q) offers %d topics, want at most %d", s, len(r.Topics), maxOffered)
		}
		for _, x := range r.Topics {
			if !(x.Score >= 0 && x.Score <= 1) {
				t.Fatalf("Read(%q): %q scores %v", s, x.ID, x.Score)
			}
		}
	})
}
