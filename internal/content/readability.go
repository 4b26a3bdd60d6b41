package content

import (
	"regexp"
	"strings"
	"unicode"
)

// sentencesOf splits a text at . ? ! before a space, and at line ends. A dot inside a number, a time
// or an address does not end a sentence.
func sentencesOf(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		from := 0
		runes := []rune(line)
		for i, r := range runes {
			if !strings.ContainsRune(".?!…", r) {
				continue
			}
			end := i + 1
			for end < len(runes) && strings.ContainsRune(`"'”’)`, runes[end]) {
				end++
			}
			if end < len(runes) && unicode.IsSpace(runes[end]) {
				all = appendWords(all, string(runes[from:end]))
				from = end
			}
		}
		all = appendWords(all, string(runes[from:]))
	}
	return all
}

func appendWords(all []string, sentence string) []string {
	if len(wordsOf(sentence)) == 0 {
		return all
	}
	return append(all, strings.TrimSpace(sentence))
}

// wordsOf returns the words of a text as they are written, without the marks around them.
func wordsOf(text string) []string {
	var words []string
	for _, w := range strings.Fields(text) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if w != "" {
			words = append(words, w)
		}
	}
	return words
}

// gradeOf is the Flesch-Kincaid grade of sentences, a school year in the United States: 5 is about
// ten years of age. Words for which excused is true are not counted, nor are numbers and addresses.
func gradeOf(sentences []string, excused func(word string) bool) (grade float64, words int) {
	syllables := 0
	for _, s := range sentences {
		for _, w := range wordsOf(s) {
			if !strings.ContainsFunc(w, unicode.IsLetter) || strings.Contains(w, "://") || excused(w) {
				continue
			}
			for part := range strings.SplitSeq(w, "-") {
				words++
				syllables += syllablesOf(part)
			}
		}
	}
	if words == 0 {
		return 0, 0
	}
	return 0.39*float64(words)/float64(len(sentences)) + 11.8*float64(syllables)/float64(words) - 15.59, words
}

var (
	vowelGroup = regexp.MustCompile(`[aeiou]+y?|y+[aeiou]*`)
	// twoSounds are vowels side by side that are heard apart: radio, quiet, doing, create.
	twoSounds = regexp.MustCompile(`i(a([^l]|$)|o([^nu]|$)|et|en[ct]|um)|ua[^r]|uou|eo[^p]|[uo]ing|eat(e|i)`)
	// silentEnd is an ending that is not heard: make, makes, asked, but not table, boxes, wanted.
	silentEnd = regexp.MustCompile(`.([^aeioul]|[aeiou]l|ll)e$|.[^aeiouscxzgh]es$|.[^aeioutd]ed$`)
)

// syllablesOf estimates the syllables of an English word by its groups of vowels, at least one.
func syllablesOf(word string) int {
	word = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
	n := len(vowelGroup.FindAllString(word, -1)) + len(twoSounds.FindAllString(word, -1))
	if silentEnd.MatchString(word) {
		n--
	}
	return max(n, 1)
}
