package compile_test

import (
	"testing"

	"adagio/dsl/dsltest"
	"adagio/petri"
	"adagio/petri/compile"
)

// TestFactors: of two transitions with the same interval only the one with a common factor
// has it in the net.
func TestFactors(t *testing.T) {
	s := dsltest.Text(t, `
component C {
  places a, b, c
  initial a
  running c
  behavior go { alone: a -> b; common: b -> c }
}
assembly one { node n { c: C } }
plan p of one { from { c: a } on n { push c go; wait c } }
timings t {
  factor registry = 0.7
  c.go.alone = uniform(1s, 2s)
  c.go.common = uniform(1s, 2s) with registry
}
network i { executor ideal }
`)
	net, err := compile.Scenario(s)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i := range net.Transitions {
		tr := &net.Transitions[i]
		if tr.Origin.Kind != petri.Fire {
			continue
		}
		seen++
		name := s.TypeOf(tr.Origin.Component).Transitions[tr.Origin.Element].Name
		if (tr.Delay.Factor != nil) != (name == "common") {
			t.Errorf("%s has the factor %v", name, tr.Delay.Factor)
		}
	}
	if seen != 2 {
		t.Errorf("%d transitions", seen)
	}
}
