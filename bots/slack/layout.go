package slack

import (
	"strconv"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// What one message may hold. Slack takes 50 blocks; it refuses many long ones with no figure given,
// so a message has at most 10,000 letters of text.
const (
	maxBlocks  = 50
	maxLetters = 10_000
	maxButtons = 25 // in one actions block
)

// A page is one message: what it shows, and the same as text for notifications and screen readers.
type page struct {
	Text   string
	Blocks []api.Block
	urgent bool // goes before what waits
}

// An item is a block of Slack's with its words. Tight says that it belongs to the one above.
type item struct {
	block api.Block
	text  string
	tight bool
}

// A layout says what a reply looks like beside its words.
type layout struct {
	share   string // the label of a button below each service; "" is no button
	silent  bool   // no options and exits
	crisis  bool   // a card about danger, which stays when its buttons are pressed
	presses int    // buttons so far, which makes their ids unique
}

// pages lays a reply out, in as many messages as it takes. The buttons are in the last one.
func (l *layout) pages(r *conversation.Reply) []page {
	l.crisis = r.Crisis
	pages := l.fold(r)
	for i := range pages {
		pages[i].urgent = r.Crisis
	}
	return pages
}

// fold lays a reply out on as few pages as it fits.
func (l *layout) fold(r *conversation.Reply) []page {
	items := l.items(r)
	var buttons []item
	if !l.silent {
		buttons = l.buttons(r)
	}
	var pages []page
	for len(items)+len(buttons) > 0 {
		n, rest := fill(items, maxBlocks)
		if rest == 0 && n+len(buttons) <= maxBlocks {
			return append(pages, newPage(append(items[:n:n], buttons...)))
		}
		if n == 0 { // more buttons than one message takes
			n = min(maxBlocks, len(buttons))
			pages, buttons = append(pages, newPage(buttons[:n])), buttons[n:]
			continue
		}
		pages, items = append(pages, newPage(items[:n])), items[n:]
	}
	return pages
}

// fill returns how many items go on a page, and how many are left.
func fill(items []item, limit int) (n, rest int) {
	letters := 0
	for n < len(items) && n < limit {
		letters += len(items[n].text)
		if n > 0 && letters > maxLetters {
			break
		}
		n++
	}
	return n, len(items) - n
}

func newPage(items []item) page {
	var p page
	var text strings.Builder
	for i, it := range items {
		p.Blocks = append(p.Blocks, it.block)
		switch {
		case it.text == "":
			continue
		case i > 0 && it.tight:
			text.WriteByte('\n')
		case i > 0:
			text.WriteString("\n\n")
		}
		text.WriteString(it.text)
	}
	if p.Text = escape(text.String()); p.Text == "" {
		p.Text = "…"
	}
	if length(p.Text) > maxText {
		p.Text = split(text.String(), func(s string) bool { return length(escape(s)) < maxText })[0]
		p.Text = escape(p.Text) + "…"
	}
	return p
}

func (l *layout) items(r *conversation.Reply) []item {
	var items []item
	for i := range r.Blocks {
		b := &r.Blocks[i]
		switch b.Style {
		case conversation.Heading:
			items = append(items, heading(strings.Join(b.Lines(), "\n"))...)
		case conversation.Card:
			items = append(items, l.card(b.Card)...)
		case conversation.Small:
			items = append(items, small(strings.Join(b.Lines(), "\n"), i > 0)...)
		case conversation.List:
			body, _ := strings.CutPrefix(strings.Join(b.Lines(), "\n"), b.Label)
			items = append(items, sections(b.Label, body)...)
		default:
			items = append(items, sections(b.Label, b.Text)...)
		}
	}
	return items
}

// heading is a header if it fits.
func heading(text string) []item {
	if text == "" || length(text) > maxHeader || strings.Contains(text, "\n") {
		return sections(text, "")
	}
	return []item{{block: api.NewHeaderBlock(plainText(text)), text: text}}
}

// sections shows text below its label, in as many sections as it takes.
func sections(label, text string) []item {
	var items []item
	whole := spaced(label, text)
	if whole == "" {
		return nil
	}
	if o := words(label, text); length(o.Text) <= maxSection {
		return []item{{block: section(o), text: whole}}
	}
	for _, piece := range split(whole, func(s string) bool { return length(words("", s).Text) <= maxSection }) {
		items = append(items, item{block: section(words("", piece)), text: piece, tight: len(items) > 0})
	}
	return items
}

func section(text *api.TextBlockObject) *api.SectionBlock {
	return &api.SectionBlock{Type: api.MBTSection, Text: text}
}

// small shows a fact, a source or a hint in small letters.
func small(text string, tight bool) []item {
	var items []item
	for _, piece := range split(text, func(s string) bool { return length(words("", s).Text) <= maxContext }) {
		items = append(items, item{block: api.NewContextBlock("", words("", piece)), text: piece, tight: tight || len(items) > 0})
	}
	return items
}

// card shows a service: its name, what it does, how to reach it, and when it was last checked.
func (l *layout) card(c *conversation.ServiceCard) []item {
	lines := c.Lines()
	if c.Checked != "" {
		lines = lines[:len(lines)-1]
	}
	body := "\n" + strings.Join(lines[1:], "\n")
	if len(lines) == 1 {
		body = ""
	}
	items := sections(c.Name, body)
	if len(items) == 0 {
		return nil
	}
	first := items[0].block.(*api.SectionBlock)
	if first.Text.Type == api.MarkdownType && len(items) == 1 {
		if t := callable(first.Text.Text, c); length(t) <= maxSection {
			first.Text.Text = t
		}
	}
	if l.share != "" && c.ID != "" {
		first.Accessory = api.NewAccessory(l.button(actShare, c.ID, l.share))
	}
	return append(items, small(c.Checked, true)...)
}

// callable makes the phone number of a card one that can be tapped.
func callable(text string, c *conversation.ServiceCard) string {
	call := escape(c.Call)
	if c.Phone == "" || strings.Trim(c.Phone, "0123456789 +") != "" || !strings.Contains(call, c.Phone) {
		return text
	}
	tel := "<tel:" + strings.ReplaceAll(c.Phone, " ", "") + "|" + c.Phone + ">"
	return strings.Replace(text, call, strings.Replace(call, c.Phone, tel, 1), 1)
}

// buttons shows the options, and in a last row the ways out. A label too long for a button is
// written out above it.
func (l *layout) buttons(r *conversation.Reply) []item {
	var items []item
	var spelled, numbered []string
	for i, o := range r.Options {
		line := strconv.Itoa(i+1) + ". " + o.Label
		numbered = append(numbered, line)
		if length(o.Label) > maxButton {
			spelled = append(spelled, line)
		}
	}
	if len(spelled) > 0 {
		items = append(items, sections("", strings.Join(spelled, "\n"))...)
		for i := range items {
			items[i].text = ""
		}
	}
	rows := l.rows(r.Options)
	if len(rows) > 0 {
		rows[0].text = strings.Join(numbered, "\n")
	}
	return append(append(items, rows...), l.rows(r.Exits)...)
}

func (l *layout) rows(choices []conversation.Choice) []item {
	var items []item
	var row []api.BlockElement
	end := func() {
		if len(row) > 0 {
			items = append(items, item{block: api.NewActionBlock("", row...)})
			row = nil
		}
	}
	for _, c := range choices {
		if c.ID == "" || c.Label == "" {
			continue
		}
		purpose := actChoose
		if l.crisis {
			purpose = actLeave
		}
		row = append(row, l.button(purpose, c.ID, c.Label))
		if len(row) == maxButtons {
			end()
		}
	}
	end()
	return items
}

// bar is a row of the buttons that are there.
func bar(buttons ...*api.ButtonBlockElement) []item {
	var row []api.BlockElement
	for _, b := range buttons {
		if b != nil {
			row = append(row, b)
		}
	}
	if len(row) == 0 {
		return nil
	}
	return []item{{block: api.NewActionBlock("", row...)}}
}

// button is a button, or nil without a label.
func (l *layout) button(purpose, value, label string) *api.ButtonBlockElement {
	if label == "" {
		return nil
	}
	l.presses++
	return api.NewButtonBlockElement(purpose+":"+strconv.Itoa(l.presses), value, plainText(short(label, maxButton)))
}
