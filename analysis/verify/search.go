package verify

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// sample is an execution that claims are compared with.
type sample struct {
	options simulate.Options
	how     string
}

// Events is how many events of the simulator are worth the wait for an answer: some two
// seconds. Executions with delays at their ends are simulated always.
const Events = 10_000_000

// drawn is an execution with delays that are drawn: from their distributions, or, every
// other time, from their ends and what lies between.
func drawn(seed, i uint64) sample {
	o := simulate.Options{Seed: seed, Index: i}
	if i%2 == 0 {
		return sample{o, fmt.Sprintf("delays are drawn (seed %d, replication %d)", seed, i)}
	}
	o.Choose = func() simulate.Chooser {
		r := rand.New(rand.NewPCG(seed, i))
		return func(_ string, d model.Delay) time.Duration { return atEndOrBetween(r, d) }
	}
	return sample{o, fmt.Sprintf("delays are at their ends or drawn (seed %d, replication %d)", seed, i)}
}

// atEndOrBetween draws a delay: one of its ends, or what lies between.
func atEndOrBetween(r *rand.Rand, d model.Delay) time.Duration {
	switch r.IntN(3) {
	case 0:
		return d.Lo
	case 1:
		return d.Hi
	}
	return d.Lo + time.Duration(r.Int64N(int64(d.Hi-d.Lo)+1))
}

// search looks for executions that violate open claims: with all delays at one end, with
// those that the failed proof of each asks for, and with delays that are drawn. Each is
// compared with all claims that are still open.
func (v *verifier) search(open []*openClaim) error {
	open = slices.Clone(open)
	for _, end := range extremes() {
		if err := v.try(end, &open); err != nil {
			return err
		}
	}
	for _, s := range aimed(together(open)) {
		if err := v.try(s, &open); err != nil {
			return err
		}
	}
	for _, o := range slices.Clone(open) {
		for _, s := range aimed(o.answer.targets) {
			if o.found != nil {
				break
			}
			if err := v.try(s, &open); err != nil {
				return err
			}
		}
	}
	for i := range v.opts.Runs {
		if len(open) == 0 || i > 0 && v.opts.Events > 0 && v.events > v.opts.Events {
			break
		}
		if err := v.try(drawn(v.opts.Seed, uint64(i)), &open); err != nil {
			return err
		}
	}
	return nil
}

// try compares an execution with open claims, and leaves those that it does not violate.
func (v *verifier) try(s sample, open *[]*openClaim) error {
	if len(*open) == 0 {
		return nil
	}
	s.options.History = true
	w := newWitness(v.s, v.runner.Run(s.options))
	v.events += w.t.Events
	var left []*openClaim
	replayed := false
	for _, o := range *open {
		ok, at := w.Holds(o.verdict.Claim)
		if ok {
			o.held++
			left = append(left, o)
			continue
		}
		o.found = &Execution{Trace: w.t, How: s.how, At: at, options: s.options}
		if replayed {
			continue
		}
		if same, err := o.found.Replay(v.s); err != nil || !same {
			return cmp.Or(err, fmt.Errorf("%s: an execution that violates it is another when it is run again", o.verdict.Text))
		}
		replayed = true
	}
	*open = left
	return nil
}

// extremes are the executions with all delays at one end.
func extremes() []sample {
	return []sample{
		{simulate.Options{Sampler: simulate.Lo}, "every delay is at its least"},
		{simulate.Options{Sampler: simulate.Hi}, "every delay is at its greatest"},
	}
}

// together is what would make several open claims fail at once; nothing if there is one.
func together(open []*openClaim) []target {
	var all target
	claims := 0
	for _, o := range open {
		if len(o.answer.targets) == 0 {
			continue
		}
		claims++
		for _, t := range o.answer.targets {
			if all.run == nil || all.run == t.run {
				all.run, all.early, all.late = t.run, append(all.early, t.early...), append(all.late, t.late...)
			}
		}
	}
	if claims < 2 {
		return nil
	}
	all.text = fmt.Sprintf("%d claims may fail", claims)
	return []target{all}
}

// aimed lists the executions that failed proofs ask for: with some events as early and
// others as late as they can be.
func aimed(targets []target) (out []sample) {
	for _, t := range targets {
		early, late := t.run.named(t.early), t.run.named(t.late)
		for k := range 4 {
			sharedLate, restLate := k&1 != 0, k&2 != 0
			choose := func(what string, d model.Delay) time.Duration {
				e, l := early[what], late[what]
				if e && l {
					e, l = !sharedLate, sharedLate
				}
				if l || !e && restLate {
					return d.Hi
				}
				return d.Lo
			}
			o := simulate.Options{Choose: func() simulate.Chooser { return choose }}
			out = append(out, sample{o, fmt.Sprintf("delays are at their ends, so that %s", t.text)})
		}
	}
	return out
}

// target is what would make a claim fail: events of a run that come early, and others
// that come late.
type target struct {
	run         *run
	early, late []petri.EventID
	text        string
}

// named are the names (see [simulate.Options].Choose) of the delays that events wait for.
func (x *run) named(events []petri.EventID) map[string]bool {
	out := map[string]bool{}
	seen := make([]bool, x.g.Len())
	stack := append([]petri.EventID(nil), events...)
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		if stack = stack[:len(stack)-1]; seen[e] {
			continue
		}
		seen[e] = true
		switch o := x.g.Origin(e); o.Category() {
		case petri.Work:
			out[x.s.TransitionName(o.Component, o.Element)] = true
		case petri.Starting:
			out[simulate.StartName(x.s, o.Node)] = true
		case petri.Pausing:
			if in := &x.s.Nodes[o.Node].Program[o.Instruction]; in.Op == model.Pause {
				out[simulate.PauseName(x.s, o.Node, &in.Duration)] = true
			}
		}
		stack = append(stack, x.g.Causes(e)...)
	}
	return out
}
