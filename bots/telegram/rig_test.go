package telegram

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

const (
	token  = "7000000001:TEST_token-0123456789"
	secret = "hook-secret_42"
	person = 501
	group  = -100900
	soon   = 10 * time.Second
)

// testScript is a small script: one topic in both voices, two services, one danger.
func testScript(t testing.TB) *conversation.Script {
	t.Helper()
	lexicon, err := nlu.New(nlu.Data{
		Danger: nlu.DangerData{Kinds: []nlu.DangerKind{{Kind: "suicide", Immediate: "kill myself"}}},
		Lookup: nlu.LookupData{Services: []string{"food bank"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	two := func(text string) map[conversation.Voice]string {
		return map[conversation.Voice]string{conversation.Staff: text, conversation.Resident: text}
	}
	card := map[conversation.Voice]conversation.CardText{
		conversation.Staff:    {Action: "Call 999 now.", Then: []string{"Stay with them."}},
		conversation.Resident: {Action: "Call 999 now.", Then: []string{"You are not alone."}},
	}
	say := func(label string, words ...string) conversation.Phrase {
		return conversation.Phrase{Label: label, Words: words}
	}
	s := &conversation.Script{
		Topics: []*conversation.Topic{{ID: "smoking", Title: "Stop smoking", Trees: map[conversation.Voice]*conversation.Tree{
			conversation.Resident: {Voice: conversation.Resident, Nodes: []*conversation.Node{
				{ID: "start", Step: conversation.Ask, Say: "Do you <want> to stop & talk?", Options: []conversation.Option{
					{ID: "yes", Label: "Yes", To: "near-you"}, {ID: "no", Label: "No", To: "bye"},
				}},
				{ID: "near-you", Step: conversation.Act, Say: "These people can help.", Find: "smoking"},
				{ID: "bye", Step: conversation.Goodbye, Say: "That's fine."},
			}},
		}}},
		Groups: []conversation.Group{{ID: "habits", Label: "Habits", Topics: []string{"smoking"}}},
		Phrases: conversation.Phrases{
			Hello: "Hello.", Menu: two("What's up?"), Group: "{group}.", Help: two("Help text."),
			Voice: conversation.Question{Say: "Who is it for?", Options: []conversation.Choosable{
				{ID: "staff", Label: "I work with people"}, {ID: "resident", Label: "Me"}}},
			Area: conversation.Question{Say: "Which area?", Change: "Which area now?", Options: []conversation.Choosable{
				{ID: "barton", Label: "Barton"}, {ID: "oxfordshire", Label: "I'd rather not say"}}},
			Stopped: "Stopped.", Forgotten: "Gone.", MovedOn: "Old button.", Changed: "Changed.", Returned: "Back here.",
			Nudge: []string{"Not sure."}, Stay: "These people can help.", OutOfRange: "Not on the list.", Sorry: "Sorry, not now.", Alone: "Write to me alone.",
			AreaSet: "I'll look in {area}.", Heard: "About {topic}.", Guess: "Which?",
			Others: map[string]string{"voice": "No voice.", "photo": "No photo.", "edited": "No edits.", "other": "Not that."},
			Exits: conversation.Exits{Menu: say("Menu", "menu"), Back: say("Back", "back"), On: say("Carry on"),
				Urgent: say("Urgent help", "urgent"), Help: say("Help", "help"), Forget: say("Forget me", "forget me")},
			Found: conversation.Found{Intro: "For {area}:", Nothing: "Nothing found.", Unclear: "What shall I look for?", LiveWell: "More: Live Well."},
			Card:  conversation.CardPhrases{Phone: "Ring {value}", Link: "{value}", Checked: "Checked {on}.", Unchecked: "From {source-date}."},
			Platforms: map[string]map[string]string{"telegram": {
				"chose": "You chose:", "copy": "Copy:", "crisis": "For you:", "alone": "Message me", "place": "Share place",
				"place-say": "Share it below.", "inline-hint": "Find help", "command-find": "Find", "command-menu": "Menu",
				"name": "Signpost", "short": "Short.", "about": "About.",
			}},
		},
		Safety:  conversation.Safety{Cards: []conversation.SafetyCard{{Kind: "suicide", Texts: card}}, Urgent: card},
		Lexicon: lexicon,
		Directory: directory.New([]directory.Area{{ID: "national"}, {ID: "oxfordshire", Name: "Oxfordshire", Parent: "national"}, {ID: "barton", Name: "Barton", Parent: "oxfordshire"}},
			[]directory.Service{
				{ID: "quit-line", Name: "Quit <Line>", What: "Helps to stop.", Topics: []string{"smoking"}, Areas: []string{"oxfordshire"}, Phone: "01865 000000", PhoneConfidence: "high", URL: "https://quit.example/", SourceDate: "2026"},
				{ID: "food-bank", Name: "Barton food bank", What: "Food.", Topics: []string{"food-support"}, Areas: []string{"barton"}, URL: "https://food.example/", SourceDate: "2026"},
			}),
	}
	s.Index()
	return s
}

// A flakyStore fails or hangs on demand.
type flakyStore struct {
	*store.Memory
	down atomic.Bool
	hang atomic.Bool
}

func (f *flakyStore) Update(ctx context.Context, id string, turn func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	if f.hang.Load() {
		<-ctx.Done()
		return 0, 0, ctx.Err()
	}
	if f.down.Load() {
		return 0, 0, errors.New("store is down")
	}
	return f.Memory.Update(ctx, id, turn)
}

// A rig is a fake Telegram with a bot that runs against it.
type rig struct {
	*telegramtest.Server
	t       testing.TB
	script  *conversation.Script
	store   *flakyStore
	adapter *Adapter
	hook    *httptest.Server
	routes  atomic.Pointer[map[string]http.Handler]
	logs    *lockedBuffer
	env     map[string]string
	stop    func() error
	events  func(bots.Event)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newRig sets a rig up. Its bot is not started. Settings given stand before the usual ones.
func newRig(t testing.TB, env map[string]string) *rig {
	t.Helper()
	r := &rig{Server: telegramtest.New(token), t: t, script: testScript(t), logs: new(lockedBuffer),
		store: &flakyStore{Memory: store.NewMemory()}}
	r.env = map[string]string{"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": r.URL, "TELEGRAM_SEND_RATE": "0"}
	for k, v := range env {
		r.env[k] = v
	}
	r.hook = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if routes := r.routes.Load(); routes != nil && (*routes)[req.URL.Path] != nil {
			(*routes)[req.URL.Path].ServeHTTP(w, req)
			return
		}
		http.NotFound(w, req)
	}))
	t.Cleanup(func() {
		if r.stop != nil {
			r.stop()
		}
		r.Close()
		r.hook.Close()
		if faults := r.Faults(); len(faults) > 0 {
			t.Errorf("faults: %q", faults)
		}
		for _, s := range []string{token, secret, "unspeakable"} {
			if strings.Contains(r.logs.String(), s) {
				t.Errorf("%q stands in the logs:\n%s", s, r.logs)
			}
		}
	})
	return r
}

func (r *rig) settings() bots.Settings {
	return bots.Settings{
		Get: func(name, otherwise string) string {
			if v, ok := r.env[name]; ok && v != "" {
				return v
			}
			return otherwise
		},
		Secret: func(name string) (string, error) { return r.env[name], nil },
		Script: func() *conversation.Script { return r.script },
		Log:    slog.New(slog.NewTextHandler(r.logs, nil)),
	}
}

// make sets the adapter up without running it.
func (r *rig) make() *Adapter {
	r.t.Helper()
	a, err := FromEnv(r.settings())
	if err != nil {
		r.t.Fatal(err)
	}
	r.adapter = a.(*Adapter)
	routes := r.adapter.Routes()
	r.routes.Store(&routes)
	return r.adapter
}

// start runs the bot on the rig's store until stop is called.
func (r *rig) start() *rig {
	r.t.Helper()
	a := r.make()
	server := &bots.Server{Script: func() *conversation.Script { return r.script }, Store: r.store, Observe: r.events,
		ID: conversationID, Adapters: []bots.Adapter{a}, Log: slog.New(slog.NewTextHandler(r.logs, nil))}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx) }()
	r.stop = func() error {
		cancel()
		select {
		case err := <-done:
			done <- err
			return err
		case <-time.After(15 * time.Second):
			r.t.Error("serving did not end within 15 s")
			return nil
		}
	}
	return r
}

