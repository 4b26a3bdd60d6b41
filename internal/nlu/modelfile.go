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
	Features []Weight    // each Feature once
}

// A Weight is what one feature says.
type Weight struct {
	Feature string
	Share   float64   // how much it counts in a message, in (0, 1]: the commoner, the less
	Classes []float32 // for each class
}

// None is the class of messages that are about no topic.
const None = noneClass

// WeightsMagic begins a weights file, and names its layout.
const WeightsMagic = "SPW3"

// Before the weights of a feature stand its share and its scale.
const featureHead = 1 + 4

// Encode lays out the file that New reads, all little-endian:
//
//	"SPW3", then the 32 bytes of Inputs
//	uint8 1 if Far, uint8 classes; for each: uint8 length, the name
//	for each class: float32 bias
//	uint16 dimensions; for each, for each class: float32
//	the features, as a hashed set
//	for each feature, in its place: uint8, its share in 255ths; float32 scale; for each class: int8
//
// A weight is scale × its byte.
func (w Weights) Encode() []byte {
	out := append([]byte(WeightsMagic), w.Inputs[:]...)
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
	names := make([]string, len(w.Features))
	for i, f := range w.Features {
		names[i] = f.Feature
	}
	out, order := appendHashed(out, names)
	for _, i := range order {
		f := w.Features[i]
		out = append(out, byte(math.Round(f.Share*255)))
		out = appendScaled(out, f.Classes)
	}
	return out
}

// appendScaled adds numbers as a float32 scale and an int8 each.
func appendScaled(out []byte, l []float32) []byte {
	var top float32
	for _, x := range l {
		top = max(top, x, -x)
	}
	scale := top / 127
	out = appendFloats(out, []float32{scale})
	for _, x := range l {
		if top > 0 {
			x /= scale
		}
		out = append(out, byte(int8(math.Round(float64(x)))))
	}
	return out
}

func appendFloats(out []byte, l []float32) []byte {
	for _, x := range l {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
	}
	return out
}

// classesOf returns the names of the classes in a weights file, none but None left out.
func classesOf(file string) []string {
	c := &cursor{rest: file}
	c.take(len(WeightsMagic) + 32 + 1)
	var names []string
	for range c.number(1) {
		if name := c.name(); name != None {
			names = append(names, name)
		}
	}
	return names
}

// newModel opens a weights file for the topics ids, and reads its features only when they are asked for; an empty file
// knows nothing.
func newModel(file string, r *reader, ids []string) (*model, error) {
	if file == "" {
		return &model{}, nil
	}
	c := &cursor{rest: file}
	if c.take(len(WeightsMagic)) != WeightsMagic {
		return nil, errDamaged
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
	md.features.take(c)
	md.rows = c.take(md.features.count * (featureHead + n))
	if c.broken || c.rest != "" || n == 0 {
		return nil, errDamaged
	}
	if r.vectors.dims != 0 && r.vectors.dims != dims {
		return nil, errors.New("they were learnt with other vectors; learn them again")
	}
	return md, nil
}
