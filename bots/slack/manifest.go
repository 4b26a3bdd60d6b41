package slack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Manifest returns the manifest, in JSON, from which Slack makes the app: with Socket Mode, or
// with HTTP endpoints below the public address url. It asks for the least that works. It fails if
// the content lacks a phrase, or one is longer than Slack takes.
func Manifest(socket bool, url string, script *conversation.Script) ([]byte, error) {
	if !socket && !strings.HasPrefix(url, "https://") {
		return nil, bots.WithHint(fmt.Errorf("a manifest for HTTP needs the public address, not %q", url), "it starts with https://, or use Socket Mode")
	}
	url = strings.TrimRight(url, "/")
	phrases := script.Phrases.Platforms["slack"]
	var missing error
	say := func(key string, limit int) string {
		switch s := phrases[key]; {
		case s == "":
			missing = fmt.Errorf("phrases.yaml says nothing for platforms, slack, %s", key)
		case length(s) > limit:
			missing = fmt.Errorf("phrases.yaml: platforms, slack, %s is longer than %d letters", key, limit)
		}
		return phrases[key]
	}
	type object = map[string]any
	command := object{"command": "/signpost", "description": say("command-about", 2000), "usage_hint": say("command-hint", 1000), "should_escape": false}
	events := object{"bot_events": []string{"app_home_opened", "app_mention", "message.im"}}
	interactivity := object{"is_enabled": true}
	if !socket {
		command["url"] = url + "/slack/commands"
		events["request_url"] = url + "/slack/events"
		interactivity["request_url"] = url + "/slack/interactions"
	}
	manifest := object{
		"_metadata":           object{"major_version": 2},
		"display_information": object{"name": say("app-name", 35), "description": say("app-about", 140)},
		"features": object{
			"app_home":       object{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user":       object{"display_name": say("app-name", 80), "always_online": true},
			"shortcuts":      []object{{"name": say("shortcut", 24), "type": "message", "callback_id": shortcutID, "description": say("shortcut-about", 150)}},
			"slash_commands": []object{command},
		},
		"oauth_config": object{"scopes": object{"bot": []string{"app_mentions:read", "chat:write", "commands", "im:history"}}},
		"settings": object{
			"event_subscriptions": events, "interactivity": interactivity,
			"org_deploy_enabled": false, "socket_mode_enabled": socket, "token_rotation_enabled": false,
		},
	}
	if missing != nil {
		return nil, missing
	}
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return append(b, '\n'), nil
}
