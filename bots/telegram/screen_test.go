package telegram

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func TestCrisisCard(t *testing.T) {
	r := newRig(t, nil).start()
	r.Text(person, "I will kill myself <now>")
	m := r.said(person, 1)[0]
	first, then, _ := strings.Cut(m.Text, "Call 999 now.")
	if strings.TrimSpace(first) != "For you:" || then != "\n\nYou are not alone." || m.Silent {
		t.Errorf("card: %q, silent %v", m.Text, m.Silent)
	}
	if units(first) < 100 || strings.Count(first, "\n") < 4 {
		t.Errorf("a notification shows more than %q", first)
	}
	c := r.Calls("sendMessage")[0]
	if options, _ := c.Params["link_preview_options"].(map[string]any); c.Params["parse_mode"] != nil || options["is_disabled"] != true {
		t.Errorf("sent with %v", c.Params)
	}
	_, query := r.Press(person, m.ID, "Carry on")
	if after := r.said(person, 2)[0]; after.Edits != 0 || after.Text != m.Text || len(after.Rows) != 1 {
		t.Errorf("card after a press: %+v", after)
	}
	if r.Answers(query) != 1 {
		t.Error("press not answered")
	}
}

func TestCopyButtonsStay(t *testing.T) {
	r := newRig(t, nil)
	r.know(fmt.Sprint(person), conversation.Session{Voice: conversation.Resident, Area: "barton"})
	r.start()
	r.Text(person, "/start smoking")
	first := r.said(person, 1)[0]
	r.Press(person, first.ID, "Yes")
	cards := r.said(person, 2)[1]
	if want := "These people can help.\n\nQuit <Line>\nHelps to stop.\nRing 01865 000000\nhttps://quit.example/\nFrom 2026.\n\nMore: Live Well."; cards.Text != want {
		t.Errorf("cards: %q, want %q", cards.Text, want)
	}
	if want := []string{"Copy: Quit <Line>", "Menu", "Back", "Menu"}; !slices.Equal(labels(cards), want) {
		t.Errorf("buttons %q, want %q", labels(cards), want)
	}
	if cards.Rows[0][0].Copy != "Quit <Line>\nRing 01865 000000\nhttps://quit.example/" {
		t.Errorf("copied: %q", cards.Rows[0][0].Copy)
	}
	r.Press(person, cards.ID, "Back")
	r.said(person, 3)
	if after := r.Messages(person)[1]; !slices.Equal(labels(after), []string{"Copy: Quit <Line>"}) || !strings.HasSuffix(after.Text, "You chose: Back") {
		t.Errorf("after the press: %q with %q", after.Text, labels(after))
	}
}

func TestAreaOffersAPlace(t *testing.T) {
	r := newRig(t, nil).start()
	r.Text(person, "/area")
	if list := r.said(person, 2); !list[1].Place || list[0].Place {
		t.Errorf("messages %+v", list)
	}
}

func TestGroups(t *testing.T) {
	r := newRig(t, nil).start()
	in := func(text string, more ...any) {
		fields := map[string]any{"text": text}
		for i := 0; i < len(more); i += 2 {
			fields[more[i].(string)] = more[i+1]
		}
		r.SayIn(group, person, fields)
	}
	in("just talk unspeakable")
	in("/find@other_bot food bank barton")
	in("/find@other_bot food bank barton", "reply_to_message", map[string]any{"from": map[string]any{"id": telegramtest.BotID}})
	in("/weather")
	in("mail me@" + telegramtest.Username + ".example")
	r.SayIn(group, person, map[string]any{"photo": []any{}})
	in("/find food bank barton")
	in("@"+strings.ToUpper(telegramtest.Username)+", food bank barton?", "message_thread_id", 7, "is_topic_message", true)
	in("food bank barton", "reply_to_message", map[string]any{"from": map[string]any{"id": telegramtest.BotID}})
	in("/start@" + telegramtest.Username)
	list := r.said(group, 4)
	r.settled()
	if n := len(r.Messages(group)); n != 4 {
		t.Fatalf("%d answers in the group, want 4: %+v", n, r.Messages(group))
	}
	for _, c := range r.Calls("sendMessage") {
		if reply, _ := c.Params["reply_parameters"].(map[string]any); reply["allow_sending_without_reply"] != true {
			t.Errorf("an answer fails if the message was deleted: %v", c.Params)
		}
	}
	threads := 0
	for _, m := range list {
		if m.Reply == 0 {
			t.Errorf("%q answers nobody", m.Text)
		}
		for _, b := range slices.Concat(m.Rows...) {
			if b.Data != "" {
				t.Errorf("%q asks: %q", m.Text, b.Text)
			}
		}
		threads += m.Thread
	}
	if threads != 7 {
		t.Errorf("threads add up to %d", threads)
	}
}
