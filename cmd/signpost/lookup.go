package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// A matched is what one message means, as match prints it.
type matched struct {
	Text   string       `json:"text"`
	Crisis *nlu.Danger  `json:"crisis"`
	Topics []nlu.Scored `json:"topics"`
	Area   string       `json:"area"`
	Stage  string       `json:"stage"`
}

// match says what each line of standard input means, one object or line for each.
func match(_ context.Context, e *env, args []string) error {
	f, src := e.flags("match")
	asJSON := f.Bool("json", false, "")
	explain := f.Bool("explain", false, "")
	if rest, err := e.parse(f, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return misuse("match reads standard input; it takes no argument %q", rest[0])
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(e.stdout)
	err = eachLine(e.stdin, func(line string) error {
		reading := script.Lexicon.Read(line)
		m := matched{line, script.Lexicon.Danger(line), reading.Topics, reading.Area, reading.Stage}
		if m.Topics == nil {
			m.Topics = []nlu.Scored{}
		}
		if *asJSON {
			return encode(w, m)
		}
		printMatch(w, m)
		if *explain {
			for _, r := range script.Lexicon.Explain(line) {
				fmt.Fprintf(w, "  %+.2f  %s  (%s)\n", r.Weight, r.Words, r.For)
			}
		}
		return nil
	})
	return errors.Join(err, w.Flush())
}

func printMatch(w io.Writer, m matched) {
	fmt.Fprintf(w, "%q:", m.Text)
	if m.Crisis != nil {
		fmt.Fprintf(w, " DANGER %s, %s;", m.Crisis.Kind, m.Crisis.Severity)
	}
	for _, t := range m.Topics {
		fmt.Fprintf(w, " %s %.2f", t.ID, t.Score)
	}
	if len(m.Topics) == 0 {
		fmt.Fprint(w, " no topic")
	}
	if m.Area != "" {
		fmt.Fprintf(w, "; in %s", m.Area)
	}
	if m.Stage != "" {
		fmt.Fprintf(w, "; %s", m.Stage)
	}
	fmt.Fprintln(w)
}

// A looked is what a look-up finds, as find prints it.
type looked struct {
	Query    string              `json:"query"`
	Topic    string              `json:"topic"`
	Area     string              `json:"area"`
	Stage    string              `json:"stage"`
	Services []directory.Service `json:"services"`
}

// find looks services up.
func find(_ context.Context, e *env, args []string) error {
	f, src := e.flags("find")
	asJSON := f.Bool("json", false, "")
	n := f.Int("n", 5, "")
	words, err := e.parse(f, args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return misuse(`find needs words, such as "food bank barton", or "-" to read them`)
	}
	if *n < 1 || *n > 100 {
		return misuse("-n is from 1 to 100, not %d", *n)
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(e.stdout)
	one := func(query string) error {
		l := lookUp(script, query, *n)
		if *asJSON {
			return encode(w, l)
		}
		return printFound(w, script, l)
	}
	if len(words) == 1 && words[0] == "-" {
		err = eachLine(e.stdin, one)
	} else {
		err = one(strings.Join(words, " "))
	}
	return errors.Join(err, w.Flush())
}

func lookUp(script *conversation.Script, query string, n int) looked {
	m := script.Lexicon.Read(query)
	l := looked{Query: query, Area: m.Area, Stage: m.Stage, Services: script.Look(query, m, &conversation.Session{Voice: conversation.Staff}, time.Now(), n)}
	if len(m.Topics) > 0 {
		l.Topic = m.Topics[0].ID
	}
	if l.Services == nil {
		l.Services = []directory.Service{}
	}
	return l
}

// printFound prints services as staff see them: numbers nobody has checked are marked.
func printFound(w io.Writer, script *conversation.Script, l looked) error {
	if len(l.Services) == 0 {
		fmt.Fprintln(w, script.Phrases.Found.Nothing)
		return nil
	}
	for _, s := range l.Services {
		fmt.Fprintln(w, strings.Join(script.Card(&s, conversation.Staff, time.Now()).Lines(), "\n"))
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, script.Phrases.Found.LiveWell)
	return nil
}

// encode writes one JSON object on a line, with the words as they came.
func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// eachLine calls f with every line, however long, without its end.
func eachLine(r io.Reader, f func(string) error) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line == "" && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read standard input: %w", err)
		}
		if err := f(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")); err != nil {
			return err
		}
	}
}
