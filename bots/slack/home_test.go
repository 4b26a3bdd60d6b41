package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots/slack/slacktest"
)

// view waits for the nth view and returns it with its blocks.
func (b *bench) view(n int) (slacktest.View, []any) {
	b.t.Helper()
	if !b.Until(5*time.Second, func() bool { return len(b.Views()) >= n }) {
		b.t.Fatalf("%d views, not %d\n%s", len(b.Views()), n, b.log)
	}
	v := b.Views()[n-1]
	return v, v.Body["blocks"].([]any)
}

func TestHome(t *testing.T) {
	for _, sockets := range []bool{false, true} {
		b := newBench(t, sockets)
		b.must(b.OpenHome(ann))
		v, blocks := b.view(1)
		if v.User != ann || v.Type != "home" {
			t.Fatalf("published %s for %s", v.Type, v.User)
		}
		text := visible(blocks)
		urgent, notice := strings.Index(text, "In danger? 999."), strings.Index(text, "Or a topic")
		if urgent < 0 || notice < urgent || !strings.Contains(text, "Reviewed: 21 November 2026") || !strings.Contains(raw(blocks), "<https://guide.example/>") {
			t.Errorf("the tab says %s", text)
		}
		for _, label := range []string{"Urgent help", "Safeguarding", "Practise", "Change role", "Change area"} {
			if slacktest.Find(blocks, label) == nil {
				t.Errorf("no button %q", label)
			}
		}
		grown := slacktest.Find(blocks, "choose:age-well")
		if s, _ := json.Marshal(grown); !strings.Contains(string(s), "Stop smoking") || strings.Contains(string(s), "Sleep") || strings.Contains(string(s), "Practise") {
			t.Errorf("topics of an older person: %s", s)
		}
		dm := slacktest.Direct(ann)
		b.must(b.PressView(ann, v, slacktest.Find(blocks, "Change role"), ""))
		if m := b.last(dm, 1); !strings.Contains(m.Text, "Where do you work now?") {
			t.Errorf("role: %s", m.Text)
		}
		b.must(b.Press(ann, b.last(dm, 1), "Library"))
		b.answers(dm, 2)
		b.must(b.PressView(ann, v, slacktest.Find(blocks, "notice"), "an ashtray by the bed"))
		if m := b.last(dm, 3); !strings.Contains(m.Text, "About Stop smoking.") {
			t.Errorf("noticed: %s", m.Text)
		}
		b.must(b.PressView(ann, v, grown, ".topic:smoking"))
		if m := b.last(dm, 4); !strings.Contains(m.Text, "Stop smoking · Ask") {
			t.Errorf("picked: %s", m.Text)
		}
		b.must(b.PressView(ann, v, slacktest.Find(blocks, "Urgent help"), ""))
		if m := b.last(dm, 5); !strings.HasPrefix(m.Text, "Call 999.") {
			t.Errorf("urgent: %s", m.Text)
		}
		b.must(b.PressView(ann, v, slacktest.Find(blocks, "Safeguarding"), ""))
		if m := b.last(dm, 6); !strings.Contains(m.Text, "Tell your lead.") {
			t.Errorf("safeguarding: %s", m.Text)
		}
		b.must(b.PressView(ann, v, slacktest.Find(blocks, "Practise"), ""))
		if m := b.last(dm, 7); !strings.Contains(m.Text, "Try one.") {
			t.Errorf("practice: %s", m.Text)
		}
		b.must(b.Say(ann, "barton"))
		b.answers(dm, 8)
		b.must(b.OpenHome(ann))
		if _, blocks := b.view(2); !strings.Contains(visible(blocks), "You Library · Barton") || strings.Contains(text, "Library") {
			t.Errorf("role and area are not on the tab: %s", visible(blocks))
		}
	}
}

func TestHomeWithoutTheStore(t *testing.T) {
	b := newBench(t, false)
	b.store.setHang(true)
	b.must(b.OpenHome(ann))
	if _, blocks := b.view(1); slacktest.Find(blocks, "Urgent help") == nil {
		t.Error("no urgent help")
	}
	b.store.setHang(false)
}

func TestHomeRaces(t *testing.T) {
	b := newBench(t, false)
	b.Break("views.publish", slacktest.Fault{Status: 200, Body: `{"ok":false,"error":"hash_conflict"}`})
	b.must(b.OpenHome(ann))
	b.Until(time.Second, func() bool { return len(b.Calls("views.publish")) == 1 })
	b.Break("views.publish", slacktest.Fault{Status: 429, Header: map[string]string{"Retry-After": "1"}})
	b.must(b.OpenHome(ann))
	b.view(1)
	b.must(b.Event(map[string]any{"type": "app_home_opened", "user": ann, "channel": slacktest.Direct(ann), "tab": "messages"}))
	time.Sleep(50 * time.Millisecond)
	if n := len(b.Calls("views.publish")); n != 3 {
		t.Errorf("published %d times", n)
	}
	if strings.Contains(b.log.String(), "hash_conflict") {
		t.Error("a race was logged as a fault")
	}
}

func TestShortcut(t *testing.T) {
	b := newBench(t, false)
	b.must(b.Shortcut(ann, channel, "5.5", "my neighbour, John Smith, smokes <@U0X> a lot"))
	v, blocks := b.view(1)
	text := visible(blocks)
	if v.Type != "modal" || !strings.Contains(text, "About Stop smoking.") || !strings.Contains(text, "Quit Team") || !strings.Contains(text, "Words dropped.") {
		t.Fatalf("the modal says %s", text)
	}
	if s, _ := json.Marshal(v.Body); strings.Contains(string(s), "neighbour") || strings.Contains(string(s), "John") {
		t.Error("the words of the message are kept")
	}
	b.must(b.PressView(ann, v, slacktest.Find(blocks, "Share in the thread"), ""))
	m := b.last(channel, 1)
	if m.Thread != "5.5" || !strings.Contains(m.Text, "Quit Team") {
		t.Errorf("shared %+v", m)
	}
	if _, blocks := b.view(2); !strings.Contains(visible(blocks), "Shared.") {
		t.Error("the modal does not say so")
	}
	b.must(b.PressView(ann, v, slacktest.Find(blocks, "Share in the thread"), ""))
	b.must(b.PressView(ann, v, slacktest.Find(blocks, "Send to me"), ""))
	if m := b.last(slacktest.Direct(ann), 1); !strings.Contains(m.Text, "Quit Team") {
		t.Errorf("sent %+v", m)
	}
	b.quiet(channel, 1)
}

func TestShortcutElsewhereAndDanger(t *testing.T) {
	b := newBench(t, true)
	b.must(b.Shortcut(ann, "C0ELSE", "5.5", "she smokes"))
	v, blocks := b.view(1)
	b.must(b.PressView(ann, v, slacktest.Find(blocks, "Share in the thread"), ""))
	if _, blocks := b.view(2); !strings.Contains(visible(blocks), "Not in that channel.") || slacktest.Find(blocks, "Send to me") == nil {
		t.Error("the modal does not say why")
	}
	b.must(b.Shortcut(ann, channel, "5.6", "he says kill myself"))
	if _, blocks := b.view(3); !strings.HasPrefix(visible(blocks), "Stay with them. Call 999.") {
		t.Errorf("danger shows %s", visible(blocks))
	}
	b.must(b.Shortcut(ann, channel, "5.7", "lovely weather"))
	if _, blocks := b.view(4); !strings.Contains(visible(blocks), "Nothing for that.") {
		t.Errorf("nothing shows %s", visible(blocks))
	}
}
