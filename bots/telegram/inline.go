package telegram

import (
	"context"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const (
	inlineAtOnce = 8  // queries answered at the same time; others are dropped, and typed on
	inlineCards  = 10 // services offered
	inlineCache  = 30 // seconds that Telegram may give the same answer to others
	maxQuery     = 256
)

// An article is marshalled with its type, which the library does in its own requests only.
type article struct {
	*models.InlineQueryResultArticle
}

func (r article) MarshalJSON() ([]byte, error) { return r.MarshalCustom() }

// answerInline offers cards to share for what somebody types after our name in another chat. It
// returns at once, keeps nothing, and does without an answer rather than hold anybody up.
func (a *Adapter) answerInline(ctx context.Context, q *models.InlineQuery) {
	select {
	case a.inline <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-a.inline }()
		err := a.api.call(ctx, "answerInlineQuery", bot.AnswerInlineQueryParams{
			InlineQueryID: q.ID, Results: a.results(q.Query), CacheTime: inlineCache,
		}, nil)
		if err != nil && ctx.Err() == nil {
			a.log.Info("inline query not answered", "error", err)
		}
	}()
}

// results are the articles for words: the card alone if they tell of danger, services and the guide to
// more, or a hint.
func (a *Adapter) results(words string) []models.InlineQueryResult {
	script := a.script()
	words = strings.TrimSpace(words)
	if words == "" || len(words) > 4*maxQuery {
		return a.hint(script.Phrases.Found.Unclear)
	}
	now := time.Now()
	_, reply := conversation.Turn(script, conversation.Session{}, conversation.Message{Text: words, Public: true}, now)
	if reply.Crisis {
		lines := reply.Lines()
		return []models.InlineQueryResult{newArticle("crisis", script.Phrases.Exits.Urgent.Label, lines[0], strings.Join(lines, "\n"))}
	}
	results := []models.InlineQueryResult{}
	for _, s := range script.Look(words, script.Lexicon.Read(words), &conversation.Session{}, now, inlineCards) {
		card := script.Card(&s, conversation.Resident, now)
		results = append(results, newArticle(card.ID, card.Name, card.What, strings.Join(card.Lines(), "\n")))
	}
	if len(results) == 0 {
		return a.hint(script.Phrases.Found.Unclear)
	}
	if more := script.Phrases.Found.LiveWell; more != "" {
		results = append(results, newArticle("more", more, "", more))
	}
	return results
}

// hint says in a list without cards what to type.
func (a *Adapter) hint(text string) []models.InlineQueryResult {
	title := a.phrase("inline-hint")
	if title == "" || text == "" {
		return []models.InlineQueryResult{}
	}
	return []models.InlineQueryResult{newArticle("hint", title, text, text)}
}

func newArticle(id, title, description, text string) article {
	if len(id) > 64 {
		h := fnv.New64a()
		h.Write([]byte(id))
		id = strconv.FormatUint(h.Sum64(), 36)
	}
	return article{&models.InlineQueryResultArticle{
		ID: id, Title: title, Description: description,
		InputMessageContent: models.InputTextMessageContent{MessageText: pieces(part{plain: text})[0].plain, LinkPreviewOptions: noPreview},
	}}
}
