package nlu

import (
	"encoding/binary"
	"errors"
	"math"
)

// vectors holds what words mean as points in a space of a hundred dimensions, close together where words are used
// alike. The file, all little-endian:
//
//	"SPV1", then uint16 dimensions, uint32 count
//	count times: uint8 length, the word; the commonest word first
//	count times: float32 scale
//	count times: dimensions × int8; a coordinate is scale × its byte
type vectors struct {
	dims  int
	rank  map[string]int32 // 0 for the commonest word
	scale []byte
	bytes []byte
}

const vectorsMagic = "SPV1"

var errVectors = errors.New("the file is damaged")

// newVectors reads a file; an empty one knows no word.
func newVectors(file []byte) (*vectors, error) {
	if len(file) == 0 {
		return &vectors{}, nil
	}
	if len(file) < 10 || string(file[:4]) != vectorsMagic {
		return nil, errVectors
	}
	v := &vectors{dims: int(binary.LittleEndian.Uint16(file[4:]))}
	count := int(binary.LittleEndian.Uint32(file[6:]))
	rest := file[10:]
	if v.dims == 0 || count > len(rest)/(v.dims+4) {
		return nil, errVectors
	}
	v.rank = make(map[string]int32, count)
	words := len(rest) - count*(v.dims+4)
	names := string(rest[:words])
	for i := range count {
		if len(names) == 0 || len(names) < 1+int(names[0]) {
			return nil, errVectors
		}
		n := int(names[0])
		v.rank[names[1:1+n]] = int32(i)
		names = names[1+n:]
	}
	if names != "" {
		return nil, errVectors
	}
	v.scale, v.bytes = rest[words:words+4*count], rest[words+4*count:]
	return v, nil
}

// known reports whether word is an English word that the file holds.
func (v *vectors) known(word string) bool {
	_, ok := v.rank[word]
	return ok
}

// add adds the meaning of word, times weight, to sum, and reports whether it is known.
func (v *vectors) add(sum []float32, word string, weight float32) bool {
	i, ok := v.rank[word]
	if !ok {
		return false
	}
	s := weight * math.Float32frombits(binary.LittleEndian.Uint32(v.scale[4*i:]))
	row := v.bytes[int(i)*v.dims : (int(i)+1)*v.dims]
	for j, b := range row {
		sum[j] += s * float32(int8(b))
	}
	return true
}

// rarity is how much a word counts in the meaning of a message: near 0 for "the", near 1 for a rare word. It is the
// smooth inverse frequency of Arora, Liang and Ma (2017) with the frequency taken from the rank by Zipf's law.
func (v *vectors) rarity(word string) float32 {
	i, ok := v.rank[word]
	if !ok {
		return 0
	}
	p := 0.1 / float64(i+2)
	return float32(1e-3 / (1e-3 + p))
}
