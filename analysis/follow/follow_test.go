package follow

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/measure"
	"adagio/analysis/measure/measuretest"
	"adagio/dsl"
)

// TestPublished replays all published runs: at every date the interval contains the end
// that was measured, and as long as nothing is outside of its bounds it does not grow.
func TestPublished(t *testing.T) {
	runs, models := measuretest.Published(t, "../../testdata")
	results := map[*measure.Mapping]*analysis.Result{}
	alarms, steps := 0, 0
	var width, count [11]float64 // by tenths of the run, as a share of the first
	for i := range runs {
		run := &runs[i]
		names, err := models[run.Case].For(run)
		if err != nil {
			t.Fatal(err)
		}
		if results[names] == nil {
			results[names] = analysistest.Bounds(t, names.Scenario())
		}
		f, err := New(results[names], names)
		if err != nil {
			t.Fatal(err)
		}
		events, end := Replay(run)
		last := f.Done()
		first := last
		for _, e := range events {
			out := f.Pass(e.At())
			more, err := f.See(e)
			if err != nil {
				t.Fatalf("%v: %v", run, err)
			}
			out = append(out, more...)
			steps++
			for _, o := range out {
				t.Logf("%v: %+v", run, o)
			}
			alarms += len(out)
			done := f.Done()
			if len(out) == 0 && (done.Lower < last.Lower || done.Upper > last.Upper) {
				t.Errorf("%v: at %v the interval grows from %v to %v", run, e.At(), last, done)
			}
			if end < done.Lower || end > done.Upper {
				t.Errorf("%v: at %v the end %v is not in %v", run, e.At(), end, done)
			}
			last = done
			tenth := min(10, int(10*e.At()/end))
			width[tenth] += float64(done.Width()) / float64(first.Width())
			count[tenth]++
		}
		if !f.Ended() || last.Lower != end || last.Upper != end {
			t.Errorf("%v: at the end everything is done by %v, not %v", run, last, end)
		}
	}
	for tenth := range width {
		width[tenth] = math.Round(1000*width[tenth]/count[tenth]) / 10
	}
	t.Logf("%d runs, %d events, %d outside; width by tenths of the run, in %% of the first: %v", len(runs), steps, alarms, width)
	if len(runs) < 80 || alarms > 6 {
		t.Errorf("%d runs, %d dates outside", len(runs), alarms)
	}
}

// TestOutside tampers with a run: what is late, early or missing is told at once, with what
// it came after, and the end moves.
func TestOutside(t *testing.T) {
	r := analysistest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m", Text: []byte(twoSteps)}}})
	names := measure.NewMapping(r.Scenario)
	s := func(seconds float64) *time.Duration { d := time.Duration(seconds * 1e9); return &d }
	begin := []Event{{Node: "n", Item: "program", Start: s(0)}, {Node: "n", Item: "transition_first", Start: s(0)}}
	tests := map[string]struct {
		events  []Event
		now     float64
		missing bool
		what    string
		before  analysis.Bound
		after   analysis.Bound
	}{
		"late":    {[]Event{{Node: "n", Item: "transition_first", End: s(4)}}, 2.5, false, "the end of c.first", bound(4, 6), bound(6, 7)},
		"early":   {[]Event{{Node: "n", Item: "transition_first", End: s(1)}}, 0.5, false, "the end of c.first", bound(4, 6), bound(3, 4)},
		"missing": {nil, 3.5, true, "the end of c.first", bound(4, 6), bound(5.5, 6.5)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := New(r, names)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range begin {
				if out, err := f.See(e); err != nil || len(out) > 0 {
					t.Fatal(out, err)
				}
			}
			if got := f.Done(); got != test.before {
				t.Fatalf("before: done %v, want %v", got, test.before)
			}
			out := f.Pass(*s(test.now))
			for _, e := range test.events {
				more, err := f.See(e)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, more...)
			}
			if len(out) != 1 || out[0].What != test.what || out[0].Missing != test.missing || out[0].Because != "c leaves off" || out[0].Bound != bound(2, 3) {
				t.Fatalf("outside: %+v", out)
			}
			if got := f.Done(); got != test.after || out[0].After != got {
				t.Errorf("after: done %v, want %v; told %v", got, test.after, out[0].After)
			}
			if again := f.Pass(*s(test.now + 0.1)); test.missing && len(again) > 0 {
				t.Errorf("it is told twice: %+v", again)
			}
		})
	}
}

