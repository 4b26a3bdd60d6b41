package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// An address is where a reply goes, and what else is owed with it.
type address struct {
	Chat   int64       `json:"c"`
	Thread int         `json:"t,omitempty"`
	Reply  int         `json:"r,omitempty"` // the message in a group that is answered; there others can read
	Query  string      `json:"q,omitempty"` // the press that waits for its answer
	Old    *oldMessage `json:"o,omitempty"` // the message whose button was pressed
	Near   bool        `json:"n,omitempty"` // offer to share a place
}

// An oldMessage is a message of ours, with the buttons that stay on it when the others go.
type oldMessage struct {
	ID       int                    `json:"i"`
	Text     string                 `json:"t,omitempty"` // "" if Telegram did not show it
	Entities []models.MessageEntity `json:"e,omitempty"`
	Label    string                 `json:"l,omitempty"` // of the button
	Keep     [][]button             `json:"k,omitempty"`
}

func (at *address) encode() bots.Address {
	to, err := json.Marshal(at)
	if err != nil {
		panic(fmt.Sprintf("encode address: %v", err)) // it holds nothing that JSON can't
	}
	return to
}

// errPaused stands for a call that was not made because Telegram has asked us to wait.
var errPaused = errors.New("telegram asked for a pause")

// Send answers the press first, marks the choice in the old message, and says the reply. Done
// again it repeats only the saying. A crisis card goes before anything that could hold it up. An empty
// reply leaves the old message as it is, and waits for no pause, which is for messages.
func (a *Adapter) Send(ctx context.Context, to bots.Address, r conversation.Reply) error {
	var at address
	if err := json.Unmarshal(to, &at); err != nil {
		return fmt.Errorf("%w: address can't be read", bots.ErrGone)
	}
	if len(r.Blocks) == 0 {
		return a.outcome(at.Chat, a.answerPress(ctx, &at))
	}
	if wait := a.pauses.left(at.Chat, time.Now()); wait > 0 {
		return &bots.RetryError{After: wait, Err: errPaused}
	}
	if r.Crisis {
		if err := a.say(ctx, &at, &r); err != nil {
			return a.outcome(at.Chat, err)
		}
		// The card is not said twice for what may fail here; persist logs it.
		a.persist(ctx, "answerCallbackQuery", func(ctx context.Context) error { return a.answerPress(ctx, &at) })
		a.persist(ctx, "editMessageText", func(ctx context.Context) error { return a.mark(ctx, &at, &r) })
		return nil
	}
	err := a.answerPress(ctx, &at)
	if err == nil {
		err = a.mark(ctx, &at, &r)
	}
	if err == nil {
		err = a.say(ctx, &at, &r)
	}
	if err == nil && at.Near {
		a.offerPlace(ctx, &at)
	}
	return a.outcome(at.Chat, err)
}

// answerPress stops the button from spinning, once. Too late, or done already, is as good as done.
func (a *Adapter) answerPress(ctx context.Context, at *address) error {
	if at.Query == "" || !a.pressed.First(at.Query) {
		return nil
	}
	err := a.api.call(ctx, "answerCallbackQuery", bot.AnswerCallbackQueryParams{CallbackQueryID: at.Query}, nil)
	var refused *apiError
	if errors.As(err, &refused) && refused.Code == http.StatusBadRequest {
		return nil
	}
	if err != nil {
		a.pressed.Forget(at.Query)
	}
	return err
}

// mark writes the choice under the question it answers and takes the keyboard away, but for the
// buttons that copy a card. What Telegram will not edit stays as it is.
func (a *Adapter) mark(ctx context.Context, at *address, r *conversation.Reply) error {
	old := at.Old
	if old == nil {
		return nil
	}
	label := r.Chosen
	if label == "" {
		label = old.Label
	}
	var markup models.ReplyMarkup = keyboard{Rows: append([][]button{}, old.Keep...)}
	text := old.Text
	if chose := a.phrase("chose"); chose != "" && label != "" {
		if line := "\n\n" + chose + " " + label; !strings.HasSuffix(text, line) {
			text += line
		}
	}
	if old.Text != "" && text != old.Text && units(text) <= maxText {
		err := a.api.call(ctx, "editMessageText", bot.EditMessageTextParams{
			ChatID: at.Chat, MessageID: old.ID, Text: text, Entities: old.Entities,
			LinkPreviewOptions: noPreview, ReplyMarkup: markup,
		}, nil)
		var refused *apiError
		switch {
		case !errors.As(err, &refused) || refused.Code != http.StatusBadRequest:
			return err
		case refused.says("not modified"):
			return nil
		}
	}
	err := a.api.call(ctx, "editMessageReplyMarkup", bot.EditMessageReplyMarkupParams{
		ChatID: at.Chat, MessageID: old.ID, ReplyMarkup: markup,
	}, nil)
	var refused *apiError
	if errors.As(err, &refused) && refused.Code == http.StatusBadRequest {
		return nil
	}
	return err
}

