package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

const (
	inFlight = 16
	crowd    = 10_000 // people among whom events are spread
)

// A sample is a session before and after an event, and the reply that it owes: what the bare loop
// carries, so that both carry the same.
type sample struct{ before, after, owed string }

// sample takes a session and a reply from the content.
func (r *run) sample() (sample, error) {
	session, press, err := asked(r.script)
	if err != nil {
		return sample{}, err
	}
	var s conversation.Session
	if err := s.UnmarshalBinary(session); err != nil {
		return sample{}, err
	}
	s, reply := conversation.Turn(r.script, s, conversation.Message{ID: "tg:9", Choice: press}, time.Now())
	after, err1 := s.MarshalBinary()
	owed, err2 := json.Marshal(map[string]any{"p": "null", "to": map[string]int{"c": 7_000_000_001}, "r": reply})
	return sample{string(session), string(after), string(owed)}, errors.Join(err1, err2)
}

// parallel calls fn for the numbers up to n from inFlight goroutines, and returns the rate a second.
func parallel(n int, fn func(worker, i int) error) (float64, error) {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, inFlight)
	began := time.Now()
	for worker := range inFlight {
		all.Go(func() {
			for errs[worker] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[worker] = fn(worker, i)
			}
		})
	}
	all.Wait()
	return float64(n) / time.Since(began).Seconds(), errors.Join(errs...)
}

// bare measures GET and the commit script, and with mark the script that forgets a sent reply too,
// each worker on a connection of its own with nothing around the commands.
func (r *run) bare(server *redis, s sample, n int, mark bool) (float64, error) {
	wires := make([]*wire, inFlight)
	for i := range wires {
		w, err := server.dial()
		if err != nil {
			return 0, err
		}
		defer w.Close()
		wires[i] = w
	}
	commit, err1 := r.load(wires[0], "commit.lua")
	sent, err2 := r.load(wires[0], "sent.lua")
	if err := errors.Join(err1, err2); err != nil {
		return 0, err
	}
	life := strconv.FormatInt(conversation.SessionLife.Milliseconds(), 10)
	owedLife := strconv.FormatInt(store.OwedLife.Milliseconds(), 10)
	lease := strconv.FormatInt(store.Lease.Milliseconds(), 10)
	return parallel(n, func(worker, i int) error {
		w, id := wires[worker], fmt.Sprintf("person-of-16%04d", i%crowd)
		bucket := fmt.Sprintf("sp:{%02x}:", i%256)
		session, owed, due := bucket+"s:"+id, bucket+"o:"+id, bucket+"d"
		kept, err := w.do("GET", session)
		if err != nil {
			return err
		}
		next := s.before
		if kept == next {
			next = s.after
		}
		number, err := w.do("EVALSHA", commit, "3", session, owed, due, kept, next, life, s.owed, owedLife, id, lease)
		if err == nil && mark {
			_, err = w.do("EVALSHA", sent, "2", owed, due, number, id)
		}
		return err
	})
}
