package conversation

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFirstContactAsksOnce(t *testing.T) {
	p := meet(t, testScript(t))
	wantIn(t, p.say("hm"), "Hello.", "We keep no words.", "Who is it for?", "1. I work with people")
	wantIn(t, p.say("staff"), "Where do you work?", "1. Fire and rescue")
	got := p.say("librarian")
	wantIn(t, got, "What did you notice?", "1. Habits")
	wantNotIn(t, got, "Hello.")
	wantIn(t, p.after("1", "stop smoking"), "Stop smoking · Ask", "Say: May I ask?", "Ask: What first?", "- a reason", "3. Another way to ask")
}

func TestRoleHasItsOwnOpening(t *testing.T) {
	p := meet(t, testScript(t))
	wantIn(t, p.after("x", "staff", "1", "1", "1"), "I noticed the ashtray.")
}

func TestAnswers(t *testing.T) {
	for _, tc := range []struct{ name, typed, want string }{
		{"number", "1", "What day?"},
		{"number with a dot", "1.", "What day?"},
		{"label", "They want to talk", "What day?"},
		{"any case", "THEY WANT TO TALK", "What day?"},
		{"typo", "they want to tallk", "Say: May I ask?"}, // too short a word to guess at
		{"typo in a longer word", "nto todya", "What first?"},
		{"other word", "yes", "What day?"},
		{"polite", "yes please", "What day?"},
		{"number as a word", "two", "That is fine."},
		{"out of range", "7", "Not on the list."},
		{"not understood", "blargh", "Nudge one."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := meet(t, testScript(t))
			wantIn(t, p.after("x", "staff", "library", "1", "1", tc.typed), tc.want)
		})
	}
}

func TestTypoInLongWord(t *testing.T) {
	p := meet(t, testScript(t))
	wantIn(t, p.after("x", "staff", "librray", "habitz", "stop smokng"), "May I ask?")
}

func TestWaysOutWorkEverywhere(t *testing.T) {
	states := map[string][]string{
		"first contact": {"x"},
		"role":          {"x", "staff"},
		"menu":          {"x", "me"},
		"group":         {"x", "me", "1"},
		"question":      {"x", "me", "1", "1"},
		"area":          {"x", "me", "1", "1", "3", "2"},
		"end":           {"x", "me", "1", "1", "3"},
		"help":          {"x", "me", "help"},
		"urgent":        {"x", "me", "urgent"},
	}
	ways := map[string]string{"urgent": "Call 999.", "stop": "Stopped.", "forget me": "Forgotten.", "start again": "Who is it for?"}
	for state, lines := range states {
		for word, want := range ways {
			p := meet(t, testScript(t))
			p.after(lines...)
			if got := p.say(word); !strings.Contains(got, want) {
				t.Errorf("%s in state %s: %s", word, state, got)
			}
		}
		p := meet(t, testScript(t))
		p.after(lines...)
		if got := p.say("Main menu!"); !strings.Contains(got, "on your mind") && !strings.Contains(got, "Who is it for?") && !strings.Contains(got, "Where do you work?") {
			t.Errorf("menu in state %s: %s", state, got)
		}
	}
}

func TestBackDropsOneAnswer(t *testing.T) {
	p := meet(t, testScript(t))
	question := p.after("x", "me", "1", "1")
	plan := p.say("1")
	wantIn(t, plan, "Pick a day.")
	p.say("think more")
	if got := p.say("back"); got != plan {
		t.Errorf("back from the loop: %s", got)
	}
	if got := p.say("go back"); got != question {
		t.Errorf("back again: %s", got)
	}
	wantIn(t, p.say("back"), "Habits:")
	wantIn(t, p.say("back"), "What is on your mind?")
	wantIn(t, p.say("back"), "Who is it for?")
}

func TestAnotherWayCycles(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "staff", "fire", "1", "1")
	wantIn(t, p.say("another"), "What second?")
	wantIn(t, p.say("3"), "What third?")
	wantIn(t, p.say("3"), "What first?")
	wantIn(t, p.say("back"), "What third?")
	for i := range 100 {
		wantIn(t, p.say("another way to ask"), []string{"What first?", "What second?", "What third?"}[i%3])
	}
	wantIn(t, p.say("back"), "What third?")
	wantIn(t, p.say("1"), "What day?")
}

