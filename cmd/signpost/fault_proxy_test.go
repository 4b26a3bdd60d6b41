//go:build unix

package main

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// A proxy stands between the process and a server.
type proxy struct {
	t       *testing.T
	addr    string
	to      string
	delay   atomic.Int64 // of what is asked, in ns
	swallow atomic.Bool  // what is answered goes nowhere

	mu    sync.Mutex
	door  net.Listener
	conns map[net.Conn]bool
}

func newProxy(t *testing.T, to string) *proxy {
	p := &proxy{t: t, addr: fmt.Sprintf("127.0.0.1:%d", storetest.FreePorts(t, 1)[0]), to: to, conns: make(map[net.Conn]bool)}
	p.mend()
	t.Cleanup(p.cut)
	return p
}

// mend lets connections in.
func (p *proxy) mend() {
	p.t.Helper()
	door, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.door = door
	p.mu.Unlock()
	go func() {
		for {
			from, err := door.Accept()
			if err != nil {
				return
			}
			go p.join(from)
		}
	}()
}

// cut ends every connection and refuses new ones.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.door.Close()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

// swallowFor does for a while what is asked, without an answer; then it cuts off, and mends.
func (p *proxy) swallowFor(d time.Duration) {
	p.t.Helper()
	p.swallow.Store(true)
	time.Sleep(d)
	p.cut()
	p.swallow.Store(false)
	p.mend()
}

func (p *proxy) join(from net.Conn) {
	to, err := net.Dial("tcp", p.to)
	if err != nil {
		from.Close()
		return
	}
	p.mu.Lock()
	p.conns[from], p.conns[to] = true, true
	p.mu.Unlock()
	go p.carry(to, from, func() bool { time.Sleep(time.Duration(p.delay.Load())); return true })
	p.carry(from, to, func() bool { return !p.swallow.Load() })
}

// carry copies what comes until either end closes; pass may wait, or drop a piece.
func (p *proxy) carry(to io.WriteCloser, from io.ReadCloser, pass func() bool) {
	defer to.Close()
	defer from.Close()
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 && pass() {
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
