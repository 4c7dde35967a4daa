package proofs

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Nodes that sleep
//
// Statement. With nodes that are awake in windows only, and while their
// transitions run, every execution stays inside the bounds.
//
// Hypotheses. An asynchronous executor; the windows do not end before the plan.
//
// Reference. petri/sleep/sleep.go.
func TestSleepingInside(t *testing.T) { checkSleeping(t, model.Ideal) }

// TestSleepingPushInside and TestSleepingBrokerInside are the same where messages
// are kept for nodes that sleep, and where nodes read a broker when they are awake.
func TestSleepingPushInside(t *testing.T) { checkSleeping(t, model.Pushing) }

func TestSleepingBrokerInside(t *testing.T) { checkSleeping(t, model.Brokered) }

// TestSleepingConcertodInside is the same where waking up takes time and nodes fall asleep
// before they enter a place.
func TestSleepingConcertodInside(t *testing.T) { checkSleeping(t, model.Concertod) }

// TestSleepingBalletInside is the same where nodes look at each other: both have to be awake
// for that, and some 40 % of the plans are refused.
func TestSleepingBalletInside(t *testing.T) {
	checkInsideOf(t, 45, asleep(model.Polling), 6)
}

func checkSleeping(t *testing.T, profile model.ProfileKind) {
	checkInsideOf(t, 80, asleep(profile), 6)
}

// asleep draws scenarios with nodes that sleep: with an executor that looks, only under
// semantics ballet.
func asleep(profile model.ProfileKind) gen.Options {
	o := gen.Options{Profiles: []model.ProfileKind{profile}, Sleep: true}
	if profile == model.Polling {
		o.Semantics = []model.Semantics{model.Ballet}
	}
	return o
}

var (
	sleeping     = flag.Int("sleeping", 100, "how many random scenarios with nodes that sleep to check, for each executor")
	sleepingSeed = flag.Int("sleeping-seed", 5, "the seed of their numbers")
	sleepingFrom = flag.Int("sleeping-from", 0, "the number of the first of them")
)

// TestSleepingMany checks more of them than rapid does, and says how many gave
// bounds and how wide those are. It has those in which nodes look at each other, too, and
// both have to be awake for that: of these, half are refused.
func TestSleepingMany(t *testing.T) {
	for _, profile := range []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Concertod, model.Polling} {
		t.Run(profile.String(), func(t *testing.T) { checkManySleeping(t, profile) })
	}
}

func checkManySleeping(t *testing.T, profile model.ProfileKind) {
	awake, refused, stuck, constant, exact, executions := 0, 0, 0, 0, 0, 0
	width, length := 0.0, 0.0
	for i := *sleepingFrom; i < *sleepingFrom+*sleeping; i++ {
		o := asleep(profile)
		o.Constant, o.Ties = i%4 == 0, i%5 == 0
		s := gen.Random(rand.New(rand.NewPCG(uint64(*sleepingSeed), uint64(i))), o)
		if !s.Sleeps() {
			awake++
			continue
		}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil {
			refused++
			continue
		}
		if why, _ := outside(s, 5); why != "" {
			t.Errorf("scenario %d: %s", i, why)
		}
		executions += 5
		switch {
		case r.Deadlock != nil:
			stuck++
		case i%4 == 0:
			constant++
			if r.Span.Lower == r.Span.Upper {
				exact++
			}
		default:
			width += r.Span.Width().Seconds()
			length += r.Span.Upper.Seconds()
		}
	}
	if answered := *sleeping - awake - refused; answered < *sleeping/3 || answered-stuck < *sleeping/5 {
		t.Errorf("of %d scenarios only %d are answered, %d with bounds", *sleeping, answered, answered-stuck)
	}
	t.Logf("%d scenarios, %d without sleep, %d executions: %d refused, %d with deadlocks; %d of %d with constant delays exact; others are %.1f %% wide",
		*sleeping, awake, executions, refused, stuck, exact, constant, 100*width/length)
}

// TestSleepingCovered covers the orders of plans whose nodes sleep, whatever their number: every
// execution is inside, and few bounds are wider than those of exploring the orders.
func TestSleepingCovered(t *testing.T) {
	for _, profile := range []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Concertod} {
		t.Run(profile.String(), func(t *testing.T) { checkSleepingCovers(t, profile) })
	}
}

