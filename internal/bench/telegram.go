package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	rateAim    = 0.6 // of the echo bot's rate
	latencyAim = 25 * time.Millisecond
	openRate   = 200
	writers    = 2000 // people who write in the loops
)

// A contestant is a program that answers at a webhook.
type contestant struct {
	name string
	*process
	load  *load
	redis *redis // nil if it keeps nothing
}

// startEcho starts the echo bot, which is this program again.
func (r *run) startEcho(ctx context.Context, api *botAPI, clients string) (*contestant, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p, err := start(filepath.Join(r.dir, "echo.log"), nil, self, echoCommand, address, api.URL, clients)
	if err != nil {
		return nil, err
	}
	c := &contestant{name: "echo bot, " + clients, process: p, load: telegramLoad(api, "http://"+address+hookPath, writers)}
	if err := p.await(ctx, "http://"+address); err != nil { // it answers 200 to anything
		p.stop()
		return nil, err
	}
	return c, nil
}

// startSignpost starts signpost for Telegram with its own limits on sending lifted, on a Redis or,
// without one, on a file.
func (r *run) startSignpost(ctx context.Context, api *botAPI, server *redis, people int) (*contestant, error) {
	c, address, err := r.startProgram(ctx, server,
		"TELEGRAM_BOT_TOKEN="+benchToken, "TELEGRAM_API_URL="+api.URL, "TELEGRAM_SEND_RATE=0",
		"TELEGRAM_WEBHOOK_URL=http://bench.invalid"+hookPath, "TELEGRAM_WEBHOOK_SECRET="+benchSecret)
	if err != nil {
		return nil, err
	}
	c.load = telegramLoad(api, "http://"+address+hookPath, people)
	return c, nil
}

// startProgram starts signpost on a Redis or, without one, on a file, with the settings of a platform,
// and returns the address that it listens at once it is ready.
func (r *run) startProgram(ctx context.Context, server *redis, platform ...string) (*contestant, string, error) {
	file, err := r.binary(ctx)
	if err != nil {
		return nil, "", err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, "", err
	}
	dir, err := os.MkdirTemp(r.dir, "signpost")
	if err != nil {
		return nil, "", err
	}
	env := append([]string{
		"SIGNPOST_LISTEN=" + address, "SIGNPOST_DATA=" + filepath.Join(dir, "data"), "SIGNPOST_KEY=" + benchKey,
		"SIGNPOST_PROMPTS=" + os.Getenv("SIGNPOST_PROMPTS"),
	}, platform...)
	c := &contestant{name: "signpost on a file", redis: server}
	if server != nil {
		c.name, env = "signpost on Redis", append(env, "REDIS_URL="+server.url())
	}
	if c.process, err = start(filepath.Join(dir, "log"), env, file, "serve"); err != nil {
		return nil, "", err
	}
	if err := c.await(ctx, "http://"+address+readyPath); err != nil {
		c.stop()
		return nil, "", err
	}
	return c, address, nil
}

// A trial is what one contestant did over all rounds.
type trial struct {
	rates           []float64
	took            []time.Duration
	cpu, cpuOfRedis time.Duration
	updates         int
}

func (c *contestant) try(ctx context.Context, r *run, inFlight int, t *trial) error {
	bot, redis := c.cpu(), time.Duration(0)
	if c.redis != nil {
		redis = c.redis.cpu()
	}
	began := time.Now()
	took, err := c.load.closed(ctx, inFlight, r.closed)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	t.rates = append(t.rates, float64(len(took))/time.Since(began).Seconds())
	t.updates += len(took)
	t.took = append(t.took, took...)
	t.cpu += c.cpu() - bot
	if c.redis != nil {
		t.cpuOfRedis += c.redis.cpu() - redis
	}
	return nil
}

func measureTelegram(ctx context.Context, r *run) error {
	api := startBotAPI()
	defer api.Close()
	server, err := r.startRedis()
	if err != nil {
		return err
	}
	defer server.stop()
	var bots []*contestant
	for _, begin := range []func() (*contestant, error){
		func() (*contestant, error) { return r.startEcho(ctx, api, "plain") },
		func() (*contestant, error) { return r.startEcho(ctx, api, "pooled") },
		func() (*contestant, error) { return r.startSignpost(ctx, api, server, writers) },
		func() (*contestant, error) { return r.startSignpost(ctx, api, nil, writers) },
	} {
		c, err := begin()
		if err != nil {
			return err
		}
		defer c.stop()
		for _, text := range []string{"/start staff-library", "barton"} { // so that nobody is new
			if err := c.load.each(inFlight, text); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
		bots = append(bots, c)
	}
	for _, n := range []int{16, 64} {
		if err := r.compareRates(ctx, bots, n); err != nil {
			return err
		}
	}
	return r.compareLatency(ctx, bots)
}

// compareRates runs closed loops, the bots by turns.
func (r *run) compareRates(ctx context.Context, bots []*contestant, inFlight int) error {
	trials := make([]trial, len(bots))
	for range r.rounds {
		for i, c := range bots {
			if err := c.try(ctx, r, inFlight, &trials[i]); err != nil {
				return err
			}
		}
	}
	t := table{"Telegram webhook to first reply, closed loop, " + strconv.Itoa(inFlight) + " in flight",
		[]string{"bot", "updates/s", "of echo plain", "of echo pooled", "p50", "p99", "CPU an update", "Redis CPU", "aim", ""}, nil}
	for i, c := range bots {
		tr := &trials[i]
		plain, aim, verdict := ratio(tr.rates, trials[0].rates), "", ""
		if c.redis != nil {
			aim, verdict = fmt.Sprintf("at least %.1f of plain", rateAim), reachedLeast(plain, rateAim)
		}
		n := time.Duration(tr.updates)
		t.add(c.name, median(tr.rates), plain, ratio(tr.rates, trials[1].rates), median(tr.took), quantile(tr.took, 0.99), tr.cpu/n, tr.cpuOfRedis/n, aim, verdict)
	}
	t.print(r.out)
	return nil
}

// compareLatency runs open loops, the bots by turns.
func (r *run) compareLatency(ctx context.Context, bots []*contestant) error {
	t := table{fmt.Sprintf("Telegram webhook to first reply, %d updates a second whatever happens", openRate),
		[]string{"bot", "p50", "p99", "longest", "aim", ""}, nil}
	for _, c := range bots {
		took, err := c.load.open(ctx, openRate, r.open)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		p99, aim, verdict := quantile(took, 0.99), "", ""
		if c.redis != nil {
			aim, verdict = "p99 under 25 ms", reached(p99, latencyAim)
		}
		t.add(c.name, median(took), p99, quantile(took, 1), aim, verdict)
	}
	t.print(r.out)
	return nil
}
