package store

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Key turns platform ids into the ids under which sessions are kept. Without it nobody can tell
// whose a session is. It prints as "(key)", or as an address inside a struct. The zero Key is none.
type Key struct {
	mac func() hash.Hash // holds the secret, as no printer looks into a function
}

// Format implements fmt.Formatter.
func (Key) Format(f fmt.State, _ rune) { io.WriteString(f, "(key)") }

const keyHint = "SIGNPOST_KEY is 64 hex digits; if you have none yet, make them with: openssl rand -hex 32"

// ParseKey reads a key from 64 hex digits. No error shows any of them.
func ParseKey(hex64 string) (Key, error) {
	var secret [32]byte
	if want := hex.EncodedLen(len(secret)); len(hex64) != want {
		return Key{}, hinted{fmt.Errorf("reading the key: %d characters, not %d hex digits", len(hex64), want), keyHint}
	}
	if _, err := hex.Decode(secret[:], []byte(hex64)); err != nil {
		return Key{}, hinted{errors.New("reading the key: a character that is not a hex digit"), keyHint}
	}
	return Key{func() hash.Hash { return hmac.New(sha256.New, secret[:]) }}, nil
}

// LoadKey reads the key of the embedded store in the file data. It is kept beside it, in data +
// ".key", readable by its owner only, and made of random bytes if neither exists. Whoever loses it has
// lost the sessions, so data without a key is an error.
func LoadKey(data string) (Key, error) {
	file := data + ".key"
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if info, err := os.Stat(data); err == nil && info.Size() > 0 {
			return Key{}, hinted{fmt.Errorf("the data file %s is there, but its key file %s is not", data, file),
				"put the key back from a backup, or set SIGNPOST_KEY to what it was; without it nobody's session can be found, so to start afresh move the data file away"}
		}
		if err := makeKey(file); err != nil {
			return Key{}, fmt.Errorf("making the key file: %w", err)
		}
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return Key{}, fmt.Errorf("reading the key file: %w", err)
	}
	k, err := ParseKey(strings.TrimSpace(string(text)))
	if err != nil {
		return Key{}, hinted{fmt.Errorf("key file %s: %w", file, err),
			"put the key back from a backup; without it every session in " + data + " starts afresh"}
	}
	return k, nil
}

// makeKey writes a new key to a file that does not exist, whole or not at all. If another process
// makes the file first, that one stays.
func makeKey(file string) error {
	var secret [32]byte
	rand.Read(secret[:])
	f, err := os.CreateTemp(filepath.Dir(file), ".key-*") // has mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintln(f, hex.EncodeToString(secret[:]))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// ID returns the id under which a person of a platform is kept: 16 characters of base64url, the
// first 12 bytes of the HMAC-SHA256 of both. Among ten million people two share an id with a chance
// of one in 10^15.
func (k Key) ID(platform, person string) string {
	h := k.mac()
	io.WriteString(h, platform)
	h.Write([]byte{0})
	io.WriteString(h, person)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}
