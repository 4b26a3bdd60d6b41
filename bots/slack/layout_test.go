package slack

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// decoded returns blocks as Slack gets them.
func decoded(t testing.TB, p page) []any {
	t.Helper()
	b, err := json.Marshal(p.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []any
	if err := json.Unmarshal(b, &blocks); err != nil {
		t.Fatal(err)
	}
	return blocks
}

// same fails unless the pages of a reply say what it says in the terminal.
func same(t testing.TB, r *conversation.Reply) {
	t.Helper()
	fields := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "*", "")), "") }
	var shown, text []string
	buttons := make(map[any]any) // label by value
	for _, p := range (&layout{}).pages(r) {
		blocks := decoded(t, p)
		for _, problem := range slacktest.Check(blocks, maxBlocks) {
			t.Error(problem)
		}
		if len(blocks) > 0 && p.Text == "" {
			t.Error("blocks without text")
		}
		for _, b := range blocks {
			if elements, ok := b.(map[string]any)["elements"].([]any); ok && b.(map[string]any)["type"] == "actions" {
				for _, e := range elements {
					buttons[e.(map[string]any)["value"]] = e.(map[string]any)["text"].(map[string]any)["text"]
				}
			}
		}
		shown = append(shown, visible(blocks))
		text = append(text, html.UnescapeString(p.Text))
	}
	if got, want := fields(strings.Join(shown, "\n")), fields(strings.Join(r.Lines(), "\n")); got != want {
		t.Errorf("blocks say\n%.2000s\nnot\n%.2000s", got, want)
	}
	if len(text) == 1 && length(r.String()) < maxText/2 && text[0] != r.String() {
		t.Errorf("text is\n%s\nnot\n%s", text[0], r.String())
	}
	for _, c := range append(append([]conversation.Choice(nil), r.Options...), r.Exits...) {
		if buttons[c.ID] != short(c.Label, maxButton) {
			t.Errorf("no button for %q", c.Label)
		}
	}
}

func TestWordsOfEveryBlock(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("Plain & <simple> words. ", 400))
	for _, text := range []string{"Short.", "a < b & c > d", "*stars* and _lines_", "> quoted\n> twice", "see https://a.example/x_y_z, and https://b.example.", long, "two\nlines", "ünïcödé 👩‍🚀 text", strings.Repeat("x", 7000)} {
		r := conversation.Reply{Blocks: []conversation.Block{
			{Style: conversation.Heading, Text: text}, {Style: conversation.Text, Text: text}, {Style: conversation.Aloud, Label: "Say:", Text: text},
			{Style: conversation.List, Label: "Listen:", Text: text + "\nanother"}, {Style: conversation.Spaced, Label: "Know:", Text: text}, {Style: conversation.Small, Label: "Source:", Text: text},
			{Style: conversation.Alert, Label: "Fast:", Text: text},
			{Style: conversation.Card, Card: &conversation.ServiceCard{ID: "s", Name: "Name", What: text, Phone: "0800 1", Call: "Ring 0800 1", Link: "https://c.example/?a=1&b=2", Checked: "Checked."}},
		}, Options: []conversation.Choice{{ID: "s:a:b:c", Label: "One"}, {ID: "s:a:b:d", Label: "Two & three"}}, Exits: []conversation.Choice{{ID: ".back", Label: "Back"}}}
		t.Run(short(text, 20), func(t *testing.T) { same(t, &r) })
	}
}

func TestLongListsArePaged(t *testing.T) {
	r := conversation.Reply{}
	for i := range 130 {
		r.Blocks = append(r.Blocks, conversation.Block{Style: conversation.Card, Card: &conversation.ServiceCard{ID: fmt.Sprint(i), Name: fmt.Sprint("Service ", i), What: "Helps.", Checked: "Checked."}})
		r.Options = append(r.Options, conversation.Choice{ID: fmt.Sprint(".o:", i), Label: fmt.Sprint("Option ", i)})
	}
	r.Options[7].Label = strings.Repeat("very long label ", 10)
	pages := (&layout{share: "Share"}).pages(&r)
	if len(pages) < 6 {
		t.Errorf("%d pages", len(pages))
	}
	all := ""
	for i, p := range pages {
		blocks := decoded(t, p)
		for _, problem := range slacktest.Check(blocks, maxBlocks) {
			t.Error(problem)
		}
		if i < len(pages)-1 && slacktest.Find(blocks, "Option 1") != nil {
			t.Error("options before the end")
		}
		all += visible(blocks) + p.Text
	}
	for i := range 130 {
		if !strings.Contains(all, fmt.Sprintf("Service %d\n", i)) {
			t.Errorf("service %d is missing", i)
		}
	}
	if !strings.Contains(all, "8. very long label") {
		t.Error("a label too long for a button is nowhere spelled out")
	}
}

func TestManyButtons(t *testing.T) {
	r := conversation.Reply{Blocks: hello.Blocks}
	for i := range 1400 {
		r.Options = append(r.Options, conversation.Choice{ID: fmt.Sprint(".o:", i), Label: fmt.Sprint("Option ", i)})
	}
	same(t, &r)
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a &amp; b &lt;c&gt;": "a & b <c>", "<@U1> hello <@U2|bob>": "hello", "<https://a.example|a.example> x": "a.example x", "<https://a.example>": "https://a.example",
		"<#C1|general> now": "general now", "<!here> all": "all", "<!subteam^S1|@team> x": "x", "&amp;lt;": "&lt;", "": "",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
