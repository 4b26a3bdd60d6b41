package slacktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNotAcknowledged is what sending ends with when the app never said that it had a thing.
var ErrNotAcknowledged = errors.New("never acknowledged")

// Sign returns the headers of a signed request.
func (s *Slack) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	return http.Header{
		"X-Slack-Request-Timestamp": {stamp},
		"X-Slack-Signature":         {"v0=" + hex.EncodeToString(mac.Sum(nil))},
	}
}

// Post sends one signed request to the app and returns its answer.
func (s *Slack) Post(path, contentType string, body []byte, retry int) (status int, answer string, err error) {
	r, err := http.NewRequest(http.MethodPost, s.Target+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header = s.Sign(body, time.Now())
	r.Header.Set("Content-Type", contentType)
	if retry > 0 {
		r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(retry))
		r.Header.Set("X-Slack-Retry-Reason", "http_error")
	}
	s.mu.Lock()
	s.tries++
	s.mu.Unlock()
	client := http.Client{Timeout: s.wait(), Transport: sending}
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

var sending = &http.Transport{MaxIdleConnsPerHost: 64}

func (s *Slack) wait() time.Duration {
	if s.Wait > 0 {
		return s.Wait
	}
	return 3 * time.Second
}

// deliver sends a thing of a kind until the app acknowledges it. Events are sent again at once,
// after a minute and after five more; commands and interactions never.
func (s *Slack) deliver(kind string, payload map[string]any) error {
	pauses := []time.Duration{0}
	if kind == "events_api" {
		minute := s.Minute
		if minute == 0 {
			minute = time.Minute
		}
		pauses = []time.Duration{0, 0, minute, 5 * minute}
	}
	for try, pause := range pauses {
		time.Sleep(pause)
		if s.Target == "" {
			if s.sendFrame(kind, payload, try) {
				return nil
			}
			continue
		}
		path, contentType, body := request(kind, payload)
		status, _, err := s.Post(path, contentType, body, try)
		if err == nil && status >= 200 && status < 300 {
			return nil
		}
	}
	return ErrNotAcknowledged
}

// request puts a payload into the form it has over HTTP.
func request(kind string, payload map[string]any) (path, contentType string, body []byte) {
	const form = "application/x-www-form-urlencoded"
	switch kind {
	case "slash_commands":
		v := make(url.Values)
		for k, value := range payload {
			v.Set(k, fmt.Sprint(value))
		}
		return "/slack/commands", form, []byte(v.Encode())
	case "interactive":
		return "/slack/interactions", form, []byte(url.Values{"payload": {string(toJSON(payload))}}.Encode())
	}
	return "/slack/events", "application/json", toJSON(payload)
}

// Envelope puts an event into an envelope with a new id.
func Envelope(event map[string]any) map[string]any {
	return map[string]any{
		"token": "unused", "type": "event_callback", "team_id": Team, "api_app_id": App, "event": event,
		"event_id": "Ev" + rand.Text(), "event_time": time.Now().Unix(),
		"authorizations": []any{map[string]any{"team_id": Team, "user_id": Bot, "is_bot": true}},
	}
}

// Event sends an event until it is acknowledged.
func (s *Slack) Event(event map[string]any) error { return s.deliver("events_api", Envelope(event)) }

// Said returns the event of a new direct message to the app.
func (s *Slack) Said(user, text string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"type": "message", "channel": Direct(user), "channel_type": "im", "user": user, "text": text, "ts": s.stamp()}
}

// Say sends a direct message to the app.
func (s *Slack) Say(user, text string) error { return s.Event(s.Said(user, text)) }

// Mentioned returns the event of a mention of the app in a channel.
func (s *Slack) Mentioned(user, channel, text string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"type": "app_mention", "channel": channel, "user": user, "text": "<@" + Bot + "> " + text, "ts": s.stamp()}
}

// OpenHome opens the Home tab of the app.
func (s *Slack) OpenHome(user string) error {
	return s.Event(map[string]any{"type": "app_home_opened", "user": user, "channel": Direct(user), "tab": "home"})
}

