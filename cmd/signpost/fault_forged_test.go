//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

var slackPaths = []string{"/slack/events", "/slack/commands", "/slack/interactions"}

// hostileSlack sends the endpoints of Slack what nobody should, while people talk: floods of large
// bodies without a signature, with a forged one and with the right one, slow senders, what was rightly
// signed for another body, another time or another secret, and what was sent before.
func hostileSlack(f *faults) {
	o := newOffice(f)
	p := o.serve(f.onRedis(), false)
	o.talk()
	now := time.Now()
	forger := &slacktest.Slack{SigningSecret: "not it"}
	head := forger.Sign(nil, now)
	slow := slowSenders(f, p.listen, 200, func(i int) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nX-Slack-Request-Timestamp: %s\r\nX-Slack-Signature: %s\r\nContent-Length: %d\r\n\r\n{",
			slackPaths[i%3], head.Get("X-Slack-Request-Timestamp"), head.Get("X-Slack-Signature"), 30_000+i%2*100_000)
	})
	var all sync.WaitGroup
	for i := range 48 {
		big := bytes.Repeat([]byte("a"), 30<<20>>(i%6))
		path := slackPaths[i%3]
		all.Go(func() { o.hand(p, path, http.Header{}, big, 401) })
		all.Go(func() { o.hand(p, path, forger.Sign(big, now), big, 401, 413, 503) })
		all.Go(func() { o.hand(p, path, o.slack.Sign(big, now), big, 400, 413, 503) })
	}
	all.Wait()
	body := slacktest.EventBody(o.slack.Said(colleague(50), "menu"))
	right := o.slack.Sign(body, now)
	for name, header := range map[string]http.Header{
		"nothing": {}, "another secret": forger.Sign(body, now), "another body": o.slack.Sign([]byte("{}"), now),
		"six minutes ago": o.slack.Sign(body, now.Add(-6*time.Minute)), "six minutes ahead": o.slack.Sign(body, now.Add(6*time.Minute)),
		"another time":  {"X-Slack-Request-Timestamp": {fmt.Sprint(now.Unix() + 1)}, "X-Slack-Signature": right["X-Slack-Signature"]},
		"cut short":     {"X-Slack-Request-Timestamp": right["X-Slack-Request-Timestamp"], "X-Slack-Signature": {right.Get("X-Slack-Signature")[:20]}},
		"no version":    {"X-Slack-Request-Timestamp": right["X-Slack-Request-Timestamp"], "X-Slack-Signature": {right.Get("X-Slack-Signature")[3:]}},
		"endless":       {"X-Slack-Request-Timestamp": right["X-Slack-Request-Timestamp"], "X-Slack-Signature": {"v0=" + strings.Repeat("ab", 20<<10)}},
		"time of words": {"X-Slack-Request-Timestamp": {"now"}, "X-Slack-Signature": right["X-Slack-Signature"]},
	} {
		if code := o.hand(p, "/slack/events", header, body, 401); code != 401 {
			f.Errorf("signature of %s: status %d", name, code)
		}
	}
	for range 5 { // the same request, overheard
		o.hand(p, "/slack/events", right, body, 200)
	}
	for _, text := range hostileJSON() {
		for _, path := range slackPaths {
			body := []byte(text)
			if path == "/slack/interactions" {
				body = []byte("payload=" + url.QueryEscape(text))
			}
			o.hand(p, path, o.slack.Sign(body, time.Now()), body, 200, 400, 413)
		}
	}
	forged := o.pressForged(p, colleague(60))
	if left := slow(); left > 0 {
		f.Errorf("%d slow senders were not cut off", left)
	}
	o.settle(30 * time.Second)
	pressed := slacktest.Direct(colleague(60))
	if !o.slack.Until(15*time.Second, func() bool { return len(o.slack.Messages(pressed)) >= forged }) {
		f.Errorf("%d answers to %d forged presses", len(o.slack.Messages(pressed)), forged)
	}
	if n := len(o.slack.Messages(slacktest.Direct(colleague(50)))); n != 1 {
		f.Errorf("%d answers to one message sent five times", n)
	}
	if most := peakMemory(p.cmd.Process.Pid); most == 0 || most > hostileMemory {
		f.Errorf("the process took up to %d MB", most>>20)
	} else {
		f.Logf("%d MB at most", most>>20)
	}
}

// pressForged has a person press buttons that nobody was shown, and returns how many.
func (o *office) pressForged(p *process, user string) int {
	o.Helper()
	strange := []string{"\x00", "n:smoking/ready/0", strings.Repeat("9", 3000), "../../etc/passwd", "{}", ".menu:.menu", "🙂", "%s%n", ".topic:"}
	for i, value := range strange {
		press := map[string]any{"type": "block_actions", "team": map[string]any{"id": slacktest.Team}, "user": map[string]any{"id": user},
			"trigger_id": fmt.Sprint("forged", i), "actions": []any{map[string]any{"action_id": "choose:1", "value": value, "action_ts": fmt.Sprint(i)}}}
		body := slacktest.Interaction(press)
		o.hand(p, "/slack/interactions", o.slack.Sign(body, time.Now()), body, 200)
	}
	return len(strange)
}

// hand posts a body with a header, and checks that the status is one of those wanted; a server may also
// hang up on a body that it does not want.
func (o *office) hand(p *process, path string, header http.Header, body []byte, want ...int) int {
	o.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://"+p.listen+path, bytes.NewReader(body))
	if err != nil {
		o.Error(err)
		return 0
	}
	r.Header = header.Clone()
	resp, err := (&http.Client{Timeout: 20 * time.Second}).Do(r)
	if err != nil {
		if refused, ok := errors.AsType[net.Error](err); len(body) < 1<<20 || ok && refused.Timeout() {
			o.Errorf("%s: no answer: %v", path, err)
		}
		return 0
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	if !slices.Contains(want, resp.StatusCode) {
		o.Errorf("%s, %d bytes beginning %.40q: status %d, not one of %v", path, len(body), body, resp.StatusCode, want)
	}
	return resp.StatusCode
}

// hostileJSON are bodies that are no event, or a strange one.
func hostileJSON() []string {
	event := func(fields string) string {
		return `{"type":"event_callback","team_id":"T0TEAM","event":{"type":"message","channel_type":"im","channel":"D0FAULT70","user":"U0FAULT70",` + fields + `}}`
	}
	return []string{
		"", "null", "[]", "{", "\xff\xfe", strings.Repeat("[", 1<<20-10), strings.Repeat(`{"a":`, 100_000),
		`{"type":"event_callback","event":` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + "}",
		event(`"ts":"1.1","text":"` + strings.Repeat("a", 400_000) + `"`), event(`"ts":"1.2","text":"\ud800"`), event("\"ts\":\"1.3\",\"text\":\"\xff\xfe\xc0\""),
		event(`"ts":"1.4","text":["x"]`), event(`"ts":{},"text":"x"`), event(`"ts":"1.5","text":"` + strings.Repeat("<@U1>", 80_000) + `"`),
		event(`"ts":"1.6","text":"` + strings.Repeat("<", 300_000) + `"`), event(`"ts":"1.7","files":[{},{},7]`),
	}
}
