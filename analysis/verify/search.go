package verify

import (
	"fmt"
	"math/rand/v2"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// sample is an execution that several claims are held against.
type sample struct {
	options simulate.Options
	how     string
	witness *witness // nil where it has not been kept
}

// maxEvents bounds the events of all executions that are simulated for the claims of a
// plan; those at the ends of delays are always.
const maxEvents = 30_000_000

// kept is how many executions are kept for further claims.
const kept = 64

// atEnds is how many executions of a plan have all delays at one end.
const atEnds = 2

// plan lists the executions that every claim is held against: those at the ends of all
// delays, then those that are drawn.
func (v *verifier) plan() []sample {
	if v.samples == nil {
		v.samples = []sample{
			{options: simulate.Options{Sampler: simulate.Lo}, how: "every delay is at its least"},
			{options: simulate.Options{Sampler: simulate.Hi}, how: "every delay is at its greatest"},
		}
		for i := range v.opts.Runs {
			v.samples = append(v.samples, drawn(v.opts.Seed, uint64(i)))
		}
		for i := range v.samples {
			v.samples[i].options.History = true
		}
	}
	return v.samples
}

// drawn is an execution with delays that are drawn: from their distributions, or, every
// other time, from their ends and what lies between.
func drawn(seed, i uint64) sample {
	o := simulate.Options{Seed: seed, Index: i}
	if i%2 == 0 {
		return sample{options: o, how: fmt.Sprintf("delays are drawn (seed %d, replication %d)", seed, i)}
	}
	o.Choose = func() simulate.Chooser {
		r := rand.New(rand.NewPCG(seed, i))
		return func(_ string, d model.Delay) time.Duration {
			switch r.IntN(3) {
			case 0:
				return d.Lo
			case 1:
				return d.Hi
			}
			return d.Lo + time.Duration(r.Int64N(int64(d.Hi-d.Lo)+1))
		}
	}
	return sample{options: o, how: fmt.Sprintf("delays are at their ends or drawn (seed %d, replication %d)", seed, i)}
}

// search looks for an execution that violates a claim, and says in how many it holds
// where there is none.
func (v *verifier) search(c *model.Claim, a answer) (*Execution, int, error) {
	n := 0
	try := func(s *sample) (*Execution, error) {
		w := s.witness
		if w == nil {
			if w = newWitness(v.s, v.runner.Run(s.options)); n < kept {
				s.witness = w
			}
			v.events += w.t.Events
		}
		ok, at := w.Holds(c)
		if n++; ok {
			return nil, nil
		}
		x := &Execution{Trace: w.t, How: s.how, At: at, options: s.options}
		same, err := x.Replay(v.s)
		if err == nil && !same {
			err = fmt.Errorf("%s: an execution that violates it is another when it is run again", c.Text(v.s))
		}
		return x, err
	}
	plan := v.plan()
	ends, drawn := plan[:atEnds], plan[atEnds:]
	for i := range ends {
		if x, err := try(&ends[i]); x != nil || err != nil {
			return x, n, err
		}
	}
	for _, s := range v.aimed(a) {
		if x, err := try(&s); x != nil || err != nil {
			return x, n, err
		}
	}
	for i := range drawn {
		if i > 0 && v.events > maxEvents {
			break
		}
		if x, err := try(&drawn[i]); x != nil || err != nil {
			return x, n, err
		}
	}
	return nil, n, nil
}

// aimed lists the executions that a failed proof asks for: with some events as early and
// others as late as they can be.
func (v *verifier) aimed(a answer) (out []sample) {
	for _, t := range a.targets {
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
			o := simulate.Options{History: true, Choose: func() simulate.Chooser { return choose }}
			out = append(out, sample{options: o, how: fmt.Sprintf("delays are at their ends, so that %s", t.text)})
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
