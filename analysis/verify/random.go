package verify

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"

	"pgregory.net/rapid"
)

// deviation is how one delay of an execution differs from the nominal one.
type deviation struct {
	of    int   // in the list of what may deviate
	end   int   // 0: it is at its greatest, 1: at its least, 2: in between
	share int64 // of the interval, in 1/1000, where it is in between
}

// deviant is what may deviate: the delays of a name, each time that they occur.
type deviant struct {
	name   string
	lo, hi time.Duration // of those that the nominal execution has
}

// Names of deviants that are no delay with a name.
const (
	others = ""        // all delays without a name
	struck = "hazards" // that hazards strike; see [simulate.Options].Hits
)

// nominal is what a delay lasts unless it deviates: its mean, or half way between its
// ends.
func nominal(d model.Delay) time.Duration { return min(max(d.Mean(), d.Lo), d.Hi) }

// deviants lists what may deviate, in the order in which the nominal execution meets it.
func (v *verifier) deviants() (list []deviant) {
	at := map[string]int{}
	note := func(what string, d model.Delay) time.Duration {
		if i, ok := at[what]; ok {
			list[i].lo, list[i].hi = min(list[i].lo, d.Lo), max(list[i].hi, d.Hi)
		} else {
			at[what] = len(list)
			list = append(list, deviant{what, d.Lo, d.Hi})
		}
		return nominal(d)
	}
	v.runner.Run(simulate.Options{Choose: func() simulate.Chooser { return note }})
	list = slices.DeleteFunc(list, func(d deviant) bool { return d.lo == d.hi })
	if v.hazardous() {
		list = append(list, deviant{name: struck, lo: 0, hi: 1})
	}
	return list
}

// hazardous says whether hazards may strike.
func (v *verifier) hazardous() bool { return v.result == nil || len(v.result.Hazards) > 0 }

// with is the execution with some deviations.
func with(list []deviant, deviations []deviation) simulate.Options {
	by := map[string]deviation{}
	for _, d := range deviations {
		by[list[d.of].name] = d
	}
	choose := func(what string, d model.Delay) time.Duration {
		x, ok := by[what]
		switch {
		case !ok:
			return nominal(d)
		case x.end == 0:
			return d.Hi
		case x.end == 1:
			return d.Lo
		}
		return between1000(d.Lo, d.Hi, x.share)
	}
	o := simulate.Options{History: true, Choose: func() simulate.Chooser { return choose }}
	if x, ok := by[struck]; ok {
		o.Hits = [...]float64{1, 0, float64(x.share) / 1000}[x.end]
	}
	return o
}

// between1000 is what lies so many thousandths of an interval above its least value.
func between1000(lo, hi time.Duration, share int64) time.Duration {
	part := hi - lo
	return lo + part/1000*time.Duration(share) + part%1000*time.Duration(share)/1000
}

// describe says how an execution deviates, in the user's words.
func describe(list []deviant, deviations []deviation) string {
	seen := map[int]bool{}
	var parts []string
	for i := len(deviations) - 1; i >= 0; i-- { // the last of a name counts
		x := deviations[i]
		if seen[x.of] {
			continue
		}
		seen[x.of] = true
		d := list[x.of]
		value := between1000(d.lo, d.hi, x.share)
		if x.end < 2 {
			value = []time.Duration{d.hi, d.lo}[x.end]
		}
		switch node, isStart := strings.CutPrefix(d.name, "start "); {
		case d.name == others:
			parts = append(parts, []string{"messages, looks and steps as slow as they can be", "messages, looks and steps as fast as they can be", fmt.Sprintf("messages, looks and steps at %g %% of their intervals", float64(x.share)/10)}[x.end])
		case d.name == struck && x.end == 0:
			parts = append(parts, "every hazard strikes")
		case d.name == struck && x.end == 1:
		case d.name == struck:
			parts = append(parts, fmt.Sprintf("hazards strike with probability %g %%", float64(x.share)/10))
		case isStart:
			parts = append(parts, fmt.Sprintf("node %s starts at %s", node, model.FormatDuration(value)))
		default:
			parts = append(parts, fmt.Sprintf("%s = %s", d.name, model.FormatDuration(value)))
		}
	}
	if len(parts) == 0 {
		return "every delay is nominal"
	}
	slices.Sort(parts)
	return "every delay is nominal but " + strings.Join(parts, ", ")
}

// maxShrinks bounds the executions with which a counterexample is made smaller.
const maxShrinks = 400

