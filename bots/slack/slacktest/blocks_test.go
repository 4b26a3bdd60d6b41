package slacktest

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCheckFindsWhatSlackRefuses(t *testing.T) {
	button := func(label, id string) string {
		return `{"type":"button","action_id":"` + id + `","value":"v","text":{"type":"plain_text","text":"` + label + `"}}`
	}
	for name, blocks := range map[string]string{
		"long section":     `[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", 3001) + `"}}]`,
		"empty section":    `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`,
		"marked header":    `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`,
		"long header":      `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("x", 151) + `"}}]`,
		"long button":      `[{"type":"actions","elements":[` + button(strings.Repeat("x", 76), "a") + `]}]`,
		"same action":      `[{"type":"actions","elements":[` + button("x", "a") + `,` + button("y", "a") + `]}]`,
		"no button":        `[{"type":"actions","elements":[]}]`,
		"26 buttons":       `[{"type":"actions","elements":[` + strings.Repeat(button("x", "")+",", 25) + button("x", "") + `]}]`,
		"unknown block":    `[{"type":"poem"}]`,
		"51 blocks":        `[` + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]`,
		"unknown field":    `[{"type":"divider","colour":"red"}]`,
		"image in words":   `[{"type":"context","elements":[{"type":"mrkdwn","text":"x","alt_text":"x"}]}]`,
		"empty select":     `[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"static_select","action_id":"s","placeholder":{"type":"plain_text","text":"x"}}}]`,
		"long placeholder": `[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","action_id":"n","placeholder":{"type":"plain_text","text":"` + strings.Repeat("x", 151) + `"}}}]`,
	} {
		var list []any
		if err := json.Unmarshal([]byte(blocks), &list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(Check(list, 50)) != 1 {
			t.Errorf("%s: %q", name, Check(list, 50))
		}
	}
	if len(CheckView(map[string]any{"type": "modal", "title": map[string]any{"type": "plain_text", "text": strings.Repeat("x", 25)}})) != 1 {
		t.Error("a long title is taken")
	}
	if len(CheckView(map[string]any{"type": "home", "blocks": []any{}, "title": map[string]any{"type": "plain_text", "text": "x"}})) != 1 {
		t.Error("a title of a Home tab is taken")
	}
}
