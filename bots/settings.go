package bots

import (
	"context"
	"log/slog"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Settings are what an adapter is set up from.
type Settings struct {
	Get    func(name, otherwise string) string // an environment variable, trimmed
	Secret func(name string) (string, error)   // the same, or what stands in the file that NAME_FILE names
	Script func() *conversation.Script         // the content in force
	Known  Known
	Log    *slog.Logger
}

// Known says what is kept of a person now, to be shown to that person; From is as in Message. It changes
// nothing, and knows nothing of somebody we have not met.
type Known func(ctx context.Context, platform, from string) (conversation.Session, error)

// WithHint returns an error that has a method Hint() string, which says what to do about it.
func WithHint(err error, hint string) error { return hinted{err, hint} }

type hinted struct {
	error
	hint string
}

func (h hinted) Hint() string  { return h.hint }
func (h hinted) Unwrap() error { return h.error }
