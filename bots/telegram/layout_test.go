package telegram

import (
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func TestLayoutHasTheSameWords(t *testing.T) {
	reply := conversation.Reply{Blocks: []conversation.Block{
		{Style: conversation.Heading, Text: "Smoking · Ask"},
		{Style: conversation.Aloud, Label: "Say:", Text: "a < b & \"c\""},
		{Style: conversation.List, Label: "Listen <for>:", Text: "one\ntwo"},
		{Style: conversation.List, Text: "no label"},
		{Style: conversation.Spaced, Label: "Good to know:", Text: "line\nbreak"},
		{Style: conversation.Small, Label: "Source:", Text: "https://x.example/?a=1&b=2"},
		{Style: conversation.Alert, Label: "Help:", Text: "999"},
		{Style: conversation.Card, Card: &conversation.ServiceCard{Name: "A & B", What: "x", Link: "https://y.example/"}},
	}}
	r := newRig(t, nil)
	r.Start(person)
	if err := r.make().Send(t.Context(), to(address{Chat: person}), reply); err != nil {
		t.Fatal(err)
	}
	want := strings.Join(reply.Lines(), "\n")
	if got := r.Messages(person)[0].Text; got != want {
		t.Errorf("shown:\n%s\nwant:\n%s", got, want)
	}
	if c := r.Calls("sendMessage"); len(c) != 1 || !strings.Contains(c[0].Text("text"), "<b>Listen &lt;for&gt;:</b>\n- one") {
		t.Errorf("sent %q", c[0].Text("text"))
	}
}

func TestRows(t *testing.T) {
	for name, tc := range map[string]struct{ labels, want string }{
		"short":      {"Yes,No", "Yes+No"},
		"odd":        {"Yes,No,Maybe", "Yes+No,Maybe"},
		"long":       {"They want to talk about it,Not today", "They want to talk about it,Not today"},
		"long later": {"Yes,They want to talk about it,No", "Yes,They want to talk about it,No"},
		"at limit":   {"1234567890123456,x", "1234567890123456+x"},
	} {
		var options []conversation.Choice
		for l := range strings.SplitSeq(tc.labels, ",") {
			options = append(options, conversation.Choice{ID: l, Label: l})
		}
		var rows []string
		for _, row := range optionRows(options, "") {
			var list []string
			for _, b := range row {
				list = append(list, b.Text)
			}
			rows = append(rows, strings.Join(list, "+"))
		}
		if got := strings.Join(rows, ","); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestCopiedFits(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, tc := range []struct {
		card conversation.ServiceCard
		want string
	}{
		{conversation.ServiceCard{Name: "A", Call: "Ring 1", Link: "https://a"}, "A\nRing 1\nhttps://a"},
		{conversation.ServiceCard{Name: "A", Link: "https://a"}, "A\nhttps://a"},
		{conversation.ServiceCard{Name: "A", Call: long + long, Link: "https://a"}, "A\nhttps://a"},
		{conversation.ServiceCard{Name: long, Call: long, Link: "https://a"}, long + "\nhttps://a"},
	} {
		if got := copied(&tc.card); got != tc.want {
			t.Errorf("copied %q, want %q", got, tc.want)
		}
	}
}

func FuzzPack(f *testing.F) {
	f.Add("one\ntwo three", 2000)
	f.Add("😀", 5000)
	f.Add(" \n", 3)
	f.Fuzz(func(t *testing.T, text string, times int) {
		if len(text) == 0 || len(text) > 100 {
			return
		}
		text = strings.ToValidUTF8(strings.Repeat(text, max(1, times%6000)), "?")
		var all strings.Builder
		for _, p := range pack([]part{{html: escape(text), plain: text}, {html: "x", plain: "x"}}) {
			if units(p.plain) > maxText || p.html == "" {
				t.Errorf("a part has %d units", units(p.plain))
			}
			all.WriteString(p.plain)
		}
		if !sameWords(all.String(), text+"x") {
			t.Error("words were lost")
		}
	})
}
