package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

const (
	hookSecret = "hush-hush"
	soon       = 15 * time.Second
)

// bodyLimit is the largest body that a platform may send.
const bodyLimit = 1 << 20

// A front is a running process with both platforms, called over HTTP.
type front struct {
	*process
	telegram *telegramtest.Server
	slack    *slacktest.Slack
}

// newFront sets a process up, with a store given by its settings, or the embedded one. It is not started.
func newFront(t *testing.T, store ...string) *front {
	t.Helper()
	if len(store) == 0 {
		store = []string{"SIGNPOST_DATA=" + filepath.Join(t.TempDir(), "signpost.db")}
	}
	f := &front{process: newProcess(t, store...), slack: slacktest.New()}
	f.telegram = telegramtest.New(testToken, func(s *telegramtest.Server) {
		s.HookTo, s.RetryBase = "http://"+f.listen+"/telegram", 50*time.Millisecond
	})
	t.Cleanup(f.telegram.Close)
	t.Cleanup(f.slack.Close)
	f.slack.Target, f.slack.Minute = "http://"+f.listen, 300*time.Millisecond
	f.env = append(f.env,
		"TELEGRAM_BOT_TOKEN="+testToken, "TELEGRAM_API_URL="+f.telegram.URL, "TELEGRAM_SEND_RATE=0",
		"TELEGRAM_WEBHOOK_URL=https://bot.example.org/telegram", "TELEGRAM_WEBHOOK_SECRET="+hookSecret,
		"SLACK_BOT_TOKEN="+f.slack.BotToken, "SLACK_SIGNING_SECRET="+f.slack.SigningSecret, "SLACK_API_URL="+f.slack.API())
	t.Cleanup(func() {
		if faults := f.telegram.Faults(); len(faults) > 0 {
			t.Errorf("Telegram finds fault: %q", faults)
		}
		if problems := f.slack.Problems(); len(problems) > 0 {
			t.Errorf("Slack finds fault: %q", problems)
		}
	})
	return f
}

// call sends a request and returns the status of its answer, and its body.
func (f *front) call(method, path string, header http.Header, body string) (int, string) {
	f.t.Helper()
	r, err := http.NewRequest(method, "http://"+f.listen+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header = header
	resp, err := (&http.Client{Timeout: soon}).Do(r)
	if err != nil {
		f.t.Errorf("%s %s: %v", method, path, err)
		return 0, ""
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Errorf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, string(answer)
}

// update posts an update as Telegram does.
func (f *front) update(body string) int {
	f.t.Helper()
	status, answer := f.call(http.MethodPost, "/telegram", http.Header{"X-Telegram-Bot-Api-Secret-Token": {hookSecret}, "Content-Type": {"application/json"}}, body)
	if status/100 == 2 && answer != "" {
		f.t.Errorf("a body that Telegram may obey: %q", answer)
	}
	return status
}

// signed posts a request as Slack does.
func (f *front) signed(path, body string) (int, string) {
	f.t.Helper()
	header := f.slack.Sign([]byte(body), time.Now())
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	if path == "/slack/events" {
		header.Set("Content-Type", "application/json")
	}
	return f.call(http.MethodPost, path, header, body)
}

// terminate asks the process to end, as a service manager does, and returns its exit code and how
// long it took.
func (p *process) terminate() (code int, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	late := time.AfterFunc(soon, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	p.cmd.Wait()
	code, p.cmd = p.cmd.ProcessState.ExitCode(), nil
	return code, time.Since(began)
}

// status returns the status of a GET, 0 if there is no answer.
func (p *process) status(path string) int {
	resp, err := (&http.Client{Timeout: 5 * time.Second}).Get("http://" + p.listen + path)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// within fails the test unless something comes true in time.
func within(t *testing.T, limit time.Duration, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !isTrue(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: %s", limit, what)
		}
	}
}

// Strangers are turned away, and what we can't read breaks nothing.
func TestWebhooksRefuse(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.telegram.Text(1, "help") // waits since before the webhook was set
	f.start()
	f.ready()
	if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(1)) > 0 }) {
		t.Fatal("what waited was not answered")
	}
	hooks := f.telegram.Calls("setWebhook")
	if len(hooks) == 0 {
		t.Fatal("no webhook was set")
	}
	for _, c := range append(hooks, f.telegram.Calls("deleteWebhook")...) {
		if c.Params["drop_pending_updates"] == true || c.Method == "setWebhook" && c.Text("secret_token") != hookSecret {
			t.Errorf("%s: %v", c.Method, c.Params)
		}
	}
	t.Run("telegram", func(t *testing.T) { refuseTelegram(t, f) })
	t.Run("slack", func(t *testing.T) { refuseSlack(t, f) })
	if f.status("/healthz") != http.StatusOK || f.status("/readyz") != http.StatusOK {
		t.Error("it is not well afterwards")
	}
	if status := f.update(message(90, 2, "help")); status != http.StatusOK {
		t.Errorf("a good message gets %d", status)
	}
	if err := f.slack.Say("U0ANNA", "help"); err != nil {
		t.Error(err)
	}
}

