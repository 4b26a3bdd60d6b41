package conversation

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The encoded session is text, apart from the event hashes: a version, then fields of one key
// letter, a value of ids, and ";". What an empty field would say is left out. An example:
//
//	1vstaff;rfire;abarton;tsq3k0;psmoking/start=assist,plan;@=;
//
// An answer is "topic/node=option", or shorter when the one before it tells the rest: "node=option"
// in the same topic, "option" at the node that the option before is named after. A place is
// "topic/node", or shorter when the latest answer tells the rest: "node" in the same topic, "=" the
// node that the answer's option is named after, "<" the place answered.
const codecVersion = '1'

// ErrSession is what UnmarshalBinary returns for bytes that MarshalBinary did not write.
var ErrSession = errors.New("not an encoded session")

// MarshalBinary encodes the session: under 130 bytes after one answer, under 300 after any number.
func (s *Session) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 384)
	b = append(b, codecVersion)
	field := func(key byte, v string) {
		if v != "" {
			b = append(append(append(b, key), v...), ';')
		}
	}
	field('v', string(s.Voice))
	field('r', s.Role)
	field('a', s.Area)
	field('g', s.Stage)
	field('q', s.Asking)
	field('o', strings.Join(s.Offered, ","))
	if s.Nudges != 0 {
		b = append(strconv.AppendInt(append(b, 'n'), int64(s.Nudges), 36), ';')
	}
	if !s.Touched.IsZero() {
		b = append(strconv.AppendInt(append(b, 't'), s.Touched.Unix()/60, 36), ';')
	}
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
	return b, nil
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
	for i, a := range path {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case i == 0 || a.Topic != path[i-1].Topic:
			b = append(append(append(append(b, a.Topic...), '/'), a.Node...), '=')
		case a.Node != path[i-1].Option:
			b = append(append(b, a.Node...), '=')
		}
		b = append(b, a.Option...)
	}
	return b
}

func readPath(value string) []Answer {
	path := make([]Answer, 0, strings.Count(value, ",")+1)
	var a Answer
	for part := range strings.SplitSeq(value, ",") {
		a.Node = a.Option
		if place, option, ok := strings.Cut(part, "="); ok {
			part = option
			if topic, node, ok := strings.Cut(place, "/"); ok {
				a.Topic, place = topic, node
			}
			a.Node = place
		}
		a.Option = part
		path = append(path, a)
	}
	return path
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
	rest := string(data[1:])
	for rest != "" {
		key := rest[0]
		if key == 'e' {
			var err error
			if rest, err = s.readRecent(rest); err != nil {
				return err
			}
			continue
		}
		value, after, ok := strings.Cut(rest[1:], ";")
		if !ok {
			return fmt.Errorf("%w: field %q has no end", ErrSession, key)
		}
		if err := s.set(key, value); err != nil {
			return fmt.Errorf("%w: field %q", ErrSession, key)
		}
		rest = after
	}
	return nil
}

// readRecent reads the field of event hashes, and returns what comes after it.
func (s *Session) readRecent(field string) (rest string, err error) {
	if len(field) < 2 || len(field) < 2+5*int(field[1]) || field[1] > recentEvents {
		return "", fmt.Errorf("%w: event hashes cut short", ErrSession)
	}
	s.Recent = make([]uint64, field[1])
	rest = field[2:]
	for i := range s.Recent {
		s.Recent[i] = uint64(rest[0])<<32 | uint64(rest[1])<<24 | uint64(rest[2])<<16 | uint64(rest[3])<<8 | uint64(rest[4])
		rest = rest[5:]
	}
	return rest, nil
}

// set reads a field.
func (s *Session) set(key byte, value string) (err error) {
	var n int64
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
	case 'o':
		s.Offered = strings.Split(value, ",")
	case 'n':
		n, err = strconv.ParseInt(value, 36, 32)
		s.Nudges = int(n)
	case 't':
		n, err = strconv.ParseInt(value, 36, 48)
		s.Touched = time.Unix(n*60, 0).UTC()
	case 'p':
		s.Path = readPath(value)
	case '@':
		s.At = readPlace(value, s.Path)
	default:
		err = ErrSession
	}
	return err
}
