package content

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

func shipped(t testing.TB) *conversation.Script {
	t.Helper()
	script, _, err := Load(prompts.FS(), reviewDay)
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// answers are ways to give the first answer to the first question of the smoking topic.
func answers(script *conversation.Script) map[string]conversation.Message {
	first := script.Topic("smoking").Trees[conversation.Resident].Node("start").Choices()[0]
	return map[string]conversation.Message{
		"pressed": {ID: "new", Choice: first.ID},
		"number":  {ID: "new", Text: "1"},
		"label":   {ID: "new", Text: first.Label},
	}
}

// turner returns one answer as a store takes it: the session decoded before, and encoded after.
func turner(t testing.TB, script *conversation.Script, m conversation.Message) func() {
	t.Helper()
	at := conversation.Session{Voice: conversation.Resident}
	for i, choice := range []string{".menu", ".topic:smoking"} {
		at, _ = conversation.Turn(script, at, conversation.Message{ID: fmt.Sprint(i), Choice: choice}, reviewDay)
	}
	data, err := at.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		var s conversation.Session
		if err := s.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		s, _ = conversation.Turn(script, s, m, reviewDay)
		if s.At.Node == "start" || s.At.Topic != "smoking" {
			t.Fatalf("the answer led to %v", s.At)
		}
		if _, err := s.MarshalBinary(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkTurn(b *testing.B) {
	script := shipped(b)
	for name, m := range answers(script) {
		b.Run(name, func(b *testing.B) {
			turn := turner(b, script, m)
			b.ReportAllocs()
			for b.Loop() {
				turn()
			}
		})
	}
}

// TestTurnIsCheap holds a turn to 20 allocations. The time, 5 µs on an idle machine, is held to ten
// times that, so that a busy one or the race detector does not fail it.
func TestTurnIsCheap(t *testing.T) {
	script := shipped(t)
	for name, m := range answers(script) {
		turn := turner(t, script, m)
		if n := testing.AllocsPerRun(100, turn); n > 20 {
			t.Errorf("%s: %v allocations", name, n)
		}
		best := time.Hour
		for range 20 {
			began := time.Now()
			for range 20 {
				turn()
			}
			best = min(best, time.Since(began)/20)
		}
		if best > 50*time.Microsecond {
			t.Errorf("%s: a turn takes %s", name, best)
		}
	}
}

// TestSessionsStaySmall answers at random through every tree of every topic.
func TestSessionsStaySmall(t *testing.T) {
	script := shipped(t)
	random := rand.New(rand.NewPCG(1, 2))
	first, longest := 0, 0
	for _, topic := range script.Topics {
		for voice := range topic.Trees {
			s := conversation.Session{Voice: voice, Role: "refugee-support", Area: "south-oxfordshire"}
			choice := ".topic:" + topic.ID
			for i := range 100 {
				var r conversation.Reply
				s, r = conversation.Turn(script, s, conversation.Message{ID: fmt.Sprint(topic.ID, voice, i), Choice: choice}, reviewDay)
				data, err := s.MarshalBinary()
				if err != nil {
					t.Fatal(err)
				}
				if i <= 1 {
					first = max(first, len(data))
					if len(data) > 150 {
						t.Errorf("%s (%s): %d bytes after one answer: %q", topic.ID, voice, len(data), data)
					}
				}
				if longest = max(longest, len(data)); len(data) > 400 {
					t.Fatalf("%s (%s): %d bytes after %d answers: %q", topic.ID, voice, len(data), i, data)
				}
				var again conversation.Session
				if err := again.UnmarshalBinary(data); err != nil {
					t.Fatalf("%q: %v", data, err)
				}
				s, choice = again, ".topic:"+topic.ID
				if offered := append(r.Options, r.Exits...); len(offered) > 0 {
					choice = offered[random.IntN(len(offered))].ID
				}
			}
		}
	}
	t.Logf("at most %d bytes after one answer, %d in all", first, longest)
}

// TestListedAnswersAreAnswers types every word listed for an answer to the questions that the engine
// asks itself: not one may be taken for danger, or for anything but that answer.
func TestListedAnswersAreAnswers(t *testing.T) {
	script := shipped(t)
	facts := map[string][]conversation.Choosable{
		"voice": script.Phrases.Voice.Options, "role": script.Roles, "area": script.Phrases.Area.Options, "stage": script.Phrases.Stage.Options,
	}
	for fact, options := range facts {
		for _, o := range options {
			for _, word := range append([]string{o.Label}, o.Words...) {
				s := conversation.Session{Voice: conversation.Staff, Role: "other", Asking: fact, Touched: reviewDay}
				_, r := conversation.Turn(script, s, conversation.Message{Text: word}, reviewDay)
				if r.Outcome != "fact" {
					t.Errorf("%s %s: %q is taken for %s", fact, o.ID, word, r.Outcome)
				}
			}
		}
	}
	for _, word := range script.Phrases.AnotherWay.Words {
		s := conversation.Session{Voice: conversation.Staff, Role: "fire", Touched: reviewDay, At: conversation.Place{Topic: "smoking", Node: "start"}}
		if _, r := conversation.Turn(script, s, conversation.Message{Text: word}, reviewDay); r.Outcome != "another-way" {
			t.Errorf("another way: %q is taken for %s", word, r.Outcome)
		}
	}
}

// TestOptionWordsChoose types the other words of every option.
func TestOptionWordsChoose(t *testing.T) {
	script := shipped(t)
	for _, topic := range script.Topics {
		for v, tree := range topic.Trees {
			for _, n := range tree.Nodes {
				for i, o := range n.Options {
					at := conversation.Place{Topic: topic.ID, Node: n.ID}
					for _, w := range o.Words {
						typeLabel(t, script, v, at, conversation.Choice{ID: n.Choices()[i].ID, Label: w})
					}
				}
			}
		}
	}
}

// FuzzTurn says anything to the shipped script, in both voices, line by line. Every line gets a reply
// of a size that platforms take, in bounded time, at a node that exists.
func FuzzTurn(f *testing.F) {
	script := shipped(f)
	for _, lines := range []string{
		"hello\nstaff\nfire\nashtray by the bed\n1\nback\nmenu", "me\ncant afford the gas bill\nbarton\n1\nhelp\n1", "food bank ox4 6\nox4\nurgent\non\nstop",
		"\xff\xfe\x00\n\u202e\u200b😀\n<b>&'", "i want to die\n1\nforget me", strings.Repeat("my carer hits me. ", 4000),
	} {
		f.Add(lines, true)
		f.Add(lines, false)
	}
	f.Fuzz(func(t *testing.T, lines string, staff bool) {
		var s conversation.Session
		if staff {
			s = conversation.Session{Voice: conversation.Staff, Role: "library"}
		}
		for i, line := range strings.Split(lines, "\n") {
			if i == 50 {
				return
			}
			began := time.Now()
			var r conversation.Reply
			s, r = conversation.Turn(script, s, conversation.Message{ID: fmt.Sprint(i), Text: line}, reviewDay)
			if took := time.Since(began); took > 2*time.Second {
				t.Fatalf("%d bytes took %s", len(line), took)
			}
			if n := len(utf16.Encode([]rune(r.String()))); len(r.Blocks) == 0 || n > 2*4096 {
				t.Fatalf("%d blocks, %d units of reply to %q", len(r.Blocks), n, line)
			}
			data, err := s.MarshalBinary()
			if err != nil || len(data) > 400 {
				t.Fatalf("%d bytes of session after %q: %v", len(data), line, err)
			}
			if s.At.Topic != "" && s.Voice != "" && script.Topic(s.At.Topic).Trees[s.Voice].Node(s.At.Node) == nil {
				t.Fatalf("at %v, which is no node", s.At)
			}
		}
	})
}
