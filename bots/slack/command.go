package slack

import (
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// A command is a use of /signpost, from HTTP or Socket Mode.
type command struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Team        string `json:"team_id"`
	User        string `json:"user_id"`
	Channel     string `json:"channel_id"`
	ChannelName string `json:"channel_name"`
}

// readCommand reads a command. Its answer is for the person alone.
func (a *Adapter) readCommand(c command) (task, error) {
	if c.User == "" || c.Command == "" {
		return task{}, errMalformed
	}
	m := meaning(plain(c.Text))
	m.Voice = conversation.Staff
	if c.Trigger != "" {
		m.ID = "sl:" + c.Team + ":command:" + c.Trigger
	}
	to := address{Channel: c.Channel, User: c.User, URL: c.ResponseURL, Until: time.Now().Add(urlLife).Unix()}
	if c.Channel == "" || direct(c.Channel, "") || c.ChannelName == "directmessage" {
		to.Channel = "" // nobody is there to share with
	}
	return task{message: &bots.Message{Message: m, From: person(c.Team, c.User), To: to.encode()}}, nil
}

// meaning reads the first word of a command as a verb. Anything else is what the person noticed.
func meaning(text string) conversation.Message {
	verb, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch verb = strings.ToLower(verb); {
	case verb == "":
		return conversation.Message{Choice: ".menu"}
	case verb == "find":
		return conversation.Message{Choice: ".find", Text: rest}
	case verb == "prompt":
		return conversation.Message{Choice: ".prompt", Text: rest}
	case verb == "urgent" && rest == "":
		return conversation.Message{Choice: ".urgent"}
	case verb == "help" && rest == "":
		return conversation.Message{Choice: ".help"}
	}
	return conversation.Message{Text: text}
}
