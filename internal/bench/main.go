// Bench measures signpost beside yardsticks, in one run on one machine, and prints Markdown tables:
//
//	go run ./internal/bench [-short] [-long] [conversation] [redis] [program] [telegram] [slack]
//
// Without a name it measures all of them. It needs Linux, the go command and redis-server, is run
// inside the module, speaks over loopback and Unix sockets only, and ends what it started however
// it ends. SIGNPOST_PROMPTS names other content than that built in. It exits with 1 if something
// could not be measured; an aim that was not reached is a line in the tables.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/content"
	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/prompts"
)

// A run is what the measurements share.
type run struct {
	script *conversation.Script
	root   string // of the module
	dir    string // for files of this run
	sizes
	out *os.File
}

// Sizes are how much is measured. More takes longer and wavers less.
type sizes struct {
	rounds int           // yardstick and ours in turn, so that both meet the same neighbours
	closed time.Duration // of one closed loop of one round
	open   time.Duration // of one open loop
	events int           // of one round through the engine
	starts int           // of the program
	people int           // active in the memory measurement
	many   int           // sessions beside which 1,000 are compared; 0 is not to compare
}

var (
	usual = sizes{rounds: 9, closed: time.Second, open: 10 * time.Second, events: 20_000, starts: 9, people: 10_000}
	short = sizes{rounds: 3, closed: 500 * time.Millisecond, open: 2 * time.Second, events: 5000, starts: 3, people: 1000}
)

// heapGrowth is what serve sets, so that the engine collects garbage here as often as there.
const heapGrowth = 400

// parts are the measurements, in their order.
var parts = []struct {
	name    string
	measure func(context.Context, *run) error
}{
	{"conversation", measureConversation},
	{"redis", measureRedis},
	{"program", measureProgram},
	{"telegram", measureTelegram},
	{"slack", measureSlack},
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == echoCommand {
		exit(echo(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r := &run{sizes: usual, out: os.Stdout}
	flag.BoolFunc("short", "measure less: rougher figures in a fraction of the time", func(string) error {
		r.sizes = short
		return nil
	})
	long := flag.Bool("long", false, "also compare a million sessions in Redis with a thousand; 1 minute and 1 GB more")
	flag.Parse()
	if *long {
		r.many = 1_000_000
	}
	debug.SetGCPercent(heapGrowth)
	exit(r.measure(ctx, flag.Args()))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// measure measures the named parts, or all.
func (r *run) measure(ctx context.Context, names []string) error {
	known := make([]string, len(parts))
	for i, p := range parts {
		known[i] = p.name
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no measurement %q, only %s", name, strings.Join(known, ", "))
		}
	}
	if err := r.prepare(); err != nil {
		return err
	}
	defer os.RemoveAll(r.dir)
	fmt.Fprintf(r.out, "%s\n", machine())
	var failed []error
	for _, p := range parts {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		if err := p.measure(ctx, r); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	return errors.Join(failed...)
}

func (r *run) prepare() error {
	mod, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	r.root = strings.TrimSpace(string(mod))
	var files fs.FS = prompts.FS()
	if dir := os.Getenv("SIGNPOST_PROMPTS"); dir != "" {
		files = os.DirFS(dir)
	}
	if r.script, _, err = content.Load(files, time.Now()); err != nil {
		return fmt.Errorf("load content: %w", err)
	}
	r.dir, err = os.MkdirTemp("", "bench")
	return err
}

// binary builds signpost as it is shipped and returns the file.
func (r *run) binary(ctx context.Context) (string, error) {
	file := filepath.Join(r.dir, "signpost")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, "./cmd/signpost")
	build.Dir, build.Env = r.root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build signpost: %w\n%s", err, out)
	}
	return file, nil
}

// machine says on what was measured.
func machine() string {
	cpu := runtime.GOARCH
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range bytes.Lines(info) {
		if name, value, _ := strings.Cut(string(line), ":"); strings.TrimSpace(name) == "model name" {
			cpu = strings.TrimSpace(value)
			break
		}
	}
	redis := "no redis-server"
	if out, err := exec.Command("redis-server", "--version").Output(); err == nil {
		for field := range strings.FieldsSeq(string(out)) {
			if version, ok := strings.CutPrefix(field, "v="); ok {
				redis = "Redis " + version
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	busy, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%s, %d processors, %s, %s; load average %s before it began", cpu, runtime.NumCPU(), runtime.Version(), redis, busy)
}
