package telegram

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

func TestInlineQueries(t *testing.T) {
	r := newRig(t, nil).start()
	for words, want := range map[string]string{
		"food bank barton":                "Barton food bank|Barton food bank\nFood.\nhttps://food.example/\nFrom 2026.",
		"":                                "Find help|What shall I look for?",
		"I will kill myself":              "Urgent help|Call 999 now.",
		"zzz unspeakable":                 "Find help|What shall I look for?",
		strings.Repeat("unspeakable", 99): "Find help|What shall I look for?",
	} {
		query := r.Ask(person, words)
		var call *telegramtest.Call
		r.Wait(soon, func() bool {
			for _, c := range r.Calls("answerInlineQuery") {
				if c.Text("inline_query_id") == query && c.Code != 0 {
					call = &c
				}
			}
			return call != nil
		})
		if call == nil || call.Code != 200 {
			t.Fatalf("%q: %+v", words, call)
		}
		list := call.Params["results"].([]any)
		if n := map[string]int{"food bank barton": 2}[words]; len(list) != max(n, 1) {
			t.Errorf("%q: %d results", words, len(list))
		}
		first := list[0].(map[string]any)
		text := first["input_message_content"].(map[string]any)["message_text"]
		title, said, _ := strings.Cut(want, "|")
		if first["type"] != "article" || first["title"] != title || !strings.HasPrefix(fmt.Sprint(text), said) {
			t.Errorf("%q: %v", words, first)
		}
	}
	r.settled()
	if n := len(r.Messages(person)); n != 0 {
		t.Errorf("%d messages sent for inline queries", n)
	}
}

func TestInlineQueriesHoldNobodyUp(t *testing.T) {
	r := newRig(t, nil)
	r.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Method == "answerInlineQuery" {
			time.Sleep(3 * time.Second)
		}
		return nil
	}
	r.start()
	for range 3 * inlineAtOnce {
		r.Ask(person, "food")
	}
	r.Text(person, "/start")
	began := time.Now()
	r.said(person, 1)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("a message waited %s behind inline queries", took)
	}
	if n := len(r.Calls("answerInlineQuery")); n > inlineAtOnce {
		t.Errorf("%d queries answered at once", n)
	}
}
