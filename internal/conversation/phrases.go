package conversation

// Phrases is every sentence that belongs to no topic. Braces hold what is filled in: {topic},
// {area}, {count}, {service}. A phrase may have several paragraphs, parted by a blank line.
type Phrases struct {
	Hello   string // first contact: what this is, and privacy in three lines
	Voice   Question
	Role    Question
	Area    Question
	Stage   Question
	AreaSet string // {area}
	AgeSet  string // a life stage heard, and nothing else
	Menu    map[Voice]string
	Group   string // above the topics of one group
	Exits   Exits
	Polite  []string           // words that change nothing: please, thanks
	Before  []string           // words that change nothing in front: number, the
	Around  map[Voice][]string // small words that stand around an answer and change nothing in it: i want to
	Nots    []string           // words that turn an answer round: not, dont
	Numbers map[string]int

	Thanks     Remark
	Person     Remark // to whoever asks for a human being
	Private    Remark // to whoever asks who will know
	Languages  Remark // to whoever asks for a language, or writes in other letters
	NoPhone    Remark // to whoever can't ring
	Policy     Remark // to staff who ask what they have to report
	Tears      Remark // to staff who say that somebody cried
	More       Remark // to whoever asks for more services than are shown
	Details    Details
	Near       []string // how people ask who can help with what they are at; labels of options too
	Enough     []string // how people say no to what is asked of them
	AnotherWay Phrase   // the option that shows the next open question
	Help       map[Voice]string
	Stopped    string
	Forgotten  string
	MovedOn    string // an old or foreign button
	Changed    string // the content changed under a person
	Returned   string // a removed node: here is the nearest that still stands
	Heard      string // a topic understood from words
	Same       string // the topic whose first question is on the screen, understood again
	OwnWords   string // to staff without a role, on a screen that has other words for some
	Guess      string // several topics: which?
	Nudge      []string
	Misread    Remark // to whoever says, after a card, that it was not meant so
	Stay       string // after a card, to words that we can't place; above who is there at any hour
	OutOfRange string
	Others     map[string]string // what people send that we cannot read
	Sorry      string            // the store is away
	Alone      string            // said where others can read: talk to me alone

	Platforms map[string]map[string]string // what one platform alone says, by platform and key

	Found  Found
	Screen Screen
	Card   CardPhrases
}

// A Phrase is a label and the words that mean it.
type Phrase struct {
	Label string
	Words []string
}

// A Remark is what we say to some words, whatever else is being asked.
type Remark struct {
	Say   string
	Words []string
}

// Details answer a question about the services on the screen: what they cost, when they are open.
type Details struct {
	Say     string              // when we can't tell which services are meant
	Unknown string              // in place of a line that a card lacks
	Words   map[string][]string // by the part of a card that they ask for: cost, hours, contact, where
}

// A Question is asked by the engine itself, when its answer is first needed.
type Question struct {
	Say     string
	Change  string // the same question when the person asks to change their answer
	Options []Choosable
}

// Exits are the words heard in every state.
type Exits struct {
	Menu, Back, Restart, Help, Stop, Forget, Urgent, On Phrase
	ChangeVoice, ChangeRole, ChangeArea                 Phrase
}

// Found is what surrounds the services that a look-up or a signpost shows.
type Found struct {
	Intro    string // {topic} {area}
	Nothing  string
	Unclear  string // a look-up we could not make sense of
	LiveWell string // offered below every list
	Link     string // the address of Live Well Oxfordshire
}

// Screen labels the parts of a node on the page.
type Screen struct {
	Say, Ask, Listen, Fact, Source, Urgent string
	Steps                                  map[Step]string
	// For the prompt sheet.
	Cues, Try, Point, Leave, Reviewed string
}

// CardPhrases are the lines of a service card. {value} is the fact.
type CardPhrases struct {
	Phone, PhoneUnchecked, PhoneHidden string
	PhoneUnlinked                      string // a hidden number, and no link either
	NoContact                          string // no number, link or address at all
	Text, TextUnchecked                string
	Where, Hours                       string
	OpenNow, ClosedNow                 string
	Costs                              map[string]string // free, paid, unknown
	Self                               map[string]string // true, false, unknown
	Link                               string
	Checked, Unchecked                 string // {on} {source-date}
	Undated                            string // unchecked, from a page that showed no date
	National, NationalUndated          string // {source} {source-date}: a short number, the same for all
}

// A Way is a way out and the phrase that asks for it.
type Way struct {
	Choice string
	Phrase Phrase
}

// Ways returns every word that is heard in every state, with the choice it stands for.
func (p *Phrases) Ways() []Way {
	e := &p.Exits
	return []Way{
		{chooseMenu, e.Menu}, {chooseBack, e.Back}, {chooseRestart, e.Restart}, {chooseHelp, e.Help},
		{chooseStop, e.Stop}, {chooseForget, e.Forget}, {chooseUrgent, e.Urgent}, {chooseOn, e.On},
		{askChoice("voice"), e.ChangeVoice}, {askChoice("role"), e.ChangeRole}, {askChoice("area"), e.ChangeArea},
	}
}

// HelpOffers returns the choices below the help text.
func (p *Phrases) HelpOffers() []string {
	return []string{chooseOn, chooseMenu, chooseUrgent, askChoice("voice"), askChoice("area"), chooseForget}
}

// Safety is the crisis cards: by kind and, where it matters, severity, in both voices.
type Safety struct {
	Cards  []SafetyCard
	Urgent map[Voice]CardText // for the word "urgent", when we do not know what is wrong
}

// A SafetyCard is shown for one kind of danger. Severity "" means any.
type SafetyCard struct {
	Kind     string
	Severity string
	Texts    map[Voice]CardText
}

// A CardText is one card: the one action first, then who to talk to, as short plain lines.
type CardText struct {
	Action string
	Then   []string
}

func (c CardText) blocks() []Block {
	blocks := []Block{{Style: Heading, Text: c.Action}}
	for _, line := range c.Then {
		blocks = append(blocks, Block{Style: Text, Text: line})
	}
	return blocks
}

// card finds the card of a danger: its own severity first, then the kind's, then the urgent card.
func (sf *Safety) card(kind, severity string, v Voice) []Block {
	for _, want := range []string{severity, ""} {
		for i := range sf.Cards {
			if sf.Cards[i].Kind == kind && sf.Cards[i].Severity == want {
				return sf.Cards[i].Texts[v].blocks()
			}
		}
	}
	return sf.Urgent[v].blocks()
}