func message(id, who int64, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1764000000,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"first_name":"A"},"text":%q}}`, id, id, who, who, text)
}

func refuseTelegram(t *testing.T, f *front) {
	good := message(50, 1, "menu")
	for name, header := range map[string]http.Header{
		"no secret": {}, "wrong secret": {"X-Telegram-Bot-Api-Secret-Token": {"hush-hush2"}}, "empty secret": {"X-Telegram-Bot-Api-Secret-Token": {""}},
	} {
		if status, _ := f.call(http.MethodPost, "/telegram", header, good); status/100 != 4 {
			t.Errorf("%s: status %d", name, status)
		}
	}
	right := http.Header{"X-Telegram-Bot-Api-Secret-Token": {hookSecret}}
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodHead} {
		if status, _ := f.call(method, "/telegram", right, good); status/100 != 4 {
			t.Errorf("%s: status %d", method, status)
		}
	}
	if status, _ := f.call(http.MethodPost, "/telegram/other", right, good); status/100 != 4 {
		t.Errorf("another path: status %d", status)
	}
	for _, body := range []string{
		"", "{", "null", "[]", "7", `"x"`, "\x00\xff", "{}", `{"update_id":"x"}`, `{"update_id":51,"message":7}`, `{"update_id":1e99}`,
		`{"update_id":52,"message":{}}`, `{"update_id":53,"callback_query":{}}`, `{"update_id":54,"callback_query":{"id":"q","from":{"id":1},"data":7}}`,
		`{"update_id":55,"message":{"message_id":1,"chat":null,"text":{"a":1}}}`, `{"update_id":56,"inline_query":[]}`, strings.Repeat("[", 100_000),
	} {
		if status := f.update(body); status/100 != 2 && status/100 != 4 {
			t.Errorf("%.60q: status %d", body, status)
		}
	}
	for _, body := range []string{
		`{"update_id":60}`, `{"update_id":61,"poll_answer":{"poll_id":"1","option_ids":[0]}}`, `{"update_id":62,"something_new":{"deep":[1,{"a":null}]}}`,
		`{"update_id":63,"purchased_paid_media":{"from":{"id":1,"is_bot":false,"first_name":"A"},"paid_media_payload":"x"}}`,
		`{"update_id":64,"message":{"message_id":9,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1,"is_bot":false,"first_name":"A"},"paid_media":{"star_count":1,"paid_media":[{"type":"unheard-of"}]}}}`,
	} {
		if status := f.update(body); status/100 != 2 {
			t.Errorf("%.80s: status %d", body, status)
		}
	}
	if status := f.update(message(65, 1, strings.Repeat("a", bodyLimit))); status/100 != 4 {
		t.Errorf("more than 1 MiB: status %d", status)
	}
	long := message(66, 1, "")
	if status := f.update(long + strings.Repeat(" ", bodyLimit-len(long))); status/100 != 2 {
		t.Errorf("1 MiB: status %d", status)
	}
}

func refuseSlack(t *testing.T, f *front) {
	good := string(slacktest.EventBody(f.slack.Said("U0ANNA", "menu")))
	for _, path := range []string{"/slack/events", "/slack/commands", "/slack/interactions"} {
		if status := f.status(path); status/100 != 4 {
			t.Errorf("GET %s: status %d", path, status)
		}
		if status, _ := f.call(http.MethodPost, path, http.Header{}, good); status/100 != 4 {
			t.Errorf("%s unsigned: status %d", path, status)
		}
		for name, header := range map[string]http.Header{
			"another body": f.slack.Sign([]byte(good+" "), time.Now()), "long ago": f.slack.Sign([]byte(good), time.Now().Add(-6*time.Minute)),
			"not hex": {"X-Slack-Request-Timestamp": {fmt.Sprint(time.Now().Unix())}, "X-Slack-Signature": {"v0=xyz"}},
		} {
			if status, _ := f.call(http.MethodPost, path, header, good); status != http.StatusUnauthorized {
				t.Errorf("%s, signature of %s: status %d", path, name, status)
			}
		}
		for _, body := range []string{
			"", "{", "null", "[]", "7", `"x"`, "\x00\xff", "{}", "payload=", "payload=%7B", "payload=null", "payload=%zz", "command=%zz", "a=b;c", "payload=7",
			`payload={"type":"block_actions"}`, `payload={"type":"block_actions","user":7}`, `{"type":"event_callback","event":7}`, `{"type":"event_callback"}`,
			`{"type":"event_callback","event":{"type":"message","user":"U1","channel":7}}`, strings.Repeat("[", 100_000),
		} {
			if status, _ := f.signed(path, body); status/100 != 2 && status/100 != 4 {
				t.Errorf("%s %.60q: status %d", path, body, status)
			}
		}
		if status, _ := f.signed(path, good+strings.Repeat(" ", bodyLimit)); status/100 != 4 {
			t.Errorf("%s, more than 1 MiB: status %d", path, status)
		}
	}
	for path, bodies := range map[string][]string{
		"/slack/events": {
			string(slacktest.EventBody(map[string]any{"type": "reaction_added", "user": "U0ANNA"})), `{"type":"app_rate_limited","team_id":"T0TEAM"}`, `{"type":"something_new"}`,
			string(slacktest.EventBody(map[string]any{"type": "message", "channel": "C0CHAN", "channel_type": "channel", "user": "U0ANNA", "text": "food bank barton", "ts": "1.2"})),
		},
		"/slack/interactions": {
			`payload={"type":"view_closed","user":{"id":"U0ANNA"}}`, `payload={"type":"shortcut","user":{"id":"U0ANNA"},"callback_id":"x"}`,
			`payload={"type":"block_actions","user":{"id":"U0ANNA"},"actions":[{"action_id":"unheard-of","value":"x"}]}`,
		},
		"/slack/commands": {"ssl_check=1&token=x"},
	} {
		for _, body := range bodies {
			if status, _ := f.signed(path, body); status/100 != 2 {
				t.Errorf("%s %.80s: status %d", path, body, status)
			}
		}
	}
	if status, answer := f.signed("/slack/events", `{"type":"url_verification","challenge":"3eZb"}`); status != http.StatusOK || answer != "3eZb" {
		t.Errorf("the challenge gets %d %q", status, answer)
	}
}

// Every press is answered; a second real one again, and one that comes twice not.
func TestPressesAnswered(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.start()
	f.ready()
	t.Run("telegram", func(t *testing.T) {
		api := f.telegram
		api.Text(5, "/start")
		api.Wait(soon, func() bool { return len(api.Messages(5)) == 1 })
		question := api.Messages(5)[0]
		data := question.Rows[0][0].Data
		object := map[string]any{"message_id": question.ID, "date": 1764000000, "chat": map[string]any{"id": 5, "type": "private"}, "text": question.Text}
		said := 1
		for _, pressed := range []map[string]any{object, object, nil} {
			id, query := api.PressData(5, data, pressed)
			said++
			if !api.Wait(soon, func() bool { return api.Answers(query) > 0 && len(api.Messages(5)) == said && api.Pending() == 0 }) {
				t.Fatalf("press %d: answered %d times, %d messages", said-1, api.Answers(query), len(api.Messages(5)))
			}
			again, err := json.Marshal(map[string]any{"update_id": id, "callback_query": map[string]any{
				"id": query, "from": map[string]any{"id": 5, "is_bot": false, "first_name": "A"}, "data": data, "message": pressed}})
			if err != nil {
				t.Fatal(err)
			}
			if status := f.update(string(again)); status != http.StatusOK {
				t.Errorf("the press that came twice gets %d", status)
			}
		}
		if _, query := api.PressData(5, "no-such-choice", object); !api.Wait(soon, func() bool { return api.Answers(query) > 0 && len(api.Messages(5)) == said+1 }) {
			t.Error("an unknown button is not answered")
		}
		time.Sleep(200 * time.Millisecond)
		if n := len(api.Messages(5)); n != said+1 {
			t.Errorf("%d messages, not %d", n, said+1)
		}
	})
	t.Run("slack", func(t *testing.T) {
		dm := slacktest.Direct("U0BEN")
		answers := func(n int) []slacktest.Message {
			t.Helper()
			if !f.slack.Until(soon, func() bool { return len(f.slack.Messages(dm)) >= n }) {
				t.Fatalf("%d messages, not %d", len(f.slack.Messages(dm)), n)
			}
			return f.slack.Messages(dm)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.slack.Say("U0BEN", "hello"))
		question := answers(1)[0]
		button := slacktest.Find(question.Blocks, "Library")
		if button == nil {
			t.Fatalf("no role to choose in %s", question.Text)
		}
		press := string(slacktest.Interaction(f.slack.Pressed("U0BEN", question, button)))
		for range 3 {
			if status, answer := f.signed("/slack/interactions", press); status != http.StatusOK || answer != "" {
				t.Errorf("a press gets %d %q", status, answer)
			}
		}
		answers(2)
		must(f.slack.Press("U0BEN", question, "Library"))
		answers(3)
		time.Sleep(1200 * time.Millisecond) // another would come a second later
		answers(3)
		if n := len(f.slack.Messages(dm)); n != 3 {
			t.Errorf("%d messages, not 3", n)
		}
	})
}

// Three texts in a hurry are answered as they would be at leisure, in order, and a mention once.
func TestHurry(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.env = append(f.env, "TELEGRAM_SEND_RATE=25")
	f.slack.Invite("C0CHAN")
	f.start()
	f.ready()
	lines := []string{"help", "food bank barton", "urgent"}
	for _, line := range lines {
		f.telegram.Text(7, line)
		f.telegram.Text(8, line)
		if err := f.slack.Say("U0CARA", line); err != nil {
			t.Error(err)
		}
	}
	mention := f.slack.Mentioned("U0DAN", "C0CHAN", "food bank barton")
	for _, kind := range []string{"app_mention", "message", "app_mention"} {
		event := map[string]any{"channel_type": "channel"}
		for k, v := range mention {
			event[k] = v
		}
		event["type"] = kind
		if err := f.slack.Event(event); err != nil {
			t.Error(err)
		}
	}
	f.telegram.Text(9, lines[0])
	for i := range lines {
		if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(9)) > i }) {
			t.Fatal("no answer at leisure")
		}
		if i+1 < len(lines) {
			f.telegram.Text(9, lines[i+1])
		}
	}
	leisure := f.telegram.Messages(9)
	for _, who := range []int64{7, 8} {
		f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(who)) >= len(lines) })
		same := func(a, b telegramtest.Message) bool { return a.Text == b.Text }
		if got := f.telegram.Messages(who); !slices.EqualFunc(got, leisure, same) {
			t.Errorf("in a hurry %+v, at leisure %+v", got, leisure)
		}
	}
	dm := slacktest.Direct("U0CARA")
	f.slack.Until(soon, func() bool { return len(f.slack.Messages(dm)) >= len(lines) })
	if got := f.slack.Messages(dm); len(got) != len(lines) || !strings.Contains(got[1].Text, "Barton") || !strings.Contains(got[2].Text, "999") {
		t.Errorf("answered with %+v", got)
	}
	f.slack.Until(soon, func() bool { return len(f.slack.Messages("C0CHAN")) > 0 })
	time.Sleep(1200 * time.Millisecond) // another would come a second later
	if got := f.slack.Messages("C0CHAN"); len(got) != 1 || got[0].Thread != mention["ts"] && got[0].For != "U0DAN" {
		t.Errorf("a mention is answered with %+v", got)
	}
}

// Without limits of ours ten answers to one person take no time.
func TestNoSendRate(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.start()
	f.ready()
	began := time.Now()
	for range 10 {
		f.telegram.Text(7, "help")
	}
	if !f.telegram.Wait(soon, func() bool { return len(f.telegram.Messages(7)) == 10 }) || time.Since(began) > 5*time.Second {
		t.Errorf("%d answers in %v", len(f.telegram.Messages(7)), time.Since(began))
	}
}

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
