package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
)

const (
	callTime  = 15 * time.Second
	maxAnswer = 16 << 20 // bytes; Telegram sends at most 4 MB of updates at once
)

// An api calls Bot API methods with JSON that can be sent again on a connection that had died. It
// is safe for concurrent use, and its errors never show the token.
type api struct {
	base, token string
	client      *http.Client
}

func newAPI(base, token string) *api {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &api{base, token, &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         dialer.DialContext,
			ForceAttemptHTTP2:   true,
			TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConns:        256,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     50 * time.Second, // shorter than the 60 s after which servers commonly hang up
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// An apiError is Telegram's refusal of a call.
type apiError struct {
	Method      string
	Code        int // as HTTP status codes
	Description string
	After       time.Duration // with code 429
	MigratedTo  int64         // the new id of a group that became a supergroup
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: telegram says %d %s", e.Method, e.Code, e.Description)
}

// final reports whether the same call would be refused for ever.
func (e *apiError) final() bool {
	return e.Code >= 400 && e.Code < 500 && e.Code != 429 && e.Code != 408
}

// says reports whether the description holds one of the texts, in any case.
func (e *apiError) says(texts ...string) bool {
	d := strings.ToLower(e.Description)
	for _, t := range texts {
		if strings.Contains(d, t) {
			return true
		}
	}
	return false
}

// call calls a method and decodes its result, unless that is nil.
func (c *api) call(ctx context.Context, method string, params, result any) error {
	return c.callWithin(ctx, callTime, method, params, result)
}

func (c *api) callWithin(ctx context.Context, limit time.Duration, method string, params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body := []byte("{}")
	if params != nil {
		var err error
		if body, err = json.Marshal(params); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/bot"+c.token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: the address of the API is not valid", method)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return c.clean(method, err)
	}
	defer resp.Body.Close()
	return c.decode(method, resp, result)
}

// decode reads an answer. A body that is not Telegram's, such as a proxy's page, is never shown.
func (c *api) decode(method string, resp *http.Response, result any) error {
	var answer struct {
		OK          bool   `json:"ok"`
		Result      any    `json:"result"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter float64 `json:"retry_after"`
			MigratedTo int64   `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
	answer.Result = result
	if result == nil {
		answer.Result = new(json.RawMessage)
	}
	body := io.LimitReader(resp.Body, maxAnswer)
	err := json.NewDecoder(body).Decode(&answer)
	io.Copy(io.Discard, body) // so that the connection can be used again
	if err == nil && answer.OK {
		return nil
	}
	if err != nil && resp.StatusCode < 300 {
		return fmt.Errorf("%s: answer of status %d can't be decoded", method, resp.StatusCode)
	}
	refused := &apiError{
		Method: method, Code: answer.Code, Description: c.redact(answer.Description),
		After:      time.Duration(answer.Parameters.RetryAfter * float64(time.Second)),
		MigratedTo: answer.Parameters.MigratedTo,
	}
	if refused.Code == 0 {
		refused.Code = resp.StatusCode
	}
	if refused.Code == http.StatusTooManyRequests && refused.After <= 0 {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		refused.After = time.Duration(max(seconds, 1)) * time.Second
	}
	return refused
}

// clean takes the address, which holds the token, out of a transport's error.
func (c *api) clean(method string, err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	if text := err.Error(); strings.Contains(text, c.token) {
		err = errors.New(c.redact(text))
	}
	return fmt.Errorf("%s: %w", method, err)
}

func (c *api) redact(text string) string { return strings.ReplaceAll(text, c.token, "TOKEN") }

// gone are descriptions of refusals, other than those of code 403, that no later try will change.
var gone = []string{
	"chat not found", "user not found", "deactivated", "peer_id_invalid", "user_is_blocked", "bot was kicked",
	"group chat was deactivated", "not enough rights", "have no rights", "chat_write_forbidden", "chat_restricted",
}

// outcome maps the error of a call to a chat to what bots.Adapter.Send promises, and notes pauses.
func (a *Adapter) outcome(chat int64, err error) error {
	var refused *apiError
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.Code == http.StatusTooManyRequests:
		a.pauses.hold(chat, refused.After, time.Now())
		return &bots.RetryError{After: refused.After, Err: err}
	case refused.Code == http.StatusForbidden, refused.Code == http.StatusBadRequest && refused.says(gone...):
		return fmt.Errorf("%w: %w", bots.ErrGone, err)
	}
	return err
}
