package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// The buckets of the file. A value is the time it expires, in big-endian Unix seconds, then what
// is kept: a session under its id, an owed reply under the id, a zero byte and its big-endian number.
var (
	sessionsBucket = []byte("sessions")
	owedBucket     = []byte("owed")
)

// boltStore keeps everything in one file, which one process has open at a time. A commit is on the
// disk when it returns. Writes go one after another. The file never shrinks; its pages are reused.
type boltStore struct {
	db      *bbolt.DB
	writing chan struct{} // holds a token while somebody writes, so that waiting obeys a context
	leases  leases        // a new process is the only one, so these need not be in the file
	sweeper sweeper       // belongs to whoever is writing
}

// Update implements conversation.Store. Turn is called once, and must not use the store.
func (s *boltStore) Update(ctx context.Context, id string, turn func(*conversation.Session) ([]byte, error)) (number uint64, waiting int, err error) {
	const doing = "updating a session"
	if err := s.lock(ctx); err != nil {
		return 0, 0, unavailable(doing, err)
	}
	defer s.unlock()
	tx, err := s.db.Begin(true)
	if err != nil {
		return 0, 0, unavailable(doing, err)
	}
	defer tx.Rollback()
	now := time.Now()
	var kept []byte
	err = guard(func() error {
		kept = bytes.Clone(fresh(tx.Bucket(sessionsBucket).Get([]byte(id)), now))
		waiting = len(owedTo(tx, id, now))
		return nil
	})
	if err != nil {
		return 0, 0, unavailable(doing, err)
	}
	next, owed, err := step(kept, turn)
	if err != nil {
		return 0, 0, err
	}
	if len(owed) == 0 && bytes.Equal(next, kept) {
		return 0, waiting, nil
	}
	err = guard(func() error {
		if number, err = put(tx, id, next, owed, now); err != nil {
			return err
		}
		if err := s.sweeper.sweep(tx, now); err != nil {
			return err
		}
		return tx.Commit()
	})
	if err != nil {
		return 0, 0, unavailable(doing, err)
	}
	if number != 0 {
		s.leases.hold(id, waiting == 0)
		waiting++
	}
	return number, waiting, nil
}

// put writes a session, or forgets it if next is nil, and the reply owed, if any.
func put(tx *bbolt.Tx, id string, next, owed []byte, now time.Time) (number uint64, err error) {
	sessions := tx.Bucket(sessionsBucket)
	if next == nil {
		err = sessions.Delete([]byte(id))
	} else {
		err = sessions.Put([]byte(id), expiring(next, now.Add(conversation.SessionLife)))
	}
	if err != nil || len(owed) == 0 {
		return 0, err
	}
	bucket := tx.Bucket(owedBucket)
	if number, err = bucket.NextSequence(); err != nil {
		return 0, err
	}
	return number, bucket.Put(owedKey(id, number), expiring(owed, now.Add(OwedLife)))
}

// Owed implements conversation.Store.
func (s *boltStore) Owed(ctx context.Context, id string) (owed []conversation.Owed, err error) {
	const doing = "reading what is owed"
	if err := ctx.Err(); err != nil {
		return nil, unavailable(doing, err)
	}
	err = guard(func() error {
		return s.db.View(func(tx *bbolt.Tx) error {
			owed = owedTo(tx, id, time.Now())
			for i := range owed {
				owed[i].Reply = bytes.Clone(owed[i].Reply)
			}
			return nil
		})
	})
	if err != nil {
		return nil, unavailable(doing, err)
	}
	if len(owed) == 0 && s.leases.has(id) {
		_, err = s.Sent(ctx, id, 0) // the replies have outlived OwedLife: no more claims
		return nil, err
	}
	return owed, nil
}

// Sent implements conversation.Store.
func (s *boltStore) Sent(ctx context.Context, id string, number uint64) (left int, err error) {
	const doing = "forgetting a sent reply"
	if err := s.lock(ctx); err != nil {
		return 0, unavailable(doing, err)
	}
	defer s.unlock()
	err = guard(func() error {
		return s.db.Update(func(tx *bbolt.Tx) error {
			if err := tx.Bucket(owedBucket).Delete(owedKey(id, number)); err != nil {
				return err
			}
			left = len(owedTo(tx, id, time.Now()))
			return nil
		})
	})
	if err != nil {
		return 0, unavailable(doing, err)
	}
	if left == 0 {
		s.leases.drop(id)
	}
	return left, nil
}

// Claim implements conversation.Store. The first claims after Open get everything that is owed.
func (s *boltStore) Claim(ctx context.Context, n int) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable("claiming what is owed", err)
	}
	return s.leases.claim(n), nil
}

// Renew implements conversation.Store.
func (s *boltStore) Renew(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil {
		return unavailable("renewing leases", err)
	}
	s.leases.extend(ids, time.Now().Add(Lease))
	return nil
}

// Release implements conversation.Store.
func (s *boltStore) Release(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil {
		return unavailable("giving up leases", err)
	}
	s.leases.extend(ids, time.Time{})
	return nil
}

// Ping implements conversation.Store.
func (s *boltStore) Ping(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		err = guard(func() error { return s.db.View(func(*bbolt.Tx) error { return nil }) })
	}
	if err != nil {
		return unavailable("looking at the data file", err)
	}
	return nil
}

// Close implements conversation.Store. It waits for calls under way.
func (s *boltStore) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("closing the data file: %w", err)
	}
	return nil
}

// lock waits for its turn to write, or for ctx.
func (s *boltStore) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.writing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *boltStore) unlock() { <-s.writing }

// owedTo returns the replies owed to a conversation, oldest first. They are valid as long as tx.
func owedTo(tx *bbolt.Tx, id string, now time.Time) []conversation.Owed {
	var owed []conversation.Owed
	prefix := owedKey(id, 0)[:len(id)+1]
	c := tx.Bucket(owedBucket).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if of, number, ok := parseOwedKey(k); ok && of == id && fresh(v, now) != nil {
			owed = append(owed, conversation.Owed{Number: number, Reply: fresh(v, now)})
		}
	}
	return owed
}

func owedKey(id string, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(id), 0), number)
}

func parseOwedKey(key []byte) (id string, number uint64, ok bool) {
	end := len(key) - 9
	if end < 0 || key[end] != 0 {
		return "", 0, false
	}
	return string(key[:end]), binary.BigEndian.Uint64(key[end+1:]), true
}

func expiring(value []byte, at time.Time) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())), value...)
}

// fresh returns what expiring was given, or nil if that has expired or there is nothing.
func fresh(value []byte, now time.Time) []byte {
	if len(value) <= 8 || int64(binary.BigEndian.Uint64(value)) <= now.Unix() {
		return nil
	}
	return value[8:]
}
