package schedule_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/schedule"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { gen.Main(m) }

// layRandom lays a random scenario out, if it has bounds and, where its orders are covered,
// one of these is asked for.
func layRandom(t *rapid.T, at analysis.At, s *model.Scenario) (*analysis.Result, *schedule.Schedule) {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Skip(err)
	}
	laid, err := schedule.Of(r, at)
	if errors.Is(err, petri.ErrCovered) && at == analysis.AtTypical {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, laid
}

// TestRandomSchedulesHold checks on random scenarios what every picture stands on.
func TestRandomSchedulesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom([]analysis.At{analysis.AtUpper, analysis.AtLower, analysis.AtTypical}).Draw(t, "at")
		r, s := layRandom(t, at, gen.Scenario(gen.Options{}).Draw(t, "scenario"))
		for _, row := range s.Rows {
			checkRow(t, s, row)
		}
		checkPath(t, r, s)
	})
}

// TestScheduleIsWhatIsSimulated compares the bars with what the simulator does, which
// knows nothing of nets: with constant delays and the executor ideal both have the
// same behaviours and transitions, to the nanosecond.
func TestScheduleIsWhatIsSimulated(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		scenario := gen.Scenario(gen.Options{Constant: true, Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		r, s := layRandom(t, analysis.AtUpper, scenario)
		if len(r.Runs) > 1 {
			t.Skip("races")
		}
		trace, err := simulate.Run(scenario, simulate.Options{})
		if err != nil || trace.Outcome != simulate.Completed {
			t.Skip("does not end")
		}
		for _, row := range s.Rows {
			if row.Component < 0 {
				continue
			}
			// The simulator stops when the last program ends.
			over := fmt.Sprintf("%012d", r.Span.Upper)
			shown, simulated := barsOf(row), firingsOf(scenario, row.Component, trace)
			for _, b := range simulated {
				if !slices.Contains(shown, b) {
					t.Fatalf("%s: %q was simulated, %q are shown", row.Name, b, shown)
				}
			}
			for _, b := range shown {
				if b < over && !slices.Contains(simulated, b) {
					t.Fatalf("%s: %q is shown, %q were simulated", row.Name, b, simulated)
				}
			}
			compared += len(simulated)
		}
	})
	if compared < gen.Floor(100) {
		t.Errorf("only %d bars were compared", compared)
	}
}

// line is a behaviour or transition by when it ended and began.
func line(start, end time.Duration, what string) string {
	return fmt.Sprintf("%012d %012d %s", end, start, what)
}

// barsOf lists the behaviours and transitions of a row.
func barsOf(row schedule.Row) []string {
	var out []string
	for _, b := range row.Bars {
		if b.Kind == schedule.Behaviour || b.Kind == schedule.Transition {
			out = append(out, line(b.Start, b.End, b.Text))
		}
	}
	return out
}

// firingsOf lists what the simulator saw a component do.
func firingsOf(s *model.Scenario, c int, trace *simulate.Trace) []string {
	var out []string
	typ := s.TypeOf(c)
	for _, b := range trace.Components[c].Behaviours {
		if b.End != model.Never {
			out = append(out, line(b.Begin, b.End, typ.Behaviours[b.Behaviour].Name))
		}
	}
	for _, f := range trace.Components[c].Firings {
		if f.End != model.Never {
			out = append(out, line(f.Start, f.End, s.TransitionName(c, f.Transition)))
		}
	}
	return out
}

// TestSimulated: an execution of the simulator that is laid out has its behaviours and
// transitions, also where it never ends, and nothing twice in one place.
func TestSimulated(t *testing.T) {
	compared, hung := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		scenario := gen.Scenario(gen.Options{}).Draw(t, "scenario")
		trace, err := simulate.Run(scenario, simulate.Options{Seed: 1})
		if err != nil {
			t.Skip(err)
		}
		s := schedule.Simulated(scenario, trace, "delays are drawn")
		if trace.Outcome != simulate.Completed {
			hung++
		}
		for _, row := range s.Rows {
			for i, b := range row.Bars {
				if b.End < b.Start || b.End > s.End || b.Open && b.End != s.End {
					t.Fatalf("%s: %v .. %v of a schedule of %v", row.Name, b.Start, b.End, s.End)
				}
				for _, o := range row.Bars[:i] {
					if b.Kind != schedule.Behaviour && o.Kind != schedule.Behaviour && o.Lane == b.Lane && o.End > b.Start {
						t.Fatalf("%s: %q and %q are in one place", row.Name, o.Text, b.Text)
					}
				}
			}
			if row.Component < 0 {
				continue
			}
			shown, simulated := barsOf(row), firingsOf(scenario, row.Component, trace)
			for _, b := range simulated {
				if !slices.Contains(shown, b) {
					t.Fatalf("%s: %q was simulated, %q are shown", row.Name, b, shown)
				}
			}
			compared += len(simulated)
		}
	})
	if compared < gen.Floor(100) || hung < gen.Floor(3) {
		t.Errorf("only %d bars were compared, and %d executions hung", compared, hung)
	}
}
