package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

const (
	benchKey   = "0707070707070707070707070707070707070707070707070707070707070707"
	memoryAim  = 300  // bytes of Redis a live person
	engineAim  = 0.85 // of the bare loop's rate
	manyAim    = 1.1  // cost of an update beside many sessions, against a few
	few        = 1000
	compared   = 20_000 // updates in one round of that comparison
	manyRounds = 9
)

func measureRedis(ctx context.Context, r *run) error {
	if err := r.measureEngine(ctx); err != nil {
		return err
	}
	if err := r.measureRedisMemory(ctx); err != nil {
		return err
	}
	if r.many == 0 {
		return nil
	}
	return r.measureMany(ctx)
}

// measureEngine measures the same events with more and more around them, by turns.
func (r *run) measureEngine(ctx context.Context) error {
	server, sessions, err := r.openStore(ctx)
	if err != nil {
		return err
	}
	defer server.stop()
	defer sessions.Close()
	s, err := r.sample()
	if err != nil {
		return err
	}
	_, press, err := asked(r.script)
	if err != nil {
		return err
	}
	loops := []struct {
		name string
		loop func() (float64, error)
	}{
		{"bare: GET, commit script", func() (float64, error) { return r.bare(server, s, r.events, false) }},
		{"bare: GET, commit script, sent script", func() (float64, error) { return r.bare(server, s, r.events, true) }},
		{"the store alone: Update, Sent", func() (float64, error) { return r.storeAlone(ctx, sessions, s, r.events) }},
		{"engine: turn, Update, null adapter, Sent", func() (float64, error) { return r.engine(ctx, sessions, press, r.events) }},
	}
	rates := make([][]float64, len(loops))
	for range r.rounds {
		for i, l := range loops {
			if err := server.empty(); err != nil {
				return err
			}
			rate, err := l.loop()
			if err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			rates[i] = append(rates[i], rate)
		}
	}
	t := table{fmt.Sprintf("Events a second on Redis with appendonly, %d in flight; a session of %d bytes, a reply of %d", inFlight, len(s.after), len(s.owed)),
		[]string{"loop", "events/s", "of the first", "of the second", "aim", ""}, nil}
	for i, l := range loops {
		first, aim, verdict := ratio(rates[i], rates[0]), "", ""
		if i == len(loops)-1 {
			aim, verdict = fmt.Sprintf("at least %.2f of the first", engineAim), reachedLeast(first, engineAim)
		}
		t.add(l.name, median(rates[i]), first, ratio(rates[i], rates[1]), aim, verdict)
	}
	t.print(r.out)
	return nil
}

// openStore starts a Redis and opens a store on it.
func (r *run) openStore(ctx context.Context) (*redis, conversation.Store, error) {
	server, err := r.startRedis()
	if err != nil {
		return nil, nil, err
	}
	sessions, err := store.Open(ctx, store.Config{RedisURL: server.url()})
	if err != nil {
		server.stop()
		return nil, nil, err
	}
	return server, sessions, nil
}

// storeAlone measures commits and marks through the store, of a session that is ready.
func (r *run) storeAlone(ctx context.Context, sessions conversation.Store, s sample, n int) (float64, error) {
	var states [2]conversation.Session
	if err := errors.Join(states[0].UnmarshalBinary([]byte(s.before)), states[1].UnmarshalBinary([]byte(s.after))); err != nil {
		return 0, err
	}
	owed := []byte(s.owed)
	return parallel(n, func(_, i int) error {
		id := fmt.Sprintf("person-of-16%04d", i%crowd)
		number, _, err := sessions.Update(ctx, id, func(session *conversation.Session) ([]byte, error) {
			*session = states[i/crowd%2]
			return owed, nil
		})
		if err != nil {
			return err
		}
		_, err = sessions.Sent(ctx, id, number)
		return err
	})
}

