package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// show prints the staff prompt sheet of a topic.
func show(_ context.Context, e *env, args []string) error {
	f, src := e.flags("show")
	role := f.String("role", "", "")
	area := f.String("area", "", "")
	rest, err := e.parse(f, args)
	if err != nil {
		return err
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	if _, err := person(script, "", *role, *area); err != nil {
		return err
	}
	var ids []string
	for _, t := range script.Topics {
		if t.Trees[conversation.Staff] != nil {
			ids = append(ids, t.ID)
		}
	}
	if len(rest) != 1 {
		return misuse("show needs one topic: %s", strings.Join(ids, ", "))
	}
	topic := script.Topic(rest[0])
	if topic == nil || !slices.Contains(ids, topic.ID) {
		return misuse("there is no topic %q; the topics are %s", rest[0], strings.Join(ids, ", "))
	}
	sheet := script.Sheet(topic, *role, *area, time.Now())
	if err := screenOf(e).Print(e.stdout, &sheet); err != nil {
		return fmt.Errorf("print sheet: %w", err)
	}
	return nil
}
