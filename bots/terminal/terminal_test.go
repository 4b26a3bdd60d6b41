package terminal

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

func newTalk(t testing.TB) *Talk {
	t.Helper()
	lexicon, err := nlu.New(nlu.Data{})
	if err != nil {
		t.Fatal(err)
	}
	script := &conversation.Script{
		Lexicon:   lexicon,
		Directory: directory.New(nil, nil),
		Groups:    []conversation.Group{{ID: "habits", Label: "Habits"}},
		Roles:     []conversation.Role{{ID: "fire", Label: "Fire and rescue"}},
		Phrases: conversation.Phrases{
			Hello: "Hello.", Nudge: []string{"What?"},
			Voice: conversation.Question{Say: "Who is it for?", Options: []conversation.Choosable{{ID: "staff", Label: "Work"}, {ID: "resident", Label: "Me"}}},
			Role:  conversation.Question{Say: "Where do you work?"},
			Menu:  map[conversation.Voice]string{conversation.Resident: "What is up?", conversation.Staff: "What did you notice?"},
		},
	}
	script.Index()
	return &Talk{Script: script, Now: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) }}
}

// chat holds a conversation over in and returns the screen.
func chat(t *testing.T, in string, screen Screen) string {
	t.Helper()
	talk := newTalk(t)
	first, err := talk.Open("", "", "")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := Chat(talk, first, strings.NewReader(in), &out, screen); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestChatOverAPipe(t *testing.T) {
	const hello, menu = "Hello.\n\nWho is it for?\n\n1. Work\n2. Me\n\n", "What is up?\n\n1. Habits\n\n"
	for name, tc := range map[string]struct{ in, want string }{
		"nothing":         {"", hello},
		"a line":          {"2\n", hello + menu},
		"no end of line":  {"2", hello + menu},
		"Windows":         {"2\r\n", hello + menu},
		"empty lines":     {"\n  \n\t\n2\n\n", hello + menu},
		"not understood":  {"2\n\x00\xff\n", hello + menu + "What?\n\n" + menu},
		"a very long one": {"2" + strings.Repeat(" ", 2*maxLine) + "1\n", hello + menu},
	} {
		t.Run(name, func(t *testing.T) {
			if got := chat(t, tc.in, Screen{}); got != tc.want {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestChatAtAKeyboard(t *testing.T) {
	got := chat(t, "2\n", Screen{Width: 40, Colour: true, Prompt: true})
	if !strings.HasSuffix(got, "1. Habits\n\n> \n") || strings.Count(got, "> ") != 2 {
		t.Errorf("got %q", got)
	}
}

// failing fails after some reads or writes.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestChatSaysWhatBroke(t *testing.T) {
	broken := errors.New("broken")
	talk := newTalk(t)
	first, err := talk.Open(conversation.Resident, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := Chat(talk, first, failing{broken}, io.Discard, Screen{}); !errors.Is(err, broken) {
		t.Errorf("read: %v", err)
	}
	if err := Chat(talk, first, strings.NewReader("1\n"), failing{broken}, Screen{}); !errors.Is(err, broken) {
		t.Errorf("write: %v", err)
	}
	talk.Record = failing{broken}
	if _, err := talk.Say("1"); !errors.Is(err, broken) {
		t.Errorf("record: %v", err)
	}
}

func TestRecordedConversationIsGolden(t *testing.T) {
	talk := newTalk(t)
	var file strings.Builder
	talk.Record = &file
	if _, err := talk.Open(conversation.Staff, "fire", ""); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"1", "# not a comment", "> quoted", "blargh"} {
		if _, err := talk.Say(line); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := ParseGolden("# what it is about\n" + file.String())
	if err != nil {
		t.Fatal(err)
	}
	if want := (Header{As: conversation.Staff, Role: "fire"}); golden.Header != want || !slices.Equal(golden.Comments, []string{"what it is about"}) {
		t.Errorf("header %+v, comments %q", golden.Header, golden.Comments)
	}
	if want := []string{"1", "# not a comment", "> quoted", "blargh"}; !slices.Equal(golden.Lines, want) {
		t.Errorf("lines %q, want %q", golden.Lines, want)
	}
	passed := 0
	again, err := golden.Replay(newTalk(t), func(v conversation.Voice, _ conversation.Place, _ conversation.Reply) {
		if passed++; v != conversation.Staff {
			t.Errorf("voice %q", v)
		}
	})
	if want := "# what it is about\n" + file.String(); err != nil || again != want || passed != 4 {
		t.Errorf("%v; replayed %q, recorded %q, %d seen", err, again, want, passed)
	}
	if _, err := ParseGolden("# as: staff\nnobody says anything\n"); err == nil {
		t.Error("a conversation without a person is one")
	}
}

func TestWrap(t *testing.T) {
	for _, tc := range []struct {
		line  string
		width int
		want  []string
	}{
		{"as it comes", 0, []string{"as it comes"}},
		{"it fits", 7, []string{"it fits"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"https://example.org/long and more", 10, []string{"https://example.org/long", "and more"}},
		{"unbreakable", 4, []string{"unbreakable"}},
		{"café über naïf", 9, []string{"café über", "naïf"}},
		{"", 4, []string{""}},
	} {
		if got := wrap(tc.line, tc.width); !slices.Equal(got, tc.want) {
			t.Errorf("%q in %d: got %q, want %q", tc.line, tc.width, got, tc.want)
		}
	}
}

func TestColourMarksWhatMatters(t *testing.T) {
	r := conversation.Reply{Crisis: true, Blocks: []conversation.Block{
		{Style: conversation.Heading, Text: "Call 999."},
		{Style: conversation.Text, Text: "Stay."},
		{Style: conversation.Small, Text: "A source."},
		{Style: conversation.Card, Card: &conversation.ServiceCard{Name: "Team", What: "Helps."}},
	}}
	got := strings.Join(Screen{Width: 40, Colour: true}.lines(&r), "\n")
	if want := red + "Call 999." + plain + "\n\nStay.\n" + dim + "A source." + plain + "\n\n" + bold + "Team" + plain + "\nHelps."; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := strings.Join(Screen{Width: 40}.lines(&r), "\n"); strings.Contains(got, "\x1b") {
		t.Errorf("colour without colour: %q", got)
	}
}

func FuzzReadLine(f *testing.F) {
	f.Add("a\nb\r\n\n")
	f.Add(strings.Repeat("x", maxLine+3) + "\ny")
	f.Fuzz(func(t *testing.T, in string) {
		r := bufio.NewReaderSize(strings.NewReader(in), maxLine)
		n := 0
		for {
			line, err := readLine(r)
			if err != nil {
				break
			}
			n++
			if len(line) > maxLine || strings.Contains(line, "\n") {
				t.Fatalf("line of %d bytes", len(line))
			}
			if utf8.ValidString(line) {
				for _, part := range wrap(line, 9) {
					if !utf8.ValidString(part) {
						t.Fatalf("wrapping broke a letter of %q", line)
					}
				}
			}
		}
		lines := strings.Count(in, "\n")
		if in != "" && !strings.HasSuffix(in, "\n") {
			lines++
		}
		if n != lines {
			t.Errorf("%d lines of %d", n, lines)
		}
	})
}
