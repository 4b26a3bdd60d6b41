package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"sync"
	"time"
)

// A botAPI is the least of Telegram's Bot API that a bot needs to answer messages. It reads only
// the chat out of what a bot sends, in JSON and in a form alike, so that it costs both bots the
// same, and little.
type botAPI struct {
	*httptest.Server
	waiting sync.Map // by chat id: a chan time.Time for when the reply came
	bodies  sync.Pool
}

func startBotAPI() *botAPI {
	a := &botAPI{bodies: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
	a.Server = httptest.NewServer(a)
	return a
}

// expect returns where the time of the next message to a chat will be told.
func (a *botAPI) expect(chat int64) <-chan time.Time {
	came := make(chan time.Time, 1)
	a.waiting.Store(chat, came)
	return came
}

// ServeHTTP answers /bot<token>/<method>.
func (a *botAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := a.bodies.Get().(*bytes.Buffer)
	defer a.bodies.Put(body)
	body.Reset()
	if _, err := io.Copy(body, r.Body); err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch path.Base(r.URL.Path) {
	case "sendMessage":
		chat := chatOf(body.Bytes())
		if came, ok := a.waiting.LoadAndDelete(chat); ok {
			came.(chan time.Time) <- time.Now()
		}
		fmt.Fprintf(w, `{"ok":true,"result":{"message_id":1,"date":1790000000,"chat":{"id":%d,"type":"private"},"text":"."}}`, chat)
	case "getMe":
		io.WriteString(w, `{"ok":true,"result":{"id":7,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}`)
	case "getMyName", "getMyDescription", "getMyShortDescription":
		io.WriteString(w, `{"ok":true,"result":{}}`)
	default:
		io.WriteString(w, `{"ok":true,"result":true}`)
	}
}

// chatOf finds the first number after "chat_id".
func chatOf(body []byte) int64 {
	_, after, _ := bytes.Cut(body, []byte("chat_id"))
	from := bytes.IndexFunc(after, digit)
	if from < 0 {
		return 0
	}
	after = after[from:]
	to := bytes.IndexFunc(after, func(r rune) bool { return !digit(r) })
	if to < 0 {
		to = len(after)
	}
	chat, _ := strconv.ParseInt(string(after[:to]), 10, 64)
	return chat
}

func digit(r rune) bool { return '0' <= r && r <= '9' }
