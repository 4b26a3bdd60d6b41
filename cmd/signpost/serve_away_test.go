package main

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// It ends quickly when told to, while Telegram holds its call for updates and a socket of Slack is up.
func TestStopWhileListening(t *testing.T) {
	t.Parallel()
	api, workspace := telegramtest.New(testToken), slacktest.New()
	defer api.Close()
	defer workspace.Close()
	p := newProcess(t, "SIGNPOST_DATA="+filepath.Join(t.TempDir(), "signpost.db"), "TELEGRAM_BOT_TOKEN="+testToken, "TELEGRAM_API_URL="+api.URL,
		"SLACK_BOT_TOKEN="+workspace.BotToken, "SLACK_APP_TOKEN="+workspace.AppToken, "SLACK_API_URL="+workspace.API())
	for range 2 {
		polls := len(api.Calls("getUpdates"))
		p.start()
		p.ready()
		if !api.Wait(soon, func() bool { return len(api.Calls("getUpdates")) > polls && workspace.Sockets() > 0 }) {
			t.Fatal("nobody listens")
		}
		time.Sleep(300 * time.Millisecond)
		if code, took := p.terminate(); code != 0 || took > 5*time.Second {
			t.Errorf("exit code %d after %v", code, took)
		}
	}
}

// With the store away nothing is acknowledged, the process goes on, and all is well when it is back.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	port := storetest.FreePorts(t, 1)[0]
	address := fmt.Sprintf("127.0.0.1:%d", port)
	f := newFront(t, "REDIS_URL=redis://"+address, "SIGNPOST_KEY="+strings.Repeat("5a", 32))
	f.start()
	refusesWork(t, f, "never there", 20)

	redis := storetest.NewRedis(t, "--port", fmt.Sprint(port), "--save", "", "--appendonly", "no")
	within(t, 10*time.Second, "ready when the store has come", func() bool { return f.status("/readyz") == http.StatusOK })
	answersWork(t, f, 30)

	redis.Kill()
	refusesWork(t, f, "gone", 40)

	deaf, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	refusesWork(t, f, "deaf", 50)
	deaf.Close()

	redis.Start()
	within(t, 10*time.Second, "ready when the store is back", func() bool { return f.status("/readyz") == http.StatusOK })
	answersWork(t, f, 60)
	if code, _ := f.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// refusesWork checks that every webhook says 5xx in time.
func refusesWork(t *testing.T, f *front, how string, id int64) {
	t.Helper()
	within(t, soon, "it is alive", func() bool { return f.status("/healthz") == http.StatusOK })
	if status := f.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("store %s: ready says %d", how, status)
	}
	said := f.slack.Said("U0EVE", "help")
	press := map[string]any{"type": "block_actions", "team": map[string]any{"id": slacktest.Team}, "user": map[string]any{"id": "U0EVE"}, "trigger_id": fmt.Sprint("t", id),
		"actions": []any{map[string]any{"action_id": "choose:1", "value": ".menu", "action_ts": "1.2"}}}
	for name, call := range map[string]func() int{
		"telegram message": func() int { return f.update(message(id, id, "help")) },
		"telegram press": func() int {
			return f.update(fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%d","from":{"id":%d,"is_bot":false,"first_name":"A"},"data":".menu"}}`, id+1, id+1, id))
		},
		"slack event": func() int { s, _ := f.signed("/slack/events", string(slacktest.EventBody(said))); return s },
		"slack command": func() int {
			s, _ := f.signed("/slack/commands", fmt.Sprintf("command=/signpost&text=help&team_id=T0TEAM&user_id=U0EVE&channel_id=C0CHAN&trigger_id=c%d", id))
			return s
		},
		"slack press": func() int { s, _ := f.signed("/slack/interactions", string(slacktest.Interaction(press))); return s },
	} {
		began := time.Now()
		if status := call(); status/100 != 5 || time.Since(began) >= 3*time.Second {
			t.Errorf("store %s, %s: status %d after %v", how, name, status, time.Since(began))
		}
	}
}

// answersWork checks that a message to each platform is answered.
func answersWork(t *testing.T, f *front, who int64) {
	t.Helper()
	f.telegram.Text(who, "help")
	user := fmt.Sprintf("U0W%d", who)
	if err := f.slack.Say(user, "help"); err != nil {
		t.Error(err)
	}
	if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(who)) > 0 }) {
		t.Error("Telegram gets no answer")
	}
	if !f.slack.Until(soon, func() bool { return len(f.slack.Messages(slacktest.Direct(user))) > 0 }) {
		t.Error("Slack gets no answer")
	}
}
