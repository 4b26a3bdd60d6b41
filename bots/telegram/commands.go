package telegram

import (
	"context"
	"encoding/json"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// The commands that the app offers, in its order, alone and in groups.
var (
	aloneCommands = []string{"menu", "find", "prompt", "role", "area", "urgent", "forget", "help"}
	groupCommands = []string{"find", "prompt", "urgent", "help"}

	// languages are those for which commands are set: everybody's, and English in particular,
	// so that none set earlier by hand stand before ours.
	languages = []string{"", "en"}
)

// A scope is marshalled with its type, which the library does in its own requests only.
type scope struct{ models.BotCommandScope }

func (s scope) MarshalJSON() ([]byte, error) { return s.MarshalCustom() }

// describe sets commands, name and descriptions, from the phrases "command-…", "name", "short" and
// "about". It tries each once: they stay from start to start.
func (a *Adapter) describe(ctx context.Context) {
	report := func(err error) {
		if err != nil && ctx.Err() == nil {
			a.log.Warn("bot not described", "error", err)
		}
	}
	for _, language := range languages {
		report(a.setCommands(ctx, aloneCommands, &models.BotCommandScopeAllPrivateChats{}, language))
		report(a.setCommands(ctx, groupCommands, &models.BotCommandScopeAllGroupChats{}, language))
	}
	report(a.setText(ctx, "Name", "name", "name"))
	report(a.setText(ctx, "ShortDescription", "short_description", "short"))
	report(a.setText(ctx, "Description", "description", "about"))
}

func (a *Adapter) setCommands(ctx context.Context, names []string, s models.BotCommandScope, language string) error {
	params := bot.SetMyCommandsParams{Scope: scope{s}, LanguageCode: language}
	for _, name := range names {
		if text := a.phrase("command-" + name); text != "" {
			params.Commands = append(params.Commands, models.BotCommand{Command: name, Description: text})
		}
	}
	if len(params.Commands) == 0 {
		return nil
	}
	return a.api.call(ctx, "setMyCommands", params, nil)
}

// setText sets one of the bot's texts unless it stands already: Telegram takes few changes a day.
func (a *Adapter) setText(ctx context.Context, what, field, key string) error {
	text := a.phrase(key)
	if text == "" {
		return nil
	}
	var now map[string]json.RawMessage
	if err := a.api.call(ctx, "getMy"+what, nil, &now); err != nil {
		return err
	}
	var present string
	if json.Unmarshal(now[field], &present) == nil && present == text {
		return nil
	}
	return a.api.call(ctx, "setMy"+what, map[string]string{field: text}, nil)
}
