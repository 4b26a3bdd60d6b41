package nlu

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/text"
)

// smallDanger is a hand-made set that uses every part of the grammar once or more.
var smallDanger = DangerData{
	Skip: "a, the, am, is, are, have, has, been, to, so, really, do",
	Same: map[string]string{
		"i": "im, ive", "he": "hes", "not": "dont, doesnt, isnt", "wont": "will not", "gonna": "going to",
		"kill myself": "kms, kill my self", "": "i mean",
	},
	Near: "paracetamol, breathing",
	Words: map[string]string{
		"want":   "want, wish, hope",
		"die":    "die, dead, not wake up",
		"self":   "myself, himself, herself",
		"now":    "now, tonight, today",
		"kin":    "mum, dad, @child",
		"child":  "baby, childage",
		"pill":   "paracetamol, tablets, suppositor*",
		"danger": "knife, gun",
	},
	Denies: "not, no, never, wont",
	Passes: "gonna, want, thinking, trying, any, thoughts",
	Idioms: "dying! for|laughing\nphone .. died!\nkill time\n# a remark\n",
	Calm:   "training|course =-1\nyears ago =-2",
	Kinds: []DangerKind{{
		Kind:      "suicide",
		Immediate: "kill @self .. @now\ngun & @now + goodbye",
		Urgent:    "kill @self =2\n@want .. @die unless holiday\nno point =0.5\nhopeless =0.5",
	}, {
		Kind:      "medical-emergency",
		Immediate: "@kin not breathing\nadultage & fell & floor",
	}, {
		Kind:   "overdose",
		Urgent: "took|had NUM|all of? my? @pill",
	}, {
		Kind:      "danger-now",
		Immediate: "he has|got a? @danger\nhe hit me\ngas_leak\nneeded!",
	}},
}

func newSmallDanger(t testing.TB) *dangerRules {
	t.Helper()
	r, err := newDanger(smallDanger)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// said gives the kind and severity that rules find in a message, or "".
func said(r *dangerRules, message string) string {
	f := r.read(message)
	if f == nil {
		return ""
	}
	return r.kinds[f.kind] + "/" + f.severity()
}

func TestDangerPatterns(t *testing.T) {
	r := newSmallDanger(t)
	for _, tt := range []struct{ name, message, want string }{
		{"words in order", "I want to die", "suicide/urgent"},
		{"words in another order", "die, want?", ""},
		{"a short gap", "want so much just to die", "suicide/urgent"},
		{"too wide a gap", "i want tea and cake and milk, then die", ""},
		{"neighbours may be one apart", "kill only myself", "suicide/urgent"},
		{"but not two", "kill time with myself", ""},
		{"a phrase of a list", "i hope i do not wake up", "suicide/urgent"},
		{"not half of a phrase", "i hope you wake up", ""},
		{"a list in a list", "baby isnt breathing", "medical-emergency/immediate"},
		{"an ending", "mum is not breathing", "medical-emergency/immediate"},
		{"exactly as spelt", "he needed", "danger-now/immediate"},
		{"not as spelt", "he needs", ""},
		{"a beginning", "had 12 suppositories", "overdose/urgent"},
		{"words that may be missing", "took all paracetamol", "overdose/urgent"},
		{"and are not", "took all of my paracetamol", "overdose/urgent"},
		{"a figure", "had 40 tablets", "overdose/urgent"},
		{"no figure", "had forty tablets", ""},
		{"side by side", "there is a gas leak", "danger-now/immediate"},
		{"not side by side", "gas man found a leak", ""},
		{"either order in a sentence", "on the floor, i fell, im 82", "medical-emergency/immediate"},
		{"not over sentences", "I fell. On the floor. im 82", ""},
		{"anywhere", "I have the gun now. It rained. Goodbye.", "suicide/immediate"},
		{"only half of it", "I have the gun now. It rained.", ""},
		{"spoilt", "i want the holiday where i die of heat", ""},
		{"weights add up", "no point, hopeless", "suicide/urgent"},
		{"one weight is not enough", "hopeless", ""},
		{"nothing", "", ""},
		{"ordinary", "when does the library open", ""},
	} {
		if got := said(r, tt.message); got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.message, got, tt.want)
		}
	}
}

func TestDangerGuards(t *testing.T) {
	r := newSmallDanger(t)
	for _, tt := range []struct{ name, message, want string }{
		{"idiom", "i want a fag, dying for one", ""},
		{"an idiom leaves the rest", "dying for a fag, i want to die", "suicide/urgent"},
		{"denied before", "he never hit me", ""},
		{"denied within", "he has not hit me", ""},
		{"denied through words that pass it on", "not thinking, not trying, im not going to kill myself", ""},
		{"the denial belongs to the pattern", "dad not breathing", "medical-emergency/immediate"},
		{"denied in another part", "not today, he hit me", "danger-now/immediate"},
		{"denied in another sentence", "I am not. He hit me", "danger-now/immediate"},
		{"calm", "course on how people want to die", ""},
		{"calm in another sentence", "I did the course. I want to die.", "suicide/urgent"},
		{"calm far away", "the course was good and the tea was nice and we all sang some songs in the old hall till late, i want to die", "suicide/urgent"},
		{"calm does not outweigh", "training or not, kill myself", "suicide/urgent"},
		{"buried in the middle", "Ask about PIP. My knee hurts, i want to die. Do I need a form", "suicide/urgent"},
	} {
		if got := said(r, tt.message); got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.message, got, tt.want)
		}
	}
}

