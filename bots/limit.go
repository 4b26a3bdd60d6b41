package bots

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A Limiter spaces out what is sent: so many a second over all, and one each interval to one
// chat. Whoever asks first is served first, but nobody waits for another chat's pause. A zero
// interval is no limit; a pause that the platform asked for always holds.
type Limiter struct {
	Every   time.Duration // between two sends over all
	PerChat time.Duration // between two sends to one chat
	Burst   int           // how many over all may go at once after a quiet time

	mu     sync.Mutex
	next   time.Time // when the next send over all may go
	chats  map[string]time.Time
	swept  time.Time // when chats was last cleared of those that are free
	paused time.Time
}

// Wait returns when a message to the chat may be sent, and has then taken its place, or when ctx
// ends. If its place would come after the deadline of ctx none is taken, and a *RetryError says at once
// when it would have come. Each waiter wakes once for its chat and once for its place; a pause gives
// those that it held back new places, so that they don't all go at its end.
func (l *Limiter) Wait(ctx context.Context, chat string) error {
	if err := waitFor(ctx, func(now, deadline time.Time) time.Time { return l.reserveChat(chat, now, deadline) }); err != nil {
		return err
	}
	for {
		if err := waitFor(ctx, l.reserve); err != nil {
			return err
		}
		if !l.isPaused(time.Now()) {
			return ctx.Err()
		}
	}
}

// waitFor takes a place and waits until it comes.
func waitFor(ctx context.Context, reserve func(now, deadline time.Time) time.Time) error {
	now := time.Now()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = now.Add(365 * 24 * time.Hour)
	}
	at := reserve(now, deadline)
	if at.After(deadline) {
		return &RetryError{After: at.Sub(now), Err: errTooMany}
	}
	return sleepUntil(ctx, at)
}

var errTooMany = errors.New("too many messages wait to be sent")

func sleepUntil(ctx context.Context, at time.Time) error {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Pause holds everything back for a while, as a platform's 429 asks.
func (l *Limiter) Pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.paused) {
		l.paused = until
	}
}

func (l *Limiter) isPaused(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.paused)
}

// reserveChat returns when the chat is free, and takes that place unless it is after the deadline.
func (l *Limiter) reserveChat(chat string, now, deadline time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := now
	if free := l.chats[chat]; l.PerChat > 0 && free.After(now) {
		at = free
	}
	if !at.After(deadline) {
		l.keep(chat, at)
	}
	return at
}

// reserve returns when the next place over all is, after any pause, and takes it unless it is after
// the deadline.
func (l *Limiter) reserve(now, deadline time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Every <= 0 {
		if now.Before(l.paused) {
			return l.paused
		}
		return now
	}
	if earliest := now.Add(-time.Duration(l.Burst) * l.Every); l.next.Before(earliest) {
		l.next = earliest
	}
	if l.next.Before(l.paused) && now.Before(l.paused) {
		l.next = l.paused
	}
	at := l.next
	if !at.After(deadline) {
		l.next = at.Add(l.Every)
	}
	return at
}

// keep notes when a chat is free again, and forgets chats that are.
func (l *Limiter) keep(chat string, now time.Time) {
	if l.PerChat <= 0 {
		return
	}
	if l.chats == nil {
		l.chats = make(map[string]time.Time)
	}
	if len(l.chats) > 4096 && now.Sub(l.swept) > l.PerChat {
		l.swept = now
		for c, free := range l.chats {
			if now.After(free) {
				delete(l.chats, c)
			}
		}
	}
	l.chats[chat] = now.Add(l.PerChat)
}
