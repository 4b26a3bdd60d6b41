// Package slack carries conversations to and from Slack: direct messages, buttons, /signpost, a
// message shortcut, mentions and the Home tab, over HTTP or Socket Mode. It decides nothing about
// the conversation, and tells Slack that it has a message only once that message is committed.
package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	api "github.com/slack-go/slack"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const (
	answerTime = 2800 * time.Millisecond // for an acknowledgement; Slack waits 3 s
	actTime    = 20 * time.Second        // for what is done beside a conversation: Home, a modal, a share
	actsAtOnce = 64                      // of those; more are dropped and counted

	callsAtOnce = 512             // HTTP requests; Slack is to send more again
	largeAtOnce = 32              // of them, larger than usualBody
	lastActs    = 3 * time.Second // after a stop, for those under way
	perChannel  = time.Second     // between two posts to one channel, as Slack asks
)

// An Adapter is one Slack workspace. It is a bots.Adapter, and a bots.Listener when it has a
// signing secret.
type Adapter struct {
	script   func() *conversation.Script
	known    bots.Known
	log      *slog.Logger
	web      web
	signing  []byte // nil without HTTP
	sockets  bool
	limit    bots.Limiter
	retrying retryTimes
	shared   bots.Recent
	counts   counts

	deliver    atomic.Pointer[delivery] // nil unless Receive runs
	delivering sync.RWMutex             // held for reading while it is called
	calls      chan struct{}            // one for each HTTP request under way
	large      chan struct{}            // the same, of those that are large
	slots      chan struct{}            // one for each act under way
}

// A delivery takes a message through a turn; see bots.Adapter.Receive.
type delivery func(context.Context, bots.Message) error

// counts are what has happened since the start; see Counts.
type counts struct{ retried, unread, refused, dropped, reconnects, inbound atomic.Int64 }

// FromEnv returns the adapter that the environment asks for, or nil if SLACK_BOT_TOKEN,
// SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are all unset. Secret returns a secret, trimmed, or "".
func FromEnv(s bots.Settings) (bots.Adapter, error) {
	var values [3]string
	for i, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} {
		v, err := s.Secret(name)
		if err != nil {
			return nil, err
		}
		if i < 2 && strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, bots.WithHint(fmt.Errorf("%s is no token: it has a space, or a letter that no token has", name), "copy it again from the settings of the app")
		}
		values[i] = v
	}
	bot, app, signing := values[0], values[1], values[2]
	switch {
	case bot == "" && app == "" && signing == "":
		return nil, nil
	case bot == "":
		return nil, bots.WithHint(errors.New("slack needs SLACK_BOT_TOKEN beside its other secrets"), "set SLACK_BOT_TOKEN, or SLACK_BOT_TOKEN_FILE to a file that holds it; it begins with xoxb-")
	case app == "" && signing == "":
		return nil, bots.WithHint(errors.New("slack has a bot token but no way to hear from Slack"), "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP")
	}
	base := s.Get("SLACK_API_URL", "")
	if base != "" && (!strings.HasPrefix(base, "http://") && !strings.HasPrefix(base, "https://") || !strings.HasSuffix(base, "/")) {
		return nil, bots.WithHint(errors.New("SLACK_API_URL is not the address of a Web API"), "it starts with http:// or https:// and ends with /api/")
	}
	a := newAdapter(base, bot, app, signing, s.Script, s.Log)
	a.known = s.Known
	return a, nil
}

// newAdapter takes "" for the public Web API, and for a transport that is not wanted.
func newAdapter(base, bot, app, signing string, script func() *conversation.Script, log *slog.Logger) *Adapter {
	if base == "" {
		base = api.APIURL
	}
	a := &Adapter{script: script, log: log, web: newWeb(base, bot, app), sockets: app != ""}
	a.slots = make(chan struct{}, actsAtOnce)
	a.calls, a.large = make(chan struct{}, callsAtOnce), make(chan struct{}, largeAtOnce)
	a.limit.PerChat, a.shared.For = perChannel, shareOnce
	if signing != "" {
		a.signing = []byte(signing)
	}
	return a
}

// Name is "slack".
func (a *Adapter) Name() string { return "slack" }

