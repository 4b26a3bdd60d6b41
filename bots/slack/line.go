package slack

import (
	"context"
	"sync"
)

// lineLength is how many envelopes may wait or be under way. More are not acknowledged, so that
// Slack sends them again.
const lineLength = 512

// A line takes the envelopes of all sockets, one person's in order, those of different people at
// the same time, and acknowledges each when it is committed.
type line struct {
	a *Adapter

	mu      sync.Mutex
	waiting map[string][]job // by person; present while somebody works on it
	length  int
}

// A job is an envelope: done is called with whether Slack may forget it.
type job struct {
	task task
	done func(forget bool)
}

func newLine(a *Adapter) *line { return &line{a: a, waiting: make(map[string][]job)} }

// add puts an envelope at the end of its person's line, and returns at once.
func (l *line) add(ctx context.Context, t task, done func(forget bool)) {
	if t.message == nil {
		done(l.a.take(ctx, t) == nil)
		return
	}
	who := t.message.From
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.length >= lineLength {
		l.a.counts.dropped.Add(1)
		go done(false)
		return
	}
	l.length++
	behind, busy := l.waiting[who]
	l.waiting[who] = append(behind, job{t, done})
	if !busy {
		go l.work(ctx, who)
	}
}

// work takes one person's envelopes in order. What can't be committed is left for Slack to send again.
func (l *line) work(ctx context.Context, who string) {
	for {
		l.mu.Lock()
		queue := l.waiting[who]
		if len(queue) == 0 {
			delete(l.waiting, who)
			l.mu.Unlock()
			return
		}
		first := queue[0]
		l.waiting[who] = queue[1:]
		l.mu.Unlock()
		first.done(l.a.take(ctx, first.task) == nil)
		l.mu.Lock()
		l.length--
		l.mu.Unlock()
	}
}
