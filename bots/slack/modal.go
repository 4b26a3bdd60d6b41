package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

const (
	maxTitle    = 24 // letters of the title and the close button of a modal
	modalShown  = 3  // services, as many as a look-up shows
	maxMetadata = 3000
)

// A finding is what a modal remembers of a message: where it stands and what was found, none of
// its words.
type finding struct {
	Channel  string   `json:"c"`
	Thread   string   `json:"t"`
	Area     string   `json:"a"`
	Services []string `json:"s"`
}

// openModal shows what somebody's message seems to be about, and who can help. The words of the
// message are dropped when it returns.
func (a *Adapter) openModal(ctx context.Context, in *interaction) {
	view := a.modal(in)
	err := a.call("views.open", func() error {
		_, err := a.web.api.OpenViewContext(ctx, in.Trigger, view)
		return err
	})
	if err != nil {
		a.log.Warn("the modal was not opened", "error", err)
	}
}

func (a *Adapter) modal(in *interaction) api.ModalViewRequest {
	sc, said, now := a.script(), plain(in.Message.Text), time.Now()
	if sc.Lexicon.Danger(said) != nil {
		_, card := conversation.Turn(sc, conversation.Session{}, conversation.Message{Text: said, Voice: conversation.Staff, Public: true}, now)
		return a.view((&layout{silent: true}).items(&card), "")
	}
	reading := sc.Lexicon.Read(said)
	var found []directory.Service
	if reading.Lookup || len(reading.Topics) > 0 {
		found = sc.Look(said, reading, &conversation.Session{Voice: conversation.Staff}, now, modalShown)
	}
	var items []item
	if len(reading.Topics) > 0 {
		if t := sc.Topic(reading.Topics[0].ID); t != nil {
			items = sections("", strings.ReplaceAll(sc.Phrases.Heard, "{topic}", t.Title))
		}
	}
	if len(found) == 0 {
		return a.view(append(items, sections("", cmp.Or(a.phrase("modal-nothing"), sc.Phrases.Found.Nothing))...), "")
	}
	f := finding{Channel: in.Channel.ID, Thread: in.Message.ThreadTS, Area: reading.Area}
	if f.Thread == "" {
		f.Thread = in.Message.TS
	}
	for _, s := range found {
		f.Services = append(f.Services, s.ID)
	}
	metadata, err := json.Marshal(f)
	if err != nil || len(metadata) > maxMetadata {
		metadata = nil
	}
	r := a.services(sc, f, now)
	l := &layout{}
	items = append(items, l.items(&r)...)
	if metadata != nil {
		items = append(items, bar(l.button(actSend, "-", a.phrase("modal-send")), l.button(actPost, "-", a.phrase("modal-post")))...)
	}
	return a.view(append(items, small(a.phrase("modal-privacy"), false)...), string(metadata))
}

// services is a reply with the services of a finding, as far as they are still in the directory.
func (a *Adapter) services(sc *conversation.Script, f finding, now time.Time) conversation.Reply {
	area := f.Area
	if area == "" {
		area = directory.County
	}
	r := conversation.Reply{Blocks: []conversation.Block{{Style: conversation.Text, Text: strings.ReplaceAll(sc.Phrases.Found.Intro, "{area}", sc.AreaName(area))}}}
	for _, id := range f.Services {
		if s, ok := sc.Directory.Get(id); ok {
			r.Blocks = append(r.Blocks, conversation.Block{Style: conversation.Card, Card: sc.Card(&s, conversation.Staff, now)})
		}
	}
	r.Blocks = append(r.Blocks, conversation.Block{Style: conversation.Spaced, Text: sc.Phrases.Found.LiveWell})
	return r
}

// view is a modal of ours around some blocks.
func (a *Adapter) view(items []item, metadata string) api.ModalViewRequest {
	v := api.ModalViewRequest{
		Type: api.VTModal, CallbackID: shortcutID, PrivateMetadata: metadata,
		Title: plainText(short(cmp.Or(a.phrase("shortcut"), a.Name()), maxTitle)),
	}
	if label := a.phrase("modal-close"); label != "" {
		v.Close = plainText(short(label, maxTitle))
	}
	for _, it := range items[:min(len(items), maxHome)] {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, it.block)
	}
	return v
}

// answerModal posts what a modal found, to the person alone or into the thread of the message, and
// says in the modal that it did, or why not.
func (a *Adapter) answerModal(ctx context.Context, in *interaction, purpose string) {
	var f finding
	if json.Unmarshal([]byte(in.View.Metadata), &f) != nil || !a.shared.First(in.View.ID+purpose) {
		return
	}
	to, said := address{User: in.User.ID}, a.phrase("modal-sent")
	if purpose == actPost {
		to, said = address{Channel: f.Channel, Thread: f.Thread}, a.phrase("modal-posted")
	}
	r := a.services(a.script(), f, time.Now())
	var err error
	for _, p := range (&layout{}).pages(&r) {
		if err = a.post(ctx, to.direct(), to.Thread, p); err != nil {
			break
		}
	}
	var buttons []item
	switch {
	case errors.Is(err, errAbsent) && purpose == actPost:
		said = a.phrase("modal-absent")
		buttons = bar((&layout{}).button(actSend, "-", a.phrase("modal-send")))
	case err != nil:
		said = a.script().Phrases.Sorry
		a.log.Warn("services were not shared from a modal", "error", err)
	}
	view := a.view(append(sections("", said), buttons...), in.View.Metadata)
	err = a.call("views.update", func() error {
		_, err := a.web.api.UpdateViewContext(ctx, view, "", "", in.View.ID)
		return err
	})
	if err != nil && !errors.Is(err, bots.ErrGone) {
		a.log.Warn("the modal was not updated", "error", err)
	}
}
