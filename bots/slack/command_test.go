package slack

import (
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func TestMeaning(t *testing.T) {
	for text, want := range map[string]conversation.Message{
		"":                             {Choice: ".menu"},
		"find food bank barton":        {Choice: ".find", Text: "food bank barton"},
		"food bank barton":             {Text: "food bank barton"},
		"Prompt alcohol":               {Choice: ".prompt", Text: "alcohol"},
		"prompt":                       {Choice: ".prompt"},
		"urgent":                       {Choice: ".urgent"},
		"urgent, he fell":              {Text: "urgent, he fell"},
		"help":                         {Choice: ".help"},
		"help with rent":               {Text: "help with rent"},
		"smells of smoke, lives alone": {Text: "smells of smoke, lives alone"},
	} {
		if got := meaning(text); got != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestCommandAndShare(t *testing.T) {
	for _, sockets := range []bool{false, true} {
		b := newBench(t, sockets)
		b.must(b.Command(ann, channel, "quit team barton"))
		m := b.last(channel, 1)
		if m.For != ann || !strings.Contains(m.Text, "Quit Team") {
			t.Fatalf("answered with %+v", m)
		}
		b.must(b.Press(ann, m, "Share here"))
		b.must(b.Press(ann, m, "Share here")) // a double click
		b.answers(channel, 2)
		b.quiet(channel, 2)
		shared := b.Messages(channel)[1]
		if shared.For != "" || !strings.HasPrefix(shared.Text, "Quit Team\nHelps you stop.") || !strings.Contains(raw(shared.Blocks), "Shared by <@"+ann+">") {
			t.Errorf("shared %+v", shared)
		}
		b.quiet(slacktest.Direct(ann), 0)
	}
}

func TestShareWhereWeAreNot(t *testing.T) {
	b := newBench(t, false)
	b.must(b.Command(ann, "C0ELSE", "quit team"))
	b.must(b.Press(ann, b.last("C0ELSE", 1), "Share here"))
	if m := b.last("C0ELSE", 2); m.For != "" || !strings.Contains(m.Text, "Quit Team") {
		t.Errorf("shared %+v", m)
	}
}

func TestCommandIsOneConversationInPlace(t *testing.T) {
	b := newBench(t, false)
	b.must(b.Command(ann, channel, "smelled smoking"))
	asked := b.last(channel, 1)
	b.must(b.Press(ann, asked, "They want to talk"))
	if !b.Until(5e9, func() bool { return b.Messages(channel)[0].Edits == 1 }) {
		t.Fatal("the answer did not take the place of the question")
	}
	m := b.Messages(channel)[0]
	if !strings.Contains(m.Text, "What day?") || slacktest.Find(m.Blocks, "They want to talk") != nil {
		t.Errorf("now %s", m.Text)
	}
	b.quiet(channel, 1)
	b.must(b.Say(ann, "enough"))
	if m := b.last(slacktest.Direct(ann), 1); !strings.Contains(m.Text, "That is fine.") {
		t.Errorf("the direct message goes on with %s", m.Text)
	}
}

func TestUsedUpURL(t *testing.T) {
	b := newBench(t, false)
	b.Break("response_url", slacktest.Fault{Status: 404, Body: `{"ok":false,"error":"expired_url"}`})
	b.must(b.Command(ann, channel, "help"))
	if m := b.last(slacktest.Direct(ann), 1); m.Text == "" || !strings.Contains(m.Text, "Staff help.") {
		t.Errorf("fell back to %+v", m)
	}
	b.quiet(channel, 0)
}

func TestCommandInADirectMessage(t *testing.T) {
	b := newBench(t, false)
	b.must(b.Command(ann, slacktest.Direct(ann), "quit team"))
	m := b.last(slacktest.Direct(ann), 1)
	if slacktest.Find(m.Blocks, "Share here") != nil {
		t.Error("in a direct message there is nobody to share with")
	}
}

func TestCrisisInACommandStays(t *testing.T) {
	b := newBench(t, false)
	b.must(b.Command(ann, channel, "urgent"))
	card := b.last(channel, 1)
	b.must(b.Press(ann, card, "Carry on"))
	b.answers(channel, 2)
	if b.Messages(channel)[0].Edits != 0 {
		t.Error("the card was replaced")
	}
}
