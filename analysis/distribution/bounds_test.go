package distribution

import (
	"fmt"
	"testing"
	"time"

	"adagio/dsl/model"
)

// Laws whose distribution function is known: the bounds contain it, and are no
// further from it than the grid.
func TestClosedForms(t *testing.T) {
	// of U(0,1)
	triangular := func(t float64) float64 { // sum of two
		switch {
		case t <= 0:
			return 0
		case t <= 1:
			return t * t / 2
		case t <= 2:
			return 1 - (2-t)*(2-t)/2
		}
		return 1
	}
	unit := func(t float64) float64 { return min(max(t, 0), 1) }
	for _, c := range []struct {
		name, model string
		cdf         func(seconds float64) float64
		mean        float64
	}{
		{"one uniform", single("x: waited -> end for uniform(0s, 1s)"), unit, 0.5},
		{"a constant and a uniform", single("x: waited -> b for 2s", "y: b -> end for uniform(0s, 1s)"),
			func(t float64) float64 { return unit(t - 2) }, 2.5},
		{"sum of two", single("x: waited -> b for uniform(0s, 1s)", "y: b -> end for uniform(0s, 1s)"), triangular, 1},
		{"maximum of two", single("x: waited -> end for uniform(0s, 1s)", "y: waited -> end for uniform(0s, 1s)"),
			func(t float64) float64 { return unit(t) * unit(t) }, 2. / 3},
		{"maximum of three, one behind", single("x: waited -> end for uniform(0s, 1s)", "y: waited -> end for uniform(0s, 1s)", "z: waited -> end for uniform(500ms, 1500ms)"),
			func(t float64) float64 { return unit(t) * unit(t) * unit(t-0.5) }, 1.0 + 7./192},
		{"an operand that is never the last", single("x: waited -> end for uniform(0s, 1s)", "y: waited -> end for uniform(1s, 2s)"),
			func(t float64) float64 { return unit(t - 1) }, 1.5},
		{"fork and join after a sum", single("x: waited -> b for uniform(0s, 1s)", "y: b -> end for uniform(0s, 1s)", "z: b -> end for 0s"), triangular, 1},
		{"two users of one provider", text(
			component{name: "p", activities: []string{"x: waited -> end for uniform(0s, 1s)"}},
			component{name: "u", needs: []string{"p"}, activities: []string{"x: waited -> end for 1s"}},
			component{name: "v", needs: []string{"p"}, activities: []string{"x: waited -> end for 1s"}}),
			func(t float64) float64 { return unit(t - 1) }, 1.5},
		{"any of two providers", text(
			component{name: "p", activities: []string{"x: waited -> end for uniform(0s, 1s)"}},
			component{name: "q", activities: []string{"x: waited -> end for uniform(0s, 1s)"}},
			component{name: "u", needs: []string{"p|q"}, activities: []string{"x: waited -> end for 2s"}}),
			func(t float64) float64 { return 1 - (1-unit(t-2))*(1-unit(t-2)) }, 2 + 1./3},
		{"two outcomes", single("x: waited -> end for empirical(1s, 2s, 2s, 2s)"), func(t float64) float64 {
			switch {
			case t < 1:
				return 0
			case t < 2:
				return 0.25
			}
			return 1
		}, 1.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := BoundsOfRuns(runsOf(t, load(t, c.model)), Options{Error: ms})
			if err != nil {
				t.Fatal(err)
			}
			if r.Error > ms || !r.Exact {
				t.Errorf("error %v, exact %v: %q", r.Error, r.Exact, r.Notes)
			}
			const tiny = 1e-7 // what the probabilities may be off by
			for x := -10 * ms; x < 4*s; x += 7 * ms {
				lo, hi := r.Probability(x)
				truth := c.cdf(x.Seconds())
				if lo > truth+1e-15 || hi < truth-1e-15 {
					t.Fatalf("P(≤ %v) = %v is not in [%v, %v]", x, truth, lo, hi)
				}
				if before, after := c.cdf((x - r.Error).Seconds()), c.cdf((x + r.Error).Seconds()); lo < before-tiny || hi > after+tiny {
					t.Fatalf("P(≤ %v) in [%v, %v]: further than %v from the truth", x, lo, hi, r.Error)
				}
			}
			mean := time.Duration(c.mean * float64(s))
			if r.Mean.Lower > mean || r.Mean.Upper < mean || r.Mean.Width() > 2*r.Error+ms/100 {
				t.Errorf("mean %v, want about %v", r.Mean, mean)
			}
		})
	}
}

