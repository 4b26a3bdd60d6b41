package directory

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// generated returns n services of the size of real ones, made of words that are as common as English ones.
func generated(n int) ([]Area, []Service) {
	rnd := rand.New(rand.NewPCG(1, 2))
	const consonants, vowels = "bcdfghklmnprstvw", "aeiou"
	words := make([]string, 12000)
	for i := range words {
		var w []byte
		for range 2 + rnd.IntN(3) {
			w = append(w, consonants[rnd.IntN(len(consonants))], vowels[rnd.IntN(len(vowels))])
		}
		words[i] = string(append(w, consonants[rnd.IntN(len(consonants))]))
	}
	zipf := rand.NewZipf(rnd, 1.1, 8, uint64(len(words)-1))
	sentence := func(n int) string {
		picked := make([]string, n)
		for i := range picked {
			picked[i] = words[zipf.Uint64()]
		}
		return strings.Join(picked, " ")
	}
	areas := testAreas()
	services := make([]Service, n)
	for i := range services {
		s := Service{
			ID: fmt.Sprintf("service-%05d", i), Name: sentence(4), What: sentence(25 + rnd.IntN(41)), Address: sentence(5),
			Areas: []string{areas[rnd.IntN(len(areas))].ID}, Audience: []string{"everyone"},
			Cost: "free", SelfReferral: "true", Confidence: "medium",
		}
		for range 1 + rnd.IntN(3) {
			s.Topics = append(s.Topics, fmt.Sprintf("topic-%02d", rnd.IntN(25)))
		}
		if i%4 == 0 {
			s.Open = []Opening{{"mon-thu", "08:30", "17:00"}, {"fri", "08:30", "16:00"}}
		}
		services[i] = s
	}
	return areas, services
}

// BenchmarkFind50k measures what the directory promises about 50,000 services, and fails if it breaks it.
func BenchmarkFind50k(b *testing.B) {
	areas, services := generated(50_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	d := New(areas, services)
	load := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)

	rnd := rand.New(rand.NewPCG(3, 4))
	queries := make([]Query, 5000)
	known := make([]string, len(queries))
	for i := range queries {
		s := services[rnd.IntN(len(services))]
		text := strings.Fields(s.Name + " " + s.What)
		pick := func() string { return text[rnd.IntN(len(text))] }
		q := Query{Area: areas[rnd.IntN(len(areas))].ID, Now: start, Limit: 10}
		switch i % 6 {
		case 0:
			q.Topic = s.Topics[0]
		case 1:
			q.Topic, q.Words = s.Topics[0], pick()+" "+pick()
		case 2:
			q.Words = strings.Join(text[:12], " ")
		case 3, 5:
			slip := []byte(text[0])
			slip[len(slip)-2] = 'y'
			q = Query{Area: s.Areas[0], Words: string(slip) + " " + text[1] + " " + pick(), Limit: 10}
			known[i] = s.ID
		case 4:
			q = Query{Area: s.Areas[0], Words: text[0] + " " + text[1] + " " + pick(), Limit: 10}
			known[i] = s.ID
		}
		queries[i] = q
	}
	took := make([]time.Duration, 0, 1<<20)
	asked, found, i := [2]int{}, [2]int{}, 0
	b.ReportAllocs()
	for b.Loop() {
		at := i % len(queries)
		i++
		t := time.Now()
		services := d.Find(queries[at])
		took = append(took, time.Since(t))
		if known[at] != "" {
			asked[at%2]++
			if slices.ContainsFunc(services, func(s Service) bool { return s.ID == known[at] }) {
				found[at%2]++
			}
		}
	}
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	b.ReportMetric(load.Seconds(), "load-s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(p99.Microseconds()), "p99-µs")
	for i, what := range []string{"%found@10", "%misspelt@10"} {
		b.ReportMetric(100*float64(found[i])/float64(max(asked[i], 1)), what)
	}
	if load > 2*time.Second {
		b.Errorf("loading 50,000 services took %v, want under 2 s", load)
	}
	if len(took) > 1000 && p99 > 2*time.Millisecond {
		b.Errorf("one look-up in a hundred took %v or more, want under 2 ms", p99)
	}
}
