package nlu

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smallVectors packs words, each alone in a direction of its own but for those of one meaning.
func smallVectors(groups ...[]string) string {
	var v Vectors
	for i, g := range groups {
		for _, w := range g {
			row := make([]float32, len(groups))
			row[i] = 1
			v.Words, v.Rows = append(v.Words, w), append(v.Rows, row)
		}
	}
	return string(v.Encode())
}

func smallWeights() Weights {
	return Weights{
		Classes: []string{None, "money", "smoking"},
		Bias:    []float32{1, 0, 0},
		Meaning: [][]float32{{0, 2, 0}, {0, 0, 2}},
		Features: []Weight{
			{"%pur", 0.5, []float32{0, 0.1, 0}},
			{"purs", 1, []float32{-1, 4, 0}},
		},
	}
}

func learnt(t *testing.T) *Lexicon {
	t.Helper()
	d := sampleData()
	d.Vectors = smallVectors([]string{"coin", "wallet"}, []string{"pipe", "cigar"})
	d.Weights = string(smallWeights().Encode())
	l, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLearntWeights(t *testing.T) {
	l := learnt(t)
	for in, want := range map[string]string{"my purse": "money", "wallet": "money", "pipe": "smoking", "cigars": "smoking", "blah": ""} {
		first := ""
		if r := l.Read(in); len(r.Topics) > 0 {
			first = r.Topics[0].ID
		}
		if first != want {
			t.Errorf("Read(%q) = %q, want %q", in, first, want)
		}
	}
	found := false
	for _, r := range l.Explain("my purse") {
		found = found || r.Words == "purse" && r.For == "money" && r.Weight > 1
	}
	if !found {
		t.Errorf("Explain(my purse) = %v, want the purse to count for money", l.Explain("my purse"))
	}
}

func TestACueCountsBesideLearntWeights(t *testing.T) {
	d := sampleData()
	d.Vectors, d.Weights = smallVectors([]string{"coin"}, []string{"pipe"}), string(smallWeights().Encode())
	for _, cues := range [][]string{nil, {"piggy bank"}} {
		d.Topics.Topics["money"] = TopicWords{Cues: cues}
		l, err := New(d)
		if err != nil {
			t.Fatal(err)
		}
		if r := l.Read("the piggy bank"); (len(r.Topics) > 0) != (cues != nil) {
			t.Errorf("with cues %q Read gave %v", cues, r.Topics)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	vectors := smallVectors([]string{"coin"}, []string{"pipe"})
	weights := string(smallWeights().Encode())
	for n := range len(vectors) {
		if _, err := newVectors(vectors[:n]); n > 0 && err == nil {
			t.Errorf("vectors cut to %d bytes of %d were taken", n, len(vectors))
		}
	}
	d := sampleData()
	for n := range len(weights) {
		d.Weights = weights[:n]
		if _, err := New(d); n > 0 && err == nil {
			t.Errorf("weights cut to %d bytes of %d were taken", n, len(weights))
		}
	}
	d.Weights = weights
	delete(d.Topics.Topics, "money")
	if _, err := New(d); err == nil || !strings.Contains(err.Error(), "money") {
		t.Errorf("weights for a topic that is not there: %v", err)
	}
}

func FuzzFiles(f *testing.F) {
	f.Add(smallVectors([]string{"coin"}, []string{"pipe"}), string(smallWeights().Encode()))
	f.Fuzz(func(t *testing.T, vectors, weights string) {
		d := sampleData()
		d.Vectors, d.Weights = vectors, weights
		if l, err := New(d); err == nil {
			l.Read("my purse and a pipe")
		}
	})
}

// shipped reads the weights and vectors of the content, with the topics that the weights know and no cues.
func shipped(b *testing.B) Data {
	b.Helper()
	d := sampleData()
	dir := filepath.Join("..", "..", "prompts", "language")
	vectors, err1 := os.ReadFile(filepath.Join(dir, "vectors.bin"))
	weights, err2 := os.ReadFile(filepath.Join(dir, "weights.bin"))
	if err := errors.Join(err1, err2); err != nil {
		b.Skip(err)
	}
	d.Vectors, d.Weights, d.Topics.Topics = string(vectors), string(weights), map[string]TopicWords{}
	for _, name := range classesOf(d.Weights) {
		d.Topics.Topics[name] = TopicWords{}
	}
	return d
}

func BenchmarkNew(b *testing.B) {
	d := shipped(b)
	for b.Loop() {
		if _, err := New(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	l, err := New(shipped(b))
	if err != nil {
		b.Fatal(err)
	}
	for name, s := range map[string]string{
		"short": "cant afford the gas bill",
		"long":  "Tenant on the 4th floor hardly leaves the armchair, telly on all day, ankles like balloons from sitting, nurse already seeing her. Wants to get her legs going.",
		"64k":   strings.Repeat("her coat was damp and the meter ran out again ", 1400),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Read(s)
			}
		})
	}
}
