package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Aims of one turn, and of a session at rest.
const (
	turnAim      = 5 * time.Microsecond
	allocsAim    = 20
	firstAim     = 150 // bytes after one answer
	hundredthAim = 400
	walks        = 500
)

// A kind of message, as it comes to somebody who has been asked a question of a topic.
type kind struct {
	name    string
	aimed   bool // the aims are about an answer to a question
	message conversation.Message
}

// kinds returns the messages to measure; press is the id of an option of the question that stands.
func kinds(press string) []kind {
	return []kind{
		{"a button pressed", true, conversation.Message{Choice: press}},
		{"an answer typed: 1", true, conversation.Message{Text: "1"}},
		{"a cue typed: coat on indoors, heating never on", false, conversation.Message{Text: "coat on indoors, heating never on"}},
		{"a look-up typed: food bank barton", false, conversation.Message{Text: "food bank barton"}},
		{"danger typed: she says she wants to end it all tonight", false, conversation.Message{Text: "she says she wants to end it all tonight"}},
	}
}

// asked returns the encoded session of a library worker who has been asked the first question of
// a topic of the content, and the id of that question's first option.
func asked(script *conversation.Script) (session []byte, press string, err error) {
	s := conversation.Session{Voice: conversation.Staff, Role: "library", Area: "barton"}
	now := time.Now()
	for i, choice := range []string{".topic:smoking", ".menu", ".topic:smoking"} {
		s, _ = conversation.Turn(script, s, conversation.Message{ID: "tg:" + strconv.Itoa(i), Choice: choice}, now)
	}
	_, r := conversation.Turn(script, s, conversation.Message{Choice: ".on"}, now)
	if s.At.Topic != "smoking" || len(r.Options) == 0 {
		return nil, "", errors.New("the topic smoking does not begin with a question")
	}
	session, err = s.MarshalBinary()
	return session, r.Options[0].ID, err
}

// turnOnce decodes a session, takes one message through a turn and encodes what it leaves.
func turnOnce(script *conversation.Script, session []byte, m conversation.Message, now time.Time) error {
	var s conversation.Session
	if err := s.UnmarshalBinary(session); err != nil {
		return err
	}
	s, _ = conversation.Turn(script, s, m, now)
	_, err := s.MarshalBinary()
	return err
}

// anybody returns somebody of any voice, role and area.
func anybody(script *conversation.Script, chance *rand.Rand) conversation.Session {
	areas := script.Directory.Areas().All()
	s := conversation.Session{Voice: conversation.Resident, Area: areas[chance.IntN(len(areas))].ID}
	if chance.IntN(2) == 0 {
		s.Voice, s.Role = conversation.Staff, script.Roles[chance.IntN(len(script.Roles))].ID
	}
	return s
}

// longest returns somebody of any voice whose role and area have the longest ids.
func longest(script *conversation.Script, chance *rand.Rand) conversation.Session {
	s := anybody(script, chance)
	for _, a := range script.Directory.Areas().All() {
		if len(a.ID) > len(s.Area) {
			s.Area = a.ID
		}
	}
	for _, r := range script.Roles {
		if s.Role != "" && len(r.ID) > len(s.Role) {
			s.Role = r.ID
		}
	}
	return s
}

// walk has somebody answer n questions with options chosen by chance, and returns their encoded session.
func walk(script *conversation.Script, chance *rand.Rand, s conversation.Session, n int) ([]byte, error) {
	now := time.Now()
	event := 900_000_000 + chance.IntN(1_000_000)
	topic := script.Topics[chance.IntN(len(script.Topics))].ID
	choice := ".topic:" + topic
	for answered := 0; ; event++ {
		var r conversation.Reply
		s, r = conversation.Turn(script, s, conversation.Message{ID: "tg:" + strconv.Itoa(event), Choice: choice}, now)
		if answered == n {
			return s.MarshalBinary()
		}
		if choice = ".menu"; len(r.Options) > 0 {
			choice = r.Options[chance.IntN(len(r.Options))].ID
			answered++
		}
	}
}

func measureConversation(_ context.Context, r *run) error {
	session, press, err := asked(r.script)
	if err != nil {
		return err
	}
	t := table{"Decode, turn, encode, on the topic smoking", []string{"message", "time", "allocations", "aim", ""}, nil}
	now := time.Now()
	for _, k := range kinds(press) {
		k.message.ID = "tg:new"
		result := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := turnOnce(r.script, session, k.message, now); err != nil {
					b.Fatal(err)
				}
			}
		})
		each, allocs := time.Duration(result.NsPerOp()), int(result.AllocsPerOp())
		aim, verdict := "", ""
		if k.aimed {
			aim = "under 5 us, under 20"
			if verdict = reached(each, turnAim); verdict == "reached" {
				verdict = reached(allocs, allocsAim)
			}
		}
		t.add(k.name, each, allocs, aim, verdict)
	}
	t.print(r.out)
	return r.measureSessions()
}

// measureSessions measures sessions of people with the longest ids who walked the content by chance.
func (r *run) measureSessions() error {
	t := table{"A session at rest, of 500 people who answered by chance", []string{"after", "median bytes", "longest", "aim", ""}, nil}
	chance := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct {
		after string
		n     int
		aim   int
	}{{"1 answer", 1, firstAim}, {"100 answers", 100, hundredthAim}} {
		var sizes []int
		for range walks {
			session, err := walk(r.script, chance, longest(r.script, chance), c.n)
			if err != nil {
				return err
			}
			sizes = append(sizes, len(session))
		}
		t.add(c.after, median(sizes), quantile(sizes, 1), "under "+strconv.Itoa(c.aim), reached(quantile(sizes, 1), c.aim))
	}
	t.print(r.out)
	return nil
}
