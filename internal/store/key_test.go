package store

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F"

func TestKeyID(t *testing.T) {
	k, err := ParseKey(digits)
	if err != nil {
		t.Fatal(err)
	}
	// printf 'telegram\0person' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$digits
	if got, want := k.ID("telegram", "person"), "ejaA8f47l3rml0oH"; got != want {
		t.Errorf("id %s, want %s", got, want)
	}
	seen := map[string]bool{}
	for _, who := range [][2]string{{"telegram", "1"}, {"slack", "1"}, {"telegram", "2"}, {"telegram1", ""}, {"", "telegram1"}} {
		id := k.ID(who[0], who[1])
		if len(id) != 16 || seen[id] {
			t.Errorf("id %q of %q", id, who)
		}
		seen[id] = true
	}
}

func TestParseKeyErrors(t *testing.T) {
	for _, text := range []string{"", digits[1:], digits + "0", digits + "\n", "x" + digits[1:], digits[:63] + "é"} {
		_, err := ParseKey(text)
		if err == nil {
			t.Errorf("%q: no error", text)
		} else if strings.Contains(err.Error(), "0405") || !strings.Contains(hintOf(err), "openssl") {
			t.Errorf("the error shows the key, or has no hint: %v, %q", err, hintOf(err))
		}
	}
}

func TestKeyIsNotPrinted(t *testing.T) {
	k, _ := ParseKey(digits)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&out, verb+"\n", k)
		fmt.Fprintf(&out, verb+"\n", &k)
		fmt.Fprintf(&out, verb+"\n", struct{ K Key }{k})
		fmt.Fprintf(&out, verb+"\n", struct{ k Key }{k})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "key", k)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "key", k)
	for _, trace := range []string{"0405", "4 5", "0x4", "4,5"} {
		if strings.Contains(out.String(), trace) {
			t.Errorf("the key is printed: %s", out.String())
		}
	}
}

func TestLoadKey(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first, err := LoadKey(data)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(data + ".key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
	second, err := LoadKey(data)
	if err != nil || first.ID("a", "b") != second.ID("a", "b") {
		t.Errorf("the key was not the same the second time: %v", err)
	}
	if other, _ := LoadKey(data + "2"); other.ID("a", "b") == first.ID("a", "b") {
		t.Error("two files have the same key")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(data), ".key*")); left != nil {
		t.Errorf("left behind: %v", left)
	}

	if err := os.WriteFile(data, []byte("sessions"), 0o600); err != nil {
		t.Fatal(err)
	}
	if third, err := LoadKey(data); err != nil || first.ID("a", "b") != third.ID("a", "b") {
		t.Errorf("the key of data that is there: %v", err)
	}
	if err := os.Remove(data + ".key"); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(data); err == nil || !strings.Contains(hintOf(err), "backup") {
		t.Errorf("data without its key: %v, hint %q", err, hintOf(err))
	}
	if _, err := os.Stat(data + ".key"); err == nil {
		t.Error("a new key was made for old data")
	}

	if err := os.WriteFile(data+".key", []byte(digits[:40]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(data); err == nil || strings.Contains(err.Error(), "0405") || !strings.Contains(hintOf(err), "backup") {
		t.Errorf("half a key: %v", err)
	}
	if _, err := LoadKey(filepath.Join(t.TempDir(), "none", "data")); err == nil {
		t.Error("no error for a directory that does not exist")
	}
}
