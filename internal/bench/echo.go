package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// echoCommand makes this program the echo bot: echo LISTEN API pooled|plain.
const echoCommand = "echo"

// echo is the echo bot with a webhook of the README of go-telegram/bot, but for the addresses.
// Pooled, it also keeps connections as we do; the library's default client keeps 2.
func echo(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("echo takes 3 arguments, not %d", len(args))
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()

	opts := []bot.Option{
		bot.WithDefaultHandler(handler),
		bot.WithWebhookSecretToken(benchSecret),
		bot.WithServerURL(args[1]),
	}
	if args[2] == "pooled" {
		opts = append(opts, bot.WithHTTPClient(time.Minute, &http.Client{
			Timeout: time.Minute, Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256},
		}))
	}

	b, err := bot.New(benchToken, opts...)
	if err != nil {
		return err
	}

	go b.StartWebhook(ctx)

	return http.ListenAndServe(args[0], b.WebhookHandler())
}

func handler(ctx context.Context, b *bot.Bot, update *models.Update) {
	b.SendMessage(ctx, &bot.SendMessageParams{
		ChatID: update.Message.Chat.ID,
		Text:   update.Message.Text,
	})
}
