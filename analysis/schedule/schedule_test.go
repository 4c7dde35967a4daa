package schedule_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/schedule"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri"

	"github.com/google/go-cmp/cmp"
)

func lay(t testing.TB, at analysis.At, opts dsl.Options) (*analysis.Result, *schedule.Schedule) {
	t.Helper()
	r := analysistest.Load(t, opts)
	s, err := schedule.Of(r, at)
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}

// render writes a schedule as a text: a line for each bar.
func render(s *schedule.Schedule) string {
	var b strings.Builder
	for _, row := range s.Rows {
		kind := "component"
		if row.Component < 0 {
			kind = "program"
		}
		fmt.Fprintf(&b, "%s %s\n", kind, row.Name)
		for _, bar := range row.Bars {
			end := bar.End.String()
			if bar.Open {
				end = "never"
			}
			critical := " "
			if bar.Critical {
				critical = "*"
			}
			fmt.Fprintf(&b, " %s%d %v .. %s %v: %s\n", critical, bar.Lane, bar.Start, end, bar.Kind, bar.Text)
		}
	}
	for _, a := range s.Arrows {
		fmt.Fprintf(&b, "%s at %v -> %s at %v: %s\n", s.Rows[a.From].Name, a.Sent, s.Rows[a.To].Name, a.Received, a.Text)
	}
	return b.String()
}

