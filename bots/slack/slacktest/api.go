package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// serveAPI is the Web API: a form or JSON in, JSON out.
func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	args, err := arguments(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fault := s.fault(method)
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
			return
		}
	}
	var answer map[string]any
	s.mu.Lock()
	if fault.Status == 0 || fault.After {
		answer = s.run(method, r, args)
	}
	said, _ := answer["error"].(string)
	if fault.Status != 0 {
		said = "fault " + strconv.Itoa(fault.Status)
	}
	delete(args, "token")
	s.calls = append(s.calls, Call{method, args, said, time.Now()})
	s.note()
	s.mu.Unlock()
	serveFault(w, fault, answer)
}

func serveFault(w http.ResponseWriter, f Fault, answer map[string]any) {
	if f.Status == 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Write(toJSON(answer))
		return
	}
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(f.Status)
	io.WriteString(w, f.Body)
}

func (s *Slack) fault(method string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.faults[method]
	if len(list) == 0 {
		return Fault{}
	}
	s.faults[method] = list[1:]
	return list[0]
}

// arguments reads the arguments of a call. In a form, "blocks" and "view" are JSON.
func arguments(r *http.Request) (map[string]any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	args := make(map[string]any)
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		if len(body) == 0 {
			return args, nil
		}
		return args, json.Unmarshal(body, &args)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	for k := range form {
		args[k] = form.Get(k)
		if k == "blocks" || k == "view" {
			var v any
			if err := json.Unmarshal([]byte(form.Get(k)), &v); err != nil {
				return nil, err
			}
			args[k] = v
		}
	}
	return args, nil
}

func failed(code string) map[string]any { return map[string]any{"ok": false, "error": code} }

// run does what a method does. The caller holds mu.
func (s *Slack) run(method string, r *http.Request, args map[string]any) map[string]any {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if t, ok := args["token"].(string); ok {
		token = t
	}
	want := s.BotToken
	if method == "apps.connections.open" {
		want = s.AppToken
	}
	switch {
	case token == "":
		return failed("not_authed")
	case token != want:
		return failed("invalid_auth")
	}
	switch method {
	case "auth.test":
		return map[string]any{"ok": true, "team_id": Team, "user_id": Bot, "bot_id": BotID}
	case "apps.connections.open":
		return map[string]any{"ok": true, "url": "ws" + strings.TrimPrefix(s.server.URL, "http") + "/link/" + rand.Text()}
	case "conversations.open":
		user, _ := args["users"].(string)
		return map[string]any{"ok": true, "channel": map[string]any{"id": Direct(user)}}
	case "users.info":
		return map[string]any{"ok": true, "user": map[string]any{"id": args["user"], "team_id": Team}}
	case "chat.postMessage", "chat.postEphemeral":
		return s.postMessage(method, args)
	case "chat.update":
		return s.updateMessage(args)
	case "views.open", "views.publish", "views.update":
		return s.showView(method, args)
	}
	return failed("unknown_method")
}

func (s *Slack) postMessage(method string, args map[string]any) map[string]any {
	channel, _ := args["channel"].(string)
	if strings.HasPrefix(channel, "U") {
		channel = Direct(channel)
	}
	if !strings.HasPrefix(channel, "D") && !s.members[channel] {
		if channel == "" {
			return failed("channel_not_found")
		}
		return failed("not_in_channel")
	}
	if args["unfurl_links"] != "false" && args["unfurl_links"] != false || args["unfurl_media"] != "false" && args["unfurl_media"] != false {
		s.problem("%s: links would unfurl", method)
	}
	m := &Message{Channel: channel, TS: s.stamp(), At: time.Now()}
	m.Thread, _ = args["thread_ts"].(string)
	if method == "chat.postEphemeral" {
		if m.For, _ = args["user"].(string); m.For == "" {
			return failed("no_user")
		}
	}
	if code := s.fill(method, m, args); code != "" {
		return failed(code)
	}
	s.messages = append(s.messages, m)
	return map[string]any{"ok": true, "channel": channel, "ts": m.TS, "message_ts": m.TS, "message": map[string]any{"text": m.Text}}
}

// fill takes text and blocks into a message, and returns an error code if they are not as they must be.
func (s *Slack) fill(what string, m *Message, args map[string]any) string {
	text, _ := args["text"].(string)
	blocks, _ := args["blocks"].([]any)
	if text == "" && len(blocks) == 0 {
		return "no_text"
	}
	if text == "" {
		s.problem("%s: blocks without text", what)
	}
	if len([]rune(text)) > 4000 {
		s.problem("%s: text of %d letters", what, len([]rune(text)))
	}
	found := Check(blocks, 50)
	for _, p := range found {
		s.problem("%s: %s", what, p)
	}
	if len(found) > 0 {
		return "invalid_blocks"
	}
	m.Text, m.Blocks = text, blocks
	return ""
}

func (s *Slack) updateMessage(args map[string]any) map[string]any {
	for _, m := range s.messages {
		if m.Channel == args["channel"] && m.TS == args["ts"] && m.For == "" && !m.Deleted {
			if code := s.fill("chat.update", m, args); code != "" {
				return failed(code)
			}
			m.Edits++
			return map[string]any{"ok": true, "channel": m.Channel, "ts": m.TS, "text": m.Text}
		}
	}
	return failed("message_not_found")
}

func (s *Slack) showView(method string, args map[string]any) map[string]any {
	body, _ := args["view"].(map[string]any)
	v := View{ID: "V" + rand.Text(), Body: body}
	v.Type, _ = body["type"].(string)
	v.User, _ = args["user_id"].(string)
	switch method {
	case "views.open":
		id, _ := args["trigger_id"].(string)
		at, ok := s.triggers[id]
		delete(s.triggers, id)
		if !ok {
			return failed("invalid_trigger_id")
		}
		if time.Since(at) > 3*time.Second {
			return failed("expired_trigger_id")
		}
	case "views.update":
		if v.ID, _ = args["view_id"].(string); v.ID == "" {
			return failed("not_found")
		}
	case "views.publish":
		if v.User == "" || v.Type != "home" {
			return failed("invalid_arguments")
		}
	}
	blocks, _ := body["blocks"].([]any)
	found := append(CheckView(body), Check(blocks, 100)...)
	for _, p := range found {
		s.problem("%s: %s", method, p)
	}
	if len(found) > 0 {
		return failed("invalid_arguments")
	}
	s.views = append(s.views, v)
	return map[string]any{"ok": true, "view": map[string]any{"id": v.ID, "hash": rand.Text()}}
}
