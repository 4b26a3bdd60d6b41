//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// redisKilled kills Redis, which loses nothing only with appendfsync always: everysec may lose what
// was committed, and acknowledged to Telegram, in the second before.
func redisKilled(f *faults) {
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "yes", "--appendfsync", "always")
	f.anyWay(redisAt(redis.URL))
	f.talk()
	for range 3 {
		time.Sleep(300*time.Millisecond + f.upTo(600*time.Millisecond))
		redis.Kill()
		time.Sleep(f.upTo(900 * time.Millisecond))
		redis.Start()
	}
	f.settle(20 * time.Second)
}

// signal sends a signal to a Redis that runs.
func (f *faults) signal(redis *storetest.Redis, s syscall.Signal) (pid int) {
	f.Helper()
	_, rest, _ := strings.Cut(redis.Do("INFO server"), "process_id:")
	line, _, _ := strings.Cut(rest, "\r\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		f.Fatal(err)
	}
	f.kill(pid, s)
	return pid
}

func (f *faults) kill(pid int, s syscall.Signal) {
	f.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		f.Fatal(err)
	}
}

// redisHung stops Redis from answering while its connections stay. Webhooks are refused in under 3 s.
func redisHung(f *faults) {
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "no")
	p := f.anyWay(redisAt(redis.URL))
	f.talk()
	time.Sleep(f.upTo(time.Second))
	pid := f.signal(redis, syscall.SIGSTOP)
	time.Sleep(1500 * time.Millisecond)
	began := time.Now()
	if body, code := f.get(p, "/readyz"); code != 503 || time.Since(began) > 3*time.Second {
		f.Errorf("readyz of a hung Redis: %d %q after %s", code, body, time.Since(began))
	}
	if _, code := f.get(p, "/healthz"); code != 200 {
		f.Errorf("healthz of a hung Redis: %d", code)
	}
	time.Sleep(5*time.Second - 1500*time.Millisecond - time.Since(began))
	f.kill(pid, syscall.SIGCONT)
	p.ready()
	f.settle(20 * time.Second)
}

func proxied(f *faults) {
	redis := storetest.NewRedis(f, "--save", "", "--appendonly", "no", "--port", fmt.Sprint(storetest.FreePorts(f, 1)[0]))
	between := newProxy(f.T, strings.TrimPrefix(redis.URL, "redis://"))
	p := f.anyWay(redisAt("redis://" + between.addr))
	f.messages = min(f.messages, 16) // 400 ms each while it is slow, one after another
	f.talk()
	between.delay.Store(int64(200 * time.Millisecond))
	time.Sleep(3 * time.Second)
	for range 2 {
		between.cut()
		time.Sleep(200*time.Millisecond + f.upTo(1500*time.Millisecond))
		between.mend()
		time.Sleep(time.Second)
	}
	between.delay.Store(0)
	between.swallowFor(2500 * time.Millisecond)
	p.ready()
	f.settle(30 * time.Second)
}

// sentinelFailover kills the master. A commit that the master answered is lost if it had not been
// sent to the replica yet, which both happen at the same moment; so on one machine nothing is lost.
func sentinelFailover(f *faults) {
	url, master, replica := storetest.StartSentinel(f)
	p := f.anyWay(redisAt(url))
	f.talk()
	time.Sleep(200*time.Millisecond + f.upTo(time.Second))
	if !strings.Contains(master.Do("INFO replication"), "role:master") {
		f.Fatal("this machine is so busy that the sentinel gave the master up before it was killed")
	}
	master.Kill()
	storetest.Eventually(f, "the replica is the master", func() bool {
		return strings.Contains(replica.Do("INFO replication"), "role:master")
	})
	p.ready()
	f.settle(20 * time.Second)
}

// clusterNodeLost has one node hang until the others give it up, and restarts another in traffic
// with its data.
func clusterNodeLost(f *faults) {
	url, nodes := storetest.StartCluster(f)
	for _, node := range nodes {
		node.Do("CONFIG SET shutdown-on-sigterm save")
	}
	p := f.anyWay(redisAt(url))
	f.talk()
	time.Sleep(f.upTo(time.Second))
	pid := f.signal(nodes[f.random.IntN(3)], syscall.SIGSTOP)
	time.Sleep(7 * time.Second) // cluster-node-timeout is 5 s
	f.kill(pid, syscall.SIGCONT)
	f.healed(nodes)
	again := nodes[f.random.IntN(3)]
	f.signal(again, syscall.SIGTERM)
	time.Sleep(500 * time.Millisecond)
	again.Kill()
	again.Start()
	f.healed(nodes)
	p.ready()
	f.settle(20 * time.Second)
}

func (f *faults) healed(nodes []*storetest.Redis) {
	f.Helper()
	storetest.Eventually(f, "the cluster is whole again", func() bool {
		for _, node := range nodes {
			if !strings.Contains(node.Do("CLUSTER INFO"), "cluster_state:ok") {
				return false
			}
		}
		return true
	})
}

// diskFull fills the disk below the data file, and makes room again.
func diskFull(f *faults) {
	dir := f.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		f.Skipf("no small disk can be mounted here (%v, %s); the store's own test fills one by ulimit", err, out)
	}
	f.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	var held atomic.Bool
	f.api.Refuse = func(c telegramtest.Call) *telegramtest.Refusal {
		if c.Chat() == 0 || !held.Load() {
			return nil
		}
		return &telegramtest.Refusal{Code: 429, Description: "Too Many Requests: retry after 2", RetryAfter: 2}
	}
	p := f.anyWay([]string{"SIGNPOST_DATA=" + filepath.Join(dir, "signpost.db")})
	f.Cleanup(p.kill) // before the disk goes
	held.Store(true)  // so that what is owed takes room
	f.talk()
	time.Sleep(200 * time.Millisecond)
	out, err := exec.Command("dd", "if=/dev/zero", "of="+filepath.Join(dir, "filler"), "bs=4096").CombinedOutput()
	if err == nil {
		f.Fatalf("the disk is not full: %s", out)
	}
	time.Sleep(2 * time.Second)
	refused := f.counted(p, `outcome="store"`)
	if refused == "" {
		f.Error("nothing was refused with the disk full")
	}
	f.Logf("with the disk full: %s", refused)
	held.Store(false)
	killed := f.random.IntN(2) == 0
	if killed {
		f.Log("killed with the disk full")
		p.kill()
	}
	if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
		f.Fatal(err)
	}
	if killed {
		p.start()
	}
	p.ready()
	f.settle(20 * time.Second)
}

// counted returns the lines of the metrics that hold a text.
func (f *faults) counted(p *process, what string) string {
	f.Helper()
	body, _ := f.get(p, "/metrics")
	var list []string
	for line := range strings.Lines(body) {
		if strings.Contains(line, what) && !strings.Contains(line, "_bucket") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return strings.Join(list, "\n")
}
