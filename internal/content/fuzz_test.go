package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// FuzzLoad reads a topic file of any bytes. Whatever loads can be walked to an end, from every node,
// through the engine, by the buttons it shows.
func FuzzLoad(f *testing.F) {
	set := base(f)
	topic := string(set["topics/tea.yaml"].Data)
	f.Add([]byte(topic))
	for _, swap := range [][2]string{
		{"near-you", "start"}, {"by: area", "by: role"}, {"goodbye", "act"}, {"tea", "*tea"}, {"  ", "\t"}, {"say:", "say: &a"},
		{"step", "say"}, {"->", "-"}, {"else", "oxford"}, {"options:", "options: []\n    x:"}, {"'", "\x00"}, {"a", "\xff"},
	} {
		f.Add([]byte(strings.ReplaceAll(topic, swap[0], swap[1])))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set["topics/tea.yaml"] = &fstest.MapFile{Data: data}
		start := time.Now()
		script, problems, err := Load(set, reviewDay)
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v", took)
		}
		if (script == nil) != (err != nil) || (err != nil) != (len(problems.Errors()) > 0) {
			t.Fatalf("script %v, error %v, problems %v", script != nil, err, problems)
		}
		if script != nil {
			walkAll(t, script)
		}
	})
}

// walkAll presses the buttons of every node until a signpost or a goodbye is reached.
func walkAll(t *testing.T, script *conversation.Script) {
	t.Helper()
	for _, topic := range script.Topics {
		for _, v := range voices {
			tree := topic.Trees[v]
			if tree == nil {
				continue
			}
			for _, n := range tree.Nodes {
				walk(t, script, conversation.Session{
					Voice: v, Role: "other", Area: "the-leys", Stage: "live-well", Touched: reviewDay,
					At: conversation.Place{Topic: topic.ID, Node: n.ID},
				})
			}
		}
	}
}

// walk goes breadth first from where a session stands and fails if no end can be reached.
func walk(t *testing.T, script *conversation.Script, s conversation.Session) {
	t.Helper()
	seen := make(map[conversation.Place]bool)
	from := s.At
	for queue := []conversation.Session{s}; len(queue) > 0; queue = queue[1:] {
		now, reply := conversation.Turn(script, queue[0], conversation.Message{Choice: ".on"}, reviewDay)
		if len(reply.Blocks) == 0 {
			t.Fatalf("%v: no reply", now.At)
		}
		if script.Topic(now.At.Topic).Trees[now.Voice].Node(now.At.Node).IsEnd() {
			return
		}
		for _, o := range reply.Options {
			next, _ := conversation.Turn(script, now, conversation.Message{Choice: o.ID}, reviewDay)
			if !seen[next.At] && next.At.Topic != "" {
				seen[next.At] = true
				queue = append(queue, next)
			}
		}
	}
	t.Errorf("from %v no end can be reached", from)
}

// TestChoiceIDs holds our idea of a button's id against the engine's.
func TestChoiceIDs(t *testing.T) {
	script, _, err := Load(base(t), reviewDay)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range script.Topic("tea").Trees[conversation.Staff].Node("start").Choices() {
		ids = append(ids, c.ID)
	}
	if want := []string{"s:tea:start:place", "s:tea:start:leave-it", "s:tea:start:" + anotherWay}; !slices.Equal(ids, want) {
		t.Errorf("got %q, want %q", ids, want)
	}
}
