// Package telegram carries conversations over Telegram: updates in, by long polling or by webhook,
// and messages with buttons out. An update is confirmed to Telegram only when its turn is committed.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const (
	platform  = "telegram"
	publicAPI = "https://api.telegram.org"

	// Telegram asks for no more than 30 messages a second over all, and one to a chat (its bots FAQ).
	sendRate  = "25"
	perChat   = time.Second
	sendBurst = 3 // on top of the rate, after a quiet time; with the first of all that makes 29 in a second

	shortestPause = 200 * time.Millisecond // after something failed, doubling
	longestPause  = 5 * time.Second
)

// An Adapter is one Telegram bot. It is made by FromEnv.
type Adapter struct {
	api    *api
	script func() *conversation.Script
	log    *slog.Logger
	hook   *webhook // nil with long polling

	limit   bots.Limiter
	pauses  pauses
	pressed bots.Recent                 // presses that were answered, by their query
	me      atomic.Pointer[models.User] // nil until Telegram has said who we are, or that it won't
	unread  atomic.Int64
	refused atomic.Int64
	inbound atomic.Int64   // Unix nanoseconds
	working sync.WaitGroup // what Receive started beside the receiving itself
	inline  chan struct{}  // a place for each inline query under way
}

var (
	validToken  = regexp.MustCompile(`^[A-Za-z0-9_-]+:[A-Za-z0-9_-]+$`)
	validSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// FromEnv returns an *Adapter set up from TELEGRAM_BOT_TOKEN and the other TELEGRAM_ settings, or
// nil if there is no token. No error shows a secret.
func FromEnv(s bots.Settings) (bots.Adapter, error) {
	token, err := s.Secret("TELEGRAM_BOT_TOKEN")
	if err != nil || token == "" {
		return nil, err
	}
	if !validToken.MatchString(token) {
		return nil, bots.WithHint(errors.New("TELEGRAM_BOT_TOKEN is not a bot token"), "copy it whole from BotFather, like 123456:ABC-def")
	}
	base := strings.TrimRight(s.Get("TELEGRAM_API_URL", publicAPI), "/")
	if u, err := url.Parse(base); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, bots.WithHint(errors.New("TELEGRAM_API_URL is not an address"), "it is like "+publicAPI)
	}
	rate, err := strconv.ParseFloat(s.Get("TELEGRAM_SEND_RATE", sendRate), 64)
	if err != nil || rate < 0 || rate > 10_000 {
		return nil, bots.WithHint(errors.New("TELEGRAM_SEND_RATE is not a number of messages a second"), "it is like "+sendRate+", or 0 for no limit")
	}
	hook, err := webhookFrom(s)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		api: newAPI(base, token), script: s.Script, log: s.Log, hook: hook,
		inline: make(chan struct{}, inlineAtOnce), pressed: bots.Recent{For: pressLife},
	}
	if rate > 0 {
		a.limit.Every = time.Duration(float64(time.Second) / rate)
		a.limit.PerChat, a.limit.Burst = perChat, sendBurst
	}
	return a, nil
}

// Name returns "telegram".
func (a *Adapter) Name() string { return platform }

// Pace is the pause between two messages to one chat, 0 if TELEGRAM_SEND_RATE is.
func (a *Adapter) Pace() time.Duration { return a.limit.PerChat }

// Counts implements bots.Watched.
func (a *Adapter) Counts() map[string]int64 {
	return map[string]int64{
		"unread":  a.unread.Load(),  // updates that could not be decoded, and were confirmed without an answer
		"refused": a.refused.Load(), // calls of the webhook without the right secret
		"waited":  a.limit.Waited(), // messages that had to wait for their place
	}
}

// LastInbound implements bots.Watched.
func (a *Adapter) LastInbound() time.Time {
	if n := a.inbound.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}

// Username asks Telegram for the bot's username, which deep links need.
func (a *Adapter) Username(ctx context.Context) (string, error) {
	var me models.User
	if err := a.api.call(ctx, "getMe", nil, &me); err != nil {
		return "", err
	}
	return me.Username, nil
}

// Receive takes updates until ctx ends, or Telegram says that the token is not valid.
func (a *Adapter) Receive(ctx context.Context, deliver func(context.Context, bots.Message) error) error {
	defer a.working.Wait()
	if a.hook != nil {
		return a.listen(ctx, deliver)
	}
	if err := a.introduce(ctx); err != nil {
		return err
	}
	return a.poll(ctx, deliver)
}

// introduce learns who we are, and has the commands and descriptions set. Its only error is that the
// token is not valid.
func (a *Adapter) introduce(ctx context.Context) error {
	err := a.persist(ctx, "getMe", func(ctx context.Context) error {
		var me models.User
		if err := a.api.call(ctx, "getMe", nil, &me); err != nil {
			return err
		}
		a.me.Store(&me)
		return nil
	})
	if a.me.Load() == nil {
		id, _, _ := strings.Cut(a.api.token, ":")
		number, _ := strconv.ParseInt(id, 10, 64)
		a.me.Store(&models.User{ID: number})
	}
	if refusedToken(err) {
		return tokenError(err)
	}
	if err == nil {
		a.working.Go(func() { a.describe(ctx) })
	}
	return nil
}

// persist runs f until it succeeds, ctx ends, or Telegram refuses for a reason that will not pass,
// which is returned.
func (a *Adapter) persist(ctx context.Context, what string, f func(context.Context) error) error {
	for pause := shortestPause; ; pause = min(2*pause, longestPause) {
		err := f(ctx)
		var refused *apiError
		switch {
		case err == nil || ctx.Err() != nil:
			return err
		case errors.As(err, &refused) && refused.final():
			a.log.Warn("telegram refuses", "method", what, "error", err)
			return err
		case refused != nil && refused.After > 0:
			pause = refused.After
		}
		a.log.Warn("telegram can't be asked", "method", what, "again-in", pause, "error", err)
		if !sleep(ctx, pause) {
			return ctx.Err()
		}
	}
}

// refusedToken reports whether Telegram says that it knows no such bot.
func refusedToken(err error) bool {
	var refused *apiError
	return errors.As(err, &refused) && refused.Code == 401
}

func tokenError(err error) error {
	return fmt.Errorf("telegram does not accept the token (was it revoked? BotFather shows the present one): %w", err)
}

// sleep waits, and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
