package rank

import (
	"slices"
	"testing"
	"time"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"

	"pgregory.net/rapid"
)

// TestNever: what never ends, ends later than anything, in the simulator as in the
// net: a plan whose executions deadlock more often is never better because of it.
func TestNever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "executions")
		date := rapid.Custom(func(t *rapid.T) time.Duration {
			if d := rapid.IntRange(0, 5).Draw(t, "makespan"); d > 0 {
				return time.Duration(d) * time.Second
			}
			return model.Never
		})
		a, b := make([]time.Duration, n), make([]time.Duration, n)
		for i := range n {
			a[i], b[i] = date.Draw(t, "a"), date.Draw(t, "b")
		}
		count := func(a, b []time.Duration) Pair {
			p := Pair{Simulated: n}
			p.count(a, b)
			return p
		}
		p := count(a, b)
		for i := range n {
			worse := slices.Clone(a)
			worse[i] = model.Never
			q := count(worse, b)
			was, _ := p.Probability()
			is, _ := q.Probability()
			if is > was {
				t.Fatalf("%v against %v: the share of %v rises to %v if execution %d deadlocks", a, b, was, is, i)
			}
			if q := count(worse[i:i+1], b[i:i+1]); q.Faster > 0 {
				t.Fatalf("an execution that deadlocks counts as faster than one of %v", b[i])
			}
		}
	})
}

// TestSampleOfDeadlock: the sample of a plan that deadlocks is greater than that of
// one that ends.
func TestSampleOfDeadlock(t *testing.T) {
	sample := func(body string) time.Duration {
		s := dsltest.Text(t, `
component P { places off, on; initial off; behavior go { f: off -> on for 1s }; provide s at on }
component U { places off, on; initial off; behavior go { g: off -> on for 1s }; use s at on }
assembly x { node n { p: P; u: U }; connect p.s -> u.s }
plan go of x { from { p: off; u: off }; on n { `+body+` } }
network here { executor ideal }`)
		out, err := Sample(s, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	ends, hangs := sample("push p go; push u go; wait u"), sample("push u go; wait u")
	if ends != time.Second || hangs != model.Never || hangs <= ends {
		t.Errorf("%v and %v, not 1 s and never", ends, hangs)
	}
}
