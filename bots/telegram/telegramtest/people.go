package telegramtest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Start makes a private chat with a person, as their pressing "Start" does, without a message.
func (s *Server) Start(person int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(person, "private")
}

// Block takes the chat away, so that nothing can be sent to it.
func (s *Server) Block(person int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.chats, person)
}

func (s *Server) chat(id int64, kind string) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{id: id, kind: kind}
		s.chats[id] = c
	}
	return c
}

func user(id int64) map[string]any {
	return map[string]any{"id": id, "is_bot": false, "first_name": "Person" + strconv.FormatInt(id, 10), "language_code": "en"}
}

// Text has a person write in their private chat. It returns the update's id.
func (s *Server) Text(person int64, text string) int64 {
	return s.Say(person, map[string]any{"text": text})
}

// Say has a person send a message with the given fields in their private chat.
func (s *Server) Say(person int64, fields map[string]any) int64 {
	return s.say(person, person, "private", fields)
}

// SayIn has a person send a message with the given fields in a group, whose id is negative.
func (s *Server) SayIn(group, person int64, fields map[string]any) int64 {
	return s.say(group, person, "supergroup", fields)
}

// command is one at the start of a text, which the real server marks.
var command = regexp.MustCompile(`^/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]{3,32})?`)

func (s *Server) say(where, person int64, kind string, fields map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(where, kind)
	s.serial++
	m := map[string]any{"message_id": s.serial, "date": time.Now().Unix(), "from": user(person), "chat": map[string]any{"id": c.id, "type": c.kind}}
	if text, _ := fields["text"].(string); command.MatchString(text) {
		m["entities"] = []any{map[string]any{"type": "bot_command", "offset": 0, "length": len(command.FindString(text))}}
	}
	for k, v := range fields {
		m[k] = v
	}
	return s.push(fmt.Sprint("chat ", where), messageLife, map[string]any{"message": m})
}

// Press has a person press the button with that text below a message of their private chat. It
// returns the update's id and the query's, or 0 if there is no such button.
func (s *Server) Press(person int64, message int, text string) (int64, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(person, "private")
	for _, m := range c.messages {
		if m.ID != message {
			continue
		}
		for _, b := range slices.Concat(m.Rows...) {
			if b.Text == text && b.Data != "" {
				return s.press(person, b.Data, m.object(c))
			}
		}
	}
	return 0, ""
}

// PressData has a person press a button with any data, below a message of any form, or none (nil).
func (s *Server) PressData(person int64, data string, message map[string]any) (int64, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(person, "private")
	return s.press(person, data, message)
}

func (s *Server) press(person int64, data string, message map[string]any) (int64, string) {
	s.serial++
	query := strconv.FormatInt(4000000000000+int64(s.serial), 10)
	s.presses[query] = &press{expires: time.Now().Add(pressLife)}
	q := map[string]any{"id": query, "from": user(person), "chat_instance": "1", "data": data}
	if message != nil {
		q["message"] = message
	}
	return s.push(fmt.Sprint("user ", person), pressLife, map[string]any{"callback_query": q}), query
}

// Ask has a person type after the bot's name in another chat. It returns the query's id.
func (s *Server) Ask(person int64, words string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	query := strconv.Itoa(5000000 + s.serial)
	s.push(fmt.Sprint("inline ", person), inlineLife, map[string]any{"inline_query": map[string]any{
		"id": query, "from": user(person), "query": words, "offset": "",
	}})
	return query
}

// Messages returns what the bot has said in a chat, as it stands now.
func (s *Server) Messages(where int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	if c := s.chats[where]; c != nil {
		for _, m := range c.messages {
			list = append(list, *m)
		}
	}
	return list
}

// Answers returns how often a press was answered in time.
func (s *Server) Answers(query string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.presses[query]; p != nil {
		return p.answered
	}
	return 0
}

// Commands returns the commands set, as JSON, by scope and language.
func (s *Server) Commands() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make(map[string]string)
	for k, v := range s.commands {
		list[k] = v
	}
	return list
}
