package conversation

import "testing"

// BenchmarkTurn is one answer with the session decoded before and encoded after, as a store does it.
func BenchmarkTurn(b *testing.B) {
	script := testScript(b)
	for name, m := range map[string]Message{
		"pressed": {ID: "new", Choice: "r:smoking:start:plan"},
		"typed":   {ID: "new", Text: "1"},
	} {
		b.Run(name, func(b *testing.B) {
			p := meet(b, script)
			p.after("x", "me", "1", "1")
			data := p.data
			b.ReportAllocs()
			for b.Loop() {
				var s Session
				if err := s.UnmarshalBinary(data); err != nil {
					b.Fatal(err)
				}
				s, _ = Turn(script, s, m, noon)
				if _, err := s.MarshalBinary(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
