package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// goldenDir is where the golden conversations stand in the content folder.
const goldenDir = "testdata/conversations"

// goldenTime is when golden conversations are held: a Monday morning, when offices are open.
var goldenTime = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// test replays the golden conversations and says what none of them visits.
func test(_ context.Context, e *env, args []string) error {
	f, src := e.flags("test")
	update := f.Bool("update", false, "")
	verbose := f.Bool("v", false, "")
	language := f.Bool("language", false, "")
	mutate := f.Bool("mutate", false, "")
	if rest, err := e.parse(f, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return misuse("test takes no argument %q", rest[0])
	}
	if *update && src.dir == "" {
		return misuse("-update needs -prompts DIR, the folder whose conversations it may rewrite")
	}
	files, err := src.fs()
	if err != nil {
		return err
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	switch {
	case *language:
		return testLanguage(e.stdout, files, script, *verbose)
	case *mutate:
		return testMutants(e.stdout, files, script, *verbose)
	}
	visited := newVisits(script)
	failed, held, err := replayAll(e.stdout, files, script, visited, func(name, now string) error {
		if !*update {
			return errProblems
		}
		return os.WriteFile(filepath.Join(src.dir, filepath.FromSlash(name)), []byte(now), 0o644)
	})
	if err != nil {
		return err
	}
	missed := visited.missed()
	if *verbose || failed > 0 {
		fmt.Fprintf(e.stdout, "%d conversations held, %d changed\n", held, failed)
	}
	for _, m := range missed {
		fmt.Fprintf(e.stdout, "no conversation visits %s\n", m)
	}
	if failed > 0 || len(missed) > 0 {
		return errProblems
	}
	return nil
}

// replayAll holds every golden conversation and calls changed with each that came out differently.
func replayAll(w io.Writer, files fs.FS, script *conversation.Script, visited *visits, changed func(name, now string) error) (failed, held int, err error) {
	golden, err := readGolden(files)
	if err != nil {
		return 0, 0, err
	}
	if len(golden) == 0 {
		return 0, 0, bots.WithHint(fmt.Errorf("there are no golden conversations in %s", goldenDir), "signpost chat -record FILE writes one")
	}
	for _, g := range golden {
		now, err := g.replay(script, visited.see)
		if err != nil {
			return failed, held, fmt.Errorf("%s: %w", g.name, err)
		}
		held++
		if now == g.text {
			continue
		}
		if err := changed(path.Join(goldenDir, g.name), now); errors.Is(err, errProblems) {
			failed++
			fmt.Fprintf(w, "%s has changed:\n%s", g.name, diff(g.text, now))
		} else if err != nil {
			return failed, held, fmt.Errorf("update golden conversation: %w", err)
		}
	}
	return failed, held, nil
}

// visits notes which nodes and options golden conversations pass.
type visits struct {
	script *conversation.Script
	seen   map[string]bool
}

func newVisits(script *conversation.Script) *visits { return &visits{script, make(map[string]bool)} }

func (v *visits) see(voice conversation.Voice, at conversation.Place, r conversation.Reply) {
	v.seen[string(voice)+" "+at.Topic+"/"+at.Node] = true
	if r.Answered != "" {
		v.seen[r.Answered] = true
	}
}

// missed lists the nodes and options that no conversation passed, as a person would find them.
func (v *visits) missed() []string {
	var missed []string
	for _, topic := range v.script.Topics {
		for _, voice := range []conversation.Voice{conversation.Staff, conversation.Resident} {
			tree := topic.Trees[voice]
			if tree == nil {
				continue
			}
			for _, n := range tree.Nodes {
				if n.By == "" && !v.seen[string(voice)+" "+topic.ID+"/"+n.ID] {
					missed = append(missed, fmt.Sprintf("%s (%s): node %s", topic.ID, voice, n.ID))
					continue
				}
				for _, c := range n.Choices() {
					if !v.seen[c.ID] {
						missed = append(missed, fmt.Sprintf("%s (%s): node %s, option %q", topic.ID, voice, n.ID, c.Label))
					}
				}
			}
		}
	}
	return missed
}

// diff shows the lines of two texts that differ, each with its number.
func diff(was, is string) string {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j >= len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			fmt.Fprintf(&out, "%5d - %s\n", i+1, a[i])
			i++
		default:
			fmt.Fprintf(&out, "%5d + %s\n", j+1, b[j])
			j++
		}
	}
	return out.String()
}
