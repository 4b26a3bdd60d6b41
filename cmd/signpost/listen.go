package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
)

const (
	readTime  = 10 * time.Second // of a whole request: slow senders are cut off
	idleTime  = 60 * time.Second // platforms keep connections this long
	closeTime = 2 * time.Second  // at a stop, when no adapter receives any more, for requests under way
)

// A listener is the one HTTP server: webhooks, health and metrics.
type listener struct {
	server *http.Server
	addr   string
	done   chan struct{}
}

// listen serves a handler at an address until stop is called.
func listen(address string, handler http.Handler, log *slog.Logger) (*listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, bots.WithHint(fmt.Errorf("listen: %w", err), "set SIGNPOST_LISTEN to an address that is free, such as 127.0.0.1:8081")
	}
	s := &listener{
		server: &http.Server{
			Handler: handler, ReadTimeout: readTime, ReadHeaderTimeout: readTime, WriteTimeout: readTime,
			IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
		addr: l.Addr().String(),
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("listener ended", "error", err)
		}
	}()
	return s, nil
}

// stop lets requests under way finish.
func (l *listener) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if err := l.server.Shutdown(ctx); err != nil {
		l.server.Close()
	}
	<-l.done
}

// routes are what the listener serves: health, metrics, and the paths of adapters that are called.
func routes(adapters []bots.Adapter, w *watch) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprintln(rw, "ok") })
	mux.HandleFunc("GET /readyz", w.ready)
	mux.Handle("GET /metrics", w.metrics())
	for _, a := range adapters {
		called, ok := a.(bots.Listener)
		if !ok {
			continue
		}
		for path, handler := range called.Routes() {
			mux.Handle(path, handler)
		}
	}
	return mux
}
