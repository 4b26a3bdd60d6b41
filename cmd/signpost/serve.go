package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/mecc-oxfordshire/signpost/bots"
	"github.com/mecc-oxfordshire/signpost/bots/slack"
	"github.com/mecc-oxfordshire/signpost/bots/telegram"
	"github.com/mecc-oxfordshire/signpost/internal/content"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/store"
)

// Settings that have a default.
const (
	defaultListen = "127.0.0.1:8080"
	defaultData   = "signpost.db"
	reloadEvery   = 5 * time.Second
)

// heapGrowth is by how many percent the heap may grow from one collection to the next, unless GOGC says otherwise. The
// content leaves 5 MB in use, so that Go's usual 100 would collect all the time; with 400 a busy server takes some
// 30 MB more and a tenth less processor time.
const heapGrowth = 400

// memoryAim is how many bytes the process tries to stay below, whatever it is sent, unless GOMEMLIMIT says otherwise.
const memoryAim = 200 << 20

// adapters lists every platform we speak, and how each is set up from its settings. One whose
// secrets are not set gives nothing.
var adapters = []func(bots.Settings) (bots.Adapter, error){
	slack.FromEnv,
	telegram.FromEnv,
}

// serve runs every platform whose secrets are set, and the HTTP listener, until it is told to stop:
// by its context, an interrupt or SIGTERM.
func serve(ctx context.Context, e *env, args []string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	f, src := e.flags("serve")
	jsonLog := f.Bool("log-json", false, "")
	if rest, err := e.parse(f, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return misuse("serve takes no argument %q", rest[0])
	}
	if e.getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if e.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryAim)
	}
	log := logger(e, *jsonLog)
	live, err := newLiveScript(src, log)
	if err != nil {
		return err
	}
	server := &bots.Server{Script: live.get, Log: log}
	settings := bots.Settings{Get: e.setting, Secret: e.secret, Script: live.get, Known: server.Known, Log: log}
	for _, set := range adapters {
		a, err := set(settings)
		if err != nil {
			return err
		}
		if a != nil {
			server.Adapters = append(server.Adapters, a)
		}
	}
	if len(server.Adapters) == 0 {
		return bots.WithHint(errors.New("no chat platform is set up"), `set TELEGRAM_BOT_TOKEN, or SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; "signpost chat" needs neither`)
	}
	sessions, key, err := e.openStore(ctx)
	if err != nil {
		return err
	}
	defer sessions.Close()
	server.Store, server.ID = sessions, key.ID

	watch := newWatch(live, sessions, server.Adapters)
	server.Observe = watch.observe
	watch.owing(server.Owed)
	listener, err := listen(e.setting("SIGNPOST_LISTEN", defaultListen), routes(server.Adapters, watch), log)
	if err != nil {
		return err
	}
	defer listener.stop()
	go live.follow(ctx)
	for _, a := range server.Adapters {
		log.Info("serving", "platform", a.Name(), "listen", listener.addr)
	}
	return server.Serve(ctx)
}

func logger(e *env, asJSON bool) *slog.Logger {
	if asJSON {
		return slog.New(slog.NewJSONHandler(e.stderr, nil))
	}
	return slog.New(slog.NewTextHandler(e.stderr, nil))
}

// setting returns an environment variable, trimmed, or what it is when not set.
func (e *env) setting(name, otherwise string) string {
	if v := strings.TrimSpace(e.getenv(name)); v != "" {
		return v
	}
	return otherwise
}

// secret returns a setting that may stand in the file that NAME_FILE names instead.
func (e *env) secret(name string) (string, error) {
	file := e.setting(name+"_FILE", "")
	value := e.setting(name, "")
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", bots.WithHint(fmt.Errorf("both %s and %s_FILE are set", name, name), "set one of them")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", bots.WithHint(fmt.Errorf("read %s_FILE: %w", name, err), "it is the path of a file that holds the secret alone")
	}
	if value = strings.TrimSpace(string(data)); value == "" {
		return "", bots.WithHint(fmt.Errorf("the file that %s_FILE names is empty", name), "put the secret in it, alone")
	}
	return value, nil
}

// openStore opens Redis or the embedded file, and finds the key that pseudonymises ids.
func (e *env) openStore(ctx context.Context) (conversation.Store, store.Key, error) {
	url, err := e.secret("REDIS_URL")
	if err != nil {
		return nil, store.Key{}, err
	}
	hexKey, err := e.secret("SIGNPOST_KEY")
	if err != nil {
		return nil, store.Key{}, err
	}
	config := store.Config{RedisURL: url, File: e.setting("SIGNPOST_DATA", defaultData)}
	var key store.Key
	switch {
	case hexKey != "":
		key, err = store.ParseKey(hexKey)
	case url != "":
		err = bots.WithHint(errors.New("SIGNPOST_KEY must be set with REDIS_URL"), "make one with: openssl rand -hex 32")
	default:
		if dir := filepath.Dir(config.File); dir != "." {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return nil, key, fmt.Errorf("make the folder of SIGNPOST_DATA: %w", err)
			}
		}
		key, err = store.LoadKey(config.File)
	}
	if err != nil {
		return nil, key, err
	}
	sessions, err := store.Open(ctx, config)
	return sessions, key, err
}

// A liveScript is the content in force. It follows changes of its folder and keeps the old
// content, loudly, when the new one does not pass.
type liveScript struct {
	src    *source
	log    *slog.Logger
	now    atomic.Pointer[conversation.Script]
	stamp  string
	loaded atomic.Int64 // Unix seconds

	version atomic.Pointer[string]
}

func newLiveScript(src *source, log *slog.Logger) (*liveScript, error) {
	l := &liveScript{src: src, log: log, stamp: src.stamp()}
	script, err := src.load()
	if err != nil {
		return nil, err
	}
	l.set(script)
	return l, nil
}

func (l *liveScript) get() *conversation.Script { return l.now.Load() }

func (l *liveScript) set(script *conversation.Script) {
	l.now.Store(script)
	l.loaded.Store(time.Now().Unix())
	version := l.src.version()
	l.version.Store(&version)
	debug.FreeOSMemory() // what reading took and nothing needs
}

// follow reloads the content when its files change, until ctx ends. Content built in never does.
func (l *liveScript) follow(ctx context.Context) {
	if l.src.dir == "" {
		return
	}
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.reload()
		case <-ctx.Done():
			return
		}
	}
}

func (l *liveScript) reload() {
	stamp := l.src.stamp()
	if stamp == l.stamp {
		return
	}
	l.stamp = stamp
	script, err := l.src.load()
	if err != nil {
		problems := content.AsProblems(err).Errors()
		l.log.Error("changed content not used: the old one stays in force", "problems", len(problems), "error", err)
		return
	}
	l.set(script)
	l.log.Info("content reloaded", "topics", len(script.Topics))
}
