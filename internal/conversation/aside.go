package conversation

import (
	"cmp"
	"strings"
)

// aside says something beside what is on the screen, which stays as it is: services are not listed
// again, and what was offered can still be chosen.
func (t *turn) aside(outcome, say string) Reply {
	if len(t.s.Offered) > 0 {
		return Reply{Blocks: says(say), Options: t.offered(), Outcome: outcome}
	}
	if t.signposted() != nil {
		return t.beside(outcome, says(say))
	}
	return t.show(outcome, say)
}

// uncovered returns the node on the screen, or nil if something is offered or asked on top of it.
func (t *turn) uncovered() *Node {
	if len(t.s.Offered) > 0 || t.standing() != nil {
		return nil
	}
	return t.stand()
}

// signposted returns the node whose services are the last thing on the screen, or nil.
func (t *turn) signposted() *Node {
	if node := t.uncovered(); node != nil && node.Find != "" {
		return node
	}
	return nil
}

// inQuestion returns the node whose question is the last thing on the screen, or nil.
func (t *turn) inQuestion() *Node {
	if node := t.uncovered(); node != nil && len(node.Options) > 0 {
		return node
	}
	return nil
}

// beside replies at a signpost without its services.
func (t *turn) beside(outcome string, blocks []Block) Reply {
	choices, _ := t.current()
	return Reply{Blocks: blocks, Options: choices, Exits: t.exits, Outcome: outcome}
}

// asksDetail returns the part of a service card that words ask for, or "".
func (t *turn) asksDetail(folded, bare string) string {
	for _, part := range cardParts {
		if t.details[part].hears(folded, bare) {
			return part
		}
	}
	return ""
}

// cardParts are the parts of a service card that people ask for.
var cardParts = []string{"cost", "hours", "contact", "where"}

// detail answers a question about the services that the person was shown, a line for each. After a
// look-up it can't: which services those were is not kept. To whoever asks in a topic where none were shown yet for
// a number, or the way, it shows them.
func (t *turn) detail(part string) Reply {
	node := t.signposted()
	if node == nil {
		at := t.inQuestion()
		if (part == "contact" || part == "where") && at != nil && at.tree.signpost(at, t.whoHelps) != nil {
			return t.point("")
		}
		return t.aside("details", t.Phrases.Details.Say)
	}
	var blocks []Block
	known := false
	services := t.services(node)
	for i := range services {
		c := t.Card(&services[i], t.s.Voice, t.now)
		line := c.part(part)
		known = known || line != ""
		blocks = append(blocks, Block{Style: Text, Label: c.Name + ":", Text: cmp.Or(line, t.Phrases.Details.Unknown)})
	}
	if !known {
		blocks = says(t.Phrases.Details.Unknown)
	}
	return t.beside("details", blocks)
}

// part returns the lines of a card that answer a question about it.
func (c *ServiceCard) part(part string) string {
	switch part {
	case "cost":
		return c.Cost
	case "hours":
		return c.Hours
	case "contact":
		return cmp.Or(join(c.Call, c.Link), c.Where)
	}
	return c.Where
}

// ageWords is how long a message may be that tells an age and nothing else: "shes 81", "my son is 7".
const ageWords = 4

// tellsAge reports whether words that tell a life stage tell nothing else, in the middle of something.
func (t *turn) tellsAge(words string) bool {
	return strings.Count(words, " ") < ageWords && strings.ContainsAny(words, "0123456789") &&
		(t.s.At.Topic != "" || len(t.s.Offered) > 0)
}

// age takes a life stage that was told in the middle of something else.
func (t *turn) age() Reply {
	t.s.Nudges = 0
	if len(t.s.Offered) > 0 {
		return t.aside("fact", t.Phrases.AgeSet)
	}
	return t.show("fact", t.Phrases.AgeSet)
}

// lookedUp returns the topic of the services that were just looked up, or that alone was guessed, while
// nothing came after it; or "".
func (t *turn) lookedUp() string {
	if o := t.s.Offered; len(o) == 2 && o[1] == chooseMenu {
		if topic, ok := strings.CutPrefix(o[0], topicChoice("")); ok {
			return topic
		}
	}
	return ""
}
