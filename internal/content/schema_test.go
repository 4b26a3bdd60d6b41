package content

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

const schemaFile = "../../prompts/topic.schema.json"

func TestSchemaIsCurrent(t *testing.T) {
	if *update {
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, Schema()) {
		t.Errorf("%s is not what the types say now: run go test ./internal/content -update", schemaFile)
	}
}

func TestSchemaExplainsEveryKey(t *testing.T) {
	var s struct {
		Properties map[string]struct{ Description string }
		Defs       map[string]struct {
			Properties map[string]struct{ Description string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Properties) < 10 || len(s.Defs["node"].Properties) < 12 || len(s.Defs["option"].Properties) != 4 {
		t.Errorf("keys are missing: %v", s)
	}
	for key, p := range s.Properties {
		if p.Description == "" {
			t.Errorf("the key %s has no description", key)
		}
	}
	for name, def := range s.Defs {
		for key, p := range def.Properties {
			if p.Description == "" {
				t.Errorf("the key %s of %s has no description", key, name)
			}
		}
	}
}
