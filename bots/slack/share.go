package slack

import (
	"context"
	"errors"
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
	press := in.Container.ChannelID + ":" + in.User.ID + ":" + in.Container.MessageTS + ":" + service
	if !ok || !a.shared.First(press) {
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
		a.shared.Forget(press)
		a.log.Warn("a service was not shared", "error", err)
	}
}
