package content

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// load reads the base set with one file changed, and returns what is wrong with that file.
func load(t testing.TB, file, data string) Problems {
	t.Helper()
	set := base(t)
	set[file] = &fstest.MapFile{Data: []byte(data)}
	_, problems, _ := Load(set, reviewDay)
	return slices.DeleteFunc(problems, func(p Problem) bool { return p.File != file })
}

// TestDamagedWeights names the file that a program wrote and that can't be read.
func TestDamagedWeights(t *testing.T) {
	for _, file := range []string{"vectors", "weights", "danger"} {
		file = "language/" + file + ".bin"
		if problems := load(t, file, "no such thing"); len(problems) != 1 || problems[0].Rule != "language" {
			t.Errorf("%s: %v", file, problems)
		}
	}
}

func TestAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9))
	}
	start := time.Now()
	problems := load(t, "topics/tea.yaml", b.String())
	if len(problems) == 0 || slices.ContainsFunc(problems, func(p Problem) bool { return p.Rule != "alias" }) {
		t.Errorf("got %v", problems)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestBigFiles(t *testing.T) {
	topic := string(base(t)["topics/tea.yaml"].Data)
	filler := "# filler\n"
	if problems := load(t, "topics/tea.yaml", topic+strings.Repeat(filler, (maxFile-len(topic))/len(filler))); len(problems) > 0 {
		t.Errorf("a file just under 4 MB: %v", problems)
	}
	problems := load(t, "topics/tea.yaml", topic+strings.Repeat(filler, maxFile/len(filler)))
	if len(problems) != 1 || problems[0].Rule != "file" || !strings.Contains(problems[0].Message, "at most 4194304 are read") {
		t.Errorf("a file of over 4 MB: %v", problems)
	}
	problems = load(t, "topics/tea.yaml", strings.Repeat("a: 1\n", 100_000))
	if len(problems) != maxFound {
		t.Errorf("a file of nonsense has %d problems told, want %d", len(problems), maxFound)
	}
}

// TestLinks reads a real folder in which topics are links to a file outside, to nothing and to itself.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "prompts")
	if err := os.CopyFS(inside, os.DirFS("testdata/base")); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(dir, "secret.yaml")
	if err := os.WriteFile(secret, []byte("password: hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(inside, "roles.yaml")); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{
		"topics/link.yaml": "../../secret.yaml", "services/gone.yaml": "nowhere.yaml", "roles.yaml": "../secret.yaml",
		"topics/whole.yaml": secret, "topics/loop.yaml": "loop.yaml", "topics/folder.yaml": "../services",
	}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(inside, name)); err != nil {
			t.Skip(err)
		}
	}
	_, problems, _ := Load(rooted(t, inside), reviewDay)
	for file := range links {
		i := slices.IndexFunc(problems, func(p Problem) bool { return p.File == file })
		if i < 0 || problems[i].Rule != "file" {
			t.Errorf("%s: %v", file, problems)
		}
	}
	if strings.Contains(problems.Error(), "hunter2") || strings.Contains(problems.Error(), "password") {
		t.Error("a file outside the folder was read")
	}
}

func rooted(t *testing.T, dir string) fs.FS {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root.FS()
}

// TestMountedLinks reads a folder as Kubernetes mounts a ConfigMap: every name is a link to what is
// below a link to what is there now.
func TestMountedLinks(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "..2026_11_22"), os.DirFS("testdata/base")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..2026_11_22", filepath.Join(dir, "..data")); err != nil {
		t.Skip(err)
	}
	entries, err := os.ReadDir("testdata/base")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.Symlink(filepath.Join("..data", e.Name()), filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	_, problems, err := Load(rooted(t, dir), reviewDay)
	_, want, _ := Load(rooted(t, "testdata/base"), reviewDay)
	if err != nil || !slices.Equal(problems, want) {
		t.Errorf("%v, problems %v, want %v", err, problems, want)
	}
}

func TestNoFolder(t *testing.T) {
	for _, fsys := range []fs.FS{fstest.MapFS{}, os.DirFS(filepath.Join(t.TempDir(), "gone"))} {
		script, problems, err := Load(fsys, reviewDay)
		if script != nil || len(problems) != 1 || !strings.Contains(err.Error(), "topics: is not there") {
			t.Errorf("got %v, %v", problems, err)
		}
	}
}

func TestPositions(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"roles: [", "roles.yaml:1:1: is not YAML: did not find expected node content"},
		{"roles:\n  - {id: a, label: 12}", "roles.yaml:2:20: 12 is not text to YAML: put it in quotes, \"12\""},
		{"roles:\n  - {id: a, label: 0300123}", "roles.yaml:2:20: 0300123 is not text to YAML: put it in quotes, \"0300123\""},
		{"roles:\n  - {id: a, label: true}", "roles.yaml:2:20: true is not text to YAML: put it in quotes, \"true\""},
		{"roles:\n  - {id: a, labell: A}", "roles.yaml:2:13: unknown key \"labell\" (did you mean \"label\"?)"},
		{"roles:\n  id: a", "roles.yaml:2:3: must be a list, but is a set of keys"},
		{"- roles", "roles.yaml:1:1: must be a set of keys, but is a list"},
		{"roles", "roles.yaml:1:1: must be a set of keys, but is the single value \"roles\""},
		{"roles: []\nroles: []", "roles.yaml:2:1: key \"roles\" stands twice (first on line 1)"},
		{"roles: \xff", "roles.yaml:1:1: is not YAML: invalid leading UTF-8 octet"},
		{"roles: \"\x01\"", "roles.yaml:1:1: is not YAML: control characters are not allowed"},
		{"<<: {roles: []}", "roles.yaml:1:1: a key must be a plain word"},
	} {
		problems := load(t, "roles.yaml", c.yaml)
		if len(problems) == 0 || problems[0].String() != c.want {
			t.Errorf("%q: got %v\nwant %s", c.yaml, problems, c.want)
		}
	}
}

func TestKebab(t *testing.T) {
	for name, want := range map[string]string{"SayAs": "say-as", "ID": "id", "URL": "url", "LiveWell": "live-well", "On": "on"} {
		if got := kebab(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"start", "ready", "near-you", "leave-it"}
	for word, want := range map[string]string{"redy": "ready", "near-yuo": "near-you", "zzzzz": "", "": "", strings.Repeat("x", 5000): ""} {
		got := suggest(word, known)
		if want == "" && got != "" || want != "" && got != fmt.Sprintf(" (did you mean %q?)", want) {
			t.Errorf("%.20q: got %q", word, got)
		}
	}
}
