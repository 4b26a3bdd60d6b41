package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	benchToken  = "7:bench-token"
	benchSecret = "bench-secret"
	hookPath    = "/telegram"
	readyPath   = "/readyz"
	lateAfter   = 15 * time.Second // a reply that takes longer never came
	firstPerson = 1_000_000
)

// said is what people write, each one line after the other: a way out, three cues, two look-ups
// and an answer by its number.
var said = []string{
	"/menu", "coat on indoors, heating never on", "food bank barton", "1",
	"first one before his feet hit the floor", "I can't sleep", "warm space the leys", "hands shaking at ten in the morning",
}

// A load is people who write to a bot by its webhook.
type load struct {
	ask    func(person int, text string) (time.Duration, error) // how long it took
	people int

	hook   string
	client *http.Client
	serial atomic.Int64
}

func newLoad(hook string, people int) *load {
	return &load{hook: hook, people: people, client: &http.Client{
		Timeout: lateAfter, Transport: &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024},
	}}
}

// telegramLoad is people who write by Telegram and wait for the first message back.
func telegramLoad(api *botAPI, hook string, people int) *load {
	l := newLoad(hook, people)
	l.ask = func(person int, text string) (time.Duration, error) { return l.askTelegram(api, person, text) }
	return l
}

// askTelegram sends a message of a person and returns how long the first message back took. The
// webhook has answered 2xx by then.
func (l *load) askTelegram(api *botAPI, person int, text string) (time.Duration, error) {
	n := l.serial.Add(1)
	chat := firstPerson + int64(person)
	came := api.expect(chat)
	update := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Ann","language_code":"en"},"chat":{"id":%[3]d,"first_name":"Ann","type":"private"},"date":%d,"text":%q}}`,
		900_000_000+n, n, chat, time.Now().Unix(), text)
	began := time.Now()
	req, err := http.NewRequest(http.MethodPost, l.hook, strings.NewReader(update))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", benchSecret)
	if err := l.deliver(req); err != nil {
		return 0, err
	}
	select {
	case at := <-came:
		return at.Sub(began), nil
	case <-time.After(lateAfter):
		return 0, errors.New("a message got no reply")
	}
}

// deliver sends a request, and fails unless it is answered 2xx.
func (l *load) deliver(req *http.Request) error {
	resp, err := l.client.Do(req)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the webhook answers %s", resp.Status)
	}
	return nil
}

// each has every person write one text, so many at a time.
func (l *load) each(inFlight int, text string) error {
	var next atomic.Int64
	return l.workers(inFlight, func(int) error {
		for i := int(next.Add(1)) - 1; i < l.people; i = int(next.Add(1)) - 1 {
			if _, err := l.ask(i, text); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *load) workers(n int, work func(i int) error) error {
	var all sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		all.Go(func() { errs[i] = work(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// closed keeps so many messages under way for a while and returns the time of each reply.
func (l *load) closed(ctx context.Context, inFlight int, d time.Duration) ([]time.Duration, error) {
	end := time.Now().Add(d)
	took := make([][]time.Duration, inFlight)
	err := l.workers(inFlight, func(i int) error {
		for n := 0; time.Now().Before(end) && ctx.Err() == nil; n++ {
			person := i + n%(l.people/inFlight)*inFlight // nobody else's
			t, err := l.ask(person, said[(i+n)%len(said)])
			if err != nil {
				return err
			}
			took[i] = append(took[i], t)
		}
		return nil
	})
	var all []time.Duration
	for _, t := range took {
		all = append(all, t...)
	}
	return all, errors.Join(err, ctx.Err())
}

// open sends so many messages a second whatever becomes of them, and returns the time of each reply
// from when the message was due. No person writes before their last message is answered, if there
// are enough of them.
func (l *load) open(ctx context.Context, rate int, d time.Duration) ([]time.Duration, error) {
	n := int(d.Seconds() * float64(rate))
	took := make([]time.Duration, n)
	errs := make([]error, n)
	var all sync.WaitGroup
	began := time.Now()
	for i := range n {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			late := time.Since(due)
			took[i], errs[i] = l.ask(i%l.people, said[i%len(said)])
			took[i] += late
		})
	}
	all.Wait()
	return took, errors.Join(append(errs, ctx.Err())...)
}
