package telegram

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/go-telegram/bot"

	"github.com/mecc-oxfordshire/signpost/bots"
)

const (
	maxUpdate      = 1 << 20 // bytes of a webhook's body
	maxConnections = 40      // updates that Telegram may send us at the same time
	secretHeader   = "X-Telegram-Bot-Api-Secret-Token"
)

// A webhook is the address at which Telegram calls us.
type webhook struct {
	url, path, secret string

	mu      sync.RWMutex // held for reading while an update is taken
	ctx     context.Context
	deliver func(context.Context, bots.Message) error // nil unless Receive runs
}

func (h *webhook) open(ctx context.Context, deliver func(context.Context, bots.Message) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ctx, h.deliver = ctx, deliver
}

// webhookFrom reads the webhook's settings; it is nil if there are none.
func webhookFrom(s bots.Settings) (*webhook, error) {
	address := s.Get("TELEGRAM_WEBHOOK_URL", "")
	secret, err := s.Secret("TELEGRAM_WEBHOOK_SECRET")
	switch {
	case err != nil:
		return nil, err
	case address == "" && secret == "":
		return nil, nil
	case address == "":
		return nil, bots.WithHint(errors.New("TELEGRAM_WEBHOOK_SECRET is set but TELEGRAM_WEBHOOK_URL is not"), "set both for a webhook, neither for long polling")
	case secret == "":
		return nil, bots.WithHint(errors.New("TELEGRAM_WEBHOOK_URL is set but TELEGRAM_WEBHOOK_SECRET is not"), "set both for a webhook, neither for long polling")
	case !validSecret.MatchString(secret):
		return nil, bots.WithHint(errors.New("TELEGRAM_WEBHOOK_SECRET is not one that Telegram takes"), "it may hold letters, digits, _ and -, 256 at most")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, bots.WithHint(errors.New("TELEGRAM_WEBHOOK_URL is not an address"), "it is like https://bot.example.org/telegram")
	}
	h := &webhook{url: address, path: u.Path, secret: secret}
	if h.path == "" {
		h.path = "/"
	}
	return h, nil
}

// Routes returns the handler of the webhook at the path of its URL; none with long polling.
func (a *Adapter) Routes() map[string]http.Handler {
	if a.hook == nil {
		return nil
	}
	return map[string]http.Handler{a.hook.path: http.HandlerFunc(a.serveWebhook)}
}

// listen has Telegram call us until ctx ends.
func (a *Adapter) listen(ctx context.Context, deliver func(context.Context, bots.Message) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a.hook.open(ctx, deliver)
	defer a.hook.open(ctx, nil) // waits for updates that are being taken
	a.working.Go(func() {
		if err := a.introduce(ctx); err != nil {
			cancel(err)
		}
	})
	a.working.Go(func() {
		err := a.persist(ctx, "setWebhook", func(ctx context.Context) error {
			return a.api.call(ctx, "setWebhook", bot.SetWebhookParams{
				URL: a.hook.url, SecretToken: a.hook.secret, MaxConnections: maxConnections, AllowedUpdates: allowed,
			}, nil)
		})
		if refusedToken(err) {
			cancel(tokenError(err))
		}
	})
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return nil
}

// serveWebhook takes one update. Its 2xx are empty, because Telegram obeys commands in them, and
// given only when the turn is committed; any other answer makes Telegram send the update again.
func (a *Adapter) serveWebhook(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), []byte(a.hook.secret)) != 1 {
		a.refused.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	default:
		w.WriteHeader(a.takeCall(r.Context(), body))
	}
}

// takeCall takes the update that a call brought, and returns the status to answer with.
func (a *Adapter) takeCall(ctx context.Context, body []byte) int {
	a.hook.mu.RLock()
	defer a.hook.mu.RUnlock()
	if a.hook.deliver == nil {
		return http.StatusServiceUnavailable
	}
	in, err := a.read(body)
	switch {
	case errors.Is(err, errNotIntroduced):
		return http.StatusServiceUnavailable
	case err != nil:
		a.passBy(in.id)
	}
	if in.inline != nil {
		a.answerInline(a.hook.ctx, in.inline)
	}
	if in.message != nil {
		// The turn is finished even if Telegram hangs up; deliver has its own limit in time.
		if err := a.hook.deliver(context.WithoutCancel(ctx), *in.message); err != nil {
			return http.StatusServiceUnavailable
		}
	}
	return http.StatusOK
}
