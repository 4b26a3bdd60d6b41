package content

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	maxFile  = 4 << 20 // bytes; the largest YAML file shipped is a tenth of it
	maxBytes = 32 << 20
	maxDepth = 20 // levels of YAML
)

// decode reads a file of the set strictly into what v points to. It collects what is wrong, and
// reports whether nothing was.
func (s *set) decode(file string, v any) bool {
	d := &decoder{file: file, problems: &s.problems}
	data, ok := d.readFile(s.fsys, maxFile)
	if ok {
		var root *yaml.Node
		if root, ok = d.parse(data); ok {
			s.docs[file] = root
			d.decode(root, reflect.ValueOf(v).Elem())
		}
	}
	if d.found > 0 {
		s.broken[file] = true
	}
	return d.found == 0
}

// readFile returns the bytes of a plain file of at most limit bytes. Links are followed as far as fsys
// follows them: a folder mounted by Kubernetes is all links, and one opened as an os.Root leads nowhere else.
func (d *decoder) readFile(fsys fs.FS, limit int64) ([]byte, bool) {
	info, err := fs.Stat(fsys, d.file)
	if err == nil && !info.Mode().IsRegular() {
		d.problem(pos{}, "file", "is a folder or a device, not a plain file")
		return nil, false
	}
	if err == nil && info.Size() > limit {
		d.problem(pos{}, "file", "has %d bytes; at most %d are read", info.Size(), limit)
		return nil, false
	}
	if err == nil {
		var data []byte
		if data, err = fs.ReadFile(fsys, d.file); err == nil {
			return data, true
		}
	}
	d.problem(pos{}, "file", "cannot be read: %s", reason(err))
	return nil, false
}

func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// parse returns the one document in data if it is YAML without aliases and of sensible depth.
func (d *decoder) parse(data []byte) (*yaml.Node, bool) {
	var doc, second yaml.Node
	yd := yaml.NewDecoder(bytes.NewReader(data))
	err := yd.Decode(&doc)
	if errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		d.problem(pos{1, 1}, "file", "is empty")
		return nil, false
	}
	if err == nil {
		if err = yd.Decode(&second); errors.Is(err, io.EOF) {
			d.shape(doc.Content[0], 1)
			return doc.Content[0], d.found == 0
		}
		if err == nil {
			d.problem(at(&second), "syntax", "holds a second document after \"---\", which would not be read")
			return nil, false
		}
	}
	p, what := syntaxError(err)
	d.problem(p, "syntax", "is not YAML: %s", what)
	return nil, false
}

// shape refuses what YAML can do and content never needs: names for parts, which can blow up a
// small file, and nesting without end.
func (d *decoder) shape(n *yaml.Node, depth int) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.problem(at(n), "alias", "uses an anchor or alias (& or *): write the text out instead")
		return
	}
	if depth > maxDepth {
		d.problem(at(n), "depth", "is nested more than %d levels deep", maxDepth)
		return
	}
	for _, child := range n.Content {
		d.shape(child, depth+1)
	}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxError takes a parser's message apart. The line it names may be one or two before the slip.
func syntaxError(err error) (pos, string) {
	first, _, _ := strings.Cut(err.Error(), "\n")
	m := yamlLine.FindStringSubmatch(first)
	if m == nil {
		return pos{1, 1}, first
	}
	line, _ := strconv.Atoi(m[1])
	return pos{max(line, 1), 1}, m[2]
}

// at returns the place in a file of the set that keys and indexes lead to, or of the last part of
// the way that is there.
func (s *set) at(file string, path ...any) place {
	n := s.docs[file]
	if n == nil {
		return place{file: file}
	}
	for _, step := range path {
		next := child(n, step)
		if next == nil {
			break
		}
		n = next
	}
	return place{file, at(n)}
}

func child(n *yaml.Node, step any) *yaml.Node {
	if i, ok := step.(int); ok {
		if n.Kind == yaml.SequenceNode && i < len(n.Content) {
			return n.Content[i]
		}
		return nil
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	}
	return nil
}
