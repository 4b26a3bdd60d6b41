// Package schema checks values against sets of JSON Schemas that are made from what the platforms
// publish. Tests alone use it.
package schema

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A Set is schemas by name.
type Set map[string]*jsonschema.Schema

// MustParse reads a set: an object whose "properties" are the schemas, and whose "definitions" they
// refer to. It panics if the set can't be read, as it comes with the program.
func MustParse(text []byte) Set {
	s, err := parse(text)
	if err != nil {
		panic(err)
	}
	return s
}

func parse(text []byte) (Set, error) {
	const location = "urn:published"
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read schemas: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	if err := c.AddResource(location, doc); err != nil {
		return nil, fmt.Errorf("read schemas: %w", err)
	}
	whole, err := c.Compile(location)
	if err != nil {
		return nil, fmt.Errorf("read schemas: %w", err)
	}
	return whole.Properties, nil
}

// Check returns what is wrong with a value, as package json decodes one, or nil.
func (s Set) Check(name string, v any) error {
	schema := s[name]
	if schema == nil {
		return errors.New(name + ": there is no such schema")
	}
	if err := schema.Validate(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
