package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"  \t\n", ""},
		{"Food Bank", "food bank"},
		{"can't", "cant"},
		{"can’t, won`t", "cant wont"},
		{"carers' group 'here'", "carers group here"},
		{"said ''no''", "said no"},
		{"soooooo tired", "soo tired"},
		{"0800 0000 999", "0800 0000 999"},
		{"self-harm/help", "self harm help"},
		{"£50 & 24/7", "50 24 7"},
		{"Café naïve Łódź Straße", "cafe naive lodz strasse"},
		{"cafe\u0301", "cafe"},
		{"ｆｏｏｄ　ＢＡＮＫ １２", "food bank 12"},
		{"su\u200bi\u00adci\u2060de", "suicide"},
		{"\u202eabc\u202c", "abc"},
		{"𝓗𝓮𝓵𝓹 𝟗𝟗𝟗 Ⓞⓚ", "help 999 ok"},
		{"a\x00b\x07c", "abc"},
		{"a\nb\u0085c\u2028d", "a b c d"},
		{"bad\xff\xfebytes", "bad bytes"},
		{"😀🔥", ""},
		{"<b>hi</b>; DROP TABLE", "b hi b drop table"},
		{"مرحبا بك", "مرحبا بك"},
		{"ﬁne", "fine"},
		{"ox4 6", "ox4 6"},
		{"aa'aa", "aa"},
	} {
		if got := Fold(tt.in); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFoldReadsNoMoreThanItSays(t *testing.T) {
	in := strings.Repeat("ab ", MaxRunes) + "tail"
	got := Fold(in)
	if n := utf8.RuneCountInString(got); n > MaxRunes || n < MaxRunes-2 || strings.Contains(got, "tail") {
		t.Errorf("Fold kept %d runes, want nearly %d and no tail", n, MaxRunes)
	}
	if got := Fold("x" + strings.Repeat("æ", MaxRunes/2-1) + " f"); utf8.RuneCountInString(got) != MaxRunes-1 || strings.HasSuffix(got, " ") {
		t.Errorf("Fold left a space in the last place, or %d runes, want %d", utf8.RuneCountInString(got), MaxRunes-1)
	}
	if n := utf8.RuneCountInString(Fold(strings.Repeat("æœ", MaxRunes))); n > MaxRunes {
		t.Errorf("letters that unfold into two gave %d runes, want at most %d", n, MaxRunes)
	}
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"one", []string{"one"}},
		{"one two  three ", []string{"one", "two", "three"}},
	} {
		if got := Tokens(tt.in); !slices.Equal(got, tt.want) {
			t.Errorf("Tokens(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestStem(t *testing.T) {
	for _, group := range [][]string{
		{"organise", "organize", "organising", "organized", "organisation", "organizations"},
		{"evict", "evicted", "eviction"},
		{"colour", "color", "colours"},
		{"centre", "center", "centres"},
		{"neighbour", "neighbors"},
		{"realise", "realize", "realizing"},
		{"analyse", "analyze", "analyzed"},
		{"lonely", "loneliness"},
		{"smoke", "smoker", "smoking", "smoked", "smokes"},
		{"gamble", "gambling", "gambler"},
		{"die", "died", "dying"},
		{"pregnant", "pregnancy"},
		{"child", "children"},
		{"behavior", "behaviour"},
		{"programme", "program", "programs"},
	} {
		for _, w := range group[1:] {
			if Stem(w) != Stem(group[0]) {
				t.Errorf("Stem(%q) = %q, want %q as for %q", w, Stem(w), Stem(group[0]), group[0])
			}
		}
	}
	for _, pair := range [][2]string{
		{"organ", "organise"}, {"organ", "organize"}, {"universal", "university"}, {"refuge", "refugee"}, {"council", "counselling"},
		{"care", "carer"}, {"busy", "business"}, {"hospital", "hospitality"}, {"prize", "price"}, {"tire", "tired"},
	} {
		if Stem(pair[0]) == Stem(pair[1]) {
			t.Errorf("Stem(%q) = Stem(%q) = %q, want them apart", pair[0], pair[1], Stem(pair[0]))
		}
	}
	if long := strings.Repeat("z", MaxRunes); Stem(long) != long {
		t.Error("a very long word is not its own stem")
	}
}

func TestNear(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"barton", "barton", true},
		{"bartn", "barton", true},
		{"bartonn", "barton", true},
		{"barten", "barton", true},
		{"batron", "barton", true},
		{"abrton", "barton", true},
		{"marton", "barton", false},
		{"kill", "bill", false},
		{"debt", "debut", false},
		{"cat", "cat", true},
		{"banbry", "banbury", true},
		{"bnbry", "banbury", false},
		{"depresion", "depression", true},
		{"deprestoin", "depression", true},
		{"lonelines", "loneliness", true},
		{"lonelynes", "loneliness", true},
		{"lonlynes", "loneliness", false},
		{"07451277973", "07451277974", false},
		{"łódźaa", "łódźab", false},
		{"", "", true},
		{"", "barton", false},
		{strings.Repeat("a", 33), strings.Repeat("a", 34), false},
	} {
		if got := Near(tt.a, tt.b); got != tt.want {
			t.Errorf("Near(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
		if got := Near(tt.b, tt.a); got != tt.want {
			t.Errorf("Near(%q, %q) = %t, want %t", tt.b, tt.a, got, tt.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"can’t", "Straße", "cafe\u0301", "\xff", "𝓗ⅷ", "İıK", "ǅǲ", "a''b'c", "\u200b", strings.Repeat("ß", MaxRunes)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Fold(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > MaxRunes {
			t.Fatalf("Fold(%q) = %q: not valid or too long", s, got)
		}
		if again := Fold(got); again != got {
			t.Fatalf("Fold(%q) = %q, folded again %q", s, got, again)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Fatalf("Fold(%q) = %q: loose spaces", s, got)
		}
		for _, r := range got {
			if r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				t.Fatalf("Fold(%q) = %q: holds %q", s, got, r)
			}
		}
		for _, w := range Tokens(got) {
			Stem(w)
			Near(w, got)
		}
	})
}

const twelveWords = "Can’t afford the gas bill and my landlord won't fix it"

func BenchmarkFoldTokens(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Tokens(Fold(twelveWords))
	}
}

func BenchmarkFold64k(b *testing.B) {
	in := strings.Repeat("Žluťoučký kůň ", 4096)
	b.ReportAllocs()
	for b.Loop() {
		Fold(in)
	}
}

func BenchmarkStem(b *testing.B) {
	words := Tokens(Fold(twelveWords))
	b.ReportAllocs()
	for b.Loop() {
		for _, w := range words {
			Stem(w)
		}
	}
}

func BenchmarkNear(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Near("lonelynes", "loneliness")
		Near("bartn", "barton")
		Near("bicester", "banbury")
	}
}
