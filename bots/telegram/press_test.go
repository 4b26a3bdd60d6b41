package telegram

import (
	"slices"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func TestTapAnswersMarksAndAsks(t *testing.T) {
	r := newRig(t, nil).start()
	r.Text(person, "/start")
	first := r.said(person, 1)[0]
	if first.Text != "Hello.\n\nWho is it for?" || !slices.Equal(labels(first), []string{"I work with people", "Me"}) {
		t.Fatalf("first message: %q, buttons %q", first.Text, labels(first))
	}
	_, query := r.Press(person, first.ID, "Me")
	list := r.said(person, 2)
	if list[1].Text != "What's up?" {
		t.Errorf("next question: %q", list[1].Text)
	}
	r.settled()
	if r.Answers(query) != 1 { // beside the messages, so in no order with them
		t.Errorf("press answered %d times", r.Answers(query))
	}
	if want := first.Text + "\n\nYou chose: Me"; list[0].Text != want || len(list[0].Rows) != 0 {
		t.Errorf("old message is %q with %q, want %q and no buttons", list[0].Text, labels(list[0]), want)
	}
	var methods []string
	for _, c := range r.Calls("editMessageText", "sendMessage") {
		methods = append(methods, c.Method)
	}
	if want := []string{"sendMessage", "editMessageText", "sendMessage"}; !slices.Equal(methods, want) {
		t.Errorf("calls %q, want %q", methods, want)
	}
}

func TestSecondPressAnswersAgain(t *testing.T) {
	r := newRig(t, nil)
	r.Text(person, "/start")
	r.start()
	first := r.said(person, 1)[0]
	_, q1 := r.Press(person, first.ID, "Me")
	_, q2 := r.Press(person, first.ID, "Me")
	r.said(person, 3)
	r.settled()
	if r.Answers(q1) != 1 || r.Answers(q2) != 1 || len(r.Messages(person)) != 3 {
		t.Errorf("answers %d and %d, %d messages", r.Answers(q1), r.Answers(q2), len(r.Messages(person)))
	}
}

// TestEmptyReplyAnswersThePress sends nothing but that, whatever pause the chat is in.
func TestEmptyReplyAnswersThePress(t *testing.T) {
	r := newRig(t, nil)
	r.Start(person)
	a := r.make()
	_, query := r.PressData(person, ".menu", nil)
	a.pauses.hold(person, time.Hour, time.Now())
	at := address{Chat: person, Query: query, Old: &oldMessage{ID: 1, Text: "x", Label: "Menu"}}
	refuseOnce(r, "answerCallbackQuery", 1, telegramtest.Refusal{Code: 500, Description: "Internal Server Error"})
	if err := a.Send(t.Context(), to(at), conversation.Reply{}); err == nil {
		t.Error("a refused answer is none")
	}
	for range 3 {
		if err := a.Send(t.Context(), to(at), conversation.Reply{}); err != nil || r.Answers(query) != 1 {
			t.Errorf("answered %d times: %v", r.Answers(query), err)
		}
	}
	if n := len(r.Calls("answerCallbackQuery")); n != 2 {
		t.Errorf("%d calls for one answer after one refusal", n)
	}
	if calls := r.Calls("sendMessage", "editMessageText", "editMessageReplyMarkup"); len(calls) > 0 {
		t.Errorf("calls of %s beside the answer", calls[0].Method)
	}
}
