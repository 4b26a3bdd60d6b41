// Package storetest starts real Redis servers for tests. They end with the test, and with its
// process however that ends, and leave nothing behind.
package storetest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long a server may take to do what is expected of it on a busy machine.
const patience = 20 * time.Second

// StartRedis starts a Redis that keeps nothing on disk and returns its address. It skips the test
// if redis-server is not installed, or fails it if CI is true.
func StartRedis(t testing.TB) (url string) {
	t.Helper()
	return NewRedis(t, "--save", "", "--appendonly", "no").URL
}

// A Redis is a server that a test can kill and start again. Its files survive that.
type Redis struct {
	URL string // for REDIS_URL

	t             testing.TB
	network, addr string
	args          []string
	dir           string
	leash         io.Closer
	server        *exec.Cmd
}

// NewRedis starts a Redis with settings in the form of redis-server's command line. It listens on
// a Unix socket unless they say "--port".
func NewRedis(t testing.TB, settings ...string) *Redis {
	t.Helper()
	r := prepare(t)
	r.args = append([]string{"--dir", r.dir, "--bind", "127.0.0.1"}, settings...)
	if port := setting(settings, "--port"); port != "" {
		r.network, r.addr = "tcp", "127.0.0.1:"+port
		r.URL = "redis://" + r.addr
	} else {
		r.network, r.addr = "unix", filepath.Join(r.dir, "socket")
		r.URL = "unix://" + r.addr
		r.args = append(r.args, "--port", "0", "--unixsocket", r.addr)
	}
	r.Start()
	t.Cleanup(r.Kill)
	return r
}

// prepare makes the directory of a server, or skips the test.
func prepare(t testing.TB) *Redis {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed")
		}
		t.Skip("redis-server is not installed")
	}
	dir, err := os.MkdirTemp("", "redis") // t.TempDir can be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &Redis{t: t, dir: dir}
}

func setting(settings []string, name string) string {
	for i, s := range settings[:max(0, len(settings)-1)] {
		if s == name {
			return settings[i+1]
		}
	}
	return ""
}

// Start starts the server again after Kill, and waits until it answers.
func (r *Redis) Start() {
	r.t.Helper()
	// The shell kills the server when the pipe to this process closes.
	r.server = exec.Command("sh", append([]string{"-c", `"$@" & read -r _; kill -9 $!; wait`, "sh", "redis-server"}, r.args...)...)
	r.server.Dir = r.dir
	leash, err := r.server.StdinPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	r.leash = leash
	if err := r.server.Start(); err != nil {
		r.t.Fatal(err)
	}
	Eventually(r.t, "redis-server answers", func() bool {
		answer, err := r.do("PING")
		return err == nil && (strings.HasPrefix(answer, "+PONG") || strings.HasPrefix(answer, "-NOAUTH"))
	})
}

// Kill ends the server as SIGKILL does. It does nothing if the server is not running.
func (r *Redis) Kill() {
	if r.server == nil {
		return
	}
	r.leash.Close()
	r.server.Wait()
	r.server = nil
}

// Do sends one command, of words without quotes, and fails the test unless its answer is a line
// or a bulk string, which it returns.
func (r *Redis) Do(command string) string {
	r.t.Helper()
	answer, err := r.do(command)
	if err != nil { // a sentinel cuts the connections of a server when it gives it another role
		answer, err = r.do(command)
	}
	if err != nil {
		r.t.Fatalf("%s: %v", command, err)
	}
	if strings.HasPrefix(answer, "-") {
		r.t.Fatalf("%s: %s", command, answer)
	}
	return answer[1:]
}

// do returns the answer to a command with the character of its type in front.
func (r *Redis) do(command string) (string, error) {
	conn, err := net.DialTimeout(r.network, r.addr, patience)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", err
	}
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSpace(line)
	var size int
	if _, err := fmt.Sscanf(line, "$%d", &size); err != nil || size < 0 {
		return line, nil
	}
	bulk := make([]byte, size)
	_, err = io.ReadFull(in, bulk)
	return "$" + string(bulk), err
}

// Eventually fails the test unless what is said comes true in a reasonable time.
func Eventually(t testing.TB, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !isTrue(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}
