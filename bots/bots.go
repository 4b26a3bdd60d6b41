// Package bots is what every chat platform shares: the contract of an adapter, and the server that
// takes each message through one conversation turn, commits it with the reply that is owed, lets
// the platform forget the message, and sends. It knows no platform by name.
package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// A Message is one thing a person sent, with where an answer goes.
type Message struct {
	conversation.Message
	From string  // the person and chat on the platform; one From is one conversation
	To   Address // where the reply goes
}

// LogValue keeps what a person wrote, and who they are, out of the logs.
func (m Message) LogValue() slog.Value { return slog.IntValue(len(m.Text)) }

// An Address is where on a platform a reply goes, written by an adapter for itself. It is kept
// only beside a reply that is owed.
type Address = json.RawMessage

// An Adapter carries messages between one chat platform and us. It translates; it decides nothing
// about the conversation.
type Adapter interface {
	// Name is the platform's name, as it stands in logs, metrics and the ids of conversations.
	Name() string

	// Receive calls deliver for every message until ctx ends, one person's messages in the order
	// they were sent, those of different people at the same time. When deliver returns nil the
	// message and its reply are committed, and only then may the platform be told to forget it.
	// Receive returns nil when ctx ends, or the reason why it can never go on.
	Receive(ctx context.Context, deliver func(context.Context, Message) error) error

	// Send says a reply. Where that answers the press of a button the platform hears that the press
	// has arrived, which is all that an empty reply does. Its errors are a *RetryError (again, after
	// a pause), ErrGone (never again), or anything else (again, after a while).
	Send(ctx context.Context, to Address, r conversation.Reply) error
}

// A Watched adapter tells for metrics what its turns don't show.
type Watched interface {
	Counts() map[string]int64 // what has happened since the start, by a name that holds no words and no ids
	LastInbound() time.Time   // when the platform last sent us anything; the zero time is never
}

// A Listener is an adapter that is called over HTTP. Its handlers answer 503 unless Receive runs.
type Listener interface {
	Routes() map[string]http.Handler // by path
}

// A RetryError says that a platform will take the reply later.
type RetryError struct {
	After time.Duration // what the platform asked for
	Err   error
}

func (e *RetryError) Error() string { return fmt.Sprintf("again in %s: %v", e.After, e.Err) }

func (e *RetryError) Unwrap() error { return e.Err }

// ErrGone is what Send returns when the person can't be reached any more: they blocked us, or left.
var ErrGone = errors.New("the person is gone")

// ErrBusy is what deliver returns when one person has sent more than fits in their lane. The
// platform sends the message again later.
var ErrBusy = errors.New("too many messages waiting in one conversation")
