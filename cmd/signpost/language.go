package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// languageDir holds labelled messages: topics-*.tsv and danger-*.tsv, each file by another author,
// with lines of label, who says it, and message. thresholds.tsv says how good is good enough.
const languageDir = "testdata/language"

// A labelled message is one line of a set.
type labelled struct {
	labels  []string // topics, best first, or kind/severity; "none" is nothing
	message string
}

// measures are the results of one set, by name. Those that end in "-at-most" are better when small.
type measures map[string]float64

// testLanguage measures how well messages are understood and fails below the thresholds.
func testLanguage(w io.Writer, files fs.FS, script *conversation.Script, verbose bool) error {
	limits, err := readThresholds(files)
	if err != nil {
		return err
	}
	sets, err := fs.Glob(files, languageDir+"/*-*.tsv")
	if err != nil {
		return err
	}
	failed := false
	for _, file := range sets {
		messages, err := readSet(files, file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(path.Base(file), ".tsv")
		measure := measureTopics
		if strings.HasPrefix(name, "danger-") {
			measure = measureDanger
		}
		results, confusion := measure(script, messages)
		for _, what := range slices.Sorted(maps.Keys(results)) {
			limit, limited := limits[name+" "+what]
			delete(limits, name+" "+what)
			verdict := ""
			if limited && (results[what] < limit) != strings.HasSuffix(what, "-at-most") && results[what] != limit {
				verdict, failed = fmt.Sprintf("  MISSED: %.3f is asked", limit), true
			}
			fmt.Fprintf(w, "%-10s %5d messages  %-24s %.3f%s\n", name, len(messages), what, results[what], verdict)
		}
		if verbose {
			printConfusion(w, confusion)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(limits)) {
		fmt.Fprintf(w, "%s has a threshold, and nothing was measured\n", what)
		failed = true
	}
	if failed {
		return errProblems
	}
	return nil
}

func readSet(files fs.FS, file string) ([]labelled, error) {
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return nil, fmt.Errorf("read labelled messages: %w", err)
	}
	var set []labelled
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		parts := strings.Split(strings.TrimSpace(line), "\t")
		if len(parts) != 3 {
			return nil, fmt.Errorf("%s:%d: a line is label, who, message, with tabs between", file, n)
		}
		set = append(set, labelled{strings.Split(parts[0], ","), parts[2]})
	}
	return set, nil
}

func readThresholds(files fs.FS) (map[string]float64, error) {
	text, err := fs.ReadFile(files, languageDir+"/thresholds.tsv")
	if err != nil {
		return nil, fmt.Errorf("read thresholds: %w", err)
	}
	limits := make(map[string]float64)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "\t")
		limit, err := strconv.ParseFloat(parts[len(parts)-1], 64)
		if len(parts) != 3 || err != nil {
			return nil, fmt.Errorf("thresholds.tsv: %q is not set, measure and number, with tabs between", line)
		}
		limits[parts[0]+" "+parts[1]] = limit
	}
	return limits, nil
}

// measureTopics counts how often the right topic is first, or among three, and how often any is
// offered for a message about none.
func measureTopics(script *conversation.Script, set []labelled) (measures, map[[2]string]int) {
	var on, first, three, off, offered, alarms float64
	confusion := make(map[[2]string]int)
	for _, m := range set {
		topics := script.Lexicon.Read(m.message).Topics
		got := "nothing"
		if len(topics) > 0 {
			got = topics[0].ID
		}
		if script.Lexicon.Danger(m.message) != nil {
			alarms++
		}
		if m.labels[0] == "none" {
			off++
			if len(topics) > 0 {
				offered++
			}
			continue
		}
		on++
		if slices.Contains(m.labels, got) {
			first++
		} else {
			confusion[[2]string{m.labels[0], got}]++
		}
		for _, t := range topics[:min(3, len(topics))] {
			if slices.Contains(m.labels, t.ID) {
				three++
				break
			}
		}
	}
	return measures{
		"top-1": share(first, on), "top-3": share(three, on),
		"off-topic-at-most": share(offered, off), "danger-alarms-at-most": share(alarms, on+off),
	}, confusion
}

// measureDanger counts how much danger is heard, and how often it is heard where there is none.
func measureDanger(script *conversation.Script, set []labelled) (measures, map[[2]string]int) {
	var dangers, heard, immediate, heardImmediate, kinds, safe, alarms float64
	confusion := make(map[[2]string]int)
	for _, m := range set {
		d := script.Lexicon.Danger(m.message)
		kind, severity, _ := strings.Cut(m.labels[0], "/")
		got := "none"
		if d != nil {
			got = d.Kind
		}
		if got != kind {
			confusion[[2]string{kind, got}]++
		}
		if kind == "none" {
			safe++
			if d != nil {
				alarms++
			}
			continue
		}
		dangers++
		if d != nil {
			heard++
		}
		if got == kind {
			kinds++
		}
		if severity == "immediate" {
			immediate++
			if d != nil {
				heardImmediate++
			}
		}
	}
	return measures{
		"recall": share(heard, dangers), "recall-immediate": share(heardImmediate, immediate),
		"false-alarms-at-most": share(alarms, safe), "kind-right": share(kinds, dangers),
	}, confusion
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

// printConfusion lists what was taken for what, the commonest first.
func printConfusion(w io.Writer, confusion map[[2]string]int) {
	pairs := slices.SortedFunc(maps.Keys(confusion), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(confusion[b], confusion[a]), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, p := range pairs {
		fmt.Fprintf(w, "  %3d  %s taken for %s\n", confusion[p], p[0], p[1])
	}
}
