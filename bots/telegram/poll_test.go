package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

func TestNothingConfirmedWhileStoreIsDown(t *testing.T) {
	r := newRig(t, nil)
	r.store.down.Store(true)
	r.start()
	for i := range 5 {
		r.Text(person+int64(i), "/menu")
	}
	time.Sleep(700 * time.Millisecond)
	if n := r.Pending(); n != 5 {
		t.Fatalf("%d updates pending while the store is down, want 5", n)
	}
	r.store.down.Store(false)
	r.settled()
	for i := range 5 {
		list := r.said(person+int64(i), 2)
		if list[0].Text != "Sorry, not now." || len(list) != 2 {
			t.Errorf("person %d was told %+v", i, list)
		}
	}
}

// TestOrderAndParallel also proves that no more of a person's updates are unconfirmed than a session remembers.
func TestOrderAndParallel(t *testing.T) {
	r := newRig(t, nil)
	a := r.make()
	var mu sync.Mutex
	got := make(map[string][]string)
	since := 0 // of the one who writes much, since the last confirmation
	pending := 0
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const many, others = 50, 40
	for i := range many {
		r.Text(person, fmt.Sprint(i))
		if i < others {
			r.Text(1000+int64(i), "x")
		}
	}
	deliver := func(_ context.Context, m bots.Message) error {
		time.Sleep(2 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		got[m.From] = append(got[m.From], m.Text)
		if n := r.Pending(); n != pending {
			pending, since = n, 0
		}
		if m.From == fmt.Sprint(person) {
			if since++; since > unconfirmed {
				t.Errorf("%d updates of one person unconfirmed", since)
			}
		}
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- a.Receive(ctx, deliver) }()
	r.settled()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for i, text := range got[fmt.Sprint(person)] {
		if text != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, text)
		}
	}
	if n := len(got[fmt.Sprint(person)]); n != many || len(got) != others+1 {
		t.Errorf("%d messages of %d, %d people of %d", n, many, len(got), others+1)
	}
}

func TestOffsetStopsBeforeFirstFailure(t *testing.T) {
	r := newRig(t, nil)
	a := r.make()
	r.Text(1, "a")
	failing := r.Text(2, "b")
	r.Text(2, "c")
	r.Text(3, "d")
	var mu sync.Mutex
	var got []string
	down := true
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- a.Receive(ctx, func(_ context.Context, m bots.Message) error {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, m.Text)
			if m.Text == "b" && down {
				down = len(got) < 6
				return errors.New("no")
			}
			return nil
		})
	}()
	r.settled()
	cancel()
	<-done
	for _, c := range r.Calls("getUpdates")[1:2] {
		if c.Params["offset"] != float64(failing) {
			t.Errorf("second offset %v, want %d", c.Params["offset"], failing)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if i, j := slices.Index(got, "c"), lastIndex(got, "b"); i < j {
		t.Errorf("order %q: c came before b was done", got)
	}
}

func lastIndex(list []string, s string) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == s {
			return i
		}
	}
	return -1
}

func TestRestartInTheMiddle(t *testing.T) {
	r := newRig(t, nil)
	for i := range 20 {
		r.know(fmt.Sprint(i+1), conversation.Session{Voice: conversation.Resident, Area: "barton"})
	}
	for range 6 {
		r.start()
		for i := range 20 {
			r.Text(int64(i+1), "/menu")
		}
		time.Sleep(20 * time.Millisecond)
		r.stop()
	}
	r.start()
	for i := range 20 {
		r.said(int64(i+1), 6)
	}
	r.settled()
	for i := range 20 {
		if n := len(r.Messages(int64(i + 1))); n != 6 {
			t.Errorf("person %d got %d answers to 6 messages", i+1, n)
		}
	}
}

func TestPoisonIsPassedBy(t *testing.T) {
	r := newRig(t, nil).start()
	r.PushRaw(func(id int64) string { return fmt.Sprintf(`{"update_id":%d,"message":"unspeakable"}`, id) })
	r.PushRaw(func(id int64) string {
		return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":"x","text":"unspeakable"}}`, id)
	})
	r.PushRaw(func(id int64) string { return fmt.Sprintf(`{"update_id":%d,"brand_new":{"a":[1,2]}}`, id) })
	r.Say(person, map[string]any{"paid_media": map[string]any{"star_count": 1, "paid_media": []any{map[string]any{"type": "hologram"}}}})
	r.Say(person, map[string]any{"text": "ü /menu", "entities": []any{map[string]any{"type": "bot_command", "offset": 99999, "length": -5}}})
	r.Say(person, map[string]any{"text": "/menu", "entities": "forged"})
	r.PressData(person, "nonsense", nil)
	list := r.said(person, 4)
	r.settled()
	if !strings.Contains(list[0].Text, "Not that.") {
		t.Errorf("answer to unknown media: %q", list[0].Text)
	}
	if n := r.adapter.Counts()["unread"]; n != 2 {
		t.Errorf("%d updates counted as passed by, want 2", n)
	}
}

// TestUnreadableID proves that an update whose id can't be read, and so can't be confirmed, is not asked
// for over and over, and goes with the next one.
func TestUnreadableID(t *testing.T) {
	r := newRig(t, nil)
	r.PushRaw(func(int64) string { return `{"update_id":"unspeakable","message":{}}` })
	r.start()
	time.Sleep(time.Second)
	if n := len(r.Calls("getUpdates")); n < 2 || n > 5 {
		t.Errorf("asked %d times in a second", n)
	}
	r.Text(person, "/start")
	r.said(person, 1)
	r.settled()
}

func TestUpdateIDsThatRestart(t *testing.T) {
	r := newRig(t, nil)
	r.know(fmt.Sprint(person), conversation.Session{Voice: conversation.Resident})
	r.start()
	r.Text(person, "/menu")
	r.said(person, 1)
	r.settled()
	r.Restart(5)
	r.Text(person, "/menu")
	r.said(person, 2)
	r.settled()
	r.Restart(5) // the same id once more, for another message
	r.Text(person, "/menu")
	r.said(person, 3)
	r.settled()
}

func TestLongPollEndsAtOnce(t *testing.T) {
	r := newRig(t, nil).start()
	r.Wait(soon, func() bool { return len(r.Calls("getUpdates")) > 0 })
	began := time.Now()
	if err := r.stop(); err != nil || time.Since(began) > 2*time.Second {
		t.Errorf("ended after %s: %v", time.Since(began), err)
	}
}

// TestStopConfirmsWhatIsDone proves that the turn under way is finished and confirmed, and no other begun.
func TestStopConfirmsWhatIsDone(t *testing.T) {
	r := newRig(t, nil)
	a := r.make()
	r.Text(person, "first")
	r.Text(person, "second")
	ctx, cancel := context.WithCancel(t.Context())
	err := a.Receive(ctx, func(finish context.Context, m bots.Message) error {
		cancel()
		if m.Text != "first" || finish.Err() != nil {
			t.Errorf("%q begun after the stop, %v", m.Text, finish.Err())
		}
		return nil
	})
	if n := r.Pending(); err != nil || n != 1 {
		t.Errorf("%d updates pending, %v, want the second only", n, err)
	}
}
