package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/go-telegram/bot"

	"github.com/mecc-oxfordshire/signpost/bots"
)

const (
	pollTime    = 50 // seconds that one call waits for updates, the longest Telegram allows
	pollBatch   = 100
	pollMargin  = 10 * time.Second // on top of pollTime, for the way there and back
	conflictGap = 5 * time.Second  // while another copy is polling
	confirmTime = 2 * time.Second  // for the last confirmation, when we stop

	// unconfirmed is how many updates of one person may be committed but not yet confirmed: a
	// session knows its 16 latest events again, and no more.
	unconfirmed = 16
)

// allowed are the kinds of update that we ask for.
var allowed = []string{"message", "edited_message", "callback_query", "inline_query", "my_chat_member"}

type getUpdates struct {
	Offset  int64    `json:"offset,omitempty"`
	Limit   int      `json:"limit"`
	Timeout int      `json:"timeout"`
	Allowed []string `json:"allowed_updates"`
}

// poll asks for updates until ctx ends. Asking with an offset makes Telegram forget what is before
// it, so the offset follows what is committed, never what was only received.
func (a *Adapter) poll(ctx context.Context, deliver func(context.Context, bots.Message) error) error {
	var offset int64
	pause := shortestPause
	hooked := true
	for ctx.Err() == nil {
		if hooked {
			hooked = !a.unhook(ctx)
		}
		asked := time.Now()
		var batch []json.RawMessage
		err := a.api.callWithin(ctx, pollTime*time.Second+pollMargin, "getUpdates",
			getUpdates{offset, pollBatch, pollTime, allowed}, &batch)
		if err != nil {
			wait, fatal := a.pollError(ctx, err, pause)
			if fatal != nil {
				return fatal
			}
			var refused *apiError
			hooked = hooked || errors.As(err, &refused) && refused.says("webhook")
			pause = min(2*pause, longestPause)
			sleep(ctx, wait)
			continue
		}
		next, whole := a.take(ctx, batch, deliver)
		switch {
		case !whole, len(batch) > 0 && (next == 0 || next == offset): // asking at once would bring the same
			sleep(ctx, pause)
			pause = min(2*pause, longestPause)
		case len(batch) == 0 && time.Since(asked) < longestPause: // a server that does not wait for updates
			sleep(ctx, 10*time.Millisecond)
			pause = shortestPause
		default:
			pause = shortestPause
		}
		if next != 0 {
			offset = next
		}
	}
	if offset != 0 {
		a.confirm(offset)
	}
	return nil
}

// unhook makes sure that updates wait for getUpdates. It reports whether Telegram answered.
func (a *Adapter) unhook(ctx context.Context) bool {
	err := a.api.call(ctx, "deleteWebhook", bot.DeleteWebhookParams{DropPendingUpdates: false}, nil)
	var refused *apiError
	if err != nil && !errors.As(err, &refused) {
		return false // asking for updates will say why
	}
	return true
}

// pollError says how long to wait after an error, or gives the reason why waiting is of no use.
func (a *Adapter) pollError(ctx context.Context, err error, pause time.Duration) (time.Duration, error) {
	var refused *apiError
	if ctx.Err() != nil {
		return 0, nil
	}
	if errors.As(err, &refused) {
		switch refused.Code {
		case http.StatusUnauthorized, http.StatusNotFound:
			return 0, tokenError(err)
		case http.StatusConflict:
			a.log.Error("another copy is polling with this token, or a webhook is set", "again-in", conflictGap, "error", err)
			return conflictGap, nil
		case http.StatusTooManyRequests:
			pause = refused.After
		}
	}
	a.log.Warn("updates not received", "again-in", pause, "error", err)
	return pause, nil
}

// take delivers a batch, people at the same time and each one's updates in order. It returns the
// offset past everything before the first update that failed (0 if that is nothing), and whether none did.
func (a *Adapter) take(ctx context.Context, batch []json.RawMessage, deliver func(context.Context, bots.Message) error) (next int64, whole bool) {
	ids := make([]int64, len(batch))
	failed := make([]bool, len(batch))
	people := make(map[string][]numbered)
	for i, raw := range batch {
		in, err := a.read(raw)
		ids[i] = in.id
		if err != nil {
			a.passBy(in.id)
		}
		if in.inline != nil {
			a.answerInline(ctx, in.inline)
		}
		if in.message == nil {
			continue
		}
		from := in.message.From
		if len(people[from]) == unconfirmed {
			ids = ids[:i]
			break
		}
		people[from] = append(people[from], numbered{i, *in.message})
	}
	// A turn that has begun is finished after ctx ends; deliver has its own limit in time.
	finish := context.WithoutCancel(ctx)
	var all sync.WaitGroup
	for _, messages := range people {
		all.Go(func() {
			for _, m := range messages {
				if ctx.Err() != nil || deliver(finish, m.Message) != nil {
					failed[m.at] = true
					return
				}
			}
		})
	}
	all.Wait()
	for i, id := range ids {
		if failed[i] {
			return next, false
		}
		if id != 0 {
			next = id + 1
		}
	}
	return next, true
}

// A numbered message knows its place in a batch.
type numbered struct {
	at int
	bots.Message
}

// passBy counts an update that can't be decoded. It will be confirmed, so that it holds up nobody.
func (a *Adapter) passBy(id int64) {
	a.unread.Add(1)
	a.log.Error("update can't be decoded, passed by", "update", id)
}

// confirm has Telegram forget the last batch, so that the next process does not get it again.
func (a *Adapter) confirm(offset int64) {
	err := a.api.callWithin(context.Background(), confirmTime, "getUpdates", getUpdates{offset, 1, 0, allowed}, nil)
	if err != nil {
		a.log.Info("last updates not confirmed; they come again and are known", "error", err)
	}
}
