package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// An address is where a reply goes, all that is needed to send it from another process.
type address struct {
	Channel string    `json:"c,omitempty"` // "" is a direct message to User
	User    string    `json:"u,omitempty"`
	Thread  string    `json:"t,omitempty"`
	Public  bool      `json:"p,omitempty"` // others read along
	URL     string    `json:"r,omitempty"` // a response_url, by which only User sees the answer
	Until   int64     `json:"x,omitempty"` // when the response_url is no more, in Unix seconds
	Replace bool      `json:"e,omitempty"` // the answer takes the place of the message that was pressed
	Old     *answered `json:"o,omitempty"`
}

// An answered message is shown again with what was chosen, its buttons gone.
type answered struct {
	TS     string            `json:"ts"`
	Text   string            `json:"t,omitempty"`
	Chosen string            `json:"c,omitempty"`
	Blocks []json.RawMessage `json:"b,omitempty"`
}

func (to address) encode() bots.Address {
	b, err := json.Marshal(to)
	if err != nil {
		panic("slack: an address is plain JSON: " + err.Error())
	}
	return b
}

// Send says a reply; see bots.Adapter. It may be called again for a reply of which a part was sent. A
// crisis card goes before anything that could hold it up.
func (a *Adapter) Send(ctx context.Context, to bots.Address, r conversation.Reply) error {
	var at address
	if err := json.Unmarshal(to, &at); err != nil {
		return fmt.Errorf("read the address of a reply: %w: %w", bots.ErrGone, err)
	}
	if len(r.Blocks) == 0 && len(r.Options) == 0 {
		return nil
	}
	switch {
	case at.URL != "":
		return a.sendAlone(ctx, at, &r)
	case at.Public:
		return a.sendPublic(ctx, at, &r)
	}
	pages := (&layout{}).pages(&r)
	if at.Old == nil {
		return a.sendDirect(ctx, at, pages)
	}
	if r.Crisis {
		if err := a.sendDirect(ctx, at, pages); err != nil {
			return err
		}
		if err := a.markAnswered(ctx, at); err != nil { // the card is not said twice for that
			a.log.Warn("an answered message keeps its buttons", "error", err)
		}
		return nil
	}
	if err := a.markAnswered(ctx, at); err != nil {
		return err
	}
	return a.sendDirect(ctx, at, pages)
}

// sendDirect posts to the person, in the conversation they have with us.
func (a *Adapter) sendDirect(ctx context.Context, at address, pages []page) error {
	for _, p := range pages {
		if err := gone(a.post(ctx, at.direct(), at.Thread, p)); err != nil {
			return err
		}
	}
	return nil
}

// direct returns the channel that reaches the person alone: Slack takes the id of a user as that of
// our conversation with them.
func (to *address) direct() string {
	if to.Channel != "" {
		return to.Channel
	}
	return to.User
}

// gone says that the person can't be reached where we may not post to them.
func gone(err error) error {
	if errors.Is(err, errAbsent) {
		return fmt.Errorf("%w: %w", bots.ErrGone, err)
	}
	return err
}

