package bots

import (
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// apologise tells a person that we can't answer now, at most once a minute; every message about danger
// gets its card, store or no store, though not each time that the platform sends it again.
func (s *Server) apologise(a Adapter, id string, m Message, script *conversation.Script) {
	_, reply := conversation.Turn(script, conversation.Session{Voice: m.Voice}, m.Message, time.Now())
	if !reply.Crisis {
		reply = script.Apology()
	}
	about := id
	if reply.Crisis {
		about += " " + m.ID
	}
	if !s.told.First(about) {
		return
	}
	s.outbox.sending.Go(func() {
		if !s.outbox.say(a, m.To, reply) {
			s.told.Forget(about)
		}
	})
}