func checkSleepingCovers(t *testing.T, profile model.ProfileKind) {
	covered, completing, compared, wider := 0, 0, 0, 0.0
	for i := *sleepingFrom; i < *sleepingFrom+*sleeping; i++ {
		o := asleep(profile)
		if o.Ties = i%3 == 0; i%3 == 1 {
			o.Runtime = gen.Everything
		}
		s := gen.Random(rand.New(rand.NewPCG(uint64(*sleepingSeed), uint64(i))), o)
		limit := unfold.Limit{Steps: 1} // so that nothing is explored
		r, err := analysis.Analyse(s, analysis.Options{Limit: limit})
		if err != nil || !s.Sleeps() || !r.Bounded() {
			continue
		}
		if covered++; r.Deadlock == nil {
			completing++
		}
		for k := range 5 {
			trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(k)})
			if err != nil {
				t.Fatal(err)
			}
			if why := traceOutside(s, r, trace); why != "" {
				t.Fatalf("scenario %d: execution %d: %s\n%s", i, k, why, gen.Text(s))
			}
		}
		if explored, err := analysis.Analyse(s, analysis.Options{}); err == nil && explored.Cover == nil && explored.Bounded() && explored.Span.Upper > 0 {
			compared++
			wider += float64(max(0, r.Span.Upper-explored.Span.Upper)+max(0, explored.Span.Lower-r.Span.Lower)) / float64(explored.Span.Upper)
		}
	}
	t.Logf("%d covered, %d proved to complete; %d also explored, and the covers of these %.1f %% of the span wider on average", covered, completing, compared, 100*wider/float64(compared))
	if 3*covered < *sleeping || 3*completing < 2*covered || 2*compared < covered {
		t.Error("too few are covered, proved to complete, or explored")
	}
	if wider > 0.08*float64(compared) {
		t.Error("the covers are too wide")
	}
}

// usageOutside says how what an execution asks of the nodes is outside of the
// bounds of that, or nothing.
func usageOutside(s *model.Scenario, r *analysis.Result, trace *simulate.Trace) string {
	if !s.TimesUsage() {
		return ""
	}
	for n, u := range trace.Usage(s) {
		b := r.Usage[n]
		for what, pair := range map[string]struct {
			bound analysis.Bound
			is    time.Duration
		}{
			"awake": {b.Awake, u.Awake}, "computing": {b.Computing, u.Computing}, "kept waiting": {b.Waiting, u.Waiting}, "sending": {b.Sending, u.Sending},
		} {
			if what == "kept waiting" && !b.Waits || what == "sending" && (!b.Messages || s.Nodes[n].Power == nil || s.Nodes[n].Power.Sending == 0) {
				continue // not known, or not measured
			}
			if pair.is < pair.bound.Lower || pair.is > pair.bound.Upper {
				return fmt.Sprintf("node %s is %s for %v, outside of %v", s.Nodes[n].Name, what, pair.is, pair.bound)
			}
		}
		if s.Nodes[n].Uptime != nil && (u.Wakeups < b.Wakeups.Lower || u.Wakeups > b.Wakeups.Upper) {
			return fmt.Sprintf("node %s wakes up %d times, outside of %v", s.Nodes[n].Name, u.Wakeups, b.Wakeups)
		}
		if e := b.Energy; e != nil && (u.Energy < e.Lower-1e-9*(1+e.Upper) || u.Energy > e.Upper+1e-9*(1+e.Upper)) {
			return fmt.Sprintf("node %s draws %v J, outside of %v", s.Nodes[n].Name, u.Energy, *e)
		}
	}
	return ""
}

// # Wider delays, wider bounds
//
// Statement. If every duration of a scenario lies in the interval that another has
// there, all else being equal, the bounds of the other contain its bounds; though no
// date is monotone in a duration where nodes sleep.
//
// Hypotheses. Neither has races or deadlocks, so that both have one event graph.
func TestSleepingWider(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered}, Sleep: true, Constant: true, Benign: true}).Draw(t, "scenario")
		narrow, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(narrow.Races) > 0 || narrow.Deadlock != nil {
			return
		}
		wide := *s
		wide.Components = append([]model.Component(nil), s.Components...)
		for c := range wide.Components {
			durations := append([]model.Delay(nil), s.Components[c].Durations...)
			for i, d := range durations {
				less, more := time.Duration(rapid.IntRange(0, 5).Draw(t, "less")), time.Duration(rapid.IntRange(0, 5).Draw(t, "more"))
				durations[i] = model.Interval(max(0, d.Lo-less*time.Millisecond), d.Hi+more*time.Millisecond)
			}
			wide.Components[c].Durations = durations
		}
		r, err := analysis.Analyse(&wide, analysis.Options{})
		if err != nil || len(r.Races) > 0 || r.Deadlock != nil {
			return
		}
		compared++
		if r.Span.Lower > narrow.Span.Lower || r.Span.Upper < narrow.Span.Upper {
			t.Fatalf("%v does not contain %v\n%s", r.Span, narrow.Span, gen.Text(s))
		}
	})
	t.Logf("%d compared", compared)
}

// # The next instant awake
//
// Statement. The next instant in which a node is awake is a monotone function of
// the date, at or after it, in a window, and itself where the date is in a window.
func TestNextAwake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Sleep: true}).Draw(t, "scenario")
		a := time.Duration(rapid.IntRange(0, 20_000).Draw(t, "date")) * time.Millisecond
		b := a + time.Duration(rapid.IntRange(0, 20_000_000).Draw(t, "later"))*time.Microsecond
		for _, n := range s.Nodes {
			u := n.Uptime
			if u == nil {
				continue
			}
			x, y := u.Next(a), u.Next(b)
			if x < a || x > y || !u.Awake(x) || u.Awake(a) != (x == a) {
				t.Fatalf("awake %v: next %v is %v, next %v is %v", u, a, x, b, y)
			}
			if d := u.Length(b) - u.Length(a); d < 0 || d > b-a {
				t.Fatalf("awake %v: %v of %v .. %v", u, d, a, b)
			}
		}
	})
}
