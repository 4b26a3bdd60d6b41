//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// hostileMemory is what the process may take, in bytes, whatever it is sent here at the same time.
const hostileMemory = 250 << 20

// hostileInput sends the listener what nobody should, while people talk.
func hostileInput(f *faults) {
	p := f.hooked(f.onRedis())
	f.talk()
	slow := slowSenders(f, p.listen, 200, func(i int) string {
		head := "POST /telegram HTTP/1.1\r\nHost: x\r\n"
		if i%2 == 0 {
			head += "X-Telegram-Bot-Api-Secret-Token: " + faultSecret + "\r\nContent-Length: 100000\r\n\r\n{"
		}
		return head
	})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { f.post(p, faultSecret, bytes.NewReader(make([]byte, 30<<20)), 413) })
		all.Go(func() { f.post(p, "wrong", bytes.NewReader(make([]byte, 30<<20)), 401) })
		all.Go(func() { f.post(p, faultSecret, endless{}, 413) })
	}
	all.Wait()
	for _, secret := range []string{"", "wrong", faultSecret + "x", faultSecret[:5], strings.Repeat("x", 60<<10)} {
		f.post(p, secret, strings.NewReader(`{"update_id":1}`), 401)
	}
	for _, body := range malformed() {
		f.post(p, faultSecret, strings.NewReader(body), 0)
	}
	for _, data := range []string{"\x00", "x", "n:smoking/ready/0", strings.Repeat("9", 64), "../../etc/passwd", "{}", "menu:menu:menu", "🙂🙂🙂", "%s%n"} {
		f.api.PressData(firstPerson+50, data, nil)
	}
	f.pathTricks(p)
	if left := slow(); left > 0 {
		f.Errorf("%d slow senders were not cut off", left)
	}
	f.settle(20 * time.Second)
	if !f.api.Wait(10*time.Second, func() bool { return len(f.api.Messages(firstPerson+50)) == 9 }) {
		f.Errorf("%d answers to 9 forged presses", len(f.api.Messages(firstPerson+50)))
	}
	var resident float64
	_, value, _ := strings.Cut(f.counted(p, "process_resident_memory_bytes "), "\nprocess_resident_memory_bytes ")
	fmt.Sscan(value, &resident)
	f.Logf("%.0f MB resident at the end", resident/(1<<20))
	if most := peakMemory(p.cmd.Process.Pid); resident == 0 || most > hostileMemory {
		f.Errorf("the process took up to %d MB", most>>20)
	} else {
		f.Logf("%d MB at most", most>>20)
	}
}

// peakMemory returns the most that a process was resident, in bytes; 0 where nothing tells.
func peakMemory(pid int) (most int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Sscan(line, &most)
	return most << 10
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// post sends a body to the webhook. want is the status, or 0 for any that is not 5xx. A server may
// also hang up on a body that it does not want.
func (f *faults) post(p *process, secret string, body io.Reader, want int) {
	f.Helper()
	req, err := http.NewRequest(http.MethodPost, "http://"+p.listen+"/telegram", body)
	if err != nil {
		f.Error(err)
		return
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Timeout: 20 * time.Second}).Do(req)
	if err != nil {
		if want != 413 && want != 401 {
			f.Errorf("no answer: %v", err)
		}
		return
	}
	defer resp.Body.Close()
	if want != 0 && resp.StatusCode != want || resp.StatusCode >= 500 {
		f.Errorf("status %d, not %d", resp.StatusCode, want)
	}
}

// malformed are bodies that are no update, or a strange one.
func malformed() []string {
	text := func(text string) string {
		return `{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":7712340090,"type":"private"},"from":{"id":7712340090},"text":` + text + `}}`
	}
	return []string{
		"", "null", "[]", "{", `"x"`, "\xff\xfe", `{"update_id":"x"}`, `{"update_id":-1}`, `{"update_id":1e400}`,
		`{"update_id":99999999999999999999999}`, `{"update_id":3,"message":[]}`, `{"update_id":4,"message":{"chat":null}}`,
		strings.Repeat("[", 1<<20-1), strings.Repeat(`{"a":`, 200_000), `{"update_id":6,"x":` + strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000) + "}",
		text("\"\xff\xfe\xc0\x80 bad\""), text(`"\ud800"`), text(`"` + strings.Repeat("a", 900_000) + `"`), text(`["x"]`),
		text(`"` + strings.Repeat("\u0300", 200_000) + `"`), text(`"` + strings.Repeat("kill myself ", 70_000) + `"`),
		`{"update_id":7,"callback_query":{"id":"","from":null,"data":null,"message":{"chat":{}}}}`,
		`{"update_id":8,"inline_query":{"id":"1","from":{"id":1},"query":"` + strings.Repeat("food ", 100_000) + `"}}`,
	}
}

// pathTricks asks the listener for what it does not serve.
func (f *faults) pathTricks(p *process) {
	f.Helper()
	for _, line := range []string{
		"GET /../../etc/passwd HTTP/1.1", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1", "GET //etc/passwd HTTP/1.1",
		"GET /telegram/../debug/pprof/ HTTP/1.1", "GET /debug/pprof/heap HTTP/1.1", "GET /telegram HTTP/1.1",
		"GET /telegram%00 HTTP/1.1", "POST /telegram/x HTTP/1.1", "POST /TELEGRAM HTTP/1.1", "PUT /metrics HTTP/1.1",
		"DELETE /healthz HTTP/1.1", "GET http://example.org/metrics/ HTTP/1.1", "CONNECT example.org:443 HTTP/1.1",
		"OPTIONS * HTTP/1.1", "GET /" + strings.Repeat("a", 100<<10) + " HTTP/1.1", "GET / HTTP/9.9", "\x16\x03\x01\x02", "GET /\\..\\x HTTP/1.1",
	} {
		conn, err := net.DialTimeout("tcp", p.listen, 5*time.Second)
		if err != nil {
			f.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(15 * time.Second))
		fmt.Fprintf(conn, "%s\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", line)
		status, _ := bufio.NewReader(conn).ReadString('\n')
		conn.Close()
		var code int
		fmt.Sscanf(status, "HTTP/1.1 %d", &code)
		if code >= 500 && code != 505 || code == 200 && !strings.HasPrefix(line, "OPTIONS *") {
			f.Errorf("%.60q: %q", line, status)
		}
	}
}

// slowSenders opens connections that begin as told and then send a byte now and then. The function it
// returns waits until they should be cut off, and says how many were not.
func slowSenders(f *faults, addr string, n int, begin func(i int) string) func() (left int) {
	began := time.Now()
	conns := make([]net.Conn, n)
	for i := range conns {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() { conn.Close() })
		io.WriteString(conn, begin(i))
		conns[i] = conn
		go func() {
			for time.Since(began) < time.Minute {
				time.Sleep(500 * time.Millisecond)
				if _, err := io.WriteString(conn, "a"); err != nil {
					return
				}
			}
		}()
	}
	return func() (left int) { return notCutOff(conns, began.Add(readTime+4*time.Second)) }
}

// notCutOff waits for connections to be closed, and returns how many are still open at the end.
func notCutOff(conns []net.Conn, end time.Time) (left int) {
	if soonest := time.Now().Add(2 * time.Second); end.Before(soonest) {
		end = soonest // to see that those are closed which must be
	}
	for _, conn := range conns {
		conn.SetReadDeadline(end)
		if _, err := io.Copy(io.Discard, conn); os.IsTimeout(err) {
			left++
		}
	}
	return left
}
