package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

// bodyLimit is the largest body that a platform may send.
const bodyLimit = 1 << 20

// Strangers are turned away, and what we can't read breaks nothing.
func TestWebhooksRefuse(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.telegram.Text(1, "help") // waits since before the webhook was set
	f.start()
	f.ready()
	if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(1)) > 0 }) {
		t.Fatal("what waited was not answered")
	}
	hooks := f.telegram.Calls("setWebhook")
	if len(hooks) == 0 {
		t.Fatal("no webhook was set")
	}
	for _, c := range append(hooks, f.telegram.Calls("deleteWebhook")...) {
		if c.Params["drop_pending_updates"] == true || c.Method == "setWebhook" && c.Text("secret_token") != hookSecret {
			t.Errorf("%s: %v", c.Method, c.Params)
		}
	}
	t.Run("telegram", func(t *testing.T) { refuseTelegram(t, f) })
	t.Run("slack", func(t *testing.T) { refuseSlack(t, f) })
	if f.status("/healthz") != http.StatusOK || f.status("/readyz") != http.StatusOK {
		t.Error("it is not well afterwards")
	}
	if status := f.update(message(90, 2, "help")); status != http.StatusOK {
		t.Errorf("a good message gets %d", status)
	}
	if err := f.slack.Say("U0ANNA", "help"); err != nil {
		t.Error(err)
	}
	_, metrics := f.call(http.MethodGet, "/metrics", http.Header{}, "")
	for _, platform := range []string{"slack", "telegram"} {
		for _, what := range []string{"refused", "unread"} {
			count := fmt.Sprintf("signpost_platform_total{platform=%q,what=%q} ", platform, what)
			if _, n, ok := strings.Cut(metrics, count); !ok || n[0] == '0' {
				t.Errorf("%s is not counted", count)
			}
		}
		if _, at, ok := strings.Cut(metrics, fmt.Sprintf("signpost_last_inbound_timestamp_seconds{platform=%q} ", platform)); !ok || at[0] == '0' {
			t.Errorf("%s has never been heard from", platform)
		}
	}
	if _, ready := f.call(http.MethodGet, "/readyz", http.Header{}, ""); !strings.Contains(ready, "telegram: last heard from") {
		t.Errorf("ready says %q", ready)
	}
}

func message(id, who int64, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1764000000,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":"A"},"text":%q}}`, id, id, who, who, text)
}

func refuseTelegram(t *testing.T, f *front) {
	good := message(50, 1, "menu")
	for name, header := range map[string]http.Header{
		"no secret": {}, "wrong secret": {"X-Telegram-Bot-Api-Secret-Token": {"hush-hush2"}}, "empty secret": {"X-Telegram-Bot-Api-Secret-Token": {""}},
	} {
		if status, _ := f.call(http.MethodPost, "/telegram", header, good); status/100 != 4 {
			t.Errorf("%s: status %d", name, status)
		}
	}
	right := http.Header{"X-Telegram-Bot-Api-Secret-Token": {hookSecret}}
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodHead} {
		if status, _ := f.call(method, "/telegram", right, good); status/100 != 4 {
			t.Errorf("%s: status %d", method, status)
		}
	}
	if status, _ := f.call(http.MethodPost, "/telegram/other", right, good); status/100 != 4 {
		t.Errorf("another path: status %d", status)
	}
	for _, body := range []string{
		"", "{", "null", "[]", "7", `"x"`, "\x00\xff", "{}", `{"update_id":"x"}`, `{"update_id":51,"message":7}`, `{"update_id":1e99}`,
		`{"update_id":52,"message":{}}`, `{"update_id":53,"callback_query":{}}`, `{"update_id":54,"callback_query":{"id":"q","from":{"id":1},"data":7}}`,
		`{"update_id":55,"message":{"message_id":1,"chat":null,"text":{"a":1}}}`, `{"update_id":56,"inline_query":[]}`, strings.Repeat("[", 100_000),
	} {
		if status := f.update(body); status/100 != 2 && status/100 != 4 {
			t.Errorf("%.60q: status %d", body, status)
		}
	}
	for _, body := range []string{
		`{"update_id":60}`, `{"update_id":61,"poll_answer":{"poll_id":"1","option_ids":[0]}}`, `{"update_id":62,"something_new":{"deep":[1,{"a":null}]}}`,
		`{"update_id":63,"purchased_paid_media":{"from":{"id":1,"is_bot":false,"first_name":"A"},"paid_media_payload":"x"}}`,
		`{"update_id":64,"message":{"message_id":9,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1,"is_bot":false,"first_name":"A"},"paid_media":{"star_count":1,"paid_media":[{"type":"unheard-of"}]}}}`,
	} {
		if status := f.update(body); status/100 != 2 {
			t.Errorf("%.80s: status %d", body, status)
		}
	}
	if status := f.update(message(65, 1, strings.Repeat("a", bodyLimit))); status/100 != 4 {
		t.Errorf("more than 1 MiB: status %d", status)
	}
	long := message(66, 1, "")
	if status := f.update(long + strings.Repeat(" ", bodyLimit-len(long))); status/100 != 2 {
		t.Errorf("1 MiB: status %d", status)
	}
}

