package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// content is the directory of the shipped content.
var content = filepath.Join("..", "..", "..", "prompts")

func TestWeightsAreCurrent(t *testing.T) {
	in, err := readInputs(filepath.Join(content, "language"), filepath.Join(content, "testdata", "language", "topics-a.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := os.ReadFile(filepath.Join(content, "language", "weights.bin"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(w, slices.Concat([]byte(nlu.WeightsMagic), in.hash[:])) {
		t.Error("weights.bin was learnt from other examples; run: go run ./internal/nlu/train")
	}
}

// lay writes a small set of inputs to learn from.
func lay(t *testing.T, examples string) (dir, labelled string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "examples"), 0o700); err != nil {
		t.Fatal(err)
	}
	labelled = filepath.Join(dir, "labelled.tsv")
	for path, text := range map[string]string{
		filepath.Join(dir, "normal.yaml"):         "# slang\nskint: no money\n\"owt\": anything\n",
		filepath.Join(dir, "examples", "own.tsv"): examples,
		labelled: "money\tresident\tthe bailiff came\nnone\tresident\tnice day\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, labelled
}

const few = "open\ttenant says\nclose\twho do i ring\nmoney\tskint again\nmoney\tmy debts\nsmoking,money\tfags cost too much\nsmoking\ta cigarette\nnone\thello\nnone\tthe football\n"

func TestLearnIsRepeatableAndUnderstands(t *testing.T) {
	in, err := readInputs(lay(t, few))
	if err != nil {
		t.Fatal(err)
	}
	a, err := learn(in, in.examples)
	if err != nil {
		t.Fatal(err)
	}
	b, err := learn(in, in.examples)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Encode(), b.Encode()) {
		t.Error("two goes at the same examples gave different weights")
	}
	l, err := bare(in, a)
	if err != nil {
		t.Fatal(err)
	}
	for message, want := range map[string]string{"no money": "money", "debts": "money", "cigarettes": "smoking"} {
		if r := l.Read(message); len(r.Topics) == 0 || r.Topics[0].ID != want {
			t.Errorf("%q was read as %v, want %s first", message, r.Topics, want)
		}
	}
	if r := l.Read("football"); len(r.Topics) > 0 {
		t.Errorf("football was read as %v", r.Topics)
	}
}

func TestInputs(t *testing.T) {
	in, err := readInputs(lay(t, few))
	if err != nil {
		t.Fatal(err)
	}
	if in.normal["skint"] != "no money" || in.normal["owt"] != "anything" {
		t.Errorf("normal.yaml was read as %v", in.normal)
	}
	if want := []string{nlu.None, "money", "smoking"}; !slices.Equal(classes(in.examples), want) {
		t.Errorf("the classes are %q, want %q", classes(in.examples), want)
	}
	other, err := readInputs(lay(t, few+"money\tbroke\n"))
	if err != nil {
		t.Fatal(err)
	}
	if in.hash == other.hash {
		t.Error("another example left the hash as it was")
	}
	if _, err := readInputs(lay(t, "no tab here\n")); err == nil || !strings.Contains(err.Error(), "own.tsv:1") {
		t.Errorf("a line without a tab gave %v, want its place", err)
	}
}

func TestPackVectors(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.json"), filepath.Join(dir, "out.bin")
	const file = `{"dimensions":3,"words":["the","a.b","bread","loaf","moon"],"vectors":{"the":[1,1,1,9],"bread":[1,2,0,9],"loaf":[1,2.1,0,9],"moon":[3,-1,2,9]}}`
	if err := os.WriteFile(from, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := packVectors(from, to, nil); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	s, err := nlu.NewSampler(nil, string(packed))
	if err != nil {
		t.Fatalf("what was packed cannot be read: %v", err)
	}
	for word, kept := range map[string]bool{"a.b": false, "loaf": true} {
		if (s.Sample(word, false).Meaning != nil) != kept {
			t.Errorf("%q was kept: %v, want %v", word, !kept, kept)
		}
	}
}
