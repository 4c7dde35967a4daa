package distribution

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// band is the half width of the Dvoretzky-Kiefer-Wolfowitz band (with Massart's
// constant) around the empirical distribution function of n values, which is
// wrong once in 10^9 times.
func band(n int) float64 { return math.Sqrt(math.Log(2e9) / float64(2*n)) }

// outside says where an empirical distribution function leaves the bounds by
// more than the band, or nothing. The sample is sorted in place.
func outside(r *Result, sample []time.Duration) string {
	slices.Sort(sample)
	n := float64(len(sample))
	for i, x := range sample {
		if lo, _ := r.Probability(x - 1); lo > float64(i)/n+band(len(sample)) {
			return fmt.Sprintf("P(< %v) ≥ %v, but %d of %d values are less", x, lo, i, len(sample))
		}
		if _, hi := r.Probability(x); hi < float64(i+1)/n-band(len(sample)) {
			return fmt.Sprintf("P(≤ %v) ≤ %v, but %d of %d values are not greater", x, hi, i+1, len(sample))
		}
	}
	return ""
}

// outOfOrder says where the bounds contradict one another, or nothing.
func outOfOrder(r *Result, least, greatest time.Duration) string {
	for p := 0.0; p <= 1; p += 1. / 64 {
		lower, upper := r.Lower.Quantile(p), r.Upper.Quantile(p)
		if lower > upper || lower < least-r.Step || upper > greatest {
			return fmt.Sprintf("quantile %v in %v .. %v, support %v .. %v", p, lower, upper, least, greatest)
		}
		t := lower + time.Duration(p*float64(upper-lower))
		if lo, hi := r.Probability(t); lo > hi {
			return fmt.Sprintf("P(≤ %v) in [%v, %v]", t, lo, hi)
		}
	}
	if r.Mean.Lower > r.Mean.Upper || r.HasJensen && r.Jensen > r.Upper.Mean() {
		return fmt.Sprintf("mean %v, Jensen %v", r.Mean, r.Jensen)
	}
	return ""
}

// randomDelay draws a delay of any family.
func randomDelay(t *rapid.T) model.Delay {
	lo := time.Duration(rapid.IntRange(0, 2000).Draw(t, "lo")) * ms
	width := time.Duration(rapid.IntRange(1, 2000).Draw(t, "width")) * ms
	return familyOf(model.DelayKind(rapid.IntRange(0, int(model.Empirical)).Draw(t, "kind")), lo, lo+width)
}

// familyOf is a delay of a family on a support.
func familyOf(kind model.DelayKind, lo, hi time.Duration) model.Delay {
	width := hi - lo
	d := model.Delay{Kind: kind, Lo: lo, Hi: hi}
	switch kind {
	case model.Fixed:
		return model.Constant(lo)
	case model.Range:
		return model.Interval(lo, hi)
	case model.Normal, model.LogNormal, model.Gamma:
		d.A, d.B = lo+width/3, width/4
	case model.Exponential:
		d.A = lo + width/4
	case model.Triangular:
		d.A = lo + width/5
	case model.Empirical:
		return model.EmpiricalOf([]time.Duration{hi, lo, lo + width/3, lo, lo + width/7})
	}
	return d
}

