package conversation

import (
	"strconv"
	"strings"
)

// A Message is one thing a person sent.
type Message struct {
	ID     string // the platform's id of the event; the same id again is the same message again
	Text   string // what they typed
	Choice string // the id of the choice they made instead, or a way in such as a deep link
	Voice  Voice  // the voice of somebody we have not asked, on a platform where it is known
	Other  string // what they sent that we cannot read: a key of Phrases.Others ("photo", "voice", …)
	Public bool   // others can read the answer: nothing personal is asked, and the session stays as it is

	Lat, Long float64 // a place shared with Other "location", in degrees; used for its area and dropped
}

// A Style says what a block is, so that each platform can lay it out in its own way.
type Style string

// The styles of a block.
const (
	Heading Style = "heading"
	Text    Style = "text"
	Aloud   Style = "aloud"  // words for a worker to say
	List    Style = "list"   // Text has one item a line
	Small   Style = "small"  // a fact, a source, a hint
	Alert   Style = "alert"  // red flags
	Card    Style = "card"   // a service; Card is set
	Spaced  Style = "spaced" // plain text that stands apart
)

// A Block is one paragraph of a reply. Label, if any, introduces it.
type Block struct {
	Style Style        `json:"style"`
	Label string       `json:"label,omitempty"`
	Text  string       `json:"text,omitempty"`
	Card  *ServiceCard `json:"card,omitempty"`
}

// A ServiceCard is a service as a person reads it: every line is ready to show, and a line that
// would be empty is "".
type ServiceCard struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	What    string `json:"what,omitempty"`
	Phone   string `json:"phone,omitempty"` // the number alone
	Text    string `json:"text,omitempty"`  // the number to text, alone
	Call    string `json:"call,omitempty"`  // the line about ringing and texting, "not yet checked" included
	Where   string `json:"where,omitempty"`
	Hours   string `json:"hours,omitempty"`
	Cost    string `json:"cost,omitempty"`
	Checked string `json:"checked,omitempty"`
	Link    string `json:"link,omitempty"`
}

// Lines returns the card as lines of plain text, the name first.
func (c *ServiceCard) Lines() []string {
	lines := []string{c.Name}
	for _, l := range []string{c.What, c.Call, c.Where, c.Hours, c.Cost, c.Link, c.Checked} {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// A Choice is something the person may press, or answer by its number, label or other words.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// A Reply is what we say back. Every word of it comes from the content.
type Reply struct {
	Blocks  []Block  `json:"blocks"`
	Options []Choice `json:"options,omitempty"`
	Exits   []Choice `json:"exits,omitempty"` // ways out that a platform with buttons shows in a last row
	Crisis  bool     `json:"crisis,omitempty"`
	// Chosen is the label of the option this reply answers, for a platform that marks the old question.
	Chosen string `json:"chosen,omitempty"`
	// Answered is the id of the choice that this reply answers, as it stands in the content.
	Answered string `json:"answered,omitempty"`
	// Outcome says what happened, for logs and counts: no words, no ids of people.
	Outcome string `json:"outcome,omitempty"`
}

// Lines returns the blocks of the reply as plain text, one paragraph, list item or blank a line,
// without its options.
func (r *Reply) Lines() []string {
	var lines []string
	for i, b := range r.Blocks {
		if i > 0 && b.Style != Small {
			lines = append(lines, "")
		}
		lines = append(lines, b.Lines()...)
	}
	return lines
}

// Lines returns the block as plain text.
func (b *Block) Lines() []string {
	switch b.Style {
	case Card:
		return b.Card.Lines()
	case List:
		var lines []string
		if b.Label != "" {
			lines = append(lines, b.Label)
		}
		for item := range strings.Lines(b.Text) {
			lines = append(lines, "- "+strings.TrimSuffix(item, "\n"))
		}
		return lines
	}
	t := b.Text
	if b.Label != "" {
		t = b.Label + " " + t
	}
	return strings.Split(t, "\n")
}

// String returns the reply as plain text with numbered options: what the terminal prints and the
// golden conversations hold.
func (r *Reply) String() string {
	lines := r.Lines()
	if len(r.Options) > 0 {
		lines = append(lines, "")
	}
	for i, o := range r.Options {
		lines = append(lines, strconv.Itoa(i+1)+". "+o.Label)
	}
	return strings.Join(lines, "\n")
}
