package content

import (
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/prompts"
)

// TestCuesAreHeard proves that whoever types a cue of a topic, word for word, comes to that topic.
func TestCuesAreHeard(t *testing.T) {
	script, _, err := Load(prompts.FS(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range script.Topics {
		for _, cue := range topic.Cues {
			if topic.Hidden {
				continue
			}
			r := script.Lexicon.Read(cue)
			if len(r.Topics) == 0 || r.Topics[0].ID != topic.ID || !r.Sure {
				t.Errorf("%s: %q is heard as %v", topic.ID, cue, r.Topics)
			}
		}
	}
}