// Pace is the pause between two posts to one channel.
func (a *Adapter) Pace() time.Duration { return a.limit.PerChat }

// LastInbound implements bots.Watched. Pings don't count: a socket that is up but has long been quiet
// may be a dead one.
func (a *Adapter) LastInbound() time.Time {
	if n := a.counts.inbound.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}

// Counts implements bots.Watched.
func (a *Adapter) Counts() map[string]int64 {
	c := &a.counts
	return map[string]int64{
		"retried":    c.retried.Load(),    // requests and envelopes that Slack marked as sent again
		"unread":     c.unread.Load(),     // requests, envelopes and events that could not be read, and were passed by
		"refused":    c.refused.Load(),    // requests with a bad signature
		"dropped":    c.dropped.Load(),    // envelopes and acts that did not fit the queue
		"reconnects": c.reconnects.Load(), // Socket Mode connections after the first of each
		"waited":     a.limit.Waited(),    // posts that had to wait for their place
	}
}

// Receive serves HTTP requests and Socket Mode until ctx ends; see bots.Adapter. It fails if Slack
// refuses the app token from the start.
func (a *Adapter) Receive(ctx context.Context, deliver func(context.Context, bots.Message) error) error {
	d := delivery(deliver)
	a.deliver.Store(&d)
	defer a.finish()
	if a.do(ctx, a.greet); !a.sockets {
		<-ctx.Done()
		return nil
	}
	return a.listen(ctx)
}

// greet says in the log whether the bot token works.
func (a *Adapter) greet(ctx context.Context) {
	if who, err := a.web.api.AuthTestContext(ctx); err != nil {
		a.log.Warn("slack did not accept the bot token yet", "error", redact("auth.test", err))
	} else {
		a.log.Info("slack accepted the bot token", "workspace", who.TeamID)
	}
}

// A task is what one request or envelope asks of us. Either part may be missing.
type task struct {
	message *bots.Message         // to be committed before the acknowledgement
	act     func(context.Context) // done beside it, without a session
}

// take commits the message of a task and starts its act. The sender may be told that it has
// arrived when take returns nil, which is within answerTime.
func (a *Adapter) take(ctx context.Context, t task) error {
	a.counts.inbound.Store(time.Now().UnixNano())
	if t.act != nil {
		a.do(ctx, t.act)
	}
	if t.message == nil {
		return nil
	}
	a.delivering.RLock()
	deliver := a.deliver.Load()
	if deliver == nil {
		a.delivering.RUnlock()
		return errNotReceiving
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		defer a.delivering.RUnlock()
		done <- (*deliver)(ctx, *t.message)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errNotReceiving = errors.New("not receiving")

// do runs an act on the side, if there is room.
func (a *Adapter) do(ctx context.Context, act func(context.Context)) {
	select {
	case a.slots <- struct{}{}:
	default:
		a.counts.dropped.Add(1)
		return
	}
	go func() {
		defer func() { <-a.slots }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actTime)
		defer cancel()
		act(ctx)
	}()
}

// finish waits for messages that are being delivered, and a little for acts under way, and lets no more
// begin meanwhile.
func (a *Adapter) finish() {
	a.delivering.Lock()
	a.deliver.Store(nil)
	a.delivering.Unlock()
	late := time.After(lastActs)
	for taken := range cap(a.slots) {
		select {
		case a.slots <- struct{}{}:
			defer func() { <-a.slots }()
		case <-late:
			a.log.Warn("stopped with something still under way", "acts", cap(a.slots)-taken)
			return
		}
	}
}

// phrase returns what is said on Slack alone, or "".
func (a *Adapter) phrase(key string) string { return a.script().Phrases.Platforms["slack"][key] }

// Routes returns the endpoints to which Slack sends, none without a signing secret.
func (a *Adapter) Routes() map[string]http.Handler {
	if a.signing == nil {
		return nil
	}
	return map[string]http.Handler{
		"/slack/events":       a.endpoint(a.serveEvent),
		"/slack/commands":     a.endpoint(a.serveCommand),
		"/slack/interactions": a.endpoint(a.serveInteraction),
	}
}
