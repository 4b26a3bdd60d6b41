package content

import (
	"slices"

	"github.com/mecc-oxfordshire/signpost/internal/directory"
	"github.com/mecc-oxfordshire/signpost/internal/text"
)

func checkMenu(r *report) {
	if !r.whole(menuYAML) {
		return
	}
	group := make(map[string]string)
	for i, g := range r.menu.Groups {
		if len(g.Topics) == 0 {
			r.errorf(r.at(menuYAML, "groups", i), "group %q has no topics", g.ID)
		}
		for j, id := range g.Topics {
			at := r.at(menuYAML, "groups", i, "topics", j)
			t := r.topic(id)
			switch other, twice := group[id]; {
			case !slices.Contains(r.topicIDs, id):
				r.errorf(at, "%q is not a topic%s", id, suggest(id, r.topicIDs))
			case t != nil && t.Hidden:
				r.errorf(at, "the topic %q is hidden, so it cannot be in the menu", id)
			case twice:
				r.errorf(at, "the topic %q is in group %q already", id, other)
			}
			group[id] = g.ID
		}
	}
	for _, t := range r.topics {
		if group[t.id] == "" && !t.Hidden {
			r.errorf(place{t.file, t.pos}, "the topic is in no group of %s: add it there, or say hidden: true", menuYAML)
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
