package text

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// longestStem is the length in bytes from which a word is its own stem: no English word is longer, and the stemmer's
// time grows with the word.
const longestStem = 40

// Stem gives the common form of a folded English word: "evicted" and "eviction" are both "evict". American spellings
// have the British stem, and words that the Porter rules wrongly join, such as refuge and refugee,
// stay apart. The result is for comparing only, and not always a word. Safe for use by several goroutines.
func Stem(word string) string {
	if len(word) < 3 || len(word) > longestStem {
		return word
	}
	if stem, ok := stems[word]; ok {
		return stem
	}
	env := snowballstem.NewEnv(british(word))
	english.Stem(env)
	stem := env.Current()
	if same, ok := britishStems[stem]; ok {
		return same
	}
	return stem
}

// british spells -ize, -yze and their endings with an s. The letters before them must hold a vowel
// and be at least three, which spares prize and seize.
func british(word string) string {
	z := strings.LastIndexByte(word, 'z')
	if z < 4 || !izeEndings[word[z+1:]] {
		return word
	}
	if word[z-1] != 'i' && word[z-1] != 'y' || !strings.ContainsAny(word[:z-1], "aeiou") {
		return word
	}
	return word[:z] + "s" + word[z+1:]
}

var izeEndings = map[string]bool{
	"e": true, "ed": true, "es": true, "er": true, "ers": true, "ing": true, "ation": true, "ations": true, "ational": true,
}

// britishStems maps the Porter stem of an American spelling to that of the British one.
var britishStems = map[string]string{
	"anemia": "anaemia", "anemic": "anaem", "analyz": "analys", "armor": "armour", "behavior": "behaviour",
	"center": "centr", "color": "colour", "diarrhea": "diarrhoea", "endeavor": "endeavour",
	"enrolment": "enrol", "enroll": "enrol", "favor": "favour", "favorit": "favourit", "fiber": "fibr", "flavor": "flavour",
	"fulfill": "fulfil", "gray": "grey", "gynecolog": "gynaecolog", "gynecologist": "gynaecologist",
	"harbor": "harbour", "honor": "honour", "humor": "humour", "jewelri": "jewelleri", "labor": "labour", "liter": "litr",
	"mom": "mum", "mommi": "mummi", "neighbor": "neighbour", "neighborhood": "neighbourhood", "odor": "odour",
	"orthopedic": "orthopaed", "paralyz": "paralys", "pediatr": "paediatr", "pediatrician": "paediatrician",
	"program": "programm", "rumor": "rumour", "savior": "saviour", "skeptic": "sceptic", "theater": "theatr",
	"tumor": "tumour", "vapor": "vapour",
}

// stems holds whole words for which the Porter rules go wrong: they join words with different meanings, or part
// forms of one word.
var stems = map[string]string{
	"autistic":   "autism",
	"business":   "business",
	"businesses": "business",
	"children":   "child", "childrens": "child",
	"councillor": "councillor", "councillors": "councillor", "councilor": "councillor", "councilors": "councillor",
	"counselor": "counsel", "counselors": "counsel", "counsellor": "counsel", "counsellors": "counsel",
	"drinker": "drink", "drinkers": "drink",
	"fell": "fall", "fallen": "fall",
	"feet":    "foot",
	"gambler": "gambl", "gamblers": "gambl",
	"hospital": "hospital", "hospitals": "hospital", "hospitality": "hospitality",
	"lonely": "lone", "lonelier": "lone", "loneliness": "lone", "lonliness": "lone", "lonley": "lone",
	"men":         "man",
	"pregnancies": "pregnant", "pregnancy": "pregnant",
	"probation": "probation",
	"refugee":   "refugee", "refugees": "refugee",
	"smoker": "smoke", "smokers": "smoke", "smoked": "smoke",
	"teeth":        "tooth",
	"tired":        "tired",
	"universities": "university", "university": "university", "uni": "university",
	"women": "woman", "womens": "woman", "mens": "man",
}