// random draws executions that violate a claim, as deviations from the nominal one, and
// makes the first that it finds deviate as little as it can.
func (v *verifier) random(c *model.Claim) (*Execution, int, error) {
	list := v.deviants()
	draw := rapid.Custom(func(t *rapid.T) deviation {
		d := deviation{of: rapid.IntRange(0, len(list)-1).Draw(t, "of"), end: rapid.IntRange(0, 2).Draw(t, "end")}
		if d.end == 2 {
			d.share = rapid.Int64Range(0, 1000).Draw(t, "share")
		}
		return d
	})
	var least []deviation
	found, runs, shrinks := false, 0, 0
	property := func(t *rapid.T) {
		var deviations []deviation
		if len(list) > 0 {
			deviations = rapid.SliceOfN(draw, 0, 2*len(list)).Draw(t, "deviations")
		}
		if found {
			if shrinks++; shrinks > maxShrinks {
				return
			}
		} else {
			runs++
		}
		w := newWitness(v.s, v.runner.Run(with(list, deviations)))
		if ok, _ := w.Holds(c); !ok {
			found, least = true, deviations
			t.Fatalf("violated")
		}
	}
	if err := check(v.opts.Random, v.opts.Seed, property); err != nil {
		return nil, 0, err
	}
	if !found {
		return nil, runs, nil
	}
	o := with(list, least)
	t := v.runner.Run(o)
	ok, at := Holds(v.s, t, c)
	x := &Execution{Trace: t, How: describe(list, least), At: at, options: o}
	same, err := x.Replay(v.s)
	if err == nil && (ok || !same) {
		err = fmt.Errorf("%s: an execution that violates it is another when it is run again", c.Text(v.s))
	}
	return x, runs, err
}

// deviate looks for executions that violate open claims, as deviations from the nominal one.
func (v *verifier) deviate(open []*openClaim) (err error) {
	for _, o := range open {
		if o.found, o.held, err = v.random(o.verdict.Claim); err != nil {
			return err
		}
	}
	return nil
}

// strike looks for executions in which hazards strike, and a claim that is proved of all
// others does not hold.
func (v *verifier) strike(verdicts []Verdict) error {
	for i := range verdicts {
		for j := range verdicts[i].Claims {
			c := &verdicts[i].Claims[j]
			if c.Outcome != Proved {
				continue
			}
			x, _, err := v.random(c.Claim)
			switch {
			case err != nil:
				return err
			case x == nil:
				continue
			case x.Trace.Hits == 0:
				return fmt.Errorf("%s: it was shown to hold of every execution (%s), but not of one where %s", c.Text, c.Reason, x.How)
			}
			c.Reason = "it holds where no hazard strikes (" + c.Reason + "), but " + v.violation(c.Claim, x)
			c.Outcome, c.Counterexample, c.Causality, c.structural = Refuted, x, false, false
		}
	}
	return nil
}

// engine guards the settings of rapid, which are flags of the process.
var engine sync.Mutex

// check has rapid draw so many executions, and shrink what it finds. It writes no files,
// and its shrinking ends by the number of executions and not by the clock.
func check(runs int, seed uint64, property func(*rapid.T)) (err error) {
	engine.Lock()
	defer engine.Unlock()
	testing.Init() // rapid asks whether tests are to be short
	if !flag.Parsed() {
		if err := flag.CommandLine.Parse(nil); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{
		"rapid.checks": strconv.Itoa(runs), "rapid.seed": strconv.FormatUint(seed+1, 10), // 0 is any
		"rapid.nofailfile": "true", "rapid.failfile": "", "rapid.shrinktime": "1h",
	} {
		f := flag.Lookup(name)
		before := f.Value.String()
		if err := f.Value.Set(value); err != nil {
			return err
		}
		defer f.Value.Set(before)
	}
	rapid.Check(&silent{}, property)
	return nil
}

// silent is what rapid reports to.
type silent struct{ failed bool }

func (*silent) Helper()                 {}
func (*silent) Name() string            { return "adagio verify" }
func (*silent) Logf(string, ...any)     {}
func (*silent) Log(...any)              {}
func (*silent) Skipf(string, ...any)    {}
func (*silent) Skip(...any)             {}
func (*silent) SkipNow()                {}
func (s *silent) Errorf(string, ...any) { s.failed = true }
func (s *silent) Error(...any)          { s.failed = true }
func (s *silent) Fatalf(string, ...any) { s.failed = true }
func (s *silent) Fatal(...any)          { s.failed = true }
func (s *silent) FailNow()              { s.failed = true }
func (s *silent) Fail()                 { s.failed = true }
func (s *silent) Failed() bool          { return s.failed }
