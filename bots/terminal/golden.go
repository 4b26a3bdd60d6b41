package terminal

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// A Header says who a golden conversation is for, in lines such as "# role: fire".
type Header struct {
	As   conversation.Voice
	Role string
	Area string
}

func (h Header) String() string {
	var b strings.Builder
	for _, line := range [][2]string{{"as", string(h.As)}, {"role", h.Role}, {"area", h.Area}} {
		if line[1] != "" {
			fmt.Fprintf(&b, "# %s: %s\n", line[0], line[1])
		}
	}
	return b.String()
}

// A Golden is a conversation that must always go the same way: comments and a header, then what
// signpost says and, after "> ", what the person types.
type Golden struct {
	Comments []string // lines after "# " that are no header
	Header   Header
	Lines    []string // what the person types
}

// ParseGolden reads a golden conversation, as far as it is needed to hold it again.
func ParseGolden(text string) (Golden, error) {
	var g Golden
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if typed, ok := strings.CutPrefix(line, "> "); ok {
			g.Lines = append(g.Lines, typed)
			continue
		}
		comment, ok := strings.CutPrefix(line, "# ")
		if !ok || len(g.Lines) > 0 {
			continue
		}
		key, value, _ := strings.Cut(comment, ": ")
		switch key {
		case "as":
			g.Header.As = conversation.Voice(value)
		case "role":
			g.Header.Role = value
		case "area":
			g.Header.Area = value
		default:
			g.Comments = append(g.Comments, comment)
		}
	}
	if len(g.Lines) == 0 {
		return g, fmt.Errorf("no line starts with %q", "> ")
	}
	return g, nil
}

// ReadGoldens reads the golden conversations of a folder, by the names of their files.
func ReadGoldens(files fs.FS, dir string) (map[string]Golden, error) {
	list, err := fs.Glob(files, path.Join(dir, "*.txt"))
	if err != nil || len(list) == 0 {
		return nil, fmt.Errorf("no golden conversations in %s: %w", dir, cmp.Or(err, fs.ErrNotExist))
	}
	goldens := make(map[string]Golden, len(list))
	for _, name := range list {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read golden conversation: %w", err)
		}
		if goldens[path.Base(name)], err = ParseGolden(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return goldens, nil
}

// Replay holds the conversation again and returns the golden text it gives now. Seen, if not nil,
// is called with every place and option that the conversation passes.
func (g Golden) Replay(t *Talk, seen func(conversation.Voice, conversation.Place, conversation.Reply)) (string, error) {
	var b strings.Builder
	for _, c := range g.Comments {
		b.WriteString("# " + c + "\n")
	}
	t.Record = &b
	if _, err := t.Open(g.Header.As, g.Header.Role, g.Header.Area); err != nil {
		return "", err
	}
	for _, line := range g.Lines {
		reply, err := t.Say(line)
		if err != nil {
			return "", err
		}
		if seen != nil {
			voice, place := t.Place()
			seen(voice, place, reply)
		}
	}
	return b.String(), nil
}
