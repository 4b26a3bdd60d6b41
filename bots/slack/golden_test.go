package slack

import (
	"html"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
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