func conversationID(platform, person string) string { return platform + "/" + person }

// know makes somebody a person whose voice and area are known.
func (r *rig) know(who string, s conversation.Session) {
	r.t.Helper()
	_, _, err := r.store.Memory.Update(context.Background(), conversationID("telegram", who), func(now *conversation.Session) ([]byte, error) {
		*now = s
		return nil, nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// said waits until the bot has said n messages in a chat, and returns them.
func (r *rig) said(chat int64, n int) []telegramtest.Message {
	r.t.Helper()
	if !r.Wait(soon, func() bool { return len(r.Messages(chat)) >= n }) {
		r.t.Fatalf("%d messages in chat %d, want %d\nlogs:\n%s", len(r.Messages(chat)), chat, n, r.logs)
	}
	return r.Messages(chat)
}

// settled waits until nothing is pending, and a little longer.
func (r *rig) settled() {
	r.t.Helper()
	if !r.Wait(soon, func() bool { return r.Pending() == 0 }) {
		r.t.Fatalf("%d updates still pending\nlogs:\n%s", r.Pending(), r.logs)
	}
	time.Sleep(100 * time.Millisecond)
}

func labels(m telegramtest.Message) []string {
	var list []string
	for _, b := range slices.Concat(m.Rows...) {
		list = append(list, b.Text)
	}
	return list
}