func TestAreaIsAskedOnceAndRemembered(t *testing.T) {
	p := meet(t, testScript(t))
	wantIn(t, p.after("x", "me", "1", "1", "2"), "Which area?")
	wantIn(t, p.say("Oxford"), "In the city.", "Quit Team", "Number not checked.", "Ring 0300 000 000", "More: Live Well.", "1. Menu")
	wantIn(t, p.after("menu", "1", "2"), "Sleep help.", "Quit Line")
	wantIn(t, p.say("change area"), "Which area?")
	wantIn(t, p.say("banbury"), "Sleep help.")
}

func TestStaffSeeUncheckedNumbersMarked(t *testing.T) {
	p := meet(t, testScript(t))
	wantIn(t, p.after("x", "staff", "fire", "1", "1", "1", "1", "oxford"), "Ring 0800 000 000 (unchecked)")
}

func TestOldButtonReanswers(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "me", "1", "1", "1")
	wantIn(t, p.press("r:smoking:start:bye"), "Any time.")
	if path := p.session().Path; len(path) != 3 {
		t.Errorf("path %v: the old answer still stands", path)
	}
	for name, choice := range map[string]string{
		"unknown topic": "r:knitting:start:bye", "unknown node": "r:smoking:gone:bye", "unknown option": "r:smoking:start:gone",
		"forged": "r:::", "empty value": ".topic:", "no such fact": ".role:king", "no such kind": ".xyzzy", "too many parts": ".a:b:c:d", "nothing": ":",
	} {
		t.Run(name, func(t *testing.T) {
			p := meet(t, testScript(t))
			p.after("x", "me", "1", "1")
			p.press(choice)
		})
	}
	t.Run("after the session expired", func(t *testing.T) {
		p := meet(t, testScript(t))
		wantIn(t, p.press("r:smoking:plan:again"), "Where are you with it?")
		wantIn(t, p.say("back"), "Pick a day.")
	})
	t.Run("double tap", func(t *testing.T) {
		p := meet(t, testScript(t))
		p.after("x", "me", "1", "1")
		first := p.press("r:smoking:start:plan")
		before := p.session().Path
		if again := p.press("r:smoking:start:plan"); again != first || !reflect.DeepEqual(p.session().Path, before) {
			t.Errorf("second tap: %s", again)
		}
	})
}

func TestSameEventStepsOnce(t *testing.T) {
	script := testScript(t)
	for _, lines := range [][]string{{"x"}, {"x", "me"}, {"x", "me", "1", "1", "1"}, {"x", "me", "blargh", "argh"}, {"x", "me", "1", "1", "back"}, {"x", "staff", "fire", "1", "1", "another"}, {"x", "me", "1", "1", "menu"}} {
		p := meet(t, script)
		p.after(lines[:len(lines)-1]...)
		m := Message{ID: "same", Text: lines[len(lines)-1]}
		p.send(m)
		after := p.data
		p.send(m)
		if string(after) != string(p.data) {
			t.Errorf("%v: session %q, then %q", lines, after, p.data)
		}
	}
}

func TestEarlierEventIsNotTakenAgain(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "me", "1", "1")
	p.send(Message{ID: "old", Text: "1"})
	p.say("2")
	before := p.session()
	p.send(Message{ID: "old", Text: "1"})
	if after := p.session(); !reflect.DeepEqual(after.Path, before.Path) || after.At != before.At {
		t.Errorf("at %v, then %v", before.At, after.At)
	}
}

func TestExpiry(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "staff", "fire", "1", "1", "1")
	p.now = p.now.Add(25 * time.Hour)
	wantIn(t, p.say("menu"), "What did you notice?")
	if s := p.session(); s.Role != "fire" || len(s.Path) != 0 {
		t.Errorf("after a day: %+v", s)
	}
	p.now = p.now.Add(91 * 24 * time.Hour)
	wantIn(t, p.say("menu"), "Who is it for?")
	if s := p.session(); s.Role != "" {
		t.Errorf("after 91 days: role %q", s.Role)
	}
}

func TestForgetLeavesNothing(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "staff", "fire", "1", "1", "1", "forget me")
	if s := p.session(); !s.IsZero() {
		t.Errorf("kept %+v", s)
	}
}

