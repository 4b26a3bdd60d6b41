package telegram

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// errNotIntroduced means that an update of a group can't be understood before we know our own name.
var errNotIntroduced = errors.New("our username is not known yet")

// errEnvelope means that an update is not one at all.
var errEnvelope = errors.New("not an update")

// An incoming is what one update means to us: a message, an inline query, or nothing.
type incoming struct {
	id      int64 // 0 if it could not be read
	message *bots.Message
	inline  *models.InlineQuery
}

type envelope struct {
	ID int64 `json:"update_id"`
}

// An update holds the fields that we read; what else Telegram sends, of today or tomorrow, can't
// make it fail to decode.
type update struct {
	envelope
	Message  *message            `json:"message"`
	Edited   *message            `json:"edited_message"`
	Callback *callback           `json:"callback_query"`
	Inline   *models.InlineQuery `json:"inline_query"`
}

type message struct {
	ID         int              `json:"message_id"`
	Thread     int              `json:"message_thread_id"`
	InTopic    bool             `json:"is_topic_message"`
	Date       int64            `json:"date"`
	EditDate   int64            `json:"edit_date"`
	Chat       models.Chat      `json:"chat"`
	From       *models.User     `json:"from"`
	SenderChat *models.Chat     `json:"sender_chat"`
	ViaBot     *models.User     `json:"via_bot"`
	ReplyTo    *repliedTo       `json:"reply_to_message"`
	Text       string           `json:"text"`
	Caption    string           `json:"caption"`
	Location   *models.Location `json:"location"`
	Markup     *keyboard        `json:"reply_markup"`
	Entities   entities         `json:"entities"`
	contents
}

type repliedTo struct {
	From *models.User `json:"from"`
}

// entities are taken as they can be understood: none at all if one is malformed.
type entities []models.MessageEntity

func (e *entities) UnmarshalJSON(data []byte) error {
	var list []models.MessageEntity
	if json.Unmarshal(data, &list) == nil {
		*e = list
	}
	return nil
}

// A present field is there and not null, whatever is in it.
type present bool

func (p *present) UnmarshalJSON(data []byte) error {
	*p = string(data) != "null"
	return nil
}

// contents are what a message may carry beside text.
type contents struct {
	Voice     present `json:"voice"`
	VideoNote present `json:"video_note"`
	Audio     present `json:"audio"`
	Photo     present `json:"photo"`
	Sticker   present `json:"sticker"`
	Video     present `json:"video"`
	Animation present `json:"animation"`
	Document  present `json:"document"`
	Contact   present `json:"contact"`
	Poll      present `json:"poll"`

	// Notes of the app about a private chat, which nobody expects an answer to.
	Pinned      present `json:"pinned_message"`
	Timer       present `json:"message_auto_delete_timer_changed"`
	Background  present `json:"chat_background_set"`
	Theme       present `json:"chat_theme"`
	Allowed     present `json:"write_access_allowed"`
	UsersShared present `json:"users_shared"`
	ChatShared  present `json:"chat_shared"`
	Gift        present `json:"gift"`
	UniqueGift  present `json:"unique_gift"`
	Topic       present `json:"forum_topic_created"`
	TopicEdited present `json:"forum_topic_edited"`
}

// other names what cannot be read, by the keys of conversation.Phrases.Others; "" is a note of the app.
func (c *contents) other() string {
	kinds := []struct {
		is  present
		key string
	}{
		{c.Voice || c.VideoNote || c.Audio, "voice"},
		{c.Photo, "photo"},
		{c.Sticker, "sticker"},
		{c.Video || c.Animation, "video"},
		{c.Document, "file"},
		{c.Contact, "contact"},
		{c.Poll, "poll"},
		{c.Pinned || c.Timer || c.Background || c.Theme || c.Allowed || c.UsersShared || c.ChatShared ||
			c.Gift || c.UniqueGift || c.Topic || c.TopicEdited, ""},
	}
	for _, k := range kinds {
		if k.is {
			return k.key
		}
	}
	return "other"
}

