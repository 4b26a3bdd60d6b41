//go:build unix

package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// helperFile names the data file to a process that a test starts from its own binary.
const helperFile = "SIGNPOST_STORE_TEST_FILE"

// TestHelper is what those processes run.
func TestHelper(t *testing.T) {
	file := os.Getenv(helperFile)
	if file == "" {
		t.Skip("is run by other tests")
	}
	signal.Ignore(syscall.SIGXFSZ) // a write beyond the limit is an error, as on a full disk
	s := open(t, Config{File: file})
	for i := range 100_000 {
		if _, _, err := s.Update(t.Context(), "person", turn(strings.Repeat("r", 2000))); err != nil {
			fmt.Println("failed", i, errors.Is(err, ErrUnavailable), err)
			replies, _ := owed(t, s, "person")
			fmt.Println("kept", read(t, s, "person").Nudges, len(replies))
			return
		}
		fmt.Println("done", i+1)
	}
}

func helper(file, shell string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", shell+`exec "$0" -test.run '^TestHelper$'`, os.Args[0])
	cmd.Env = append(os.Environ(), helperFile+"="+file)
	return cmd
}

func TestBoltDiskFull(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	out, err := helper(file, "ulimit -f 2048; ").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, end, _ := strings.Cut(string(out), "failed ")
	var failed, kept, replies int
	var unavailable bool
	fmt.Sscan(end, &failed, &unavailable)
	_, end, _ = strings.Cut(end, "kept ")
	fmt.Sscan(end, &kept, &replies)
	if failed == 0 || !unavailable || kept != failed || replies != failed {
		t.Errorf("after %d updates the disk was full, unavailable: %t; %d turns and %d replies were kept", failed, unavailable, kept, replies)
	}
	s := open(t, Config{File: file})
	update(t, s, "person", turn("reply"))
	if got := read(t, s, "person").Nudges; got != failed+1 {
		t.Errorf("with room again there are %d turns, want %d", got, failed+1)
	}
}

// TestBoltKilled kills a process while it writes. Everything that it said was done is there, owed,
// and at most one turn more.
func TestBoltKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	for round := range 3 {
		cmd := helper(file, "")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := 0
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if fmt.Sscanf(lines.Text(), "done %d", &done); done == 20+7*round {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
		s := open(t, Config{File: file})
		kept := read(t, s, "person").Nudges
		replies, numbers := owed(t, s, "person")
		if done == 0 || kept < done || kept > done+1 || len(replies) != kept {
			t.Errorf("%d turns were done; %d were kept and %d replies", done, kept, len(replies))
		}
		equal(t, "claimed", claim(t, s, 9), []string{"person"})
		sent(t, s, "person", numbers...)
		update(t, s, "person", func(s *conversation.Session) ([]byte, error) { *s = conversation.Session{}; return nil, nil })
		s.Close()
	}
}
