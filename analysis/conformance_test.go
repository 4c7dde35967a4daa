package analysis_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/dsl"
	"adagio/dsl/ballet"
	"adagio/dsl/dsltest"
)

// conformanceCase is what a conformance file says was measured.
type conformanceCase struct {
	Measured []struct {
		Phases []struct {
			Phase    string
			Outcome  string
			Makespan *float64 `json:"program_makespan_s"`
			Events   map[string][][3]any
		}
	}
}

// loopback is the executor of the conformance cases: all nodes on one machine,
// their processes started together by hand.
const loopback = `network loopback { executor ballet { start 0s .. 2s } }`

// TestConformance holds the verdict and the bounds of every small scenario
// against what the real runtime did with it: one that hung must deadlock, one
// that completed must have every measured makespan, from the start of the first
// program to the end of the last, inside the bounds.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dsltest.Data(t), "conformance", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no conformance cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) { checkConformance(t, file) })
	}
}

func checkConformance(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c conformanceCase
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	text, problems := ballet.Import(ballet.Input{Path: file, Data: data})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	results := map[string]*analysis.Result{}
	for _, m := range c.Measured {
		for _, phase := range m.Phases {
			r := results[phase.Phase]
			if r == nil {
				r = analyse(t, string(text), phase.Phase)
				results[phase.Phase] = r
			}
			switch {
			case phase.Outcome == "hang":
				if r.Deadlock == nil || r.Deadlock.Possible || len(r.Deadlock.Components(r.Scenario)) == 0 {
					t.Errorf("phase %s hung, but the bound is %v", phase.Phase, r.Span)
				} else {
					t.Logf("phase %s: deadlock of %v", phase.Phase, r.Deadlock.Components(r.Scenario))
				}
			case phase.Outcome != "completed":
				t.Errorf("phase %s: the runtime %s, which the model does not know", phase.Phase, phase.Outcome)
			case r.Deadlock != nil && !r.Deadlock.Possible:
				t.Errorf("phase %s completed, but the verdict is %v", phase.Phase, r.Diagnostics())
			default:
				measured := measuredSpan(phase.Makespan, phase.Events)
				if measured < r.Span.Lower || measured > r.Span.Upper {
					t.Errorf("phase %s took %v, outside of %v", phase.Phase, measured, r.Span)
				} else {
					t.Logf("phase %s: %v inside %v, races %d", phase.Phase, measured, r.Span, len(r.Races))
				}
			}
		}
	}
}

// measuredSpan is the time to the end of the last instruction before the wait
// all that closes every program.
func measuredSpan(makespan *float64, events map[string][][3]any) time.Duration {
	if makespan != nil {
		return seconds(*makespan)
	}
	last := 0.0
	for _, items := range events {
		final := ""
		for _, item := range items {
			if name := item[0].(string); strings.HasPrefix(name, "instruction_waitall") {
				final = name
			}
		}
		for _, item := range items {
			if name := item[0].(string); strings.HasPrefix(name, "instruction_") && name != final {
				last = max(last, item[2].(float64))
			}
		}
	}
	return seconds(last)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func analyse(t *testing.T, text, plan string) *analysis.Result {
	t.Helper()
	s, _, problems := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "imported.ballet", Text: []byte(text + "\n" + loopback)}}, Plan: plan, Network: "loopback"})
	if s == nil {
		t.Fatalf("%v\n%s", problems, text)
	}
	return analysistest.Bounds(t, s)
}
