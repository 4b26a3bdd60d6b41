package text

import "unicode"

// plainLetters gives the plain form of the accented and joined letters of European languages and Vietnamese.
var plainLetters = func() map[rune]string {
	m := make(map[rune]string, 512)
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăąǎǟǡǻȁȃȧḁẚạảấầẩẫậắằẳẵặªɑ", "ae": "æǣǽ",
		"b": "ḃḅḇƀ", "c": "çćĉċčḉƈ", "d": "ďđḋḍḏḑḓð", "dz": "ǆǳ",
		"e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệə", "f": "ḟƒ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "ffi": "ﬃ", "ffl": "ﬄ",
		"g": "ĝğġģǥǧǵḡ", "h": "ĥħȟḣḥḧḩḫẖ", "i": "ìíîïĩīĭįıǐȉȋḭḯỉị", "ij": "ĳ",
		"j": "ĵǰ", "k": "ķĸǩḱḳḵ", "l": "ĺļľŀłḷḹḻḽ", "lj": "ǉ", "m": "ḿṁṃ", "n": "ñńņňŉŋǹṅṇṉṋ", "nj": "ǌ",
		"o": "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợº", "oe": "œ", "p": "ṕṗ",
		"r": "ŕŗřȑȓṙṛṝṟ", "s": "śŝşšșſṡṣṥṧṩẛ", "ss": "ßẞ", "st": "ﬅﬆ",
		"t": "ţťŧțṫṭṯṱẗ", "th": "þ", "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
		"v": "ṽṿ", "w": "ŵẁẃẅẇẉẘ", "x": "ẋẍ", "y": "ýÿŷȳẏẙỳỵỷỹ", "z": "źżžƶẑẓẕ",
	} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

// styled gives the plain letter or digit behind the mathematical and circled ones that people paste as
// decoration, and r itself otherwise.
func styled(r rune) rune {
	switch {
	case 0x1D400 <= r && r <= 0x1D6A3:
		return 'a' + (r-0x1D400)%26
	case 0x1D7CE <= r && r <= 0x1D7FF:
		return '0' + (r-0x1D7CE)%10
	case 0x24B6 <= r && r <= 0x24E9:
		return 'a' + (r-0x24B6)%26
	case 0x1F130 <= r && r <= 0x1F189 && (r-0x1F130)%32 < 26:
		return 'a' + (r-0x1F130)%32
	}
	return r
}

// invisible reports whether r takes no room of its own in a word: marks, format characters such as zero-width
// spaces and direction marks, controls, and the fillers that Unicode counts as letters. The next-line
// control is a space.
func invisible(r rune) bool {
	switch r {
	case 0x85:
		return false
	case 0x115F, 0x1160, 0x3164, 0xFFA0:
		return true
	}
	return unicode.IsMark(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)
}
