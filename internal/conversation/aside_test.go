package conversation

import "testing"

func details(sc *Script) {
	p := &sc.Phrases
	p.Thanks = Remark{Say: "Welcome.", Words: []string{"cheers"}}
	p.Private = Remark{Say: "Never kept.", Words: []string{"is it private"}}
	p.Details = Details{Say: "Each says so.", Unknown: "Not known.", Words: map[string][]string{
		"cost": {"is it free"}, "hours": {"when are they open"}, "contact": {"number"}, "where": {"where is it"},
	}}
}

// TestQuestionsAboutServices asks about services on the screen. None is listed again, and "menu" stays.
func TestQuestionsAboutServices(t *testing.T) {
	for _, tc := range []struct {
		words    string
		want     []string
		wantNone string
	}{
		{"is it free", []string{"Quit Team: Free. Ring them yourself.", "Quit Line: Free."}, "Helps you stop."},
		{"number please", []string{"Quit Team: Number not checked. https://quit.example", "Quit Line: Ring 0300 000 000"}, "Helps you stop."},
		{"when are they open?", []string{"Not known.", "1. Menu"}, "Quit Team"},
		{"is it private", []string{"Never kept.", "1. Menu"}, "Quit Team"},
		{"cheers", []string{"Welcome.", "1. Menu"}, "Quit Team"},
		{"qwerty", []string{"Nudge one.", "1. Menu"}, "Quit Team"},
	} {
		p := meet(t, testScript(t, details))
		p.after("me", "smoking", "who can help", "banbury")
		got := p.say(tc.words)
		wantIn(t, got, tc.want...)
		wantNotIn(t, got, tc.wantNone)
	}
}

// TestQuestionsWithoutServices keeps the question that stands when no services are on the screen.
func TestQuestionsWithoutServices(t *testing.T) {
	p := meet(t, testScript(t, details))
	p.after("me", "smoking")
	wantIn(t, p.say("is it free"), "Each says so.", "Where are you with it?", "1. I want to stop it")
}

// TestPlaceAfterALookUp knows services that were looked up from a guess of several topics.
func TestPlaceAfterALookUp(t *testing.T) {
	sc := testScript(t, details)
	s := Session{Voice: Resident, Area: "oxford", Offered: []string{topicChoice("smoking"), chooseMenu}}
	turn := turn{Script: sc, s: &s, now: noon}
	if got := turn.lookedUp(); got != "smoking" {
		t.Fatalf("looked up %q, want smoking", got)
	}
	s.Offered = []string{topicChoice("smoking"), topicChoice("sleep"), chooseMenu}
	if got := turn.lookedUp(); got != "" {
		t.Errorf("a guess of several is taken as a look-up of %q", got)
	}
}

func TestTellsAge(t *testing.T) {
	sc := testScript(t)
	for words, want := range map[string]bool{
		"im 15": true, "shes 81 now": true, "my nan": false, "the kids are cold": false, "he is 80 and had a fall at home": false,
	} {
		turn := turn{Script: sc, s: &Session{Voice: Resident, At: Place{"smoking", start}}, now: noon}
		if got := turn.tellsAge(words); got != want {
			t.Errorf("%q tells an age alone: %v, want %v", words, got, want)
		}
	}
}

// TestAskingForANumberShowsWhoHelps asks for a number where none was shown yet.
func TestAskingForANumberShowsWhoHelps(t *testing.T) {
	p := meet(t, testScript(t, details))
	wantIn(t, p.after("me", "smoking", "number please", "banbury"), "Near you.", "Quit Team")
	p.press(".menu")
	wantIn(t, p.say("number"), "Each says so.")
}

// TestAfterACardNobodyIsLeft answers a card with a no, a cry for help and words that mean nothing. None is taken for
// an answer to the question beneath, which the first topic named leads away from.
func TestAfterACardNobodyIsLeft(t *testing.T) {
	p := meet(t, testScript(t, func(sc *Script) {
		sc.Phrases.Enough = []string{"no"}
		sc.Topics[1].Trees[Resident].Nodes[0].Options[2].Words = []string{"no"}
	}))
	wantIn(t, p.after("me", "smoking"), "Where are you with it?")
	p.say("urgent")
	for _, words := range []string{"no", "help", "qwerty", "no thanks"} {
		wantIn(t, p.say(words), "Call 999.", "People can help.", "Or 111.", "1. Carry on")
	}
	wantIn(t, p.say("carry on"), "Where are you with it?")
	p.say("urgent")
	wantIn(t, p.say("sleep"), "Which area?")
	wantIn(t, p.after("smoking", "no"), "Any time.")
}

// TestOtherLanguages asks for a language, and writes in letters that nothing here is written in.
func TestOtherLanguages(t *testing.T) {
	p := meet(t, testScript(t, func(sc *Script) {
		sc.Phrases.Languages = Remark{Say: "English only.", Words: []string{"in my language"}}
	}))
	p.after("me", "smoking")
	for words, want := range map[string]string{
		"in my language please": "English only.", "مساعدة": "English only.", "допомога x": "Nudge", "123": "Not on the list.",
	} {
		wantIn(t, p.say(words), want, "Where are you with it?")
	}
}
