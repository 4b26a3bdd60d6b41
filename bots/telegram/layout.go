package telegram

import (
	"strings"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const (
	maxText = 4096 // UTF-16 units of one message
	maxCopy = 256  // characters that a copy button may hold; counted in UTF-16 units, to be safe
	pairOf  = 16   // runes of a label that still lets two buttons stand in a row on a phone

	// keepMark before a button's data says that its message is never edited.
	keepMark = "!"
)

// hush is three blank lines of no-break spaces, which Telegram keeps and screen readers pass over. With
// the line above them they fill what a locked phone shows of a message: four lines, or some 100 letters.
// A spoiler would hide more, but a card about danger must be read without a tap.
var hush = strings.Repeat("\n"+strings.Repeat("\u00a0", 40), 3) + "\n"

// A keyboard is the buttons below a message, with exactly one thing that each of them does, which
// the library's type can't say.
type keyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

type button struct {
	Text string                 `json:"text"`
	Data string                 `json:"callback_data,omitempty"`
	URL  string                 `json:"url,omitempty"`
	Copy *models.CopyTextButton `json:"copy_text,omitempty"`
}

// A part is the text of one message, as HTML and plain. Without html it is sent plain.
type part struct{ html, plain string }

// layOut lays a reply out as messages that fit. A crisis card is one plain message, below a line and a
// gap that say nothing to whoever else sees the notification.
func (a *Adapter) layOut(r *conversation.Reply) []part {
	if r.Crisis {
		card := strings.Join(r.Lines(), "\n")
		if first := a.phrase("crisis"); first != "" && card != "" {
			card = first + hush + card
		}
		return pack([]part{{plain: card}})
	}
	var paragraphs []part
	for i := range r.Blocks {
		b := &r.Blocks[i]
		p := dress(b)
		if last := len(paragraphs) - 1; b.Style == conversation.Small && last >= 0 {
			paragraphs[last] = paragraphs[last].join("\n", p)
			continue
		}
		paragraphs = append(paragraphs, p)
	}
	return pack(paragraphs)
}

func (p part) join(sep string, q part) part {
	return part{p.html + sep + q.html, p.plain + sep + q.plain}
}

// dress gives a block its look. Its words are those of Block.Lines.
func dress(b *conversation.Block) part {
	plain := b.Lines()
	html := make([]string, len(plain))
	for i, line := range plain {
		html[i] = escape(line)
	}
	switch b.Style {
	case conversation.Heading:
		for i := range html {
			html[i] = tag("b", html[i])
		}
	case conversation.Small:
		for i := range html {
			html[i] = tag("i", html[i])
		}
	case conversation.Card:
		html[0] = tag("b", html[0])
	default:
		if label := escape(b.Label); label != "" {
			html[0] = tag("b", label) + strings.TrimPrefix(html[0], label)
		}
	}
	return part{strings.Join(html, "\n"), strings.Join(plain, "\n")}
}

func tag(name, html string) string {
	if html == "" {
		return ""
	}
	return "<" + name + ">" + html + "</" + name + ">"
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escape(text string) string { return escaper.Replace(text) }

// pack fills messages with paragraphs, parting one only if it is too long for a message alone.
func pack(paragraphs []part) []part {
	var messages []part
	for _, p := range paragraphs {
		for _, piece := range pieces(p) {
			if last := len(messages) - 1; last >= 0 {
				if joined := messages[last].join("\n\n", piece); units(joined.plain) <= maxText {
					messages[last] = joined
					continue
				}
			}
			messages = append(messages, piece)
		}
	}
	kept := messages[:0]
	for _, m := range messages {
		if strings.TrimSpace(m.plain) != "" {
			kept = append(kept, m)
		}
	}
	return kept
}

// pieces parts a paragraph that is too long at its lines, and those at their words; its look is lost.
func pieces(p part) []part {
	if units(p.plain) <= maxText {
		return []part{p}
	}
	var list []part
	for rest := p.plain; rest != ""; {
		head := rest
		if units(rest) > maxText {
			head = rest[:cut(rest)]
		}
		rest = strings.TrimLeft(rest[len(head):], " \n")
		piece := part{plain: head}
		if p.html != "" {
			piece.html = escape(head)
		}
		list = append(list, piece)
	}
	return list
}

// cut returns where to part a text that is too long: after a line, a word, or a letter.
func cut(text string) int {
	end, n := 0, 0
	for i, r := range text {
		if n += runeUnits(r); n > maxText {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	for _, sep := range []string{"\n", " "} {
		if i := strings.LastIndex(text[:end], sep); i > 0 {
			return i
		}
	}
	return end
}

// units counts a text as Telegram does, in UTF-16 code units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += runeUnits(r)
	}
	return n
}

func runeUnits(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}
