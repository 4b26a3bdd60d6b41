package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"
)

func bad(format string, args ...any) *Refusal {
	return &Refusal{Code: 400, Description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// answer does what a method does.
func (s *Server) answer(r *http.Request, c Call) (any, *Refusal) {
	switch c.Method {
	case "getUpdates":
		return s.getUpdates(r, c)
	case "setWebhook":
		return s.setWebhook(c)
	case "deleteWebhook":
		return s.deleteWebhook(c)
	case "getMe":
		return bot(), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.Method {
	case "sendMessage":
		return s.sendMessage(c)
	case "editMessageText", "editMessageReplyMarkup":
		return s.edit(c)
	case "answerCallbackQuery":
		return s.answerPress(c)
	case "answerInlineQuery":
		return answerInline(c)
	case "setMyCommands":
		return s.setCommands(c)
	case "sendChatAction":
		return true, nil
	}
	if what, ok := strings.CutPrefix(c.Method, "getMy"); ok {
		return map[string]string{snake(what): s.texts[snake(what)]}, nil
	}
	if what, ok := strings.CutPrefix(c.Method, "setMy"); ok {
		s.texts[snake(what)] = c.Text(snake(what))
		return true, nil
	}
	return nil, &Refusal{Code: 404, Description: "Not Found"}
}

func bot() map[string]any {
	return map[string]any{
		"id": BotID, "is_bot": true, "first_name": "Signpost", "username": Username,
		"can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": true,
	}
}

var capital = regexp.MustCompile(`([a-z])([A-Z])`)

func snake(name string) string { return strings.ToLower(capital.ReplaceAllString(name, "${1}_${2}")) }

// A Message is a message of the bot as a person sees it now.
type Message struct {
	ID     int
	Text   string // as shown, without tags
	Rows   [][]Button
	Sent   time.Time
	Silent bool
	Edits  int
	Thread int
	Reply  int
	Place  bool // below it is a keyboard with a button that shares one's place

	entities []map[string]any
	markup   map[string]any
}

// A Button is one button below a message.
type Button struct{ Text, Data, URL, Copy string }

type chat struct {
	id       int64
	kind     string
	messages []*Message
}

type press struct {
	expires  time.Time
	answered int
}

func (s *Server) sendMessage(c Call) (any, *Refusal) {
	at := s.chats[c.Chat()]
	if at == nil {
		return nil, bad("chat not found")
	}
	m := &Message{Sent: time.Now(), Thread: int(number(c.Params["message_thread_id"]))}
	if no := s.fill(m, c); no != nil {
		return nil, no
	}
	m.Silent, _ = c.Params["disable_notification"].(bool)
	if reply, ok := c.Params["reply_parameters"].(map[string]any); ok {
		m.Reply = int(number(reply["message_id"]))
	}
	s.serial++
	m.ID = s.serial
	at.messages = append(at.messages, m)
	return m.object(at), nil
}

// fill gives a message its text and buttons, or says what is wrong with them.
func (s *Server) fill(m *Message, c Call) *Refusal {
	text := c.Text("text")
	var marked []map[string]any
	if c.Text("parse_mode") == "HTML" {
		var err error
		if text, marked, err = parseHTML(text); err != nil {
			return bad("can't parse entities: %v", err)
		}
	} else if list, ok := c.Params["entities"].([]any); ok {
		for _, e := range list {
			marked = append(marked, e.(map[string]any))
		}
	}
	text = strings.TrimSpace(text)
	switch n := len(utf16.Encode([]rune(text))); {
	case n == 0:
		return bad("message text is empty")
	case n > 4096:
		return bad("message is too long")
	}
	m.Text, m.entities = text, marked
	return m.setMarkup(c.Params["reply_markup"])
}

// setMarkup reads a keyboard by the rules of the real server.
func (m *Message) setMarkup(v any) *Refusal {
	m.Rows, m.markup, m.Place = nil, nil, false
	markup, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if _, ok := markup["keyboard"]; ok {
		m.Place = strings.Contains(fmt.Sprint(markup["keyboard"]), "request_location:true")
		return nil
	}
	rows, ok := markup["inline_keyboard"].([]any)
	if !ok {
		return bad("object expected as reply markup")
	}
	count := 0
	for _, r := range rows {
		var row []Button
		for _, v := range r.([]any) {
			b, no := readButton(v.(map[string]any))
			if no != nil {
				return no
			}
			row = append(row, b)
			count++
		}
		if len(row) > 8 {
			return bad("too many buttons in a row")
		}
		m.Rows = append(m.Rows, row)
	}
	if count > 100 {
		return bad("reply markup is too long")
	}
	if count > 0 {
		m.markup = markup
	}
	return nil
}

func readButton(v map[string]any) (Button, *Refusal) {
	text := func(v any) string { s, _ := v.(string); return s }
	b := Button{Text: text(v["text"]), Data: text(v["callback_data"]), URL: text(v["url"])}
	if c, ok := v["copy_text"].(map[string]any); ok {
		b.Copy = text(c["text"])
		if n := len(utf16.Encode([]rune(b.Copy))); n < 1 || n > 256 {
			return b, bad("BUTTON_COPY_TEXT_INVALID")
		}
	}
	switch {
	case b.Text == "":
		return b, bad("can't parse inline keyboard button: text must be non-empty")
	case len(v) != 2:
		return b, bad("can't parse inline keyboard button: exactly one optional field expected")
	case b.Data != "" && len(b.Data) > 64:
		return b, bad("BUTTON_DATA_INVALID")
	case b.Data == "" && b.URL == "" && b.Copy == "":
		return b, bad("text buttons are unallowed in the inline keyboard")
	}
	return b, nil
}

func (s *Server) edit(c Call) (any, *Refusal) {
	at := s.chats[c.Chat()]
	if at == nil {
		return nil, bad("chat not found")
	}
	for _, m := range at.messages {
		if m.ID != int(number(c.Params["message_id"])) {
			continue
		}
		now := *m
		var no *Refusal
		if c.Method == "editMessageText" {
			no = s.fill(&now, c)
		} else {
			no = now.setMarkup(c.Params["reply_markup"])
		}
		if no != nil {
			return nil, no
		}
		if now.Text == m.Text && reflect.DeepEqual(now.markup, m.markup) {
			return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
		}
		now.Edits++
		*m = now
		return m.object(at), nil
	}
	return nil, bad("message to edit not found")
}

func (s *Server) answerPress(c Call) (any, *Refusal) {
	p := s.presses[c.Text("callback_query_id")]
	if p == nil || p.answered > 0 || time.Now().After(p.expires) {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	p.answered++
	return true, nil
}

func answerInline(c Call) (any, *Refusal) {
	results, ok := c.Params["results"].([]any)
	if !ok || len(results) > 50 {
		return nil, bad("RESULTS_TOO_MUCH")
	}
	seen := make(map[string]bool)
	for _, v := range results {
		r := v.(map[string]any)
		id, _ := r["id"].(string)
		content, _ := r["input_message_content"].(map[string]any)
		text, _ := content["message_text"].(string)
		title, _ := r["title"].(string)
		switch {
		case r["type"] != "article" || title == "":
			return nil, bad("ARTICLE_TITLE_EMPTY")
		case id == "" || len(id) > 64 || seen[id]:
			return nil, bad("RESULT_ID_INVALID")
		case text == "" || len(utf16.Encode([]rune(text))) > 4096:
			return nil, bad("MESSAGE_EMPTY")
		}
		seen[id] = true
	}
	return true, nil
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setCommands(c Call) (any, *Refusal) {
	list, _ := c.Params["commands"].([]any)
	for _, v := range list {
		command := v.(map[string]any)
		name, _ := command["command"].(string)
		about, _ := command["description"].(string)
		if !commandName.MatchString(name) || len(about) < 1 || len(about) > 256 {
			return nil, bad("BOT_COMMAND_INVALID")
		}
	}
	scope, _ := json.Marshal(c.Params["scope"])
	raw, _ := json.Marshal(list)
	s.commands[string(scope)+" "+c.Text("language_code")] = string(raw)
	return true, nil
}

// object is a message as the API shows it.
func (m *Message) object(at *chat) map[string]any {
	o := map[string]any{
		"message_id": m.ID, "date": m.Sent.Unix(), "from": bot(), "text": m.Text,
		"chat": map[string]any{"id": at.id, "type": at.kind},
	}
	if m.Edits > 0 {
		o["edit_date"] = time.Now().Unix()
	}
	if len(m.entities) > 0 {
		o["entities"] = m.entities
	}
	if m.markup != nil {
		o["reply_markup"] = m.markup
	}
	return o
}
