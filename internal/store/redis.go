package store

import (
	"cmp"
	"context"
	_ "embed" // the scripts
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

//go:embed commit.lua
var commitSource string

//go:embed sent.lua
var sentSource string

var (
	commitScript = redis.NewScript(commitSource)
	sentScript   = redis.NewScript(sentSource)
)

// buckets is how many groups conversations fall into. All keys of a bucket are in one hash slot.
const buckets = 256

// callTime is how long a call waits for Redis at most; Update waits as long again after each
// conflict with another process.
const callTime = 2 * time.Second

// redisStore keeps everything in Redis, which any number of processes may share. In bucket 7f there
// are sp:{7f}:s:ID, a session; sp:{7f}:o:ID, a hash of the replies owed by number, with the last
// number under "last"; and sp:{7f}:d, the conversations owed a reply by when their lease runs out,
// in ms of the server's clock. Commands are sent once. Where the client for a cluster sends one
// again, a commit that was done already meets its own session, and turn sees that.
type redisStore struct{ client redis.UniversalClient }

type keys struct{ session, owed, due string }

func keysOf(id string) keys {
	h := fnv.New32a()
	h.Write([]byte(id))
	prefix := bucketPrefix(int(h.Sum32() % buckets))
	return keys{prefix + "s:" + id, prefix + "o:" + id, prefix + "d"}
}

func bucketPrefix(bucket int) string {
	const hex = "0123456789abcdef"
	return "sp:{" + string([]byte{hex[bucket>>4], hex[bucket&15]}) + "}:"
}

// Update implements conversation.Store.
func (s *redisStore) Update(ctx context.Context, id string, turn func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	k := keysOf(id)
	for conflicts := 0; ; conflicts++ {
		number, waiting, err := s.attempt(ctx, k, id, turn)
		if !errors.Is(err, errConflict) {
			return number, waiting, err
		}
		if err := backOff(ctx, conflicts); err != nil {
			return 0, 0, unavailable("updating a session that others keep writing", err)
		}
	}
}

var errConflict = errors.New("another process wrote in between")

// attempt runs turn once and commits, or returns errConflict.
func (s *redisStore) attempt(ctx context.Context, k keys, id string, turn func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	kept, err := s.client.Get(ctx, k.session).Bytes()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, 0, redisError("reading a session", err)
	}
	next, owed, err := step(kept, turn)
	if err != nil {
		return 0, 0, err
	}
	if len(owed) == 0 && string(next) == string(kept) {
		fields, err := s.client.HLen(ctx, k.owed).Result()
		if err != nil {
			return 0, 0, redisError("counting what is owed", err)
		}
		return 0, max(int(fields)-1, 0), nil
	}
	result, err := commitScript.Run(ctx, s.client, []string{k.session, k.owed, k.due},
		kept, next, conversation.SessionLife.Milliseconds(),
		owed, OwedLife.Milliseconds(), id, Lease.Milliseconds()).Slice()
	if errors.Is(err, redis.Nil) {
		return 0, 0, errConflict
	}
	if err != nil {
		return 0, 0, redisError("keeping a session", err)
	}
	return parseCommit(result)
}

func parseCommit(result []any) (uint64, int, error) {
	if len(result) == 2 {
		text, _ := result[0].(string)
		waiting, ok := result[1].(int64)
		number, err := strconv.ParseUint(text, 10, 64)
		if ok && err == nil {
			return number, int(waiting), nil
		}
	}
	return 0, 0, unavailable("keeping a session", errors.New("the script returned something else"))
}

// backOff lets others finish: not at all at first, then for a random time of up to 16 ms.
func backOff(ctx context.Context, conflicts int) error {
	if err := ctx.Err(); err != nil || conflicts < 3 {
		return err
	}
	timer := time.NewTimer(rand.N(time.Millisecond << min(conflicts-3, 4)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Owed implements conversation.Store.
func (s *redisStore) Owed(ctx context.Context, id string) ([]conversation.Owed, error) {
	const doing = "reading what is owed"
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	k := keysOf(id)
	replies, err := s.client.HGetAll(ctx, k.owed).Result()
	if err != nil {
		return nil, redisError(doing, err)
	}
	delete(replies, "last")
	if len(replies) == 0 {
		// The replies may have outlived OwedLife while the index still has the conversation.
		_, err := s.forget(ctx, k, id, "")
		return nil, err
	}
	owed := make([]conversation.Owed, 0, len(replies))
	for field, reply := range replies {
		number, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return nil, unavailable(doing, fmt.Errorf("%q is no number of a reply", field))
		}
		owed = append(owed, conversation.Owed{Number: number, Reply: []byte(reply)})
	}
	slices.SortFunc(owed, func(a, b conversation.Owed) int { return cmp.Compare(a.Number, b.Number) })
	return owed, nil
}

// Sent implements conversation.Store.
func (s *redisStore) Sent(ctx context.Context, id string, number uint64) (left int, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return s.forget(ctx, keysOf(id), id, strconv.FormatUint(number, 10))
}

func (s *redisStore) forget(ctx context.Context, k keys, id, number string) (left int, err error) {
	left, err = sentScript.Run(ctx, s.client, []string{k.owed, k.due}, number, id).Int()
	if err != nil {
		return 0, redisError("forgetting a sent reply", err)
	}
	return left, nil
}

// Ping implements conversation.Store. It reads a key too, as a node of a broken cluster still
// answers a plain PING.
func (s *redisStore) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	err := s.client.Ping(ctx).Err()
	if err == nil {
		err = s.client.Exists(ctx, bucketPrefix(0)+"d").Err()
	}
	if err != nil {
		return redisError("asking Redis", err)
	}
	return nil
}

// Close implements conversation.Store. Calls under way fail.
func (s *redisStore) Close() error {
	if err := s.client.Close(); err != nil {
		return fmt.Errorf("closing the connections to Redis: %w", err)
	}
	return nil
}

// redisError says what could not be done and, where Redis says why, what to do about it.
func redisError(doing string, err error) error {
	failed := unavailable(doing, err)
	for _, h := range []struct{ prefix, hint string }{
		{"MOVED", "this Redis is part of a cluster: give several of its addresses in REDIS_URL, or add ?cluster=true"},
		{"This instance has cluster support disabled", "this Redis is not a cluster: give one address in REDIS_URL, without cluster=true"},
		{"NOAUTH", "put the password in REDIS_URL: redis://:PASSWORD@host:port"},
		{"WRONGPASS", "check the user and password in REDIS_URL; percent-encode the characters @ : / ? # , %"},
		{"READONLY", "this Redis is a replica: give the address of the master, or of the sentinels, in REDIS_URL"},
	} {
		if redis.HasErrorPrefix(err, h.prefix) {
			return hinted{failed, h.hint}
		}
	}
	return failed
}
