package formula_test

import (
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/formula"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
)

// TestEitherProvider has a user that any of two providers serves, either of which may be
// the first: the formula is the lesser of their dates, whichever that is.
func TestEitherProvider(t *testing.T) {
	r, err := analysis.Analyse(dsltest.Text(t, `
component Provider {
  places off, on
  initial off
  running on
  behavior go { boot: off -> on for 1s .. 6s }
  provide service at on
}
component User {
  places off, on
  initial off
  running on
  behavior go { go: off -> on for 1s }
  use service at on
}
assembly two {
  node a { p: Provider }
  node b { q: Provider }
  node c { u: User }
  connect p.service -> u.service
  connect q.service -> u.service
}
plan go of two {
  from { p: off; q: off; u: off }
  on a { push p go }
  on b { push q go }
  on c { push u go; wait u }
}
network n { executor ideal }
`), analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Runs) != 1 {
		t.Fatalf("%d orders", len(r.Runs))
	}
	f, err := formula.Of(r.Runs[0].Graph)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][3]int{{2, 5, 2}, {5, 2, 2}, {6, 6, 6}, {1, 6, 1}, {6, 1, 1}} { // of p, of q, of u
		got, err := f.Evaluate(func(v *formula.Variable) *model.Delay {
			if v.Origin.Category() != petri.Work || v.Origin.Component > 1 {
				return nil
			}
			d := model.Constant(time.Duration(c[v.Origin.Component]) * time.Second)
			return &d
		})
		if want := time.Duration(c[2]) * time.Second; err != nil || got.Lower != want || got.Upper != want {
			t.Errorf("with providers after %d s and %d s the user is done within %v, not %v (%v)", c[0], c[1], got, want, err)
		}
	}
}
