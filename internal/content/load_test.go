package content

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite the expected problems and the schema")

// base returns the small sound set that examples break.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	set := make(fstest.MapFS)
	dir := os.DirFS("testdata/base")
	err := fs.WalkDir(dir, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		set[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestBase(t *testing.T) {
	script, problems, err := Load(base(t), reviewDay)
	if err != nil || len(problems) > 0 || script == nil {
		t.Fatalf("the base set must be sound: %v\n%v", problems, err)
	}
}

// An example is a set that breaks a rule: the base set with parts of it changed. Its file has
// sections. "== FILE" replaces a file or adds one, "~~ FILE" changes lines of it (- takes out the
// first line that reads so, + puts one in its place), "== !! FILE" takes it out, and "problems" is
// what the rule says.
type example struct {
	set  fstest.MapFS
	head string // the file up to the problems
	want string
}

const problemsHeading = "== problems\n"

func readExample(t *testing.T, file string) example {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, want, _ := strings.Cut(string(data), problemsHeading)
	e := example{base(t), head, want}
	for section := range strings.SplitSeq("\n"+head, "\n== ") {
		for i, part := range strings.Split(section, "\n~~ ") {
			e.apply(t, part, i > 0)
		}
	}
	return e
}

func (e *example) apply(t *testing.T, section string, change bool) {
	t.Helper()
	name, body, _ := strings.Cut(section, "\n")
	body = strings.TrimSuffix(body, "\n") + "\n"
	name, gone := strings.CutPrefix(name, "!! ")
	switch {
	case name == "":
	case gone:
		delete(e.set, name)
	case change:
		old, ok := e.set[name]
		if !ok {
			t.Fatalf("%s is not in the base set", name)
		}
		e.set[name] = &fstest.MapFile{Data: []byte(changed(t, string(old.Data), body))}
	default:
		e.set[name] = &fstest.MapFile{Data: []byte(body)}
	}
}

// changed applies lines with - and + to a text.
func changed(t *testing.T, text, changes string) string {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	at := -1
	for change := range strings.Lines(changes) {
		switch change[0] {
		case '-':
			if at = slices.Index(lines, change[1:]); at < 0 {
				t.Fatalf("there is no line %q", change[1:])
			}
			lines = slices.Delete(lines, at, at+1)
		case '+':
			if at < 0 {
				at = len(lines)
			}
			lines = slices.Insert(lines, at, change[1:])
			at++
		}
	}
	return strings.Join(lines, "")
}

// TestRules holds every rule against the examples that break it, named after it, with -NUMBER or a
// word if there are several. A rule without one fails.
func TestRules(t *testing.T) {
	unused, err := filepath.Glob("testdata/rules/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if r.why == "" {
				t.Error("the rule does not say what it asks for")
			}
			own := slices.DeleteFunc(slices.Clone(unused), func(file string) bool { return ruleOf(file) != r.name })
			if len(own) == 0 {
				t.Errorf("testdata/rules has no example that breaks the rule %q", r.name)
			}
			for _, file := range own {
				unused = slices.DeleteFunc(unused, func(f string) bool { return f == file })
				testExample(t, file, r.name)
			}
		})
	}
	for _, file := range unused {
		t.Errorf("%s belongs to no rule", file)
	}
}

// ruleOf is the name before the first dot: testdata/rules/phone.2.txt is about phone.
func ruleOf(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}

func testExample(t *testing.T, file, rule string) {
	t.Helper()
	e := readExample(t, file)
	script, problems, err := Load(e.set, reviewDay)
	var got strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&got, "%s [%s]\n", p, p.Rule)
	}
	if *update {
		if err := os.WriteFile(file, []byte(e.head+problemsHeading+got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got.String() != e.want {
		t.Errorf("%s: got problems\n%swant\n%s", file, got.String(), e.want)
	}
	if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Rule == rule }) {
		t.Errorf("%s does not break the rule %q", file, rule)
	}
	switch errs := problems.Errors(); {
	case len(errs) == 0 && (err != nil || script == nil):
		t.Errorf("%s: warnings alone keep the set from being used: %v", file, err)
	case len(errs) > 0 && (script != nil || !slices.Equal(AsProblems(err), problems)):
		t.Errorf("%s: a set with errors was used, or the error does not tell them: %v", file, err)
	}
	if err != nil && !errors.As(err, new(Problems)) {
		t.Errorf("%s: the error is not Problems: %v", file, err)
	}
}
