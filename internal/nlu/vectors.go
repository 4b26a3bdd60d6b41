package nlu

import "encoding/binary"

// vectors holds what words mean as points in a space of a hundred dimensions, close together where words are used
// alike. It reads a word only when it is asked for.
type vectors struct {
	dims  int
	words hashed
	rows  string
}

const vectorsMagic = "SPV2"

// Before the coordinates of a word stand its rank and its scale.
const wordHead = 4 + 4

// Vectors are the meanings of words.
type Vectors struct {
	Words []string    // the commonest first
	Rows  [][]float32 // of each word, its coordinates; all the same number of them
}

// Encode lays out the file that New reads, all little-endian:
//
//	"SPV2", uint16 dimensions
//	the words, as a hashed set
//	for each word, in its place: uint32 rank, 0 for the commonest; float32 scale; for each dimension: int8
//
// A coordinate is scale × its byte.
func (v Vectors) Encode() []byte {
	dims := 0
	if len(v.Rows) > 0 {
		dims = len(v.Rows[0])
	}
	out := binary.LittleEndian.AppendUint16([]byte(vectorsMagic), uint16(dims))
	out, order := appendHashed(out, v.Words)
	for _, i := range order {
		out = binary.LittleEndian.AppendUint32(out, uint32(i))
		out = appendScaled(out, v.Rows[i])
	}
	return out
}

// newVectors opens a file; an empty one knows no word.
func newVectors(file string) (*vectors, error) {
	if file == "" {
		return &vectors{}, nil
	}
	c := &cursor{rest: file}
	if c.take(len(vectorsMagic)) != vectorsMagic {
		return nil, errDamaged
	}
	v := &vectors{dims: c.number(2)}
	v.words.take(c)
	v.rows = c.take(v.words.count * (wordHead + v.dims))
	if c.broken || c.rest != "" || v.dims == 0 {
		return nil, errDamaged
	}
	return v, nil
}

// known reports whether word is an English word that the file holds.
func (v *vectors) known(word string) bool {
	_, ok := find(&v.words, word)
	return ok
}

// add adds the meaning of word, times its rarity, to sum, and reports whether it is known.
func (v *vectors) add(sum []float32, word string) bool {
	i, ok := find(&v.words, word)
	if !ok {
		return false
	}
	row := v.rows[i*(wordHead+v.dims) : (i+1)*(wordHead+v.dims)]
	addScaled(sum, rarity(int(uint32At(row, 0)))*float32At(row, 1), row[wordHead:])
	return true
}

// rarity is how much a word counts in the meaning of a message: near 0 for "the", near 1 for a rare word. It is the
// smooth inverse frequency of Arora, Liang and Ma (2017) with the frequency taken from the rank by Zipf's law.
func rarity(rank int) float32 {
	p := 0.1 / float64(rank+2)
	return float32(1e-3 / (1e-3 + p))
}
