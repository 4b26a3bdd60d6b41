package main

// A mean is that of the weights after several epochs. The weights after one alone wander: retraining with eight more of 40,000
// examples moved the false alarms on 250 messages from 3 to 8.
type mean struct {
	weights [][]float64
	bias    []float64
	of      float64
}

func newMean(l *learner) *mean {
	m := &mean{weights: make([][]float64, len(l.weights)), bias: make([]float64, len(l.bias))}
	for i := range m.weights {
		m.weights[i] = make([]float64, len(l.bias))
	}
	return m
}

func (m *mean) add(l *learner) {
	m.of++
	for i, w := range l.weights {
		addTo(m.weights[i], w)
	}
	addTo(m.bias, l.bias)
}

func addTo(sum, l []float64) {
	for i, x := range l {
		sum[i] += x
	}
}

// put sets the learner's weights to the mean.
func (m *mean) put(l *learner) {
	for i, sum := range m.weights {
		l.weights[i] = m.share(sum)
	}
	l.bias = m.share(m.bias)
}

func (m *mean) share(sum []float64) []float64 {
	for i := range sum {
		sum[i] /= m.of
	}
	return sum
}