// The bounds of what is not exact, at its best and at its worst.
func TestDependence(t *testing.T) {
	// u waits for p and q, v for p and r: what they share is p's delay.
	cross := text(
		component{name: "p", activities: []string{"x: waited -> end for uniform(0s, 1s)"}},
		component{name: "q", activities: []string{"x: waited -> end for uniform(0s, 1s)"}},
		component{name: "r", activities: []string{"x: waited -> end for uniform(0s, 1s)"}},
		component{name: "u", needs: []string{"p", "q"}, activities: []string{"x: waited -> end for 1s"}},
		component{name: "v", needs: []string{"p", "r"}, activities: []string{"x: waited -> end for 2s"}},
		component{name: "w", needs: []string{"p", "q", "r"}, activities: []string{"x: waited -> end for 1500ms"}},
	)
	r, err := BoundsOfRuns(runsOf(t, load(t, cross)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Exact || !r.HasJensen {
		t.Errorf("exact %v, Jensen %v", r.Exact, r.HasJensen)
	}
	lo, hi := r.Probability(2500 * ms)
	// v before 2.5 s: p, r ≤ 0.5; then u and w are, if q ≤ 1.
	if truth := 0.25; lo > truth || hi < truth || lo < 0.1 {
		t.Errorf("P(≤ 2.5 s) in [%v, %v]", lo, hi)
	}
}

// An interval is anything inside.
func TestIntervals(t *testing.T) {
	r, err := BoundsOfRuns(runsOf(t, load(t, single("x: waited -> b for 1s .. 3s", "y: b -> end for uniform(0s, 1s)"))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Exact || r.Intervals != 1 || r.Random != 1 {
		t.Errorf("exact %v, %d intervals, %d random", r.Exact, r.Intervals, r.Random)
	}
	q := r.Quantile(0.5)
	if q.Lower > 1500*ms || q.Upper < 3500*ms || q.Width() > 2*s+2*r.Error {
		t.Errorf("median %v", q)
	}
}

// The makespan counts from a node's own start, the span from the origin. Where
// the start varies, the makespan of one node alone does not.
func TestStarts(t *testing.T) {
	scenario := load(t, single("x: waited -> end for uniform(1s, 2s)"))
	for _, c := range []struct {
		start             model.Delay
		makespan, span    time.Duration // medians
		mayLose, spanLose time.Duration // by which the bounds may be off
	}{
		{model.Constant(5 * s), 1500 * ms, 6500 * ms, 0, 0},
		{model.Delay{Kind: model.Uniform, Lo: 4 * s, Hi: 5 * s}, 1500 * ms, 6 * s, s, 0},
		{model.Interval(4*s, 5*s), 1500 * ms, 6 * s, s, 600 * ms},
	} {
		scenario.Nodes[0].Start = c.start
		for _, target := range []Target{Makespan, Span} {
			r, err := BoundsOfRuns(runsOf(t, scenario), Options{Target: target})
			if err != nil {
				t.Fatal(err)
			}
			want, lose := c.makespan, c.mayLose
			if target == Span {
				want, lose = c.span, c.spanLose
			}
			q := r.Quantile(0.5)
			if q.Lower > want || q.Upper < want || q.Lower < want-lose-r.Error || q.Upper > want+lose+r.Error {
				t.Errorf("start %v, target %v: median %v, want %v", c.start, target, q, want)
			}
			if least, _ := r.Lower.Support(); target == Makespan && least != s {
				t.Errorf("start %v: least makespan %v", c.start, least)
			}
		}
	}
}

// A plan that never ends has no distribution, and the reason is given.
func TestRefusals(t *testing.T) {
	stuck := text(
		component{name: "p", needs: []string{"q"}, activities: []string{"x: waited -> end for 1s"}},
		component{name: "q", needs: []string{"p"}, activities: []string{"x: waited -> end for 1s"}},
	)
	if _, err := BoundsOfRuns(runsOf(t, load(t, stuck)), Options{}); err == nil {
		t.Error("a deadlock has bounds")
	} else if want := "no bound can be proved: the plan deadlocks, in some order of its races at least: its duration has no distribution"; err.Error() != want {
		t.Errorf("got %q", err)
	}
	const timed = `component A { places a, b, c; initial a; behavior go { x: a -> b; y: b -> c } }
assembly s { node n { c: A } }
plan p of s { on n { add c; push c go; wait c } }
timings t { factor f = 0.5; A.go.x = 1s .. 2s with f; A.go.y = 1s .. 2s %s }`
	if _, err := BoundsOfRuns(runsOf(t, load(t, fmt.Sprintf(timed, "with f"))), Options{}); err == nil {
		t.Error("durations that vary together have bounds")
	} else if want := "no bound can be proved: durations vary together, by the factor f: the bounds are of delays that are independent"; err.Error() != want {
		t.Errorf("got %q", err)
	}
	if _, err := BoundsOfRuns(runsOf(t, load(t, fmt.Sprintf(timed, ""))), Options{}); err != nil {
		t.Errorf("a factor of one duration: %v", err)
	}
	if _, err := BoundsOfRuns(nil, Options{}); err == nil {
		t.Error("no run has bounds")
	}
}

// A support smaller than the grid is still contained.
func TestTinySupports(t *testing.T) {
	for _, width := range []int{1, 2, 17, 999, 12345678} {
		text := single(fmt.Sprintf("x: waited -> b for uniform(1s, %dns)", 1_000_000_000+width), "y: b -> end for empirical(3ns, 5ns)")
		for _, fine := range []time.Duration{1, ms, 10 * s} {
			r, err := BoundsOfRuns(runsOf(t, load(t, text)), Options{Error: fine, Cells: 1 << 21})
			if err != nil {
				t.Fatal(err)
			}
			least, greatest := r.Upper.Support()
			if least < s+3 || greatest != s+5+time.Duration(width) {
				t.Errorf("width %d: upper support %v .. %v", width, least, greatest)
			}
			for p := 0.1; p < 1; p += 0.2 {
				truth := s + 4 + time.Duration(p*float64(width)) // give or take 2
				if q := r.Quantile(p); q.Lower > truth+2 || q.Upper < truth-2 || q.Lower < s+3 || q.Upper > greatest {
					t.Errorf("width %d, error %v: quantile %v is %v", width, fine, p, q)
				}
			}
		}
	}
}

// A finer grid never gives a worse bound, and the work is bounded.
func TestRefinement(t *testing.T) {
	scenario := load(t, text(
		component{name: "p", activities: []string{"x: waited -> end for normal(3s, 400ms) in 2s .. 4s", "y: waited -> end for gamma(2500ms, 700ms) in 1s .. 7s"}},
		component{name: "q", needs: []string{"p"}, activities: []string{"x: waited -> b for triangular(1s, 2s, 4s)", "y: b -> end for lognormal(1s, 300ms) in 300ms .. 4s"}},
		component{name: "r", needs: []string{"p"}, activities: []string{"x: waited -> end for exponential(2s) in 0s .. 9s"}},
	))
	runs := runsOf(t, scenario)
	var last *Result
	for _, fine := range []time.Duration{s, 300 * ms, 100 * ms, 10 * ms, ms} {
		r, err := BoundsOfRuns(runs, Options{Error: fine})
		if err != nil {
			t.Fatal(err)
		}
		if r.Error > fine {
			t.Errorf("error %v instead of %v", r.Error, fine)
		}
		if last != nil {
			for p := 0.01; p < 1; p += 0.01 {
				if a, b := last.Quantile(p), r.Quantile(p); b.Lower < a.Lower || b.Upper > a.Upper {
					t.Errorf("quantile %v: %v with error %v, but %v with error %v", p, a, last.Error, b, r.Error)
				}
			}
		}
		last = r
	}
	r, err := BoundsOfRuns(runs, Options{Error: 1, Cells: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	if r.Error <= 1 || r.Error > s {
		t.Errorf("with few cells the error is %v", r.Error)
	}
	if r, err = BoundsOfRuns(runs, Options{Cells: 1}); err != nil || r.Quantile(0.5).Lower > last.Quantile(0.5).Lower {
		t.Errorf("with one cell: %v, %v", r, err)
	}
}
