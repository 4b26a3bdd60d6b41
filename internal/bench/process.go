package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	patience = 10 * time.Second // for a program to become ready
	tick     = 10 * time.Millisecond
)

// A process is a program under measurement. It ends with this one, however that ends.
type process struct {
	pid   int
	shell *exec.Cmd
	leash io.Closer
	log   string // the file of what it prints
}

// start starts a program with only the given environment, beside PATH.
func start(log string, env []string, argv ...string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	// The shell kills the program when the pipe to this process closes.
	shell := exec.Command("sh", append([]string{"-c", `"$@" >&2 & echo $!; read -r _; kill -9 $!; wait`, "sh"}, argv...)...)
	shell.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	shell.Stderr = out
	leash, err1 := shell.StdinPipe()
	said, err2 := shell.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	p := &process{shell: shell, leash: leash, log: log}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err == nil {
		p.pid, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	return p, nil
}

// stop ends the program at once.
func (p *process) stop() {
	p.leash.Close()
	p.shell.Wait()
}

// cpu returns the processor time that the program has used.
func (p *process) cpu() time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	_, after, _ := bytes.Cut(stat, []byte(") "))
	fields := strings.Fields(string(after))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11]) // fields 14 and 15 of proc_pid_stat(5), in ticks
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// memory returns a value of the program's status in MB: VmRSS, resident now, or VmHWM, at most so far.
func (p *process) memory(name string) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	for line := range bytes.Lines(status) {
		if fields := strings.Fields(string(line)); len(fields) == 3 && fields[0] == name+":" {
			kB, _ := strconv.ParseFloat(fields[1], 64)
			return kB / 1000
		}
	}
	return 0
}

// await returns when an address answers 200, asking every millisecond, or with what the program said.
func (p *process) await(ctx context.Context, url string) error {
	client := &http.Client{Timeout: time.Second}
	for end := time.Now().Add(patience); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(time.Millisecond) {
		resp, err := client.Get(url)
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
	}
	said, _ := os.ReadFile(p.log)
	return errors.Join(ctx.Err(), fmt.Errorf("%s is not ready; the program said:\n%s", url, said))
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
