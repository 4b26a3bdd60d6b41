package slack

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// The first part of an action id says what a press is for; what follows ":" only makes it unique.
const (
	actChoose = "choose" // value: a choice id
	actLeave  = "leave"  // a choice id, on a message that stays as it is
	actNotice = "notice" // value: words typed into the Home tab
	actShare  = "share"  // value: a service id
	actSend   = "send"   // in the modal: the services to me
	actPost   = "post"   // in the modal: the services into the thread
)

const shortcutID = "find_signposting" // callback id of the message shortcut

// urlLife is how long a response_url is used: Slack says 30 minutes, and clocks differ.
const urlLife = 29 * time.Minute

// maxOld is how many bytes of an answered message are kept to show it again without its buttons.
const maxOld = 24 << 10

// An interaction is a press, a shortcut, or a modal being closed.
type interaction struct {
	Type        string `json:"type"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	CallbackID  string `json:"callback_id"`
	Team        struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channel"`
	Message   message `json:"message"`
	Container struct {
		MessageTS   string `json:"message_ts"`
		ChannelID   string `json:"channel_id"`
		ThreadTS    string `json:"thread_ts"`
		IsEphemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	View struct {
		ID       string `json:"id"`
		Hash     string `json:"hash"`
		Type     string `json:"type"`
		Metadata string `json:"private_metadata"`
	} `json:"view"`
	Actions []action `json:"actions"`
}

type message struct {
	TS       string            `json:"ts"`
	ThreadTS string            `json:"thread_ts"`
	Text     string            `json:"text"`
	Blocks   []json.RawMessage `json:"blocks"`
}

// An action is what was pressed, picked or typed.
type action struct {
	ID    string `json:"action_id"`
	TS    string `json:"action_ts"`
	Value string `json:"value"`
	Text  struct {
		Text string `json:"text"`
	} `json:"text"`
	Selected struct {
		Value string `json:"value"`
		Text  struct {
			Text string `json:"text"`
		} `json:"text"`
	} `json:"selected_option"`
}

func (c *action) purpose() string {
	p, _, _ := strings.Cut(c.ID, ":")
	return p
}

// readInteraction reads the payload of an interaction. A kind we don't know is an empty task.
func (a *Adapter) readInteraction(payload []byte) (task, error) {
	var kind struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(payload, &kind) != nil {
		return task{}, errMalformed
	}
	if kind.Type != "block_actions" && kind.Type != "message_action" {
		return task{}, nil // the answer to a closed or submitted view is an empty one
	}
	var in interaction
	if json.Unmarshal(payload, &in) != nil || in.User.ID == "" {
		return task{}, errMalformed
	}
	if in.Team.ID == "" {
		in.Team.ID = in.User.TeamID
	}
	if in.Container.ChannelID == "" {
		in.Container.ChannelID = in.Channel.ID
	}
	if in.Container.MessageTS == "" {
		in.Container.MessageTS = in.Message.TS
	}
	if kind.Type == "message_action" {
		if in.CallbackID != shortcutID {
			return task{}, nil
		}
		return task{act: func(ctx context.Context) { a.openModal(ctx, &in) }}, nil
	}
	if len(in.Actions) == 0 {
		return task{}, nil
	}
	return a.readAction(&in, &in.Actions[0]), nil
}

func (a *Adapter) readAction(in *interaction, c *action) task {
	value, label := c.Value, c.Text.Text
	if c.Selected.Value != "" {
		value, label = c.Selected.Value, c.Selected.Text.Text
	}
	switch c.purpose() {
	case actShare:
		return task{act: func(ctx context.Context) { a.share(ctx, in, value) }}
	case actSend, actPost:
		return task{act: func(ctx context.Context) { a.answerModal(ctx, in, c.purpose()) }}
	case actChoose, actLeave, actNotice:
	default:
		return task{}
	}
	m := conversation.Message{ID: pressID(in, c), Choice: value, Voice: conversation.Staff}
	if c.purpose() == actNotice {
		m.Choice, m.Text = "", strings.TrimSpace(value)
	}
	if m.Choice == "" && m.Text == "" {
		return task{}
	}
	return task{message: &bots.Message{Message: m, From: person(in.Team.ID, in.User.ID), To: in.replyTo(c.purpose() == actLeave, label).encode()}}
}

// pressID differs between two presses of one button, and is the same when one press comes twice.
func pressID(in *interaction, c *action) string {
	where := in.Container.ChannelID + ":" + in.Container.MessageTS
	if in.View.ID != "" {
		where = in.View.ID
	}
	return "sl:" + in.Team.ID + ":" + where + ":" + c.TS + ":" + in.Trigger
}

// replyTo says where the answer to a press goes: from the Home tab to a direct message, from an
// answer that only one person sees into its place, and from a direct message below it. Leave says
// that the message pressed is to stay as it is.
func (in *interaction) replyTo(leave bool, label string) address {
	channel := in.Container.ChannelID
	switch {
	case in.Container.MessageTS == "" || channel == "":
		return address{User: in.User.ID}
	case in.Container.IsEphemeral || !direct(channel, "") && in.Channel.Name != "directmessage":
		to := address{Channel: channel, User: in.User.ID, URL: in.ResponseURL, Until: time.Now().Add(urlLife).Unix()}
		to.Replace = in.Container.IsEphemeral && !leave
		return to
	}
	to := address{Channel: channel, User: in.User.ID, Thread: in.Container.ThreadTS}
	if !leave {
		to.Old = &answered{TS: in.Container.MessageTS, Text: in.Message.Text, Chosen: label, Blocks: in.Message.withoutButtons()}
	}
	return to
}

// withoutButtons returns the blocks of a message but for those that can be pressed, or nil if
// they are too many to keep.
func (m *message) withoutButtons() []json.RawMessage {
	var blocks []json.RawMessage
	size := 0
	for _, b := range m.Blocks {
		var block struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(b, &block) != nil || block.Type == "actions" {
			continue
		}
		if size += len(b); size > maxOld {
			return nil
		}
		blocks = append(blocks, b)
	}
	return blocks
}
