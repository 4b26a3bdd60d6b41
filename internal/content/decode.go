package content

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"gopkg.in/yaml.v3"
)

// A pos is a place in a file.
type pos struct{ line, column int }

// A str is a text with the place it stands at.
type str struct {
	pos
	s string
}

// A decoder reads one YAML file strictly into Go values and collects what is wrong with it.
// Struct fields are named by their yaml tag or by their name in kebab case; a field tagged
// check:"required" must be there and not empty.
type decoder struct {
	file     string
	problems *Problems
	found    int
}

// maxFound is how many problems of one file are told: nobody reads more, and a file of rubbish has millions.
const maxFound = 100

// A selfDecoder reads itself from a YAML node.
type selfDecoder interface {
	decodeNode(d *decoder, n *yaml.Node)
}

func (d *decoder) problem(p pos, rule, format string, args ...any) {
	if d.found++; d.found > maxFound {
		return
	}
	*d.problems = append(*d.problems, Problem{File: d.file, Line: p.line, Column: p.column, Rule: rule, Message: fmt.Sprintf(format, args...)})
}

func at(n *yaml.Node) pos { return pos{n.Line, n.Column} }

func (d *decoder) decode(n *yaml.Node, v reflect.Value) {
	if v.CanAddr() {
		if self, ok := v.Addr().Interface().(selfDecoder); ok {
			self.decodeNode(d, n)
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem())
	case reflect.Struct:
		d.decodeStruct(n, v)
	case reflect.Map:
		d.decodeMap(n, v)
	case reflect.Slice:
		if !d.want(n, yaml.SequenceNode, "a list") {
			return
		}
		out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
		for i, item := range n.Content {
			d.decode(item, out.Index(i))
		}
		v.Set(out)
	default:
		d.decodeScalar(n, v)
	}
}

func (d *decoder) want(n *yaml.Node, kind yaml.Kind, what string) bool {
	if n.Kind == kind {
		return true
	}
	if n.Tag == "!!null" {
		d.problem(at(n), "type", "must be %s, but is empty", what)
		return false
	}
	got := map[yaml.Kind]string{yaml.MappingNode: "a set of keys", yaml.SequenceNode: "a list", yaml.ScalarNode: fmt.Sprintf("the single value %q", short(n.Value))}[n.Kind]
	d.problem(at(n), "type", "must be %s, but is %s", what, got)
	return false
}

func (d *decoder) decodeScalar(n *yaml.Node, v reflect.Value) {
	if !d.want(n, yaml.ScalarNode, "a single value") {
		return
	}
	if v.Type() == reflect.TypeFor[str]() {
		v.Set(reflect.ValueOf(str{at(n), d.text(n)}))
		return
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.text(n))
		return
	case reflect.Bool:
		var b bool
		if b, err = strconv.ParseBool(n.Value); err == nil {
			v.SetBool(b)
		}
	case reflect.Int, reflect.Int64:
		var i int64
		if i, err = strconv.ParseInt(n.Value, 10, 64); err == nil {
			v.SetInt(i)
		}
	case reflect.Float64:
		var f float64
		if f, err = strconv.ParseFloat(n.Value, 64); err == nil && math.Abs(f) <= math.MaxFloat64 {
			v.SetFloat(f)
		} else {
			err = strconv.ErrSyntax
		}
	}
	if err != nil {
		d.problem(at(n), "type", "must be %s, but is %q", map[bool]string{true: "true or false", false: "a number"}[v.Kind() == reflect.Bool], short(n.Value))
	}
}

// text returns a scalar that must be text. A bare number, true or false is refused, since other
// readers of YAML would change it: a phone number loses its first 0.
func (d *decoder) text(n *yaml.Node) string {
	switch n.Tag {
	case "!!str", "!!timestamp":
		return n.Value
	case "!!null":
		d.problem(at(n), "type", "is empty: write a text or leave the key out")
	default:
		d.problem(at(n), "type", "%s is not text to YAML: put it in quotes, %q", short(n.Value), short(n.Value))
	}
	return ""
}

func (d *decoder) decodeMap(n *yaml.Node, v reflect.Value) {
	if !d.want(n, yaml.MappingNode, "a set of keys") {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	d.eachKey(n, func(key *yaml.Node, value *yaml.Node) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, item)
		v.SetMapIndex(reflect.ValueOf(key.Value).Convert(v.Type().Key()), item)
	})
}

// eachKey calls f for each key of a mapping, and reports keys that stand twice.
func (d *decoder) eachKey(n *yaml.Node, f func(key, value *yaml.Node)) {
	first := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			d.problem(at(key), "key", "a key must be a plain word")
			continue
		}
		if line, twice := first[key.Value]; twice {
			d.problem(at(key), "duplicate", "key %q stands twice (first on line %d)", key.Value, line)
			continue
		}
		first[key.Value] = key.Line
		f(key, n.Content[i+1])
	}
}

func (d *decoder) decodeStruct(n *yaml.Node, v reflect.Value) {
	if v.Type() == reflect.TypeFor[str]() {
		d.decodeScalar(n, v)
		return
	}
	if !d.want(n, yaml.MappingNode, "a set of keys") {
		return
	}
	fields := fieldsOf(v.Type())
	seen := make(map[string]bool)
	d.eachKey(n, func(key, value *yaml.Node) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		if i < 0 {
			known := make([]string, len(fields))
			for j, f := range fields {
				known[j] = f.key
			}
			d.problem(at(key), "unknown-key", "unknown key %q%s", key.Value, suggest(key.Value, known))
			return
		}
		seen[key.Value] = true
		before := d.found
		d.decode(value, v.Field(fields[i].index))
		if fields[i].required && d.found == before && empty(v.Field(fields[i].index)) {
			d.problem(at(value), "missing-key", "the key %q is empty", key.Value)
		}
	})
	for _, f := range fields {
		if f.required && !seen[f.key] {
			d.problem(at(n), "missing-key", "the key %q is missing", f.key)
		}
	}
	if p := v.FieldByName("pos"); p.IsValid() && p.CanAddr() {
		if holder, ok := v.Addr().Interface().(interface{ setPos(pos) }); ok {
			holder.setPos(at(n))
		}
	}
}

func (p *pos) setPos(at pos) { *p = at }

// empty reports whether a required key says nothing.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		s, ok := v.Interface().(str)
		return ok && strings.TrimSpace(s.s) == ""
	}
	return false
}

type field struct {
	key      string
	index    int
	required bool
}

var knownFields sync.Map // reflect.Type to []field

// fieldsOf lists the keys a struct is decoded from.
func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("yaml")
		if !f.IsExported() || key == "-" {
			continue
		}
		key, _, _ = strings.Cut(key, ",")
		if key == "" {
			key = kebab(f.Name)
		}
		fields = append(fields, field{key, i, f.Tag.Get("check") == "required"})
	}
	knownFields.Store(t, fields)
	return fields
}

// kebab turns a Go name into a YAML key: SayAs is say-as, ID is id.
func kebab(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(runes[i-1]) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// decodeInto reads a node that a selfDecoder hands on into the struct that v points to.
func (d *decoder) decodeInto(n *yaml.Node, v any) { d.decode(n, reflect.ValueOf(v).Elem()) }
