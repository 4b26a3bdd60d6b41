package bots

import (
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// danger returns the card that a message gets if it speaks of danger, whoever sent it.
func danger(script *conversation.Script, m Message) (card conversation.Reply, ok bool) {
	_, card = conversation.Turn(script, conversation.Session{Voice: m.Voice}, m.Message, time.Now())
	return card, card.Crisis
}

// apologise tells a person that we can't answer now, at most once a minute; every message about danger
// gets its card, store or no store, though not each time that the platform sends it again.
func (s *Server) apologise(a Adapter, id string, m Message, script *conversation.Script) {
	if card, ok := danger(script, m); ok {
		s.sayOnce(a, id+" "+m.ID, m.To, card)
	} else {
		s.sayOnce(a, id, m.To, script.Apology())
	}
}

// sayOnce says a reply that the store does not owe, unless the same was said in the last minute.
func (s *Server) sayOnce(a Adapter, about string, to Address, reply conversation.Reply) {
	if !s.told.First(about) {
		return
	}
	s.outbox.sending.Go(func() {
		if !s.outbox.say(a, to, reply) {
			s.told.Forget(about)
		}
	})
}
