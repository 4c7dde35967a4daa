package analysis_test

import (
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/dsl/dsltest"
)

// chain is two transitions one after the other, of which one has a distribution
// far from the middle of its support, and the other an interval.
const chain = `
component C {
  places off, half, on
  initial off
  behavior go {
    first:  off -> half for triangular(0s, 0s, 9s)
    second: half -> on  for 2s .. 4s
  }
}
assembly chain { node n { c: C } }
plan go of chain {
  from { c: off }
  on n { push c go; wait c }
}
network quick { executor ideal }
`

// TestExecution dates the execution at each bound, and the typical one, in which a
// delay with a distribution takes its mean (3 s) and another its middle (3 s).
func TestExecution(t *testing.T) {
	s := dsltest.Text(t, chain)
	r := analysistest.Bounds(t, s)
	for at, want := range map[analysis.At]time.Duration{analysis.AtLower: 2 * time.Second, analysis.AtTypical: 6 * time.Second, analysis.AtUpper: 13 * time.Second} {
		x, err := r.Execution(at)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Path.Length; (got - want).Abs() > time.Microsecond {
			t.Errorf("%v: %v, want %v", at, got, want)
		}
		last := x.Path.Steps[len(x.Path.Steps)-1]
		if step := x.Step(last.Event); step.Total != x.Dates[last.Event] || x.LastCause(last.Event) != x.Path.Steps[len(x.Path.Steps)-2].Event {
			t.Errorf("%v: the last step is %+v", at, step)
		}
	}
}
