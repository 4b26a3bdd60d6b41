// Package text turns what people type into words that can be compared. It is the one analyser that
// understanding and the directory share, so that both read a message the same way. It keeps nothing.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxRunes is how many runes of its input Fold reads and how many it returns at most. The longest message
// that a chat platform delivers to us has 4096 characters.
const MaxRunes = 4096

// Fold makes s comparable: lower case, without accents, full-width and styled letters plain, invisible and
// control characters dropped, the apostrophe inside a word removed ("can't" is "cant"), a letter repeated more
// than twice squeezed to two, and all else that is neither letter nor digit turned into single spaces,
// with none at either end. Digits are never squeezed. It reads at most MaxRunes runes, takes invalid UTF-8 for
// spaces, and folding twice changes nothing.
func Fold(s string) string {
	f := folder{}
	f.out.Grow(min(len(s), MaxRunes))
	read := 0
	for i := 0; i < len(s) && read < MaxRunes; read++ {
		c := s[i]
		if c < utf8.RuneSelf {
			f.ascii(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		f.wide(r)
	}
	return f.out.String()
}

// Tokens splits folded text into its words. The words share the memory of s.
func Tokens(s string) []string {
	if s == "" {
		return nil
	}
	words := make([]string, 0, strings.Count(s, " ")+1)
	for {
		i := strings.IndexByte(s, ' ')
		if i < 0 {
			break
		}
		if i > 0 {
			words = append(words, s[:i])
		}
		s = s[i+1:]
	}
	if s != "" {
		words = append(words, s)
	}
	return words
}

// A folder is the state of one Fold.
type folder struct {
	out        strings.Builder
	runes      int
	last       rune // what was written last
	repeat     int  // how often in a row
	gap        bool // a space is owed before the next letter
	apostrophe bool // one was read just after a letter
}

// ascii takes one byte below 0x80.
func (f *folder) ascii(c byte) {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		f.write(rune(c))
	case 'A' <= c && c <= 'Z':
		f.write(rune(c + 'a' - 'A'))
	case c == '\'' || c == '`':
		f.quote()
	case c >= ' ' && c != 0x7f, '\t' <= c && c <= '\r':
		f.space()
	}
}

// wide takes one rune from 0x80 on.
func (f *folder) wide(r rune) {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		f.ascii(byte(r - 0xFEE0))
		return
	case strings.ContainsRune("\u2018\u2019\u201a\u201b\u2032\u00b4\u02b9\u02bc\u02bb", r):
		f.quote()
		return
	case invisible(r):
		return
	}
	r = unicode.ToLower(styled(r))
	switch plain, ok := plainLetters[r]; {
	case ok:
		for _, p := range plain {
			f.write(p)
		}
	case unicode.IsLetter(r), unicode.IsDigit(r):
		f.write(r)
	default:
		f.space()
	}
}

// write adds a letter or digit, unless it only stretches the word.
func (f *folder) write(r rune) {
	gap := f.gap && f.runes > 0
	if gap && f.runes >= MaxRunes-1 || f.runes >= MaxRunes {
		f.runes = MaxRunes
		return
	}
	if gap {
		f.out.WriteByte(' ')
		f.runes++
		f.last = ' '
	}
	f.gap, f.apostrophe = false, false
	if r != f.last {
		f.last, f.repeat = r, 1
	} else if f.repeat++; f.repeat > 2 && !unicode.IsDigit(r) {
		return
	}
	f.out.WriteRune(r)
	f.runes++
}

func (f *folder) space() {
	f.gap, f.apostrophe = true, false
}

// quote joins the letters on both sides of a single apostrophe and is a space otherwise.
func (f *folder) quote() {
	if f.gap || f.apostrophe {
		f.space()
		return
	}
	f.apostrophe = true
}
