package bots

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestLanesKeepOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		var got []int
		if err := l.enter(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		for i := range laneDepth {
			go func() {
				if err := l.enter(t.Context(), "a"); err != nil {
					t.Error(err)
					return
				}
				got = append(got, i)
				l.leave("a")
			}()
			synctest.Wait()
		}
		if err := l.enter(t.Context(), "a"); !errors.Is(err, ErrBusy) {
			t.Errorf("a full lane lets one in: %v", err)
		}
		if err := l.enter(t.Context(), "b"); err != nil {
			t.Errorf("another person waits: %v", err)
		}
		l.leave("b")
		l.leave("a")
		synctest.Wait()
		if !slices.IsSorted(got) || len(got) != laneDepth {
			t.Errorf("order %v", got)
		}
		if len(l.queue) != 0 {
			t.Errorf("%d lanes kept", len(l.queue))
		}
	})
}

func TestLaneAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lanes
		if err := l.enter(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := l.enter(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited: %v", err)
		}
		l.leave("a")
		if err := l.enter(t.Context(), "a"); err != nil {
			t.Errorf("after one gave up: %v", err)
		}
	})
}
