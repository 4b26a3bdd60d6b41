// Signpost is a signposting chatbot and conversation-prompt service for Making Every Contact Count.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const usage = `usage: signpost COMMAND [flags]

  chat [-as resident|staff] [-role ROLE] [-area AREA]   talk to it here, now; no account needed
       [-record FILE]                                   and keep the conversation as a golden one
  serve [-log-json]      run every chat platform whose secrets are set in the environment
  show TOPIC [-role R] [-area A]                        the staff prompt sheet of a topic, on a page
  find [-json] [-n N] WORDS...                          look services up; "-" reads a look-up a line
  match [-json] [-explain]                              what each line of standard input means
  link -bot NAME TOPIC [-o FILE.png|FILE.svg]            a Telegram link with its QR code, for a poster
  slack manifest [-url URL]                             what to paste when you create the Slack app
  check [-json]          prove that the content is sound
  test [-update] [-v]    replay the golden conversations
  test -language [-v]    measure what is understood, on messages of people who did not see the lists
  test -mutate           spoil the content in many small ways, and see that a conversation notices
  export DIR             write the content out, to edit

Every command takes -prompts DIR to use that content instead of the content built in.
Example:  signpost chat -as staff -role library
`

// Exit codes.
const (
	exitOK       = 0
	exitProblems = 1
	exitMisuse   = 2
)

// An env is what a command may use of the world.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// commands by name. Each parses its own flags and returns an exit code through its error.
var commands = map[string]func(ctx context.Context, e *env, args []string) error{
	"chat":   chat,
	"check":  check,
	"export": export,
	"find":   find,
	"link":   link,
	"match":  match,
	"serve":  serve,
	"show":   show,
	"slack":  slackCommand,
	"test":   test,
}

func main() {
	e := &env{os.Stdin, os.Stdout, os.Stderr, os.Getenv}
	os.Exit(run(context.Background(), e, os.Args[1:]))
}

func run(ctx context.Context, e *env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Fprint(e.stdout, usage)
		if len(args) == 0 {
			return exitMisuse
		}
		return exitOK
	}
	command, ok := commands[args[0]]
	if !ok {
		return report(e, misuse("there is no command %q", args[0]))
	}
	return report(e, command(ctx, e, args[1:]))
}

// A misuseError is the caller's mistake: exit code 2.
type misuseError struct{ msg, hint string }

func (m *misuseError) Error() string { return m.msg }

func misuse(format string, args ...any) error {
	return &misuseError{fmt.Sprintf(format, args...), `run "signpost help" for the commands and their flags`}
}

// errProblems says that what was wrong has been printed already.
var errProblems = errors.New("problems found")

// report prints an error as what, why and a hint, and returns the exit code.
func report(e *env, err error) int {
	var wrong *misuseError
	var hinted interface{ Hint() string }
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &wrong):
		fmt.Fprintf(e.stderr, "signpost: %s\nsignpost: hint: %s\n", wrong.msg, wrong.hint)
		return exitMisuse
	}
	fmt.Fprintf(e.stderr, "signpost: %v\n", err)
	if errors.As(err, &hinted) {
		fmt.Fprintf(e.stderr, "signpost: hint: %s\n", hinted.Hint())
	}
	return exitProblems
}

// flags returns the flags of a command, -prompts among them, and the content they choose.
func (e *env) flags(name string) (*flag.FlagSet, *source) {
	f := flag.NewFlagSet("signpost "+name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	s := &source{}
	f.StringVar(&s.dir, "prompts", e.getenv("SIGNPOST_PROMPTS"), "content folder")
	return f, s
}

// parse reads flags that may stand before and after the other arguments, and returns those.
func (e *env) parse(f *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				fmt.Fprint(e.stdout, usage)
				return nil, err
			}
			return nil, misuse("%v", err)
		}
		if f.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}
