package slack

import (
	"context"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/bots/terminal"
	"github.com/mecc-oxfordshire/signpost/internal/content"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

type scriptType = conversation.Script

var quietLog = slog.New(slog.NewTextHandler(io.Discard, nil))

// A conversation says on Slack what it says anywhere.
func TestSameWords(t *testing.T) {
	b := newBench(t, false)
	sc := testScript(t)
	session := conversation.Session{}
	dm := slacktest.Direct(ann)
	for i, words := range []string{"menu", "2", "an ashtray by the bed", "another", "yes", "1", "barton", "back", "quit team", "he said kill myself", "carry on", "urgent", "help", "zzz", "stop", "forget me"} {
		var want conversation.Reply
		session, want = conversation.Turn(sc, session, conversation.Message{Text: words, Voice: conversation.Staff}, time.Now())
		b.must(b.Say(ann, words))
		got := b.last(dm, i+1)
		if html.UnescapeString(got.Text) != want.String() {
			t.Errorf("%q is answered with\n%s\nnot\n%s", words, got.Text, want.String())
		}
		fields := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "*", "")), " ") }
		if got, want := fields(visible(got.Blocks)), fields(strings.Join(want.Lines(), "\n")); got != want {
			t.Errorf("%q shows\n%s\nnot\n%s", words, got, want)
		}
		for _, o := range want.Options {
			if slacktest.Find(got.Blocks, o.Label) == nil {
				t.Errorf("%q: no button %q", words, o.Label)
			}
		}
	}
}

// TestGoldenConversations holds every golden conversation over Slack and elsewhere at the same
// time, and compares what a person sees.
func TestGoldenConversations(t *testing.T) {
	script, _, err := content.Load(prompts.FS(), time.Now())
	if err != nil {
		t.Fatalf("the content does not load: %v", err)
	}
	files, err := fs.Glob(prompts.FS(), "testdata/conversations/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden conversations: %v", err)
	}
	b := benchFor(t, false, script)
	var all sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for i, file := range files {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(path.Base(file), func(t *testing.T) {
				text, err := fs.ReadFile(prompts.FS(), file)
				if err != nil {
					t.Fatal(err)
				}
				golden, err := terminal.ParseGolden(string(text))
				if err != nil {
					t.Fatal(err)
				}
				hold(t, b, fmt.Sprintf("U0G%03d", i), golden)
			})
		})
	}
	all.Wait()
}

// atOnce is how many golden conversations are held at the same time: most of each is waiting.
const atOnce = 16

// hold holds one conversation. Slack is for staff and asks nobody who it is for, so a conversation
// that says nothing of that is compared with one in which it is known from the start.
func hold(t *testing.T, b *bench, who string, golden terminal.Golden) {
	h := golden.Header
	open, say := elsewhere(b.script, h)
	_, _, err := b.store.Update(t.Context(), "slack|"+person(slacktest.Team, who), func(s *conversation.Session) ([]byte, error) {
		*s = conversation.Session{Voice: h.As, Role: h.Role, Area: h.Area}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := open()
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]any{"type": "button", "action_id": "choose:1", "value": ".start"}
	if err := b.PressView(who, slacktest.View{ID: "V0" + who, Type: "home"}, first, ""); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i := 0; ; i++ {
		list := b.reply(t, who, seen)
		seen += len(list)
		if compare(t, list, want); t.Failed() {
			t.Logf("after line %d", i)
		}
		if i == len(golden.Lines) || t.Failed() {
			return
		}
		if want, err = say(golden.Lines[i]); err != nil {
			t.Fatal(err)
		}
		if err := b.Say(who, html.EscapeString(golden.Lines[i])); err != nil {
			t.Fatal(err)
		}
	}
}

// elsewhere begins the same conversation in the terminal, or, if the terminal would ask who it is
// for, in the engine, which knows that it is for staff.
func elsewhere(sc *conversation.Script, h terminal.Header) (open func() (conversation.Reply, error), say func(string) (conversation.Reply, error)) {
	if h.As != "" {
		talk := &terminal.Talk{Script: sc, Now: time.Now}
		return func() (conversation.Reply, error) { return talk.Open(h.As, h.Role, h.Area) }, talk.Say
	}
	s := conversation.Session{Role: h.Role, Area: h.Area}
	turn := func(m conversation.Message) (r conversation.Reply, err error) {
		m.Voice = conversation.Staff
		s, r = conversation.Turn(sc, s, m, time.Now())
		return r, nil
	}
	return func() (conversation.Reply, error) { return turn(conversation.Message{Choice: ".start"}) },
		func(line string) (conversation.Reply, error) { return turn(conversation.Message{Text: line}) }
}

// reply waits until a reply is said whole, and returns its messages: those after the ones seen before.
func (b *bench) reply(t *testing.T, who string, seen int) []slacktest.Message {
	t.Helper()
	var list []slacktest.Message
	if !b.Until(10*time.Second, func() bool {
		owed, err := b.store.Owed(context.Background(), "slack|"+person(slacktest.Team, who))
		list = b.Messages(slacktest.Direct(who))
		return err == nil && len(owed) == 0 && len(list) > seen
	}) {
		t.Fatal("no answer")
	}
	return list[seen:]
}

// compare checks that messages show the words of a reply, say them again as text, and have its
// options as buttons in their order.
func compare(t *testing.T, list []slacktest.Message, want conversation.Reply) {
	t.Helper()
	var texts, shown, buttons, labels []string
	for _, m := range list {
		texts = append(texts, html.UnescapeString(m.Text))
		shown = append(shown, visible(m.Blocks))
		buttons = append(buttons, pressable(m.Blocks)...)
	}
	fields := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if got, want := fields(strings.Join(shown, "\n")), fields(strings.Join(want.Lines(), "\n")); got != want {
		t.Errorf("shown:\n%s\nelsewhere:\n%s", got, want)
	}
	if got, want := strings.Join(texts, "\n\n"), want.String(); got != want {
		t.Errorf("as text:\n%s\nelsewhere:\n%s", got, want)
	}
	for _, c := range slices.Concat(want.Options, want.Exits) {
		labels = append(labels, c.Label)
	}
	if !slices.Equal(buttons, labels) {
		t.Errorf("buttons %q, options %q", buttons, labels)
	}
}

// pressable returns the labels of the buttons in rows.
func pressable(blocks []any) (labels []string) {
	for _, b := range blocks {
		if block := b.(map[string]any); block["type"] == "actions" {
			for _, e := range block["elements"].([]any) {
				labels = append(labels, read(e.(map[string]any)["text"].(map[string]any)))
			}
		}
	}
	return labels
}
