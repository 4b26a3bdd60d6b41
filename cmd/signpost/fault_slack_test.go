//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

func slackRedisHung(f *faults) {
	o := newOffice(f)
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "no")
	p := o.anyWay(redisAt(redis.URL))
	o.talk()
	time.Sleep(f.upTo(time.Second))
	pid := f.signal(redis, syscall.SIGSTOP)
	time.Sleep(5 * time.Second)
	f.kill(pid, syscall.SIGCONT)
	p.ready()
	o.settle(30 * time.Second)
}

func slackProxied(f *faults) {
	o := newOffice(f)
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "no", "--port", fmt.Sprint(storetest.FreePorts(f, 1)[0]))
	between := newProxy(f.T, strings.TrimPrefix(redis.URL, "redis://"))
	p := o.anyWay(redisAt("redis://" + between.addr))
	o.talk()
	between.delay.Store(int64(200 * time.Millisecond))
	time.Sleep(2 * time.Second)
	between.cut()
	time.Sleep(200*time.Millisecond + f.upTo(time.Second))
	between.mend()
	between.delay.Store(0)
	between.swallowFor(1500 * time.Millisecond)
	p.ready()
	o.settle(30 * time.Second)
}

// slackTrouble has Slack refuse, fail, cut off and hang, about every fifth post. A post whose answer
// was cut off after it had its effect is seen twice.
func slackTrouble(f *faults) {
	o := newOffice(f)
	var list []slacktest.Fault
	cutOff := 0
	for i := range 300 {
		fault := slacktest.Fault{}
		switch f.random.IntN(25) {
		case 0:
			fault = slacktest.Fault{Status: 429, Header: map[string]string{"Retry-After": "1"}}
		case 1:
			fault = slacktest.Fault{Status: 500, Body: "<html>"}
		case 2:
			fault = slacktest.Fault{Status: 503, Delay: 700 * time.Millisecond}
		case 3: // more is promised than comes: the connection is closed
			fault = slacktest.Fault{Status: 200, Header: map[string]string{"Content-Length": "999"}, Body: "{", After: true}
			cutOff++
		case 4:
			fault = slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"internal_error"}`}
		}
		if i == 10 { // a call is given up after 15 s
			fault = slacktest.Fault{Status: 500, Delay: 16 * time.Second}
		}
		list = append(list, fault)
	}
	o.slack.Break("chat.postMessage", list...)
	o.anyWay(f.onRedis())
	o.talk()
	if repeats := o.settle(90 * time.Second); repeats > cutOff {
		f.Errorf("%d answers were seen twice, but only %d cut off after they had gone out", repeats, cutOff)
	}
}

// slackDoubled hands events in twice at the same time, late, again after their answer was lost, and
// old ones again after newer ones, all rightly signed.
func slackDoubled(f *faults) {
	type sent struct {
		r    *http.Request
		body []byte
	}
	o := newOffice(f)
	random := rand.New(rand.NewPCG(f.random.Uint64(), 2))
	var mu sync.Mutex
	old, lost := make(map[string][]sent), make(map[string]bool)
	var target string
	o.between(func(r *http.Request, body []byte) int {
		var e struct{ Event struct{ User string } }
		json.Unmarshal(body, &e)
		mu.Lock()
		what, before := random.IntN(7), old[e.Event.User]
		late := time.Duration(random.IntN(150)) * time.Millisecond
		old[e.Event.User] = append(before, sent{r, body})[max(0, len(before)-8):]
		again := sent{r, body}
		if len(before) > 0 {
			again = before[random.IntN(len(before))]
		}
		if what == 2 && lost[string(body)] { // Slack gives an event up that it had to send four times
			what = 6
		}
		lost[string(body)] = lost[string(body)] || what == 2
		mu.Unlock()
		var other sync.WaitGroup
		defer other.Wait()
		switch what {
		case 0:
			other.Go(func() { passOn(target, r, body) })
		case 1:
			time.Sleep(late)
		case 2:
			passOn(target, r, body)
			return http.StatusBadGateway
		case 3:
			other.Go(func() { passOn(target, again.r, again.body) })
		case 4:
			passOn(target, again.r, again.body)
		}
		return passOn(target, r, body)
	})
	p := o.serve(f.onRedis(), false)
	target = "http://" + p.listen
	o.talk()
	if repeats := o.settle(30 * time.Second); repeats > 0 {
		f.Errorf("%d answers were seen twice", repeats)
	}
}

// slackReplicas hands each event to one of three processes on one Redis, and kills one.
func slackReplicas(f *faults) {
	o := newOffice(f)
	random := rand.New(rand.NewPCG(f.random.Uint64(), 3))
	var mu sync.Mutex
	var targets []string
	o.between(func(r *http.Request, body []byte) int {
		mu.Lock()
		to := targets[random.IntN(len(targets))]
		mu.Unlock()
		return passOn(to, r, body)
	})
	env := f.onRedis()
	for range 3 {
		p := o.serve(env, false)
		mu.Lock()
		targets = append(targets, "http://"+p.listen)
		mu.Unlock()
	}
	o.talk()
	time.Sleep(500*time.Millisecond + f.upTo(time.Second))
	one := f.running[f.random.IntN(3)]
	one.kill()
	one.start()
	one.ready()
	// Each person's answer that was under way at the kill may be seen twice.
	if repeats := o.settle(45 * time.Second); repeats > slackPeople {
		f.Errorf("%d answers were seen twice", repeats)
	}
}
