package nlu

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// A hashed set of names is a part of a file that is searched where it lies, so that opening it costs nothing and
// pages that nobody asks for are never read. The names themselves are not in it: of each there are the 32 bits of its
// hash that do not choose its bucket. A name that is not in the set is taken for one that is about once in 3,000
// million look-ups. All little-endian:
//
//	uint32 count
//	for each of 2^k buckets, and once more: uint32, the place of its first name; k is one less than the bits of count
//	for each place: uint32, the low half of the hash of its name
type hashed struct {
	count  int
	shift  int    // of a hash, to its bucket
	starts string // of buckets
	halves string // of hashes
}

// find returns the place of a name, below count.
func find[Name string | []byte](h *hashed, name Name) (place int, ok bool) {
	if h.count == 0 {
		return 0, false
	}
	hash := hashName(name)
	bucket := int(hash >> h.shift)
	end := min(uint32At(h.starts, bucket+1), uint32(h.count))
	for p := uint32At(h.starts, bucket); p < end; p++ {
		if uint32At(h.halves, int(p)) == uint32(hash) {
			return int(p), true
		}
	}
	return 0, false
}

// hashName is FNV-1a of 64 bits, stirred so that every bit counts everywhere.
func hashName[Name string | []byte](name Name) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func bucketBits(count int) int { return max(bits.Len(uint(count))-1, 0) }

// take reads a set.
func (h *hashed) take(c *cursor) {
	count := c.number(4)
	if count > len(c.rest)/4 {
		c.broken = true
		return
	}
	k := bucketBits(count)
	*h = hashed{count: count, shift: 64 - k, starts: c.take(4 * (1<<k + 1)), halves: c.take(4 * count)}
}

// appendHashed adds a set of names to a file, and says which name has each place.
func appendHashed(out []byte, names []string) (file []byte, order []int) {
	hashes := make([]uint64, len(names))
	order = make([]int, len(names))
	for i, name := range names {
		hashes[i], order[i] = hashName(name), i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(hashes[a], hashes[b]) })
	out = binary.LittleEndian.AppendUint32(out, uint32(len(names)))
	k := bucketBits(len(names))
	place := 0
	for bucket := range uint64(1)<<k + 1 {
		for place < len(order) && hashes[order[place]]>>(64-k) < bucket {
			place++
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(place))
	}
	for _, i := range order {
		out = binary.LittleEndian.AppendUint32(out, uint32(hashes[i]))
	}
	return out, order
}

// uint32At returns the i-th little-endian uint32 of s.
func uint32At(s string, i int) uint32 {
	b := s[4*i : 4*i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}
