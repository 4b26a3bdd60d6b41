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
		select {
		case a.calls <- struct{}{}:
			defer func() { <-a.calls }()
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if !signed(a.signing, r.Header.Get("X-Slack-Request-Timestamp"), r.Header.Get("X-Slack-Signature"), body, time.Now()) {
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

// signed reports whether a signature of version 0 is right for a body, and not stale at now.
func signed(secret []byte, stamp, signature string, body []byte, now time.Time) bool {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > staleTime {
		return false
	}
	sum, err := hex.DecodeString(strings.TrimPrefix(signature, "v0="))
	if err != nil || !strings.HasPrefix(signature, "v0=") {
		return false
	}
	return hmac.Equal(sum, sign(secret, stamp, body))
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
