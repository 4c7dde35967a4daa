package verify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
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
	violates := func(deviations []deviation) bool {
		ok, _ := newWitness(v.s, v.runner.Run(with(list, deviations))).Holds(c)
		return !ok
	}
	source := rand.New(rand.NewPCG(v.opts.Seed, 0))
	for runs := 1; runs <= v.opts.Random; runs++ {
		deviations := draw(source, len(list))
		if !violates(deviations) {
			continue
		}
		least := shrink(deviations, violates)
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
	return nil, v.opts.Random, nil
}

// draw draws deviations of some of n delays.
func draw(source *rand.Rand, n int) []deviation {
	deviations := make([]deviation, source.IntN(2*n+1))
	for i := range deviations {
		deviations[i] = deviation{of: source.IntN(n), end: source.IntN(3)}
		if deviations[i].end == 2 {
			deviations[i].share = source.Int64N(1001)
		}
	}
	return deviations
}

// shrink leaves out of the deviations of an execution that violates a claim what it can, half
// of them at first and in the end each alone; then it puts what is in between at an end.
func shrink(deviations []deviation, violates func([]deviation) bool) []deviation {
	tries := 0
	try := func(fewer []deviation) bool {
		tries++
		if tries > maxShrinks || !violates(fewer) {
			return false
		}
		deviations = fewer
		return true
	}
	for size := (len(deviations) + 1) / 2; size > 0; size /= 2 {
		for i := 0; i+size <= len(deviations); {
			if !try(slices.Concat(deviations[:i], deviations[i+size:])) {
				i += size
			}
		}
	}
	for i := range deviations {
		for end := 0; end < 2 && deviations[i].end == 2; end++ {
			atEnd := slices.Clone(deviations)
			atEnd[i] = deviation{of: atEnd[i].of, end: end}
			try(atEnd)
		}
	}
	return deviations
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
