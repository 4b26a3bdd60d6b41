package telegram

import (
	"sync"
	"time"
)

// pauses remembers how long Telegram wants to be left alone. A first "too many requests" concerns
// the chat it was about; a second chat that hears it meanwhile shows that it is about us all.
type pauses struct {
	mu    sync.Mutex
	chats map[int64]time.Time // until when
	all   time.Time
}

func (p *pauses) hold(chat int64, d time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := now.Add(d)
	for c, end := range p.chats {
		switch {
		case !now.Before(end):
			delete(p.chats, c)
		case c != chat && until.After(p.all):
			p.all = until
		}
	}
	if p.chats == nil {
		p.chats = make(map[int64]time.Time)
	}
	if until.After(p.chats[chat]) {
		p.chats[chat] = until
	}
}

// left returns how long nothing may be sent to a chat, or 0.
func (p *pauses) left(chat int64, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.all
	if end := p.chats[chat]; end.After(until) {
		until = end
	}
	return max(0, until.Sub(now))
}