// sendAlone answers so that nobody else sees it: by the response_url, or when that is used up by a
// direct message.
func (a *Adapter) sendAlone(ctx context.Context, at address, r *conversation.Reply) error {
	l := layout{}
	if at.Channel != "" {
		l.share = a.phrase("share")
	}
	pages := l.pages(r)
	for i, p := range pages {
		err := errUsedUp
		if time.Now().Unix() < at.Until {
			err = a.respondPage(ctx, at, p, at.Replace && i == 0)
		}
		if errors.Is(err, errUsedUp) {
			at.Channel, at.Thread = "", ""
			rest := (&layout{}).pages(r)
			return a.sendDirect(ctx, at, rest[min(i, len(rest)-1):])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// respondPage posts a page to a response_url, for the person alone.
func (a *Adapter) respondPage(ctx context.Context, at address, p page, replace bool) error {
	m := &api.WebhookMessage{ResponseType: api.ResponseTypeEphemeral, ReplaceOriginal: replace, Text: p.Text, Blocks: &api.Blocks{BlockSet: p.Blocks}}
	err := a.respond(ctx, at.URL, m)
	if errors.Is(err, errBlocks) {
		a.log.Error("slack refuses the layout of a reply: sent as text", "error", err)
		m.Blocks = nil
		err = a.respond(ctx, at.URL, m)
	}
	return err
}

// sendPublic answers in the thread where we were mentioned; what helps nobody else is shown only
// to the person.
func (a *Adapter) sendPublic(ctx context.Context, at address, r *conversation.Reply) error {
	private := !r.Crisis && !hasCard(r)
	for _, p := range (&layout{silent: true}).pages(r) {
		if private {
			err := a.call("chat.postEphemeral", func() error {
				_, err := a.web.api.PostEphemeralContext(ctx, at.Channel, at.User, p.options(at.Thread)...)
				return err
			})
			if err == nil {
				continue
			}
			if _, ok := errors.AsType[*bots.RetryError](err); ok {
				return err
			}
		}
		if err := gone(a.post(ctx, at.Channel, at.Thread, p)); err != nil {
			return err
		}
	}
	return nil
}

func hasCard(r *conversation.Reply) bool {
	for _, b := range r.Blocks {
		if b.Style == conversation.Card {
			return true
		}
	}
	return false
}

// options are a page as the library wants it. Links never unfurl.
func (p page) options(thread string) []api.MsgOption {
	o := []api.MsgOption{api.MsgOptionText(p.Text, false), api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl()}
	if len(p.Blocks) > 0 {
		o = append(o, api.MsgOptionBlocks(p.Blocks...))
	}
	if thread != "" {
		o = append(o, api.MsgOptionTS(thread))
	}
	return o
}

// post posts a page to a channel, a message a second; without its layout if Slack refuses that.
func (a *Adapter) post(ctx context.Context, channel, thread string, p page) error {
	if err := a.limit.Wait(ctx, channel, p.urgent); err != nil {
		return fmt.Errorf("wait for a place to post: %w", err)
	}
	send := func() error {
		_, _, err := a.web.api.PostMessageContext(ctx, channel, p.options(thread)...)
		return err
	}
	err := a.call("chat.postMessage", send)
	if errors.Is(err, errBlocks) && len(p.Blocks) > 0 {
		a.log.Error("slack refuses the layout of a reply: sent as text", "error", err)
		p.Blocks = nil
		err = a.call("chat.postMessage", send)
	}
	return err
}

// markAnswered shows an answered message without its buttons and with what was chosen. What can't
// be changed any more stays as it is.
func (a *Adapter) markAnswered(ctx context.Context, at address) error {
	chosen := spaced(a.phrase("chosen"), at.Old.Chosen)
	p := page{Text: at.Old.Text}
	if p.Text != "" {
		p.Text += "\n"
	}
	p.Text += escape(chosen)
	for _, b := range at.Old.Blocks {
		p.Blocks = append(p.Blocks, rawBlock(b))
	}
	if at.Old.Chosen != "" && chosen != "" {
		p.Blocks = append(p.Blocks, api.NewContextBlock("", words("", short(chosen, maxContext))))
	}
	if len(p.Blocks) == 0 {
		p.Blocks = append(p.Blocks, section(words("", short(p.Text+"…", maxSection))))
	}
	p.Blocks = p.Blocks[:min(len(p.Blocks), maxBlocks)]
	if length(p.Text) > maxText {
		p.Text = short(p.Text, maxText)
	}
	err := a.call("chat.update", func() error {
		_, _, _, err := a.web.api.UpdateMessageContext(ctx, at.Channel, at.Old.TS, p.options("")...)
		return err
	})
	_, again := errors.AsType[*bots.RetryError](err)
	switch {
	case err == nil, again:
		return err
	case errors.Is(err, errBlocks), errors.Is(err, errNotEdit), errors.Is(err, errAbsent), errors.Is(err, bots.ErrGone):
		a.log.Warn("an answered message keeps its buttons", "error", err)
		return nil
	}
	return err
}

// A rawBlock is a block that Slack sent us, to be shown again as it was.
type rawBlock json.RawMessage

func (b rawBlock) BlockType() api.MessageBlockType { return "" }
func (b rawBlock) ID() string                      { return "" }

func (b rawBlock) MarshalJSON() ([]byte, error) { return json.RawMessage(b).MarshalJSON() }
