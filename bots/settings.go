package bots

import (
	"log/slog"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Settings are what an adapter is set up from.
type Settings struct {
	Get    func(name, otherwise string) string // an environment variable, trimmed
	Secret func(name string) (string, error)   // the same, or what stands in the file that NAME_FILE names
	Script func() *conversation.Script         // the content in force
	Log    *slog.Logger
}
