//go:build unix

package main

import (
	"sync"
	"testing"
)

// scenarios break something while people talk. Those that take longest come first.
var scenarios = []struct {
	name string
	run  func(f *faults)
}{
	{"clock set forward and back, redis", func(f *faults) { clockJumps(f, f.onRedis()) }},
	{"clock set forward and back, file", func(f *faults) { clockJumps(f, f.onFile()) }},
	{"redis cluster: a node lost and back, another restarted", clusterNodeLost},
	{"telegram: 429, 500, hanging, closing", platformTrouble},
	{"listener: hostile input", hostileInput},
	{"listener: hostile input, slack", hostileSlack},
	{"redis: slow by 200 ms, cut off and back", proxied},
	{"telegram: hours of pause for one chat", longPause},
	{"redis: hung for 5 s", redisHung},
	{"redis: killed and started again", redisKilled},
	{"redis: sentinel failover", sentinelFailover},
	{"telegram: updates doubled, delayed and out of order", updatesDoubled},
	{"file: disk full", diskFull},
	{"one person floods, a crowd writes, and one tells of danger", flood},
	{"sigterm with answers owed, another process there", handedOver},
	{"sigterm in traffic, redis", func(f *faults) { stopInTraffic(f, f.onRedis()) }},
	{"sigterm in traffic, file", func(f *faults) { stopInTraffic(f, f.onFile()) }},
	{"slack: 429, 500, hanging, closing", slackTrouble},
	{"slack: redis hung for 5 s", slackRedisHung},
	{"slack: redis slow by 200 ms, cut off and back", slackProxied},
	{"slack: events doubled, delayed and out of order", slackDoubled},
	{"slack: three replicas, one person's events split, one killed", slackReplicas},
	{"two replicas, one person's updates split", func(f *faults) { replicas(f, 2) }},
	{"three replicas, one person's updates split", func(f *faults) { replicas(f, 3) }},
	{"rolling restart with changed content", rollingContent},
	{"content: hostile, at the start and while it runs", hostileContent},
	{"content: mounted by kubernetes", mounted},
	{"nothing leaks", nothingLeaks},
	{"nothing leaks, slack", nothingLeaksSlack},
}

// TestFaults breaks Redis, Telegram, the disk and the process in traffic, and looks that everybody
// gets every answer, once taken and in order. SIGNPOST_SEED repeats a run; SIGNPOST_FAULTS=long
// makes it longer.
func TestFaults(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	places := make(chan struct{}, faultsAtOnce)
	for _, s := range scenarios {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(s.name, func(t *testing.T) { s.run(newFaults(t)) })
		})
	}
	all.Wait()
}
