package nlu

import (
	"errors"
	"math"
)

var errDamaged = errors.New("the file is damaged")

// A cursor takes a file apart; once something is missing it yields only zeroes and remembers.
type cursor struct {
	rest   string
	broken bool
}

func (c *cursor) take(n int) string {
	if n < 0 || n > len(c.rest) {
		c.broken, c.rest = true, ""
		return ""
	}
	out := c.rest[:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cursor) number(bytes int) int {
	n := 0
	for i, b := range []byte(c.take(bytes)) {
		n |= int(b) << (8 * i)
	}
	return n
}

func (c *cursor) name() string { return c.take(c.number(1)) }

func (c *cursor) floats(n int) []float32 {
	b := c.take(4 * n)
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = float32At(b, i)
		c.broken = c.broken || math.IsNaN(float64(out[i])) || math.IsInf(float64(out[i]), 0)
	}
	return out
}

// addScaled adds the int8s of row, times k, to sum, which is as long.
func addScaled(sum []float32, k float32, row string) {
	row = row[:len(sum)]
	for i := range sum {
		sum[i] += k * float32(int8(row[i]))
	}
}

// float32At returns the i-th little-endian float32 of s.
func float32At(s string, i int) float32 { return math.Float32frombits(uint32At(s, i)) }
