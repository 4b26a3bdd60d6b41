package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/terminal"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// chat holds a conversation in the terminal, or over a pipe: each line is one message.
func chat(_ context.Context, e *env, args []string) error {
	f, src := e.flags("chat")
	who := f.String("as", "", "")
	role := f.String("role", "", "")
	area := f.String("area", "", "")
	record := f.String("record", "", "")
	if rest, err := e.parse(f, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return misuse("chat takes no argument %q", rest[0])
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	voice, err := person(script, *who, *role, *area)
	if err != nil {
		return err
	}
	talk := &terminal.Talk{Script: script, Now: time.Now}
	if *record != "" {
		file, err := os.OpenFile(*record, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			return bots.WithHint(fmt.Errorf("record conversation: %s is there already", *record), "give a new name, or remove it first")
		}
		if err != nil {
			return fmt.Errorf("record conversation: %w", err)
		}
		defer file.Close()
		talk.Record = file
	}
	first, err := talk.Open(voice, *role, *area)
	if err != nil {
		return err
	}
	return terminal.Chat(talk, first, e.stdin, e.stdout, screenOf(e))
}

// person checks who a conversation is for. Naming a role means staff.
func person(script *conversation.Script, who, role, area string) (conversation.Voice, error) {
	voice := conversation.Voice(who)
	if role != "" && voice == "" {
		voice = conversation.Staff
	}
	if voice != "" && voice != conversation.Staff && voice != conversation.Resident {
		return "", misuse("-as is resident or staff, not %q", who)
	}
	if role != "" {
		if voice != conversation.Staff {
			return "", misuse("-role goes with -as staff")
		}
		roles := make([]string, len(script.Roles))
		for i, r := range script.Roles {
			roles[i] = r.ID
		}
		if !slices.Contains(roles, role) {
			return "", misuse("there is no role %q; the roles are %s", role, strings.Join(roles, ", "))
		}
	}
	if area != "" && script.Directory.Areas().Chain(area) == nil {
		var areas []string
		for _, a := range script.Directory.Areas().All() {
			areas = append(areas, a.ID)
		}
		return "", misuse("there is no area %q; the areas are %s", area, strings.Join(areas, ", "))
	}
	return voice, nil
}

// screenOf is a screen as wide as the terminal, or plain when there is none.
func screenOf(e *env) terminal.Screen {
	in, inOK := e.stdin.(*os.File)
	out, outOK := e.stdout.(*os.File)
	if !inOK || !outOK || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return terminal.Screen{}
	}
	width, _, err := term.GetSize(int(out.Fd()))
	if err != nil {
		width = 80
	}
	return terminal.Screen{Width: min(width, 80), Colour: e.getenv("NO_COLOR") == "" && e.getenv("TERM") != "dumb", Prompt: true}
}
