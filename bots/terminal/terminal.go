// Package terminal is a conversation in lines of text: a person at a keyboard, a pipe, or a golden
// conversation in a file, which has the same format as the screen.
package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// maxLine is how many bytes of a line are read; the rest of it is dropped.
const maxLine = 64 << 10

// A Talk is one conversation, held in memory only.
type Talk struct {
	Script *conversation.Script
	Now    func() time.Time
	Record io.Writer // if not nil, gets the conversation as a golden one

	session []byte
	events  int
}

// Open begins a talk as somebody whose voice, role and area are known, as far as they are not "",
// and returns the first screen.
func (t *Talk) Open(voice conversation.Voice, role, area string) (conversation.Reply, error) {
	known := conversation.Session{Voice: voice, Role: role, Area: area}
	var err error
	if t.Record != nil {
		if _, err := io.WriteString(t.Record, Header{voice, role, area}.String()); err != nil {
			return conversation.Reply{}, fmt.Errorf("record conversation: %w", err)
		}
	}
	if t.session, err = known.MarshalBinary(); err != nil {
		return conversation.Reply{}, err
	}
	return t.turn(conversation.Message{Choice: ".start"})
}

// Say takes one line through a turn.
func (t *Talk) Say(line string) (conversation.Reply, error) {
	if t.Record != nil {
		if _, err := io.WriteString(t.Record, "> "+line+"\n"); err != nil {
			return conversation.Reply{}, fmt.Errorf("record conversation: %w", err)
		}
	}
	return t.turn(conversation.Message{Text: line})
}

// turn rereads the session, as every platform does, so that what is kept is all that counts.
func (t *Talk) turn(m conversation.Message) (conversation.Reply, error) {
	var s conversation.Session
	if err := s.UnmarshalBinary(t.session); err != nil {
		return conversation.Reply{}, err
	}
	t.events++
	m.ID = strconv.Itoa(t.events)
	s, reply := conversation.Turn(t.Script, s, m, t.Now())
	var err error
	if t.session, err = s.MarshalBinary(); err != nil {
		return reply, err
	}
	if t.Record != nil {
		if _, err := io.WriteString(t.Record, reply.String()+"\n\n"); err != nil {
			return reply, fmt.Errorf("record conversation: %w", err)
		}
	}
	return reply, nil
}

// Place returns where the talk stands.
func (t *Talk) Place() (conversation.Voice, conversation.Place) {
	var s conversation.Session
	if err := s.UnmarshalBinary(t.session); err != nil {
		return "", conversation.Place{}
	}
	return s.Voice, s.At
}

// A Screen is how replies look on a terminal.
type Screen struct {
	Width  int  // columns to wrap at; 0 is as they come
	Colour bool // a colour or two
	Prompt bool // "> " before each line is typed
}

// Chat talks with whoever is at in and out until in ends. Each line is one message.
func Chat(t *Talk, first conversation.Reply, in io.Reader, out io.Writer, screen Screen) error {
	lines := bufio.NewReaderSize(in, maxLine)
	w := bufio.NewWriter(out)
	reply := first
	for {
		screen.write(w, &reply)
		if err := w.Flush(); err != nil {
			return fmt.Errorf("write to the terminal: %w", err)
		}
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			if screen.Prompt {
				fmt.Fprintln(out)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("read from the terminal: %w", err)
		}
		if strings.TrimSpace(line) == "" {
			reply = conversation.Reply{}
			continue
		}
		if reply, err = t.Say(line); err != nil {
			return err
		}
	}
}

// readLine returns the next line without its end, cut at maxLine. The last line need not end.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	text := string(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if errors.Is(err, io.EOF) && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}

const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	red   = "\x1b[1;31m"
	plain = "\x1b[0m"
)

// Print prints one reply.
func (s Screen) Print(w io.Writer, r *conversation.Reply) error {
	_, err := io.WriteString(w, strings.Join(s.lines(r), "\n")+"\n")
	return err
}

// write prints a reply, then the prompt or an empty line.
func (s Screen) write(w io.Writer, r *conversation.Reply) {
	if len(r.Blocks) > 0 {
		for _, line := range s.lines(r) {
			fmt.Fprintln(w, line)
		}
		fmt.Fprintln(w)
	}
	if s.Prompt {
		fmt.Fprint(w, "> ")
	}
}

func (s Screen) lines(r *conversation.Reply) []string {
	if !s.Colour && s.Width == 0 {
		return strings.Split(r.String(), "\n")
	}
	var lines []string
	for i, b := range r.Blocks {
		if i > 0 && b.Style != conversation.Small {
			lines = append(lines, "")
		}
		on := ""
		switch {
		case !s.Colour:
		case r.Crisis && b.Style == conversation.Heading, b.Style == conversation.Alert:
			on = red
		case b.Style == conversation.Heading, b.Style == conversation.Aloud:
			on = bold
		case b.Style == conversation.Small:
			on = dim
		}
		for j, line := range b.Lines() {
			for _, part := range wrap(line, s.Width) {
				style := on
				if b.Style == conversation.Card && j == 0 && s.Colour {
					style = bold
				}
				if style != "" {
					part = style + part + plain
				}
				lines = append(lines, part)
			}
		}
	}
	if len(r.Options) > 0 {
		lines = append(lines, "")
	}
	for i, o := range r.Options {
		lines = append(lines, wrap(strconv.Itoa(i+1)+". "+o.Label, s.Width)...)
	}
	return lines
}

// wrap breaks a line at spaces so that it fits width columns, a letter a column.
func wrap(line string, width int) []string {
	if width <= 0 {
		return []string{line}
	}
	var lines []string
	for {
		runes := []rune(line)
		if len(runes) <= width {
			return append(lines, line)
		}
		cut := width
		for cut > 0 && runes[cut] != ' ' {
			cut--
		}
		if cut == 0 {
			if cut = strings.IndexByte(line, ' '); cut < 0 {
				return append(lines, line)
			}
			lines, line = append(lines, line[:cut]), line[cut+1:]
			continue
		}
		lines, line = append(lines, string(runes[:cut])), string(runes[cut+1:])
	}
}
