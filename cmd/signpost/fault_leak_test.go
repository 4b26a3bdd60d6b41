//go:build unix

package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

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
