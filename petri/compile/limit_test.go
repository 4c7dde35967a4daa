package compile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/cover"
	"adagio/petri/unfold"
	"adagio/proofs/nets"

	"pgregory.net/rapid"
)

// limited is the text of a plan in which components are pushed to under a limit.
func limited(most int, seconds []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "component A { places a, b; initial a; running a; behavior go { t: a -> b for 1s } }\n"+
		"assembly s { node x { for i in 0 ..< %d { c[i]: A } } }\n"+
		"plan p of s { from running; on x { limit %d { for i in 0 ..< %[1]d { push c[i] go } }; wait all } }\n"+
		"network n { executor ideal }\ntimings t {\n", len(seconds), most)
	for i, d := range seconds {
		fmt.Fprintf(&b, "c[%d].go.t = %ds\n", i, d)
	}
	return b.String() + "}\n"
}

// TestLimitIsListScheduling compares the dates of a limit of k with those of k
// machines that take jobs in order, each when one of them is free (Graham, 1969).
func TestLimitIsListScheduling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 9).Draw(t, "seconds")
		most := rapid.IntRange(1, 10).Draw(t, "most")
		x := nets.Explore(t, nets.Net(t, nets.Load(t, "limited", limited(most, seconds))))
		machines := make([]int, most)
		var want []time.Duration
		for _, d := range seconds {
			slices.Sort(machines)
			machines[0] += d
			want = append(want, time.Duration(machines[0])*time.Second)
		}
		for _, run := range x.Runs {
			dates, err := run.Graph.Dates(run.Graph.Delays(petri.Earliest))
			if err != nil {
				t.Fatal(err)
			}
			got := make([]time.Duration, len(seconds))
			for e := range dates {
				if o := run.Graph.Origin(petri.EventID(e)); o.Kind == petri.Fire {
					got[o.Component] = dates[e]
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("ends at %v, not at %v", got, want)
			}
		}
		if len(x.Runs) != 1 {
			t.Fatalf("%d runs", len(x.Runs))
		}
		c, err := unfold.Cover(x.Net, cover.Limits{}, unfold.NoHazards)
		if err != nil {
			t.Fatal(err)
		}
		end := time.Duration(slices.Max(machines)) * time.Second
		if lo, hi := c.Refined.Earliest(c.Ends[0]), c.Refined.Latest(c.Ends[0]); lo > end || end > hi || !c.Completes {
			t.Fatalf("covered by %v .. %v, completes: %v, and ends at %v", lo, hi, c.Completes, end)
		}
	})
}

// TestLimitOfTooMany checks where a limit is refused.
func TestLimitOfTooMany(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	seconds := make([]int, 14)
	for i := range seconds {
		seconds[i] = r.IntN(9)
	}
	for _, test := range []struct {
		most, n int
		refused bool
	}{{5, 13, false}, {5, 14, true}, {12, 14, false}, {1, 14, false}} {
		_, err := compile.Scenario(nets.Load(t, "limited", limited(test.most, seconds[:test.n])))
		if refused := err != nil; refused != test.refused {
			t.Errorf("a limit of %d for %d components: %v", test.most, test.n, err)
		}
		if err != nil && !strings.Contains(err.Error(), "limited:3:") {
			t.Errorf("no position: %v", err)
		}
	}
}