func TestContentChangesUnderPeople(t *testing.T) {
	at := func(edit func(*Tree)) (string, Session) {
		p := meet(t, testScript(t))
		p.after("x", "me", "1", "1", "1") // at plan
		p.script = testScript(t, func(sc *Script) { edit(sc.Topics[1].Trees[Resident]) })
		return p.say("blargh"), p.session()
	}
	same := func(t *testing.T, got string) {
		t.Helper()
		wantIn(t, got, "Pick a day.")
		wantNotIn(t, got, "nearest")
	}
	t.Run("options reordered", func(t *testing.T) {
		got, _ := at(func(tr *Tree) { slices.Reverse(tr.Nodes[0].Options) })
		same(t, got)
	})
	t.Run("node inserted before", func(t *testing.T) {
		got, _ := at(func(tr *Tree) {
			tr.Nodes[0].Options[0] = Option{ID: "new", Label: "I want to stop it", To: "new"}
			tr.Nodes = append(tr.Nodes, &Node{ID: "new", Say: "New.", Options: []Option{{ID: "plan", Label: "On", To: "plan"}}})
		})
		same(t, got)
	})
	t.Run("node renamed", func(t *testing.T) {
		got, s := at(func(tr *Tree) {
			tr.Nodes[1].ID, tr.Nodes[1].Was = "scheme", []string{"plan"}
			tr.Nodes[0].Options[0].ID, tr.Nodes[0].Options[0].To = "scheme", "scheme"
		})
		same(t, got)
		if s.At.Node != "scheme" {
			t.Errorf("at %v", s.At)
		}
	})
	t.Run("node removed", func(t *testing.T) {
		got, _ := at(func(tr *Tree) {
			tr.Nodes = slices.Delete(tr.Nodes, 1, 2)
			tr.Nodes[0].Options = tr.Nodes[0].Options[1:]
		})
		wantIn(t, got, "The nearest place.", "Where are you with it?")
	})
	t.Run("topic removed", func(t *testing.T) {
		p := meet(t, testScript(t))
		p.after("x", "me", "1", "1", "1")
		p.script = testScript(t, func(sc *Script) { sc.Topics, sc.Groups[0].Topics = sc.Topics[:1], []string{"sleep"} })
		wantIn(t, p.say("blargh"), "The nearest place.", "What is on your mind?")
	})
	t.Run("old button of a renamed node", func(t *testing.T) {
		p := meet(t, testScript(t, func(sc *Script) {
			tr := sc.Topics[1].Trees[Resident]
			tr.Nodes[1].ID, tr.Nodes[1].Was = "scheme", []string{"plan"}
			tr.Nodes[0].Options[0].ID, tr.Nodes[0].Options[0].To = "scheme", "scheme"
		}))
		wantIn(t, p.press("r:smoking:start:plan"), "Pick a day.")
	})
}

func TestPromptWithoutATopicShowsTheMenu(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "staff", "library", "1", "1")
	got := p.press(choosePrompt)
	wantIn(t, got, "What did you notice?", "1. Habits")
	wantNotIn(t, got, "Nudge one.")
}

func TestNudgesDiffer(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "me")
	wantIn(t, p.say("blargh"), "Nudge one.", "1. Habits")
	wantIn(t, p.say("blargh"), "Nudge two.")
	wantIn(t, p.say("blargh"), "Ring a person.")
	p.say("1")
	wantIn(t, p.say("blargh"), "Nudge one.")
}

func TestPublicAsksNothingAndKeepsNothing(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "me", "1", "1")
	before := p.session()
	got := p.send(Message{ID: "public", Text: "food", Choice: ".find", Public: true})
	wantIn(t, got.String(), "Talk to me alone.")
	if after := p.session(); after.At != before.At || len(after.Path) != len(before.Path) {
		t.Errorf("the session moved to %v", after.At)
	}
}

func TestLocationGivesTheNearestArea(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "me")
	got := p.send(Message{ID: "loc", Other: "location", Lat: 52.01, Long: -1.31})
	wantIn(t, got.String(), "Now Banbury.")
	if s := p.session(); s.Area != "banbury" {
		t.Errorf("area %q", s.Area)
	}
}

