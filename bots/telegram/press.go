package telegram

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// pressLife is how long we know which presses we have answered, longer than the replies before one take
// to go out. After it, or a restart, Telegram says that the press is too old, which does no harm.
const pressLife = 5 * time.Minute

// A callback is a press of a button. Its message may be missing, or too old to be shown.
type callback struct {
	ID      string      `json:"id"`
	From    models.User `json:"from"`
	Message *message    `json:"message"`
	Data    string      `json:"data"`
}

// fromCallback reads the press of a button.
func fromCallback(c *callback) *bots.Message {
	choice, kept := strings.CutPrefix(c.Data, keepMark)
	if choice == "" {
		choice = "." // leads where an unknown button leads
	}
	out := &bots.Message{Message: conversation.Message{ID: "press:" + c.ID, Choice: choice}}
	at := address{Chat: c.From.ID, Query: c.ID}
	if m := c.Message; m != nil && m.Chat.ID != 0 {
		at.Chat = m.Chat.ID
		if m.InTopic {
			at.Thread = m.Thread
		}
		if !kept {
			at.Old = m.pressed(c.Data)
		}
		out.Public = kind(m.Chat) != models.ChatTypePrivate
	}
	out.From = strconv.FormatInt(at.Chat, 10)
	if out.Public {
		out.From += ":" + strconv.FormatInt(c.From.ID, 10)
		at.Reply, at.Old = c.Message.ID, nil
	}
	at.Near = choice == askArea && !out.Public
	out.To = at.encode()
	return out
}

// pressed is the message whose button was pressed, as far as it is needed to mark the choice.
func (m *message) pressed(data string) *oldMessage {
	old := &oldMessage{ID: m.ID}
	if m.Date != 0 {
		old.Text = m.Text
	}
	for _, e := range m.Entities {
		switch e.Type { // those that we send
		case models.MessageEntityTypeBold, models.MessageEntityTypeItalic:
			old.Entities = append(old.Entities, models.MessageEntity{Type: e.Type, Offset: e.Offset, Length: e.Length})
		}
	}
	if m.Markup == nil {
		return old
	}
	for _, row := range m.Markup.Rows {
		var keep []button
		for _, b := range row {
			if b.Data == data && b.Copy == nil {
				old.Label = b.Text
			}
			if b.Copy != nil {
				keep = append(keep, b)
			}
		}
		if len(keep) > 0 {
			old.Keep = append(old.Keep, keep)
		}
	}
	return old
}
