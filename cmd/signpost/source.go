package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/content"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

// deepest is how many levels of folders the content may have.
const deepest = 5

// A source is where the content comes from: a folder, or the content built in.
type source struct{ dir string }

// fs returns the content as files. Nothing outside the folder can be read through it.
func (s *source) fs() (fs.FS, error) {
	if s.dir == "" {
		return prompts.FS(), nil
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return nil, bots.WithHint(fmt.Errorf("open content folder: %w", err), `"signpost export DIR" writes one to start from`)
	}
	return root.FS(), nil
}

// load returns the script of the content, or an error that lists its problems. The content built in
// was proved by the tests.
func (s *source) load() (*conversation.Script, error) {
	files, err := s.fs()
	if err != nil {
		return nil, err
	}
	if s.dir == "" {
		return content.Trust(files)
	}
	script, _, err := content.Load(files, time.Now())
	if problems := content.AsProblems(err).Errors(); len(problems) > 0 {
		return nil, bots.WithHint(fmt.Errorf("the content has problems:\n%w", problems), s.checkHint())
	}
	return script, err
}

func (s *source) checkHint() string {
	if s.dir == "" {
		return "run signpost check"
	}
	return "run signpost check -prompts " + s.dir
}

// stamp changes when a file of the content folder does, or becomes another one.
func (s *source) stamp() string {
	h := fnv.New64a()
	err := s.each(func(_ fs.FS, name string, info fs.FileInfo) error {
		_, err := fmt.Fprintln(h, name, info.Size(), info.ModTime().UnixNano())
		return err
	})
	return fmt.Sprint(h.Sum64(), err)
}

// version returns the start of a hash over the files of the content, or "" if one can't be read.
func (s *source) version() string {
	h := sha256.New()
	err := s.each(func(files fs.FS, name string, info fs.FileInfo) error {
		if !info.Mode().IsRegular() {
			return nil
		}
		file, err := files.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		fmt.Fprintf(h, "\n%s\n", name)
		_, err = io.Copy(h, file)
		return err
	})
	if err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// each calls do with every file of the content, in the order of names. Links are followed inside the
// folder; what leads out of it or nowhere stands for itself. Names that begin with a dot are passed over.
func (s *source) each(do func(files fs.FS, name string, info fs.FileInfo) error) error {
	files, err := s.fs()
	if err != nil {
		return err
	}
	return below(files, ".", deepest, do)
}

func below(files fs.FS, dir string, levels int, do func(fs.FS, string, fs.FileInfo) error) error {
	entries, err := fs.ReadDir(files, dir)
	if err != nil || levels == 0 {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := path.Join(dir, e.Name())
		info, err := fs.Stat(files, name)
		if err != nil {
			info, err = e.Info()
		}
		switch {
		case err != nil: // gone since
		case info.IsDir():
			err = below(files, name, levels-1, do)
		default:
			err = do(files, name, info)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
