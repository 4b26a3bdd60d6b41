package content

import (
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

// reviewDay is a day on which no review of the shipped set is overdue. A calendar never breaks the
// tests; signpost check warns of what is overdue on the day it runs.
var reviewDay = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

func TestShipped(t *testing.T) {
	_, problems, err := Load(prompts.FS(), reviewDay)
	for _, p := range problems {
		t.Errorf("%s [%s]", p, p.Rule)
	}
	if err != nil && AsProblems(err) == nil {
		t.Error(err)
	}
}

// TestShippedLabels types every label instead of pressing its button.
func TestShippedLabels(t *testing.T) {
	script, _, err := Load(prompts.FS(), reviewDay)
	if err != nil {
		t.Skip("the shipped set does not load, which is another test's finding")
	}
	for _, topic := range script.Topics {
		for v, tree := range topic.Trees {
			for _, n := range tree.Nodes {
				for _, c := range n.Choices() {
					typeLabel(t, script, v, conversation.Place{Topic: topic.ID, Node: n.ID}, c)
				}
			}
		}
	}
}

func typeLabel(t *testing.T, script *conversation.Script, v conversation.Voice, at conversation.Place, c conversation.Choice) {
	t.Helper()
	s := conversation.Session{Voice: v, Role: "other", Area: "barton", Stage: "live-well", At: at, Touched: reviewDay}
	pressed, want := conversation.Turn(script, s, conversation.Message{Choice: c.ID}, reviewDay)
	typed, got := conversation.Turn(script, s, conversation.Message{Text: c.Label}, reviewDay)
	if pressed.At != typed.At || got.String() != want.String() {
		t.Errorf("%s %v: typing %q leads to %v (%s), pressing it to %v", v, at, c.Label, typed.At, got.Outcome, pressed.At)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := Load(prompts.FS(), reviewDay); err != nil {
			b.Skip(err)
		}
	}
}
