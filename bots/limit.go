package bots

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// A Limiter spaces out what is sent: so many a second over all, and one each interval to one
// chat. Whoever asks first is served first, but nobody waits for another chat's pause, and what is
// urgent waits only for what is urgent too. A zero interval is no limit.
type Limiter struct {
	Every   time.Duration // between two sends over all
	PerChat time.Duration // between two sends to one chat
	Burst   int           // how many over all may go at once after a quiet time

	waited atomic.Int64

	mu     sync.Mutex
	next   time.Time     // when the next send over all may go
	ahead  time.Time     // when the next urgent one may, while others wait
	putOff time.Duration // by how much urgent ones have put off all who waited, since the start
	chats  map[string]places
	swept  time.Time // when chats was last cleared of those that are free
}

// places are when a chat may be sent to again.
type places struct{ next, urgent time.Time }

// Wait returns when a message to the chat may be sent, and has then taken its place, or when ctx
// ends. If its place would come after the deadline of ctx a *RetryError says at once when it would have
// come. Each waiter wakes once for its chat and once for its place, and again if urgent ones were let
// in before it: over all no more are sent for that.
func (l *Limiter) Wait(ctx context.Context, chat string, urgent bool) error {
	began := time.Now()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = began.Add(365 * 24 * time.Hour)
	}
	if err := sleepUntil(ctx, l.reserveChat(chat, urgent, began, deadline), deadline); err != nil {
		return err
	}
	at, putOff := l.reserve(urgent, time.Now(), deadline)
	if at.After(began) {
		l.waited.Add(1)
	}
	for {
		if err := sleepUntil(ctx, at, deadline); err != nil || urgent {
			return err
		}
		l.mu.Lock()
		more := l.putOff - putOff
		l.mu.Unlock()
		if more <= 0 {
			return nil
		}
		at, putOff = at.Add(more), putOff+more
	}
}

// Waited returns how many sends have had to wait since the start.
func (l *Limiter) Waited() int64 { return l.waited.Load() }

var errTooMany = errors.New("too many messages wait to be sent")

func sleepUntil(ctx context.Context, at, deadline time.Time) error {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err()
	}
	if at.After(deadline) {
		return &RetryError{After: wait, Err: errTooMany}
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

// reserveChat returns when the chat is free, and takes that place unless it is after the deadline.
func (l *Limiter) reserveChat(chat string, urgent bool, now, deadline time.Time) time.Time {
	if l.PerChat <= 0 {
		return now
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.chats[chat]
	at := free.next
	if urgent {
		at = free.urgent
	}
	at = later(at, now)
	if !at.After(deadline) {
		l.forget(now)
		free.next = later(free.next, at.Add(l.PerChat))
		if urgent {
			free.urgent = at.Add(l.PerChat)
		}
		l.chats[chat] = free
	}
	return at
}

// reserve returns when the next place over all is, and takes it unless it is after the deadline, and
// putOff as it is then. An urgent one gets its place before those who wait, and puts them all off.
func (l *Limiter) reserve(urgent bool, now, deadline time.Time) (at time.Time, putOff time.Duration) {
	if l.Every <= 0 {
		return now, 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = later(l.next, now.Add(-time.Duration(l.Burst)*l.Every))
	at = l.next
	jump := urgent && at.After(now)
	if jump {
		at = later(l.ahead, now)
	}
	if at.After(deadline) {
		return at, l.putOff
	}
	l.next = l.next.Add(l.Every)
	if jump {
		l.ahead = at.Add(l.Every)
		l.putOff += l.Every
	}
	return at, l.putOff
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// forget drops the chats that are free, now and then. The caller holds mu.
func (l *Limiter) forget(now time.Time) {
	if l.chats == nil {
		l.chats = make(map[string]places)
	}
	if len(l.chats) <= 4096 || now.Sub(l.swept) <= l.PerChat {
		return
	}
	l.swept = now
	maps.DeleteFunc(l.chats, func(_ string, free places) bool { return now.After(free.next) })
}
