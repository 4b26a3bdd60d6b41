package telegramtest

import (
	"net/http"
	"strings"
	"testing"
)

func TestFaultsAreFound(t *testing.T) {
	for call, want := range map[string]string{
		`sendMessage {"chat_id":1,"text":"x"}`:                                                                "",
		`sendMessage {"chat_id":1,"text":"x","link_preview_options":{"is_disabled":true}}`:                    "",
		`sendMessage {"chat_id":1}`:                                                                           "missing property 'text'",
		`sendMessage {"chat_id":1,"text":"x","disable_web_page_preview":true}`:                                "disable_web_page_preview",
		`sendMessage {"chat_id":1,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"a","dada":"b"}]]}}`: "dada",
		`getUpdates {"offset":"1"}`:                                                                           "offset': got string",
		`sendSomething {"new":true}`:                                                                          "",
	} {
		s := New("1:x")
		method, body, _ := strings.Cut(call, " ")
		resp, err := http.Post(s.URL+"/bot1:x/"+method, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		faults := strings.Join(s.Faults(), " ")
		if want == "" && faults != "" || !strings.Contains(faults, want) {
			t.Errorf("%s: %q, want %q", call, faults, want)
		}
		s.Close()
	}
}
