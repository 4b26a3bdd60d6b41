package telegramtest

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// tags are those of the HTML parse mode that we know, with the entity each makes.
var tags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "s": "strikethrough",
	"code": "code", "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "spoiler",
}

var entityNames = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`}

// parseHTML returns the text that a person sees, and its entities with places in UTF-16 units.
func parseHTML(html string) (string, []map[string]any, error) {
	type open struct {
		name  string
		start int
	}
	var text strings.Builder
	var stack []open
	var entities []map[string]any
	n := 0
	put := func(s string) {
		text.WriteString(s)
		n += len(utf16.Encode([]rune(s)))
	}
	for len(html) > 0 {
		i := strings.IndexAny(html, "<&")
		if i < 0 {
			i = len(html)
		}
		put(html[:i])
		if html = html[i:]; html == "" {
			break
		}
		if html[0] == '&' {
			end := strings.IndexByte(html, ';')
			if end < 0 || entityNames[html[1:end]] == "" {
				put("&")
				html = html[1:]
				continue
			}
			put(entityNames[html[1:end]])
			html = html[end+1:]
			continue
		}
		end := strings.IndexByte(html, '>')
		if end < 0 {
			return "", nil, errors.New("unclosed start tag")
		}
		name, closing := strings.CutPrefix(html[1:end], "/")
		html = html[end+1:]
		switch {
		case tags[name] == "":
			return "", nil, fmt.Errorf("unsupported start tag %q", name)
		case !closing:
			stack = append(stack, open{name, n})
		case len(stack) == 0 || stack[len(stack)-1].name != name:
			return "", nil, fmt.Errorf("unexpected end tag %q", name)
		default:
			start := stack[len(stack)-1].start
			stack = stack[:len(stack)-1]
			if n > start {
				entities = append(entities, map[string]any{"type": tags[name], "offset": start, "length": n - start})
			}
		}
	}
	if len(stack) > 0 {
		return "", nil, fmt.Errorf("can't find end tag corresponding to start tag %q", stack[0].name)
	}
	return text.String(), entities, nil
}
