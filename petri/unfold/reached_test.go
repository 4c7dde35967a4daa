package unfold_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/cover"
	"adagio/petri/unfold"
	"adagio/proofs/nets"
)

// TestReached: the upper bound of a cover is nearly reached. With all delays at their upper ends
// the executions end 5 % earlier: the looks of the database come when they last no longest.
// With some nodes started earlier they do.
func TestReached(t *testing.T) {
	for _, servers := range []int{30, 100} {
		s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/web.ballet"}, Set: map[string]int{"servers": servers}})
		covering, err := unfold.Cover(nets.Net(t, s), cover.Limits{}, unfold.NoHazards)
		if err != nil {
			t.Fatal(err)
		}
		bound, last := time.Duration(0), time.Duration(0)
		for _, e := range covering.Ends {
			bound = max(bound, covering.Refined.Latest(e))
		}
		for i := range uint64(150) {
			r := rand.New(rand.NewPCG(1, i))
			choose := func(what string, d model.Delay) time.Duration {
				switch {
				case what == simulate.StartName(s, 0):
					return max(d.Lo, d.Hi-time.Duration(r.IntN(500))*time.Millisecond)
				case strings.HasPrefix(what, "start ") && r.IntN(3) == 0:
					return max(d.Lo, d.Hi-time.Duration(r.IntN(1000))*time.Millisecond)
				}
				return d.Hi
			}
			trace, err := simulate.Run(s, simulate.Options{Choose: func() simulate.Chooser { return choose }})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range trace.Nodes {
				if n.End > bound {
					t.Fatalf("%d servers: a program ends at %v, after %v", servers, n.End, bound)
				}
				last = max(last, n.End)
			}
		}
		t.Logf("%d servers: bound %v, latest end %v, %.2f %%", servers, bound, last, 100*(1-float64(last)/float64(bound)))
		if last < bound/100*98 {
			t.Errorf("%d servers: of a bound of %v no more than %v is reached", servers, bound, last)
		}
	}
}

// TestLooksBeside: while a provider looks at its users, of which the last one stays, a wait of
// its program looks no more often than once in a turn of all these looks.
func TestLooksBeside(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(`component Provider {
  places on, off
  initial on
  running on
  behavior stop { halt: on -> off for 1s }
  provide service at on
}
component User {
  places on, off
  initial on
  running on
  behavior stop { halt: on -> off for 20s }
  use service at on
}
component Work {
  places a, b
  initial a
  running a
  behavior go { work: a -> b for 5s }
}
assembly m {
  node n { p: Provider }
  for i in 0 ..< 20 {
    node u[i] { u[i]: User }
    connect p.service -> u[i].service
  }
  node last { last: User }
  connect p.service -> last.service
  node w { w: Work }
}
plan stop of m {
  from running
  on n { push p stop; wait w }
  on u[i] { push u[i] stop; wait u[i] }
  on last { pause 10s; push last stop; wait last }
  on w { push w go; wait w; pause 20s }
}
network x { executor ballet { start 0s } }
`)}}})
	covering, err := unfold.Cover(nets.Net(t, s), cover.Limits{}, unfold.NoHazards)
	if err != nil {
		t.Fatal(err)
	}
	bound, last := covering.Refined.Latest(covering.Ends[0]), time.Duration(0)
	for i := range uint64(50) {
		trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: i})
		if err != nil {
			t.Fatal(err)
		}
		last = max(last, trace.Nodes[0].End)
	}
	t.Logf("bound %v, latest end %v", bound, last)
	if last > bound || last < bound-time.Second {
		t.Errorf("the wait returns at %v at the latest; the bound is %v", last, bound)
	}
}
