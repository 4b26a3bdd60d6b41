package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	lockWait   = time.Second // a process that has just been told to stop may still have the file
	sweepEvery = time.Minute // with sweepSteps, goes round a million sessions in 17 hours
	sweepSteps = 1000        // records looked at, which takes under a millisecond
)

var errCorrupt = errors.New("the file is damaged")

// openBolt opens the data file, which it makes if it must, readable by its owner only.
func openBolt(file string) (*boltStore, error) {
	s := &boltStore{writing: make(chan struct{}, 1)}
	err := guard(func() error {
		var err error
		s.db, err = bbolt.Open(file, 0o600, &bbolt.Options{Timeout: lockWait, FreelistType: bbolt.FreelistMapType})
		if err != nil {
			return err
		}
		return s.prepare(file)
	})
	if err == nil {
		return s, nil
	}
	if s.db != nil {
		s.db.Close()
	}
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, hinted{unavailable("opening the data file "+file, errors.New("it is in use by another process")),
			"stop the other process, or give each its own SIGNPOST_DATA; to run several on the same sessions use REDIS_URL"}
	case corrupt(err):
		return nil, hinted{unavailable("opening the data file "+file, err),
			"it has been left as it is; move it away to start with an empty one, or put a backup in its place"}
	}
	return nil, hinted{unavailable("opening the data file "+file, err),
		"SIGNPOST_DATA names a file, not a folder, that this user may write, in a folder that is there, on a disk with room"}
}

// prepare makes the buckets, notes everything that is owed and sweeps a little.
func (s *boltStore) prepare(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: it has been cut short", errCorrupt)
		}
		for _, name := range [][]byte{sessionsBucket, owedBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if err := s.sweeper.sweep(tx, time.Now()); err != nil {
			return err
		}
		return tx.Bucket(owedBucket).ForEach(func(k, _ []byte) error {
			if id, _, ok := parseOwedKey(k); ok {
				s.leases.found(id)
			}
			return nil
		})
	})
}

// corrupt reports whether an error is about what stands in the file, which all are that the system did
// not give.
func corrupt(err error) bool {
	var refused *fs.PathError
	var number syscall.Errno
	return !errors.As(err, &refused) && !errors.As(err, &number)
}

// guard turns the panics and memory faults with which bbolt meets a damaged file into an error.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errCorrupt, p)
		}
	}()
	return fn()
}

// A sweeper deletes what has expired, a few records at a time, bucket after bucket.
type sweeper struct {
	swept  time.Time
	bucket int
	after  []byte // the key in bucket to go on from
}

// sweep looks at the next sweepSteps records if it has not done so for sweepEvery.
func (s *sweeper) sweep(tx *bbolt.Tx, now time.Time) error {
	if now.Sub(s.swept) < sweepEvery {
		return nil
	}
	s.swept = now
	names := [][]byte{sessionsBucket, owedBucket}
	bucket := tx.Bucket(names[s.bucket])
	var expired [][]byte
	c := bucket.Cursor()
	k, v := c.Seek(s.after)
	for range sweepSteps {
		if k == nil {
			break
		}
		if fresh(v, now) == nil {
			expired = append(expired, k)
		}
		k, v = c.Next()
	}
	s.after = bytes.Clone(k)
	if k == nil {
		s.bucket = (s.bucket + 1) % len(names)
	}
	for _, key := range expired {
		if err := bucket.Delete(key); err != nil {
			return err
		}
	}
	return nil
}