// Command types "/signpost text" in a channel.
func (s *Slack) Command(user, channel, text string) error {
	s.mu.Lock()
	payload := map[string]any{
		"command": "/signpost", "text": text, "user_id": user, "team_id": Team, "channel_id": channel, "channel_name": "general",
		"trigger_id": s.trigger(), "response_url": s.newURL(channel, user, ""), "api_app_id": App,
	}
	if strings.HasPrefix(channel, "D") {
		payload["channel_name"] = "directmessage"
	}
	s.mu.Unlock()
	return s.deliver("slash_commands", payload)
}

// Shortcut uses the message shortcut on what somebody wrote in a channel.
func (s *Slack) Shortcut(user, channel, ts, text string) error {
	s.mu.Lock()
	payload := map[string]any{
		"type": "message_action", "callback_id": "find_signposting", "team": map[string]any{"id": Team}, "user": map[string]any{"id": user},
		"channel": map[string]any{"id": channel}, "message": map[string]any{"type": "message", "user": "U0OTHER", "ts": ts, "text": text},
		"trigger_id": s.trigger(), "response_url": s.newURL(channel, user, ts),
	}
	s.mu.Unlock()
	return s.deliver("interactive", payload)
}

// Press presses the button of a message that has that label.
func (s *Slack) Press(user string, m Message, label string) error {
	e := Find(m.Blocks, label)
	if e == nil {
		return fmt.Errorf("no button %q", label)
	}
	return s.deliver("interactive", s.Pressed(user, m, e))
}

// Pressed returns the payload of a press on a button of a message.
func (s *Slack) Pressed(user string, m Message, button map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := "general"
	if strings.HasPrefix(m.Channel, "D") {
		name = "directmessage"
	}
	container := map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.For != ""}
	payload := s.action(user, button)
	payload["container"] = container
	payload["channel"] = map[string]any{"id": m.Channel, "name": name}
	payload["response_url"] = s.newURL(m.Channel, user, m.TS)
	if m.For == "" {
		payload["message"] = map[string]any{"type": "message", "user": Bot, "bot_id": BotID, "ts": m.TS, "text": m.Text, "blocks": m.Blocks}
	}
	return payload
}

// PressView presses a button of a view, or picks or types a value there.
func (s *Slack) PressView(user string, v View, element map[string]any, value string) error {
	s.mu.Lock()
	payload := s.action(user, element)
	act := payload["actions"].([]any)[0].(map[string]any)
	if element["type"] == "static_select" {
		act["selected_option"] = map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}}
	} else if value != "" {
		act["value"] = value
	}
	payload["container"] = map[string]any{"type": "view", "view_id": v.ID}
	payload["view"] = map[string]any{"id": v.ID, "type": v.Type, "hash": "h", "private_metadata": v.Body["private_metadata"], "blocks": v.Body["blocks"]}
	s.mu.Unlock()
	return s.deliver("interactive", payload)
}

// action is what every press has. The caller holds mu.
func (s *Slack) action(user string, e map[string]any) map[string]any {
	return map[string]any{
		"type": "block_actions", "team": map[string]any{"id": Team}, "user": map[string]any{"id": user, "team_id": Team}, "trigger_id": s.trigger(),
		"actions": []any{map[string]any{"type": e["type"], "action_id": e["action_id"], "block_id": "b", "value": e["value"], "text": e["text"], "action_ts": s.stamp()}},
	}
}

// Find returns the button, select or input with that label, placeholder or action id, or nil.
func Find(blocks []any, label string) map[string]any {
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		elements, _ := block["elements"].([]any)
		for _, e := range append(slices.Clip(elements), block["accessory"], block["element"]) {
			element, _ := e.(map[string]any)
			if element == nil {
				continue
			}
			for _, key := range []string{"text", "placeholder"} {
				if t, _ := element[key].(map[string]any); t != nil && t["text"] == label && element["action_id"] != nil {
					return element
				}
			}
			if id, _ := element["action_id"].(string); id == label {
				return element
			}
		}
	}
	return nil
}

// Interaction returns the body of a request that carries the payload of an interaction.
func Interaction(payload map[string]any) []byte {
	_, _, body := request("interactive", payload)
	return body
}

// EventBody returns the body of a request that carries an event.
func EventBody(event map[string]any) []byte { return toJSON(Envelope(event)) }
