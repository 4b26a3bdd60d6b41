package bots

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

// A slow platform says one reply a second to one person, those about danger at once.
type slow struct {
	*platform
	limit Limiter
}

func newSlow() *slow { return &slow{newPlatform(), Limiter{PerChat: time.Second}} }

func (p *slow) Pace() time.Duration { return p.limit.PerChat }

func (p *slow) Receive(ctx context.Context, deliver func(context.Context, Message) error) error {
	return p.platform.Receive(ctx, deliver)
}

func (p *slow) Send(ctx context.Context, to Address, r conversation.Reply) error {
	if len(r.Blocks) > 0 {
		if err := p.limit.Wait(ctx, "anna", r.Crisis); err != nil {
			return err
		}
	}
	return p.platform.Send(ctx, to, r)
}

// withDanger has "urgent" be answered with a card.
func withDanger(s *Server) *Server {
	script := s.Script()
	script.Phrases.Exits.Urgent = conversation.Phrase{Label: "Urgent help", Words: []string{"urgent"}}
	script.Safety.Urgent = map[conversation.Voice]conversation.CardText{conversation.Resident: {Action: "Call 999."}}
	script.Index()
	return s
}

// TestFlood has one person write hundreds of messages, one of them about danger, on one process or on
// two in turn. The card comes at once; of the rest as many are answered as may come at once, in order.
func TestFlood(t *testing.T) {
	for _, processes := range []int{1, 2} {
		t.Run(fmt.Sprint(processes), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { flood(t, processes) })
		})
	}
}

func flood(t *testing.T, processes int) {
	memory := store.NewMemory()
	var all []*slow
	for range processes {
		p := newSlow()
		all = append(all, p)
		defer run(t, withDanger(serverOn(t, memory, p)))()
	}
	write := func(i int, text string) { all[i%processes].take(t, message(i, text)) }
	said := func() (sent []string) {
		for _, p := range all {
			sent = append(sent, p.said()...)
		}
		return sent
	}
	for i := range 400 {
		write(i, "me")
	}
	time.Sleep(300 * time.Millisecond)
	write(1000, "urgent")
	write(1001, "me")
	time.Sleep(courtesy + courtesyLook)
	synctest.Wait()
	if sent := said(); !slices.Contains(sent, "1000 Call 999.") {
		t.Errorf("no card among %d replies", len(sent))
	}
	time.Sleep(10 * time.Minute)
	sent := said()
	if n, want := len(sent), processes*floodDepth+1; n != want {
		t.Errorf("%d replies to a flood, not %d", n, want)
	}
	last, cards := -1, 0
	for _, s := range sent {
		if strings.HasSuffix(s, "Call 999.") {
			cards++
			continue
		}
		var i int
		if fmt.Sscan(s, &i); i < last && processes == 1 {
			t.Errorf("%d came after %d", i, last)
		}
		last = i
	}
	if cards != 1 {
		t.Errorf("%d cards", cards)
	}
	write(2000, "me")
	synctest.Wait()
	if n := len(said()); n != processes*floodDepth+2 {
		t.Errorf("not answered when the flood is over: %d replies", n)
	}
}

// TestPressesInAFlood has somebody press while replies wait, and when no more is answered: the platform
// hears of each press at once, though it refuses one, and of nothing else.
func TestPressesInAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newSlow()
		defer run(t, serverOn(t, store.NewMemory(), p))()
		press := func(i int) {
			m := message(i, "")
			m.Choice = ".menu"
			p.take(t, m)
			synctest.Wait()
		}
		press(0) // first, it goes with its reply
		for i := 1; i < 5; i++ {
			p.take(t, message(i, "me"))
		}
		press(5)
		for i := 6; i < floodDepth+30; i++ {
			p.take(t, message(i, "me"))
		}
		synctest.Wait()
		p.fail = []error{&RetryError{After: time.Second, Err: errors.New("later")}}
		want := []string{"5"}
		for i := 1000; i < 1020; i++ {
			want = append(want, fmt.Sprint(i))
			press(i)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if slices.Sort(p.pressed); !slices.Equal(p.pressed, slices.Sorted(slices.Values(want))) {
			t.Errorf("heard of %q, want %q", p.pressed, want)
		}
		time.Sleep(10 * time.Minute)
		if n := len(p.said()); n != floodDepth {
			t.Errorf("%d replies to a flood, not %d", n, floodDepth)
		}
	})
}

