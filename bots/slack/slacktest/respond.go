package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// A responseURL may be used five times in half an hour.
type responseURL struct {
	channel, user, original string
	uses                    int
	until                   time.Time
}

// newURL returns a fresh response_url for somebody who pressed or typed something in a channel.
// The caller holds mu.
func (s *Slack) newURL(channel, user, original string) string {
	token := rand.Text()
	s.urls[token] = &responseURL{channel: channel, user: user, original: original, until: time.Now().Add(30 * time.Minute)}
	return s.server.URL + "/respond/" + token
}

func (s *Slack) serveRespond(w http.ResponseWriter, r *http.Request) {
	var args map[string]any
	if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	fault := s.fault("response_url")
	if fault.Delay > 0 {
		time.Sleep(fault.Delay)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	code := ""
	if fault.Status == 0 {
		code = s.respond(s.urls[r.PathValue("token")], args)
	} else {
		code = "fault " + strconv.Itoa(fault.Status)
	}
	s.calls = append(s.calls, Call{"response_url", args, code, time.Now()})
	s.note()
	switch {
	case fault.Status != 0:
		serveFault(w, fault, nil)
	case code == "used_url" || code == "expired_url":
		w.WriteHeader(http.StatusNotFound)
		w.Write(toJSON(failed(code)))
	case code != "":
		w.Write(toJSON(failed(code)))
	default:
		io.WriteString(w, "ok")
	}
}

// respond posts or replaces what a response_url stands for, and returns an error code.
func (s *Slack) respond(u *responseURL, args map[string]any) string {
	switch {
	case u == nil:
		return "invalid_token"
	case u.uses >= 5:
		return "used_url"
	case time.Now().After(u.until):
		return "expired_url"
	}
	u.uses++
	m := &Message{Channel: u.channel, TS: s.stamp(), At: time.Now()}
	if args["response_type"] != "in_channel" {
		m.For = u.user
	}
	if args["unfurl_links"] != false || args["unfurl_media"] != false {
		s.problem("response_url: links would unfurl")
	}
	if code := s.fill("response_url", m, args); code != "" {
		return code
	}
	if args["replace_original"] == true {
		for _, old := range s.messages {
			if old.TS == u.original {
				old.Text, old.Blocks = m.Text, m.Blocks
				old.Edits++
				return ""
			}
		}
	}
	s.messages = append(s.messages, m)
	return ""
}
