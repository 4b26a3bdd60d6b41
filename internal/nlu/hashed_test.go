package nlu

import (
	"fmt"
	"testing"
)

func TestHashedFindsWhatItHolds(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 1000, 70_000} {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprint("name ", i)
		}
		file, order := appendHashed(nil, names)
		var h hashed
		c := &cursor{rest: string(file)}
		h.take(c)
		if c.broken || c.rest != "" {
			t.Fatalf("%d names: %d bytes are left, broken: %v", n, len(c.rest), c.broken)
		}
		for place, i := range order {
			if p, ok := find(&h, names[i]); !ok || p != place {
				t.Fatalf("%d names: %q is at %d, %v, want %d", n, names[i], p, ok, place)
			}
			if p, ok := find(&h, []byte(names[i]+"?")); ok {
				t.Fatalf("%d names: a name that is not there is at %d", n, p)
			}
		}
	}
}
