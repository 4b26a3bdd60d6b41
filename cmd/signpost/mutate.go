package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/terminal"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// leastKilled is the share of small spoilings that some golden conversation must notice.
const leastKilled = 0.90

// A mutant is one small spoiling of a tree, and how to undo it.
type mutant struct {
	what  string
	spoil func()
	mend  func()
}

// testMutants spoils each tree in every small way - two targets swapped, an option dropped, a node
// pointed elsewhere - and counts how often a golden conversation comes out differently.
func testMutants(w io.Writer, files fs.FS, script *conversation.Script, verbose bool) error {
	golden, err := readGolden(files)
	if err != nil {
		return err
	}
	killed, all := 0, 0
	for _, topic := range script.Topics {
		for _, tree := range topic.Trees {
			slices.SortStableFunc(golden, func(a, b held) int { return cmp.Compare(a.others(topic.ID), b.others(topic.ID)) })
			for _, m := range mutants(tree) {
				m.spoil()
				script.IndexTopic(topic)
				noticed := notices(script, golden)
				m.mend()
				all++
				if noticed {
					killed++
				} else if verbose {
					fmt.Fprintf(w, "nobody notices: %s (%s) %s\n", topic.ID, tree.Voice, m.what)
				}
			}
			script.IndexTopic(topic)
		}
	}
	rate := share(float64(killed), float64(all))
	fmt.Fprintf(w, "%d of %d small spoilings are noticed: %.1f %%\n", killed, all, 100*rate)
	if rate < leastKilled {
		return errProblems
	}
	return nil
}

// mutants lists the small spoilings of a tree.
func mutants(tree *conversation.Tree) []mutant {
	var list []mutant
	for i, n := range tree.Nodes {
		elsewhere := tree.Nodes[(i+1)%len(tree.Nodes)].ID
		for j := range n.Options {
			options := n.Options
			was := options[j].To
			if was != elsewhere {
				list = append(list, mutant{what: fmt.Sprintf("%s: %q points elsewhere", n.ID, options[j].Label),
					spoil: func() { options[j].To = elsewhere }, mend: func() { options[j].To = was }})
			}
			dropped := append(append([]conversation.Option(nil), options[:j]...), options[j+1:]...)
			list = append(list, mutant{what: fmt.Sprintf("%s: %q dropped", n.ID, options[j].Label),
				spoil: func() { n.Options = dropped }, mend: func() { n.Options = options }})
			if k := j + 1; k < len(options) && options[k].To != was {
				swap := func() { options[j].To, options[k].To = options[k].To, options[j].To }
				list = append(list, mutant{what: fmt.Sprintf("%s: %q and %q swapped", n.ID, options[j].Label, options[k].Label), spoil: swap, mend: swap})
			}
		}
		for value, to := range n.To {
			if to != elsewhere {
				list = append(list, mutant{what: fmt.Sprintf("%s: branch %q points elsewhere", n.ID, value),
					spoil: func() { n.To[value] = elsewhere }, mend: func() { n.To[value] = to }})
			}
		}
	}
	return list
}

// A held conversation is a golden one with its text.
type held struct {
	name, text string
	golden     terminal.Golden
}

// others is 0 for a conversation about a topic, by its name, and 1 for others, which notice its changes later if at all.
func (h held) others(topic string) int {
	if strings.HasPrefix(h.name, topic+"-") {
		return 0
	}
	return 1
}

// replay holds the conversation again, at the golden time.
func (h held) replay(script *conversation.Script, seen func(conversation.Voice, conversation.Place, conversation.Reply)) (string, error) {
	talk := &terminal.Talk{Script: script, Now: func() time.Time { return goldenTime }}
	return h.golden.Replay(talk, seen)
}

func readGolden(files fs.FS) ([]held, error) {
	names, err := fs.Glob(files, goldenDir+"/*.txt")
	if err != nil {
		return nil, err
	}
	var list []held
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read golden conversation: %w", err)
		}
		golden, err := terminal.ParseGolden(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, held{path.Base(name), string(text), golden})
	}
	return list, nil
}

// notices reports whether any conversation goes another way than it is written.
func notices(script *conversation.Script, golden []held) bool {
	for _, g := range golden {
		if now, err := g.replay(script, nil); err != nil || now != g.text {
			return true
		}
	}
	return false
}
