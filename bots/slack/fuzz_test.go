package slack

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// FuzzRead holds that whatever comes is read without a panic, that nothing but a malformed request
// is an error, and that every address survives being kept.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"type":"event_callback","team_id":"T","event":{"type":"message","channel":"D1","channel_type":"im","user":"U1","text":"hi <@U2> <https://a|b>","ts":"1.1"}}`,
		`{"type":"event_callback","event":{"type":"app_mention","channel":"C1","user":"U1","text":"<@U2> x","ts":"1.1","thread_ts":"1.0"}}`,
		`{"type":"block_actions","user":{"id":"U1"},"team":null,"container":{"message_ts":"1","channel_id":"D1"},"message":{"blocks":[{"type":"actions"},7]},"actions":[{"action_id":"choose:1","value":".menu"}]}`,
		`{"type":"message_action","callback_id":"find_signposting","user":{"id":"U1"},"message":{"text":"x"}}`,
		`{"type":"url_verification","challenge":"c"}`, `null`, `[]`, `"`,
	} {
		f.Add([]byte(s))
	}
	sc := testScript(f)
	a := newAdapter("", "b", "a", "s", func() *conversation.Script { return sc }, quietLog)
	f.Fuzz(func(t *testing.T, data []byte) {
		var c command
		readCommand := func(data []byte) (task, error) {
			if json.Unmarshal(data, &c) != nil {
				return task{}, nil
			}
			return a.readCommand(c)
		}
		readEvent := func(data []byte) (task, error) {
			t, _, err := a.readEvent(data)
			return t, err
		}
		for _, read := range []func([]byte) (task, error){readEvent, a.readInteraction, readCommand} {
			got, err := read(data)
			if err != nil && !errors.Is(err, errMalformed) {
				t.Fatal(err)
			}
			if got.message == nil {
				continue
			}
			var at address
			if err := json.Unmarshal(got.message.To, &at); err != nil || got.message.Voice != conversation.Staff {
				t.Fatalf("%s: %v", got.message.To, err)
			}
		}
		_ = looseID(data)
	})
}

// FuzzWords holds that any text is laid out within Slack's limits, in the same words.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"plain", "*a* _b_", "https://a.example/b_c.", "<a>&b", "\n\n", ">x", "see <https://a.example>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "*") || strings.TrimSpace(text) != text || text == "" {
			return
		}
		same(t, &conversation.Reply{Blocks: []conversation.Block{{Style: conversation.Aloud, Label: "Say:", Text: text}}})
	})
}
