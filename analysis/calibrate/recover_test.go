package calibrate

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

const ms = time.Millisecond

// profile draws a profile and the offsets of the nodes' starts.
func profile(r *rand.Rand) (model.Profile, model.Delay) {
	between := func(lo, hi, widest int) model.Delay {
		a := time.Duration(lo+r.IntN(hi-lo)) * ms
		return model.Interval(a, a+time.Duration(1+r.IntN(widest))*ms)
	}
	return model.Profile{
		Kind: model.Polling, Exchanges: 2,
		Poll:     model.Constant(time.Duration(100+r.IntN(400)) * ms),
		Request:  between(1, 8, 6),
		Busy:     between(1, 40, 6),
		Step:     between(2, 20, 15),
		Overhead: between(0, 40, 60),
		Drift:    model.Constant(time.Duration(r.IntN(900)) * time.Microsecond),
	}, model.Interval(0, time.Duration(r.IntN(300))*ms)
}

// simulated writes runs of CPS under a profile, reads them back and calibrates.
func simulated(t *testing.T, seed uint64, p model.Profile, start model.Delay, runs int, opts Options) (*Result, []*model.Scenario) {
	t.Helper()
	dir := t.TempDir()
	load := dsl.Options{Files: []string{"../../testdata/cps.ballet"}, Set: map[string]int{"sites": 2}}
	var scenarios []*model.Scenario
	for _, plan := range []string{"deploy", "update"} {
		load.Plan = plan
		s := dsltest.Load(t, load)
		s.Network = model.Network{Profile: p}
		for n := range s.Nodes {
			s.Nodes[n].Start = start
		}
		scenarios = append(scenarios, s)
	}
	for i := range runs {
		var ops []simulate.Operation
		for _, s := range scenarios {
			trace, err := simulate.Run(s, simulate.Options{Seed: seed, Index: uint64(i)})
			if err != nil || trace.Outcome != simulate.Completed {
				t.Fatal(err, trace)
			}
			ops = append(ops, simulate.Operation{Name: s.Name, Scenario: s, Trace: trace})
		}
		if err := simulate.WriteBallet(filepath.Join(dir, fmt.Sprintf("run%02d", i)), ops...); err != nil {
			t.Fatal(err)
		}
	}
	read, problems, err := measure.Read([]string{dir}, measure.Options{})
	if err != nil || len(problems) > 0 || len(read) != 2*runs {
		t.Fatal(len(read), problems, err)
	}
	load.Plan = ""
	r, err := Calibrate(read, &measure.Models{Options: load}, opts)
	if err != nil || len(r.LeftOut) > 0 {
		t.Fatal(err, r.LeftOut)
	}
	return r, scenarios
}

// TestRecoverProfile: from logs that the simulator wrote under a random profile,
// calibration finds that profile, within the uncertainty that it states.
func TestRecoverProfile(t *testing.T) {
	for seed := range uint64(8) {
		p, start := profile(rand.New(rand.NewPCG(seed, 1)))
		r, scenarios := simulated(t, seed, p, start, 8, Options{Confidence: 0.9999})
		t.Logf("%+v", p)
		inside := func(e *Estimate, d model.Delay) {
			t.Helper()
			if !e.Determined() || e.Lo < d.Lo || e.Hi > d.Hi {
				t.Errorf("seed %d: %s %v .. %v (%d) is not within %v", seed, e.Setting, e.Lo, e.Hi, e.N, d)
			}
		}
		mean := func(e *Estimate, d model.Delay) {
			t.Helper()
			if true := d.Mean(); !e.Determined() || (e.Mean-true).Abs() > e.HalfWidth {
				t.Errorf("seed %d: mean %s %v ± %v (%d) is not %v", seed, e.Setting, e.Mean, e.HalfWidth, e.N, true)
			}
		}
		inside(r.Estimate("step"), p.Step)
		mean(r.Estimate("step"), p.Step)
		mean(r.Estimate("request"), p.Request)
		// A look at a node that runs a transition is answered when the node pauses,
		// mostly long before Busy is over: it can only be contradicted from above.
		if busy := r.Estimate("busy"); !busy.Determined() || busy.Lo > p.Busy.Hi {
			t.Errorf("seed %d: busy %v .. %v ± %v (%d), not %v", seed, busy.Lo, busy.Hi, busy.HalfWidth, busy.N, p.Busy)
		}
		mean(r.Estimate("overhead"), p.Overhead)
		mean(r.Estimate("drift"), p.Drift)
		inside(r.Estimate("start"), start)
		mean(r.Estimate("poll"), p.Poll)
		if poll := r.Estimate("poll"); poll.Lo > p.Poll.Lo || poll.Hi < p.Poll.Hi || poll.Hi-poll.Lo > 150*ms {
			t.Errorf("seed %d: poll %v .. %v (%d), not %v", seed, poll.Lo, poll.Hi, poll.N, p.Poll)
		}
		if pass := r.Estimate("pass"); pass.N == 0 || pass.Hi != 0 { // the simulator has none
			t.Errorf("seed %d: pass %v", seed, pass)
		}
		overhead, drift := r.Estimate("overhead"), r.Estimate("drift")
		for _, s := range scenarios {
			for c := range s.Components {
				for _, nominal := range s.Components[c].Durations {
					hi := model.Lasting(nominal.Lo, overhead.Hi, drift.Hi)
					lo := model.Lasting(nominal.Lo, overhead.Lo, drift.Lo)
					if lasts := p.Lasts(nominal); lo > lasts.Hi || hi < lasts.Lo {
						t.Errorf("seed %d: a nominal %v lasts %v .. %v, not %v", seed, nominal, lo, hi, lasts)
					}
				}
			}
		}
		for _, d := range r.Durations {
			s := scenarios[0]
			for c := range s.Components {
				if name := s.Components[c].Name; name != d.Component && s.TypeOf(c).Name != d.Component || name != d.Component && d.Instance {
					continue
				}
				for i, tr := range s.TypeOf(c).Transitions {
					if lasts := p.Lasts(s.Components[c].Durations[i]); tr.Name == d.Transition && (d.Delay.Lo < lasts.Lo-time.Microsecond || d.Delay.Hi > lasts.Hi+time.Microsecond) && !sharesName(s.TypeOf(c), tr.Name) && d.Instance {
						t.Errorf("seed %d: %s = %v, not within %v", seed, d.Name(), d.Delay, lasts)
					}
				}
			}
		}
	}
}

func sharesName(t *model.Type, name string) bool {
	n := 0
	for _, tr := range t.Transitions {
		if tr.Name == name {
			n++
		}
	}
	return n > 1
}
