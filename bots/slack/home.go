package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Slack's limits for what only the Home tab uses.
const (
	maxHome        = 100 // blocks
	maxOptions     = 100 // in a select, and in one of its groups
	maxPlaceholder = 150
	maxNotice      = 3000 // letters typed into the Home tab
)

// publishHome shows a person the Home tab as the content is now, and what we know of them unless the
// store is away. If a newer one was shown meanwhile, that one stands.
func (a *Adapter) publishHome(ctx context.Context, team, user, hash string) {
	looking, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	known, err := a.known(looking, a.Name(), person(team, user))
	if err != nil {
		a.log.Warn("the Home tab does not say what we know", "error", err)
	}
	view := api.PublishViewContextRequest{UserID: user, View: api.HomeTabViewRequest{Type: api.VTHomeTab, Blocks: api.Blocks{BlockSet: a.home(known)}}}
	if hash != "" {
		view.Hash = &hash
	}
	for range 3 {
		err := a.call("views.publish", func() error {
			_, err := a.web.api.PublishViewContext(ctx, view)
			if said, ok := errors.AsType[api.SlackErrorResponse](err); ok && said.Err == "hash_conflict" {
				return nil
			}
			return err
		})
		if err == nil {
			return
		}
		a.log.Warn("the Home tab was not published", "error", err)
		if !later(ctx, err) {
			return
		}
	}
}

// later waits for as long as an error asks, and reports whether it is worth trying again.
func later(ctx context.Context, err error) bool {
	retry, ok := errors.AsType[*bots.RetryError](err)
	if !ok {
		return false
	}
	select {
	case <-time.After(retry.After):
		return true
	case <-ctx.Done():
		return false
	}
}

// home lays the Home tab out: what this is; urgent help; what did you notice; the topics by life
// stage; what is for staff alone, such as practice; role and area, as far as they are known; dates and
// a guide.
func (a *Adapter) home(known conversation.Session) []api.Block {
	sc, l := a.script(), &layout{}
	var blocks []api.Block
	say := func(label, text string) {
		for _, it := range sections(label, text) {
			blocks = append(blocks, it.block)
		}
	}
	row := func(buttons ...*api.ButtonBlockElement) {
		for _, it := range bar(buttons...) {
			blocks = append(blocks, it.block)
		}
	}
	if name := a.phrase("app-name"); name != "" {
		blocks = append(blocks, api.NewHeaderBlock(plainText(short(name, maxHeader))))
	}
	say("", a.phrase("home-about"))
	say("", a.phrase("home-urgent"))
	urgent := l.choice(sc, ".urgent")
	if urgent != nil {
		urgent.Style = api.StyleDanger
	}
	row(urgent, l.choice(sc, ".topic:safeguarding"))
	blocks = append(blocks, api.NewDividerBlock())
	if label := a.phrase("home-notice"); label != "" {
		blocks = append(blocks, a.notice(label))
	}
	say(a.phrase("home-topics"), "")
	for _, stage := range sc.Phrases.Stage.Options {
		if s := a.topicsOf(sc, stage, l); s != nil {
			blocks = append(blocks, s)
		}
	}
	var own []*api.ButtonBlockElement
	for _, g := range sc.Groups {
		if g.Voice == conversation.Staff {
			own = append(own, l.choice(sc, ".group:"+g.ID))
		}
	}
	row(own...)
	blocks = append(blocks, api.NewDividerBlock())
	say(a.phrase("home-you"), about(sc, known))
	row(l.choice(sc, ".ask:role"), l.choice(sc, ".ask:area"))
	say("", a.phrase("home-guide"))
	dates := a.phrase("home-checked")
	if day := lastReviewed(sc); day != "" {
		dates = spaced(dates, spaced(a.phrase("home-reviewed"), day))
	}
	for _, it := range small(dates, false) {
		blocks = append(blocks, it.block)
	}
	return blocks[:min(len(blocks), maxHome)]
}

// about names somebody's role and area, as far as they are known.
func about(sc *conversation.Script, known conversation.Session) string {
	var names []string
	if known.Role != "" {
		names = append(names, sc.Choice(".role:"+known.Role).Label)
	}
	if known.Area != "" {
		names = append(names, sc.AreaName(known.Area))
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	return strings.Join(names, " · ")
}

// choice is a button for a choice, or nil if there is no such choice in the content.
func (l *layout) choice(sc *conversation.Script, id string) *api.ButtonBlockElement {
	return l.button(actChoose, id, sc.Choice(id).Label)
}

// notice is the text box. What is typed there is a message, sent by the Enter key.
func (a *Adapter) notice(label string) *api.InputBlock {
	var hint *api.TextBlockObject
	if h := a.phrase("home-notice-hint"); h != "" {
		hint = plainText(short(h, maxPlaceholder))
	}
	box := api.NewPlainTextInputBlockElement(hint, actNotice)
	box.MaxLength = maxNotice
	box.DispatchActionConfig = &api.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed"}}
	in := api.NewInputBlock("", plainText(short(label, maxContext)), nil, box)
	in.DispatchAction = true
	return in
}

// topicsOf is a life stage and a list of its topics, in the groups that every voice is offered, or nil
// if it has none.
func (a *Adapter) topicsOf(sc *conversation.Script, stage conversation.Choosable, l *layout) *api.SectionBlock {
	var groups []*api.OptionGroupBlockObject
	for _, g := range sc.Groups {
		if g.Voice != "" {
			continue
		}
		var options []*api.OptionBlockObject
		for _, id := range g.Topics {
			t := sc.Topic(id)
			if t == nil || t.Trees[conversation.Staff] == nil || len(t.Stages) > 0 && !slices.Contains(t.Stages, stage.ID) {
				continue
			}
			options = append(options, api.NewOptionBlockObject(sc.Choice(".topic:"+t.ID).ID, plainText(short(t.Title, maxButton)), nil))
		}
		if len(options) > 0 {
			groups = append(groups, api.NewOptionGroupBlockElement(plainText(short(g.Label, maxButton)), options[:min(len(options), maxOptions)]...))
		}
	}
	placeholder := a.phrase("home-choose")
	if len(groups) == 0 || placeholder == "" {
		return nil
	}
	l.presses++
	list := api.NewOptionsGroupSelectBlockElement(api.OptTypeStatic, plainText(short(placeholder, maxPlaceholder)), actChoose+":"+stage.ID, groups[:min(len(groups), maxOptions)]...)
	s := section(words(stage.Label, ""))
	s.Accessory = api.NewAccessory(list)
	return s
}

// lastReviewed returns the newest review of a topic, as a person reads it.
func lastReviewed(sc *conversation.Script) string {
	newest := ""
	for _, t := range sc.Topics {
		newest = max(newest, t.Reviewed)
	}
	if day, err := time.Parse(time.DateOnly, strings.TrimSpace(newest)); err == nil {
		return day.Format("2 January 2006")
	}
	return newest
}