func TestDeepLinks(t *testing.T) {
	for payload, want := range map[string]string{"smoking": "Who is it for?", "staff-fire": "What did you notice?", "resident": "What is on your mind?", "": "Who is it for?", "nonsense": "Who is it for?"} {
		p := meet(t, testScript(t))
		wantIn(t, p.press(".start:"+payload), want)
	}
	p := meet(t, testScript(t))
	p.press(".start:smoking")
	wantIn(t, p.say("me"), "Where are you with it?")
}

func TestSessionStaysSmall(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "staff", "library", "1", "1")
	fresh := meet(t, testScript(t))
	fresh.press(".start:staff-library")
	fresh.press(".topic:smoking")
	fresh.say("1")
	if n := len(fresh.data); n > 130 {
		t.Errorf("%d bytes after one answer: %q", n, fresh.data)
	}
	longest := 0
	for i := range 100 {
		p.say([]string{"another", "1", "back", "2", "menu", "1", "1"}[i%7])
		longest = max(longest, len(p.data))
	}
	if longest > 300 {
		t.Errorf("%d bytes within 100 answers", longest)
	}
}

func TestPathIsKeptWhole(t *testing.T) {
	answer := func(topic, node, option string) Answer { return Answer{Place{topic, node}, option} }
	for _, path := range [][]Answer{
		{answer("a", "start", "next")},
		{answer("a", "start", "next"), answer("a", "next", "last"), answer("a", "last", "")},
		{answer("a", "start", "next"), answer("a", "other", "last"), answer("b", "last", "next"), answer("b", "next", "x")},
		{answer("", "", "food"), answer("", "food", ""), answer("", "", ""), answer("", "", "x"), answer("", "", "y")},
		{answer("a", "start", ""), answer("", "", ""), answer("a", "", "start"), answer("a", "start", "start"), answer("a", "start", "")},
	} {
		for _, at := range []Place{{}, {"a", "next"}, {"b", "x"}, {"", "food"}, path[len(path)-1].Place} {
			kept := Session{Path: path, At: at}
			data, err := kept.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			var s Session
			if err := s.UnmarshalBinary(data); err != nil || !reflect.DeepEqual(s, kept) {
				t.Errorf("%+v was kept as %q and read as %+v, %v", kept, data, s, err)
			}
		}
	}
}

func TestCodecRefusesOthersBytes(t *testing.T) {
	for _, data := range []string{"2", "1x;", "1p", "1vstaff", "1e\xff", "1e\x05abc", "1nzz zz;", "1vstaff;k9;", "1vstaff;<"} {
		var s Session
		if err := s.UnmarshalBinary([]byte(data)); err == nil {
			t.Errorf("%q was decoded to %+v", data, s)
		}
	}
}

func FuzzSession(f *testing.F) {
	f.Add([]byte("1vstaff;rfire;@smoking/start;psmoking/start=assist,plan;tsq3k0;"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Session
		if s.UnmarshalBinary(data) != nil {
			return
		}
		again, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var s2 Session
		if err := s2.UnmarshalBinary(again); err != nil {
			t.Fatalf("%q encodes to %q: %v", data, again, err)
		}
	})
}

func FuzzTurn(f *testing.F) {
	f.Add("hello\nstaff\nfire\n1\n.menu\nr:smoking:start:plan")
	script := testScript(f)
	f.Fuzz(func(t *testing.T, lines string) {
		p := meet(t, script)
		for i, line := range strings.Split(lines, "\n") {
			m := Message{ID: fmt.Sprint(i), Text: line}
			if strings.HasPrefix(line, ".") || strings.Contains(line, ":") {
				m = Message{ID: fmt.Sprint(i), Choice: line}
			}
			r := p.send(m)
			if n := len(r.String()); n > 4096 {
				t.Fatalf("%d bytes of reply to %q", n, line)
			}
			s := p.session()
			if n := len(p.data); n > 300 {
				t.Fatalf("%d bytes of session after %q", n, line)
			}
			if s.At.Topic != "" && s.Voice != "" && script.Topic(s.At.Topic).Trees[s.Voice].Node(s.At.Node) == nil {
				t.Fatalf("at %v, which is no node", s.At)
			}
		}
	})
}
