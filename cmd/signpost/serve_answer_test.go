package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

// Every press is answered; a second real one again, and one that comes twice not.
func TestPressesAnswered(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.start()
	f.ready()
	t.Run("telegram", func(t *testing.T) {
		api := f.telegram
		api.Text(5, "/start")
		api.Wait(soon, func() bool { return len(api.Messages(5)) == 1 })
		question := api.Messages(5)[0]
		data := question.Rows[0][0].Data
		object := map[string]any{"message_id": question.ID, "date": 1764000000, "chat": map[string]any{"id": 5, "type": "private"}, "text": question.Text}
		said := 1
		for _, pressed := range []map[string]any{object, object, nil} {
			id, query := api.PressData(5, data, pressed)
			said++
			if !api.Wait(soon, func() bool { return api.Answers(query) > 0 && len(api.Messages(5)) == said && api.Pending() == 0 }) {
				t.Fatalf("press %d: answered %d times, %d messages", said-1, api.Answers(query), len(api.Messages(5)))
			}
			again, err := json.Marshal(map[string]any{"update_id": id, "callback_query": map[string]any{
				"id": query, "from": map[string]any{"id": 5, "is_bot": false, "first_name": "A"}, "data": data, "message": pressed}})
			if err != nil {
				t.Fatal(err)
			}
			if status := f.update(string(again)); status != http.StatusOK {
				t.Errorf("the press that came twice gets %d", status)
			}
		}
		if _, query := api.PressData(5, "no-such-choice", object); !api.Wait(soon, func() bool { return api.Answers(query) > 0 && len(api.Messages(5)) == said+1 }) {
			t.Error("an unknown button is not answered")
		}
		time.Sleep(200 * time.Millisecond)
		if n := len(api.Messages(5)); n != said+1 {
			t.Errorf("%d messages, not %d", n, said+1)
		}
	})
	t.Run("slack", func(t *testing.T) {
		dm := slacktest.Direct("U0BEN")
		answers := func(n int) []slacktest.Message {
			t.Helper()
			if !f.slack.Until(soon, func() bool { return len(f.slack.Messages(dm)) >= n }) {
				t.Fatalf("%d messages, not %d", len(f.slack.Messages(dm)), n)
			}
			return f.slack.Messages(dm)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.slack.Say("U0BEN", "hello"))
		question := answers(1)[0]
		button := slacktest.Find(question.Blocks, "Library")
		if button == nil {
			t.Fatalf("no role to choose in %s", question.Text)
		}
		press := string(slacktest.Interaction(f.slack.Pressed("U0BEN", question, button)))
		for range 3 {
			if status, answer := f.signed("/slack/interactions", press); status != http.StatusOK || answer != "" {
				t.Errorf("a press gets %d %q", status, answer)
			}
		}
		answers(2)
		must(f.slack.Press("U0BEN", question, "Library"))
		answers(3)
		time.Sleep(1200 * time.Millisecond) // another would come a second later
		answers(3)
		if n := len(f.slack.Messages(dm)); n != 3 {
			t.Errorf("%d messages, not 3", n)
		}
	})
}

// Three texts in a hurry are answered as they would be at leisure, in order, and a mention once.
func TestHurry(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.env = append(f.env, "TELEGRAM_SEND_RATE=25")
	f.slack.Invite("C0CHAN")
	f.start()
	f.ready()
	lines := []string{"help", "food bank barton", "urgent"}
	for _, line := range lines {
		f.telegram.Text(7, line)
		f.telegram.Text(8, line)
		if err := f.slack.Say("U0CARA", line); err != nil {
			t.Error(err)
		}
	}
	mention := f.slack.Mentioned("U0DAN", "C0CHAN", "food bank barton")
	for _, kind := range []string{"app_mention", "message", "app_mention"} {
		event := map[string]any{"channel_type": "channel"}
		for k, v := range mention {
			event[k] = v
		}
		event["type"] = kind
		if err := f.slack.Event(event); err != nil {
			t.Error(err)
		}
	}
	f.telegram.Text(9, lines[0])
	for i := range lines {
		if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(9)) > i }) {
			t.Fatal("no answer at leisure")
		}
		if i+1 < len(lines) {
			f.telegram.Text(9, lines[i+1])
		}
	}
	leisure := f.telegram.Messages(9)
	for _, who := range []int64{7, 8} {
		f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(who)) >= len(lines) })
		same := func(a, b telegramtest.Message) bool { return a.Text == b.Text }
		if got := f.telegram.Messages(who); !slices.EqualFunc(got, leisure, same) {
			t.Errorf("in a hurry %+v, at leisure %+v", got, leisure)
		}
	}
	dm := slacktest.Direct("U0CARA")
	f.slack.Until(soon, func() bool { return len(f.slack.Messages(dm)) >= len(lines) })
	if got := f.slack.Messages(dm); len(got) != len(lines) || !strings.Contains(got[1].Text, "Barton") || !strings.Contains(got[2].Text, "999") {
		t.Errorf("answered with %+v", got)
	}
	f.slack.Until(soon, func() bool { return len(f.slack.Messages("C0CHAN")) > 0 })
	time.Sleep(1200 * time.Millisecond) // another would come a second later
	if got := f.slack.Messages("C0CHAN"); len(got) != 1 || got[0].Thread != mention["ts"] && got[0].For != "U0DAN" {
		t.Errorf("a mention is answered with %+v", got)
	}
}

// Without limits of ours ten answers to one person take no time.
func TestNoSendRate(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.start()
	f.ready()
	began := time.Now()
	for range 10 {
		f.telegram.Text(7, "help")
	}
	if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(7)) == 10 }) || time.Since(began) > 5*time.Second {
		t.Errorf("%d answers in %v", len(f.telegram.Messages(7)), time.Since(began))
	}
}
