package conversation

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The encoded session is text, apart from the event hashes: a version, then fields of one key
// letter, a value of ids, and ";". What an empty field would say is left out. After "<" come the
// fields in which the session differed before the latest event. An example:
//
//	1vstaff;rfire;abarton;tsq3k0;psmoking/start=assist;@=;
//
// A place is "topic/node", or shorter when the latest answer of the path tells it: "node" is one of
// the same topic, "=" the node that the answer's option is named after, "<" the place answered.
const codecVersion = '1'

// ErrSession is what UnmarshalBinary returns for bytes that MarshalBinary did not write.
var ErrSession = errors.New("not an encoded session")

// MarshalBinary encodes the session: under 150 bytes after one answer, under 400 after any number.
func (s *Session) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 384)
	b = append(b, codecVersion)
	var none Session
	b = s.appendScalars(b, &none)
	if len(s.Path) > 0 {
		b = append(appendPath(append(b, 'p'), s.Path), ';')
	}
	if s.At != (Place{}) {
		b = append(appendPlace(append(b, '@'), s.At, s.Path), ';')
	}
	if len(s.Recent) > 0 {
		b = append(b, 'e', byte(len(s.Recent)))
		for _, h := range s.Recent {
			b = append(b, byte(h>>32), byte(h>>24), byte(h>>16), byte(h>>8), byte(h))
		}
	}
	if before := s.before; before != nil {
		b = before.appendScalars(append(b, '<'), s)
		if before.At != s.At {
			b = append(appendPlace(append(b, '@'), before.At, s.Path), ';')
		}
		lost, kept := overlap(before.Path, s.Path)
		if lost > 0 {
			b = append(appendPath(append(b, 'l'), before.Path[:lost]), ';')
		}
		b = append(strconv.AppendInt(append(b, 'k'), int64(kept), 36), ';')
		if rest := before.Path[lost+kept:]; len(rest) > 0 {
			b = append(appendPath(append(b, 'p'), rest), ';')
		}
	}
	return b, nil
}

// appendScalars writes the fields of s that differ from those of other.
func (s *Session) appendScalars(b []byte, other *Session) []byte {
	field := func(key byte, v, w string) {
		if v != w {
			b = append(append(append(b, key), v...), ';')
		}
	}
	field('v', string(s.Voice), string(other.Voice))
	field('r', s.Role, other.Role)
	field('a', s.Area, other.Area)
	field('g', s.Stage, other.Stage)
	field('q', s.Asking, other.Asking)
	if !slices.Equal(s.Offered, other.Offered) {
		b = append(append(append(b, 'o'), strings.Join(s.Offered, ",")...), ';')
	}
	if s.Nudges != other.Nudges {
		b = append(strconv.AppendInt(append(b, 'n'), int64(s.Nudges), 36), ';')
	}
	if !s.Touched.Equal(other.Touched) {
		b = append(b, 't')
		if !s.Touched.IsZero() {
			b = strconv.AppendInt(b, s.Touched.Unix()/60, 36)
		}
		b = append(b, ';')
	}
	return b
}

// appendPlace writes a place as shortly as the path allows.
func appendPlace(b []byte, p Place, path []Answer) []byte {
	var last Answer
	if len(path) > 0 {
		last = path[len(path)-1]
	}
	switch {
	case last.Topic != p.Topic || last.Topic == "":
		return append(append(append(b, p.Topic...), '/'), p.Node...)
	case p == last.Place:
		return append(b, '<')
	case p.Node == last.Option:
		return append(b, '=')
	}
	return append(b, p.Node...)
}

// readPlace reads what appendPlace wrote.
func readPlace(value string, path []Answer) Place {
	if topic, node, ok := strings.Cut(value, "/"); ok {
		return Place{topic, node}
	}
	if len(path) == 0 {
		return Place{Node: value}
	}
	switch last := path[len(path)-1]; value {
	case "<":
		return last.Place
	case "=":
		return Place{last.Topic, last.Option}
	default:
		return Place{last.Topic, value}
	}
}

func appendPath(b []byte, path []Answer) []byte {
	topic := "\x00"
	for i, a := range path {
		if i > 0 {
			b = append(b, ',')
		}
		if a.Topic != topic {
			b = append(append(b, a.Topic...), '/')
			topic = a.Topic
		}
		b = append(append(append(b, a.Node...), '='), a.Option...)
	}
	return b
}

