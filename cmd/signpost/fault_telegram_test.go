//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
)

// platformTrouble has Telegram refuse, fail, cut off and hang, about every fifth call. An answer
// whose call was cut off after it had its effect is seen twice.
func platformTrouble(f *faults) {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(f.random.Uint64(), 1))
	var hung atomic.Int32
	cutOff := 0
	f.api.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		mu.Lock()
		n := random.IntN(60)
		if n == 3 && c.Method == "sendMessage" {
			cutOff++
		}
		mu.Unlock()
		switch {
		case n == 0:
			return &telegramtest.Refusal{Code: 429, Description: "Too Many Requests: retry after 1", RetryAfter: 1}
		case n == 1:
			return &telegramtest.Refusal{Code: 500, Description: "Internal Server Error"}
		case n == 2:
			return &telegramtest.Refusal{Code: 502, Description: "Bad Gateway"}
		case n == 3:
			return &telegramtest.Refusal{Hang: true}
		case n == 4 && c.Method == "sendMessage" && hung.Add(1) == 1:
			time.Sleep(16 * time.Second) // a call is given up after 15 s
			return &telegramtest.Refusal{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	}
	f.anyWay(f.onRedis())
	f.talk()
	if repeats := f.settle(60 * time.Second); repeats > cutOff {
		f.Errorf("%d answers were seen twice, but only %d cut off after they had gone out", repeats, cutOff)
	}
}

// longPause has Telegram ask for hours before one chat may be written to again. Everybody else goes
// on; that chat is left alone, is owed its answers still, and gets them from the next process.
func longPause(f *faults) {
	const chat = firstPerson
	var held atomic.Bool
	var asked atomic.Int32
	held.Store(true)
	f.api.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Chat() != chat || c.Method != "sendMessage" || !held.Load() {
			return nil
		}
		asked.Add(1)
		return &telegramtest.Refusal{Code: 429, Description: "Too Many Requests: retry after 7200", RetryAfter: 7200}
	}
	p := f.anyWay(f.onRedis())
	f.talk()
	f.talking.Wait()
	for other := int64(chat + 1); other < chat+faultPeople; other++ {
		f.settled(other, 10*time.Second)
	}
	if n := asked.Load(); n != 1 || len(f.api.Messages(chat)) > 0 {
		f.Errorf("the chat was tried %d times, and told %d answers", n, len(f.api.Messages(chat)))
	}
	f.terminate(p)
	held.Store(false)
	p.start()
	p.ready()
	f.settle(20 * time.Second)
}

// updatesDoubled stands between Telegram and the webhook: it hands updates in twice at the same
// time, late, again after their answer was lost, and old ones again after newer ones.
func updatesDoubled(f *faults) {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(f.random.Uint64(), 2))
	old := make(map[float64][][]byte) // by chat, the latest few
	var target string
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		chat := chatOf(body)
		what, before := random.IntN(8), old[chat]
		late := time.Duration(random.IntN(150)) * time.Millisecond
		old[chat] = append(before, body)[max(0, len(before)-8):]
		again := body
		if len(before) > 0 {
			again = before[random.IntN(len(before))]
		}
		mu.Unlock()
		hand := func(body []byte) int { return handIn(target, body) }
		var other sync.WaitGroup
		switch what {
		case 0:
			other.Go(func() { hand(body) })
		case 1:
			time.Sleep(late)
		case 2:
			hand(body)
			w.WriteHeader(http.StatusBadGateway)
			return
		case 3:
			other.Go(func() { hand(again) })
		case 4:
			hand(again)
		}
		code := hand(body)
		other.Wait()
		w.WriteHeader(code)
	}))
	f.Cleanup(between.Close)
	f.callAt(between.URL)
	env := append(f.onRedis(), "TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram", "TELEGRAM_WEBHOOK_SECRET="+faultSecret)
	p := newProcess(f.T, append(env, f.telegram()...)...)
	target = "http://" + p.listen + "/telegram"
	f.run(p)
	f.talk()
	f.settle(20 * time.Second)
}

func chatOf(update []byte) float64 {
	var u struct {
		Message struct {
			Chat struct {
				ID float64 `json:"id"`
			} `json:"chat"`
		} `json:"message"`
	}
	json.Unmarshal(update, &u)
	return u.Message.Chat.ID
}

// handIn posts an update as Telegram does, and returns the status of the answer, or 502.
func handIn(to string, update []byte) int {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(update))
	if err != nil {
		return http.StatusBadGateway
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", faultSecret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return http.StatusBadGateway
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp.StatusCode
}

// stopInTraffic stops the process again and again as a service manager does.
func stopInTraffic(f *faults, env []string) {
	f.api.Latency = 20 * time.Millisecond // so that answers are under way
	p := f.anyWay(env)
	f.talk()
	for range 3 {
		time.Sleep(200*time.Millisecond + f.upTo(700*time.Millisecond))
		f.terminate(p)
		p.start()
		p.ready()
	}
	f.settle(20 * time.Second)
}

// replicas hands each update to one of several processes on one Redis. Answers are under way for a
// while, so that the other process commits the next one meanwhile.
func replicas(f *faults, n int) {
	f.api.Latency, f.paused = 40*time.Millisecond, 30*time.Millisecond
	balance := f.balance()
	env := f.onRedis()
	for range n {
		balance(f.hooked(env))
	}
	f.talk()
	time.Sleep(700 * time.Millisecond)
	one := f.running[0]
	one.kill()
	one.start()
	one.ready()
	// Each person's answer that was under way at the kill may be seen twice, and more if this machine is so
	// slow that a lease runs out. Without owners for leases most answers were.
	if repeats := f.settle(25 * time.Second); repeats > faultPeople*faultMessages/4 {
		f.Errorf("%d answers were seen twice", repeats)
	}
}
