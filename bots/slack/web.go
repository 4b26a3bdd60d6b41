package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/bots"
)

const (
	callTime  = 15 * time.Second // for one call, all of it
	maxAnswer = 4 << 20          // bytes of an answer that are read
)

// web is the way to Slack's Web API.
type web struct {
	api  *api.Client
	http *http.Client
}

func newWeb(base, bot, app string) web {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	client := &http.Client{
		Timeout: callTime, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return web{
		http: client,
		api: api.New(bot, api.OptionAPIURL(base), api.OptionAppLevelToken(app),
			api.OptionHTTPClient(strictClient{client, bot}), api.OptionLog(log.New(io.Discard, "", 0))),
	}
}

// errNoReason is Slack saying no without saying why, which the library takes for a yes.
var errNoReason = errors.New("slack said no and gave no reason")

// A strictClient sends requests for the library and keeps it from misreading the answers.
type strictClient struct {
	http  *http.Client
	token string
}

func (c strictClient) Do(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, bare(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, bare(err)
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		resp.Header.Set("Retry-After", strconv.Itoa(retryAfter(resp.Header)))
	}
	if resp.StatusCode == http.StatusOK {
		var said struct {
			OK    bool   `json:"ok"`
			Error string `json:"error"`
		}
		if err := json.Unmarshal(body, &said); err != nil {
			return nil, errors.New("slack's answer is not JSON")
		}
		if !said.OK && strings.TrimSpace(said.Error) == "" {
			return nil, errNoReason
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// retryAfter returns the seconds that a 429 asks for, at least 1.
func retryAfter(h http.Header) int {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 1 {
		return 1
	}
	return seconds
}

// bare takes the address out of an error of net/http: that of a response_url is a secret.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return bare(u.Err)
	}
	return err
}

// redact says what failed and why, without addresses and without what Slack quotes of us.
func redact(doing string, err error) error {
	if said, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		return fmt.Errorf("%s: slack says %s", doing, code(said.Err))
	}
	return fmt.Errorf("%s: %w", doing, bare(err))
}

// code keeps what looks like an error code of Slack's.
func code(s string) string {
	if len(s) > 60 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return "something unreadable"
	}
	return s
}

// Reasons of Slack's for saying no.
var (
	errBlocks  = errors.New("slack refuses the layout")
	errUsedUp  = errors.New("the response_url is used up")
	errAbsent  = errors.New("we are not in the channel")
	errNotEdit = errors.New("the message can't be changed any more")
)

// tokenPause is how long we wait when Slack refuses our token: somebody has to see to it.
const tokenPause = 5 * time.Minute

// verdicts says what an error code of Slack's means for what we were sending.
var verdicts = map[string]error{
	"user_not_found": bots.ErrGone, "user_disabled": bots.ErrGone, "users_not_found": bots.ErrGone, "cannot_dm_bot": bots.ErrGone,
	"is_archived": bots.ErrGone, "account_inactive": bots.ErrGone, "messages_tab_disabled": bots.ErrGone,
	"team_access_not_granted": bots.ErrGone, "restricted_action": bots.ErrGone, "is_inactive": bots.ErrGone,
	"channel_not_found": errAbsent, "not_in_channel": errAbsent, "user_not_in_channel": errAbsent,
	"invalid_blocks": errBlocks, "invalid_blocks_format": errBlocks, "msg_blocks_too_long": errBlocks, "msg_too_long": errBlocks,
	"expired_url": errUsedUp, "used_url": errUsedUp, "no_service": errUsedUp, "no_service_id": errUsedUp, "invalid_token": errUsedUp,
	"message_not_found": errNotEdit, "cant_update_message": errNotEdit, "edit_window_closed": errNotEdit,
}

// refusesToken reports whether an error code is about our token, or what it may do.
func refusesToken(code string) bool {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "missing_scope", "no_permission", "not_allowed_token_type":
		return true
	}
	return false
}

// judge turns an error of the library's into one that says what to do.
func (a *Adapter) judge(method string, err error) error {
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*api.RateLimitedError](err); ok {
		a.retrying.pause(method, limited.RetryAfter)
		return &bots.RetryError{After: limited.RetryAfter, Err: fmt.Errorf("%s: too many calls", method)}
	}
	said, ok := errors.AsType[api.SlackErrorResponse](err)
	if !ok {
		return redact(method, err)
	}
	if verdict := verdicts[said.Err]; verdict != nil {
		return fmt.Errorf("%s: slack says %s: %w", method, said.Err, verdict)
	}
	if refusesToken(said.Err) {
		a.log.Error("slack refuses the bot token: check SLACK_BOT_TOKEN, its scopes, and that the app is installed", "method", method, "error", said.Err)
		return &bots.RetryError{After: tokenPause, Err: redact(method, err)}
	}
	if said.Err == "ratelimited" || said.Err == "rate_limited" || said.Err == "message_limit_exceeded" {
		return &bots.RetryError{After: 30 * time.Second, Err: redact(method, err)}
	}
	return redact(method, err)
}

// call makes one call, unless the method has a pause to keep.
func (a *Adapter) call(method string, do func() error) error {
	if left := a.retrying.left(method); left > 0 {
		return &bots.RetryError{After: left, Err: fmt.Errorf("%s: still pausing", method)}
	}
	return a.judge(method, do())
}

// retryTimes are the times before which a method is not called again: Slack counts calls by
// method and workspace.
type retryTimes struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (p *retryTimes) pause(method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until == nil {
		p.until = make(map[string]time.Time)
	}
	p.until[method] = time.Now().Add(d)
}

func (p *retryTimes) left(method string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.until[method])
}

// respond posts to a response_url, whose address is a secret.
func (a *Adapter) respond(ctx context.Context, address string, m *api.WebhookMessage) error {
	const doing = "answer by response_url"
	off := false
	m.UnfurlLinks, m.UnfurlMedia = &off, &off
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: its address can't be read: %w", doing, errUsedUp)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := a.web.http.Do(r)
	if err != nil {
		return redact(doing, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return redact(doing, err)
	}
	return responded(resp, answer, doing)
}

// responded reads the answer of a response_url: the text "ok", or JSON.
func responded(resp *http.Response, answer []byte, doing string) error {
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	isJSON := json.Unmarshal(answer, &said) == nil
	if !isJSON {
		said.Error = strings.TrimSpace(string(answer))
	}
	switch status := resp.StatusCode; {
	case status == http.StatusOK && (said.OK || !isJSON):
		return nil
	case status == http.StatusTooManyRequests:
		return &bots.RetryError{After: time.Duration(retryAfter(resp.Header)) * time.Second, Err: fmt.Errorf("%s: too many calls", doing)}
	case verdicts[said.Error] != nil:
		return fmt.Errorf("%s: slack says %s: %w", doing, said.Error, verdicts[said.Error])
	case status == http.StatusNotFound || status == http.StatusGone || status == http.StatusForbidden:
		return fmt.Errorf("%s: status %d: %w", doing, status, errUsedUp)
	case status == http.StatusOK && said.Error == "":
		return fmt.Errorf("%s: %w", doing, errNoReason)
	}
	return fmt.Errorf("%s: status %d: %s", doing, resp.StatusCode, code(said.Error))
}
