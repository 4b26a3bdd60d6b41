package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"
)

const (
	slackSecret = "bench-signing-secret"
	ackAim      = 300 * time.Millisecond // of the 3 s after which Slack sends an event again
)

// measureSlack measures how long Slack waits for the acknowledgement of an event. It is given when the
// turn is committed; the answer goes out after it.
func measureSlack(ctx context.Context, r *run) error {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		io.Copy(io.Discard, q.Body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"ok":true,"team_id":"T1","channel":"D1","ts":"1.1"}`)
	}))
	defer api.Close()
	server, err := r.startRedis()
	if err != nil {
		return err
	}
	defer server.stop()
	t := table{fmt.Sprintf("Slack event to acknowledgement, %d events a second whatever happens", openRate),
		[]string{"bot", "p50", "p99", "longest", "aim", ""}, nil}
	for _, on := range []*redis{server, nil} {
		c, err := r.startOnSlack(ctx, api.URL, on)
		if err != nil {
			return err
		}
		took, err := c.acknowledged(ctx, r)
		c.stop()
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		p99 := quantile(took, 0.99)
		t.add(c.name, median(took), p99, quantile(took, 1), "p99 under 300 ms", reached(p99, ackAim))
	}
	t.print(r.out)
	return nil
}

// startOnSlack starts signpost for a workspace, on a Redis or, without one, on a file.
func (r *run) startOnSlack(ctx context.Context, api string, server *redis) (*contestant, error) {
	c, address, err := r.startProgram(ctx, server, "SLACK_BOT_TOKEN=xoxb-bench", "SLACK_SIGNING_SECRET="+slackSecret, "SLACK_API_URL="+api+"/api/")
	if err != nil {
		return nil, err
	}
	c.load = slackLoad("http://"+address+"/slack/events", writers)
	return c, nil
}

func (c *contestant) acknowledged(ctx context.Context, r *run) ([]time.Duration, error) {
	if err := c.load.each(inFlight, "library"); err != nil { // so that nobody is new
		return nil, err
	}
	return c.load.open(ctx, openRate, r.open)
}

// slackLoad is people who write by Slack, which waits for the acknowledgement.
func slackLoad(hook string, people int) *load {
	l := newLoad(hook, people)
	l.ask = func(person int, text string) (time.Duration, error) {
		n := l.serial.Add(1)
		body := fmt.Sprintf(`{"type":"event_callback","team_id":"T1","event_id":"Ev%d","event":{"type":"message","channel":"D%d","channel_type":"im","user":"U%[2]d","text":%q,"ts":"1790000000.%06[1]d"}}`, n, person, text)
		req, err := http.NewRequest(http.MethodPost, l.hook, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		stamp := strconv.FormatInt(time.Now().Unix(), 10)
		mac := hmac.New(sha256.New, []byte(slackSecret))
		fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Slack-Request-Timestamp", stamp)
		req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
		began := time.Now()
		err = l.deliver(req)
		return time.Since(began), err
	}
	return l
}
