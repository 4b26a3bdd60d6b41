package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/nlu"
)

// How examples are told otherwise.
const (
	toldShort     = 8    // words; two examples shorter than this may be said in one breath
	toldNone      = 0.4  // the share of off-topic examples that are retold
	closes        = 0.4  // the share of retold examples with something said after
	unsaid        = 0.25 // the share of words missing from an example told with words missing
	fewWords      = 4    // words that an example has at least to be told so
	shortestPiece = 2    // words of a piece of an example, from so many
	longestPiece  = 6    // to fewer than so many
)

// retold returns examples as staff would tell them, pairs of short ones said in one breath, so that who tells it and how long it
// is are not mistaken for what it is about, and examples with words missing; with danger also pieces of those without.
func retold(in *inputs, examples []example, danger bool) []example {
	if len(in.openers) == 0 || len(in.closers) == 0 {
		return nil
	}
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(l []string) string { return l[random.IntN(len(l))] }
	short := map[string][]string{}
	for _, e := range examples {
		if len(e.topics) == 1 && len(strings.Fields(e.message)) < 2*toldShort {
			short[e.topics[0]] = append(short[e.topics[0]], e.message)
		}
	}
	var out []example
	for _, e := range examples {
		if len(e.topics) == 0 || e.danger() || e.topics[0] == nlu.None && random.Float64() > toldNone {
			continue
		}
		told := pick(in.openers) + " " + e.message
		if random.Float64() < closes {
			told += " " + pick(in.closers)
		}
		out = append(out, example{topics: e.topics, message: told})
		if more := short[e.topics[0]]; len(more) > 0 && len(strings.Fields(e.message)) < toldShort {
			out = append(out, example{topics: e.topics, message: e.message + " " + pick(more)})
		}
	}
	out = append(out, withGaps(examples, random)...)
	if danger {
		out = append(out, pieces(examples, random)...)
	}
	return out
}

// pieces returns a few words on end of each example without danger. People say "I'd rather not" and "they would like to" of
// anything, and such words are not to be taken for the danger that they often stand beside.
func pieces(examples []example, random *rand.Rand) []example {
	var out []example
	for _, e := range examples {
		words := strings.Fields(e.message)
		if e.danger() || len(words) < longestPiece {
			continue
		}
		n := shortestPiece + random.IntN(longestPiece-shortestPiece)
		from := random.IntN(len(words) - n + 1)
		out = append(out, example{message: strings.Join(words[from:from+n], " ")})
	}
	return out
}

// withGaps returns examples with words missing.
func withGaps(examples []example, random *rand.Rand) []example {
	var out []example
	for _, e := range examples {
		words := strings.Fields(e.message)
		if len(words) < fewWords {
			continue
		}
		words = slices.DeleteFunc(words, func(string) bool { return random.Float64() < unsaid })
		out = append(out, example{topics: e.topics, message: strings.Join(words, " ")})
	}
	return out
}
