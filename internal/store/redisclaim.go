package store

import (
	"context"
	_ "embed" // the script
	"math/rand/v2"
	"strconv"

	"github.com/redis/go-redis/v9"
)

//go:embed claim.lua
var claimSource string

var claimScript = redis.NewScript(claimSource)

// Claim implements conversation.Store. It returns what it got even if a part of a cluster failed.
func (s *redisStore) Claim(ctx context.Context, n int) ([]string, error) {
	const doing = "claiming what is owed"
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return nil, redisError(doing, err)
	}
	counts := make([]*redis.IntCmd, buckets)
	_, failed := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range counts {
			counts[i] = p.ZCount(ctx, bucketPrefix(i)+"d", "-inf", strconv.FormatInt(now.UnixMilli(), 10))
		}
		return nil
	})
	var ids []string
	start := rand.IntN(buckets) // so that no bucket always comes last
	for i := range counts {
		bucket := (start + i) % buckets
		if len(ids) >= n || counts[bucket].Val() == 0 {
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
	const doing = "renewing leases"
	if len(ids) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return redisError(doing, err)
	}
	until := float64(now.Add(Lease).UnixMilli())
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
