package nlu

import "testing"

func TestReadStage(t *testing.T) {
	l := sample(t)
	for in, want := range map[string]string{
		"my 3 year old":                    "start-well",
		"14 yr old":                        "start-well",
		"a 15yo":                           "start-well",
		"lad of 16":                        "start-well",
		"baby is 10 weeks":                 "start-well",
		"11 months and not crawling":       "start-well",
		"toddler":                          "start-well",
		"the toddler and her old lady":     "start-well",
		"im 45":                            "live-well",
		"i am 45":                          "live-well",
		"he turned 50":                     "live-well",
		"aged 82":                          "age-well",
		"she is 82":                        "age-well",
		"in her eighties":                  "age-well",
		"an old lady at the desk":          "age-well",
		"45 quid":                          "",
		"10 weeks on the list":             "",
		"im 5 stone heavier":               "",
		"im 20 weeks gone":                 "",
		"20 years of smoking":              "",
		"the 3 bus":                        "",
		"":                                 "",
		"my nan is 90 and my son is 4":     "age-well",
		"my 4 year old and my 90 year old": "start-well",
	} {
		if got := l.Read(in).Stage; got != want {
			t.Errorf("Read(%q).Stage = %q, want %q", in, got, want)
		}
	}
}
