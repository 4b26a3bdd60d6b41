package storetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// StartSentinel starts a master, a replica of it and one sentinel that watches them, on free ports
// of this machine, and returns the two and the URL that asks the sentinel. The sentinel makes the
// replica the master two seconds after the master has gone; with less a busy machine has it done
// while the master is there, which then loses what it commits until it is told.
func StartSentinel(t testing.TB) (url string, master, replica *Redis) {
	t.Helper()
	ports := FreePorts(t, 3)
	master = NewRedis(t, "--save", "", "--appendonly", "no", "--port", fmt.Sprint(ports[0]))
	replica = NewRedis(t, "--save", "", "--appendonly", "no", "--port", fmt.Sprint(ports[1]),
		"--replicaof", fmt.Sprintf("127.0.0.1 %d", ports[0]), "--repl-diskless-sync-delay", "0")
	Eventually(t, "the replica has joined the master", func() bool {
		return strings.Contains(replica.Do("INFO replication"), "master_link_status:up")
	})

	sentinel := prepare(t)
	sentinel.network, sentinel.addr = "tcp", fmt.Sprintf("127.0.0.1:%d", ports[2])
	file := filepath.Join(sentinel.dir, "sentinel.conf") // which the sentinel writes to
	settings := fmt.Sprintf("bind 127.0.0.1\nport %d\ndir %s\nsentinel monitor main 127.0.0.1 %d 1\n"+
		"sentinel down-after-milliseconds main 2000\nsentinel failover-timeout main 2000\n", ports[2], sentinel.dir, ports[0])
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	sentinel.args = []string{file, "--sentinel"}
	sentinel.Start()
	t.Cleanup(sentinel.Kill)
	Eventually(t, "the sentinel knows the replica", func() bool {
		return strings.Contains(sentinel.Do("INFO sentinel"), "status=ok,address="+master.addr+",slaves=1")
	})
	return "redis+sentinel://" + sentinel.addr + "/main", master, replica
}
