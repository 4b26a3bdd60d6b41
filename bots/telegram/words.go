package telegram

import (
	"slices"
	"strings"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/bots"
)

// askArea is the choice that asks for the area anew.
const askArea = ".ask:area"

// choices are what our commands stand for.
var choices = map[string]string{
	"start": ".start", "menu": ".menu", "find": ".find", "prompt": ".prompt", "role": ".ask:role",
	"area": askArea, "urgent": ".urgent", "forget": ".forget", "help": ".help",
}

// hear puts what was typed into a message: a command with its words, or words. It reports whether
// the person wants to set their area.
func hear(out *bots.Message, words string, me *models.User) (near bool) {
	out.Text = words
	c, ok := parseCommand(words)
	choice, ours := choices[c.name]
	if !ok || !ours || !c.isFor(me) {
		return false
	}
	out.Choice, out.Text = choice, c.rest
	if c.name == "start" && ValidPayload(c.rest) {
		out.Choice, out.Text = choice+":"+c.rest, ""
	}
	return choice == askArea && !out.Public
}

// A command is "/find@our_bot food bank barton": its name in lower case, the bot named, and the rest.
type command struct{ name, bot, rest string }

// parseCommand reads a command at the start of a text. It trusts no entity, whose places are counted
// in other units and can be forged.
func parseCommand(text string) (command, bool) {
	after, ok := strings.CutPrefix(strings.TrimLeft(text, " \t\r\n"), "/")
	if !ok {
		return command{}, false
	}
	first, rest := after, ""
	if i := strings.IndexAny(after, " \t\r\n"); i >= 0 {
		first, rest = after[:i], strings.TrimSpace(after[i:])
	}
	name, bot, _ := strings.Cut(first, "@")
	if name == "" || len(name) > 32 || strings.ContainsFunc(name, notInName) || strings.ContainsFunc(bot, notInName) {
		return command{}, false
	}
	return command{strings.ToLower(name), bot, rest}, true
}

func notInName(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// isFor reports whether a command is for us, as one that names no bot is.
func (c command) isFor(me *models.User) bool {
	return c.bot == "" || me == nil || me.Username == "" || strings.EqualFold(c.bot, me.Username)
}

// addressed reports whether words said in a group are for us: a command, our name, or a reply to
// something we said. It returns them without our name.
func (m *message) addressed(words string, me *models.User) (string, bool) {
	if m.From != nil && m.From.IsBot && m.SenderChat == nil || m.ViaBot != nil {
		return "", false
	}
	if c, ok := parseCommand(words); ok {
		if choices[c.name] != "" && c.isFor(me) {
			return words, true
		}
		if c.bot != "" {
			return "", false
		}
	}
	if rest, ok := cutName(words, me.Username); ok {
		return rest, true
	}
	replied := m.ReplyTo != nil && m.ReplyTo.From != nil && me.ID != 0 && m.ReplyTo.From.ID == me.ID
	return words, replied
}

// cutName takes every "@username" out of a text.
func cutName(text, username string) (string, bool) {
	if username == "" {
		return text, false
	}
	fields := strings.Fields(text)
	kept := slices.DeleteFunc(slices.Clone(fields), func(f string) bool {
		return strings.EqualFold(strings.Trim(f, ".,;:!?()\"'"), "@"+username)
	})
	if len(kept) == len(fields) {
		return text, false
	}
	return strings.Join(kept, " "), true
}
