//go:build unix

package main

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

const (
	floodOf   = 400             // messages of one person, at once
	crowdOf   = 200             // people who write at once: at 25 a second, 8 s of answers
	cardTime  = 3 * time.Second // for a card about danger, whatever else waits
	quietTime = 3 * time.Second // for others, whatever one person does
	danger    = "I want to kill myself"
)

// flood has one person write hundreds of messages, at the pace that Telegram allows us, and tell of
// danger at the end. The card comes promptly, and others don't notice. Then so many people write at once
// that answers wait for their place, and one of them tells of danger.
func flood(f *faults) {
	f.slow = true
	p := f.anyWay(f.onRedis())
	card := f.say(firstPerson+59, danger)
	began := time.Now()
	const flooder, other = firstPerson + 60, firstPerson + 61
	for range floodOf {
		f.api.Text(flooder, "menu")
	}
	f.api.Wait(20*time.Second, func() bool { return f.api.Pending() == 0 })
	f.Logf("%d messages of one person taken in %s", floodOf, time.Since(began).Round(time.Millisecond))
	f.told(flooder, card)
	pressed := f.api.Messages(flooder)[0]
	for range 3 {
		_, query := f.api.Press(flooder, pressed.ID, pressed.Rows[0][0].Text)
		if !f.api.Wait(quietTime, func() bool { return f.api.Answers(query) == 1 }) {
			f.Errorf("a press in the flood was answered %d times", f.api.Answers(query))
		}
	}
	for range 3 {
		asked := time.Now()
		f.say(other, "menu")
		if took := time.Since(asked); took > quietTime {
			f.Errorf("somebody else waited %s", took)
		}
	}
	if passed := f.counted(p, `kind="flood"`); passed == "" || strings.HasSuffix(passed, " 0") {
		f.Errorf("no message was passed by: %q", passed)
	}
	for person := range int64(crowdOf) {
		f.api.Text(firstPerson+100+person, "menu")
	}
	f.api.Text(firstPerson+99, "menu")
	f.told(firstPerson+99, card)
	heard := func() (n int) {
		for person := range int64(crowdOf) {
			n += min(1, len(f.api.Messages(firstPerson+100+person)))
		}
		return n
	}
	early := heard()
	if early > crowdOf*3/4 {
		f.Errorf("%d of %d had their answer before the card, so nothing waited", early, crowdOf)
	}
	if !f.api.Wait(crowdOf/25*time.Second+10*time.Second, func() bool { return heard() == crowdOf }) {
		f.Errorf("%d of %d were answered", heard(), crowdOf)
	}
	f.Logf("the card came when %d of %d had their answer", early, crowdOf)
	f.atMost(90, 3*time.Second) // 30 a second is what Telegram asks of every bot
	if list := f.api.Faults(); len(list) > 0 {
		f.Errorf("what no good client does: %q", list)
	}
	f.clean(p)
}

// told has a person tell of danger, and looks that the card comes in time.
func (f *faults) told(chat int64, card string) {
	f.Helper()
	asked := time.Now()
	f.api.Text(chat, danger)
	if !f.api.Wait(cardTime, func() bool {
		return slices.ContainsFunc(f.api.Messages(chat), func(m telegramtest.Message) bool { return m.Text == card })
	}) {
		f.Errorf("no card in %s", cardTime)
		return
	}
	f.Logf("the card came after %s", time.Since(asked).Round(time.Millisecond))
}

// atMost checks how many messages went out in any stretch of time.
func (f *faults) atMost(n int, in time.Duration) {
	f.Helper()
	calls := f.api.Calls("sendMessage")
	for i := n; i < len(calls); i++ {
		if gap := calls[i].At.Sub(calls[i-n].At); gap < in {
			f.Errorf("%d messages went out in %s", n+1, gap)
			return
		}
	}
}

// handedOver stops a process that can't send a person their answer yet. The other one sends it as soon
// as it looks, not when a lease runs out.
func handedOver(f *faults) {
	const chat = firstPerson + 70
	var held atomic.Bool
	f.api.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Chat() == chat && held.Load() {
			return &telegramtest.Refusal{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	}
	env := f.onRedis()
	one := f.hooked(env)
	f.say(chat, "menu")
	held.Store(true)
	before := len(f.api.Messages(chat))
	for range 3 {
		f.api.Text(chat, "help")
	}
	f.api.Wait(10*time.Second, func() bool { return f.api.Pending() == 0 })
	f.hooked(env)
	time.Sleep(2500 * time.Millisecond) // it has looked, and found the lease taken
	f.terminate(one)
	held.Store(false)
	began := time.Now()
	if !f.api.Wait(20*time.Second, func() bool { return len(f.api.Messages(chat)) >= before+3 }) {
		f.Fatal(fmt.Sprint(len(f.api.Messages(chat))-before, " of 3 answers"))
	}
	if took := time.Since(began); took > 4*time.Second {
		f.Errorf("the other process had sent after %s", took)
	} else {
		f.Logf("the other process had sent after %s", took.Round(time.Millisecond))
	}
	time.Sleep(time.Second)
	if n := len(f.api.Messages(chat)) - before; n != 3 {
		f.Errorf("%d answers to 3 messages", n)
	}
}
