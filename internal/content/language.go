package content

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

const (
	dangerYAML = "language/danger.yaml"
	heardYAML  = "language/topics.yaml"
)

// readLanguage reads what messages are understood by.
func (s *set) readLanguage() {
	data := &s.language
	decodeWhole(s, dangerYAML, &data.Danger)
	decodeWhole(s, heardYAML, &data.Topics)
	decodeWhole(s, "language/normal.yaml", &data.Normal)
	decodeWhole(s, "language/stages.yaml", &data.Stages)
	decodeWhole(s, "language/lookup.yaml", &data.Lookup)
	data.Vectors = s.written("language/vectors.bin")
	data.Weights = s.written("language/weights.bin")
	data.Alarm = s.written("language/danger.bin")
}

// checkLanguage makes the lexicon, once all that it is made of has passed its own rules.
func checkLanguage(r *report) {
	for _, p := range r.problems {
		if !p.Warning && (p.File == areasYAML || strings.HasPrefix(p.File, "language/")) {
			return
		}
	}
	lexicon, err := nlu.New(r.heard())
	if err != nil {
		r.problems = append(r.problems, languageProblem(err))
	}
	r.lexicon = lexicon
}

// heard returns what the lexicon is made of. The cues of a topic count among the words it is heard by.
func (s *set) heard() nlu.Data {
	data := s.language
	for _, a := range s.areas.Areas {
		data.Places = append(data.Places, nlu.PlaceData{ID: a.ID, Parent: a.Parent, Names: a.Names, Postcodes: a.Postcodes})
	}
	data.Topics.Topics = maps.Clone(data.Topics.Topics)
	for _, t := range s.topics {
		if words, ok := data.Topics.Topics[t.id]; ok && !t.Hidden {
			words.Cues = slices.Concat(words.Cues, texts(t.Cues))
			data.Topics.Topics[t.id] = words
		}
	}
	return data
}

// checkHeard holds the topics that messages are understood as against those that are there.
func checkHeard(r *report) {
	if !r.whole(heardYAML) {
		return
	}
	heard := r.language.Topics.Topics
	for _, t := range r.topics {
		if _, ok := heard[t.id]; !ok && !t.Hidden {
			r.warnf(place{t.file, t.pos}, "%s has no words for %q, so nobody is understood to speak of it", heardYAML, t.id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(heard)) {
		if !slices.Contains(r.topicIDs, id) {
			r.warnf(r.at(heardYAML, "topics", id), "%q is not a topic%s", id, suggest(id, r.topicIDs))
		}
	}
}

// languageProblem names the file that the lexicon complains about, which begins its message.
func languageProblem(err error) Problem {
	p := Problem{File: "language", Rule: "language", Message: err.Error()}
	part, rest, _ := strings.Cut(err.Error(), ": ")
	switch part {
	case "danger", "normal", "topics", "stages", "lookup":
		p.File, p.Message = "language/"+part+".yaml", rest
	case "vectors", "weights":
		p.File, p.Message = "language/"+part+".bin", rest
	case "danger weights":
		p.File, p.Message = "language/danger.bin", rest
	case "places":
		p.File, p.Message = areasYAML, rest
	}
	return p
}

// A stringFS has its files in memory and can show them without a copy.
type stringFS interface {
	ReadString(name string) (string, error)
}

// written reads a file that a program wrote. It may be left out.
func (s *set) written(file string) string {
	if _, err := fs.Lstat(s.fsys, file); err != nil {
		return ""
	}
	if memory, ok := s.fsys.(stringFS); ok {
		if text, err := memory.ReadString(file); err == nil {
			return text
		}
	}
	d := &decoder{file: file, problems: &s.problems}
	data, _ := d.readFile(s.fsys, maxBytes)
	return string(data)
}
