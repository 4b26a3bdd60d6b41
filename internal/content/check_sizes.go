package content

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

const (
	maxReply    = 4096 // UTF-16 units; Telegram's limit for a message
	maxBlock    = 3000 // characters; Slack's limit for a section
	phoneLines  = 24   // lines of a small phone, with the keyboard away
	phoneColumn = 40   // characters a line
)

// A screen is a node, or a list of the menu, as one person would see it.
type screen struct {
	place
	name  string // as a message names it: node "start"
	who   string // as a message names it after that: " for fire", or ""
	reply conversation.Reply
}

// screens returns each node as the engine shows it: to each role that has its own words, and, where
// services are shown, in each area; and the menu with its groups. It needs every shared file and
// leaves out topics with errors.
func (s *set) screens() []screen {
	if s.shown != nil {
		return s.shown
	}
	var sound []*topicFile
	for _, t := range s.topics {
		if !slices.ContainsFunc(s.problems, func(p Problem) bool { return p.File == t.file && !p.Warning }) {
			sound = append(sound, t)
		}
	}
	if !s.whole("services", areasYAML, rolesYAML, menuYAML, phrasesYAML) || len(sound) == 0 {
		return nil
	}
	script := s.build(sound)
	for _, b := range s.trees() {
		if !slices.Contains(sound, b.topic) {
			continue
		}
		for _, n := range b.nodes {
			if !n.isBranch() {
				s.shown = append(s.shown, s.views(script, b, n)...)
			}
		}
	}
	s.shown = append(s.shown, s.menuScreens(script)...)
	return s.shown
}

// menuScreens returns the menu and its groups as each voice sees them.
func (s *set) menuScreens(script *conversation.Script) []screen {
	var views []screen
	for _, v := range voices {
		at := func(p place, name, group string) {
			session := conversation.Session{
				Voice: v, Role: "-", Area: directory.County, Touched: s.today, At: conversation.Place{Node: group},
			}
			view := screen{place: p, name: name, who: " for " + string(v)}
			_, view.reply = conversation.Turn(script, session, conversation.Message{Choice: ".on"}, s.today)
			views = append(views, view)
		}
		at(s.at(menuYAML), "the menu", "")
		for i, g := range s.menu.Groups {
			if v.Sees(g.Voice) {
				at(s.at(menuYAML, "groups", i), "group "+strconv.Quote(g.ID), g.ID)
			}
		}
	}
	return views
}

func (s *set) views(script *conversation.Script, b *branching, n *node) []screen {
	roles, areas := []string{""}, []string{directory.County}
	for role := range n.SayAs {
		roles = append(roles, role)
	}
	slices.Sort(roles)
	if n.Find.s != "" {
		areas, _ = s.values("area")
	}
	var views []screen
	for _, role := range roles {
		for _, area := range areas {
			view := screen{place: b.at(n.id.pos), name: "node " + strconv.Quote(n.id.s)}
			if role != "" {
				view.who = " for " + role
			}
			session := conversation.Session{
				Voice: b.voice, Role: role, Area: area, Touched: s.today,
				At: conversation.Place{Topic: b.topic.id, Node: n.id.s},
			}
			_, view.reply = conversation.Turn(script, session, conversation.Message{Choice: ".on"}, s.today)
			views = append(views, view)
		}
	}
	return views
}

func checkReplySize(r *report) {
	for _, t := range r.shownTexts() {
		if size := utf8.RuneCountInString(t.text); size > maxBlock {
			r.errorf(t.place, "a text of %d characters; Slack takes %d", size, maxBlock)
		}
	}
	told := make(map[place]bool)
	for _, v := range r.screens() {
		if told[v.place] {
			continue
		}
		if size := len(utf16.Encode([]rune(v.reply.String()))); size > maxReply {
			told[v.place] = true
			r.errorf(v.place, "%s%s makes a message of %d units; Telegram takes %d", v.name, v.who, size, maxReply)
			continue
		}
		for i := range v.reply.Blocks {
			if size := utf8.RuneCountInString(strings.Join(v.reply.Blocks[i].Lines(), "\n")); size > maxBlock {
				told[v.place] = true
				r.errorf(v.place, "%s%s shows a part of %d characters; Slack takes %d", v.name, v.who, size, maxBlock)
				break
			}
		}
	}
}

func checkScreens(r *report) {
	told := make(map[place]bool)
	for _, v := range r.screens() {
		lines := len(v.reply.Options)
		for i := range v.reply.Blocks {
			if b := &v.reply.Blocks[i]; b.Style != conversation.Card && b.Text != r.phrases.Found.LiveWell {
				lines += phoneHeight(b.Lines())
			}
		}
		if lines > phoneLines && !told[v.place] {
			told[v.place] = true
			r.warnf(v.place, "%s%s takes %d lines of a phone; %d fit without scrolling", v.name, v.who, lines, phoneLines)
		}
	}
}

// phoneHeight counts the lines that text takes on a phone, wrapped at words.
func phoneHeight(lines []string) int {
	height := 0
	for _, line := range lines {
		column := 0
		for _, word := range strings.Fields(line) {
			size := utf8.RuneCountInString(word)
			if column == 0 || column+1+size > phoneColumn {
				height++
				column = size
			} else {
				column += 1 + size
			}
		}
	}
	return height
}
