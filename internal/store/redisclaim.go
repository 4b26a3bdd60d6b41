package store

import (
	"context"
	_ "embed" // the script
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed claim.lua
var claimSource string

var claimScript = redis.NewScript(claimSource)

// Claim implements conversation.Store. It returns what it got even if a part of a cluster failed. A lease
// that ends later than any can is one from before the server's clock went back, as after a failover to a
// machine with another time: it counts as over.
func (s *redisStore) Claim(ctx context.Context, n int) ([]string, error) {
	const doing = "claiming what is owed"
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		now = time.Now() // good enough to see where to ask: the script goes by its server's time
	}
	over, never := strconv.FormatInt(now.UnixMilli(), 10), strconv.FormatInt(now.Add(2*Lease).UnixMilli(), 10)
	counts := make([][2]*redis.IntCmd, buckets)
	_, failed := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range counts {
			due := bucketPrefix(i) + "d"
			counts[i] = [2]*redis.IntCmd{p.ZCount(ctx, due, "-inf", over), p.ZCount(ctx, due, never, "+inf")}
		}
		return nil
	})
	var ids []string
	start := rand.IntN(buckets) // so that no bucket always comes last
	for i := range counts {
		bucket := (start + i) % buckets
		if len(ids) >= n || counts[bucket][0].Val()+counts[bucket][1].Val() == 0 {
			continue
		}
		got, err := claimScript.Run(ctx, s.client, []string{bucketPrefix(bucket) + "d"}, Lease.Milliseconds(), n-len(ids)).StringSlice()
		if err != nil {
			failed = err
			continue
		}
		ids = append(ids, got...)
	}
	if len(ids) == 0 && failed != nil {
		return nil, redisError(doing, failed)
	}
	return ids, nil
}

// Renew implements conversation.Store.
func (s *redisStore) Renew(ctx context.Context, ids []string) error {
	return s.extend(ctx, "renewing leases", ids, Lease)
}

// Release implements conversation.Store.
func (s *redisStore) Release(ctx context.Context, ids []string) error {
	return s.extend(ctx, "giving up leases", ids, 0)
}

// extend has the lease on conversations that are still owed something end after a while from now.
func (s *redisStore) extend(ctx context.Context, doing string, ids []string, lease time.Duration) error {
	if len(ids) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return redisError(doing, err)
	}
	until := float64(now.Add(lease).UnixMilli())
	_, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range ids {
			p.ZAddXX(ctx, keysOf(id).due, redis.Z{Score: until, Member: id})
		}
		return nil
	})
	if err != nil {
		return redisError(doing, err)
	}
	return nil
}
