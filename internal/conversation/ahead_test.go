package conversation

import "testing"

// askers gives a script the words by which people ask who can help, and for a human being.
func askers(sc *Script) {
	sc.Phrases.Near = []string{"who helps", "show who helps"}
	sc.Phrases.Person = Remark{Say: "No person here.", Words: []string{"to a person", "are you a bot"}}
	sc.Phrases.Found.Unclear = "Look for what?"
}

func TestWhoHelpsIsTheSignpostOfTheTopic(t *testing.T) {
	for name, tc := range map[string]struct {
		lines []string
		want  string
	}{
		"at the menu":              {[]string{"me", "who helps"}, "Look for what?"},
		"further on":               {[]string{"staff", "fire", "1", "1", "Who helps?", "oxford"}, "It is free."},
		"after a goodbye":          {[]string{"staff", "fire", "1", "1", "2", "who helps please", "oxford"}, "It is free."},
		"without an option for it": {[]string{"me", "1", "1", "who helps", "oxford"}, "In the city."},
		"at the signpost":          {[]string{"me", "1", "2", "banbury", "who helps"}, "Sleep help."},
		"asks the area, as ever":   {[]string{"me", "1", "1", "who helps"}, "Which area?"},
	} {
		t.Run(name, func(t *testing.T) {
			p := meet(t, testScript(t, askers))
			p.say("x")
			wantIn(t, p.after(tc.lines...), tc.want)
		})
	}
}

func TestWhoHelpsInsteadOfAnotherArea(t *testing.T) {
	p := meet(t, testScript(t, askers))
	p.after("x", "me", "1", "2", "banbury")
	wantIn(t, p.press(".ask:area"), "Which area")
	got := p.say("who helps")
	wantIn(t, got, "Sleep help.")
	wantNotIn(t, got, "Which area")
}

func TestAnswersBeforeTheyAreAsked(t *testing.T) {
	thinking := func(sc *Script) {
		sc.Topics[1].Trees[Resident].Nodes[1].Options[1].Words = []string{"I think it over", "think"}
	}
	turned := func(sc *Script) { sc.Phrases.Nots = []string{"dont"} }
	saidNo := func(sc *Script) {
		nodes := sc.Topics[1].Trees[Resident].Nodes
		nodes[0].Options[2].Words = []string{"he said no"}
		nodes[1].Options = append(nodes[1].Options, Option{ID: "no", Label: "No", Words: []string{"she said no"}, To: "bye"})
	}
	twoWays := func(sc *Script) {
		thinking(sc)
		tree := sc.Topics[1].Trees[Resident]
		tree.Nodes[0].Options = append(tree.Nodes[0].Options, Option{ID: "other", Label: "Something else", To: "other"})
		tree.Nodes = append(tree.Nodes, &Node{ID: "other", Step: Assist, Say: "Other.", Options: []Option{{ID: "bye", Label: "I think it over", To: "bye"}}})
	}
	for name, tc := range map[string]struct {
		change func(*Script)
		words  string
		want   string
	}{
		"the next question's option":     {thinking, "i think it over", "Where are you with it?"},
		"a word of it":                   {thinking, "think", "Nudge one."},
		"with words beside it":           {thinking, "i think it over then", "Where are you with it?"},
		"an option here, with more said": {thinking, "well i want to stop it", "Pick a day."},
		"a no with more said":            {saidNo, "he said no one is at home", "Nudge one."},
		"a no further on with more said": {saidNo, "she said no one is at home", "Nudge one."},
		"a no, and nothing more":         {saidNo, "he said no", "Any time."},
		"turned round":                   {turned, "i dont want to stop it", "Nudge one."},
		"too much beside it":             {thinking, "i want to stop it but my mum is ill again", "Nudge one."},
		"two ways that part":             {twoWays, "i think it over", "Nudge one."},
	} {
		t.Run(name, func(t *testing.T) {
			p := meet(t, testScript(t, tc.change))
			p.after("x", "me", "1", "1")
			wantIn(t, p.say(tc.words), tc.want)
		})
	}
	p := meet(t, testScript(t, thinking))
	p.after("x", "me", "1", "1", "i think it over")
	wantIn(t, p.say("back"), "Pick a day.")
}

