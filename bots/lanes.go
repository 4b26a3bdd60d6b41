package bots

import (
	"context"
	"sync"
)

// laneDepth is how many messages of one person may wait for those before them.
const laneDepth = 64

// lanes let one holder of a key in at a time, in the order of arrival; keys don't wait for each other.
type lanes struct {
	mu    sync.Mutex
	queue map[string][]chan struct{} // waiting behind the holder
}

// enter waits for the key's turn. Leave must be called after a nil error.
func (l *lanes) enter(ctx context.Context, key string) error {
	l.mu.Lock()
	if l.queue == nil {
		l.queue = make(map[string][]chan struct{})
	}
	waiting, busy := l.queue[key]
	if !busy {
		l.queue[key] = nil
		l.mu.Unlock()
		return nil
	}
	if len(waiting) >= laneDepth {
		l.mu.Unlock()
		return ErrBusy
	}
	mine := make(chan struct{})
	l.queue[key] = append(waiting, mine)
	l.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		l.abandon(key, mine)
		return ctx.Err()
	}
}

// abandon takes a waiter out of the queue, or passes its turn on if that came meanwhile.
func (l *lanes) abandon(key string, mine chan struct{}) {
	l.mu.Lock()
	waiting := l.queue[key]
	for i, w := range waiting {
		if w == mine {
			l.queue[key] = append(waiting[:i:i], waiting[i+1:]...)
			l.mu.Unlock()
			return
		}
	}
	l.mu.Unlock()
	l.leave(key)
}

// leave lets the next one in.
func (l *lanes) leave(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := l.queue[key]
	if len(waiting) == 0 {
		delete(l.queue, key)
		return
	}
	l.queue[key] = waiting[1:]
	close(waiting[0])
}
