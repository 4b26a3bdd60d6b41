package store

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Memory is a store that ends with the process, for tests and for a conversation in a terminal.
// It does not give the room of expired sessions back.
type Memory struct {
	mu       sync.Mutex
	sessions map[string]remembered
	owed     map[string][]conversation.Owed
	last     uint64
	leases   leases
}

type remembered struct {
	session []byte
	expires time.Time
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{sessions: make(map[string]remembered), owed: make(map[string][]conversation.Owed)}
}

// Update implements conversation.Store. Turn is called once, and must not use the store.
func (m *Memory) Update(ctx context.Context, id string, turn func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	if err := ctx.Err(); err != nil {
		return 0, 0, unavailable("updating a session", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	kept := m.sessions[id]
	if !now.Before(kept.expires) {
		kept = remembered{}
	}
	next, owed, err := step(kept.session, turn)
	if err != nil {
		return 0, 0, err
	}
	if len(owed) == 0 && bytes.Equal(next, kept.session) {
		return 0, len(m.owed[id]), nil
	}
	if next == nil {
		delete(m.sessions, id)
	} else {
		m.sessions[id] = remembered{next, now.Add(conversation.SessionLife)}
	}
	if len(owed) == 0 {
		return 0, len(m.owed[id]), nil
	}
	m.last++
	m.owed[id] = append(m.owed[id], conversation.Owed{Number: m.last, Reply: bytes.Clone(owed)})
	m.leases.hold(id, len(m.owed[id]) == 1)
	return m.last, len(m.owed[id]), nil
}

// Owed implements conversation.Store.
func (m *Memory) Owed(ctx context.Context, id string) ([]conversation.Owed, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable("reading what is owed", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	owed := slices.Clone(m.owed[id])
	for i := range owed {
		owed[i].Reply = bytes.Clone(owed[i].Reply)
	}
	return owed, nil
}

// Sent implements conversation.Store.
func (m *Memory) Sent(ctx context.Context, id string, number uint64) (left int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, unavailable("forgetting a sent reply", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.owed[id] = slices.DeleteFunc(m.owed[id], func(o conversation.Owed) bool { return o.Number == number })
	if len(m.owed[id]) == 0 {
		delete(m.owed, id)
		m.leases.drop(id)
	}
	return len(m.owed[id]), nil
}

// Claim implements conversation.Store.
func (m *Memory) Claim(ctx context.Context, n int) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable("claiming what is owed", err)
	}
	return m.leases.claim(n), nil
}

// Renew implements conversation.Store.
func (m *Memory) Renew(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil {
		return unavailable("renewing leases", err)
	}
	m.leases.extend(ids, time.Now().Add(Lease))
	return nil
}

// Release implements conversation.Store.
func (m *Memory) Release(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil {
		return unavailable("giving up leases", err)
	}
	m.leases.extend(ids, time.Time{})
	return nil
}

// Ping implements conversation.Store.
func (m *Memory) Ping(ctx context.Context) error { return ctx.Err() }

// Close implements conversation.Store. What was kept stays until m is collected.
func (m *Memory) Close() error { return nil }
