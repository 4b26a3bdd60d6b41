package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// TestTimePasses checks leases and expiry where time can be made to pass.
func TestTimePasses(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) conversation.Store{
		"memory": func(*testing.T) conversation.Store { return NewMemory() },
		"bolt": func(t *testing.T) conversation.Store {
			return open(t, Config{File: filepath.Join(t.TempDir(), "data")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t)
				update(t, s, "person", turn("reply"))
				time.Sleep(Lease - time.Millisecond)
				equal(t, "claimed just before the lease ends", claim(t, s, 9), nil)
				s.Renew(t.Context(), []string{"person"})
				time.Sleep(Lease - time.Millisecond)
				equal(t, "claimed just before the renewed lease ends", claim(t, s, 9), nil)
				time.Sleep(time.Millisecond)
				equal(t, "claimed when it has ended", claim(t, s, 9), []string{"person"})
				time.Sleep(Lease)
				equal(t, "claimed when the claimer's lease has ended", claim(t, s, 9), []string{"person"})

				update(t, s, "person", turn(""))
				time.Sleep(conversation.SessionLife - time.Second)
				if got := read(t, s, "person").Nudges; got != 2 {
					t.Errorf("a session just before it expires has %d turns, want 2", got)
				}
				update(t, s, "person", turn(""))
				time.Sleep(conversation.SessionLife + time.Second)
				if got := read(t, s, "person"); !got.IsZero() {
					t.Errorf("an expired session is %v", got)
				}
			})
		})
	}
}

func TestBoltSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, Config{File: filepath.Join(t.TempDir(), "data")}).(*boltStore)
		for i := range 3 * sweepSteps / 2 {
			err := s.db.Update(func(tx *bbolt.Tx) error {
				_, err := put(tx, fmt.Sprintf("old-%04d", i), []byte("1"), nil, time.Now())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			s.db.NoSync = true
		}
		update(t, s, "owed", turn("reply"))
		time.Sleep(OwedLife + time.Second)
		equal(t, "claimed", claim(t, s, 9), []string{"owed"})
		if replies, _ := owed(t, s, "owed"); replies != nil {
			t.Errorf("owed %q after they expired", replies)
		}
		time.Sleep(Lease)
		equal(t, "claimed after they expired", claim(t, s, 9), nil)
		time.Sleep(conversation.SessionLife)
		for i := range 3 { // two for the sessions, one for the replies
			update(t, s, "new", turn(""))
			update(t, s, "new", turn("")) // within sweepEvery: sweeps nothing
			if left := len(dump(t, s)); i == 0 && left < sweepSteps/2 {
				t.Errorf("the first sweep looked at more than %d records: %d left", sweepSteps, left)
			}
			time.Sleep(sweepEvery)
		}
		equal(t, "left", dump(t, s)[:1], []string{"new"})
		if left := len(dump(t, s)); left != 2 {
			t.Errorf("%d keys and values left, want 2", left)
		}
	})
}

func TestBoltFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	s := open(t, Config{File: file})
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("data file: %v, %v", info.Mode(), err)
	}
	update(t, s, "person", turn(""))
	before := written(s)
	read(t, s, "person")
	if written(s) != before {
		t.Error("a turn that changed nothing was written")
	}
	started := time.Now()
	_, err := Open(t.Context(), Config{File: file})
	if err == nil || !strings.Contains(err.Error(), "in use by another process") || !strings.Contains(hintOf(err), "REDIS_URL") {
		t.Errorf("a second store on the file: %v, hint %q", err, hintOf(err))
	}
	if took := time.Since(started); took > 2*lockWait {
		t.Errorf("it took %v", took)
	}
	s.Close()
	if _, _, err := s.Update(t.Context(), "person", turn("")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
	for _, file := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none", "data")} {
		if _, err := Open(t.Context(), Config{File: file}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// written returns the number of the last transaction that was committed.
func written(s conversation.Store) (id int) {
	s.(*boltStore).db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil })
	return id
}

// TestBoltDamage damages a file in many ways. Whatever comes of it, it is no panic, and what cannot
// be opened is left as it is.
func TestBoltDamage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	s := open(t, Config{File: file})
	for i := range 300 {
		update(t, s, fmt.Sprintf("person-%d", i), turn(strings.Repeat("reply ", 50)))
		s.(*boltStore).db.NoSync = true
	}
	s.Close()
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	damaged := map[string][]byte{
		"text":          []byte("this is no database\n"),
		"long text":     []byte(strings.Repeat("this is no database\n", 10000)),
		"cut to 100 B":  sound[:100],
		"cut to a page": sound[:page],
		"cut to metas":  sound[:2*page],
		"cut to half":   sound[:len(sound)/2],
		"zeros":         make([]byte, len(sound)),
	}
	for i := 2; i < len(sound)/page; i += 3 {
		page := sound[i*page : (i+1)*page]
		for name, junk := range map[string]byte{"ones": 0xff, "zeros": 0} {
			data := []byte(string(sound))
			for j := range page {
				data[i*len(page)+j] = junk
			}
			damaged[fmt.Sprintf("page %d is %s", i, name)] = data
		}
	}
	refused := 0
	for name, data := range damaged {
		file := filepath.Join(t.TempDir(), "data")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), Config{File: file})
		if err != nil {
			refused++
			if !errors.Is(err, ErrUnavailable) || !strings.Contains(hintOf(err), "move it away") {
				t.Errorf("%s: %v, hint %q", name, err, hintOf(err))
			}
			if after, _ := os.ReadFile(file); string(after) != string(data) {
				t.Errorf("%s: the file was changed", name)
			}
			continue
		}
		if !strings.HasPrefix(name, "page") {
			t.Errorf("%s: no error", name)
		}
		for i := range 300 {
			id := fmt.Sprintf("person-%d", i)
			if _, err := s.Owed(t.Context(), id); err != nil && !errors.Is(err, ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
			if _, _, err := s.Update(t.Context(), id, turn("")); err != nil && !errors.Is(err, ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
			s.(*boltStore).db.NoSync = true
		}
		s.Close()
	}
	t.Logf("%d of %d damaged files were refused", refused, len(damaged))
}

// TestBoltPath checks what an operator hears about a SIGNPOST_DATA that can't be the data file.
func TestBoltPath(t *testing.T) {
	dir := t.TempDir()
	for name, file := range map[string]string{"a folder": dir, "in no folder": filepath.Join(dir, "none", "data"), "below a file": filepath.Join(dir, "data", "data")} {
		if name == "below a file" {
			if err := os.WriteFile(filepath.Dir(file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Open(t.Context(), Config{File: file})
		if !errors.Is(err, ErrUnavailable) || !strings.Contains(hintOf(err), "SIGNPOST_DATA") {
			t.Errorf("%s: %v, hint %q", name, err, hintOf(err))
		}
	}
}
