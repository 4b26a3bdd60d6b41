package bots

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// work sends a queue's replies until none are left, or sending is over.
func (o *outbox) work(q *queue) {
	for {
		owed, ok := o.next(q)
		if !ok {
			return
		}
		if !o.giveWay(q, owed) {
			continue
		}
		if !o.post(owed) {
			o.leave(q)
			return
		}
		known := o.known(q.id)
		left, ok := o.sent(q.id, owed)
		if !ok {
			o.leave(q)
			return
		}
		o.settle(q, owed, left, known)
	}
}

// known returns how many replies of a conversation this process has in its queues.
func (o *outbox) known(id string) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, urgent := range []bool{false, true} {
		if q := o.queues[line{id, urgent}]; q != nil {
			n += len(q.letters)
		}
	}
	return n
}

// next returns the oldest reply of a queue, reading the store first if it has others. When there is
// none it removes the queue.
func (o *outbox) next(q *queue) (parcel, bool) {
	o.mu.Lock()
	for q.reload && o.ctx.Err() == nil {
		q.reload = false
		o.mu.Unlock()
		err := o.load(q)
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
	if len(q.letters) == 0 && !q.reload {
		o.remove(q)
		o.mu.Unlock()
		return parcel{}, false
	}
	if q.reload || o.ctx.Err() != nil {
		o.mu.Unlock()
		o.leave(q)
		return parcel{}, false
	}
	defer o.mu.Unlock()
	return q.letters[0], true
}

// giveWay waits for what came before a reply on the other line of its conversation; a reply about danger
// only for a moment. It reports whether the reply is still the queue's next: it may have turned out to be
// for another process to send.
func (o *outbox) giveWay(q *queue, owed parcel) (next bool) {
	for end := time.Now().Add(courtesy); ; {
		o.mu.Lock()
		next = len(q.letters) > 0 && q.letters[0].Number == owed.Number
		other := o.queues[q.other()]
		waits := other != nil && len(other.letters) > 0 && other.letters[0].Number < owed.Number
		o.mu.Unlock()
		if !next || !waits || q.urgent && time.Now().After(end) || !o.wait(courtesyLook) {
			return next
		}
	}
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

// post sends one reply, as often as it takes. It reports false if sending is over.
func (o *outbox) post(owed parcel) bool {
	l := owed.letter
	if l == nil {
		o.server.Log.Error("owed reply can't be read")
		return true
	}
	adapter := o.server.adapter(l.Platform)
	if adapter == nil {
		return false // kept for a process that speaks that platform
	}
	for backoff := shortPause; ; backoff = min(2*backoff, longPause) {
		began := time.Now()
		ctx, cancel := context.WithTimeout(o.ctx, sendTime)
		err := adapter.Send(ctx, l.To, l.Reply)
		cancel()
		pause, why := backoff, ""
		var retry *RetryError
		switch {
		case err == nil:
			o.server.observe(Event{l.Platform, "sent", "", time.Since(began)})
			o.server.observe(Event{l.Platform, "answered", "", time.Since(owed.since)})
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

// say sends a reply that the store does not owe. What fails is tried again for as long as one attempt may
// take, unless we stop. It reports whether the reply was sent, or never can be.
func (o *outbox) say(a Adapter, to Address, reply conversation.Reply) bool {
	ctx, cancel := context.WithTimeout(o.ctx, sendTime)
	defer cancel()
	end := time.Now().Add(sendTime)
	for backoff := shortPause; ; backoff *= 2 {
		err := a.Send(ctx, to, reply)
		if err == nil {
			return true
		}
		pause := backoff
		if retry, ok := errors.AsType[*RetryError](err); ok {
			pause = retry.After
		}
		gone := errors.Is(err, ErrGone)
		if gone || time.Now().Add(pause).After(end) || !o.wait(pause) {
			o.server.Log.Warn("unowed reply not sent", "platform", a.Name(), "error", err)
			return gone
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

// settle takes a sent reply out of its queue. Left is how many the conversation was owed still when the
// store noted that; known is how many we had just before.
func (o *outbox) settle(q *queue, owed parcel, left, known int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	q.letters = slices.DeleteFunc(q.letters, func(l parcel) bool { return l.Number == owed.Number })
	other := o.queues[q.other()]
	if other != nil {
		other.stale = true
	}
	switch {
	case left == 0:
		q.endLease()
		if other != nil {
			other.endLease()
		}
	case q.leased && left > known-1:
		o.refill(q.id)
	}
}

// endLease is for when nothing was owed any more, with which the lease ended. Of what was committed
// since, what came behind the reply of another process is for that one to send, but for what is urgent.
func (q *queue) endLease() {
	first := slices.IndexFunc(q.letters, func(l parcel) bool { return l.alone })
	q.leased = first >= 0
	switch {
	case q.urgent:
	case q.leased:
		q.letters = q.letters[first:]
	default:
		q.letters = nil
	}
}

// remove ends a queue; the lease passes to the other of its conversation. The caller holds mu.
func (o *outbox) remove(q *queue) (last bool) {
	delete(o.queues, q.line)
	other := o.queues[q.other()]
	if other != nil {
		other.leased = other.leased || q.leased
	}
	return other == nil
}

// leave ends a queue with replies that are owed still. When we stop, somebody else may send them at
// once.
func (o *outbox) leave(q *queue) {
	o.mu.Lock()
	last := o.remove(q)
	o.mu.Unlock()
	select {
	case <-o.last:
	default:
		return // a platform that is not ours: whoever speaks it has as much time as we had
	}
	if !last || !q.leased {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), releaseTime)
	defer cancel()
	if err := o.server.Store.Release(ctx, []string{q.id}); err != nil {
		o.server.Log.Warn("lease on owed replies not given up", "error", err)
	}
}
