package bots

import (
	"context"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

func TestKnownOnlyLooks(t *testing.T) {
	sessions := store.NewMemory()
	s := &Server{Store: sessions, ID: func(platform, from string) string { return platform + "/" + from }}
	for who, quiet := range map[string]time.Duration{"ann": time.Hour, "bob": 91 * 24 * time.Hour} {
		_, _, err := sessions.Update(t.Context(), "slack/"+who, func(session *conversation.Session) ([]byte, error) {
			*session = conversation.Session{Role: "fire", Area: "barton", Touched: time.Now().Add(-quiet)}
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for who, want := range map[string]string{"ann": "fire", "bob": "", "stranger": ""} {
		for range 2 {
			if known, err := s.Known(t.Context(), "slack", who); err != nil || known.Role != want {
				t.Errorf("%s: %q, %v, want %q", who, known.Role, err, want)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Store = away{sessions}
	if _, err := s.Known(ctx, "slack", "ann"); err == nil {
		t.Error("a store that is away says nothing of it")
	}
}

// away is a store that can't be reached.
type away struct{ conversation.Store }

func (away) Update(ctx context.Context, _ string, _ func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	return 0, 0, ctx.Err()
}
