//go:build unix

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// badContent is what a content folder may be spoilt with. Each is refused at the start, and when it
// comes while people talk the old content stays.
var badContent = map[string]func(f *faults, dir string){
	"aliases that blow up": func(f *faults, dir string) {
		bomb := "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
		for c := 'b'; c < 'z'; c++ {
			was := string(c-1) + "0"
			bomb += string(c) + "0: &" + string(c) + "0 [" + strings.Repeat("*"+was+", ", 8) + "*" + was + "]\n"
		}
		f.write(dir, "topics/smoking.yaml", bomb)
	},
	"deep nesting":          func(f *faults, dir string) { f.write(dir, "roles.yaml", strings.Repeat("[", 2<<20)) },
	"deep nesting by lines": func(f *faults, dir string) { f.write(dir, "roles.yaml", deepLines(3000)) },
	"a huge list":           func(f *faults, dir string) { f.write(dir, "areas.yaml", strings.Repeat("- a\n", 1<<20-1)) },
	"a huge file":           func(f *faults, dir string) { f.write(dir, "services/big.yaml", strings.Repeat("# filler\n", 20<<17)) },
	"no end in sight":       func(f *faults, dir string) { f.link("/dev/zero", filepath.Join(dir, "topics", "zero.yaml")) },
	"a pipe": func(f *faults, dir string) {
		if err := syscall.Mkfifo(filepath.Join(dir, "topics", "pipe.yaml"), 0o600); err != nil {
			f.Fatal(err)
		}
	},
	"a link out of the folder": func(f *faults, dir string) {
		secret := filepath.Join(filepath.Dir(dir), "secret.yaml")
		f.write(filepath.Dir(dir), "secret.yaml", "password: zanzibar-secret\n")
		f.link("../../"+filepath.Base(secret), filepath.Join(dir, "topics", "out.yaml"))
	},
	"a link to everything": func(f *faults, dir string) { f.link("/", filepath.Join(dir, "services", "root.yaml")) },
	"bad UTF-8":            func(f *faults, dir string) { f.write(dir, "phrases.yaml", "hello: \xff\xfe\xc0\x80\n") },
	"nothing":              func(f *faults, dir string) { f.write(dir, "phrases.yaml", "") },
}

func deepLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func (f *faults) write(dir, name, text string) {
	f.Helper()
	// Whole at once, as the program may look at any moment.
	at := filepath.Join(dir, name)
	if err := errors.Join(os.WriteFile(at+".new", []byte(text), 0o600), os.Rename(at+".new", at)); err != nil {
		f.Fatal(err)
	}
}

func (f *faults) link(to, at string) {
	f.Helper()
	if err := os.Symlink(to, at); err != nil {
		f.Fatal(err)
	}
}

// hostileContent spoils the content in every way there is: before a start, and below a process that
// runs. The process stays small, goes on with what it had, and takes the next content that is sound.
func hostileContent(f *faults) {
	file, err := binary()
	if err != nil {
		f.Fatal(err)
	}
	live := f.export()
	p := f.hooked(append(f.onRedis(), "SIGNPOST_PROMPTS="+live))
	version := f.counted(p, "signpost_content_info")
	f.talk()
	for name, spoil := range badContent {
		dir := f.export()
		spoil(f, dir)
		refused := exec.Command(file, "serve")
		refused.Env = append(f.telegram(), "SIGNPOST_LISTEN=127.0.0.1:0", "SIGNPOST_PROMPTS="+dir, "SIGNPOST_DATA="+filepath.Join(f.TempDir(), "data"))
		began := time.Now()
		code, out, most := watched(f, refused)
		if code != exitProblems || !strings.Contains(out, "hint:") || len(out) > 200<<10 {
			f.Errorf("%s: exit code %d after %s: %.300s", name, code, time.Since(began), out)
		}
		if strings.Contains(out, "zanzibar-secret") || strings.Contains(out, "password") {
			f.Errorf("%s: a file outside the folder is shown", name)
		}
		if most >>= 20; most == 0 || most > hostileContentMemory>>20 {
			f.Errorf("%s: took up to %d MB", name, most)
		} else {
			f.Logf("%s: refused after %s, %d MB at most", name, time.Since(began).Round(time.Millisecond), most)
		}
	}
	f.spoilLive(p, live, version)
	f.settle(20 * time.Second)
}

