package proofs

import (
	"fmt"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/analysis/whatif"
	"adagio/dsl/model"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Drag
//
// Statement. A plan whose delay is zero, as the language of changes writes it, has the
// bounds that the drag says, or none where it is refused; its simulated executions are
// inside. If the delay occurs once, no provider is one of several, and all conflicts are
// decided alike with and without it, then to shorten it by its drag gains all that there
// is to gain, and to shorten it by less gains at most that much.
//
// Hypotheses. Of the second part: no node sleeps, and the executor adds nothing that grows
// with the delay (drift 0). Then the makespan is a convex function of the delay with slopes
// 0 and 1, which is what makes the drag of critical path analysis (Devaux, Total Project
// Control, 1999) the width of its last piece.
func TestDrag(t *testing.T) {
	var gains, wastes, nothing, refused, widths int
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || r.Deadlock != nil {
			return
		}
		targets := whatif.Targets(r, rapid.Bool().Draw(t, "all"))
		if len(targets) == 0 {
			return
		}
		target := targets[rapid.IntRange(0, len(targets)-1).Draw(t, "target")]
		drags, _ := whatif.Drags(r, []whatif.Target{target}, nil)
		d := drags[0]
		if len(d.Targets) > 1 {
			return // its type
		}
		change, err := whatif.Parse(d.Name + " = 0s")
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		zero, err := whatif.Apply(s, change)
		if err == nil {
			err = zero.Validate()
		}
		var after *analysis.Result
		if err == nil {
			after, err = analysis.Analyse(zero, analysis.Options{})
		}
		if err != nil || after.Deadlock != nil {
			if refused++; d.Err == nil {
				t.Fatalf("%s has a drag of %v, but without it there is no bound (%v)\n%s", d.Name, d.Upper, err, gen.Text(s))
			}
			return
		}
		if d.Err != nil || after.Makespan.Upper != r.Makespan.Upper-d.Upper || after.Makespan.Lower != r.Makespan.Lower-d.Lower {
			t.Fatalf("%s has a drag of %v and %v (%v), but without it the makespan is %v, not %v\n%s", d.Name, d.Upper, d.Lower, d.Err, after.Makespan, r.Makespan, gen.Text(s))
		}
		for i := range 4 {
			trace, err := simulate.Run(zero, simulate.Options{Seed: 3, Index: uint64(i)})
			if err == nil && len(after.Hazards) == 0 && trace.Outcome == simulate.Completed && (trace.Makespan < after.Makespan.Lower || trace.Makespan > after.Makespan.Upper) {
				t.Fatalf("without %s an execution takes %v, not %v\n%s", d.Name, trace.Makespan, after.Makespan, gen.Text(s))
			}
		}
		switch {
		case d.Upper > 0:
			gains++
		case d.Upper < 0:
			wastes++
		default:
			nothing++
		}
		if why, counts := shortened(s, r, after, target, d.Upper); why != "" {
			t.Fatalf("%s has a drag of %v: %s\n%s", d.Name, d.Upper, why, gen.Text(s))
		} else if counts {
			widths++
		}
	})
	t.Logf("%d delays with drag, %d without, %d where haste makes waste, %d refused; %d times the width of the last piece", gains, nothing, wastes, refused, widths)
	if gains < gen.Floor(15) || nothing < gen.Floor(15) || widths < gen.Floor(8) {
		t.Error("too few of a kind")
	}
}

// shortened checks that a delay gains by being shortened what its drag says; counts says
// that the hypotheses held, and that there was something to gain.
func shortened(s *model.Scenario, r, zero *analysis.Result, target whatif.Target, drag time.Duration) (why string, counts bool) {
	kind := target.Kind == whatif.TransitionDuration || target.Kind == whatif.PauseDuration
	if !kind || drag <= 0 || s.Network.Profile.Drift.Hi > 0 || s.Sleeps() || r.Cover != nil || zero.Cover != nil || firesAgain(r, target) || !unfold.Alike(r.Runs, zero.Runs) {
		return "", false
	}
	for _, run := range r.Runs {
		if run.Graph.Chooses() {
			return "", false
		}
	}
	delay := target.Delay(s)
	for _, by := range []time.Duration{drag, drag / 2} {
		if by > delay.Hi {
			return fmt.Sprintf("it is more than the delay, %v", delay.Hi), false
		}
		r2, err := analysis.Analyse(target.With(s, model.Interval(min(delay.Lo, delay.Hi-by), delay.Hi-by)), analysis.Options{})
		if err != nil || r2.Deadlock != nil || !unfold.Alike(r.Runs, r2.Runs) {
			return "", false
		}
		if gain := r.Makespan.Upper - r2.Makespan.Upper; gain != by {
			return fmt.Sprintf("shortened by %v it gains %v", by, gain), false
		}
	}
	return "", true
}
