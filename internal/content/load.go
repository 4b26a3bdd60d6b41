package content

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// The files of a set beside topics/, services/ and language/.
const (
	areasYAML   = "areas.yaml"
	rolesYAML   = "roles.yaml"
	menuYAML    = "menu.yaml"
	phrasesYAML = "phrases.yaml"
	safetyYAML  = "safety.yaml"
	styleYAML   = "style.yaml"
)

// A set is everything read from a content folder, before it is checked and built.
type set struct {
	fsys     fs.FS
	today    time.Time
	problems Problems
	docs     map[string]*yaml.Node // by file, for the places of problems
	broken   map[string]bool       // files and folders that could not be read whole

	topics   []*topicFile // those that could be read
	topicIDs []string     // of every file
	services []service    // of the files that could be read
	areas    areasFile
	roles    rolesFile
	menu     menuFile
	phrases  conversation.Phrases
	safety   conversation.Safety
	style    styleFile
	language nlu.Data

	directory *directory.Directory
	lexicon   *nlu.Lexicon
	shown     []screen // once asked for
	said      []shown  // once asked for
}

// A service knows its place in the files.
type service struct {
	directory.Service
	file  string
	index int
}

// Load reads a content folder and returns its script, ready for turns, with whatever is doubtful in
// it. If anything is wrong, the script is nil and the error is Problems: all of them, warnings
// included. Today decides only which reviews are overdue, which are warnings.
func Load(fsys fs.FS, today time.Time) (*conversation.Script, Problems, error) {
	s := newSet(fsys, today)
	if _, err := fs.Stat(fsys, "topics"); err != nil {
		s.problems = Problems{{File: "topics", Rule: "file", Message: "is not there: a content folder has topics/, services/ and the other files that \"signpost export DIR\" writes"}}
		return nil, s.problems, s.problems
	}
	s.read()
	s.readLanguage()
	s.check()
	s.problems.sort()
	if len(s.problems.Errors()) > 0 {
		return nil, s.problems, s.problems
	}
	script := s.build(s.topics)
	script.Lexicon = s.lexicon
	return script, s.problems, nil
}

// Trust reads content that has passed Load, such as the set built into the program, which a test
// loads. It is read as strictly, but not proved again, which is most of the work.
func Trust(fsys fs.FS) (*conversation.Script, error) {
	s := newSet(fsys, time.Time{})
	s.read()
	s.readLanguage()
	checkLanguage(&report{set: s})
	if len(s.problems.Errors()) > 0 {
		return nil, s.problems
	}
	script := s.build(s.topics)
	script.Lexicon = s.lexicon
	return script, nil
}

func newSet(fsys fs.FS, today time.Time) *set {
	return &set{fsys: fsys, today: today, docs: make(map[string]*yaml.Node), broken: make(map[string]bool)}
}

func (s *set) read() {
	for _, file := range s.list("topics", ".yaml") {
		t := &topicFile{id: strings.TrimSuffix(path.Base(file), ".yaml"), file: file}
		s.topicIDs = append(s.topicIDs, t.id)
		if s.decode(file, t) {
			s.topics = append(s.topics, t)
		}
	}
	for _, file := range s.list("services", ".yaml") {
		var f servicesFile
		if !s.decode(file, &f) {
			s.broken["services"] = true
			continue
		}
		for i, sv := range f.Services {
			s.services = append(s.services, service{sv, file, i})
		}
	}
	decodeWhole(s, areasYAML, &s.areas)
	decodeWhole(s, rolesYAML, &s.roles)
	decodeWhole(s, menuYAML, &s.menu)
	decodeWhole(s, phrasesYAML, &s.phrases)
	decodeWhole(s, safetyYAML, &s.safety)
	decodeWhole(s, styleYAML, &s.style)
	s.directory = directory.New(s.areas.Areas, s.serviceList())
}

// decodeWhole reads a file, or leaves v as it was if anything in it is wrong.
func decodeWhole[T any](s *set, file string, v *T) {
	var read T
	if s.decode(file, &read) {
		*v = read
	}
}

func (s *set) serviceList() []directory.Service {
	list := make([]directory.Service, len(s.services))
	for i := range s.services {
		list[i] = s.services[i].Service
	}
	return list
}

// whole reports whether files or folders were read without a problem, so that what they lack is
// really not there.
func (s *set) whole(files ...string) bool {
	return !slices.ContainsFunc(files, func(f string) bool { return s.broken[f] })
}

// list returns the files of a folder, and reports what else is in it.
func (s *set) list(dir, ext string) []string {
	entries, err := fs.ReadDir(s.fsys, dir)
	if err != nil {
		s.broken[dir] = true
		s.problems = append(s.problems, Problem{File: dir, Rule: "file", Message: "cannot be read: " + reason(err)})
		return nil
	}
	var files []string
	for _, e := range entries {
		if name := e.Name(); path.Ext(name) == ext {
			files = append(files, path.Join(dir, name))
		} else if !strings.HasPrefix(name, ".") {
			s.problems = append(s.problems, Problem{File: path.Join(dir, name), Rule: "file", Message: "is not a " + ext + " file"})
		}
	}
	return files
}
