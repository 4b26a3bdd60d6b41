package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A redis is a server of our own on a Unix socket. It appends to a file, as it is to do in service.
type redis struct {
	*process
	socket string
}

func (r *redis) url() string { return "unix://" + r.socket }

// startRedis starts a server with its files below the run's folder.
func (r *run) startRedis() (*redis, error) {
	dir, err := os.MkdirTemp(r.dir, "redis")
	if err != nil {
		return nil, err
	}
	s := &redis{socket: filepath.Join(dir, "socket")}
	s.process, err = start(filepath.Join(dir, "log"), nil, "redis-server", "--dir", dir, "--port", "0",
		"--unixsocket", s.socket, "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction")
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if c, err := s.dial(); err == nil {
			c.Close()
			return s, nil
		}
	}
	s.stop()
	return nil, fmt.Errorf("redis-server does not answer; see %s", s.log)
}

// A wire is one connection that speaks Redis's protocol and nothing more: the least that anybody
// can put around a command, and so the yardstick for what does more.
type wire struct {
	net.Conn
	in  *bufio.Reader
	out []byte
}

func (r *redis) dial() (*wire, error) {
	c, err := net.Dial("unix", r.socket)
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: c, in: bufio.NewReader(c)}
	if _, err := w.do("PING"); err != nil {
		c.Close()
		return nil, err
	}
	return w, nil
}

// do sends a command and returns its answer: a line, a bulk string, or for a list its last element.
func (w *wire) do(words ...string) (string, error) {
	w.out = strconv.AppendInt(append(w.out[:0], '*'), int64(len(words)), 10)
	for _, word := range words {
		w.out = strconv.AppendInt(append(w.out, "\r\n$"...), int64(len(word)), 10)
		w.out = append(append(w.out, "\r\n"...), word...)
	}
	if _, err := w.Write(append(w.out, "\r\n"...)); err != nil {
		return "", err
	}
	return w.answer()
}

func (w *wire) answer() (string, error) {
	line, err := w.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	kind, rest := line[0], strings.TrimSpace(line[1:])
	n, _ := strconv.Atoi(rest)
	switch {
	case kind == '-':
		return "", fmt.Errorf("redis says %s", rest)
	case kind == '$' && n >= 0:
		bulk := make([]byte, n+2)
		_, err := io.ReadFull(w.in, bulk)
		return string(bulk[:n]), err
	case kind == '$':
		return "", nil
	case kind == '*':
		last := ""
		for range n {
			if last, err = w.answer(); err != nil {
				return "", err
			}
		}
		return last, nil
	}
	return rest, nil
}

// load gives the server a script of internal/store, and returns the name it is then called by.
func (r *run) load(w *wire, script string) (string, error) {
	source, err := os.ReadFile(filepath.Join(r.root, "internal", "store", script))
	if err != nil {
		return "", err
	}
	sum := sha1.Sum(source)
	_, err = w.do("SCRIPT", "LOAD", string(source))
	return hex.EncodeToString(sum[:]), err
}

// usedMemory returns the bytes that the server's data and clients take.
func (r *redis) usedMemory() (int, error) {
	w, err := r.dial()
	if err != nil {
		return 0, err
	}
	defer w.Close()
	info, err := w.do("INFO", "memory")
	_, after, _ := strings.Cut(info, "used_memory:")
	digits, _, _ := strings.Cut(after, "\r")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(digits)
}

// memoryAtRest returns the least that usedMemory tells within a second, in which buffers are written
// out and tables grow to their size.
func (r *redis) memoryAtRest() (int, error) {
	least := math.MaxInt
	for range 10 {
		time.Sleep(100 * time.Millisecond)
		used, err := r.usedMemory()
		if err != nil {
			return 0, err
		}
		least = min(least, used)
	}
	return least, nil
}

// empty takes everything out of the server.
func (r *redis) empty() error {
	w, err := r.dial()
	if err != nil {
		return err
	}
	defer w.Close()
	_, err = w.do("FLUSHALL")
	return err
}
