package slack

import (
	"context"
	"encoding/json"
	"html"
	"regexp"
	"strings"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// An envelope is what the Events API sends: an event still unread.
type envelope struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
		IsBot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

// An event is what we read of a message, a mention, or the Home tab being opened.
type event struct {
	Subtype     string `json:"subtype"`
	User        string `json:"user"`
	BotID       string `json:"bot_id"`
	Text        string `json:"text"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	TS          string `json:"ts"`
	ThreadTS    string `json:"thread_ts"`
	Tab         string `json:"tab"`
	Files       []struct {
		Mimetype string `json:"mimetype"`
	} `json:"files"`
	View struct {
		Hash string `json:"hash"`
	} `json:"view"`
}

// readEvent reads an envelope of the Events API. Challenge is not "" if that is to be echoed. An
// event of an unknown kind, or one that can't be read, is an empty task.
func (a *Adapter) readEvent(payload []byte) (t task, challenge string, err error) {
	var e envelope
	if json.Unmarshal(payload, &e) != nil {
		return task{}, "", errMalformed
	}
	switch e.Type {
	case "url_verification":
		return task{}, e.Challenge, nil
	case "app_rate_limited":
		a.log.Warn("slack holds back events: more than 30,000 in an hour")
		return task{}, "", nil
	case "event_callback":
		return a.readInner(e), "", nil
	}
	return task{}, "", nil
}

func (a *Adapter) readInner(e envelope) task {
	var kind struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(e.Event, &kind) != nil {
		a.counts.unread.Add(1)
		return task{}
	}
	switch kind.Type {
	case "message", "app_mention", "app_home_opened":
	default:
		return task{}
	}
	var ev event
	if json.Unmarshal(e.Event, &ev) != nil {
		a.counts.unread.Add(1)
		return task{}
	}
	if ev.User == "" || e.own(ev) {
		return task{}
	}
	switch {
	case kind.Type == "app_home_opened":
		if ev.Tab != "" && ev.Tab != "home" {
			return task{}
		}
		return task{act: func(ctx context.Context) { a.publishHome(ctx, e.TeamID, ev.User, ev.View.Hash) }}
	case kind.Type == "app_mention" && !direct(ev.Channel, ev.ChannelType):
		return task{message: mention(e.TeamID, ev)}
	case direct(ev.Channel, ev.ChannelType) && saysSomething(ev.Subtype):
		return task{message: directMessage(e.TeamID, ev)}
	}
	return task{}
}

// own reports whether an event was caused by us, another bot or Slack itself.
func (e *envelope) own(ev event) bool {
	if ev.BotID != "" || ev.User == "USLACKBOT" {
		return true
	}
	for _, who := range e.Authorizations {
		if who.IsBot && who.UserID == ev.User {
			return true
		}
	}
	return false
}

// direct reports whether a channel is a conversation of one person with us.
func direct(channel, kind string) bool {
	return kind == "im" || kind == "" && strings.HasPrefix(channel, "D")
}

// saysSomething reports whether a message of that subtype is a new one by a person: edits,
// deletions and notices are not.
func saysSomething(subtype string) bool {
	switch subtype {
	case "", "file_share", "me_message", "thread_broadcast":
		return true
	}
	return false
}

func directMessage(team string, ev event) *bots.Message {
	m := conversation.Message{ID: messageID(team, ev.Channel, ev.TS), Text: plain(ev.Text), Voice: conversation.Staff}
	if m.Text == "" {
		m.Other = "other"
		if len(ev.Files) > 0 {
			m.Other = fileKind(ev.Files[0].Mimetype)
		}
	}
	return &bots.Message{Message: m, From: person(team, ev.User), To: address{Channel: ev.Channel, User: ev.User, Thread: ev.ThreadTS}.encode()}
}

// mention reads a mention where others read along: it is answered in its thread.
func mention(team string, ev event) *bots.Message {
	thread := ev.ThreadTS
	if thread == "" {
		thread = ev.TS
	}
	return &bots.Message{
		Message: conversation.Message{ID: messageID(team, ev.Channel, ev.TS), Text: plain(ev.Text), Voice: conversation.Staff, Public: true},
		From:    person(team, ev.User),
		To:      address{Channel: ev.Channel, User: ev.User, Thread: thread, Public: true}.encode(),
	}
}

// messageID is the same for every event that speaks of one message.
func messageID(team, channel, ts string) string { return "sl:" + team + ":" + channel + ":" + ts }

// person is one conversation: everything that somebody sends us in private.
func person(team, user string) string { return team + ":" + user }

// fileKind returns the key of Phrases.Others for a file.
func fileKind(mimetype string) string {
	kind, _, _ := strings.Cut(mimetype, "/")
	switch kind {
	case "image":
		return "photo"
	case "audio":
		return "voice"
	case "video":
		return "video"
	}
	return "file"
}

var marked = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

// plain returns the words of Slack's markup: mentions of people go, links and channels keep their name.
func plain(text string) string {
	text = marked.ReplaceAllStringFunc(text, func(m string) string {
		parts := marked.FindStringSubmatch(m)
		switch {
		case strings.HasPrefix(parts[1], "@"), strings.HasPrefix(parts[1], "!"):
			return " "
		case parts[2] != "":
			return parts[2]
		case strings.HasPrefix(parts[1], "#"):
			return " "
		}
		return parts[1]
	})
	return strings.TrimSpace(html.UnescapeString(text))
}
