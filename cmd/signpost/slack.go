package main

import (
	"context"
	"fmt"

	"github.com/mecc-oxfordshire/signpost/bots/slack"
)

// slackCommand prints the manifest from which a Slack app is created: for Socket Mode, or with -url
// for events sent to a public address.
func slackCommand(_ context.Context, e *env, args []string) error {
	f, src := e.flags("slack")
	url := f.String("url", "", "")
	rest, err := e.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "manifest" {
		return misuse("slack has one command: slack manifest [-url https://YOUR-ADDRESS]")
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	manifest, err := slack.Manifest(*url == "", *url, script)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s", manifest)
	return nil
}
