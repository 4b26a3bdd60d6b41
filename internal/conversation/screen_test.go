package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

func TestCard(t *testing.T) {
	sc := testScript(t)
	p := &sc.Phrases.Card
	p.PhoneUnlinked, p.Undated, p.NoContact = "No number, no page.", "Not yet checked, no date.", "No way to reach them."
	p.National, p.NationalUndated = "National: {source}, {source-date}.", "National: {source}."
	p.Self["false"] = "By referral."
	service := directory.Service{
		ID: "team", Name: "Team", What: "Helps.", URL: "https://team.example", Phone: "01865 000 000", PhoneConfidence: "low",
		Address: "1 High Street", Hours: "Mondays", Cost: "free", SelfReferral: "true", SourceDate: "2026-11-01",
	}
	for name, tc := range map[string]struct {
		change func(*directory.Service)
		voice  Voice
		want   []string
	}{
		"public, unchecked": {func(*directory.Service) {}, Resident,
			[]string{"Team", "Helps.", "Number not checked.", "Where: 1 High Street", "Hours: Mondays", "Free. Ring them yourself.", "https://team.example", "Not yet checked (1 November 2026)."}},
		"staff, unchecked": {func(*directory.Service) {}, Staff,
			[]string{"Team", "Helps.", "Ring 01865 000 000 (unchecked)", "Where: 1 High Street", "Hours: Mondays", "Free. Ring them yourself.", "https://team.example", "Not yet checked (1 November 2026)."}},
		"checked": {func(s *directory.Service) { s.Checked.On = "2026-11-21" }, Resident,
			[]string{"Team", "Helps.", "Ring 01865 000 000", "Where: 1 High Street", "Hours: Mondays", "Free. Ring them yourself.", "https://team.example", "Checked 21 November 2026."}},
		"nothing known": {func(s *directory.Service) { *s = directory.Service{ID: "team", Name: "Team"} }, Resident,
			[]string{"Team", "No way to reach them.", "Not yet checked, no date."}},
		"open to all, but no contact": {func(s *directory.Service) { s.Phone, s.URL, s.Address = "", "", "" }, Resident,
			[]string{"Team", "Helps.", "No way to reach them.", "Hours: Mondays", "Free.", "Not yet checked (1 November 2026)."}},
		"by referral, number hidden": {func(s *directory.Service) { s.URL, s.Address, s.SelfReferral = "", "", "false" }, Resident,
			[]string{"Team", "Helps.", "No number, no page.", "Hours: Mondays", "Free. By referral.", "Not yet checked (1 November 2026)."}},
		"short number": {func(s *directory.Service) {
			*s = directory.Service{Name: "Line", Phone: "116 123", PhoneConfidence: "high", SelfReferral: "true", Source: "https://www.line.example/about", SourceDate: "2025"}
		}, Resident,
			[]string{"Line", "Ring 116 123", "Ring them yourself.", "National: line.example, 2025."}},
		"short number, no date": {func(s *directory.Service) {
			*s = directory.Service{Name: "Line", Phone: "111", PhoneConfidence: "high", Source: "https://line.example/", SourceDate: "unknown"}
		}, Resident,
			[]string{"Line", "Ring 111", "National: line.example."}},
		"hidden number, no link": {func(s *directory.Service) {
			*s = directory.Service{Name: "Team", Phone: "1", SourceDate: "summer 2019"}
		}, Resident,
			[]string{"Team", "No number, no page.", "Not yet checked (summer 2019)."}},
	} {
		t.Run(name, func(t *testing.T) {
			s := service
			tc.change(&s)
			card := sc.Card(&s, tc.voice, noon)
			if got := card.Lines(); !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
			if shown := card.Phone != ""; shown != (tc.voice == Staff || s.Checked.On != "" || s.PhoneConfidence == "high") {
				t.Errorf("the number is %q", card.Phone)
			}
		})
	}
}

