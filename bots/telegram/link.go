package telegram

import (
	"fmt"
	"regexp"
)

const linkBase = "https://t.me/"

var (
	validPayload  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	validUsername = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{3,31}$`)
)

// ValidPayload reports whether Telegram takes the payload of a deep link: 1 to 64 letters, digits,
// "_" and "-".
func ValidPayload(payload string) bool { return validPayload.MatchString(payload) }

// Link returns the deep link that opens a chat with the bot and arrives at payload: a topic,
// "staff-ROLE", "find-WORDS" with "-" for spaces, or "" for the beginning.
func Link(username, payload string) (string, error) {
	switch {
	case !validUsername.MatchString(username):
		return "", fmt.Errorf("%q is not a bot's username", username)
	case payload == "":
		return linkBase + username, nil
	case !ValidPayload(payload):
		return "", fmt.Errorf("%q can't stand in a link: 1 to 64 letters, digits, \"_\" and \"-\" can", payload)
	}
	return linkBase + username + "?start=" + payload, nil
}
