package nlu

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Weights are what learning makes of examples.
type Weights struct {
	Inputs   [32]byte    // SHA-256 of what was learnt from
	Far      bool        // pairs of words that stand apart are features
	Classes  []string    // the topics, None, and in the weights for danger its kinds and severities
	Bias     []float32   // of each class
	Meaning  [][]float32 // of each dimension, for each class
	Features []Weight    // sorted by Feature
}

// A Weight is what one feature says.
type Weight struct {
	Feature string
	Share   float64   // how much it counts in a message, in (0, 1]: the commoner, the less
	Classes []float32 // for each class
}

// None is the class of messages that are about no topic.
const None = noneClass

const weightsMagic = "SPW2"

// Encode lays out the file that New reads, all little-endian:
//
//	"SPW2", then the 32 bytes of Inputs
//	uint8 classes; for each: uint8 length, the name
//	for each class: float32 bias
//	uint16 dimensions; for each, for each class: float32
//	uint32 features; for each: uint8 length, the feature
//	for each feature: uint8, its share in 255ths
//	for each feature: float32 scale
//	for each feature, for each class: int8; a weight is scale × its byte
func (w Weights) Encode() []byte {
	out := append([]byte(weightsMagic), w.Inputs[:]...)
	far := byte(0)
	if w.Far {
		far = 1
	}
	out = append(out, far, byte(len(w.Classes)))
	for _, c := range w.Classes {
		out = append(append(out, byte(len(c))), c...)
	}
	out = appendFloats(out, w.Bias)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(w.Meaning)))
	for _, row := range w.Meaning {
		out = appendFloats(out, row)
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(w.Features)))
	for _, f := range w.Features {
		out = append(append(out, byte(len(f.Feature))), f.Feature...)
	}
	for _, f := range w.Features {
		out = append(out, byte(math.Round(f.Share*255)))
	}
	scales := make([]float32, len(w.Features))
	var rows []byte
	for i, f := range w.Features {
		var top float32
		for _, x := range f.Classes {
			top = max(top, x, -x)
		}
		scales[i] = top / 127
		for _, x := range f.Classes {
			if top > 0 {
				x /= scales[i]
			}
			rows = append(rows, byte(int8(math.Round(float64(x)))))
		}
	}
	return append(appendFloats(out, scales), rows...)
}

func appendFloats(out []byte, l []float32) []byte {
	for _, x := range l {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
	}
	return out
}

var errWeights = errors.New("the file is damaged")

// A cursor takes a file apart; once something is missing it yields only zeroes and remembers.
type cursor struct {
	rest   []byte
	broken bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.rest) {
		c.broken, c.rest = true, nil
		return nil
	}
	out := c.rest[:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cursor) number(bytes int) int {
	n := 0
	for i, b := range c.take(bytes) {
		n |= int(b) << (8 * i)
	}
	return n
}

func (c *cursor) name() string { return string(c.take(c.number(1))) }

func (c *cursor) floats(n int) []float32 {
	b := c.take(4 * n)
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		c.broken = c.broken || math.IsNaN(float64(out[i])) || math.IsInf(float64(out[i]), 0)
	}
	return out
}

// classesOf returns the names of the classes in a weights file, none but None left out.
func classesOf(file []byte) []string {
	c := &cursor{rest: file}
	c.take(len(weightsMagic) + 32 + 1)
	var names []string
	for range c.number(1) {
		if name := c.name(); name != None {
			names = append(names, name)
		}
	}
	return names
}

// newModel reads a weights file for the topics ids; an empty one knows nothing.
func newModel(file []byte, r *reader, ids []string) (*model, error) {
	if len(file) == 0 {
		return &model{}, nil
	}
	c := &cursor{rest: file}
	if string(c.take(len(weightsMagic))) != weightsMagic {
		return nil, errWeights
	}
	c.take(32)
	md := &model{r: r, far: c.number(1) == 1}
	for range c.number(1) {
		name := c.name()
		at := slices.Index(ids, name)
		if name == None {
			at = len(ids)
		}
		if at < 0 && !c.broken {
			return nil, fmt.Errorf("they know a topic %q that is not there; learn them again", name)
		}
		md.class = append(md.class, at)
	}
	n := len(md.class)
	md.bias = c.floats(n)
	dims := c.number(2)
	md.meaning = c.floats(dims * n)
	count := c.number(4)
	if count > len(c.rest) {
		return nil, errWeights
	}
	md.features = make(map[string]int32, count)
	for i := range count {
		md.features[c.name()] = int32(i)
	}
	md.share = make([]float32, count)
	for i, b := range c.take(count) {
		md.share[i] = float32(b) / 255
	}
	md.scale = c.floats(count)
	md.weights = c.take(count * n)
	if c.broken || len(c.rest) > 0 || n == 0 {
		return nil, errWeights
	}
	if r.vectors.dims != 0 && r.vectors.dims != dims {
		return nil, errors.New("they were learnt with other vectors; learn them again")
	}
	return md, nil
}