func TestSheet(t *testing.T) {
	sc := testScript(t, func(sc *Script) {
		smoking := sc.Topics[1]
		smoking.Cues = []string{"one", "two", "three", "four"}
		smoking.Urgent, smoking.Reviewed = "Coughing blood.", "2026-11-21"
		staff := smoking.Trees[Staff]
		staff.Nodes[1].Options[0].To = "who"
		staff.Nodes = append(staff.Nodes, &Node{ID: "small-step", Step: Assist, Say: "One less."},
			&Node{ID: "who", By: "stage", To: map[string]string{"start-well": "bye", "else": "near-you"}})
		staff.Nodes[2].SayAs = map[string]string{"library": "Here is the number."}
		p := &sc.Phrases.Screen
		p.Cues, p.Try, p.Point, p.Leave, p.Reviewed = "You see:", "Try:", "Point:", "Leave:", "Reviewed {on}."
	})
	topic := sc.Topic("smoking")
	sheet := sc.Sheet(topic, "fire", "", noon)
	wantIn(t, sheet.String(), "Stop smoking", "You see:\n- one\n- two\n- three\n\n", "Say: I noticed the ashtray.", "Ask:\n- What first?\n- What second?", "Listen for:\n- a reason",
		"Try: One less.", "Know: 28 days helps.\nSource: https://example.org", "Point: It is free.", "Quit Team", "Leave: That is fine.", "Fast: Coughing blood.", "Reviewed 21 November 2026.")
	wantNotIn(t, sheet.String(), "four")
	library := sc.Sheet(topic, "library", "barton", noon)
	wantIn(t, library.String(), "Say: May I ask?", "Point: Here is the number.", "Quit Team")
	bare := sc.Sheet(&Topic{ID: "bare"}, "", "", noon)
	if len(bare.Blocks) != 0 {
		t.Errorf("a topic without staff prompts has a sheet: %s", bare.String())
	}
}

// TestChoiceIDsAreStable holds the ids of buttons that stand in old messages on people's phones.
func TestChoiceIDsAreStable(t *testing.T) {
	sc := testScript(t)
	p := meet(t, sc)
	p.press(".start:staff-fire")
	for _, tc := range []struct {
		press string
		want  []string
	}{
		{".menu", []string{".group:habits"}},
		{".group:habits", []string{".topic:smoking", ".topic:sleep"}},
		{".topic:smoking", []string{"s:smoking:start:assist", "s:smoking:start:bye", "s:smoking:start:another-way"}},
		{".ask:voice", []string{".voice:staff", ".voice:resident"}},
		{".ask:role", []string{".role:fire", ".role:library"}},
		{".ask:area", []string{".area:oxford", ".area:banbury", ".area:oxfordshire"}},
		{".help", []string{".on", ".menu", ".urgent", ".ask:voice", ".ask:area", ".forget"}},
		{".urgent", []string{".on"}},
		{".stop", []string{".menu"}},
	} {
		p.n++
		r := p.send(Message{ID: time.Duration(p.n).String(), Choice: tc.press})
		var ids []string
		for _, o := range r.Options {
			if len(o.ID) > MaxChoice {
				t.Errorf("%q is too long for a button", o.ID)
			}
			ids = append(ids, o.ID)
		}
		if !slices.Equal(ids, tc.want) {
			t.Errorf("after %s: got %q, want %q", tc.press, ids, tc.want)
		}
	}
}

// TestNumbersMeanWhatIsOnTheScreen types a number after something was offered on top of a question
// and the question was then shown again.
func TestNumbersMeanWhatIsOnTheScreen(t *testing.T) {
	for name, between := range map[string]Message{
		"nudge": {Text: "blargh"}, "picture": {Other: "photo"}, "old button": {Choice: "r:gone:gone:gone"}, "no such number": {Text: "77"},
	} {
		p := meet(t, testScript(t))
		p.after("x", "me", "1", "1", "help")
		between.ID = "between"
		r := p.send(between)
		wantIn(t, r.String(), "1. I want to stop it")
		if got := p.say("1"); !strings.Contains(got, "Pick a day.") {
			t.Errorf("1 after help and %s: %s", name, got)
		}
	}
}

// TestMessagesWithoutLetters tells a question mark, which asks for help, from what says nothing.
func TestMessagesWithoutLetters(t *testing.T) {
	p := meet(t, testScript(t))
	p.after("x", "me")
	wantIn(t, p.say(" ? "), "Help text.")
	for i, said := range []string{"😀", "!!!", "\u200b", "..."} {
		wantIn(t, p.say(said), []string{"Nudge one.", "Nudge two.", "Ring a person."}[min(i, 2)])
	}
}

// TestWaysOutAreNotSwallowed gives an option a word that asks for a way out.
func TestWaysOutAreNotSwallowed(t *testing.T) {
	p := meet(t, testScript(t, func(sc *Script) {
		sc.Topics[1].Trees[Resident].Nodes[0].Options[0].Words = []string{"stop", "forget me"}
	}))
	wantIn(t, p.after("x", "me", "1", "1", "stop"), "Stopped.")
}
