package house

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/mecc-oxfordshire/signpost/"

// mayImport says which of our packages each package may import. What is not listed may import none.
var mayImport = map[string][]string{
	"cmd/signpost":               {"bots", "bots/telegram", "bots/slack", "bots/terminal", "internal/content", "internal/conversation", "internal/directory", "internal/nlu", "internal/store", "prompts"},
	"bots":                       {"internal/conversation"},
	"bots/telegram":              {"bots", "internal/conversation", "internal/directory", "internal/nlu"},
	"bots/telegram/telegramtest": {"internal/schema"},
	"bots/slack":                 {"bots", "internal/conversation", "internal/directory", "internal/nlu"},
	"bots/slack/slacktest":       {"internal/schema"},
	"bots/terminal":              {"internal/conversation"},
	"internal/content":           {"internal/conversation", "internal/directory", "internal/nlu", "internal/text"},
	"internal/store":             {"internal/conversation"},
	"internal/store/storetest":   {},
	"internal/conversation":      {"internal/directory", "internal/nlu", "internal/text"},
	"internal/directory":         {"internal/text"},
	"internal/nlu":               {"internal/text"},
	"internal/nlu/train":         {"internal/nlu", "internal/text"},
	"internal/bench":             {"bots", "internal/content", "internal/conversation", "internal/store", "prompts"},
}

// guests may import a library away from its home: bench measures us beside that library's own echo bot.
var guests = map[string]string{"internal/bench": "github.com/go-telegram/bot"}

// homes says which package alone may import each library, but for guests.
var homes = map[string]string{
	"gopkg.in/yaml.v3":                      "internal/content",
	"github.com/redis/go-redis":             "internal/store",
	"go.etcd.io/bbolt":                      "internal/store",
	"github.com/go-telegram/bot":            "bots/telegram",
	"github.com/slack-go/slack":             "bots/slack",
	"github.com/gorilla/websocket":          "bots/slack",
	"github.com/blevesearch/snowballstem":   "internal/text",
	"github.com/prometheus":                 "cmd/signpost",
	"github.com/santhosh-tekuri/jsonschema": "internal/schema",
	"golang.org/x/term":                     "cmd/signpost",
	"github.com/boombuler/barcode":          "cmd/signpost",
}

type goPackage struct {
	ImportPath, Dir, Doc string
	Imports              []string
	GoFiles              []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,Imports,GoFiles", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 10 {
		t.Fatalf("only %d packages listed", len(list))
	}
	return list
}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			ours, ok := strings.CutPrefix(imported, module)
			if ok && !slices.Contains(mayImport[name], ours) {
				t.Errorf("%s imports %s, which is not below it", name, ours)
			}
		}
	}
}

func TestEachLibraryHasOneHome(t *testing.T) {
	used := make(map[string]bool)
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			first, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(first, ".") || strings.HasPrefix(imported, module) {
				continue
			}
			home, guest := "", false
			for library, h := range homes {
				if imported == library || strings.HasPrefix(imported, library+"/") {
					home, guest = h, guests[name] == library
					used[library] = used[library] || name == h
				}
			}
			if name != home && !guest {
				t.Errorf("%s imports %s, whose home is %q", name, imported, home)
			}
		}
	}
	for library := range homes {
		if !used[library] {
			t.Errorf("nothing imports %s any more: take it off the list", library)
		}
	}
}

func TestOnePackageComment(t *testing.T) {
	for _, p := range packages(t) {
		var with []string
		for _, file := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil && !strings.HasPrefix(f.Doc.Text(), "Code generated") {
				with = append(with, file)
			}
		}
		if len(with) != 1 {
			t.Errorf("%s has %d package comments (%s), not one", p.ImportPath, len(with), strings.Join(with, ", "))
		}
	}
}

func TestNoVagueNames(t *testing.T) {
	vague := []string{"pkg", "util", "utils", "common", "types", "models", "mocks", "helpers", "misc"}
	for _, p := range packages(t) {
		for part := range strings.SplitSeq(strings.TrimPrefix(p.ImportPath, module), "/") {
			if slices.Contains(vague, part) {
				t.Errorf("%s: %q says nothing", p.ImportPath, part)
			}
		}
	}
}

func TestTopLevel(t *testing.T) {
	root := filepath.Join("..", "..")
	want := []string{".ci", "README.md", "LICENSE", "CONTRIBUTING.md", "bots", "cmd", "go.mod", "go.sum", "internal", "prompts"}
	for _, name := range want {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Error(fmt.Errorf("top level: %w", err))
		}
	}
}
