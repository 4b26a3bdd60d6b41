package content

import "github.com/mecc-oxfordshire/signpost/internal/conversation"

// build turns a checked set, or the topics of it that are sound, into a script without a lexicon.
func (s *set) build(topics []*topicFile) *conversation.Script {
	script := &conversation.Script{
		Groups:    s.menu.Groups,
		Roles:     s.roles.Roles,
		Phrases:   s.phrases,
		Safety:    s.safety,
		Directory: s.directory,
	}
	for _, t := range topics {
		script.Topics = append(script.Topics, t.build())
	}
	script.Index()
	return script
}

func (t *topicFile) build() *conversation.Topic {
	topic := &conversation.Topic{
		ID: t.id, Title: t.Title.s, About: t.About.s, Was: texts(t.Was), Stages: texts(t.Stages),
		Cues: texts(t.Cues), Hidden: t.Hidden, Urgent: t.Urgent.s, Sources: texts(t.Sources),
		Reviewed: t.Reviewed.On.s, Trees: make(map[conversation.Voice]*conversation.Tree),
	}
	for _, v := range voices {
		if tr := t.tree(v); tr != nil {
			built := &conversation.Tree{Voice: v}
			for _, n := range tr.nodes {
				built.Nodes = append(built.Nodes, n.build())
			}
			topic.Trees[v] = built
		}
	}
	return topic
}

func (n *node) build() *conversation.Node {
	built := &conversation.Node{
		ID: n.id.s, Was: texts(n.Was), Step: conversation.Step(n.Step.s), Note: n.Note.s, Say: n.Say.s,
		SayAs: textMap(n.SayAs), Ask: texts(n.Ask), Listen: texts(n.Listen), Urgent: n.Urgent.s,
		Find: n.Find.s, Stage: n.Stage.s, By: n.By.s, To: textMap(n.To),
	}
	if n.Fact != nil {
		built.Fact = &conversation.Fact{Say: n.Fact.Say.s, Source: n.Fact.Source.s}
	}
	for _, o := range n.Options {
		built.Options = append(built.Options, conversation.Option{ID: o.ID.s, Label: o.Label.s, Words: texts(o.Words), To: o.To.s})
	}
	return built
}

func texts(from []str) []string {
	var to []string
	for _, s := range from {
		to = append(to, s.s)
	}
	return to
}

func textMap(from map[string]str) map[string]string {
	to := make(map[string]string, len(from))
	for k, v := range from {
		to[k] = v.s
	}
	return to
}
