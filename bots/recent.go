package bots

import (
	"sync"
	"time"
)

// A Recent remembers what was done lately, so that it is not done twice. It may forget early what was
// done by ten thousand others since.
type Recent struct {
	For time.Duration // how long it remembers

	mu   sync.Mutex
	done map[string]time.Time
}

const recentMost = 10_000

// First reports whether a thing was not done lately, and notes that it is now.
func (r *Recent) First(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.done == nil || len(r.done) >= recentMost {
		r.done = make(map[string]time.Time)
	}
	if at, ok := r.done[what]; ok && now.Sub(at) < r.For {
		return false
	}
	r.done[what] = now
	return true
}

// Forget has the next First of a thing be one.
func (r *Recent) Forget(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.done, what)
}
