package content

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

// lifeStages are the life stages of the county's health plans.
var lifeStages = []string{"start-well", "live-well", "age-well"}

// maxID is how many characters the id of a topic or a node may have.
const maxID = 24

// anotherWay is the option that the engine adds to a node with several open questions.
const anotherWay = "another-way"

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func checkIDs(r *report) {
	for _, t := range r.topics {
		at := place{t.file, pos{}}
		r.idForm(at, "the file name", t.id, maxID)
		for _, taken := range []string{"staff", "resident", "find"} {
			if t.id == taken || strings.HasPrefix(t.id, taken+"-") {
				r.errorf(at, "a topic cannot be called %q: a link to it would mean something else", t.id)
			}
		}
	}
	for _, b := range r.trees() {
		for _, n := range b.nodes {
			r.idForm(b.at(n.id.pos), "node", n.id.s, maxID)
			for _, o := range n.Options {
				r.idForm(b.at(o.ID.pos), "option id", o.ID.s, conversation.MaxChoice)
			}
		}
	}
	for i := range r.services {
		r.idForm(r.service(i, "id"), "service id", r.services[i].ID, conversation.MaxChoice)
	}
	for i, a := range r.areas.Areas {
		r.idForm(r.at(areasYAML, "areas", i, "id"), "area id", a.ID, maxID)
	}
	for i, role := range r.roles.Roles {
		r.idForm(r.at(rolesYAML, "roles", i, "id"), "role id", role.ID, maxID)
	}
	for i, g := range r.menu.Groups {
		r.idForm(r.at(menuYAML, "groups", i, "id"), "group id", g.ID, maxID)
	}
}

func (r *report) idForm(at place, what, id string, longest int) {
	switch {
	case id == "":
		r.errorf(at, "%s is missing", what)
	case !idForm.MatchString(id):
		r.errorf(at, "%s %q: an id has small letters, digits and single dashes only", what, short(id))
	case len(id) > longest:
		r.errorf(at, "%s %q has %d characters; at most %d fit a button", what, short(id), len(id), longest)
	}
}

// service returns the place of a part of a service.
func (s *set) service(i int, path ...any) place {
	sv := &s.services[i]
	return s.at(sv.file, append([]any{"services", sv.index}, path...)...)
}

func checkTwice(r *report) {
	seen := make(map[string]bool)
	twice := func(what, id string, at place) {
		if key := what + " " + id; id != "" && seen[key] {
			r.errorf(at, "there is another %s with the id %q", what, id)
		} else {
			seen[key] = true
		}
	}
	for i := range r.services {
		twice("service", r.services[i].ID, r.service(i, "id"))
	}
	for i, a := range r.areas.Areas {
		twice("area", a.ID, r.at(areasYAML, "areas", i, "id"))
	}
	for i, role := range r.roles.Roles {
		twice("role", role.ID, r.at(rolesYAML, "roles", i, "id"))
	}
	for i, g := range r.menu.Groups {
		twice("group", g.ID, r.at(menuYAML, "groups", i, "id"))
	}
	for _, q := range r.questions() {
		for i, o := range q.Options {
			twice("answer to "+q.key, o.ID, r.at(phrasesYAML, q.key, "options", i, "id"))
		}
	}
}

func checkWas(r *report) {
	claimed := make(map[string]string)
	for _, t := range r.topics {
		for _, was := range t.Was {
			at := place{t.file, was.pos}
			if slices.Contains(r.topicIDs, was.s) {
				r.errorf(at, "was %q: there is a topic of that name", was.s)
			} else if other := claimed[was.s]; other != "" {
				r.errorf(at, "was %q: the topic %q says so too", was.s, other)
			}
			claimed[was.s] = t.id
		}
	}
	for _, b := range r.trees() {
		claimed := make(map[string]string)
		for _, n := range b.nodes {
			for _, was := range n.Was {
				if b.node(was.s) != nil {
					r.errorf(b.at(was.pos), "was %q: there is a node of that name", was.s)
				} else if other := claimed[was.s]; other != "" {
					r.errorf(b.at(was.pos), "was %q: the node %q says so too", was.s, other)
				}
				claimed[was.s] = n.id.s
			}
		}
	}
}

func checkOptionIDs(r *report, b *branching) {
	for _, n := range b.nodes {
		first := make(map[string]option)
		for _, o := range n.Options {
			other, twice := first[o.ID.s]
			switch {
			case o.ID.s == anotherWay:
				r.errorf(b.at(o.ID.pos), "the id %q is the engine's own: choose another", o.ID.s)
			case twice && o.ID == o.To && other.To.s == o.To.s:
				r.errorf(b.at(o.pos), "options %q and %q both lead to %q: give one an id of its own", other.Label.s, o.Label.s, o.To.s)
			case twice:
				r.errorf(b.at(o.pos), "options %q and %q have the same id %q", other.Label.s, o.Label.s, o.ID.s)
			default:
				first[o.ID.s] = o
			}
		}
	}
}

func checkChoiceIDs(r *report, b *branching) {
	for _, n := range b.nodes {
		ids := make([]str, 0, len(n.Options)+1)
		for _, o := range n.Options {
			ids = append(ids, o.ID)
		}
		if len(n.Ask) > 1 {
			ids = append(ids, str{n.id.pos, anotherWay})
		}
		for _, id := range ids {
			// As the engine makes it, with one letter for the voice.
			if size := len("s:" + b.topic.id + ":" + n.id.s + ":" + id.s); size > conversation.MaxChoice {
				r.errorf(b.at(id.pos), "topic, node and option (%q, %q, %q) make a button id of %d bytes; %d fit: shorten one of them",
					b.topic.id, n.id.s, id.s, size, conversation.MaxChoice)
			}
		}
	}
}
