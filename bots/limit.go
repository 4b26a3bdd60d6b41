package bots

import (
	"context"
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
	paused time.Time
}

// Wait returns when a message to the chat may be sent, and has then taken its place, or when ctx ends.
func (l *Limiter) Wait(ctx context.Context, chat string) error {
	for {
		wait := l.take(chat, time.Now())
		if wait <= 0 {
			return ctx.Err()
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
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

// take says how long to wait before asking again; 0 means the place was taken.
func (l *Limiter) take(chat string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.paused) {
		return l.paused.Sub(now)
	}
	if free := l.chats[chat]; l.PerChat > 0 && now.Before(free) {
		return free.Sub(now)
	}
	if l.Every > 0 {
		if earliest := now.Add(-time.Duration(l.Burst) * l.Every); l.next.Before(earliest) {
			l.next = earliest
		}
		if now.Before(l.next) {
			return l.next.Sub(now)
		}
		l.next = l.next.Add(l.Every)
	}
	l.keep(chat, now)
	return 0
}

// keep notes when a chat is free again, and forgets chats that are.
func (l *Limiter) keep(chat string, now time.Time) {
	if l.PerChat <= 0 {
		return
	}
	if l.chats == nil {
		l.chats = make(map[string]time.Time)
	}
	if len(l.chats) > 4096 {
		for c, free := range l.chats {
			if now.After(free) {
				delete(l.chats, c)
			}
		}
	}
	l.chats[chat] = now.Add(l.PerChat)
}
