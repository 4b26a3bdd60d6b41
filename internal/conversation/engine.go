package conversation

import (
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// Turn takes a session and one message to the next session and the reply. It has no other effect,
// and the same arguments always give the same results, so a store may run it again at will. An
// event that the session remembers changes nothing, and gets the question that stands.
func Turn(sc *Script, s Session, m Message, now time.Time) (Session, Reply) {
	if s.Seen(m.ID) {
		t := turn{Script: sc, s: &s, now: now}
		return s, t.show("repeat")
	}
	s.expire(now)
	before := s
	if s.Voice == "" {
		s.Voice = m.Voice
	}
	t := turn{Script: sc, s: &s, now: now}
	r := t.hear(m)
	if before.Touched.IsZero() && !m.Public && !r.Crisis {
		r.Blocks = append(says(sc.Phrases.Hello), r.Blocks...)
	}
	if m.Public {
		s = before
	}
	if !s.IsZero() || r.Outcome != outcomeForgotten {
		s.remember(m.ID, now)
	}
	if m.Public {
		s.Touched = before.Touched // they have still to be told who we are
	}
	return s, r
}

const outcomeForgotten = "forgotten"

// A turn is one step of one conversation: the script, the session it changes, and the time.
type turn struct {
	*Script
	s   *Session
	now time.Time

	fellBack bool // the person's node is gone, and they were put at the nearest place
}

// hear reads a message for danger before anything else that is typed; only the very words listed for
// an option on the screen go before it. They are as good as pressing it, though alone they may sound
// like danger ("fire" where somebody works): where they lead was written for them.
func (t *turn) hear(m Message) Reply {
	if m.Text != "" {
		if choice, ok := t.listed(m); ok {
			return t.choose(choice, "")
		}
		if d := t.Lexicon.Danger(m.Text); d != nil {
			return t.crisis(d)
		}
	}
	switch {
	case m.Public:
		return t.answerInPublic(m)
	case m.Choice != "":
		return t.choose(m.Choice, m.Text)
	case m.Other == "location":
		return t.near(m.Lat, m.Long)
	case m.Other != "":
		return t.cannotRead(m.Other)
	default:
		return t.read(m.Text)
	}
}

// crisis shows the card for a danger and leaves the person where they were.
func (t *turn) crisis(d *nlu.Danger) Reply {
	card := t.Safety.card(d.Kind, d.Severity, t.s.voice())
	t.s.Offered = []string{chooseOn}
	return Reply{Blocks: card, Options: []Choice{t.Choice(chooseOn)}, Crisis: true, Outcome: "crisis:" + d.Kind}
}

// wayOut does one of the things that are heard in every state.
func (t *turn) wayOut(choice string) Reply {
	s := t.s
	switch choice {
	case chooseMenu:
		if s.At != (Place{}) {
			s.move("", Place{})
		}
		s.settleDown()
		return t.show("menu")
	case chooseBack:
		return t.back()
	case chooseRestart:
		*s = Session{Role: s.Role, Area: s.Area, Asking: "voice", Touched: s.Touched, Recent: s.Recent}
		return t.show("restart")
	case chooseHelp:
		s.Offered = t.Phrases.HelpOffers()
		return Reply{Blocks: says(t.Phrases.Help[s.voice()]), Options: t.offered(), Outcome: "help"}
	case chooseStop:
		*s = Session{Voice: s.Voice, Role: s.Role, Area: s.Area, Touched: s.Touched, Recent: s.Recent}
		s.Offered = []string{chooseMenu}
		return Reply{Blocks: says(t.Phrases.Stopped), Options: t.offered(), Outcome: "stopped"}
	case chooseForget:
		*s = Session{}
		return Reply{Blocks: says(t.Phrases.Forgotten), Outcome: outcomeForgotten}
	case chooseUrgent:
		s.Offered = []string{chooseOn}
		return Reply{Blocks: t.Safety.Urgent[s.voice()].blocks(), Options: t.offered(), Crisis: true, Outcome: "urgent"}
	default: // chooseOn
		s.settleDown()
		return t.show("on")
	}
}

// back drops what stands on top of the question, or one answer.
func (t *turn) back() Reply {
	s := t.s
	switch {
	case s.Asking != "" || len(s.Offered) > 0:
		s.settleDown()
	case len(s.Path) > 0:
		last := s.Path[len(s.Path)-1]
		s.Path, s.At = s.Path[:len(s.Path)-1:len(s.Path)-1], last.Place
	case s.At != (Place{}):
		s.At = Place{}
	case s.Voice != "":
		s.Asking = "voice"
	}
	return t.show("back")
}

// lost answers a choice that means nothing any more.
func (t *turn) lost() Reply {
	t.s.settleDown()
	return t.show("moved-on", t.Phrases.MovedOn)
}

// near takes the area that a place lies in, or near.
func (t *turn) near(lat, long float64) Reply {
	area := t.Directory.Areas().Nearest(lat, long)
	if area == "" || !t.setFact("area", area) {
		return t.cannotRead("other")
	}
	return t.show("fact", fill(t.Phrases.AreaSet, "{area}", t.AreaName(area)))
}

func (t *turn) cannotRead(what string) Reply {
	say, ok := t.Phrases.Others[what]
	if !ok {
		say = t.Phrases.Others["other"]
	}
	return t.show("other:"+what, say)
}

// Apology is what a person is told when their message can't be kept.
func (sc *Script) Apology() Reply {
	return Reply{Blocks: []Block{{Style: Text, Text: sc.Phrases.Sorry}}, Outcome: "sorry"}
}