// say sends the reply, in as many messages as it needs; the buttons are below the last.
func (a *Adapter) say(ctx context.Context, at *address, r *conversation.Reply) error {
	parts := a.layOut(r)
	for i, part := range parts {
		p := outgoing{part: part, urgent: r.Crisis}
		if i == 0 {
			p.reply = at.Reply
		}
		if i == len(parts)-1 {
			p.markup = a.buttons(r, at.Reply != 0)
		}
		if err := a.post(ctx, at, p); err != nil {
			return err
		}
	}
	return nil
}

// offerPlace gives the person a button that shares where they are, which can't stand in the same
// message as other buttons. The reply is not said again if this fails: a place can be typed.
func (a *Adapter) offerPlace(ctx context.Context, at *address) {
	label, text := a.phrase("place"), a.phrase("place-say")
	if label == "" || text == "" {
		return
	}
	err := a.post(ctx, at, outgoing{part: part{plain: text}, markup: models.ReplyKeyboardMarkup{
		Keyboard:        [][]models.KeyboardButton{{{Text: label, RequestLocation: true}}},
		OneTimeKeyboard: true, ResizeKeyboard: true,
	}})
	if err != nil {
		a.log.Info("place button not sent", "error", a.outcome(at.Chat, err))
	}
}

// An outgoing message is a part of a reply with what goes with it.
type outgoing struct {
	part
	reply  int
	markup models.ReplyMarkup
	urgent bool // goes before what waits
}

// post sends one message when its turn has come. What Telegram refuses is sent plainer, until it is
// words alone; if even they are refused the person can't be reached.
func (a *Adapter) post(ctx context.Context, at *address, m outgoing) error {
	if err := a.limit.Wait(ctx, strconv.FormatInt(at.Chat, 10), m.urgent); err != nil {
		return err
	}
	if wait := a.pauses.left(at.Chat, time.Now()); wait > 0 { // asked for meanwhile
		return &bots.RetryError{After: wait, Err: errPaused}
	}
	params := bot.SendMessageParams{
		ChatID: at.Chat, MessageThreadID: at.Thread, Text: m.plain, LinkPreviewOptions: noPreview, ReplyMarkup: m.markup,
	}
	if m.html != "" {
		params.Text, params.ParseMode = m.html, models.ParseModeHTML
	}
	if m.reply != 0 {
		params.ReplyParameters = &models.ReplyParameters{MessageID: m.reply, AllowSendingWithoutReply: true}
	}
	for moved := false; ; {
		err := a.api.call(ctx, "sendMessage", params, nil)
		var refused *apiError
		if !errors.As(err, &refused) || refused.Code != http.StatusBadRequest {
			return err
		}
		switch {
		case refused.MigratedTo != 0 && !moved:
			moved = true
			at.Chat, params.ChatID = refused.MigratedTo, refused.MigratedTo
		case refused.says(gone...):
			return err
		case params.ParseMode != "":
			params.Text, params.ParseMode = m.plain, ""
		case params.ReplyMarkup != nil || params.ReplyParameters != nil || params.MessageThreadID != 0:
			params.ReplyMarkup, params.ReplyParameters, params.MessageThreadID = nil, nil, 0
		default:
			return fmt.Errorf("%w: %w", bots.ErrGone, err)
		}
		a.log.Warn("message refused, sent plainer", "error", err)
	}
}

var noPreview = &models.LinkPreviewOptions{IsDisabled: bot.True()}

// phrase returns one of the sentences that Telegram alone needs, or "".
func (a *Adapter) phrase(key string) string {
	return a.script().Phrases.Platforms[platform][key]
}
