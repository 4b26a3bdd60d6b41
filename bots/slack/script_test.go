package slack

import (
	"testing"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// testScript is a small script with every kind of block, option and answer.
func testScript(t testing.TB) *conversation.Script {
	t.Helper()
	lexicon, err := nlu.New(nlu.Data{
		Danger: nlu.DangerData{Kinds: []nlu.DangerKind{{Kind: "suicide", Immediate: "kill myself"}}},
		Topics: nlu.TopicsData{Offer: 0.7, Sure: 0.6, Ahead: 0.05, Cue: 6, Not: 3, Topics: map[string]nlu.TopicWords{
			"smoking": {Cues: []string{"ashtray", "smokes", "smoking"}}, "sleep": {Cues: []string{"sleepless"}},
		}},
		Lookup: nlu.LookupData{Services: []string{"quit team", "stop smoking service"}, Ask: []string{"where can i"}},
		Places: []nlu.PlaceData{{ID: "barton", Names: []string{"barton"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	staff := func(n ...*conversation.Node) map[conversation.Voice]*conversation.Tree {
		return map[conversation.Voice]*conversation.Tree{conversation.Staff: {Voice: conversation.Staff, Nodes: n}}
	}
	smoking := &conversation.Topic{
		ID: "smoking", Title: "Stop smoking", Stages: []string{"live-well", "age-well"}, Reviewed: "2026-11-21",
		Trees: staff(
			&conversation.Node{ID: "start", Step: conversation.Ask, Note: "Be kind & brief.", Say: "May I ask about the <ashtray>?", Ask: []string{"What first?", "What second?"}, Listen: []string{"a reason", "a *worry*"},
				Urgent: "Chest pain: call 999.", Options: []conversation.Option{{ID: "assist", Label: "They want to talk", Words: []string{"yes"}, To: "assist"}, {ID: "bye", Label: "Not today", Words: []string{"no"}, To: "bye"}}},
			&conversation.Node{ID: "assist", Step: conversation.Assist, Say: "What day?", Fact: &conversation.Fact{Say: "28 days helps.", Source: "https://example.org/a_b_c"},
				Options: []conversation.Option{{ID: "near-you", Label: "Show who helps", To: "near-you"}, {ID: "bye", Label: "Enough", To: "bye"}}},
			&conversation.Node{ID: "near-you", Step: conversation.Act, Say: "It is free.", Find: "smoking"},
			&conversation.Node{ID: "bye", Step: conversation.Goodbye, Say: "That is fine."},
		),
	}
	sleep := &conversation.Topic{ID: "sleep", Title: "Sleep", Stages: []string{"live-well"}, Reviewed: "2026-10-01",
		Trees: staff(&conversation.Node{ID: "start", Step: conversation.Act, Say: "Sleep help.", Find: "sleep"})}
	safeguarding := &conversation.Topic{ID: "safeguarding", Title: "Safeguarding", Hidden: true,
		Trees: staff(&conversation.Node{ID: "start", Step: conversation.Goodbye, Say: "Tell your lead."})}
	sc := &conversation.Script{
		Topics: []*conversation.Topic{safeguarding, sleep, smoking},
		Groups: []conversation.Group{
			{ID: "habits", Label: "Habits", Topics: []string{"smoking", "sleep"}},
			{ID: "practice", Label: "Practise", Voice: conversation.Staff, Say: "Try one.", Topics: []string{"safeguarding"}},
		},
		Roles: []conversation.Role{{ID: "fire", Label: "Fire and rescue"}, {ID: "library", Label: "Library"}},
		Safety: conversation.Safety{
			Cards:  []conversation.SafetyCard{{Kind: "suicide", Texts: map[conversation.Voice]conversation.CardText{conversation.Staff: {Action: "Stay with them. Call 999.", Then: []string{"Samaritans, 116 123."}}}}},
			Urgent: map[conversation.Voice]conversation.CardText{conversation.Staff: {Action: "Call 999.", Then: []string{"Tell your lead."}}},
		},
		Lexicon: lexicon, Phrases: testPhrases(), Directory: testDirectory(),
	}
	sc.Index()
	return sc
}

func testDirectory() *directory.Directory {
	return directory.New(
		[]directory.Area{{ID: "national", Name: "England"}, {ID: "oxfordshire", Name: "Oxfordshire", Parent: "national"}, {ID: "oxford", Name: "Oxford", Parent: "oxfordshire"}, {ID: "barton", Name: "Barton", Parent: "oxford"}},
		[]directory.Service{
			{ID: "quit", Name: "Quit Team", What: "Helps you stop.", Topics: []string{"smoking"}, Areas: []string{"oxfordshire"}, Phone: "0800 000 000", PhoneConfidence: "medium", URL: "https://quit.example/a_b?c=1&d=2", Cost: "free", SelfReferral: "true", SourceDate: "2025"},
			{ID: "line", Name: "Quit Line", What: "A helpline.", Topics: []string{"smoking", "sleep"}, Areas: []string{"national"}, Phone: "0300 000 000", PhoneConfidence: "high", Cost: "free", SelfReferral: "true", SourceDate: "2025", Checked: directory.Check{On: "2026-11-01"}},
		})
}

func testPhrases() conversation.Phrases {
	word := func(label string, words ...string) conversation.Phrase {
		return conversation.Phrase{Label: label, Words: words}
	}
	staff := func(s string) map[conversation.Voice]string {
		return map[conversation.Voice]string{conversation.Staff: s}
	}
	return conversation.Phrases{
		Hello: "Hello.\n\nWe keep no words.",
		Voice: conversation.Question{Say: "Who is it for?", Options: []conversation.Choosable{{ID: "staff", Label: "I work with people"}, {ID: "resident", Label: "It is for me"}}},
		Role:  conversation.Question{Say: "Where do you work?", Change: "Where do you work now?"},
		Area:  conversation.Question{Say: "Which area?", Change: "Which area now?", Options: []conversation.Choosable{{ID: "barton", Label: "Barton"}, {ID: "oxfordshire", Label: "Rather not say"}}},
		Stage: conversation.Question{Say: "Who is it about?", Options: []conversation.Choosable{{ID: "live-well", Label: "An adult"}, {ID: "age-well", Label: "Someone 65 or over"}}},
		Menu:  staff("What did you notice?"), Group: "{group}:", AreaSet: "Now {area}.",
		Exits: conversation.Exits{
			Menu: word("Menu", "menu"), Back: word("Back", "back"), Restart: word("Start again"), Help: word("Help", "help"), Stop: word("Stop"),
			Forget: word("Forget me"), Urgent: word("Urgent help", "urgent"), On: word("Carry on"),
			ChangeVoice: word("Change who"), ChangeRole: word("Change role"), ChangeArea: word("Change area"),
		},
		AnotherWay: word("Another way to ask", "another"), Help: staff("Staff help."),
		Stopped: "Stopped.", Forgotten: "Forgotten.", MovedOn: "That was earlier.", Changed: "That has changed.", Returned: "The nearest place.",
		Heard: "About {topic}.", Guess: "One of these?", Nudge: []string{"Nudge one.", "Nudge two.", "Ring a person."}, Stay: "These people can help.", OutOfRange: "Not on the list.",
		Others: map[string]string{"photo": "No pictures.", "other": "Can't read that."}, Sorry: "Sorry.", Alone: "Talk to me alone.",
		Found:  conversation.Found{Intro: "For {area}:", Nothing: "Nothing.", Unclear: "What for?", LiveWell: "More: https://live.example/"},
		Screen: conversation.Screen{Say: "Say:", Ask: "Ask:", Listen: "Listen for:", Fact: "Know:", Source: "Source:", Urgent: "Fast:", Steps: map[conversation.Step]string{"ask": "Ask", "assist": "Assist", "act": "Act", "goodbye": "Close"}},
		Card: conversation.CardPhrases{Phone: "Ring {value}", PhoneUnchecked: "Ring {value} (unchecked)", PhoneHidden: "Number not checked.",
			Where: "Where: {value}", Hours: "Hours: {value}", Costs: map[string]string{"free": "Free."}, Self: map[string]string{"true": "Ring them yourself."},
			Link: "{value}", Checked: "Checked {on}.", Unchecked: "Not yet checked ({source-date})."},
		Platforms: map[string]map[string]string{"slack": testSlackPhrases()},
	}
}