// randomNetwork draws an activity network with forks, joins, crossings and
// providers of which any suffices: so many components, each of up to so many
// stages of up to so many parallel activities.
func randomNetwork(t *rapid.T, least, most, stages, parallel int, delay func(t *rapid.T) model.Delay) string {
	var all []component
	for i := range rapid.IntRange(least, most).Draw(t, "components") {
		c := component{name: fmt.Sprintf("c%d", i)}
		from, n := "waited", 0
		for stage, stages := 0, rapid.IntRange(1, stages).Draw(t, "stages"); stage < stages; stage++ {
			to := fmt.Sprintf("s%d", stage)
			if stage == stages-1 {
				to = "end"
			}
			for range rapid.IntRange(1, parallel).Draw(t, "parallel") {
				c.activities = append(c.activities, fmt.Sprintf("t%d: %s -> %s for %v", n, from, to, delay(t)))
				n++
			}
			from = to
		}
		if i > 0 {
			for range rapid.IntRange(0, 2).Draw(t, "needs") {
				providers := map[string]bool{}
				for range rapid.IntRange(1, 2).Draw(t, "providers") {
					providers[fmt.Sprintf("c%d", rapid.IntRange(0, i-1).Draw(t, "provider"))] = true
				}
				var names []string
				for name := range providers {
					names = append(names, name)
				}
				slices.Sort(names)
				if need := strings.Join(names, "|"); !slices.Contains(c.needs, need) {
					c.needs = append(c.needs, need)
				}
			}
		}
		all = append(all, c)
	}
	return text(all...)
}

// # Stochastic dominance
//
// Statement. The distribution of the duration, with independent delays, lies
// between the bounds. Here it is sampled from the event graph itself.
func TestBoundsContainNetworks(t *testing.T) {
	exact := 0
	rapid.Check(t, func(t *rapid.T) {
		text := randomNetwork(t, 1, 6, 3, 3, randomDelay)
		scenario := load(t, text)
		run := runsOf(t, scenario)[0]
		r, err := Bounds(run.Graph, Options{Error: 50 * ms})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if r.Error > 50*ms {
			t.Errorf("the error is %v", r.Error)
		}
		if r.Exact {
			exact++
		}
		g := run.Graph
		least, _ := g.Dates(g.Delays(petri.Earliest))
		greatest, _ := g.Dates(g.Delays(petri.Latest))
		if why := outOfOrder(r, last(g, least), last(g, greatest)); why != "" {
			t.Fatalf("%s\n%s", why, text)
		}
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		sample, dates, delays := make([]time.Duration, 2000), make([]time.Duration, g.Len()), make([]time.Duration, g.Len())
		for i := range sample {
			for e := range delays {
				delays[e] = g.Delay(petri.EventID(e)).Draw(rnd)
			}
			if err := g.DatesInto(dates, delays); err != nil {
				t.Fatal(err)
			}
			sample[i] = last(g, dates)
		}
		if why := outside(r, sample); why != "" {
			t.Fatalf("%s\n%s", why, text)
		}
	})
	t.Logf("%d were exact", exact)
}

// Statement. Where every delay is one of two values, all outcomes can be listed:
// the true distribution function is known, and lies between the bounds without
// any tolerance. Where the bounds say that they are exact, they are.
func TestBoundsContainOutcomes(t *testing.T) {
	exact, bounded := 0, 0
	twoValues := func(t *rapid.T) model.Delay {
		lo := time.Duration(rapid.IntRange(0, 5).Draw(t, "lo")) * ms
		if rapid.Bool().Draw(t, "constant") {
			return model.Constant(lo)
		}
		return model.EmpiricalOf([]time.Duration{lo, lo + time.Duration(rapid.IntRange(3, 20).Draw(t, "width"))*ms})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := randomNetwork(t, 3, 8, 2, 2, twoValues)
		g := runsOf(t, load(t, text))[0].Graph
		var random []petri.EventID
		delays := g.Delays(petri.Earliest)
		for e := range delays {
			if !g.Delay(petri.EventID(e)).IsConstant() {
				random = append(random, petri.EventID(e))
			}
		}
		if len(random) > 13 {
			t.Skip("too many outcomes")
		}
		r, err := Bounds(g, Options{Error: ms})
		if err != nil {
			t.Fatal(err)
		}
		dates, outcomes := make([]time.Duration, g.Len()), make([]time.Duration, 1<<len(random))
		for i := range outcomes {
			for k, e := range random {
				delays[e] = g.Delay(e).Sample[i>>k&1]
			}
			if err := g.DatesInto(dates, delays); err != nil {
				t.Fatal(err)
			}
			outcomes[i] = last(g, dates)
		}
		slices.Sort(outcomes)
		mean, before := 0.0, 0.0
		for i, x := range outcomes {
			n := float64(len(outcomes))
			mean += float64(x) / n
			if i+1 < len(outcomes) && outcomes[i+1] == x {
				continue
			}
			truth := float64(i+1) / n
			lo, hi := r.Probability(x)
			if lo > truth || hi < truth {
				t.Fatalf("P(≤ %v) = %v is not in [%v, %v]\n%s", x, truth, lo, hi, text)
			}
			if r.Exact && (r.Upper.At(x+r.Error) < truth-1e-6 || r.Lower.At(x-r.Error-1) > before+1e-6) {
				t.Fatalf("around %v the bounds are further than %v from the truth, and said to be exact\n%s", x, r.Error, text)
			}
			before = truth
		}
		if m := time.Duration(mean); r.Mean.Lower > m+1 || r.Mean.Upper < m-1 || r.HasJensen && r.Jensen > m+1 {
			t.Fatalf("mean %v in %v, Jensen %v\n%s", m, r.Mean, r.Jensen, text)
		}
		bounded++
		if r.Exact {
			exact++
		}
	})
	t.Logf("%d bounded, %d exact", bounded, exact)
}

