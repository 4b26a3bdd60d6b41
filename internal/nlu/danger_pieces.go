package nlu

import (
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// The words that stand for a said age, under 18 and from 18 on.
const (
	childAge = "childage"
	adultAge = "adultage"
)

// pieces gives the parts of s between marks, and whether a sentence ends with each. The last one always ends. It reads
// text.MaxRunes runes at most.
func pieces(s string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		start, runes := 0, 0
		for i, c := range s {
			if runes++; runes > text.MaxRunes {
				s = s[:i]
				break
			}
			if i < start {
				continue
			}
			ends, parts := boundary(s, i, c)
			if !ends && !parts {
				continue
			}
			if !yield(s[start:i], ends) {
				return
			}
			start = i + utf8.RuneLen(c)
		}
		yield(s[start:], true)
	}
}

// boundary reports whether a sentence, or a part of one, ends with the rune c at s[i].
func boundary(s string, i int, c rune) (ends, parts bool) {
	switch c {
	case '\n', '!', '?', '…', ';':
		return true, false
	case '.':
		// Neither in "3.5" nor in "e.g".
		next := i + 1
		return next >= len(s) || s[next] == ' ' || s[next] == '\n' || s[next] == '.' ||
			i >= 3 && letter(s[next]) && letter(s[i-1]) && letter(s[i-2]) && letter(s[i-3]), false
	case ',', '(', ')', ':', '"', '“', '”', '—', '–', '/':
		return false, true
	case '-':
		return false, i > 0 && s[i-1] == ' '
	}
	return false, false
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// A run of single letters from shortestSpelt to longestSpelt may be words that were spelt with spaces.
const (
	shortestSpelt = 4
	longestSpelt  = 40
)

// unspell joins words that were spelt with spaces ("k i l l m e") and those with figures for letters ("su1cide"), where
// that gives words of the lists.
func (r *wordReader) unspell(words []string) []string {
	out := words[:0:len(words)]
	for i := 0; i < len(words); i++ {
		n := i
		for n < len(words) && len(words[n]) == 1 && n-i < longestSpelt {
			n++
		}
		if n-i >= shortestSpelt {
			if split := r.segment(strings.Join(words[i:n], "")); split != nil {
				out = append(out, split...)
				i = n - 1
				continue
			}
		}
		out = append(out, r.unfigure(words[i]))
	}
	return out
}

// segment splits s into words of the lists, longest first, or gives nil.
func (r *wordReader) segment(s string) []string {
	var out []string
	for len(s) > 0 {
		n := min(len(s), 14)
		for n > 1 && !r.known(s[:n], text.Stem(s[:n])) {
			n--
		}
		if n == 1 && s[0] != 'i' && s[0] != 'a' {
			return nil
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

var figures = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t")

// unfigure reads "k1ll" as "kill" when that is a word of the lists.
func (r *wordReader) unfigure(w string) string {
	if len(w) < 4 || !strings.ContainsAny(w, "013457") || letters(w) == 0 {
		return w
	}
	if plain := figures.Replace(w); r.known(plain, text.Stem(plain)) {
		return plain
	}
	return w
}

func letters(w string) int {
	n := 0
	for i := range len(w) {
		if letter(w[i]) {
			n++
		}
	}
	return n
}

var (
	smallNumbers = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
		"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17}
	ageUnits  = map[string]bool{"year": true, "years": true, "yr": true, "yrs": true, "y": true, "month": true, "months": true, "mth": true, "mths": true, "week": true, "weeks": true, "wk": true, "wks": true, "day": true, "days": true}
	afterAge  = map[string]bool{"old": true, "olds": true, "o": true, "yo": true, "lad": true, "boy": true, "girl": true, "daughter": true, "son": true}
	agePeople = map[string]bool{"i": true, "he": true, "she": true, "aged": true, "age": true, "only": true, "turned": true, "is": true, "am": true, "whos": true, "they": true}
	ageEnds   = map[string]bool{"and": true, "but": true, "n": true, "my": true, "so": true, "with": true, "in": true, "he": true, "she": true, "they": true, "i": true, "a": true, "me": true, "who": true, "or": true, "now": true, "please": true, "pls": true, "yr": true, "today": true, "yet": true, "because": true, "cos": true}
)

// ages puts childAge or adultAge in the place of words that say how old somebody is: "6 year old", "im 12", "14yo".
func (r *wordReader) ages(words []string) []string {
	out := words[:0:len(words)]
	for i := 0; i < len(words); i++ {
		n, used := age(words, i)
		if used == 0 {
			out = append(out, words[i])
			continue
		}
		if n < 18 {
			out = append(out, childAge)
		} else {
			out = append(out, adultAge)
		}
		i += used - 1
	}
	return out
}

// age reads an age at words[i] and gives how many words it takes, 0 for none.
func age(words []string, i int) (years, used int) {
	w := words[i]
	for _, end := range []string{"yearold", "yrold", "yo", "yrs", "yr", "y"} {
		if digits, ok := strings.CutSuffix(w, end); ok {
			if n, err := strconv.Atoi(digits); err == nil && n < 120 {
				if i+1 < len(words) && afterAge[words[i+1]] {
					return n, 2
				}
				if end == "yo" || end == "yearold" || end == "yrold" {
					return n, 1
				}
			}
		}
	}
	n, ok := smallNumbers[w]
	if !ok {
		var err error
		if n, err = strconv.Atoi(w); err != nil || n < 0 || n > 119 {
			return 0, 0
		}
	}
	rest := words[i+1:]
	switch {
	case len(rest) > 1 && ageUnits[rest[0]] && afterAge[rest[1]]:
		if rest[0][0] != 'y' {
			n = 0
		}
		return n, 3
	case len(rest) > 0 && afterAge[rest[0]]:
		return n, 2
	case i > 0 && agePeople[words[i-1]] && (len(rest) == 0 || ageEnds[rest[0]]):
		return n, 1
	}
	return 0, 0
}
