package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const pingTime = 2 * time.Second

// A watch counts what happens, for metrics and health. No label ever holds words or ids.
type watch struct {
	live     *liveScript
	store    conversation.Store
	registry *prometheus.Registry
	events   *prometheus.CounterVec
	took     *prometheus.HistogramVec
	adapters platforms
}

func newWatch(live *liveScript, store conversation.Store, adapters []bots.Adapter) *watch {
	w := &watch{
		live: live, store: store, registry: prometheus.NewRegistry(), adapters: adapters,
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "signpost_events_total", Help: "Turns, repeats, refusals, sends, by platform and outcome.",
		}, []string{"platform", "kind", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "signpost_seconds", Help: "Time from a message to its commit (turn), of one attempt to send (sent), and from a message to its reply sent (answered).",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .3, 1, 3, 10, 60},
		}, []string{"platform", "kind"}),
	}
	w.registry.MustRegister(w.events, w.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), live, w.adapters,
		gauge("signpost_content_loaded_timestamp_seconds", "When the content in force was loaded.", func() float64 { return float64(live.loaded.Load()) }),
		gauge("signpost_services_overdue", "Services whose facts are due for a check.", func() float64 { return float64(live.get().Overdue(time.Now())) }),
	)
	return w
}

// owing adds what is still to be sent, as owed says: how many replies, and since when the oldest.
func (w *watch) owing(owed func() (int, time.Time)) {
	w.registry.MustRegister(
		gauge("signpost_owed_replies", "Replies that this process has still to send.", func() float64 { n, _ := owed(); return float64(n) }),
		gauge("signpost_owed_oldest_seconds", "How long this process has known of the oldest of them.", func() float64 {
			if n, oldest := owed(); n > 0 {
				return time.Since(oldest).Seconds()
			}
			return 0
		}),
	)
}

// Describe implements prometheus.Collector.
func (l *liveScript) Describe(ch chan<- *prometheus.Desc) { ch <- contentInfo }

// Collect implements prometheus.Collector: 1 under the version of the content in force.
func (l *liveScript) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.MustNewConstMetric(contentInfo, prometheus.GaugeValue, 1, *l.version.Load())
}

var contentInfo = prometheus.NewDesc("signpost_content_info", "The content in force, by the start of the SHA-256 of its files.", []string{"version"}, nil)

// platforms collects what each adapter counts itself, and when it was last called.
type platforms []bots.Adapter

var (
	platformCount = prometheus.NewDesc("signpost_platform_total", "What a platform's adapter has counted beside the turns.", []string{"platform", "what"}, nil)
	lastInbound   = prometheus.NewDesc("signpost_last_inbound_timestamp_seconds", "When the platform last sent us anything; 0 is never.", []string{"platform"}, nil)
)

// Describe implements prometheus.Collector.
func (p platforms) Describe(ch chan<- *prometheus.Desc) { ch <- platformCount; ch <- lastInbound }

// Collect implements prometheus.Collector.
func (p platforms) Collect(ch chan<- prometheus.Metric) {
	for _, a := range p {
		from, ok := a.(bots.Watched)
		if !ok {
			continue
		}
		for what, n := range from.Counts() {
			ch <- prometheus.MustNewConstMetric(platformCount, prometheus.CounterValue, float64(n), a.Name(), what)
		}
		var at float64
		if last := from.LastInbound(); !last.IsZero() {
			at = float64(last.UnixMilli()) / 1000
		}
		ch <- prometheus.MustNewConstMetric(lastInbound, prometheus.GaugeValue, at, a.Name())
	}
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

func (w *watch) observe(e bots.Event) {
	w.events.WithLabelValues(e.Platform, e.Kind, e.Outcome).Inc()
	w.took.WithLabelValues(e.Platform, e.Kind).Observe(e.Took.Seconds())
}

func (w *watch) metrics() http.Handler {
	return promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{})
}

// ready answers 200 when a message could be taken now: there is content, and the store answers.
func (w *watch) ready(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pingTime)
	defer cancel()
	if err := w.store.Ping(ctx); err != nil {
		http.Error(rw, "the store is away", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(rw, "ready")
	for _, a := range w.adapters {
		if from, ok := a.(bots.Watched); ok && !from.LastInbound().IsZero() {
			fmt.Fprintf(rw, "%s: last heard from %s ago\n", a.Name(), time.Since(from.LastInbound()).Round(time.Second))
		}
	}
}
