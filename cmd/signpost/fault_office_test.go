//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

// How many people talk over Slack, and how often: answers go out one a second to each.
const (
	slackPeople = 8
	slackEach   = 8
)

// office is the world of a scenario over Slack.
type office struct {
	*faults
	slack *slacktest.Slack
	each  int
}

func newOffice(f *faults) *office {
	o := &office{faults: f, slack: slacktest.New(), each: slackEach}
	if f.messages > faultMessages {
		o.each *= 3
	}
	o.slack.Minute = 500 * time.Millisecond
	f.Cleanup(o.slack.Close)
	f.Cleanup(func() {
		if list := o.slack.Problems(); len(list) > 0 {
			f.Errorf("what no good app does: %q", list)
		}
	})
	return o
}

func colleague(i int) string { return fmt.Sprintf("U0FAULT%d", i) }

// serve starts a process that Slack calls, or that keeps sockets up.
func (o *office) serve(env []string, socket bool) *process {
	o.Helper()
	env = append(slices.Clone(env), "SLACK_API_URL="+o.slack.API(), "SLACK_BOT_TOKEN="+o.slack.BotToken)
	if socket {
		p := o.run(newProcess(o.T, append(env, "SLACK_APP_TOKEN="+o.slack.AppToken)...))
		if !o.slack.Until(10*time.Second, func() bool { return o.slack.Sockets() > 0 }) {
			o.Fatal("no socket is up")
		}
		return p
	}
	p := newProcess(o.T, append(env, "SLACK_SIGNING_SECRET="+o.slack.SigningSecret)...)
	if o.slack.Target == "" {
		o.slack.Target = "http://" + p.listen
	}
	return o.run(p)
}

// anyWay starts a process of either kind, as the seed says.
func (o *office) anyWay(env []string) *process {
	o.Helper()
	socket := o.random.IntN(2) == 0
	o.Logf("socket mode: %t", socket)
	return o.serve(env, socket)
}

// talk has everybody write, each message when Slack has heard that the one before has arrived.
func (o *office) talk() {
	for i := range slackPeople {
		pause := 50*time.Millisecond + o.upTo(300*time.Millisecond)
		o.talking.Go(func() {
			for n := range o.each {
				line := again
				if n < len(opening) {
					line = opening[n]
				}
				if err := o.slack.Say(colleague(i), line); err != nil {
					o.Errorf("%s, message %d: %v", colleague(i), n, err)
				}
				time.Sleep(pause)
			}
		})
	}
}

// settle waits until everybody has what they are owed, and checks that it is all, once, and in order.
func (o *office) settle(limit time.Duration) (repeats int) {
	o.Helper()
	o.talking.Wait()
	began, sorries := time.Now(), 0
	for i := range slackPeople {
		var got []string
		var twice, sorry int
		o.slack.Until(limit-time.Since(began), func() bool {
			got, twice, sorry = o.heard(colleague(i))
			return len(got) >= o.each
		})
		repeats, sorries = repeats+twice, sorries+sorry
		if len(got) != o.each {
			o.Errorf("%s: %d answers to %d messages", colleague(i), len(got), o.each)
			continue
		}
		for n, q := range got[2:] {
			if want := got[2+n%3]; q != want {
				o.Errorf("%s: answer %d is %.40q, not %.40q", colleague(i), 2+n, q, want)
				break
			}
		}
	}
	o.Logf("%d messages; all answered %s after the last; %d answers seen twice, %d apologies",
		slackPeople*o.each, time.Since(began).Round(time.Millisecond), repeats, sorries)
	for _, p := range o.running {
		o.clean(p)
	}
	return repeats
}

func (o *office) heard(user string) (list []string, repeats, sorries int) {
	var texts []string
	for _, m := range o.slack.Messages(slacktest.Direct(user)) {
		texts = append(texts, m.Text)
	}
	return o.sift(texts)
}

// clean looks that the log shows nothing of Slack's that it must not, beside the rest.
func (o *office) clean(p *process) {
	o.Helper()
	o.faults.clean(p, o.slack.BotToken, o.slack.AppToken, o.slack.SigningSecret, "U0FAULT", "D0FAULT", "response_url")
}

// between stands between Slack and the app, and passes on what handle decides.
func (o *office) between(handle func(r *http.Request, body []byte) int) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(handle(r, body))
	}))
	o.Cleanup(server.Close)
	o.slack.Target = server.URL
}

// passOn posts a request again, signature and all, and returns the status of the answer, or 502.
func passOn(to string, r *http.Request, body []byte) int {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	again, err := http.NewRequestWithContext(ctx, http.MethodPost, to+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return http.StatusBadGateway
	}
	again.Header = r.Header.Clone()
	resp, err := http.DefaultClient.Do(again)
	if err != nil {
		return http.StatusBadGateway
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp.StatusCode
}
