package telegram

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/telegram/telegramtest"
	"github.com/mecc-oxfordshire/signpost/bots/terminal"
	"github.com/mecc-oxfordshire/signpost/internal/content"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

// TestGoldenConversations holds every golden conversation over Telegram and in the terminal at the
// same time, and compares what a person sees.
func TestGoldenConversations(t *testing.T) {
	script, _, err := content.Load(prompts.FS(), time.Now())
	if err != nil {
		t.Fatalf("the content does not load: %v", err)
	}
	goldens, err := terminal.ReadGoldens(prompts.FS(), "testdata/conversations")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, nil)
	r.script = script
	r.start()
	var all sync.WaitGroup
	places := make(chan struct{}, atOnce)
	n := int64(1000)
	for name, golden := range goldens {
		n++
		who := n
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(name, func(t *testing.T) { hold(t, r, who, golden) })
		})
	}
	all.Wait()
}

// atOnce is how many golden conversations are held at the same time: most of each is waiting.
const atOnce = 16

func hold(t *testing.T, r *rig, who int64, golden terminal.Golden) {
	h := golden.Header
	r.know(strconv.FormatInt(who, 10), conversation.Session{Voice: h.As, Role: h.Role, Area: h.Area})
	talk := &terminal.Talk{Script: r.script, Now: time.Now}
	reply, err := talk.Open(h.As, h.Role, h.Area)
	if err != nil {
		t.Fatal(err)
	}
	r.Text(who, "/start")
	seen := 0
	for i := 0; ; i++ {
		list := r.reply(t, who, seen)
		seen += len(list)
		compare(t, list, reply, r.script.Phrases.Platforms["telegram"])
		if i == len(golden.Lines) || t.Failed() {
			return
		}
		if reply, err = talk.Say(golden.Lines[i]); err != nil {
			t.Fatal(err)
		}
		r.Text(who, golden.Lines[i])
	}
}

// reply waits until a reply is said whole, and returns its messages: those after the ones seen before.
func (r *rig) reply(t *testing.T, who int64, seen int) []telegramtest.Message {
	t.Helper()
	id := conversationID("telegram", strconv.FormatInt(who, 10))
	var list []telegramtest.Message
	if !r.Wait(soon, func() bool {
		owed, err := r.store.Owed(context.Background(), id)
		list = r.Messages(who)
		return err == nil && len(owed) == 0 && len(list) > seen
	}) {
		t.Fatal("no answer")
	}
	return list[seen:]
}

// compare checks that messages show the words of a reply, and its options as buttons in their order.
func compare(t *testing.T, list []telegramtest.Message, reply conversation.Reply, phrases map[string]string) {
	t.Helper()
	var texts, buttons, want []string
	for _, m := range list {
		texts = append(texts, m.Text)
		for _, b := range slices.Concat(m.Rows...) {
			if b.Copy == "" {
				buttons = append(buttons, b.Text)
			}
		}
	}
	shown := strings.Join(texts, "\n\n")
	if reply.Crisis {
		shown = strings.TrimPrefix(shown, phrases["crisis"]+hush)
	}
	if said := strings.Join(reply.Lines(), "\n"); shown != said {
		t.Errorf("shown:\n%s\nin the terminal:\n%s", shown, said)
	}
	for _, c := range slices.Concat(reply.Options, reply.Exits) {
		want = append(want, c.Label)
	}
	if !slices.Equal(buttons, want) {
		t.Errorf("buttons %q, options %q", buttons, want)
	}
}
