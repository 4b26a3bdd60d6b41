package main

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
	"github.com/mecc-oxfordshire/signpost/internal/store/storetest"
)

// slackMessages is what one person sends; replies go out one a second, so it is what the test waits for.
const slackMessages = 8

// TestKillSlack is TestKill over Slack, by HTTP and by Socket Mode.
func TestKillSlack(t *testing.T) {
	onRedis := func(t *testing.T) []string {
		return []string{"REDIS_URL=" + storetest.StartRedis(t), "SIGNPOST_KEY=" + strings.Repeat("5a", 32)}
	}
	onFile := func(t *testing.T) []string {
		return []string{"SIGNPOST_DATA=" + filepath.Join(t.TempDir(), "signpost.db")}
	}
	for name, tt := range map[string]struct {
		socket bool
		store  func(*testing.T) []string
	}{"http/redis": {false, onRedis}, "socket/redis": {true, onRedis}, "socket/embedded": {true, onFile}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killSlack(t, tt.socket, tt.store(t))
		})
	}
}

func killSlack(t *testing.T, socket bool, store []string) {
	seed := uint64(envInt("SIGNPOST_SEED", int(time.Now().UnixNano()&0xffffff)))
	t.Logf("SIGNPOST_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 2))

	workspace := slacktest.New()
	defer workspace.Close()
	workspace.Minute = 500 * time.Millisecond
	p := newProcess(t, append(store, "SLACK_API_URL="+workspace.API(), "SLACK_BOT_TOKEN="+workspace.BotToken)...)
	if socket {
		p.env = append(p.env, "SLACK_APP_TOKEN="+workspace.AppToken)
	} else {
		workspace.Target = "http://" + p.listen
		p.env = append(p.env, "SLACK_SIGNING_SECRET="+workspace.SigningSecret)
	}
	p.start()
	p.ready()
	if socket && !workspace.Until(10*time.Second, func() bool { return workspace.Sockets() > 0 }) {
		t.Fatal("no socket is up")
	}

	var talking sync.WaitGroup
	people := []string{"U0ANNA", "U0BEN", "U0CARA"}
	for _, person := range people {
		talking.Go(func() {
			for i := range slackMessages {
				line := "another way"
				if i < 3 {
					line = []string{"hello", "fire", "stop smoking"}[i]
				}
				if err := workspace.Say(person, line); err != nil {
					t.Errorf("%s, message %d: %v", person, i, err)
				}
				time.Sleep(time.Duration(200+50*i) * time.Millisecond)
			}
		})
	}
	kills := envInt("SIGNPOST_KILLS", 2)
	for range kills {
		time.Sleep(time.Duration(500+random.IntN(1000)) * time.Millisecond)
		p.kill()
		p.start()
		p.ready()
	}
	talking.Wait()
	began, repeats := time.Now(), 0
	for _, person := range people {
		var got []string
		workspace.Until(30*time.Second, func() bool {
			got = slackAnswers(workspace, person)
			return len(got) >= slackMessages
		})
		repeats += len(workspace.Messages(slacktest.Direct(person))) - len(got)
		if len(got) != slackMessages {
			t.Errorf("%s: %d answers to %d messages", person, len(got), slackMessages)
			continue
		}
		for i, q := range got[2:] {
			if want := got[2+i%3]; q != want {
				t.Errorf("%s: answer %d is %q, not %q", person, i, q, want)
			}
		}
	}
	t.Logf("%d messages; all answered %s after the last; %d answers seen twice, %d kills",
		len(people)*slackMessages, time.Since(began).Round(time.Millisecond), repeats, kills)
	if repeats > len(people)*kills {
		t.Errorf("%d answers were seen twice", repeats)
	}
	if problems := workspace.Problems(); len(problems) > 0 {
		t.Errorf("problems: %q", problems)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// slackAnswers returns what a person was told, without answers that were sent twice in a row.
func slackAnswers(workspace *slacktest.Slack, person string) []string {
	var list []string
	for _, m := range workspace.Messages(slacktest.Direct(person)) {
		if len(list) > 0 && list[len(list)-1] == m.Text {
			continue
		}
		list = append(list, m.Text)
	}
	return list
}
