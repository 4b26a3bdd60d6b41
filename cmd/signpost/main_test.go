package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// runs is what a command gave.
type runs struct {
	code     int
	out, err string
}

func command(t *testing.T, stdin string, vars map[string]string, args ...string) runs {
	t.Helper()
	var out, errs bytes.Buffer
	e := &env{strings.NewReader(stdin), &out, &errs, func(name string) string { return vars[name] }}
	code := run(t.Context(), e, args)
	return runs{code, out.String(), errs.String()}
}

func TestMisuseIsExplained(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"no command":         {nil, "usage:"},
		"unknown command":    {[]string{"chatt"}, `there is no command "chatt"`},
		"unknown flag":       {[]string{"chat", "-colour"}, "-colour"},
		"bad voice":          {[]string{"chat", "-as", "king"}, `not "king"`},
		"bad role":           {[]string{"chat", "-as", "staff", "-role", "king"}, "library"},
		"role of a resident": {[]string{"chat", "-as", "resident", "-role", "fire"}, "-as staff"},
		"bad area":           {[]string{"chat", "-area", "paris"}, "barton"},
		"show nothing":       {[]string{"show"}, "smoking"},
		"show unknown":       {[]string{"show", "knitting"}, "smoking"},
		"find nothing":       {[]string{"find"}, "food bank barton"},
		"find none":          {[]string{"find", "-n", "0", "x"}, "1 to 100"},
		"export nowhere":     {[]string{"export"}, "folder"},
		"extra argument":     {[]string{"check", "x"}, `"x"`},
		"update built in":    {[]string{"test", "-update"}, "-prompts"},
	} {
		t.Run(name, func(t *testing.T) {
			r := command(t, "", nil, tc.args...)
			if r.code != exitMisuse || !strings.Contains(r.err+r.out, tc.says) {
				t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
			}
			if name != "no command" && !strings.Contains(r.err, "hint:") {
				t.Errorf("no hint: %s", r.err)
			}
		})
	}
}

func TestBadContent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "copy")
	if r := command(t, "", nil, "export", dir); r.code != exitOK || r.out+r.err != "" {
		t.Fatalf("export: %+v", r)
	}
	if r := command(t, "", nil, "check", "-prompts", dir); r.code != exitOK {
		t.Fatalf("an exported copy does not pass: %s", r.out)
	}
	if r := command(t, "", nil, "export", dir); r.code != exitProblems || !strings.Contains(r.err, "not empty") {
		t.Errorf("export over a folder: %+v", r)
	}
	topic := filepath.Join(dir, "topics", "smoking.yaml")
	good, err := os.ReadFile(topic)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"broken YAML": "title: [", "no file at all": "", "not text": "\xff\xfe\x00", "wrong target": strings.Replace(string(good), "-> near-you", "-> near-yuo", 1),
	} {
		if err := os.WriteFile(topic, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		r := command(t, "", nil, "check", "-prompts", dir)
		if r.code != exitProblems || !strings.Contains(r.out, "topics/smoking.yaml") {
			t.Errorf("%s: exit %d, %s", name, r.code, r.out)
		}
		if r := command(t, "", nil, "chat", "-prompts", dir); r.code != exitProblems || !strings.Contains(r.err, "hint:") {
			t.Errorf("%s: chat: exit %d, %s", name, r.code, r.err)
		}
		r = command(t, "", nil, "check", "-json", "-prompts", dir)
		var problems []map[string]any
		if err := json.Unmarshal([]byte(r.out), &problems); err != nil || len(problems) == 0 {
			t.Errorf("%s: check -json: %v %s", name, err, r.out)
		}
	}
	if r := command(t, "", nil, "check", "-prompts", filepath.Join(dir, "nowhere")); r.code != exitProblems || !strings.Contains(r.err, "hint:") {
		t.Errorf("a folder that is not there: %+v", r)
	}
}

func TestChatOverAPipe(t *testing.T) {
	const lines = "staff\nfire\nashtray by the bed\n1\n"
	first := command(t, lines, nil, "chat")
	if first.code != exitOK || !strings.Contains(first.out, "Stop smoking · Ask") || !strings.Contains(first.out, "1. ") {
		t.Fatalf("exit %d: %s%s", first.code, first.out, first.err)
	}
	if again := command(t, lines, nil, "chat"); again != first {
		t.Error("the same conversation went another way")
	}
	known := command(t, "ashtray by the bed\n1\n", nil, "chat", "-as", "staff", "-role", "fire")
	if _, menu, ok := strings.Cut(first.out, "What did you notice?"); !ok || !strings.HasSuffix(known.out, menu) {
		t.Errorf("somebody who says they are staff, fire is told something else than chat -as staff -role fire tells:\n%s", first.out)
	}
	for name, line := range map[string]string{
		"a megabyte":    strings.Repeat("help me please ", 70_000),
		"bad UTF-8":     "caf\xff\xfe\xc3(",
		"control":       "\x00\x1b[2J\x07hello",
		"emoji":         "😀😀😀",
		"right to left": "\u202eمرحبا",
		"markup":        "<script>alert(1)</script>",
		"no newline":    "menu",
	} {
		r := command(t, line, nil, "chat", "-as", "resident")
		if r.code != exitOK || r.err != "" || strings.Count(r.out, "\n") < 8 {
			t.Errorf("%s: exit %d, %s", name, r.code, r.err)
		}
		if strings.Contains(r.out, "<script>") || strings.Contains(r.out, "\x1b") {
			t.Errorf("%s is echoed: %q", name, r.out)
		}
	}
}

