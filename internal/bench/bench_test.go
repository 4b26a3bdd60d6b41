package main

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/content"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

func testScript(t testing.TB) *conversation.Script {
	t.Helper()
	files := prompts.FS()
	if dir := os.Getenv("SIGNPOST_PROMPTS"); dir != "" {
		files = os.DirFS(dir)
	}
	script, _, err := content.Load(files, time.Now())
	if err != nil {
		t.Skip("the content does not load, which is another test's finding")
	}
	return script
}

// BenchmarkTurn is one message to somebody who was asked a question of the content, with the
// session decoded before and encoded after.
func BenchmarkTurn(b *testing.B) {
	script := testScript(b)
	session, press, err := asked(script)
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range kinds(press) {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := turnOnce(script, session, k.message, time.Now()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestChatOf(t *testing.T) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("chat_id", "1000042"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for _, c := range []struct {
		body string
		want int64
	}{
		{`{"chat_id":1000042,"text":"7"}`, 1000042},
		{`{"text":"7","chat_id": 1000042}`, 1000042},
		{form.String(), 1000042},
		{`{"text":"7"}`, 0},
		{`"chat_id":12`, 12},
	} {
		if got := chatOf([]byte(c.body)); got != c.want {
			t.Errorf("chatOf(%q) = %d, want %d", c.body, got, c.want)
		}
	}
}

// TestLoad has people write to a bot that answers everybody once, and to one that answers nobody's 2xx.
func TestLoad(t *testing.T) {
	api := startBotAPI()
	defer api.Close()
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != benchSecret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, after, _ := strings.Cut(string(body), `"chat":{"id":`)
		chat, _, _ := strings.Cut(after, ",")
		resp, err := http.Post(api.URL+"/bot"+benchToken+"/sendMessage", "application/json", strings.NewReader(`{"chat_id":`+chat+`}`))
		if err == nil {
			resp.Body.Close()
		}
	}))
	defer hook.Close()
	l := telegramLoad(api, hook.URL, 50)
	took, err := l.open(context.Background(), 500, 200*time.Millisecond)
	if err != nil || len(took) != 100 || slices.Min(took) <= 0 {
		t.Errorf("open loop: %d replies, %v, want 100", len(took), err)
	}
	took, err = l.closed(context.Background(), 4, 50*time.Millisecond)
	if err != nil || len(took) < 4 {
		t.Errorf("closed loop: %d replies, %v", len(took), err)
	}
	down := httptest.NewServer(http.NotFoundHandler())
	defer down.Close()
	if _, err := telegramLoad(api, down.URL, 1).ask(0, "x"); err == nil {
		t.Error("a webhook that answers 404 counts as an answer")
	}
}

func TestWalk(t *testing.T) {
	script := testScript(t)
	chance := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		data, err := walk(script, chance, longest(script, chance), 12)
		var s conversation.Session
		if err != nil || s.UnmarshalBinary(data) != nil || len(s.Recent) < 12 {
			t.Fatalf("a walk of 12 answers leaves %d events, %v", len(s.Recent), err)
		}
	}
}

func TestTable(t *testing.T) {
	tab := table{"T", []string{"a", "b"}, nil}
	tab.add(1234567, 1500*time.Microsecond)
	tab.add(0.8449, 12345.6)
	var out strings.Builder
	tab.print(&out)
	want := "\n**T**\n\n| a | b |\n| --- | --- |\n| 1,234,567 | 1.5 ms |\n| 0.84 | 12,346 |\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestQuantile(t *testing.T) {
	values := []int{5, 1, 4, 2, 3}
	for _, c := range []struct {
		part float64
		want int
	}{{0, 1}, {0.5, 3}, {0.99, 5}, {1, 5}} {
		if got := quantile(values, c.part); got != c.want {
			t.Errorf("quantile(%v) = %d, want %d", c.part, got, c.want)
		}
	}
	if got := ratio([]float64{1, 20, 3}, []float64{2, 10, 6}); got != 0.5 {
		t.Errorf("ratio = %v, want 0.5", got)
	}
}

// TestProcess checks that a program is seen while it runs and is gone when it is stopped.
func TestProcess(t *testing.T) {
	p, err := start(t.TempDir()+"/log", nil, "sleep", "60")
	if err != nil {
		t.Fatal(err)
	}
	if p.memory("VmRSS") <= 0 {
		t.Error("a program that runs has no memory")
	}
	p.stop()
	if p.memory("VmRSS") > 0 {
		t.Error("a program that was stopped still has memory")
	}
}

// TestWire checks our client, and the scripts that the bare loop runs, on a real server.
func TestWire(t *testing.T) {
	r := &run{dir: t.TempDir(), root: "../.."}
	server, err := r.startRedis()
	if err != nil {
		t.Skip(err)
	}
	defer server.stop()
	w, err := server.dial()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	commit, err := r.load(w, "commit.lua")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"EVALSHA", commit, "3", "{a}s", "{a}o", "{a}d", "", "session", "1000", "reply", "1000", "id", "1000"}
	if waiting, err := w.do(args...); err != nil || waiting != "1" {
		t.Errorf("commit: %q, %v, want one reply owed", waiting, err)
	}
	if kept, err := w.do("GET", "{a}s"); err != nil || kept != "session" {
		t.Errorf("GET: %q, %v", kept, err)
	}
	if _, err := w.do("NONSENSE"); err == nil {
		t.Error("an error of Redis is none of ours")
	}
}