func bound(lower, upper float64) analysis.Bound {
	return analysis.Bound{Lower: time.Duration(lower * 1e9), Upper: time.Duration(upper * 1e9)}
}

// ofTwoSteps is a component with a behaviour of two steps.
const ofTwoSteps = `
component C {
  places off, half, on
  initial off
  behavior go {
    first: off -> half for 2s .. 3s
    second: half -> on for 2s .. 3s
  }
}
`

const twoSteps = ofTwoSteps + `
assembly one { node n { c: C } }
plan go of one { from { c: off } on n { push c go; wait c } }
network ideal { executor ideal }
`

// inTwoSteps follows the plan of two steps.
func inTwoSteps(t *testing.T) *Follower {
	t.Helper()
	r := analysistest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m", Text: []byte(twoSteps)}}})
	f, err := New(r, measure.NewMapping(r.Scenario))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestUnknown: what the plan does not have is an error, and changes nothing.
func TestUnknown(t *testing.T) {
	f := inTwoSteps(t)
	at, before := time.Second, time.Duration(0)
	if _, err := f.See(Event{Node: "n", Item: "transition_first", Start: &at, End: &before}); err == nil {
		t.Error("a transition ends before it starts")
	}
	for _, e := range []Event{{Node: "m", Item: "program"}, {Node: "n", Item: "transition_third"}, {Node: "n", Item: "first"}, {Node: "n", Item: "instruction_wait_7-c"}} {
		e.End = &at
		if _, err := f.See(e); err == nil {
			t.Errorf("%+v is known", e)
		}
	}
	if seen, of := f.Progress(); seen != 0 || of != 3 || f.Done() != bound(4, 6) {
		t.Errorf("%d of %d dates seen, done %v", seen, of, f.Done())
	}
}

// TestLines: what is wrong with a line is told with its number, and what else went wrong is
// handed on.
func TestLines(t *testing.T) {
	const start = `{"node": "n", "item": "program", "start_s": 5}` + "\n"
	stop := errors.New("stop")
	for text, want := range map[string]string{
		start + "\n" + `{"now_s": 6}`:                                 "",
		`{"now_s": 6}`:                                                "1: the first line must be the start of a program",
		start + `{"now_s": 1e300}`:                                    "2: 1e+300 s is not a date of this run",
		start + "\n" + `{"node": "n"}`:                                "3: it has neither node, item and start_s or end_s, nor now_s alone",
		start + `{"node": "m", "item": "program", "start_s": 6}`:      "2: ",
		start + `{"node": "n", "item": "program", "at": 6}`:           "2: json: unknown field",
		start + `{"node": "n", "item": "program", "now_s": 6}`:        "2: it has neither",
		start + strings.Repeat("x", 2<<20):                            "2: bufio.Scanner: token too long",
		start + `{"node": "n", "item": "transition_x", "end_s": 5.5}`: "2: ",
	} {
		f := inTwoSteps(t)
		seen := 0
		err := f.Lines(strings.NewReader(text), func(e Event, _ []Outside) error { seen++; return nil })
		wrong, ok := errors.AsType[*LineError](err)
		if want == "" && (err != nil || seen != 2 || f.Now() != time.Second) || want != "" && (!ok || !strings.HasPrefix(wrong.Error(), want)) {
			t.Errorf("%.80s: %v after %d, want %q", text, err, seen, want)
		}
	}
	if err := inTwoSteps(t).Lines(strings.NewReader(start), func(Event, []Outside) error { return stop }); err != stop {
		t.Errorf("%v, not what tell returned", err)
	}
}
