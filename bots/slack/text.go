package slack

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf16"

	api "github.com/slack-go/slack"
)

// Slack's limits, in letters as it counts them: UTF-16 units of the escaped text.
const (
	maxSection = 3000
	maxContext = 2000
	maxHeader  = 150
	maxButton  = 75
	maxText    = 3900 // of a message; Slack takes 40,000 and asks for 4,000
)

func length(s string) int { return len(utf16.Encode([]rune(s))) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape keeps Slack from reading markup into a text.
func escape(s string) string { return escaper.Replace(s) }

var links = regexp.MustCompile(`https?://[^\s<>|"]*[^\s<>|".,;:!?)]`)

// formatted reports whether Slack would read some letters of a text as formatting.
func formatted(s string) bool {
	s = links.ReplaceAllString(s, "")
	return strings.ContainsAny(s, "*_~`") || strings.HasPrefix(s, ">") || strings.Contains(s, "\n>")
}

// linked escapes a text and makes its web addresses links.
func linked(s string) string {
	return links.ReplaceAllStringFunc(escape(s), func(url string) string { return "<" + url + ">" })
}

// words makes a text object that reads as label and text do, the label in bold, and in which
// nothing else is formatting. It is plain text where Slack's formatting would get in the way.
func words(label, text string) *api.TextBlockObject {
	if formatted(label) || formatted(text) {
		return plainText(spaced(label, text))
	}
	if label != "" {
		label = "*" + escape(label) + "*"
	}
	return &api.TextBlockObject{Type: api.MarkdownType, Text: spaced(label, linked(text)), Verbatim: true}
}

func spaced(label, text string) string {
	if label == "" || text == "" {
		return label + text
	}
	if strings.HasPrefix(text, "\n") {
		return label + text
	}
	return label + " " + text
}

func plainText(s string) *api.TextBlockObject {
	no := false
	return &api.TextBlockObject{Type: api.PlainTextType, Text: s, Emoji: &no}
}

// short cuts a text that must fit so many letters, with an ellipsis.
func short(s string, limit int) string {
	if length(s) <= limit {
		return s
	}
	r := []rune(s)
	for length(string(r)) > limit-1 {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

// split cuts a text into pieces that fit, at the end of a line or a word where it can.
func split(s string, fits func(string) bool) []string {
	var pieces []string
	for !fits(s) {
		r := []rune(s)
		n := max(1, sort.Search(len(r), func(i int) bool { return !fits(string(r[:i+1])) }))
		head := string(r[:n])
		if i := strings.LastIndexByte(head, '\n'); i > 0 {
			head = head[:i]
		} else if i := strings.LastIndexByte(head, ' '); i > 0 {
			head = head[:i]
		}
		pieces = append(pieces, head)
		s = strings.TrimLeft(s[len(head):], " \n")
	}
	if s != "" {
		pieces = append(pieces, s)
	}
	return pieces
}
