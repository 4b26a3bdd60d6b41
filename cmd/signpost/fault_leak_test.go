//go:build unix

package main

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// everything is a script that returns all that Redis keeps.
const everything = `local out = {} for _, k in ipairs(redis.call('KEYS', '*')) do local t = redis.call('TYPE', k).ok local v = t ` +
	`if t == 'string' then v = redis.call('GET', k) elseif t == 'hash' then v = table.concat(redis.call('HGETALL', k), ' ') ` +
	`elseif t == 'zset' then v = table.concat(redis.call('ZRANGE', k, 0, -1), ' ') end ` +
	`out[#out+1] = k .. ' = ' .. v end return table.concat(out, '<<>>')`

// nothingLeaks looks at all that is written down after people have said words that are in nothing of
// ours: the log, the metrics and Redis, with answers owed and without. The id of a chat stands in Redis only
// inside a reply that is owed.
func nothingLeaks(f *faults) {
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "no")
	var refusing atomic.Bool
	f.api.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if !refusing.Load() || c.Chat() == 0 {
			return nil
		}
		return &telegramtest.Refusal{Code: 429, Description: "Too Many Requests: retry after 7200", RetryAfter: 7200}
	}
	p := f.hooked(redisAt(redis.URL))
	lines := []string{
		"zanzibar", "I am Zanzibar and I live at OX4 6JX", "food bank zanzibar", "I want to kill myself zanzibar", "staff", "fire",
		"stop smoking zanzibar", "/start zanzibar", "zanzibar 07700 900123",
	}
	for _, line := range lines {
		f.api.Text(firstPerson, line)
	}
	f.api.Wait(10*time.Second, func() bool { return len(f.api.Messages(firstPerson)) >= len(lines) })
	for _, m := range f.api.Messages(firstPerson) {
		for _, row := range m.Rows {
			f.api.Press(firstPerson, m.ID, row[0].Text)
		}
	}
	f.api.Say(firstPerson, map[string]any{"location": map[string]any{"latitude": 51.7212345, "longitude": -1.2012345}})
	f.api.Ask(firstPerson, "zanzibar")
	f.api.Wait(10*time.Second, func() bool { return f.api.Pending() == 0 })

	storetest.Eventually(f, "nothing is owed", func() bool { return !strings.Contains(f.kept(redis), ":o:") })
	f.lacks("Redis", f.kept(redis))
	refusing.Store(true)
	for _, line := range lines {
		f.api.Text(firstPerson+1, line)
	}
	f.api.Wait(10*time.Second, func() bool { return f.api.Pending() == 0 })
	owed := 0
	for key := range strings.SplitSeq(f.kept(redis), "<<>>") {
		if strings.Contains(key, ":o:") {
			owed++
			key = strings.ReplaceAll(key, fmt.Sprint(firstPerson+1), "")
		}
		f.lacks("Redis", key)
		if strings.Contains(key, "51.72") {
			f.Errorf("a place stands in %q", key)
		}
	}
	if owed == 0 {
		f.Error("nothing is owed, so nothing was looked at")
	}
	metrics, _ := f.get(p, "/metrics")
	f.lacks("the metrics", metrics)
	if owing := f.counted(p, "signpost_owed_replies"); !strings.HasSuffix(owing, fmt.Sprint(" ", len(lines))) {
		f.Errorf("%d replies are owed; the metrics say %s", len(lines), owing)
	}
	f.clean(p)
}

// kept returns all that Redis keeps.
func (f *faults) kept(redis *storetest.Redis) string {
	f.Helper()
	return redis.Do(`EVAL "` + everything + `" 0`)
}

// nothingLeaksSlack does the same over Slack: messages, a command, a press, a shortcut and a mention, with
// answers sent and with answers owed. Who they are for stands in Redis only inside a reply that is owed.
func nothingLeaksSlack(f *faults) {
	o := newOffice(f)
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "no")
	p := o.serve(redisAt(redis.URL), false)
	o.slack.Invite("C0FAULT")
	speak := func(user string) {
		o.try(o.slack.Say(user, "zanzibar"), o.slack.Say(user, "I am Zanzibar and want to kill myself"),
			o.slack.Say(user, "food bank zanzibar OX4 6JX"), o.slack.Command(user, "C0FAULT", "zanzibar food bank barton"),
			o.slack.Event(o.slack.Mentioned(user, "C0FAULT", "zanzibar")), o.slack.OpenHome(user),
			o.slack.Shortcut(user, "C0FAULT", "17.1", "zanzibar cannot sleep"))
	}
	speak(colleague(1))
	dm := slacktest.Direct(colleague(1))
	o.slack.Until(15*time.Second, func() bool { return len(o.slack.Messages(dm)) >= 3 })
	asked := o.slack.Messages(dm)
	if len(asked) < 3 {
		f.Fatalf("%d answers", len(asked))
	}
	if button := slacktest.Find(asked[0].Blocks, "choose:1"); button != nil {
		body := slacktest.Interaction(o.slack.Pressed(colleague(1), asked[0], button))
		o.hand(p, "/slack/interactions", o.slack.Sign(body, time.Now()), body, 200)
	} else {
		f.Error("nothing to press")
	}
	storetest.Eventually(f, "nothing is owed", func() bool { return !strings.Contains(f.kept(redis), "FAULT") })
	ids := []string{"U0FAULT", "D0FAULT", "C0FAULT", o.slack.BotToken, o.slack.SigningSecret}
	f.lacks("Redis", f.kept(redis), ids...)

	busy := slacktest.Fault{Status: 429, Header: map[string]string{"Retry-After": "7200"}}
	for _, method := range []string{"chat.postMessage", "chat.postEphemeral", "chat.update", "response_url"} {
		for range 20 {
			o.slack.Break(method, busy)
		}
	}
	speak(colleague(2))
	time.Sleep(time.Second)
	kept := f.kept(redis)
	if !strings.Contains(kept, "FAULT") {
		f.Error("nothing is owed, so nothing was looked at")
	}
	f.lacks("Redis", kept, o.slack.BotToken, o.slack.SigningSecret)
	metrics, _ := f.get(p, "/metrics")
	f.lacks("the metrics", metrics, ids...)
	o.clean(p)
}

func (o *office) try(errs ...error) {
	o.Helper()
	if err := errors.Join(errs...); err != nil {
		o.Error(err)
	}
}
