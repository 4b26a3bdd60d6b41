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
	sendTime   = 20 * time.Second // one attempt to send
	sweepEvery = 2 * time.Second  // how often we look for replies that somebody else left owed
	sweepBatch = 100
	lastWords  = 8 * time.Second // after a stop, for replies under way
)

// An outbox sends owed replies: one conversation's in order, those of different people at the same
// time. What it can't send before it stops stays owed in the store.
type outbox struct {
	server *Server
	ctx    context.Context // of sending; outlives receiving
	stop   context.CancelFunc
	last   chan struct{} // closed when nothing may wait for its next try any more

	mu      sync.Mutex
	queues  map[string]*queue
	sending sync.WaitGroup
}

// A queue is the replies of one conversation that a goroutine is sending.
type queue struct {
	letters []parcel // oldest first; the first is being sent
	reload  bool     // there are more in the store than in letters
}

// A parcel is an owed reply, with the letter in it if this process wrote it.
type parcel struct {
	conversation.Owed
	letter *letter
	since  time.Time // when this process knew of it
}

func newOutbox(s *Server) *outbox {
	ctx, stop := context.WithCancel(context.Background())
	return &outbox{server: s, ctx: ctx, stop: stop, last: make(chan struct{}), queues: make(map[string]*queue)}
}

// add queues a reply just committed; waiting is how many the conversation is owed in the store. If it
// is owed others that this process is not sending, whoever sends those sends this one after them.
func (o *outbox) add(id string, owed parcel, waiting int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if waiting > 1 && o.queues[id] == nil {
		return
	}
	owed.since = time.Now()
	q := o.queue(id)
	q.letters = append(q.letters, owed)
	q.reload = q.reload || waiting > len(q.letters)
}

// fetch queues whatever the store says a conversation is owed.
func (o *outbox) fetch(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue(id).reload = true
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

// queue returns the queue of a conversation, starting its sender if need be. The caller holds mu.
func (o *outbox) queue(id string) *queue {
	q := o.queues[id]
	if q == nil {
		q = new(queue)
		o.queues[id] = q
		o.sending.Go(func() { o.work(id, q) })
	}
	return q
}

// work sends a conversation's replies until none are left, or sending is over.
func (o *outbox) work(id string, q *queue) {
	for {
		owed, ok := o.next(id, q)
		if !ok {
			return
		}
		left, ok := 0, o.post(owed)
		if ok {
			left, ok = o.sent(id, owed)
		}
		if !ok {
			o.mu.Lock()
			delete(o.queues, id)
			o.mu.Unlock()
			return
		}
		o.mu.Lock()
		q.letters = slices.DeleteFunc(q.letters, func(l parcel) bool { return l.Number == owed.Number })
		q.reload = q.reload || left > len(q.letters)
		o.mu.Unlock()
	}
}

// next returns the oldest reply of a queue, reading the store first if it has others. When there is
// none it removes the queue.
func (o *outbox) next(id string, q *queue) (parcel, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for q.reload && o.ctx.Err() == nil {
		q.reload = false
		o.mu.Unlock()
		err := o.load(id, q)
		if err != nil {
			o.trouble("owed replies not read", err)
		}
		on := err == nil || o.wait(time.Second)
		o.mu.Lock()
		q.reload = q.reload || err != nil
		if !on {
			break
		}
	}
	if len(q.letters) == 0 || q.reload || o.ctx.Err() != nil {
		delete(o.queues, id)
		return parcel{}, false
	}
	return q.letters[0], true
}

// wait reports false if nothing may wait any more.
func (o *outbox) wait(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-o.last:
		return false
	}
}

// load merges what the store says a conversation is owed. It holds the conversation's lane, so that
// no reply is between its commit and its place in the queue.
func (o *outbox) load(id string, q *queue) error {
	if err := o.server.lanes.enter(o.ctx, id); err != nil {
		return err
	}
	defer o.server.lanes.leave(id)
	ctx, cancel := context.WithTimeout(o.ctx, commitTime)
	defer cancel()
	stored, err := o.server.Store.Owed(ctx, id)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	q.merge(stored)
	return nil
}

// merge adds stored replies that are not queued, in the order of their numbers.
func (q *queue) merge(stored []conversation.Owed) {
	for _, owed := range stored {
		if !slices.ContainsFunc(q.letters, func(l parcel) bool { return l.Number == owed.Number }) {
			q.letters = append(q.letters, parcel{Owed: owed, since: time.Now()})
		}
	}
	slices.SortFunc(q.letters, func(a, b parcel) int { return cmp.Compare(a.Number, b.Number) })
}

// post sends one reply, as often as it takes. It reports false if sending is over.
func (o *outbox) post(owed parcel) bool {
	l := owed.letter
	if l == nil {
		l = new(letter)
		if err := json.Unmarshal(owed.Reply, l); err != nil {
			o.server.Log.Error("owed reply can't be read", "error", err)
			return true
		}
	}
	adapter := o.server.adapter(l.Platform)
	if adapter == nil {
		return false // kept for a process that speaks that platform
	}
	for backoff := time.Second; ; backoff = min(2*backoff, time.Minute) {
		began := time.Now()
		ctx, cancel := context.WithTimeout(o.ctx, sendTime)
		err := adapter.Send(ctx, l.To, l.Reply)
		cancel()
		pause, why := backoff, ""
		var retry *RetryError
		switch {
		case err == nil:
			o.server.observe(Event{l.Platform, "sent", "", time.Since(began)})
			return true
		case errors.Is(err, ErrGone):
			o.server.observe(Event{l.Platform, "gone", "", time.Since(began)})
			return true
		case errors.As(err, &retry):
			pause, why = retry.After, "told-to-wait"
		}
		o.server.observe(Event{l.Platform, "send-failed", why, time.Since(began)})
		o.server.Log.Warn("reply not sent yet", "platform", l.Platform, "again-in", pause, "error", err)
		if !o.wait(pause) {
			return false
		}
	}
}

// sent marks a reply as sent, trying for as long as sending goes on, and returns how many the
// conversation is owed still.
func (o *outbox) sent(id string, owed parcel) (left int, ok bool) {
	for {
		ctx, cancel := context.WithTimeout(o.ctx, commitTime)
		left, err := o.server.Store.Sent(ctx, id, owed.Number)
		cancel()
		if err == nil {
			return left, true
		}
		o.trouble("reply not marked as sent", err)
		select {
		case <-time.After(time.Second):
		case <-o.ctx.Done():
			return 0, false
		}
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
	for id := range o.queues {
		ours = append(ours, id)
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

// trouble notes that the store failed, unless sending is over.
func (o *outbox) trouble(what string, err error) {
	if o.ctx.Err() == nil {
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
