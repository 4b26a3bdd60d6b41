package telegram

import (
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// buttons makes the keyboard of a reply: cards to copy, options, then the ways out in a last row.
// Where others can read there are no options, only a way to talk alone. It is nil without a button.
func (a *Adapter) buttons(r *conversation.Reply, public bool) models.ReplyMarkup {
	rows := a.copyRows(r)
	if public {
		if me := a.me.Load(); me != nil && me.Username != "" {
			if label := a.phrase("alone"); label != "" {
				rows = append(rows, []button{{Text: label, URL: linkBase + me.Username}})
			}
		}
	} else {
		mark := ""
		if r.Crisis {
			mark = keepMark
		}
		rows = append(rows, optionRows(r.Options, mark)...)
		if len(r.Exits) > 0 {
			var last []button
			for _, c := range r.Exits {
				last = append(last, button{Text: c.Label, Data: mark + c.ID})
			}
			rows = append(rows, last)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return keyboard{rows}
}

// optionRows sets two short options side by side and gives a long one a row.
func optionRows(options []conversation.Choice, mark string) [][]button {
	var rows [][]button
	short := func(c conversation.Choice) bool { return utf8.RuneCountInString(c.Label) <= pairOf }
	for i := 0; i < len(options); i++ {
		row := []button{{Text: options[i].Label, Data: mark + options[i].ID}}
		if i+1 < len(options) && short(options[i]) && short(options[i+1]) {
			i++
			row = append(row, button{Text: options[i].Label, Data: mark + options[i].ID})
		}
		rows = append(rows, row)
	}
	return rows
}

// copyRows makes a button for each card that copies it, to hand over.
func (a *Adapter) copyRows(r *conversation.Reply) [][]button {
	label := a.phrase("copy")
	if label == "" {
		return nil
	}
	var rows [][]button
	for i := range r.Blocks {
		if card := r.Blocks[i].Card; card != nil {
			rows = append(rows, []button{{Text: label + " " + card.Name, Copy: &models.CopyTextButton{Text: copied(card)}}})
		}
	}
	return rows
}

// copied is the short form of a card: its name, how to ring or text, with the mark of a number that
// is not checked, where it is, and the link, as far as they fit.
func copied(c *conversation.ServiceCard) string {
	text := ""
	for _, line := range []string{c.Name, c.Call, c.Where, c.Link} {
		with := text
		if with != "" && line != "" {
			with += "\n"
		}
		if with += line; units(with) <= maxCopy {
			text = with
		}
	}
	return text
}
