package content

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of a topic file, for completion and explanations
// in an editor. It knows the form only; Load proves the rest. It ends with a newline.
func Schema() []byte {
	g := generator{defs: make(map[string]any)}
	schema := g.object(reflect.TypeFor[topicFile]())
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "A signpost topic"
	schema["description"] = "Two decision trees about one thing that a person may want to change or need help with."
	schema["$defs"] = g.defs
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(schema); err != nil {
		panic(err) // maps of texts always encode
	}
	return out.Bytes()
}

// A generator turns the types that files are decoded into to schemas.
type generator struct{ defs map[string]any }

type schema = map[string]any

// object is the schema of a struct, with the keys that decoding takes and no others.
func (g *generator) object(t reflect.Type) schema {
	properties := make(schema)
	var required []string
	for _, f := range fieldsOf(t) {
		tag := t.Field(f.index).Tag
		p := g.of(t.Field(f.index).Type)
		restricted := p
		if items, ok := p["items"].(schema); ok {
			restricted = items
		}
		if values := tag.Get("enum"); values != "" {
			restricted["enum"] = strings.Fields(values)
		}
		if pattern := tag.Get("pattern"); pattern != "" {
			restricted["pattern"] = pattern
		}
		if doc := tag.Get("doc"); doc != "" {
			p["description"] = doc
		}
		if f.required {
			required = append(required, f.key)
		}
		properties[f.key] = p
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func (g *generator) of(t reflect.Type) schema {
	switch t {
	case reflect.TypeFor[str]():
		return schema{"type": "string"}
	case reflect.TypeFor[tree]():
		return schema{"type": "object", "required": []string{"start"}, "propertyNames": schema{"pattern": idForm.String(), "maxLength": maxID},
			"additionalProperties": g.define("node", reflect.TypeFor[node]())}
	case reflect.TypeFor[option]():
		short := schema{"type": "string", "pattern": `\S\s*->\s*\S`, "description": "Label -> node"}
		return schema{"oneOf": []schema{short, g.define("option", t)}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.Slice:
		return schema{"type": "array", "items": g.of(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": g.of(t.Elem())}
	case reflect.Bool:
		return schema{"type": "boolean"}
	default:
		return g.object(t)
	}
}

// define puts the schema of a struct among the definitions, once, and refers to it.
func (g *generator) define(name string, t reflect.Type) schema {
	if g.defs[name] == nil {
		g.defs[name] = true // being made
		g.defs[name] = g.object(t)
	}
	return schema{"$ref": "#/$defs/" + name}
}
