package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// recipe changes when the way of learning does, so that old weights are known to be old.
const recipe = "8"

// inputs are what is learnt from.
type inputs struct {
	normal           nlu.NormalData
	vectors          string
	examples         []example
	dangers          []example // of danger, and of none
	openers, closers []string  // what stands before and after a message when staff tell it
	hash             [32]byte
}

// An example is a message and the topics it may be about, the likeliest first; nlu.None for off-topic ones. Of the examples for
// danger, one has the class of its kind and severity, and one without danger has no topic given.
type example struct {
	topics   []string
	message  string
	labelled bool // from the labelled half, on which measuring is done
}

// danger reports whether an example is of a danger.
func (e example) danger() bool { return len(e.topics) == 1 && isDanger(e.topics[0]) }

func isDanger(class string) bool { return strings.HasPrefix(class, nlu.DangerClass) }

func readInputs(dir, labelled string) (*inputs, error) {
	in := &inputs{normal: nlu.NormalData{}}
	h := sha256.New()
	h.Write([]byte(recipe))
	read := func(path string) ([]byte, error) {
		b, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %d ", filepath.Base(path), len(b))
		h.Write(b)
		return b, err
	}
	normal, err := read(filepath.Join(dir, "normal.yaml"))
	if err != nil {
		return nil, err
	}
	if err := in.addNormal(string(normal)); err != nil {
		return nil, err
	}
	vectors, err := read(filepath.Join(dir, "vectors.bin"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	in.vectors = string(vectors)
	files, err := filepath.Glob(filepath.Join(dir, "examples", "*.tsv"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	for _, path := range append(files, labelled) {
		b, err := read(path)
		if err != nil {
			return nil, err
		}
		if err := in.addExamples(path, string(b), path == labelled); err != nil {
			return nil, err
		}
	}
	if err := in.readDangers(dir, filepath.Dir(labelled), read); err != nil {
		return nil, err
	}
	in.hash = [32]byte(h.Sum(nil))
	return in, nil
}

// readDangers reads the examples for danger: those of the content, and the labelled half.
func (in *inputs) readDangers(dir, labelledDir string, read func(string) ([]byte, error)) error {
	files, err := filepath.Glob(filepath.Join(dir, "examples", "danger", "*.tsv"))
	if err != nil || len(files) == 0 {
		return err
	}
	slices.Sort(files)
	for _, path := range append(files, filepath.Join(labelledDir, "danger-a.tsv")) {
		b, err := read(path)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			parts := strings.Split(line, "\t")
			if len(parts) != 3 {
				return fmt.Errorf("%s:%d: want kind/severity or none, who says it, and the message, with tabs between", path, i+1)
			}
			e := example{message: parts[2]}
			if parts[0] != "none" {
				e.topics = []string{nlu.DangerClass + parts[0]}
			}
			in.dangers = append(in.dangers, e)
		}
	}
	return nil
}

// addNormal reads the lines "from: to" of which normal.yaml consists.
func (in *inputs) addNormal(file string) error {
	for i, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		from, to, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("normal.yaml:%d: want one \"from: to\" a line", i+1)
		}
		in.normal[unquote(from)] = unquote(to)
	}
	return nil
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"'`) }

// addExamples reads lines of topics, perhaps who says it, and the message, with tabs between. The topics "open" and "close"
// mark what stands before and after a message.
func (in *inputs) addExamples(path, file string, labelled bool) error {
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "\t")
		if len(parts) < 2 {
			return fmt.Errorf("%s:%d: want a topic, a tab and a message", path, i+1)
		}
		message := parts[len(parts)-1]
		switch parts[0] {
		case "open":
			in.openers = append(in.openers, message)
		case "close":
			in.closers = append(in.closers, message)
		default:
			topics := strings.Split(parts[0], ",")
			for j, t := range topics {
				if t == "none" {
					topics[j] = nlu.None
				}
			}
			in.examples = append(in.examples, example{topics, message, labelled})
		}
	}
	return nil
}

// words returns every word of the examples.
func (in *inputs) words() map[string]bool {
	out := map[string]bool{}
	for _, e := range slices.Concat(in.examples, in.dangers) {
		for _, w := range text.Tokens(text.Fold(e.message)) {
			out[w] = true
		}
	}
	return out
}

// classes returns the topics and dangers of examples, sorted.
func classes(examples []example) []string {
	var out []string
	for _, e := range examples {
		out = append(out, e.topics...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
