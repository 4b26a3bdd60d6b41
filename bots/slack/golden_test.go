package slack

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
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
	goldens, err := terminal.ReadGoldens(prompts.FS(), "testdata/conversations")
	if err != nil {
		t.Fatal(err)
	}
	b := benchFor(t, false, script)
	var all sync.WaitGroup
	places := make(chan struct{}, atOnce)
	n := 0
	for name, golden := range goldens {
		n++
		who := fmt.Sprintf("U0G%03d", n)
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(name, func(t *testing.T) { hold(t, b, who, golden) })
		})
	}
	all.Wait()
}

// atOnce is how many golden conversations are held at the same time: most of each is waiting.
const atOnce = 16

// hold holds one conversation. Slack is for staff and asks nobody who it is for: what the terminal says
// while it does not know that is passed over, and everything else is compared.
func hold(t *testing.T, b *bench, who string, golden terminal.Golden) {
	talk := &terminal.Talk{Script: b.script, Now: time.Now}
	want, err := talk.Open(golden.Header.As, golden.Header.Role, golden.Header.Area)
	if err != nil {
		t.Fatal(err)
	}
	known := conversation.Session{Role: golden.Header.Role, Area: golden.Header.Area}
	lines := golden.Lines
	for known.Voice, _ = talk.Place(); known.Voice == ""; known.Voice, _ = talk.Place() {
		known.Touched = time.Now() // they have been told who we are
		if want, err = talk.Say(lines[0]); err != nil {
			t.Fatal(err)
		}
		lines = lines[1:]
	}
	b.meet(who, known)
	for seen, voice := 0, known.Voice; ; {
		list := b.reply(t, who, seen)
		seen += len(list)
		if voice != "" {
			compare(t, list, want)
		}
		if len(lines) == 0 || t.Failed() {
			return
		}
		voice, _ = talk.Place()
		if want, err = talk.Say(lines[0]); err != nil {
			t.Fatal(err)
		}
		if err := b.Say(who, html.EscapeString(lines[0])); err != nil {
			t.Fatal(err)
		}
		lines = lines[1:]
	}
}

// meet has somebody of whom we know that much begin.
func (b *bench) meet(who string, known conversation.Session) {
	b.t.Helper()
	_, _, err := b.store.Update(b.t.Context(), "slack|"+person(slacktest.Team, who), func(s *conversation.Session) ([]byte, error) {
		*s = known
		return nil, nil
	})
	b.must(err)
	first := map[string]any{"type": "button", "action_id": "choose:1", "value": ".start"}
	b.must(b.PressView(who, slacktest.View{ID: "V0" + who, Type: "home"}, first, ""))
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
