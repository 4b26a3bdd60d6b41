package nlu

import (
	"fmt"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// LookupData tells a message that asks for a service from one that tells a story.
type LookupData struct {
	Ask      []string `yaml:"ask"`      // phrases that ask for a place or a number: "where can i", "nearest"
	Services []string `yaml:"services"` // what can be asked for by its bare name: "food bank", "larder"
	Story    []string `yaml:"story"`    // words of somebody telling their own story, which is no look-up
	Greet    []string `yaml:"greet"`    // greetings
	Filler   []string `yaml:"filler"`   // words that may stand beside a greeting: "there", "all"
}

// bareWords is how many words a message may have beside the service for its bare name to ask for it.
const bareWords = 5

// askedWords is how long a message may be and yet be taken as asking when it also tells a story.
const askedWords = 12

// lookupWords knows LookupData by first words.
type lookupWords struct {
	ask, services, story, greet, filler map[string][][]string
}

func newLookupWords(d LookupData, r *reader) (*lookupWords, error) {
	l := &lookupWords{}
	normal := func(p string) []string { return r.phrase(p).words }
	bare := func(p string) []string { return text.Tokens(text.Fold(p)) }
	for _, list := range []struct {
		name  string
		to    *map[string][][]string
		from  []string
		words func(string) []string
	}{
		{"ask", &l.ask, d.Ask, normal}, {"services", &l.services, d.Services, normal}, {"story", &l.story, d.Story, normal},
		{"greet", &l.greet, d.Greet, bare}, {"filler", &l.filler, d.Filler, bare},
	} {
		m := map[string][][]string{}
		for _, p := range list.from {
			words := list.words(p)
			if len(words) == 0 {
				return nil, fmt.Errorf("%s: an empty phrase", list.name)
			}
			m[words[0]] = append(m[words[0]], words)
		}
		*list.to = m
	}
	return l, nil
}

// asks reports whether words, without the names of places, ask for a service.
func (l *lookupWords) asks(words []string, placed bool) bool {
	ask, _ := covered(words, l.ask)
	_, services := covered(words, l.services)
	story, _ := covered(words, l.story)
	switch {
	case ask && (!story || len(words) <= askedWords):
		return true
	case story:
		return false
	}
	return services > 0 && len(words)-services <= bareWords-2 || placed && services > 0 && len(words)-services <= bareWords
}

// greets reports whether words are a greeting and nothing else.
func (l *lookupWords) greets(words []string) bool {
	if len(words) == 0 || len(words) > 6 {
		return false
	}
	greeted := false
	for i := 0; i < len(words); {
		n := longest(words[i:], l.greet)
		if n > 0 {
			greeted = true
		} else if n = longest(words[i:], l.filler); n == 0 {
			return false
		}
		i += n
	}
	return greeted
}

// covered reports whether any of phrases is in words, and how many words they cover.
func covered(words []string, phrases map[string][][]string) (found bool, n int) {
	for i := 0; i < len(words); {
		l := longest(words[i:], phrases)
		n += l
		i += max(1, l)
	}
	return n > 0, n
}

// longest returns the length of the longest phrase that words begin with.
func longest(words []string, phrases map[string][][]string) int {
	n := 0
	for _, p := range phrases[words[0]] {
		if len(p) > n && hasPrefix(words, p) {
			n = len(p)
		}
	}
	return n
}
