package bots

import (
	"context"
	"errors"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// errOnlyLooked keeps the store from keeping anything.
var errOnlyLooked = errors.New("only looked")

// Known is a Known for the adapters of this server.
func (s *Server) Known(ctx context.Context, platform, from string) (conversation.Session, error) {
	var known conversation.Session
	_, _, err := s.Store.Update(ctx, s.ID(platform, from), func(session *conversation.Session) ([]byte, error) {
		known = *session
		return nil, errOnlyLooked
	})
	if !errors.Is(err, errOnlyLooked) {
		return conversation.Session{}, err
	}
	if time.Since(known.Touched) > conversation.SessionLife {
		return conversation.Session{}, nil
	}
	return known, nil
}
