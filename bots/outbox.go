package bots

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const (
	sendTime    = 20 * time.Second // one attempt to send
	shortPause  = time.Second      // after one that failed, doubling
	longPause   = time.Minute
	sweepEvery  = 2 * time.Second // how often we look for replies that somebody else left owed
	sweepBatch  = 100
	lastWords   = 8 * time.Second // after a stop, for replies under way
	releaseTime = time.Second     // to tell the store that somebody else is to send

	// A reply about danger leaves those before it this long to go first, so that order is kept where
	// nothing is stuck; at a message a second one goes before it.
	courtesy     = 1500 * time.Millisecond
	courtesyLook = 20 * time.Millisecond
)

// An outbox sends owed replies: one conversation's in order, those of different people at the same
// time. A reply about danger goes before others of its conversation that have to wait. What it can't send
// before it stops stays owed in the store, for whoever looks next.
type outbox struct {
	server *Server
	ctx    context.Context // of sending; outlives receiving
	stop   context.CancelFunc
	last   chan struct{} // closed when nothing may wait for its next try any more

	mu      sync.Mutex
	queues  map[line]*queue
	sending sync.WaitGroup
}

// A line is a conversation, or the part of it that waits for no other: replies about danger.
type line struct {
	id     string
	urgent bool
}

func (l line) other() line { return line{l.id, !l.urgent} }

// A queue is the replies of one line that a goroutine is sending.
type queue struct {
	line
	letters []parcel // oldest first; the first is being sent
	reload  bool     // there are more in the store than in letters
	leased  bool     // the lease on the conversation is ours
	stale   bool     // a reply of the other line was sent, so what is being read of the store may owe it still
}

// A parcel is an owed reply, with the letter in it if that could be read.
type parcel struct {
	conversation.Owed
	letter *letter
	since  time.Time // when its message came in, or when we found it in the store
	alone  bool      // no other was owed when it was committed, so the lease came with it
}

func newOutbox(s *Server) *outbox {
	ctx, stop := context.WithCancel(context.Background())
	return &outbox{server: s, ctx: ctx, stop: stop, last: make(chan struct{}), queues: make(map[line]*queue)}
}

// add queues a reply just committed; waiting is how many the conversation is owed in the store. If it
// is owed others that this process is not sending, whoever sends those sends this one after them; one
// about danger is sent here all the same, and may then be seen twice.
func (o *outbox) add(id string, owed parcel, waiting int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := line{id, owed.letter.Reply.Crisis}
	mine, other := o.queues[at], o.queues[at.other()]
	owed.alone = waiting == 1
	leased := owed.alone || mine != nil && mine.leased || other != nil && other.leased
	if !leased && !at.urgent {
		return
	}
	q := o.queue(at)
	q.leased = q.leased || leased
	q.letters = append(q.letters, owed)
}

// fetch queues whatever the store says a conversation is owed, on which we have just got the lease.
func (o *outbox) fetch(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refill(id)
}

// refill reads the store again. The caller holds mu, and we have the lease.
func (o *outbox) refill(id string) {
	q := o.queue(line{id: id})
	q.reload, q.leased = true, true
}

// owed returns how many replies this process has to send, and since when it knows of the oldest.
func (o *outbox) owed() (n int, oldest time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, q := range o.queues {
		n += len(q.letters)
		for _, l := range q.letters {
			if oldest.IsZero() || l.since.Before(oldest) {
				oldest = l.since
			}
		}
	}
	return n, oldest
}

// queue returns the queue of a line, starting its sender if need be. The caller holds mu.
func (o *outbox) queue(at line) *queue {
	q := o.queues[at]
	if q == nil {
		q = &queue{line: at}
		o.queues[at] = q
		o.sending.Go(func() { o.work(q) })
	}
	return q
}

// load merges what the store says a conversation is owed. It holds the conversation's lane, so that
// no reply is between its commit and its place in the queue.
func (o *outbox) load(q *queue) error {
	if err := o.server.lanes.enter(o.ctx, q.id); err != nil {
		return err
	}
	defer o.server.lanes.leave(q.id)
	for {
		o.mu.Lock()
		q.stale = false
		o.mu.Unlock()
		ctx, cancel := context.WithTimeout(o.ctx, commitTime)
		stored, err := o.server.Store.Owed(ctx, q.id)
		cancel()
		if err != nil {
			return err
		}
		o.mu.Lock()
		stale := q.stale
		if !stale {
			o.merge(q, stored)
		}
		o.mu.Unlock()
		if !stale {
			return nil
		}
	}
}

// merge queues stored replies that are not queued, in the order of their numbers. The caller holds mu.
func (o *outbox) merge(q *queue, stored []conversation.Owed) {
	for _, owed := range stored {
		p := parcel{Owed: owed, since: time.Now()}
		var l letter
		if err := json.Unmarshal(owed.Reply, &l); err == nil {
			p.letter = &l
		}
		if p.letter != nil && l.Reply.Crisis {
			o.queue(line{q.id, true}).put(p)
		} else {
			q.put(p)
		}
	}
}

// put takes a reply to its place, unless it is there already.
func (q *queue) put(p parcel) {
	at, known := slices.BinarySearchFunc(q.letters, p.Number, func(l parcel, n uint64) int { return cmp.Compare(l.Number, n) })
	if !known {
		q.letters = slices.Insert(q.letters, at, p)
	}
}

// run keeps our lease on what we are sending, and takes over what others left, until ctx ends.
func (o *outbox) run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		o.sweep(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (o *outbox) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	o.mu.Lock()
	ours := make([]string, 0, len(o.queues))
	for at, q := range o.queues {
		if q.leased {
			ours = append(ours, at.id)
		}
	}
	o.mu.Unlock()
	if err := o.server.Store.Renew(ctx, ours); err != nil {
		o.trouble("lease on owed replies not renewed", err)
		return
	}
	left, err := o.server.Store.Claim(ctx, sweepBatch)
	if err != nil {
		o.trouble("owed replies not claimed", err)
		return
	}
	for _, id := range left {
		o.fetch(id)
	}
}

// trouble notes that the store failed, unless it was we who gave up, at a stop.
func (o *outbox) trouble(what string, err error) {
	if !errors.Is(err, context.Canceled) {
		o.server.observe(Event{Kind: "store-error"})
		o.server.Log.Warn(what, "error", err)
	}
}

// drain lets replies under way finish, for a while, and stops.
func (o *outbox) drain() {
	close(o.last)
	done := make(chan struct{})
	go func() {
		o.sending.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(lastWords):
	}
	o.stop()
	<-done
}
