// Package content turns the YAML of the prompts folder into a conversation.Script, or into
// problems that say where, what and the likely fix. It is the only reader of the content, so what
// was checked is what runs.
package content

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Problem is something wrong in the content. Errors keep a set from being used; warnings do not.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Warning bool   `json:"warning,omitempty"`
}

// String returns "file:line:col: message", with the parts that are known.
func (p Problem) String() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Warning {
		return at + ": warning: " + p.Message
	}
	return at + ": " + p.Message
}

// Problems are all that is wrong with a set, sorted by file and place. As an error they print one a line.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Errors returns the problems that are not warnings.
func (ps Problems) Errors() Problems {
	return slices.DeleteFunc(slices.Clone(ps), func(p Problem) bool { return p.Warning })
}

func (ps Problems) sort() {
	slices.SortFunc(ps, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(a.Rule, b.Rule), strings.Compare(a.Message, b.Message))
	})
}

// AsProblems returns the problems in an error that Load returned, or nil.
func AsProblems(err error) Problems {
	var ps Problems
	errors.As(err, &ps)
	return ps
}

// suggest returns ` (did you mean "x"?)` for the nearest of the known words, or "".
func suggest(word string, known []string) string {
	best, bestDistance := "", 1+len(word)/3
	for _, k := range known {
		if d := distance(word, k); d <= bestDistance && (d < bestDistance || best == "") {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is the number of single-byte edits between two short words.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return len(a) + len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := row[j+1]
			change := corner
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, next+1, row[j]+1)
			corner = next
		}
	}
	return row[len(b)]
}