func TestAskingForAPerson(t *testing.T) {
	p := meet(t, testScript(t, askers))
	p.after("x", "me", "1", "1")
	for _, words := range []string{"can i talk to a person", "To a person, please", "are you a bot"} {
		wantIn(t, p.say(words), "No person here.", "Where are you with it?")
	}
	wantNotIn(t, p.say("my nan was rude the other day on the phone to a person"), "No person here.")
}

func TestGroupsOfOneVoice(t *testing.T) {
	practice := func(sc *Script) {
		sc.Topics = append(sc.Topics, &Topic{ID: "drill", Title: "A drill", Hidden: true, Trees: map[Voice]*Tree{
			Staff: {Voice: Staff, Nodes: []*Node{
				{ID: "start", Step: Ask, Note: "Somebody speaks.", Options: []Option{{ID: "kind", Label: "A kind word", To: "kind"}}},
				{ID: "kind", Step: Goodbye, Note: "They smile."},
			}},
		}})
		sc.Groups = append(sc.Groups, Group{ID: "practice", Label: "Practise", Voice: Staff, Words: []string{"training"}, Say: "Try one.\n\nNo score.", Topics: []string{"drill"}})
	}
	p := meet(t, testScript(t, practice))
	wantIn(t, p.after("x", "staff", "fire"), "2. Practise")
	for _, words := range []string{"2", "menu", "training", "practise"} {
		p.say(words)
	}
	wantIn(t, p.say("training"), "Try one.\n\nNo score.", "1. A drill")
	wantIn(t, p.say("1"), "Somebody speaks.")
	p.say("back")
	wantIn(t, p.press(".voice:resident"), "1. Habits")

	p = meet(t, testScript(t, practice))
	wantNotIn(t, p.after("x", "me"), "Practise")
	wantIn(t, p.say("training"), "Nudge one.")
	wantIn(t, p.press(".group:practice"), "That was earlier.", "1. Habits")

	sc := testScript(t, practice)
	outline := sc.Sheet(sc.Topic("drill"), "", "", noon)
	wantIn(t, outline.String(), "A drill\n\n1 · Ask\n\nSomebody speaks.\n\n- A kind word → 2\n\n2 · Close\n\nThey smile.")
}

func TestBackFromTheEndIsOnePress(t *testing.T) {
	p := meet(t, testScript(t))
	question := p.after("x", "me", "1", "1")
	p.say("nothing")
	if got := p.say("back"); got != question {
		t.Errorf("back from a goodbye: %s", got)
	}
	p.say("3")
	wantIn(t, p.say("1"), "What is on your mind?")
}

// TestAgeAlone answers with a number that no option has and one of them has as an age.
func TestAgeAlone(t *testing.T) {
	p := meet(t, testScript(t, func(sc *Script) {
		sc.Topics[1].Trees[Resident].Nodes[0].Options[0].Words = []string{"im 52"}
	}))
	p.after("me", "smoking")
	wantIn(t, p.say("53"), "Not on the list.")
	wantIn(t, p.say("52"), "Pick a day.")
}

// TestSmallWordsAroundAnAnswer says an option with words around it that change nothing, and with a no that does.
func TestSmallWordsAroundAnAnswer(t *testing.T) {
	for words, want := range map[string]string{
		"im stopping": "Pick a day.", "i want to be stopping": "Pick a day.", "not stopping": "Nudge", "i want to": "Nudge", "who": "Nudge",
		"well it is nothing": "Nudge",
	} {
		p := meet(t, testScript(t, func(sc *Script) {
			sc.Phrases.Around = map[Voice][]string{Resident: {"i", "im", "it", "is", "want", "to", "be", "well"}}
			sc.Topics[1].Trees[Resident].Nodes[0].Options[0].Words = []string{"stop"}
		}))
		p.after("me", "smoking")
		wantIn(t, p.say(words), want)
	}
}
