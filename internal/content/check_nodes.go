package content

import (
	"maps"
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
)

func checkVoices(r *report) {
	for _, t := range r.topics {
		at := place{t.file, t.pos}
		switch {
		case t.Staff == nil && t.Resident == nil:
			r.errorf(at, "the topic has neither a staff tree nor a resident tree")
		case !t.Hidden && t.Staff == nil:
			r.errorf(at, "the topic has no staff tree: write one, or say hidden: true")
		case !t.Hidden && t.Resident == nil:
			r.errorf(at, "the topic has no resident tree: write one, or say hidden: true")
		}
	}
}

func checkShape(r *report, b *branching) {
	goodbye := string(conversation.Goodbye)
	for _, n := range b.nodes {
		at := b.at(n.id.pos)
		switch {
		case n.isBranch() && (n.By.s == "" || len(n.To) == 0):
			r.errorf(at, "node %q is half a branch: it needs both by and to", n.id.s)
		case n.isBranch() && (len(n.Options) > 0 || n.Find.s != "" || n.Step.s == goodbye):
			r.errorf(at, "node %q branches (by, to), so it cannot also have options, find or a goodbye", n.id.s)
		case n.isBranch():
		case n.Step.s == goodbye && n.Find.s != "":
			r.errorf(at, "node %q says goodbye and shows services: take one of them out", n.id.s)
		case n.Step.s == goodbye && len(n.Options) > 0:
			r.errorf(at, "node %q says goodbye, so it cannot have options", n.id.s)
		case n.Step.s != goodbye && n.Find.s == "" && len(n.Options) == 0:
			r.errorf(at, "node %q leads nowhere: give it options, find, by and to, or step: goodbye", n.id.s)
		}
	}
}

func checkStep(r *report, b *branching) {
	steps := []string{"ask", "assist", "act", "goodbye"}
	for _, n := range b.nodes {
		switch {
		case n.isBranch():
		case n.Step.s == "":
			r.errorf(b.at(n.id.pos), "node %q has no step: ask, assist, act or goodbye", n.id.s)
		case !slices.Contains(steps, n.Step.s):
			r.errorf(b.at(n.Step.pos), "%q is not a step: ask, assist, act or goodbye%s", n.Step.s, suggest(n.Step.s, steps))
		}
	}
}

func checkSilent(r *report, b *branching) {
	for _, n := range b.nodes {
		if !n.isBranch() && n.Say.s == "" && (b.voice == conversation.Resident || n.Note.s == "" && len(n.Ask) == 0) {
			r.errorf(b.at(n.id.pos), "node %q says nothing: give it a say", n.id.s)
		}
	}
}

func checkUnseen(r *report, b *branching) {
	for _, n := range b.nodes {
		for _, key := range n.keysFor(n.isBranch(), b.voice) {
			if n.isBranch() {
				r.errorf(b.at(key.pos), "node %q is a branch and never shown, so nobody would see its %s", n.id.s, key.s)
			} else {
				r.errorf(b.at(key.pos), "%s is for staff only; residents would not see it", key.s)
			}
		}
	}
}

// keysFor returns the keys of a node that nobody would see, with their places.
func (n *node) keysFor(branch bool, v conversation.Voice) []str {
	var keys []str
	add := func(key string, there bool, p pos) {
		if there {
			keys = append(keys, str{p, key})
		}
	}
	if branch || v == conversation.Resident {
		add("note", n.Note.s != "", n.Note.pos)
		add("say-as", len(n.SayAs) > 0, n.id.pos)
		add("ask", len(n.Ask) > 0, n.id.pos)
		add("listen", len(n.Listen) > 0, n.id.pos)
	}
	if branch {
		add("say", n.Say.s != "", n.Say.pos)
		add("fact", n.Fact != nil, n.id.pos)
		add("urgent", n.Urgent.s != "", n.Urgent.pos)
	}
	return keys
}