// read decodes an update: the envelope, then what is in it. With an error the id is still given if
// it could be read.
func (a *Adapter) read(raw []byte) (incoming, error) {
	var u update
	a.inbound.Store(time.Now().UnixNano())
	decoded := json.Unmarshal(raw, &u)
	if decoded != nil { // the id alone may still be readable
		u = update{}
		json.Unmarshal(raw, &u.envelope)
	}
	if u.ID <= 0 {
		return incoming{}, errEnvelope
	}
	in := incoming{id: u.ID}
	if decoded != nil {
		return in, fmt.Errorf("decode update: %w", decoded)
	}
	var err error
	switch {
	case u.Message != nil:
		in.message, err = a.fromMessage(u.Message)
	case u.Edited != nil:
		in.message = fromEdited(u.Edited)
	case u.Callback != nil:
		in.message = fromCallback(u.Callback)
	case u.Inline != nil:
		in.inline = u.Inline
	}
	if in.message != nil {
		// An id may be used again after a quiet week, so the event has something of its own.
		in.message.ID = "tg:" + strconv.FormatInt(in.id, 10) + ":" + in.message.ID
	}
	return in, err
}

// fromMessage reads a message; nil is one that is not for us.
func (a *Adapter) fromMessage(m *message) (*bots.Message, error) {
	out := &bots.Message{Message: conversation.Message{ID: m.event()}}
	at := address{Chat: m.Chat.ID}
	words := cmp.Or(m.Text, m.Caption)
	me := a.me.Load()
	switch kind(m.Chat) {
	case models.ChatTypePrivate:
		if me != nil && m.ViaBot != nil && m.ViaBot.ID == me.ID {
			return nil, nil // a card of ours that they shared with us
		}
		out.From = strconv.FormatInt(m.Chat.ID, 10)
	case models.ChatTypeGroup, models.ChatTypeSupergroup:
		if me == nil {
			return nil, errNotIntroduced
		}
		var ours bool
		if words, ours = m.addressed(words, me); !ours {
			return nil, nil
		}
		out.Public, out.From = true, m.sender()
		at.Reply = m.ID
	default:
		return nil, nil
	}
	if m.InTopic {
		at.Thread = m.Thread
	}
	switch {
	case m.Location != nil:
		out.Other, out.Lat, out.Long = "location", m.Location.Latitude, m.Location.Longitude
	case words != "" || m.Text != "" || m.Caption != "":
		at.Near = hear(out, words, me)
	default:
		if out.Other = m.other(); out.Other == "" {
			return nil, nil
		}
	}
	out.To = at.encode()
	return out, nil
}

// fromEdited reads a message that was changed. A place that moves is no message at all.
func fromEdited(m *message) *bots.Message {
	if kind(m.Chat) != models.ChatTypePrivate || m.Location != nil {
		return nil
	}
	at := address{Chat: m.Chat.ID}
	if m.InTopic {
		at.Thread = m.Thread
	}
	return &bots.Message{
		Message: conversation.Message{ID: m.event(), Text: cmp.Or(m.Text, m.Caption), Other: "edited"},
		From:    strconv.FormatInt(m.Chat.ID, 10), To: at.encode(),
	}
}

// kind is the type of a chat; the ids of private ones alone are positive.
func kind(c models.Chat) models.ChatType {
	if c.Type == "" && c.ID > 0 {
		return models.ChatTypePrivate
	}
	return c.Type
}

// event says which message this is, beside the id of its update.
func (m *message) event() string {
	return fmt.Sprintf("%d:%d:%d", m.ID, m.Date, m.EditDate)
}

// sender is one person's conversation in a group.
func (m *message) sender() string {
	chat := strconv.FormatInt(m.Chat.ID, 10)
	switch {
	case m.SenderChat != nil:
		return chat + ":" + strconv.FormatInt(m.SenderChat.ID, 10)
	case m.From != nil:
		return chat + ":" + strconv.FormatInt(m.From.ID, 10)
	}
	return chat
}
