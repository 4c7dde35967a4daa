package unfold_test

import (
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri/cover"
	"adagio/petri/unfold"
	"adagio/proofs/nets"
)

// TestMomentary: what holds only inside an instant by the dates of a plan is seen by nobody in a
// cover either; what may last is.
func TestMomentary(t *testing.T) {
	const worker = `component Worker {
  places a, b
  initial a
  running b
  behavior go { t: a -> b for 5s .. 6s }
  behavior back { t2: b -> a for 2s }
}
`
	for _, c := range []struct {
		name, text string
		lo, hi     time.Duration // of the end of node o
		hazards    int
	}{
		{"the next behavior is queued in time", worker + `assembly m { node n { c: Worker }; node o {} }
plan p of m { from { c: a }
  on n { push c go; pause 4s; push c back; wait c }
  on o { wait c } }
network x { executor push { start 0s }  latency 10ms }
`, 7 * time.Second, 8 * time.Second, 2},
		{"or not", worker + `assembly m { node n { c: Worker }; node o {} }
plan p of m { from { c: a }
  on n { push c go; pause 5s; push c back; wait c }
  on o { wait c } }
network x { executor push { start 0s }  latency 10ms }
`, 5 * time.Second, 8 * time.Second, 1},
		{"the program pushes on", worker + `assembly m { node o { c: Worker } }
plan p of m { from { c: a }
  on o { push c go; wait c; push c back; wait c } }
network x { executor push { start 0s }  latency 10ms }
`, 7 * time.Second, 8 * time.Second, 0},
		{"a place is left as soon as it is entered", `component Provider {
  places a, b, c
  initial a
  running c
  behavior go {
    t1: a -> b for 1s
    t2: b -> c for 1s
  }
  data provide d at b, c
}
component User {
  places a, b
  initial a
  running b
  behavior go { t: a -> b for 3s }
  data use d at t
}
assembly m {
  node o { p: Provider; u: User }
  connect p.d -> u.d
}
plan p of m { from { p: a; u: a }
  on o { push p go; push u go; wait u; wait p } }
network x { executor ideal {
  start 0s
  data_stays off
}  }
`, 5 * time.Second, 5 * time.Second, 0},
	} {
		s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(c.text)}}})
		covering, err := unfold.Cover(nets.Net(t, s), cover.Limits{}, unfold.NoHazards)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		end := covering.Ends[len(covering.Ends)-1]
		lo, hi := covering.Refined.Earliest(end).Truncate(time.Second), covering.Refined.Latest(end).Truncate(time.Second)
		if lo != c.lo || hi != c.hi || len(covering.Hazards) != c.hazards {
			t.Errorf("%s: done %v .. %v with %d hazards, not %v .. %v with %d", c.name, covering.Refined.Earliest(end), covering.Refined.Latest(end), len(covering.Hazards), c.lo, c.hi, c.hazards)
		}
	}
}