func checkBranches(r *report, b *branching) {
	for _, n := range b.nodes {
		if n.By.s == "" || len(n.To) == 0 {
			continue
		}
		known, file := r.values(n.By.s)
		switch {
		case known == nil:
			r.errorf(b.at(n.By.pos), "a branch is by role, area or stage, not %q%s", n.By.s, suggest(n.By.s, []string{"role", "area", "stage"}))
			continue
		case n.By.s == "role" && b.voice == conversation.Resident:
			r.errorf(b.at(n.By.pos), "residents have no role to branch by")
			continue
		case !r.whole(file):
			continue
		}
		for _, value := range slices.Sorted(maps.Keys(n.To)) {
			if value != "else" && !slices.Contains(known, value) {
				r.errorf(b.at(n.To[value].pos), "%q is not a known %s%s", value, n.By.s, suggest(value, append(known, "else")))
			}
		}
		if missing := r.uncovered(n, known); len(missing) > 0 {
			r.errorf(b.at(n.id.pos), "branch %q does not say where to go for %s: add them, or else", n.id.s, list(missing))
		}
	}
}

// values returns what a branch may tell apart, and the file that says so.
func (s *set) values(by string) (known []string, file string) {
	known = []string{}
	switch by {
	case "role":
		for _, role := range s.roles.Roles {
			known = append(known, role.ID)
		}
		return known, rolesYAML
	case "area":
		for _, area := range s.areas.Areas {
			known = append(known, area.ID)
		}
		return known, areasYAML
	case "stage":
		return lifeStages, ""
	}
	return nil, ""
}

// uncovered returns the values for which a branch has no way. An area is covered by a wider one.
func (s *set) uncovered(n *node, known []string) []string {
	covers := func(value string) bool { _, ok := n.To[value]; return ok }
	if covers("else") {
		return nil
	}
	var missing []string
	for _, value := range known {
		chain := []string{value}
		if n.By.s == "area" {
			chain = s.directory.Areas().Chain(value)
		}
		if !slices.ContainsFunc(chain, covers) {
			missing = append(missing, value)
		}
	}
	return missing
}

func checkSayAs(r *report, b *branching) {
	if !r.whole(rolesYAML) {
		return
	}
	roles, _ := r.values("role")
	for _, n := range b.nodes {
		for _, role := range slices.Sorted(maps.Keys(n.SayAs)) {
			if !slices.Contains(roles, role) {
				r.errorf(b.at(n.SayAs[role].pos), "say-as is for %q, which is not a role%s", role, suggest(role, roles))
			}
		}
	}
}

func checkFind(r *report, b *branching) {
	for _, n := range b.nodes {
		switch {
		case n.Find.s == "":
		case !slices.Contains(r.topicIDs, n.Find.s):
			r.errorf(b.at(n.Find.pos), "find names %q, which is not a topic%s", n.Find.s, suggest(n.Find.s, r.topicIDs))
		case r.whole("services") && !slices.ContainsFunc(r.services, func(sv service) bool {
			return slices.Contains(sv.Topics, n.Find.s) && (b.voice == conversation.Staff || sv.forPublic())
		}):
			r.errorf(b.at(n.Find.pos), "find: no service is listed under %q, so people would find nothing here", n.Find.s)
		}
	}
}

// forPublic reports whether residents may find the service.
func (sv *service) forPublic() bool {
	return !slices.Equal(sv.Audience, []string{"staff"})
}

// checkHelp asks for help near people and help that is always there.
func checkHelp(r *report) {
	if !r.whole("services", areasYAML) {
		return
	}
	for _, t := range r.topics {
		if t.Hidden {
			continue
		}
		local, national := false, false
		for i := range r.services {
			if sv := &r.services[i]; slices.Contains(sv.Topics, t.id) && sv.forPublic() {
				for _, area := range sv.Areas {
					national = national || area == directory.National
					local = local || r.directory.Areas().Within(area, directory.County)
				}
			}
		}
		if !local {
			r.warnf(place{t.file, t.pos}, "no service in Oxfordshire is listed under %q", t.id)
		}
		if !national {
			r.warnf(place{t.file, t.pos}, "no national service is listed under %q", t.id)
		}
	}
}
