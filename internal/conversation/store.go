package conversation

import "context"

// A Store keeps sessions and the replies owed to people. Every method is safe for concurrent use,
// obeys its context, and says in its error what it was doing and why it could not.
//
// The id of a conversation is made by the caller from a person's platform id with a keyed hash, so
// that no platform id is at rest. What is owed is opaque to the store.
type Store interface {
	// Update calls turn with the session kept under id, or a zero one, and keeps what turn leaves
	// together with the reply it owes, if any, in one atomic write. It may call turn again if
	// another process got in between, so turn must have no other effect. If turn fails nothing is
	// kept and its error is returned as it is. A zero session is forgotten with everything else
	// under id but the reply owed, which goes when it is sent.
	//
	// Update returns the number the owed reply was given (0 if none), and how many replies the
	// conversation is owed in all. The lease on them is the caller's if this reply is the only one;
	// otherwise it stays with whoever has it, who is to send this reply too.
	Update(ctx context.Context, id string, turn func(*Session) (owed []byte, err error)) (number uint64, waiting int, err error)

	// Owed returns the replies owed to a conversation, oldest first.
	Owed(ctx context.Context, id string) ([]Owed, error)

	// Sent forgets an owed reply, and returns how many the conversation is owed still. A number that
	// is not owed is no error.
	Sent(ctx context.Context, id string, number uint64) (left int, err error)

	// Claim takes up to n conversations that are owed replies and on which nobody has a lease any
	// more, and gives the caller a new lease on them.
	Claim(ctx context.Context, n int) ([]string, error)

	// Renew extends the lease on conversations that the caller is still sending to.
	Renew(ctx context.Context, ids []string) error

	// Release gives up the caller's lease on conversations, so that the next Claim gets those that are
	// owed replies still.
	Release(ctx context.Context, ids []string) error

	// Ping returns an error if the store cannot be used now.
	Ping(ctx context.Context) error

	Close() error
}

// An Owed is a reply that was committed but not yet known to have been sent. Numbers grow within
// a conversation, in the order of its turns.
type Owed struct {
	Number uint64
	Reply  []byte
}
