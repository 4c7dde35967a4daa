package unfold_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri/compile"
	"adagio/petri/cover"
	"adagio/petri/unfold"
	"adagio/proofs/nets"
)

// scales are models of size n, each large in one way.
var scales = map[string]func(n int) string{
	"chain": func(n int) string { return single(n+1, chained(n), "") },
	"parallel": func(n int) string {
		return single(2, repeated(n, "    t%[1]d: p0 -> p1 for 1ms\n"), "")
	},
	"fork": func(n int) string {
		n /= 2 // of the n transitions half fork and half join
		return single(n+2, repeated(n, "    t%[1]d: p0 -> p%[2]d for 1ms\n")+repeated(n, "    u%[1]d: p%[2]d -> p"+fmt.Sprint(n+1)+" for 1ms\n"), "")
	},
	"pushes": func(n int) string {
		return single(2, chained(1), "  behavior back { back: p1 -> p0 for 1ms }\n", strings.Repeat("push c go, back; ", n/2)+"wait c")
	},
	"components": func(n int) string {
		return fmt.Sprintf(`component C {
  places p0, p1
  initial p0
  running p1
  behavior go { t: p0 -> p1 for 1ms }
}
assembly m { node n { for i in 0 ..< %d { c[i]: C } } }
plan p of m { from { c[i]: p0 }
  on n { for i in 0 ..< %d { push c[i] go }
    wait all } }
network n { executor ballet }
`, n, n)
	},
	"ports": func(n int) string {
		return fmt.Sprintf(`component P {
  places off, on
  initial off
  behavior go { t: off -> on for 1s }
%s}
component U {
  places off, on
  initial off
  behavior go { t: off -> on for 1ms }
%s}
assembly m {
  node n { p: P }
  node o { u: U }
%s}
plan p of m { from { p: off; u: off }
  on n { push p go; wait p }
  on o { push u go; wait u } }
network n { executor ideal }
`, repeated(n, "  provide s%[1]d at on\n"), repeated(n, "  use s%[1]d at on\n"), repeated(n, "  connect p.s%[1]d -> u.s%[1]d\n"))
	},
}

// repeated writes a line for each i below n, with i and i + 1.
func repeated(n int, line string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(line, "%[2]d") {
			fmt.Fprintf(&b, line, i, i+1)
		} else {
			fmt.Fprintf(&b, line, i)
		}
	}
	return b.String()
}

func chained(n int) string { return repeated(n, "    t%[1]d: p%[1]d -> p%[2]d for 1ms\n") }

// single is a model of one component with that many places.
func single(places int, transitions, rest string, program ...string) string {
	program = append(program, "push c go; wait c")
	return "component C {\n  places " + strings.TrimSuffix(repeated(places, "p%[1]d, "), ", ") +
		"\n  initial p0\n  behavior go {\n" + transitions + "  }\n" + rest +
		"}\nassembly m { node n { c: C } }\nplan p of m { from { c: p0 }\n  on n { " + program[0] + " } }\nnetwork n { executor ballet }\n"
}

// TestLargestTypes bounds components of as many transitions as a type may have: one after
// another, and all at once.
func TestLargestTypes(t *testing.T) {
	const most = 9_999
	for _, c := range []struct {
		name string
		text string
		want time.Duration
	}{
		{"chain", single(most+1, chained(most), ""), most * time.Millisecond},
		{"parallel", single(2, repeated(most, "    t%[1]d: p0 -> p1 for 1ms\n"), ""), time.Millisecond},
	} {
		x := nets.Explore(t, nets.Net(t, dsltest.Text(t, strings.Replace(c.text, "executor ballet", "executor ideal", 1))))
		_, hi, err := x.Runs[0].Graph.Bracket()
		if err != nil || len(x.Runs) != 1 {
			t.Fatal(len(x.Runs), err)
		}
		if got := hi[x.Runs[0].Graph.Ends[0]]; got != c.want {
			t.Errorf("%s: the program ends at %v, not at %v", c.name, got, c.want)
		}
	}
}

// BenchmarkScale compiles and explores models that are large in one way. The time
// per element should hardly grow with their number:
//
//	go test ./petri/unfold -run xxx -bench Scale/chain
func BenchmarkScale(b *testing.B) {
	for _, name := range []string{"chain", "parallel", "fork", "pushes", "components", "ports"} {
		for _, n := range []int{250, 500, 1000, 2000, 4000, 8000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				s := dsltest.Text(b, scales[name](n))
				for b.Loop() {
					net, err := compile.Scenario(s)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := unfold.Explore(net, unfold.Limit{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/element")
			})
		}
	}
}

// upper bound would be 1,166 s.
func TestScaleOfLooks(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/openstack.ballet"}, Set: map[string]int{"sites": 350}})
	c, err := unfold.Cover(nets.Net(t, s), cover.Limits{Evaluations: 1}, unfold.NoHazards)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Completes {
		t.Error("the plan is not proved to end")
	}
	for _, end := range c.Ends {
		if c.Refined.Latest(end) > 510*time.Second {
			t.Fatalf("a program may end as late as %v", c.Refined.Latest(end))
		}
	}
}

// TestLooksAlone: the node "system" looks at all its listeners only until it has stopped. With
// these looks in its wait for the database the upper bound would be 96.9 s; the simulator
// takes up to 93.8 s with all delays at their upper ends.
func TestLooksAlone(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/cps.ballet"}, Set: map[string]int{"sites": 200}})
	c, err := unfold.Cover(nets.Net(t, s), cover.Limits{Evaluations: 1}, unfold.NoHazards)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range c.Ends {
		if c.Refined.Latest(end) > 94907*time.Millisecond {
			t.Fatalf("a program may end as late as %v", c.Refined.Latest(end))
		}
	}
}

// TestLooksAtRest: a provider looks at its users, one after the other, and each of them at
// it. The simulator takes up to 16.44 and 24.90 s with all delays at their upper ends; if
// peers that have come to rest did not answer soon, the upper bounds would be 22.9 and 67.9 s.
func TestLooksAtRest(t *testing.T) {
	for _, c := range []struct {
		servers int
		latest  time.Duration
	}{{100, 17026 * time.Millisecond}, {199, 21291 * time.Millisecond}, {300, 25331 * time.Millisecond}} {
		covering, err := unfold.Cover(nets.Net(t, dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/web.ballet"}, Set: map[string]int{"servers": c.servers}})), cover.Limits{}, unfold.NoHazards)
		if err != nil {
			t.Fatal(err)
		}
		if !covering.Completes { // of 200 nodes the provider's may start after a server has come back
			t.Errorf("%d servers: the plan is not proved to end: %v", c.servers, covering.Hanging)
		}
		for _, end := range covering.Ends {
			if covering.Refined.Latest(end) > c.latest {
				t.Fatalf("%d servers: a program may end as late as %v", c.servers, covering.Refined.Latest(end))
			}
		}
	}
}
