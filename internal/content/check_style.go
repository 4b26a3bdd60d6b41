package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// Limits of plain English, in words, and in a school year.
const (
	longSentence    = 20
	longestSentence = 30
	maxGrade        = 8
	gradedWords     = 30 // below this a grade says nothing
)

func checkCharacters(r *report) {
	for _, t := range r.shownTexts() {
		for _, c := range t.text {
			switch {
			case c == '\n' || c == ' ':
				continue
			case isPicture(c):
				r.errorf(t.place, "%q has a picture (%c), which a screen reader stumbles over", short(t.text), c)
			case unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Co, c):
				r.errorf(t.place, "%q has a character that nobody can see (%U)", short(t.text), c)
			case c == unicode.ReplacementChar:
				r.errorf(t.place, "%q has a broken character: save the file as UTF-8", short(t.text))
			default:
				continue
			}
			break
		}
	}
}

// isPicture reports whether c is an emoji, a dingbat or one of their parts.
func isPicture(c rune) bool {
	return c >= 0x1F000 && c <= 0x1FAFF || c >= 0x2600 && c <= 0x27BF || c >= 0x2B00 && c <= 0x2BFF || c == 0xFE0F || c == 0x20E3
}

func checkSentences(r *report) {
	for _, t := range r.shownTexts() {
		if t.kind != prose {
			continue
		}
		for _, sentence := range sentencesOf(t.text) {
			switch n := len(wordsOf(sentence)); {
			case n > longestSentence:
				r.errorf(t.place, "a sentence of %d words: %q. Make it two", n, short(sentence))
			case n > longSentence:
				r.warnf(t.place, "a sentence of %d words: %q. 20 read well", n, short(sentence))
			}
		}
	}
}

func checkGrade(r *report) {
	excuse := make(map[string]bool)
	for _, w := range r.style.Excused {
		excuse[strings.ToLower(w.s)] = true
	}
	excused := func(w string) bool { return excuse[strings.ToLower(strings.TrimSuffix(w, "'s"))] }
	for _, b := range r.trees() {
		for _, n := range b.nodes {
			var sentences []string
			for _, s := range n.spoken() {
				sentences = append(sentences, sentencesOf(s.s)...)
			}
			if grade, words := gradeOf(sentences, excused); words >= gradedWords && grade > maxGrade {
				r.warnf(b.at(n.id.pos), "node %q reads at grade %.1f; aim for %d, with shorter words and sentences", n.id.s, grade, maxGrade)
			}
		}
	}
}

func checkWording(r *report) {
	type avoided struct{ folded, words, with string }
	var list []avoided
	for _, rp := range r.style.Replace {
		for _, words := range rp.Avoid {
			list = append(list, avoided{" " + text.Fold(words.s) + " ", words.s, rp.With.s})
		}
	}
	for _, t := range r.shownTexts() {
		if t.kind == listing {
			continue
		}
		folded := " " + text.Fold(t.text) + " "
		for _, a := range list {
			if strings.Contains(folded, a.folded) {
				r.warnf(t.place, "%q: write %s", a.words, a.with)
			}
		}
	}
}

func checkCapitals(r *report) {
	known := texts(r.style.Capitals)
	for _, t := range r.shownTexts() {
		if t.kind == listing {
			continue
		}
		for _, w := range strings.FieldsFunc(t.text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '&' }) {
			if len(w) > 1 && !strings.ContainsAny(w, "0123456789") && strings.ToUpper(w) == w && strings.ToLower(w) != w && !slices.Contains(known, w) {
				r.warnf(t.place, "%q is in capitals: small letters read better, or add it to capitals in %s", w, styleYAML)
			}
		}
	}
}

var linkForm = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>")]+`)

func checkLinks(r *report) {
	hosts := make(map[string]bool)
	for _, h := range r.style.Hosts {
		hosts[h.s] = true
	}
	for i := range r.services {
		sv := &r.services[i]
		hosts[host(sv.URL)], hosts[host(sv.Source)] = true, true
		if sv.URL != "" {
			r.address(r.service(i, "url"), sv.URL)
		}
		if !strings.Contains(sv.Source, "://") && sv.Source != "" {
			r.errorf(r.service(i, "source"), "the source %q is not a web address", short(sv.Source))
		}
	}
	for _, t := range r.topics {
		for _, source := range t.Sources {
			hosts[host(source.s)] = true
			r.address(place{t.file, source.pos}, source.s)
		}
	}
	for _, b := range r.trees() {
		for _, n := range b.nodes {
			if n.Fact != nil {
				hosts[host(n.Fact.Source.s)] = true
				r.address(b.at(n.Fact.Source.pos), n.Fact.Source.s)
			}
		}
	}
	for _, t := range r.shownTexts() {
		for _, link := range linkForm.FindAllString(t.text, -1) {
			link = strings.TrimRight(link, ".,;:!?")
			if t.kind == listing {
				r.warnf(t.place, "the link %s belongs under url", link)
			} else if r.address(t.place, link) && !hosts[host(link)] {
				r.warnf(t.place, "the link %s leads to a host that no service or source names", link)
			}
		}
	}
}

// address reports a link that is not https, or no link at all.
func (r *report) address(at place, link string) bool {
	switch {
	case strings.HasPrefix(link, "http://"):
		r.warnf(at, "the link %s is not https", link)
	case host(link) == "":
		r.errorf(at, "%q is not a web address such as https://www.nhs.uk/", short(link))
	default:
		return true
	}
	return false
}
