package content

import (
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

func checkMenu(r *report) {
	if !r.whole(menuYAML) {
		return
	}
	group := make(map[conversation.Voice]map[string]string)
	for _, v := range voices {
		group[v] = make(map[string]string)
	}
	for i, g := range r.menu.Groups {
		if len(g.Topics) == 0 {
			r.errorf(r.at(menuYAML, "groups", i), "group %q has no topics", g.ID)
		}
		if g.Voice != "" && !slices.Contains(voices, g.Voice) {
			r.errorf(r.at(menuYAML, "groups", i, "voice"), "%q is not a voice: staff or resident", g.Voice)
		}
		for j, id := range g.Topics {
			at := r.at(menuYAML, "groups", i, "topics", j)
			if !slices.Contains(r.topicIDs, id) {
				r.errorf(at, "%q is not a topic%s", id, suggest(id, r.topicIDs))
			}
			r.listed(at, g, id, group)
		}
	}
	for _, t := range r.topics {
		for _, v := range voices {
			if group[v][t.id] == "" && !t.Hidden && t.tree(v) != nil {
				r.errorf(place{t.file, t.pos}, "the topic is in no group of %s for %s: add it there, or say hidden: true", menuYAML, v)
				break
			}
		}
	}
}

// listed notes a topic of a group for each voice that sees the group.
func (r *report) listed(at place, g conversation.Group, id string, group map[conversation.Voice]map[string]string) {
	t := r.topic(id)
	for _, v := range voices {
		if !v.Sees(g.Voice) {
			continue
		}
		switch other, twice := group[v][id]; {
		case twice:
			r.errorf(at, "the topic %q is in group %q already", id, other)
			return
		case t != nil && t.Hidden && t.tree(v) == nil:
			r.errorf(at, "the topic %q has no %s tree, but group %q is offered to that voice: say whose it is with voice", id, v, g.ID)
		}
		group[v][id] = g.ID
	}
}

// checkNames looks for a name, heard from anywhere, of two topics or groups.
func checkNames(r *report) {
	type owner struct{ what, id string }
	owners := make(map[string]owner)
	claim := func(at place, o owner, names ...string) {
		for _, name := range names {
			folded := text.Fold(name)
			if other, ok := owners[folded]; ok && other != o {
				r.errorf(at, "%q is the name of the %s %q too", name, other.what, other.id)
			} else if folded != "" {
				owners[folded] = o
			}
		}
	}
	for _, t := range r.topics {
		claim(place{t.file, t.Title.pos}, owner{"topic", t.id}, t.Title.s, t.id)
	}
	if r.whole(menuYAML) {
		for i, g := range r.menu.Groups {
			claim(r.at(menuYAML, "groups", i), owner{"group", g.ID}, append([]string{g.Label}, g.Words...)...)
		}
	}
}

func checkAreas(r *report) {
	if !r.whole(areasYAML) {
		return
	}
	known, _ := r.values("area")
	for i, a := range r.areas.Areas {
		at := r.at(areasYAML, "areas", i)
		if a.Name == "" {
			r.errorf(at, "area %q has no name", a.ID)
		}
		chain := r.directory.Areas().Chain(a.ID)
		switch {
		case a.Parent != "" && !slices.Contains(known, a.Parent):
			r.errorf(r.at(areasYAML, "areas", i, "parent"), "%q is not an area%s", a.Parent, suggest(a.Parent, known))
		case chain[len(chain)-1] != directory.National:
			r.errorf(at, "area %q does not lie in %q in the end", a.ID, directory.National)
		}
	}
	for _, id := range []string{directory.National, directory.County} {
		if !slices.Contains(known, id) {
			r.errorf(r.at(areasYAML), "the area %q is missing", id)
		}
	}
	if !r.whole(phrasesYAML) {
		return
	}
	for i, o := range r.phrases.Area.Options {
		if !slices.Contains(known, o.ID) {
			r.errorf(r.at(phrasesYAML, "area", "options", i, "id"), "%q is not an area%s", o.ID, suggest(o.ID, known))
		}
	}
}

func checkStages(r *report) {
	known := func(at place, id string) {
		if !slices.Contains(lifeStages, id) {
			r.errorf(at, "%q is not a life stage: start-well, live-well or age-well%s", id, suggest(id, lifeStages))
		}
	}
	for _, t := range r.topics {
		for _, stage := range t.Stages {
			known(place{t.file, stage.pos}, stage.s)
		}
	}
	for _, b := range r.trees() {
		for _, n := range b.nodes {
			switch {
			case n.Stage.s == "":
			case n.Find.s == "":
				r.errorf(b.at(n.Stage.pos), "node %q has a stage, which says whose services it shows, but it shows none", n.id.s)
			default:
				known(b.at(n.Stage.pos), n.Stage.s)
			}
		}
	}
	for i, o := range r.phrases.Stage.Options {
		known(r.at(phrasesYAML, "stage", "options", i, "id"), o.ID)
	}
}

func checkCues(r *report) {
	claimed := make(map[string]string)
	for _, t := range r.topics {
		if len(t.Cues) == 0 && !t.Hidden {
			r.errorf(place{t.file, t.pos}, "the topic has no cues: what people say, or what a worker notices")
		}
		for _, cue := range t.Cues {
			folded := text.Fold(cue.s)
			other := claimed[folded]
			switch {
			case folded == "":
				r.errorf(place{t.file, cue.pos}, "the cue %q has no letters", cue.s)
			case other == "":
				claimed[folded] = t.id
			case other == t.id:
				r.errorf(place{t.file, cue.pos}, "the cue %q stands here twice", cue.s)
			default:
				r.errorf(place{t.file, cue.pos}, "the topic %q has the cue %q too: which one is it?", other, cue.s)
			}
		}
	}
}
