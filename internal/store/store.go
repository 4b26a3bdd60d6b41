// Package store keeps sessions and the replies owed to people: in memory, in one file for one
// process, or in Redis for any number of them. Every store behaves as conversation.Store says;
// one contract test runs over them all.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// Lease is how long a commit or a claim keeps an owed reply for whoever made it. A process that
// dies leaves its replies to others after at most this long, so renew well within it.
const Lease = 10 * time.Second

// OwedLife is how long a reply is kept that nobody could send. It outlasts every retry a chat
// platform asks for, and bounds how long the address inside the reply is at rest.
const OwedLife = 7 * 24 * time.Hour

// ErrUnavailable is wrapped by an error when the store could not be reached or could not do its
// work, so that the person may be told to try again later. Nothing was half written; what was
// asked for may have been done if only the answer was lost.
var ErrUnavailable = errors.New("the store is unavailable")

// A Config says which store to use: Redis if there is a RedisURL, or else the file.
//
// These forms of RedisURL are understood. The port may be left out; a password with one of the
// characters @ : / ? # , % in it has them percent-encoded.
//
//	redis://[user:password@]host:port[/database]
//	rediss://...                                      the same over TLS
//	unix://[user:password@]/path/to/socket[?db=N]
//	redis://[user:password@]host:port,host:port       a cluster
//	redis://[user:password@]host:port?cluster=true    a cluster by one of its addresses
//	redis+sentinel://[user:password@]host:port,host:port/master[/database][?sentinel_password=P]
//	rediss+sentinel://...                             the same over TLS
//
// The user and password of a sentinel URL are those of Redis. Redis must keep what it is given:
// appendonly yes, maxmemory-policy noeviction.
type Config struct {
	RedisURL string
	File     string // is made if it does not exist, but not its directory
}

// Open returns the store that c describes. With Redis it does not wait for the server, so that a
// process may start first; Ping tells whether it is there. No error shows a password. An error
// may have a method Hint() string that says what to do about it.
func Open(ctx context.Context, c Config) (conversation.Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	switch {
	case c.RedisURL != "":
		return openRedis(c.RedisURL)
	case c.File != "":
		return openBolt(c.File)
	}
	return nil, errors.New("opening the store: neither a Redis address nor a file is set")
}

// step runs one turn on an encoded session: kept is nil for somebody we have not met, and next is
// nil for somebody to forget. A session that cannot be read, as after going back to an older
// version, is taken for none, because an error here would shut its person out for good.
func step(kept []byte, turn func(*conversation.Session) ([]byte, error)) (next, owed []byte, err error) {
	var session conversation.Session
	if session.UnmarshalBinary(kept) != nil {
		session = conversation.Session{}
	}
	owed, err = turn(&session)
	if err != nil {
		return nil, nil, err
	}
	if session.IsZero() {
		return nil, owed, nil
	}
	next, err = session.MarshalBinary()
	return next, owed, err
}

// unavailable says what could not be done, and why.
func unavailable(doing string, err error) error {
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}

// A hinted error also says what the operator can do about it.
type hinted struct {
	error
	hint string
}

func (e hinted) Hint() string  { return e.hint }
func (e hinted) Unwrap() error { return e.error }
