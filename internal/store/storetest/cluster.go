package storetest

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// StartCluster starts a Redis Cluster of three masters on free ports of this machine, and returns
// them and the URL that names them all. It skips or fails as StartRedis does.
func StartCluster(t testing.TB) (url string, nodes []*Redis) {
	t.Helper()
	ports := FreePorts(t, 6)
	for i := range 3 {
		nodes = append(nodes, NewRedis(t, "--save", "", "--appendonly", "no",
			"--cluster-enabled", "yes", "--cluster-node-timeout", "5000",
			"--port", fmt.Sprint(ports[i]), "--cluster-port", fmt.Sprint(ports[i+3])))
	}
	const slots = 16384
	addrs := make([]string, len(nodes))
	for i, node := range nodes {
		addrs[i] = node.addr
		node.Do(fmt.Sprintf("CLUSTER SET-CONFIG-EPOCH %d", i+1))
		node.Do(fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", i*slots/3, (i+1)*slots/3-1))
	}
	for _, node := range nodes[1:] {
		node.Do(fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %d", ports[0], ports[3]))
	}
	Eventually(t, "every node of the cluster knows all slots", func() bool {
		for _, node := range nodes {
			info := node.Do("CLUSTER INFO")
			if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	})
	return "redis://" + strings.Join(addrs, ","), nodes
}

// FreePorts returns ports of this machine that nobody listens on.
func FreePorts(t testing.TB, n int) []int {
	t.Helper()
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}
