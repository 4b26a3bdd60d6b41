package content

import (
	"fmt"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

// plainDanger is one message of each kind that nobody could mistake.
var plainDanger = map[string]string{
	"suicide":           "I want to kill myself",
	"self-harm":         "I keep cutting my arms and I can't stop",
	"medical-emergency": "he has collapsed and he is not breathing",
	"danger-now":        "my husband is attacking me with a knife",
	"overdose":          "I have taken all my tablets at once",
	"child-at-risk":     "a child told me her uncle touches her at night",
	"adult-at-risk":     "her carer hits her and takes her pension",
}

// TestCardFromEveryState walks every node of every tree, in both voices, and every standing question:
// each kind of danger must show its card there and leave the person where they were.
func TestCardFromEveryState(t *testing.T) {
	script, _, err := Load(prompts.FS(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	states := []conversation.Session{
		{},
		{Voice: conversation.Staff},
		{Voice: conversation.Resident},
		{Voice: conversation.Staff, Role: "fire", Asking: "area"},
		{Voice: conversation.Resident, Offered: []string{".menu"}, Nudges: 2},
	}
	for _, topic := range script.Topics {
		for voice, tree := range topic.Trees {
			for _, n := range tree.Nodes {
				states = append(states, conversation.Session{Voice: voice, Role: "library", At: conversation.Place{Topic: topic.ID, Node: n.ID}})
			}
		}
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for i, state := range states {
		for kind, words := range plainDanger {
			m := conversation.Message{ID: fmt.Sprint(i, kind), Text: words}
			after, reply := conversation.Turn(script, state, m, now)
			if !reply.Crisis || reply.Outcome != "crisis:"+kind {
				t.Fatalf("%s at %v: %s, %q", kind, state.At, reply.Outcome, words)
			}
			if after.At != state.At || len(after.Path) != len(state.Path) || after.Asking != state.Asking {
				t.Errorf("%s at %v: moved to %v", kind, state.At, after.At)
			}
		}
	}
}
