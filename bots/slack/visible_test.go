package slack

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
)

// raw returns blocks as they came, without JSON's own escapes.
func raw(blocks []any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(blocks); err != nil {
		panic(err)
	}
	return b.String()
}

var link = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

// visible returns the words of the blocks that are not buttons, as a person reads them.
func visible(blocks []any) string {
	var lines []string
	for _, b := range blocks {
		block := b.(map[string]any)
		texts := []any{block["text"]}
		if block["type"] == "context" {
			texts = block["elements"].([]any)
		}
		for _, t := range texts {
			if object, ok := t.(map[string]any); ok {
				lines = append(lines, read(object))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func read(object map[string]any) string {
	s := object["text"].(string)
	if object["type"] == "plain_text" {
		return s
	}
	s = link.ReplaceAllStringFunc(s, func(m string) string {
		p := link.FindStringSubmatch(m)
		if p[2] != "" {
			return p[2]
		}
		return p[1]
	})
	return html.UnescapeString(strings.ReplaceAll(s, "*", ""))
}
