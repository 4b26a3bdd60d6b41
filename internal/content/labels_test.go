package content

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/internal/text"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

// TestLabelsAreNoDanger reads what options and services are called as if somebody typed it elsewhere. People answer
// in the words they were given, so no such words may bring up a card, but for those that tell of danger:
// testdata/dangerous-labels.txt lists them. Other words that are found here belong among the examples
// without danger, prompts/language/examples/danger/labels.tsv.
func TestLabelsAreNoDanger(t *testing.T) {
	script, _, err := Load(prompts.FS(), reviewDay)
	if err != nil {
		t.Skip("the shipped set does not load, which is another test's finding")
	}
	list, err := os.ReadFile("testdata/dangerous-labels.txt")
	if err != nil {
		t.Fatal(err)
	}
	dangerous := make(map[string]bool)
	for line := range strings.Lines(string(list)) {
		dangerous[text.Fold(line)] = false
	}
	for _, topic := range script.Topics {
		for _, tree := range topic.Trees {
			for _, n := range tree.Nodes {
				for _, o := range n.Options {
					for _, words := range slices.Concat([]string{o.Label}, o.Words) {
						folded := text.Fold(words)
						if _, ok := dangerous[folded]; ok {
							dangerous[folded] = true
						} else if d := script.Lexicon.Danger(words); d != nil {
							t.Errorf("%s/%s: %q is heard as %s", topic.ID, n.ID, words, d.Kind)
						}
					}
				}
			}
		}
	}
	for _, s := range script.Directory.All() {
		name, _, _ := strings.Cut(s.Name, " (")
		folded := text.Fold(name)
		if _, ok := dangerous[folded]; ok {
			dangerous[folded] = true
		} else if d := script.Lexicon.Danger(name); d != nil {
			t.Errorf("the service %q is heard as %s", name, d.Kind)
		}
	}
	for words, used := range dangerous {
		if !used {
			t.Errorf("no option or service is called %q any more", words)
		}
	}
}
