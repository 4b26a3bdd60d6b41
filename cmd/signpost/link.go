package main

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"github.com/mecc-oxfordshire/signpost/bots/telegram"
)

const (
	quiet     = 4  // modules of white around a QR code, as its standard asks
	pngPixels = 12 // a module, so that a poster's code stays sharp
)

// link prints the address that opens the bot at a topic, with its QR code for a poster.
func link(_ context.Context, e *env, args []string) error {
	f, src := e.flags("link")
	username := f.String("bot", e.getenv("TELEGRAM_BOT_USERNAME"), "")
	file := f.String("o", "", "")
	rest, err := e.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return misuse("link needs one place to arrive at: a topic, staff-ROLE, or find-WORDS-WITH-DASHES")
	}
	if *username == "" {
		return misuse("link needs the bot's name: -bot NAME, or TELEGRAM_BOT_USERNAME")
	}
	script, err := src.load()
	if err != nil {
		return err
	}
	if !script.Arrives(rest[0]) {
		return misuse("%q leads nowhere: name a topic, staff-ROLE, resident, or find-WORDS-WITH-DASHES", rest[0])
	}
	address, err := telegram.Link(*username, rest[0])
	if err != nil {
		return misuse("%v", err)
	}
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("make QR code: %w", err)
	}
	if *file != "" {
		return writeCode(*file, code)
	}
	fmt.Fprintln(e.stdout, address)
	return printCode(e.stdout, code)
}

// dark reports whether a module of a code, or of the quiet zone around it, is dark.
func dark(code image.Image, x, y int) bool {
	at := image.Pt(x-quiet, y-quiet)
	if !at.In(code.Bounds()) {
		return false
	}
	r, _, _, _ := code.At(at.X, at.Y).RGBA()
	return r == 0
}

// printCode draws a code with two modules a letter, light on dark as terminals are.
func printCode(w io.Writer, code image.Image) error {
	size := code.Bounds().Dx() + 2*quiet
	var b strings.Builder
	for y := 0; y < size; y += 2 {
		for x := range size {
			switch top, bottom := dark(code, x, y), dark(code, x, y+1) || y+1 == size; {
			case top && bottom:
				b.WriteByte(' ')
			case top:
				b.WriteRune('▄')
			case bottom:
				b.WriteRune('▀')
			default:
				b.WriteRune('█')
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeCode writes a code as PNG or SVG, by the name of the file.
func writeCode(file string, code barcode.Barcode) error {
	var write func(io.Writer, barcode.Barcode) error
	switch ext := strings.ToLower(filepath.Ext(file)); ext {
	case ".png":
		write = writePNG
	case ".svg":
		write = writeSVG
	default:
		return misuse("-o names a .png or .svg file, not %q", file)
	}
	out, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write QR code: %w", err)
	}
	defer out.Close()
	if err := write(out, code); err != nil {
		return fmt.Errorf("write QR code: %w", err)
	}
	return out.Close()
}

func writePNG(w io.Writer, code barcode.Barcode) error {
	size := code.Bounds().Dx() + 2*quiet
	img := image.NewGray(image.Rect(0, 0, size*pngPixels, size*pngPixels))
	for y := range size * pngPixels {
		for x := range size * pngPixels {
			if !dark(code, x/pngPixels, y/pngPixels) {
				img.Pix[y*img.Stride+x] = 0xff
			}
		}
	}
	return png.Encode(w, img)
}

func writeSVG(w io.Writer, code barcode.Barcode) error {
	size := code.Bounds().Dx() + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><title>%s</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, size, size, code.Content(), size, size)
	for y := range size {
		for x := range size {
			if dark(code, x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>` + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