func refuseSlack(t *testing.T, f *front) {
	good := string(slacktest.EventBody(f.slack.Said("U0ANNA", "menu")))
	for _, path := range []string{"/slack/events", "/slack/commands", "/slack/interactions"} {
		if status := f.status(path); status/100 != 4 {
			t.Errorf("GET %s: status %d", path, status)
		}
		if status, _ := f.call(http.MethodPost, path, http.Header{}, good); status/100 != 4 {
			t.Errorf("%s unsigned: status %d", path, status)
		}
		for name, header := range map[string]http.Header{
			"another body": f.slack.Sign([]byte(good+" "), time.Now()), "long ago": f.slack.Sign([]byte(good), time.Now().Add(-6*time.Minute)),
			"not hex": {"X-Slack-Request-Timestamp": {fmt.Sprint(time.Now().Unix())}, "X-Slack-Signature": {"v0=xyz"}},
		} {
			if status, _ := f.call(http.MethodPost, path, header, good); status != http.StatusUnauthorized {
				t.Errorf("%s, signature of %s: status %d", path, name, status)
			}
		}
		for _, body := range []string{
			"", "{", "null", "[]", "7", `"x"`, "\x00\xff", "{}", "payload=", "payload=%7B", "payload=null", "payload=%zz", "command=%zz", "a=b;c", "payload=7",
			`payload={"type":"block_actions"}`, `payload={"type":"block_actions","user":7}`, `{"type":"event_callback","event":7}`, `{"type":"event_callback"}`,
			`{"type":"event_callback","event":{"type":"message","user":"U1","channel":7}}`, strings.Repeat("[", 100_000),
		} {
			if status, _ := f.signed(path, body); status/100 != 2 && status/100 != 4 {
				t.Errorf("%s %.60q: status %d", path, body, status)
			}
		}
		if status, _ := f.signed(path, good+strings.Repeat(" ", bodyLimit)); status/100 != 4 {
			t.Errorf("%s, more than 1 MiB: status %d", path, status)
		}
	}
	for path, bodies := range map[string][]string{
		"/slack/events": {
			string(slacktest.EventBody(map[string]any{"type": "reaction_added", "user": "U0ANNA"})), `{"type":"app_rate_limited","team_id":"T0TEAM"}`, `{"type":"something_new"}`,
			string(slacktest.EventBody(map[string]any{"type": "message", "channel": "C0CHAN", "channel_type": "channel", "user": "U0ANNA", "text": "food bank barton", "ts": "1.2"})),
		},
		"/slack/interactions": {
			`payload={"type":"view_closed","user":{"id":"U0ANNA"}}`, `payload={"type":"shortcut","user":{"id":"U0ANNA"},"callback_id":"x"}`,
			`payload={"type":"block_actions","user":{"id":"U0ANNA"},"actions":[{"action_id":"unheard-of","value":"x"}]}`,
		},
		"/slack/commands": {"ssl_check=1&token=x"},
	} {
		for _, body := range bodies {
			if status, _ := f.signed(path, body); status/100 != 2 {
				t.Errorf("%s %.80s: status %d", path, body, status)
			}
		}
	}
	if status, answer := f.signed("/slack/events", `{"type":"url_verification","challenge":"3eZb"}`); status != http.StatusOK || answer != "3eZb" {
		t.Errorf("the challenge gets %d %q", status, answer)
	}
}