// TestSchedule shows what the rows of small models hold. The executor is ideal, so
// that every date can be told from the model.
func TestSchedule(t *testing.T) {
	gallery := "../../testdata/gallery/"
	tests := map[string]string{
		"fork.ballet": `program n
  0 0s .. 2s waiting: wait x: until x: end of behaviour go
component x
  0 0s .. 2s behaviour: go
  0 0s .. 1s work: x.short
 *1 0s .. 2s work: x.long
n at 0s -> x at 0s: push x go
x at 2s -> n at 2s: x: end of behaviour go
`,
	}
	for file, want := range tests {
		t.Run(file, func(t *testing.T) {
			_, s := lay(t, analysis.AtUpper, dsl.Options{Files: []string{gallery + file}})
			if diff := cmp.Diff(want, render(s)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// models are all models of the repository.
func models(t testing.TB) []string {
	files, err := filepath.Glob("../../testdata/gallery/*.ballet")
	if err != nil || len(files) < 10 {
		t.Fatal("no models", err)
	}
	return append(files, "../../testdata/openstack.ballet", "../../testdata/cps.ballet")
}

// TestScheduleHolds checks on every model what every picture stands on.
func TestScheduleHolds(t *testing.T) {
	for _, file := range models(t) {
		for _, at := range []analysis.At{analysis.AtUpper, analysis.AtLower, analysis.AtTypical} {
			t.Run(filepath.Base(file)+"/"+at.String(), func(t *testing.T) {
				r, s := lay(t, at, dsl.Options{Files: []string{file}})
				for _, row := range s.Rows {
					checkRow(t, s, row)
				}
				for _, a := range s.Arrows {
					if a.Received < a.Sent || a.From == a.To || a.Text == "" {
						t.Errorf("arrow %+v", a)
					}
				}
				checkPath(t, r, s)
			})
		}
	}
}

// reporter is a test, be it one of random scenarios.
type reporter interface {
	Errorf(format string, args ...any)
}

// checkRow checks that bars of one lane do not overlap, that the bars of a
// component lie inside its behaviours and fill them, and that behaviours follow
// one another.
func checkRow(t reporter, s *schedule.Schedule, row schedule.Row) {
	free := make([]time.Duration, row.Lanes)
	var behaviour, covered time.Duration
	var begin, end time.Duration
	flush := func() {
		if covered < end {
			t.Errorf("%s: nothing is known from %v to %v", row.Name, covered, end)
		}
	}
	for i, b := range row.Bars {
		if b.Start < 0 || b.End < b.Start || b.End > s.End {
			t.Errorf("%s: bar %+v", row.Name, b)
		}
		if i > 0 && b.Start < row.Bars[i-1].Start {
			t.Errorf("%s: bar %d is out of order", row.Name, i)
		}
		if b.Kind == schedule.Behaviour {
			if flush(); b.Start < behaviour {
				t.Errorf("%s: %q begins before the last behaviour ends", row.Name, b.Text)
			}
			begin, end, behaviour, covered = b.Start, b.End, b.End, b.Start
			continue
		}
		if b.Start < free[b.Lane] {
			t.Errorf("%s: %q overlaps another bar of lane %d", row.Name, b.Text, b.Lane)
		}
		free[b.Lane] = b.End
		if row.Component < 0 {
			continue
		}
		if b.Start < begin || b.End > end {
			t.Errorf("%s: %v %q lies outside its behaviour", row.Name, b.Kind, b.Text)
		}
		if b.Start > covered {
			t.Errorf("%s: nothing is known from %v to %v", row.Name, covered, b.Start)
		}
		covered = max(covered, b.End)
	}
	flush()
}

// checkPath checks that the path is one chain from the origin to the date by which
// everything is done.
func checkPath(t reporter, r *analysis.Result, s *schedule.Schedule) {
	if len(s.Path) == 0 {
		if r.Deadlock == nil {
			t.Errorf("no critical path")
		}
		return
	}
	at := time.Duration(0)
	for _, p := range s.Path {
		if p.Start != at || p.Row < 0 || p.Row >= len(s.Rows) {
			t.Errorf("segment %v .. %v (%s) in row %d follows a segment that ends at %v", p.Start, p.End, p.Step.Text, p.Row, at)
		}
		if at = p.End; at > s.End || r.Cover == nil && !s.Scenario.Sleeps() && at != s.Execution.Dates[p.Step.Event] {
			t.Errorf("segment %v .. %v (%s) does not end at the date of its event, %v", p.Start, p.End, p.Step.Text, s.Execution.Dates[p.Step.Event])
		}
	}
	length, done := at, r.Done().Bound()
	switch x := s.Execution; {
	case x.Path.Length != length:
		t.Errorf("the path is %v long, its segments %v", x.Path.Length, length)
	case x.At == analysis.AtUpper && length != done.Upper && done.Upper != model.Never, x.At == analysis.AtLower && length != done.Lower && done.Lower != model.Never:
		t.Errorf("the path is %v long, everything is done by %v", length, done)
	case done.Lower != model.Never && length < done.Lower || length > done.Upper:
		t.Errorf("the path is %v long, but everything is done by %v", length, done)
	}
}

// TestAsleep: where nodes sleep the chart has a bar for the time between what has come, or a
// step that is over, and the next window; those of the critical path last as long as it says.
func TestAsleep(t *testing.T) {
	const step = `
component C {
  places off, half, on
  initial off
  behavior go { first: off -> half for 20s .. 30s; second: half -> on for 200s .. 300s }
}
assembly one { node n { c: C } }
plan go of one { from { c: off } on n { push c go; wait c } }
network sleeping {
  executor "concertod-async"
  awake n 0s .. 60s, 1h .. 3800s, 2h .. 7400s
}
`
	for name, opts := range map[string]dsl.Options{
		"waits": {Files: []string{"../../testdata/cps.ballet"}, Network: "../../testdata/platforms/asleep.ballet"},
		"steps": {Sources: []dsl.Source{{Name: "step.ballet", Text: []byte(step)}}},
	} {
		_, s := lay(t, analysis.AtUpper, opts)
		var slept, path time.Duration
		for _, row := range s.Rows {
			for _, b := range row.Bars {
				if b.Kind == schedule.Asleep && b.Critical {
					slept += b.End - b.Start
				}
				if b.Kind == schedule.Executor && b.End-b.Start > time.Minute {
					t.Errorf("%s: the executor is at %q from %v to %v", name, b.Text, b.Start, b.End)
				}
			}
		}
		for _, step := range s.Execution.Path.Steps {
			if step.Category == petri.Asleep {
				path += step.Duration
			}
		}
		if slept != path || path < 50*time.Minute {
			t.Errorf("%s: bars for %v of sleep on the critical path, which sleeps for %v", name, slept, path)
		}
	}
}