func TestMatchGivesAnObjectALine(t *testing.T) {
	r := command(t, "i cant stop smoking\n\nasdf\r\nI want to kill myself\nno newline at the end", nil, "match", "-json")
	lines := strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")
	if r.code != exitOK || len(lines) != 5 {
		t.Fatalf("exit %d, %d objects: %s%s", r.code, len(lines), r.out, r.err)
	}
	var m struct {
		Text   *string
		Crisis *struct{ Kind, Severity string }
		Topics []struct {
			ID    string
			Score float64
		}
		Area, Stage *string
	}
	if err := json.Unmarshal([]byte(lines[0]), &m); err != nil || m.Text == nil || *m.Text != "i cant stop smoking" || m.Area == nil || m.Stage == nil || len(m.Topics) == 0 || m.Topics[0].ID != "smoking" {
		t.Errorf("%v: %s", err, lines[0])
	}
	if !strings.Contains(lines[1], `"text":""`) || !strings.Contains(lines[1], `"crisis":null`) || !strings.Contains(lines[1], `"topics":[]`) {
		t.Errorf("an empty line gives %s", lines[1])
	}
	if !strings.Contains(lines[3], `"kind":"suicide"`) {
		t.Errorf("danger not heard: %s", lines[3])
	}
}

func TestFind(t *testing.T) {
	r := command(t, "food bank barton\nzzzz qqqq\n", nil, "find", "-json", "-n", "3", "-")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != exitOK || len(lines) != 2 {
		t.Fatalf("exit %d: %s%s", r.code, r.out, r.err)
	}
	var l struct {
		Query, Topic, Area, Stage string
		Services                  []struct {
			ID, Name      string
			Topics, Areas []string
		}
	}
	if err := json.Unmarshal([]byte(lines[0]), &l); err != nil {
		t.Fatal(err)
	}
	if l.Query != "food bank barton" || l.Topic != "food-support" || l.Area != "barton" || len(l.Services) != 3 || l.Services[0].ID == "" {
		t.Errorf("found %+v", l)
	}
	for _, key := range []string{`"query":`, `"topic":`, `"area":`, `"stage":`, `"services":[{"id":`, `"name":`, `"topics":[`, `"areas":[`} {
		if !strings.Contains(lines[0], key) {
			t.Errorf("no %s in %s", key, lines[0])
		}
	}
	if strings.Contains(strings.ToLower(r.out), `"note"`) {
		t.Error("editors' notes are shown")
	}
	if !strings.Contains(lines[1], `"services":[`) {
		t.Errorf("nothing found is not a list: %s", lines[1])
	}
	if r := command(t, "", nil, "find", "food", "bank", "barton"); r.code != exitOK || !strings.Contains(r.out, "Live Well") {
		t.Errorf("for people: %s%s", r.out, r.err)
	}
}

func TestGoldenConversations(t *testing.T) {
	if r := command(t, "", nil, "test"); r.code != exitOK || r.out != "" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestRecordMakesAGoldenConversation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "copy")
	command(t, "", nil, "export", dir)
	file := filepath.Join(dir, "testdata", "conversations", "new.txt")
	if r := command(t, "smoking\n1\n", nil, "chat", "-as", "staff", "-role", "library", "-record", file); r.code != exitOK {
		t.Fatal(r.err)
	}
	if r := command(t, "menu\n", nil, "chat", "-record", file); r.code != exitProblems || !strings.Contains(r.err, "hint:") {
		t.Errorf("recording over a conversation: %+v", r)
	}
	if r := command(t, "", nil, "test", "-update", "-prompts", dir); r.code != exitOK {
		t.Errorf("%s%s", r.out, r.err)
	}
	if r := command(t, "", nil, "test", "-prompts", dir); r.code != exitOK {
		t.Errorf("%s%s", r.out, r.err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte("Say:"), []byte("Shout:"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := command(t, "", nil, "test", "-prompts", dir); r.code != exitProblems || !strings.Contains(r.out, "Shout:") {
		t.Errorf("a changed conversation: %+v", r)
	}
}

func TestThresholdsOfNothing(t *testing.T) {
	files := fstest.MapFS{languageDir + "/thresholds.tsv": {Data: []byte("danger-lost\trecall\t0.95\n")}}
	var out bytes.Buffer
	if err := testLanguage(&out, files, nil, false); !errors.Is(err, errProblems) || !strings.Contains(out.String(), "danger-lost recall") {
		t.Errorf("a set that is gone keeps its threshold: %v, %s", err, out.String())
	}
}

func TestShowFitsAScreen(t *testing.T) {
	r := command(t, "", nil, "show", "smoking", "-role", "fire", "-area", "barton")
	for _, part := range []string{"You might notice:", "Say:", "Ask:", "Listen for:", "Good to know:", "Source:", "Where to point:", "If the answer is no:", "Get help fast:", "Reviewed"} {
		if !strings.Contains(r.out, part) {
			t.Errorf("no %q in the sheet", part)
		}
	}
}
