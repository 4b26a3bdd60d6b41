package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// shareOnce is how long a second press on "share" of one service counts as a double click.
const shareOnce = time.Minute

// share posts a service that one person was shown to the channel they are in. Where we may not
// post, the response_url may.
func (a *Adapter) share(ctx context.Context, in *interaction, service string) {
	sc := a.script()
	s, ok := sc.Directory.Get(service)
	if !ok || !a.shared.first(in.Container.ChannelID+":"+in.User.ID+":"+in.Container.MessageTS+":"+service) {
		return
	}
	r := conversation.Reply{Blocks: []conversation.Block{{Style: conversation.Card, Card: sc.Card(&s, conversation.Staff, time.Now())}}}
	p := (&layout{}).pages(&r)[0]
	if by := a.phrase("shared-by"); by != "" {
		p.Blocks = append(p.Blocks, api.NewContextBlock("", &api.TextBlockObject{Type: api.MarkdownType, Text: escape(by) + " <@" + in.User.ID + ">"}))
	}
	err := a.post(ctx, in.Container.ChannelID, in.Container.ThreadTS, p)
	if errors.Is(err, errAbsent) && in.ResponseURL != "" {
		err = a.respond(ctx, in.ResponseURL, &api.WebhookMessage{ResponseType: api.ResponseTypeInChannel, Text: p.Text, Blocks: &api.Blocks{BlockSet: p.Blocks}})
	}
	if err != nil {
		a.shared.forget(in.Container.ChannelID + ":" + in.User.ID + ":" + in.Container.MessageTS + ":" + service)
		a.log.Warn("a service was not shared", "error", err)
	}
}

// recent remembers for a minute what was done, so that a double click does it once.
type recent struct {
	mu   sync.Mutex
	done map[string]time.Time
}

// first reports whether this was not done in the last minute, and notes that it is.
func (r *recent) first(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.done == nil || len(r.done) > 1000 {
		r.done = make(map[string]time.Time)
	}
	if now.Sub(r.done[what]) < shareOnce {
		return false
	}
	r.done[what] = now
	return true
}

func (r *recent) forget(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.done, what)
}