func TestDangerMostSevereFirst(t *testing.T) {
	r := newSmallDanger(t)
	for message, want := range map[string]string{
		"kill myself":                               "suicide/urgent",
		"kill myself tonight":                       "suicide/immediate",
		"kill myself. he got a gun":                 "danger-now/immediate",
		"i want to die, took all of my paracetamol": "suicide/urgent",
	} {
		if got := said(r, message); got != want {
			t.Errorf("%q is %q, want %q", message, got, want)
		}
	}
}

func TestDangerReadsWhatPeopleType(t *testing.T) {
	r := newSmallDanger(t)
	for _, tt := range []struct{ message, want string }{
		{"KMS", "kill myself"},
		{"i mean kms", "kill myself"},
		{"k i l l h i m s e l f", "kill himself"},
		{"a b c", "b c"},
		{"k1ll himself", "kill himself"},
		{"ox4 b4", "ox4 b4"},
		{"paracetemol", "paracetamol"},
		{"breathng", "breathing"},
		{"tabletz", "tabletz"},
		{"my 3 year old", "my childage"},
		{"3yo", "childage"},
		{"eight year old", "childage"},
		{"6 month old", "childage"},
		{"im 12", "i childage"},
		{"he is 82 and", "he adultage and"},
		{"aged 82", "aged adultage"},
		{"im 12 minutes away", "i 12 minutes away"},
		{"page 12", "page 12"},
		{"one. two, (three) four - five", "one two , three , four , five"},
		{"3.5 and e.g. this", "3 5 and e g this"},
	} {
		if got := strings.Join(r.reader.read(tt.message).words, " "); got != tt.want {
			t.Errorf("%q is heard as %q, want %q", tt.message, got, tt.want)
		}
	}
}

func TestDangerSentences(t *testing.T) {
	r := newSmallDanger(t)
	for message, want := range map[string][]int{
		"":                     nil,
		"...":                  nil,
		"one two":              {2},
		"one. two three! four": {1, 3, 4},
		"one, . , two":         {1, 2},
		"home.Then out":        {1, 3},
	} {
		if got := r.reader.read(message).sentences; !slices.Equal(got, want) {
			t.Errorf("sentences of %q end at %v, want %v", message, got, want)
		}
	}
}

func TestDangerExplains(t *testing.T) {
	r := newSmallDanger(t)
	got := r.explain("no point, i want to die")
	want := []Reason{{"no point", "suicide", 0.5}, {"want die", "suicide", 1}}
	if !slices.Equal(got, want) {
		t.Errorf("reasons are %v, want %v", got, want)
	}
	if got := r.explain("he never hit me"); len(got) != 1 || got[0].Weight != deniedShare {
		t.Errorf("reasons for what is denied are %v, want one of weight %v", got, deniedShare)
	}
}

func TestDangerDataErrors(t *testing.T) {
	for _, tt := range []struct {
		name string
		data DangerData
		want string
	}{
		{"a list that is not there", DangerData{Idioms: "@wat"}, `no class "wat"`},
		{"a list in a list that is not there", DangerData{Words: map[string]string{"a": "@b"}}, `no class "b"`},
		{"a circle", DangerData{Words: map[string]string{"a": "@b", "b": "@a"}}, "holds itself"},
		{"no weight", DangerData{Calm: "tea =much"}, "not a weight"},
		{"no words", DangerData{Kinds: []DangerKind{{Urgent: "tea & "}}}, "holds no word"},
		{"a guard against its own pattern", DangerData{Kinds: []DangerKind{{Urgent: "smoke & door unless smokers"}}}, `write "smokers!"`},
		{"words that come down to one", DangerData{Skip: "the", Kinds: []DangerKind{{Immediate: "drink the_tea"}}}, "passed over"},
		{"the same in a list", DangerData{Skip: "the", Words: map[string]string{"a": "the tea"}}, "passed over"},
		{"too short a beginning", DangerData{Words: map[string]string{"a": "su*"}}, "too short"},
		{"a slip in too short a word", DangerData{Near: "kill"}, "too short"},
		{"understood in two ways", DangerData{Same: map[string]string{"tea": "t", "two": "t"}}, "understood both"},
	} {
		if _, err := newDanger(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func FuzzDanger(f *testing.F) {
	r := newSmallDanger(f)
	for _, s := range []string{"", "i want to die", "k i l l m y s e l f", "\xff\xfe. ,", "12 year old", "…!?;\n", "￼ ﷽ 🔫", strings.Repeat("not want ", 900)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := r.reader.read(s)
		if n := len(h.sentences); len(h.words) > 0 && (n == 0 || h.sentences[n-1] != len(h.words)) {
			t.Errorf("sentences of %q end at %v of %d words", s, h.sentences, len(h.words))
		}
		if found := r.read(s); found != nil && found.total() < enough {
			t.Errorf("%q gave %+v, which is not enough", s, found)
		}
		r.explain(s)
	})
}

// TestDangerInBoundedTime reads 64 kB that are hard to read. A second is thirty times what it takes on a slow machine.
func TestDangerInBoundedTime(t *testing.T) {
	r := newSmallDanger(t)
	for _, s := range []string{"want ", "not want ", "die. ", "course die want, ", "kill a myself ", "k i l l ", "p@racetam0l ", "im 12 ", "\xff", "𝓴"} {
		long := strings.Repeat(s, 64<<10/len(s))
		began := time.Now()
		words := len(r.reader.read(long).words)
		r.explain(long)
		if took := time.Since(began); took > time.Second {
			t.Errorf("64 kB of %q took %v", s, took)
		}
		if words > text.MaxRunes {
			t.Errorf("64 kB of %q gave %d words", s, words)
		}
	}
}
