package content

import (
	"fmt"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// A rule is one thing that is proved of every set.
type rule struct {
	name string
	why  string                        // what it asks for, in one line
	find func(r *report)               // nil: found while reading
	tree func(r *report, t *branching) // the same for each tree of each topic
}

// rules is every rule there is; each has an example that breaks it in testdata/rules. A rule that
// needs files which could not be read says nothing.
var rules = []rule{
	{name: "file", why: "the files of a set are there, plain, not empty and at most 4 MB"},
	{name: "syntax", why: "a file is one YAML document"},
	{name: "alias", why: "no anchors and aliases, which can blow up a small file"},
	{name: "depth", why: "at most 20 levels of nesting"},
	{name: "type", why: "each key holds what it is for: text, a list, a number; numbers that are text stand in quotes"},
	{name: "key", why: "keys are plain words"},
	{name: "unknown-key", why: "only keys that mean something"},
	{name: "duplicate", why: "no key stands twice in one place"},
	{name: "missing-key", why: "what is needed is there and not empty"},
	{name: "option", why: "an option is Label -> node, or {label, to, words, id}"},

	{name: "id", why: "ids are short, of a-z, 0-9 and -, and mean nothing else", find: checkIDs},
	{name: "twice", why: "an id belongs to one service, area, role, group or option", find: checkTwice},
	{name: "was", why: "an earlier id is no id of today and leads to one place", find: checkWas},

	{name: "voices", why: "a topic in the menu has both voices, any other at least one", find: checkVoices},
	{name: "start", why: "a tree starts at the node start", tree: checkStart},
	{name: "shape", why: "a node is one thing: a question, a signpost, a branch or a goodbye", tree: checkShape},
	{name: "step", why: "a node that is shown belongs to ask, assist, act or goodbye", tree: checkStep},
	{name: "silent", why: "a node that is shown says something", tree: checkSilent},
	{name: "unseen", why: "nothing is written that nobody would see", tree: checkUnseen},
	{name: "target", why: "options and branches lead to nodes that are there", tree: checkTargets},
	{name: "branch", why: "a branch covers every role, area or stage, and no other", tree: checkBranches},
	{name: "find", why: "a signpost names a topic that has services", tree: checkFind},
	{name: "say-as", why: "an opening belongs to a role that is there", tree: checkSayAs},
	{name: "unreachable", why: "every node can be reached from start", tree: checkReachable},
	{name: "trap", why: "every node can reach a signpost or a goodbye", tree: checkTraps},
	{name: "long-path", why: "every path ends within 8 answers", tree: checkLength},
	{name: "option-id", why: "the options of a node have ids of their own", tree: checkOptionIDs},
	{name: "choice-id", why: "a button's id fits in 64 bytes", tree: checkChoiceIDs},

	{name: "label", why: "a label says something, in at most 75 characters; over 30 a phone cuts it off (warning)", find: checkLabels},
	{name: "many-options", why: "at most 25 options at once", find: checkMany},
	{name: "confusable", why: "no message could choose either of two options", find: checkConfusable},
	{name: "way-out", why: "no option takes a word that is always heard, such as menu or stop", find: checkWaysOut},
	{name: "number", why: "no option is a bare number, which means its place in the list", find: checkNumbers},

	{name: "reply-size", why: "a reply fits in one message: 4,096 UTF-16 units, and 3,000 characters a block", find: checkReplySize},
	{name: "screen", why: "a node, and the menu, fits one phone screen: 24 lines of 40 characters, each option one line; " +
		"blank lines and services are not counted (warning)", find: checkScreens},

	{name: "reviewed", why: "reviews have dates in order; a review that is overdue is a warning", find: checkReviewed},
	{name: "stage", why: "life stages are start-well, live-well and age-well", find: checkStages},
	{name: "cue", why: "a topic in the menu has cues, and no other topic has them", find: checkCues},
	{name: "menu", why: "every topic that is not hidden stands once in the menu of each voice, and a group's topics speak to those who see it", find: checkMenu},
	{name: "name", why: "a name that finds a topic or group from anywhere finds one of them", find: checkNames},
	{name: "area", why: "areas lie in areas, and the county and the nation are there", find: checkAreas},
	{name: "service", why: "a service has a name, a source, a date for its next check, and facts of the right form", find: checkServices},
	{name: "phone", why: "a phone number can be rung", find: checkPhones},
	{name: "help", why: "a topic has local and national help (warning)", find: checkHelp},
	{name: "phrase", why: "every phrase is there, in both voices where it has two", find: checkPhrases},
	{name: "braces", why: "braces in phrases hold what is filled in there", find: checkBraces},
	{name: "safety", why: "each kind of danger has a card in both voices, for both severities", find: checkSafety},

	{name: "heard", why: "messages are understood as the topics that are there (warning)", find: checkHeard},

	{name: "characters", why: "no emoji, and no characters that cannot be seen", find: checkCharacters},
	{name: "aloud", why: "what staff say fits in ten seconds on the first screen, and in a minute on any path (warning)", tree: checkAloud},
	{name: "sentence", why: "a sentence has at most 30 words; over 20 is a warning", find: checkSentences},
	{name: "grade", why: "a node of 30 words or more reads at grade 8 or below (warning)", find: checkGrade},
	{name: "wording", why: "no words that the style list has better ones for (warning)", find: checkWording},
	{name: "capitals", why: "no words in capitals but those of the style list (warning)", find: checkCapitals},
	{name: "link", why: "links are https (warning), and in texts lead to hosts that services or sources name (warning)", find: checkLinks},

	{name: "language", why: "the files of language/ and the areas make a lexicon", find: checkLanguage},
}

func (s *set) check() {
	for _, r := range rules {
		rep := &report{set: s, rule: r.name}
		if r.find != nil {
			r.find(rep)
		}
		if r.tree != nil {
			for _, b := range s.trees() {
				r.tree(rep, b)
			}
		}
	}
}

// A report collects what one rule finds.
type report struct {
	*set
	rule string
}

// A place is where in the set something stands.
type place struct {
	file string
	pos
}

func (r *report) errorf(at place, format string, args ...any) { r.add(at, false, format, args) }
func (r *report) warnf(at place, format string, args ...any)  { r.add(at, true, format, args) }

func (r *report) add(at place, warning bool, format string, args []any) {
	r.problems = append(r.problems, Problem{
		File: at.file, Line: at.line, Column: at.column, Rule: r.rule, Message: fmt.Sprintf(format, args...), Warning: warning,
	})
}

// A branching is a tree with the topic and voice it belongs to.
type branching struct {
	*tree
	topic *topicFile
	voice conversation.Voice
}

// trees returns every tree that could be read.
func (s *set) trees() []*branching {
	var all []*branching
	for _, t := range s.topics {
		for _, v := range voices {
			if tr := t.tree(v); tr != nil {
				all = append(all, &branching{tr, t, v})
			}
		}
	}
	return all
}

// at is a place in the tree's file.
func (b *branching) at(p pos) place { return place{b.topic.file, p} }

// ids returns the ids of the nodes.
func (b *branching) ids() []string {
	ids := make([]string, len(b.nodes))
	for i, n := range b.nodes {
		ids[i] = n.id.s
	}
	return ids
}