func last(g *petri.EventGraph, dates []time.Duration) time.Duration {
	var last time.Duration
	for _, e := range g.Ends {
		last = max(last, dates[e])
	}
	return last
}

// Statement. The same for the makespans that the simulator of the executor's
// semantics draws, which knows nothing of event graphs: on any scenario, with
// races, starts that vary and delays of all families.
func TestBoundsContainSimulations(t *testing.T) {
	bounded, races, exact, broken := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		scenario := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Benign: true}).Draw(t, "scenario")
		scatter(t, scenario)
		a, err := analysis.Analyse(scenario, analysis.Options{Limit: unfold.Limit{Orders: 32}})
		if err != nil {
			return
		}
		r, err := BoundsOfRuns(a.Runs, Options{Error: 20 * ms, Cells: 1 << 20})
		if err != nil {
			return
		}
		var sample []time.Duration
		err = simulate.Replicate(scenario, 1000, 1, rapid.Uint64().Draw(t, "seed"), func(_ int, trace *simulate.Trace) {
			sample = append(sample, trace.Makespan)
		})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Min(sample) < a.Makespan.Lower || slices.Max(sample) > a.Makespan.Upper {
			broken++ // the event graph is not that of the execution: another theorem's business
			t.Logf("hazards %d, runs %d: %v .. %v, bounds %v", len(a.Hazards), len(a.Runs), slices.Min(sample), slices.Max(sample), a.Makespan)
			return
		}
		bounded++
		if len(a.Runs) > 1 {
			races++
		}
		if r.Exact {
			exact++
		}
		if why := outside(r, sample); why != "" {
			t.Fatalf("%s\n%s", why, gen.Text(scenario))
		}
		if why := outOfOrder(r, 0, model.Never); why != "" {
			t.Fatalf("%s\n%s", why, gen.Text(scenario))
		}
	})
	t.Logf("%d bounded, %d of them with races, %d exact; %d had no sound interval", bounded, races, exact, broken)
}

// scatter gives about half of a scenario's intervals a distribution.
func scatter(t *rapid.T, s *model.Scenario) {
	replace := func(d *model.Delay) {
		if d.Kind == model.Range {
			*d = familyOf(model.DelayKind(1+rapid.IntRange(0, 15).Draw(t, "kind")%8), d.Lo, d.Hi)
		}
	}
	for i := range s.Components {
		for k := range s.Components[i].Durations {
			replace(&s.Components[i].Durations[k])
		}
	}
	for i := range s.Nodes {
		replace(&s.Nodes[i].Start)
	}
	replace(&s.Network.Latency)
}