// populate keeps the sessions of n people who gave that many answers and are owed nothing.
func (r *run) populate(ctx context.Context, sessions conversation.Store, n, least, most int) error {
	chance := rand.New(rand.NewPCG(7, 7))
	kept := make([]conversation.Session, walks)
	for i := range kept {
		data, err := walk(r.script, chance, anybody(r.script, chance), least+chance.IntN(most-least+1))
		if err != nil {
			return err
		}
		if err := kept[i].UnmarshalBinary(data); err != nil {
			return err
		}
	}
	_, err := parallel(n, func(_, i int) error {
		_, _, err := sessions.Update(ctx, personID(i), func(s *conversation.Session) ([]byte, error) {
			*s = kept[i%len(kept)]
			return nil, nil
		})
		return err
	})
	return err
}

// personID is as long as the ids of conversations are.
func personID(i int) string { return fmt.Sprintf("person-o%08d", i) }

func (r *run) measureRedisMemory(ctx context.Context) error {
	t := table{"Memory of Redis, a live person whose replies were sent", []string{"after", "bytes", "aim", ""}, nil}
	for _, c := range []struct {
		after       string
		least, most int
	}{{"1 answer", 1, 1}, {"3 to 8 answers", 3, 8}, {"100 answers", 100, 100}} {
		each, err := r.bytesEach(ctx, c.least, c.most)
		if err != nil {
			return err
		}
		t.add(c.after, each, fmt.Sprintf("under %d", memoryAim), reached(each, memoryAim))
	}
	t.print(r.out)
	return nil
}

// bytesEach returns what Redis takes for each of many people after so many answers.
func (r *run) bytesEach(ctx context.Context, least, most int) (int, error) {
	const people = 20_000
	server, sessions, err := r.openStore(ctx)
	if err != nil {
		return 0, err
	}
	defer server.stop()
	defer sessions.Close()
	var used [2]int
	for i, n := range []int{few, people} { // with the first come the clients and the scripts
		if err := r.populate(ctx, sessions, n, least, most); err != nil {
			return 0, err
		}
		if used[i], err = server.memoryAtRest(); err != nil {
			return 0, err
		}
	}
	return (used[1] - used[0]) / (people - few), nil
}

// measureMany compares updates among many sessions with updates among a few, by turns.
func (r *run) measureMany(ctx context.Context) error {
	t := table{fmt.Sprintf("An answer committed and marked as sent, %d in flight", inFlight), []string{"sessions", "events/s", "cost of one", "Redis used", "aim", ""}, nil}
	sizes := [2]int{few, r.many}
	var servers [2]*redis
	var rates [2][]float64
	var stores [2]conversation.Store
	for i, n := range sizes {
		server, sessions, err := r.openStore(ctx)
		if err != nil {
			return err
		}
		defer server.stop()
		defer sessions.Close()
		if err := r.populate(ctx, sessions, n, 1, 20); err != nil {
			return err
		}
		servers[i], stores[i] = server, sessions
	}
	for range manyRounds {
		for i := range sizes {
			rate, err := r.answerAmong(ctx, stores[i], sizes[i])
			if err != nil {
				return err
			}
			rates[i] = append(rates[i], rate)
		}
	}
	for i, n := range sizes {
		used, err := servers[i].usedMemory()
		if err != nil {
			return err
		}
		cost, aim, verdict := ratio(rates[0], rates[i]), "", ""
		if i > 0 {
			aim, verdict = fmt.Sprintf("under %.1f of that with %s", manyAim, show(few)), reached(cost, manyAim)
		}
		t.add(n, median(rates[i]), cost, fmt.Sprintf("%.1f MB", float64(used)/1e6), aim, verdict)
	}
	t.print(r.out)
	return nil
}

// answerAmong measures answers of people picked by chance.
func (r *run) answerAmong(ctx context.Context, sessions conversation.Store, people int) (float64, error) {
	s, err := r.sample()
	if err != nil {
		return 0, err
	}
	_, press, err := asked(r.script)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	return parallel(compared, func(_, i int) error {
		id := personID(rand.IntN(people))
		m := conversation.Message{ID: fmt.Sprint("many:", now.UnixNano(), i), Choice: press}
		number, _, err := sessions.Update(ctx, id, func(session *conversation.Session) ([]byte, error) {
			*session, _ = conversation.Turn(r.script, *session, m, now)
			return []byte(s.owed), nil
		})
		if err != nil {
			return err
		}
		_, err = sessions.Sent(ctx, id, number)
		return err
	})
}
