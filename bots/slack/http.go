package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxBody   = 1 << 20         // bytes of one request or envelope
	usualBody = 64 << 10        // bytes; there is less room for what is larger
	staleTime = 5 * time.Minute // how far the clock of a signature may be from ours
)

// errMalformed says that a request is not what Slack sends.
var errMalformed = errors.New("malformed")

// endpoint checks that a request is Slack's, and answers it: 200 when serve returns nil, 400 when
// it was malformed, 503 when Slack is to send it again.
func (a *Adapter) endpoint(serve func(w http.ResponseWriter, r *http.Request, body []byte) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		stamp, signature := r.Header.Get("X-Slack-Request-Timestamp"), r.Header.Get("X-Slack-Signature")
		sum, ok := readSignature(stamp, signature, time.Now())
		if !ok {
			a.counts.refused.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		select {
		case a.calls <- struct{}{}:
			defer func() { <-a.calls }()
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, err := a.readBody(http.MaxBytesReader(w, r.Body, maxBody))
		switch {
		case errors.Is(err, errNoRoom):
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case err != nil:
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if !hmac.Equal(sum, sign(a.signing, stamp, body)) {
			a.counts.refused.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.Header.Get("X-Slack-Retry-Num") != "" {
			a.counts.retried.Add(1)
		}
		if a.deliver.Load() == nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		switch err := serve(w, r, body); {
		case errors.Is(err, errMalformed):
			a.counts.unread.Add(1)
			w.WriteHeader(http.StatusBadRequest)
		case err != nil:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

var errNoRoom = errors.New("too many large requests at once")

// readBody reads a body of which nobody knows yet whether it is Slack's. What is larger than usual is
// read on when there is room.
func (a *Adapter) readBody(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, usualBody))
	if err != nil || len(body) < usualBody {
		return body, err
	}
	select {
	case a.large <- struct{}{}:
		defer func() { <-a.large }()
	case <-time.After(answerTime):
		return nil, errNoRoom
	}
	rest, err := io.ReadAll(from)
	return append(body, rest...), err
}

// readSignature returns what stands in a signature of version 0, unless it can't be one, or is stale at
// now: nothing of such a request is read.
func readSignature(stamp, signature string, now time.Time) (sum []byte, ok bool) {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > staleTime {
		return nil, false
	}
	digits, ok := strings.CutPrefix(signature, "v0=")
	sum, err = hex.DecodeString(digits)
	return sum, ok && err == nil && len(sum) == sha256.Size
}

// sign returns the signature of a body, without its version.
func sign(secret []byte, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return mac.Sum(nil)
}

func (a *Adapter) serveEvent(w http.ResponseWriter, r *http.Request, body []byte) error {
	t, challenge, err := a.readEvent(body)
	if err != nil {
		return err
	}
	if challenge != "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(w, challenge)
		return err
	}
	return a.take(r.Context(), t)
}

func (a *Adapter) serveCommand(_ http.ResponseWriter, r *http.Request, body []byte) error {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return errMalformed
	}
	if form.Get("ssl_check") != "" {
		return nil
	}
	t, err := a.readCommand(command{
		Command: form.Get("command"), Text: form.Get("text"), Trigger: form.Get("trigger_id"), ResponseURL: form.Get("response_url"),
		Team: form.Get("team_id"), User: form.Get("user_id"), Channel: form.Get("channel_id"), ChannelName: form.Get("channel_name"),
	})
	if err != nil {
		return err
	}
	return a.take(r.Context(), t)
}

// serveInteraction reads its payload from the body alone: what stands in the address is not signed.
func (a *Adapter) serveInteraction(_ http.ResponseWriter, r *http.Request, body []byte) error {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return errMalformed
	}
	t, err := a.readInteraction([]byte(form.Get("payload")))
	if err != nil {
		return err
	}
	return a.take(r.Context(), t)
}
