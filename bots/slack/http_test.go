package slack

import (
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

// The example of a signed request in Slack's own documentation.
const (
	docSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	docStamp     = 1531420618
	docSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	docBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

func TestSignatureOfTheDocumentation(t *testing.T) {
	at := time.Unix(docStamp, 0)
	for _, tt := range []struct {
		name, stamp, signature, body string
		now                          time.Time
		want                         bool
	}{
		{"as published", "1531420618", docSignature, docBody, at, true},
		{"4:59 old", "1531420618", docSignature, docBody, at.Add(299 * time.Second), true},
		{"4:59 ahead", "1531420618", docSignature, docBody, at.Add(-299 * time.Second), true},
		{"5:01 old", "1531420618", docSignature, docBody, at.Add(301 * time.Second), false},
		{"5:01 ahead", "1531420618", docSignature, docBody, at.Add(-301 * time.Second), false},
		{"other body", "1531420618", docSignature, docBody + "&x=1", at, false},
		{"other time", "1531420619", docSignature, docBody, at, false},
		{"cut short", "1531420618", docSignature[:40], docBody, at, false},
		{"odd", "1531420618", docSignature[:41], docBody, at, false},
		{"no version", "1531420618", docSignature[3:], docBody, at, false},
		{"none", "1531420618", "", docBody, at, false},
		{"no time", "", docSignature, docBody, at, false},
		{"huge time", "99999999999999999999", docSignature, docBody, at, false},
	} {
		sum, got := readSignature(tt.stamp, tt.signature, tt.now)
		if got = got && hmac.Equal(sum, sign([]byte(docSecret), tt.stamp, []byte(tt.body))); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if got := "v0=" + hex.EncodeToString(sign([]byte(docSecret), "1531420618", []byte(docBody))); got != docSignature {
		t.Error(got)
	}
}

func TestStatus(t *testing.T) {
	b := newBench(t, false)
	send := func(method, path string, body string, change func(http.Header)) int {
		t.Helper()
		r, err := http.NewRequest(method, b.Target+path, strings.NewReader(body))
		b.must(err)
		r.Header = b.Sign([]byte(body), time.Now())
		change(r.Header)
		resp, err := http.DefaultClient.Do(r)
		b.must(err)
		resp.Body.Close()
		return resp.StatusCode
	}
	as := func(http.Header) {}
	unsigned := func(h http.Header) { h.Del("X-Slack-Signature"); h.Del("X-Slack-Request-Timestamp") }
	stale := func(h http.Header) {
		h.Set("X-Slack-Request-Timestamp", strconv.FormatInt(time.Now().Add(-6*time.Minute).Unix(), 10))
	}
	forged := func(h http.Header) { h.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64)) }
	for path := range b.adapter.Routes() {
		for _, tt := range []struct {
			method, body string
			change       func(http.Header)
			want         int
		}{
			{"GET", "", as, 405}, {"PUT", "{}", as, 405}, {"POST", "{}", unsigned, 401}, {"POST", "{}", stale, 401}, {"POST", "{}", forged, 401},
			{"POST", strings.Repeat("x", maxBody+1), as, 413},
		} {
			if got := send(tt.method, path, tt.body, tt.change); got != tt.want {
				t.Errorf("%s %s %.20s: %d, not %d", tt.method, path, tt.body, got, tt.want)
			}
		}
		for _, body := range []string{"", "{", "null", "[]", "{}", `{"type":5}`, `{"type":"event_callback"}`, `{"type":"event_callback","event":[]}`, `{"type":"new_thing","event":{}}`, "payload=%7B%7D", "payload=[]", "%zz", "payload=" + url.QueryEscape(`{"type":"block_actions"}`), "payload=" + url.QueryEscape(`{"type":"view_submission"}`), "\xff\xfe"} {
			if got := send("POST", path, body, as); got >= 500 || got == 401 {
				t.Errorf("%s %q: %d", path, body, got)
			}
		}
	}
	status, answer, err := b.Post("/slack/events", "application/json", []byte(`{"type":"url_verification","challenge":"abc"}`), 0)
	if status != 200 || answer != "abc" || err != nil {
		t.Error(status, answer, err)
	}
	body := slacktest.Interaction(map[string]any{"type": "view_submission", "user": map[string]any{"id": ann}, "view": map[string]any{"id": "V1", "hash": "h"}})
	if status, answer, _ := b.Post("/slack/interactions", "application/x-www-form-urlencoded", body, 0); status != 200 || answer != "" {
		t.Error(status, answer)
	}
	b.stop()
	r, _ := http.NewRequest("POST", "/slack/events", strings.NewReader("{}"))
	r.Header = b.Sign([]byte("{}"), time.Now())
	w := &statusWriter{}
	b.adapter.Routes()["/slack/events"].ServeHTTP(w, r)
	if w.status != 503 {
		t.Errorf("%d when not receiving", w.status)
	}
}

type statusWriter struct {
	status int
	header http.Header
}

func (w *statusWriter) Header() http.Header {
	if w.header == nil {
		w.header = make(http.Header)
	}
	return w.header
}
func (w *statusWriter) Write(p []byte) (int, error) { return len(p), nil }
func (w *statusWriter) WriteHeader(status int)      { w.status = status }

// A payload in the address is not covered by the signature.
func TestPayloadFromTheBodyOnly(t *testing.T) {
	b := newBench(t, false)
	payload := b.Pressed(ann, slacktest.Message{Channel: slacktest.Direct(ann), TS: "1.1"}, map[string]any{"type": "button", "action_id": "choose:1", "value": ".menu"})
	query := string(slacktest.Interaction(payload))
	if status, _, _ := b.Post("/slack/interactions?"+query, "application/x-www-form-urlencoded", []byte("x=1"), 0); status != 400 {
		t.Error(status)
	}
	b.quiet(slacktest.Direct(ann), 0)
}
