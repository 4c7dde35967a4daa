package proofs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/analysis/whatif"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Slack
//
// Statement. If the greatest delay of one transition or pause grows by its slack,
// the analysis finds the same date by which everything is done, the same races and the
// same verdict, and no simulated execution is done later. Where a component may never come
// to rest, that date is the end of the last program. If the slack is said to be exact and the delay
// grows by a nanosecond more, one of these is another one.
//
// Hypotheses. The transition fires once in each run, and nothing that an executor
// adds grows with its duration (drift 0).
//
// Reference. The dates of a timed event graph are monotone in every delay (Baccelli,
// Cohen, Olsder and Quadrat, Synchronization and Linearity, 1992).
func TestSlack(t *testing.T) { checkSlack(t, gen.Options{}) }

// TestSlackAsleep is the same where nodes sleep.
func TestSlackAsleep(t *testing.T) {
	checkSlack(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered}, Sleep: true})
}

func checkSlack(t *testing.T, opts gen.Options) {
	exact, least, decided := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(opts).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || s.Network.Profile.Drift.Hi > 0 {
			return
		}
		all := r.Slack()
		if len(all) == 0 {
			return
		}
		n := rapid.IntRange(1, len(all)).Draw(t, "least")
		first, others := r.LeastSlack(n, func(analysis.Slack) bool { return true })
		if len(first) != n || others != len(all)-n {
			t.Fatalf("%d of %d events with the least slack, and %d others\n%s", len(first), len(all), others, gen.Text(s))
		}
		for i, k := range first {
			if k.Least != all[i].Least || !slices.ContainsFunc(all, func(other analysis.Slack) bool { return other.Event == k.Event && other.Margin == k.Margin }) {
				t.Fatalf("%s has %v of slack among the least, %v in place %d of all\n%s", k.Text, k.Margin, all[i].Margin, i, gen.Text(s))
			}
		}
		k := all[rapid.IntRange(0, len(all)-1).Draw(t, "event")]
		target, ok := whatif.TargetOf(k.Origin)
		if !ok || firesAgain(r, target) {
			return
		}
		if why := other(r, target, s, k.Least, true); why != "" {
			t.Fatalf("%s has %v of slack, but with it %s\n%s", k.Text, k.Margin, why, gen.Text(s))
		}
		if least++; k.Exact {
			least, exact = least-1, exact+1
			if why := other(r, target, s, k.Least+1, false); why == "" {
				t.Fatalf("%s has exactly %v of slack, and with a nanosecond more the plan is the same\n%s", k.Text, k.Margin, gen.Text(s))
			} else if !strings.HasPrefix(why, "the span") && !strings.HasPrefix(why, "everything is done") {
				decided++
			}
		}
	})
	t.Logf("%d exact, %d of them because a conflict is decided by time; %d lower bounds", exact, decided, least)
	if exact+least < gen.Floor(20) || opts.Sleep && least == 0 || !opts.Sleep && exact == 0 {
		t.Error("too few of a kind")
	}
}

// firesAgain says whether the events of a target are several.
func firesAgain(r *analysis.Result, target whatif.Target) bool {
	return slices.ContainsFunc(r.Runs, func(run unfold.Run) bool {
		n := 0
		for e := range run.Graph.Len() {
			if other, ok := whatif.TargetOf(*run.Graph.Origin(petri.EventID(e))); ok && other == target {
				n++
			}
		}
		return n > 1
	})
}

// other says in which way the plan is another one if a delay grows, or nothing.
func other(r *analysis.Result, target whatif.Target, s *model.Scenario, by time.Duration, simulated bool) string {
	d := target.Delay(s)
	grown := target.With(s, model.Interval(d.Lo, d.Hi+by))
	after, err := analysis.Analyse(grown, analysis.Options{})
	switch {
	case err != nil:
		return err.Error()
	case r.Done().Upper.IsNever() && after.Span.Upper != r.Span.Upper:
		return fmt.Sprintf("the span is %v, not %v", after.Span, r.Span)
	case after.Done().Upper != r.Done().Upper:
		return fmt.Sprintf("everything is done by %v, not %v", after.Done(), r.Done())
	case len(after.Races) != len(r.Races):
		return fmt.Sprintf("there are %d races, not %d", len(after.Races), len(r.Races))
	case (after.Deadlock == nil) != (r.Deadlock == nil):
		return fmt.Sprintf("it deadlocks: %v, not %v", after.Deadlock, r.Deadlock)
	}
	for i := range 8 {
		if !simulated {
			break
		}
		o := simulate.Options{Seed: 5, Index: uint64(i)}
		if i == 0 {
			o.Sampler = simulate.Hi
		}
		trace, err := simulate.Run(grown, o)
		if err == nil && trace.Outcome == simulate.Completed && (r.Done().Upper.IsNever() && trace.Span() > r.Span.Upper || !r.Done().Upper.IsNever() && model.Date(trace.Quiescence) > r.Done().Upper) {
			return fmt.Sprintf("the last program ends at %v, and everything is done at %v in a simulated execution", trace.Span(), trace.Quiescence)
		}
	}
	return ""
}
