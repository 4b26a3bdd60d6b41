package slacktest

import (
	_ "embed"
	"fmt"
	"unicode/utf16"

	"github.com/mecc-oxfordshire/signpost/internal/schema"
)

// blocks.json says what blocks and views hold. It is made from the npm package @slack/types 3.2.0 (MIT
// licence, Slack Technologies) with ts-json-schema-generator, from the types of the blocks that we use.
// Descriptions are left out, and other elements. It knows no lengths: those are in this file.
//
//go:embed blocks.json
var blocksJSON []byte

var published = schema.MustParse(blocksJSON)

// A checker gathers what Slack would refuse about blocks.
type checker struct {
	problems []string
	ids      map[string]bool // block ids and action ids
}

// Check returns what is wrong with blocks by Slack's published limits and types; limit is how many there
// may be.
func Check(blocks []any, limit int) []string {
	c := checker{ids: make(map[string]bool)}
	if len(blocks) > limit {
		c.add("%d blocks, more than %d", len(blocks), limit)
	}
	for _, b := range blocks {
		block, ok := b.(map[string]any)
		if !ok {
			c.add("a block is no object")
			continue
		}
		if c.block(block); len(c.problems) == 0 {
			c.published("block", block)
		}
	}
	return c.problems
}

// CheckView returns what is wrong with a modal or Home tab beside its blocks.
func CheckView(v map[string]any) []string {
	c := checker{ids: make(map[string]bool)}
	for _, key := range []string{"title", "submit", "close"} {
		if t, ok := v[key]; ok {
			c.text(key, t, 24, "plain_text")
		}
	}
	if v["type"] == "modal" && v["title"] == nil {
		c.add("a modal without title")
	}
	c.max("private_metadata", v["private_metadata"], 3000)
	c.max("callback_id", v["callback_id"], 255)
	if kind, _ := v["type"].(string); len(c.problems) == 0 {
		c.published(kind, v)
	}
	return c.problems
}

// published checks that a value has the fields that Slack publishes for it, and no others.
func (c *checker) published(name string, v any) {
	if err := published.Check(name, v); err != nil {
		c.add("not as published: %v", err)
	}
}

func (c *checker) add(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func letters(s string) int { return len(utf16.Encode([]rune(s))) }

func (c *checker) max(what string, v any, limit int) {
	if s, ok := v.(string); ok && letters(s) > limit {
		c.add("%s of %d letters, more than %d", what, letters(s), limit)
	}
}

// text checks a text object; kinds are the types it may have, none being any.
func (c *checker) text(what string, v any, limit int, kinds ...string) {
	t, ok := v.(map[string]any)
	if !ok {
		c.add("%s is no text object", what)
		return
	}
	s, _ := t["text"].(string)
	if s == "" {
		c.add("%s is empty", what)
	}
	c.max(what, s, limit)
	if t["type"] != "plain_text" && t["type"] != "mrkdwn" || len(kinds) > 0 && t["type"] != kinds[0] {
		c.add("%s has type %v", what, t["type"])
	}
}

func (c *checker) id(what string, v any) {
	s, ok := v.(string)
	if !ok || s == "" {
		return
	}
	c.max(what, s, 255)
	if c.ids[what+s] {
		c.add("%s %q twice", what, s)
	}
	c.ids[what+s] = true
}

func (c *checker) block(b map[string]any) {
	c.id("block_id", b["block_id"])
	elements, _ := b["elements"].([]any)
	switch b["type"] {
	case "section":
		c.text("section", b["text"], 3000)
		if a, ok := b["accessory"]; ok {
			c.element(a)
		}
	case "header":
		c.text("header", b["text"], 150, "plain_text")
	case "context":
		if len(elements) == 0 || len(elements) > 10 {
			c.add("context of %d elements", len(elements))
		}
		for _, e := range elements {
			c.text("context", e, 2000)
		}
	case "actions":
		if len(elements) == 0 || len(elements) > 25 {
			c.add("actions of %d elements", len(elements))
		}
		for _, e := range elements {
			c.element(e)
		}
	case "input":
		c.text("label", b["label"], 2000, "plain_text")
		c.element(b["element"])
	case "divider":
	default:
		c.add("block of type %v", b["type"])
	}
}

func (c *checker) element(v any) {
	e, ok := v.(map[string]any)
	if !ok {
		c.add("an element is no object")
		return
	}
	if e["action_id"] == nil {
		c.add("%v without action_id", e["type"])
	}
	c.id("action_id", e["action_id"])
	switch e["type"] {
	case "button":
		c.text("button", e["text"], 75, "plain_text")
		c.max("button value", e["value"], 2000)
		c.max("button url", e["url"], 3000)
		if s := e["style"]; s != nil && s != "primary" && s != "danger" {
			c.add("button style %v", s)
		}
	case "static_select":
		c.text("placeholder", e["placeholder"], 150, "plain_text")
		options, _ := e["options"].([]any)
		groups, _ := e["option_groups"].([]any)
		if (len(options) == 0) == (len(groups) == 0) || len(options) > 100 || len(groups) > 100 {
			c.add("select of %d options and %d groups", len(options), len(groups))
		}
		for _, g := range groups {
			group, _ := g.(map[string]any)
			c.text("group label", group["label"], 75, "plain_text")
			list, _ := group["options"].([]any)
			if len(list) == 0 || len(list) > 100 {
				c.add("group of %d options", len(list))
			}
			options = append(options, list...)
		}
		for _, o := range options {
			option, _ := o.(map[string]any)
			c.text("option", option["text"], 75, "plain_text")
			c.max("option value", option["value"], 75)
		}
	case "plain_text_input":
		if p, ok := e["placeholder"]; ok {
			c.text("placeholder", p, 150, "plain_text")
		}
		if n, ok := e["max_length"].(float64); ok && n > 3000 {
			c.add("input of %v letters", n)
		}
	default:
		c.add("element of type %v", e["type"])
	}
}
