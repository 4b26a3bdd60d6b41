package telegram

import (
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// BenchmarkUpdates answers updates of 200 people, with a store in memory and without our own limits
// on sending. The fake server works on the same processors.
func BenchmarkUpdates(b *testing.B) {
	r := newRig(b, nil)
	var sent atomic.Int64
	r.events = func(e bots.Event) {
		if e.Kind == "sent" {
			sent.Add(1)
		}
	}
	for i := range 200 {
		r.know(strconv.Itoa(i+1), conversation.Session{Voice: conversation.Resident, Area: "barton"})
	}
	for i := range b.N {
		r.Text(int64(i%200+1), "/menu")
	}
	b.ResetTimer()
	r.start()
	for sent.Load() < int64(b.N) {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
	answered := 0
	for i := range 200 {
		answered += len(r.Messages(int64(i + 1)))
	}
	if answered != b.N {
		b.Errorf("%d answers to %d updates", answered, b.N)
	}
}

// BenchmarkLatency is how long an answer takes at 200 updates a second.
func BenchmarkLatency(b *testing.B) {
	r := newRig(b, nil)
	for i := range 200 {
		r.know(strconv.Itoa(i+1), conversation.Session{Voice: conversation.Resident, Area: "barton"})
	}
	r.start()
	r.Wait(soon, func() bool { return len(r.Calls("getUpdates")) > 0 })
	asked := make(map[int64][]time.Time)
	b.ResetTimer()
	tick := time.NewTicker(time.Second / 200)
	defer tick.Stop()
	for i := range b.N {
		<-tick.C
		who := int64(i%200 + 1)
		asked[who] = append(asked[who], time.Now())
		r.Text(who, "/menu")
	}
	r.settled()
	var took []time.Duration
	for who, times := range asked {
		for i, m := range r.said(who, len(times)) {
			took = append(took, m.Sent.Sub(times[i]))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}
