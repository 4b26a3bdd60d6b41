package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/content"
)

// check prints what is wrong with the content, one problem a line; nothing when it is sound.
func check(_ context.Context, e *env, args []string) error {
	f, src := e.flags("check")
	asJSON := f.Bool("json", false, "")
	if rest, err := e.parse(f, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return misuse("check takes no argument %q", rest[0])
	}
	files, err := src.fs()
	if err != nil {
		return err
	}
	_, problems, err := content.Load(files, time.Now())
	if err != nil && content.AsProblems(err) == nil {
		return err
	}
	if *asJSON {
		if problems == nil {
			problems = content.Problems{}
		}
		enc := json.NewEncoder(e.stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(problems); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			fmt.Fprintln(e.stdout, p)
		}
	}
	if len(problems.Errors()) > 0 {
		return errProblems
	}
	return nil
}

// export writes the content into a folder that is new or empty.
func export(_ context.Context, e *env, args []string) error {
	f, src := e.flags("export")
	rest, err := e.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return misuse("export needs one folder to write to")
	}
	dir := rest[0]
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return bots.WithHint(fmt.Errorf("%s is not empty", dir), "name a folder that is new, so that nothing of yours is overwritten")
	}
	files, err := src.fs()
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, files); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("export content: %w", err)
	}
	return nil
}
