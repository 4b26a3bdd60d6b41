package schema

import (
	"encoding/json"
	"testing"
)

const set = `{"properties": {"send": {"$ref": "#/definitions/Send"}}, "definitions": {
	"Send": {"type": "object", "required": ["to"], "additionalProperties": false, "properties": {
		"to": {"type": ["number", "string"]},
		"part": {"anyOf": [{"$ref": "#/definitions/A"}, {"$ref": "#/definitions/B"}]}
	}},
	"A": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}}},
	"B": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "b"}, "of": {"$ref": "#/definitions/B"}}}
}}`

func TestCheck(t *testing.T) {
	s := MustParse([]byte(set))
	for _, tt := range []struct {
		name, value string
		fits        bool
	}{
		{"send", `{"to": 1}`, true},
		{"send", `{"to": 1, "part": {"kind": "b", "of": {"kind": "b"}}}`, true},
		{"send", `{}`, false},
		{"send", `{"to": null}`, false},
		{"send", `{"to": 1, "quiet": true}`, false},
		{"send", `{"to": 1, "part": {"kind": "b", "of": {"kind": "c"}}}`, false},
		{"lost", `{}`, false},
	} {
		var v any
		if err := json.Unmarshal([]byte(tt.value), &v); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(tt.name, v); (err == nil) != tt.fits {
			t.Errorf("%s %s: %v", tt.name, tt.value, err)
		}
	}
	for _, bad := range []string{"[", `{"properties": {"x": {"$ref": "#/definitions/Lost"}}}`} {
		if _, err := parse([]byte(bad)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}