// overlap says how the path before an event is made of the one after it: the answers it lost at
// the front when the path was full, then the answers that both share, as many as there are.
func overlap(before, after []Answer) (lost, kept int) {
	for from := range before {
		n := 0
		for n < min(len(before)-from, len(after)) && before[from+n] == after[n] {
			n++
		}
		if n > kept {
			lost, kept = from, n
		}
		if kept >= min(len(before)-from, len(after)) {
			break // no later start can share more
		}
	}
	return lost, kept
}

// UnmarshalBinary decodes what MarshalBinary wrote; no bytes at all are the zero Session.
func (s *Session) UnmarshalBinary(data []byte) error {
	*s = Session{}
	if len(data) == 0 {
		return nil
	}
	if data[0] != codecVersion {
		return fmt.Errorf("%w: version %q", ErrSession, data[0])
	}
	d := decoder{rest: string(data[1:])}
	if err := d.into(s, nil); err != nil {
		return err
	}
	if d.rest == "" {
		return nil
	}
	d.rest = d.rest[1:] // '<'
	before := *s
	before.before = nil
	if n := len(s.Recent); n > 0 {
		before.Recent = s.Recent[: n-1 : n-1]
	}
	if err := d.into(&before, s); err != nil {
		return err
	}
	if d.rest != "" {
		return fmt.Errorf("%w: trailing bytes", ErrSession)
	}
	s.before = &before
	return nil
}

type decoder struct {
	rest string
	lost []Answer // answers at the front of the earlier path only
}

// into reads fields up to the end or to "<". Later is the session that s came before, or nil.
func (d *decoder) into(s *Session, later *Session) error {
	for d.rest != "" && d.rest[0] != '<' {
		key := d.rest[0]
		if key == 'e' {
			if err := d.recent(s); err != nil {
				return err
			}
			continue
		}
		value, rest, ok := strings.Cut(d.rest[1:], ";")
		if !ok {
			return fmt.Errorf("%w: field %q has no end", ErrSession, key)
		}
		d.rest = rest
		if err := d.set(s, key, value, later); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) recent(s *Session) error {
	if len(d.rest) < 2 || len(d.rest) < 2+5*int(d.rest[1]) || d.rest[1] > recentEvents {
		return fmt.Errorf("%w: event hashes cut short", ErrSession)
	}
	n := int(d.rest[1])
	s.Recent = make([]uint64, n)
	for i := range s.Recent {
		h := d.rest[2+5*i:]
		s.Recent[i] = uint64(h[0])<<32 | uint64(h[1])<<24 | uint64(h[2])<<16 | uint64(h[3])<<8 | uint64(h[4])
	}
	d.rest = d.rest[2+5*n:]
	return nil
}

func (d *decoder) set(s *Session, key byte, value string, later *Session) error {
	var err error
	switch key {
	case 'v':
		s.Voice = Voice(value)
	case 'r':
		s.Role = value
	case 'a':
		s.Area = value
	case 'g':
		s.Stage = value
	case 'q':
		s.Asking = value
	case '@':
		s.At = readPlace(value, s.Path)
	case 'o':
		s.Offered = nil
		if value != "" {
			s.Offered = strings.Split(value, ",")
		}
	case 'n':
		var n int64
		n, err = strconv.ParseInt(value, 36, 32)
		s.Nudges = int(n)
	case 't':
		s.Touched = time.Time{}
		if value != "" {
			var minutes int64
			minutes, err = strconv.ParseInt(value, 36, 64)
			s.Touched = time.Unix(minutes*60, 0).UTC()
		}
	case 'k':
		var kept int64
		kept, err = strconv.ParseInt(value, 36, 32)
		if later == nil || kept < 0 || int(kept) > len(s.Path) {
			return fmt.Errorf("%w: shared path", ErrSession)
		}
		s.Path = slices.Concat(d.lost, s.Path[:kept])
	case 'l':
		d.lost = appendAnswers(nil, value)
	case 'p':
		s.Path = appendAnswers(s.Path, value)
	default:
		return fmt.Errorf("%w: field %q", ErrSession, key)
	}
	if err != nil {
		return fmt.Errorf("%w: field %q", ErrSession, key)
	}
	return nil
}

func appendAnswers(path []Answer, value string) []Answer {
	path = slices.Grow(slices.Clip(path), strings.Count(value, ",")+1)
	topic := ""
	for part := range strings.SplitSeq(value, ",") {
		if t, rest, ok := strings.Cut(part, "/"); ok {
			topic, part = t, rest
		}
		node, option, _ := strings.Cut(part, "=")
		path = append(path, Answer{Place{topic, node}, option})
	}
	return path
}
