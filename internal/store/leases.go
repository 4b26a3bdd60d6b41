package store

import (
	"sync"
	"time"
)

// leases knows which conversations of this process are owed replies and until when somebody is
// seeing to them. The zero time is nobody.
type leases struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// hold takes a conversation that is owed a reply, for Lease. If it was owed others already, and so is
// somebody's, it is left to them.
func (l *leases) hold(id string, first bool) {
	if first || !l.has(id) {
		l.set(id, time.Now().Add(Lease))
	}
}

// found notes a conversation that is owed a reply and that nobody is seeing to.
func (l *leases) found(id string) { l.set(id, time.Time{}) }

func (l *leases) set(id string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil {
		l.until = make(map[string]time.Time)
	}
	l.until[id] = until
}

// has reports whether a conversation is thought to be owed a reply.
func (l *leases) has(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.until[id]
	return ok
}

// drop forgets a conversation that is owed nothing.
func (l *leases) drop(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.until, id)
}

// claim takes up to n conversations whose lease has run out.
func (l *leases) claim(n int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []string
	now := time.Now()
	for id, until := range l.until {
		if len(ids) >= n {
			break
		}
		if !now.Before(until) {
			l.until[id] = now.Add(Lease)
			ids = append(ids, id)
		}
	}
	return ids
}

// extend sets the end of the lease on conversations that are still owed something.
func (l *leases) extend(ids []string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if _, ok := l.until[id]; ok {
			l.until[id] = until
		}
	}
}