// watched runs a command that is to end by itself within 20 s, and returns its exit code, what it says
// and the most that it was resident, in bytes.
func watched(f *faults, c *exec.Cmd) (code int, out string, most int) {
	f.Helper()
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		f.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		c.Wait()
		close(done)
	}()
	for late := time.After(20 * time.Second); ; {
		select {
		case <-done:
			return c.ProcessState.ExitCode(), said.String(), most
		case <-late:
			c.Process.Kill()
		case <-time.After(2 * time.Millisecond):
			most = max(most, peakMemory(c.Process.Pid))
		}
	}
}

// hostileContentMemory is what the process may take, in bytes, whatever its content folder holds.
const hostileContentMemory = 400 << 20

// spoilLive spoils the content of a running process, and mends it.
func (f *faults) spoilLive(p *process, live, version string) {
	f.Helper()
	whole, err := os.ReadFile(filepath.Join(live, "phrases.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	told := func() int { return strings.Count(p.logged(f), "changed content not used") }
	for _, name := range []string{"bad UTF-8", "aliases that blow up", "a link out of the folder", "a pipe"} {
		before := told()
		badContent[name](f, live)
		if !f.api.Wait(reloadEvery+10*time.Second, func() bool { return told() > before }) {
			f.Errorf("%s: the log does not say that it is not used", name)
		}
		if now := f.counted(p, "signpost_content_info"); now != version {
			f.Errorf("%s: the content in force is now %s", name, now)
		}
		if f.say(firstPerson+80, "menu") == "" {
			f.Errorf("%s: no answer", name)
		}
	}
	for _, name := range []string{"out.yaml", "pipe.yaml"} {
		if err := os.Remove(filepath.Join(live, "topics", name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			f.Fatal(err)
		}
	}
	smoking, err := fs.ReadFile(builtIn(f), "topics/smoking.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.write(live, "topics/smoking.yaml", string(smoking)+"\n# mended\n")
	f.write(live, "phrases.yaml", string(whole))
	if !f.api.Wait(reloadEvery+10*time.Second, func() bool { return f.counted(p, "signpost_content_info") != version }) {
		f.Error("sound content is not taken after bad")
	}
}

func builtIn(f *faults) fs.FS {
	f.Helper()
	files, err := (&source{}).fs()
	if err != nil {
		f.Fatal(err)
	}
	return files
}

// mounted runs on content as Kubernetes mounts it: each name is a link, and one link is turned over to
// change all of it at once. A link of such a folder never leads out of it.
func mounted(f *faults) {
	dir := f.TempDir()
	turn := func(name string, change func(folder string)) {
		f.Helper()
		if err := os.Rename(f.export(), filepath.Join(dir, name)); err != nil {
			f.Fatal(err)
		}
		change(filepath.Join(dir, name))
		f.link(name, filepath.Join(dir, "..data_tmp"))
		if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
			f.Fatal(err)
		}
	}
	turn("..2026_11_22_1", func(string) {})
	names, err := os.ReadDir(filepath.Join(dir, "..data"))
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range names {
		f.link(filepath.Join("..data", e.Name()), filepath.Join(dir, e.Name()))
	}
	p := f.hooked(append(f.onRedis(), "SIGNPOST_PROMPTS="+dir))
	version := f.counted(p, "signpost_content_info")
	if strings.Contains(version, `version=""`) {
		f.Errorf("the content has no version: %s", version)
	}
	turn("..2026_11_22_2", func(folder string) {
		f.edit(filepath.Join(folder, "topics", "smoking.yaml"), "title:", "# turned over\ntitle:")
	})
	if !f.api.Wait(reloadEvery+10*time.Second, func() bool { return f.counted(p, "signpost_content_info") != version }) {
		f.Errorf("content turned over is not taken: %s\n%s", version, p.logged(f))
	}
	f.talk()
	f.settle(20 * time.Second)
}
