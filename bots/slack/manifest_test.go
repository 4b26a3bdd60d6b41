package slack

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func TestManifest(t *testing.T) {
	sc := testScript(t)
	for _, socket := range []bool{true, false} {
		b, err := Manifest(socket, "https://chat.example/", sc)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		if m["settings"].(map[string]any)["socket_mode_enabled"] != socket || strings.Contains(string(b), "https://chat.example/slack/interactions") == socket {
			t.Errorf("socket %v: %s", socket, b)
		}
	}
	if _, err := Manifest(false, "http://chat.example", sc); err == nil {
		t.Error("an address that Slack refuses is taken")
	}
	sc.Phrases.Platforms["slack"]["shortcut"] = strings.Repeat("x", 25)
	if _, err := Manifest(true, "", sc); err == nil {
		t.Error("a name too long is taken")
	}
	delete(sc.Phrases.Platforms["slack"], "shortcut")
	if _, err := Manifest(true, "", sc); err == nil {
		t.Error("a missing phrase is not missed")
	}
}

func TestFromEnv(t *testing.T) {
	script := func() *conversation.Script { return nil }
	for _, tt := range []struct {
		bot, app, signing, url string
		none, bad              bool
		routes                 int
	}{
		{none: true},
		{bot: "xoxb-1", app: "xapp-1"},
		{bot: "xoxb-1", signing: "s", routes: 3},
		{bot: "xoxb-1", app: "xapp-1", signing: "s", url: "http://127.0.0.1:1/api/", routes: 3},
		{bot: "xoxb-1", bad: true},
		{app: "xapp-1", bad: true},
		{signing: "s", bad: true},
		{bot: "xoxb-1 HUSH", app: "xapp-1", bad: true},
		{bot: "xoxb-1", app: "xapp-1", url: "http://127.0.0.1/api", bad: true},
		{bot: "xoxb-1", app: "xapp-1", url: "ftp://127.0.0.1/api/", bad: true},
	} {
		secrets := map[string]string{"SLACK_BOT_TOKEN": tt.bot, "SLACK_APP_TOKEN": tt.app, "SLACK_SIGNING_SECRET": tt.signing}
		secret := func(name string) (string, error) { return secrets[name], nil }
		a, err := FromEnv(bots.Settings{Get: func(string, string) string { return tt.url }, Secret: secret, Script: script, Log: quietLog})
		if (err != nil) != tt.bad || (a == nil) != (tt.none || tt.bad) {
			t.Errorf("%+v: %v %v", tt, a, err)
			continue
		}
		var hint interface{ Hint() string }
		if tt.bad && (!errors.As(err, &hint) || strings.Contains(err.Error()+hint.Hint(), "HUSH")) {
			t.Errorf("%+v: %v without a hint", tt, err)
		}
		if a != nil && len(a.(*Adapter).Routes()) != tt.routes {
			t.Errorf("%+v: %d routes", tt, len(a.(*Adapter).Routes()))
		}
	}
}