// TestNoFloodAtPace is never passed by at a message a second, nor when one comes again and again.
func TestNoFloodAtPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newSlow()
		defer run(t, serverOn(t, store.NewMemory(), p))()
		for i := range 1000 {
			p.in <- message(i, "me")
			<-p.acked
			time.Sleep(time.Second)
		}
		for range 500 {
			p.in <- message(999, "me")
			<-p.acked
		}
		p.in <- message(1000, "me")
		<-p.acked
		time.Sleep(5 * time.Second)
		if n := len(p.said()); n != 1001 {
			t.Errorf("%d of 1001 were answered", n)
		}
	})
}

// TestDangerKeepsItsPlace is answered in order where nothing has to wait for long.
func TestDangerKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newSlow()
		defer run(t, withDanger(serverOn(t, store.NewMemory(), p)))()
		began := time.Now()
		for i, text := range []string{"me", "menu", "urgent", "menu"} {
			p.take(t, message(i, text))
		}
		for len(p.said()) < 3 && time.Since(began) < time.Minute {
			time.Sleep(10 * time.Millisecond)
		}
		if sent := p.said(); time.Since(began) > courtesy || sent[2] != "2 Call 999." {
			t.Errorf("after %s: %q", time.Since(began), sent)
		}
		time.Sleep(5 * time.Second)
		if sent := p.said(); len(sent) != 4 {
			t.Errorf("sent %q", sent)
		}
	})
}

// TestAfterDanger has a card take a while to send, and more replies committed meanwhile: they come after.
func TestAfterDanger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &lingering{newPlatform()}
		defer run(t, withDanger(serverOn(t, store.NewMemory(), p)))()
		for i, text := range []string{"urgent", "me", "menu"} {
			p.take(t, message(i, text))
		}
		time.Sleep(5 * time.Second)
		if sent := p.said(); len(sent) != 3 || sent[0] != "0 Call 999." {
			t.Errorf("sent %q", sent)
		}
	})
}

// A lingering platform takes two seconds for a card.
type lingering struct{ *platform }

func (p *lingering) Send(ctx context.Context, to Address, r conversation.Reply) error {
	if r.Crisis {
		time.Sleep(2 * time.Second)
	}
	return p.platform.Send(ctx, to, r)
}

// stuckStore keeps every message waiting until its time is over.
type stuckStore struct{ conversation.Store }

func (stuckStore) Update(ctx context.Context, _ string, _ func(*conversation.Session) ([]byte, error)) (uint64, int, error) {
	<-ctx.Done()
	return 0, 0, store.ErrUnavailable
}

// TestDangerBehindAFullLane writes of danger when so much waits that nothing more is let in.
func TestDangerBehindAFullLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		s := withDanger(serverOn(t, stuckStore{store.NewMemory()}, p))
		defer run(t, s)()
		synctest.Wait()
		for i := range laneDepth + 1 {
			go s.deliver(t.Context(), p, message(i, "me"))
		}
		synctest.Wait()
		if err := s.deliver(t.Context(), p, message(99, "urgent")); !errors.Is(err, ErrBusy) {
			t.Errorf("a full lane lets one in: %v", err)
		}
		synctest.Wait()
		if sent := p.said(); !slices.Equal(sent, []string{"99 Call 999."}) {
			t.Errorf("sent %q", sent)
		}
		time.Sleep(5 * time.Second)
	})
}
