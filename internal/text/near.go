package text

const (
	shortestNear = 5  // letters of a word that may hide a slip; below it too many real words are one edit apart
	shortestTwo  = 9  // letters from which two slips are believed
	longestNear  = 32 // letters; longer words are compared for equality only
)

// Near reports whether a and b, both folded, are equal or differ by one slip of the finger: a letter too many,
// missing, wrong, or two neighbours swapped. From nine letters on two slips will do. Words under five letters,
// and words with anything but a to z in them, are near only to themselves; so are words whose
// first letters differ, unless their first two are swapped. Don't use it for words of danger: "kill" has
// seventeen real neighbours.
func Near(a, b string) bool {
	if a == b {
		return true
	}
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))
	if shorter < shortestNear || longer > longestNear {
		return false
	}
	slips := 1
	if shorter >= shortestTwo {
		slips = 2
	}
	if longer-shorter > slips {
		return false
	}
	if a[0] != b[0] {
		return a[0] == b[1] && a[1] == b[0] && letters(a) && letters(b) && within(a[2:], b[2:], slips-1)
	}
	return within(a[1:], b[1:], slips) && letters(a) && letters(b)
}

// within reports whether at most slips edits turn a into b.
func within(a, b string, slips int) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	switch {
	case len(a) == 0 || len(b) == 0:
		return len(a)+len(b) <= slips
	case slips == 0:
		return false
	case within(a[1:], b[1:], slips-1), within(a[1:], b, slips-1), within(a, b[1:], slips-1):
		return true
	}
	return len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && within(a[2:], b[2:], slips-1)
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}
