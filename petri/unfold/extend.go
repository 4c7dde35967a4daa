package unfold

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
)

// A played execution has all events that there are if none of its possible extensions
// (Esparza, Römer, Vogler 2002) is possible: firings with tokens of the execution that it
// does not have. Then every execution, complete or not, has only events of the played one.
// See cover/README.md, "Possible extensions". Where an instruction fails no execution is
// complete, so that failures are left out, unless the question is whether there are any.

// extender makes the system of a played execution with its possible extensions.
type extender struct {
	*coverer
	extensions []cover.Extension
	waits      map[petri.TransitionID][][]cover.Event // what its firings and extensions take
}

// extend makes the system of a played execution with its possible extensions, and finds out which
// of these an execution might have; nil if that is not known. Without failures it is one in which
// no instruction fails.
func extend(net *petri.Net, p *player, strict Strict, failures bool) (*extender, *cover.Prospect) {
	if sleepsForEver(net.Scenario) { // nothing occurs for certain
		return nil, nil
	}
	x := &extender{coverer: newCoverer(net, p, strict), waits: map[petri.TransitionID][][]cover.Event{}}
	x.exits, x.asked = x.mayExit(), map[int][2]int{}
	if err := x.build(); err != nil {
		return nil, nil
	}
	failed := map[petri.PlaceID]bool{}
	for _, f := range net.Fails {
		failed[f.Place] = true
	}
	for t := range net.Transitions {
		fails := slices.ContainsFunc(net.Transitions[t].Out(), func(p petri.PlaceID) bool { return failed[p] })
		if !tells(net, petri.TransitionID(t)) && (failures || !fails) && !x.extend(petri.TransitionID(t)) {
			return nil, nil
		}
	}
	x.findAsking()
	x.fleet()
	return x, cover.Extensions(x.system, x.extensions, x.doubtful)
}

// closed says whether every execution, or without failures every one in which no instruction fails,
// has only events of a played one, each with the tokens that it takes there.
func closed(net *petri.Net, p *player, strict Strict, failures bool) bool {
	_, known := extend(net, p, strict, failures)
	return known != nil && len(known.Possible) == 0
}

// Ended is when a program ends: between two dates in every execution, if it certainly does.
type Ended struct {
	Certainly        bool
	Earliest, Latest time.Duration
}

// Stuck plays a net, and returns the run if the program of some node does not end in it. If
// no other execution goes further, so that the plan never ends, it has the ends of the
// programs that do end, too; otherwise, or where that is not known, ends is nil.
func Stuck(net *petri.Net) (stuck *Exploration, ends []Ended) {
	r := runs.Get().(*run)
	defer r.free()
	x := newExplorer(net, Limit{})
	if net.LookedAt != nil {
		return nil, nil
	}
	if unending, err := r.p.play(net, net.Middle); err != nil || unending < 0 || r.begin(x, decisions{}) != nil {
		return nil, nil
	}
	x.noteHazards(r)
	x.Runs = []Run{{Graph: r.graph}}
	p := r.p
	c, known := farthest(net, p)
	if known == nil {
		return &x.Exploration, nil
	}
	ends = make([]Ended, len(net.Ends))
	for n, end := range net.Ends {
		if k := p.marked[end]; k >= 0 && !net.MayFail() {
			e := c.event[p.conditions[k].producer]
			ends[n] = Ended{known.Surely[e] < model.Never, known.Earliest[e], known.Surely[e]}
		}
	}
	return &x.Exploration, ends
}

// maxFarther is how often a played execution is gone on with.
const maxFarther = 8

// farthest goes on with a played execution in which a program does not end, as if what its possible
// extensions wait for were there, until no other is possible. Each execution then has only events of
// what has been played. It returns nil if all programs have ended by then, or it is not known.
func farthest(net *petri.Net, p *player) (*extender, *cover.Prospect) {
	for range maxFarther {
		x, known := extend(net, p, NoHazards, false)
		if known == nil || len(known.Possible) == 0 {
			return x, known
		}
		gone := false
		for _, ext := range x.extensions {
			if len(ext.Rivals) > 0 || !slices.Contains(known.Possible, ext.Event) {
				continue
			}
			if t := x.out.events[ext.Event]; p.hasInputs(t) {
				if gone = true; p.force(t) != nil {
					return nil, nil
				}
			}
		}
		if !gone || !slices.ContainsFunc(net.Ends, func(end petri.PlaceID) bool { return p.marked[end] < 0 }) {
			return nil, nil
		}
	}
	return nil, nil
}

// mayExit says of which nodes the process may end, so that others go on with what they
// know of it (SEMANTICS.md, rule 7.1): not before its program has ended and its components are
// idle.
func (c *extender) mayExit() []bool {
	s := c.net.Scenario
	out := make([]bool, len(s.Nodes))
	for n, end := range c.net.Ends {
		out[n] = s.Rules.Exits && s.Network.Profile.Kind == model.Polling && c.p.marked[end] >= 0
	}
	for k, idle := range c.net.Idle {
		if idle >= 0 && c.p.marked[idle] < 0 {
			out[s.Components[k].Node] = false
		}
	}
	return out
}

// maxReadings bounds the sets of tokens that a transition may take.
const maxReadings = 64

// extend adds the events that a transition might be, beside those that it is in the
// played execution: one for each set of tokens that it might take.
func (c *extender) extend(t petri.TransitionID) bool {
	in := c.net.Transitions[t].In()
	sets := [][]int32{nil}
	for _, place := range in {
		var next [][]int32
		for _, head := range sets {
			for _, k := range c.p.byPlace.Of(place) {
				if !slices.ContainsFunc(head, func(other int32) bool { return c.apart(k, other) || c.apart(other, k) }) {
					next = append(next, append(slices.Clip(head), k))
				}
			}
		}
		if sets = next; len(sets) > maxReadings {
			return false
		}
	}
	for _, taken := range sets {
		if !c.played(t, taken) && !c.extension(t, taken) {
			return false
		}
	}
	return true
}

// apart says whether one token is certainly gone when another comes: by events of one chain, or
// by the tokens of a component.
func (c *extender) apart(k, other int32) bool {
	gone, comes := c.p.conditions[k].consumer, c.p.conditions[other].producer
	if gone < 0 || comes < 0 {
		return false
	}
	if a, b := c.place[gone], c.place[comes]; a.chain != cover.Alone && b.chain != cover.Alone {
		return a.chain == b.chain && a.pos < b.pos || gone == comes
	}
	return gone == comes || c.precedes(gone, comes)
}

// played says whether a set of tokens is taken by an event of the played execution that
// is a firing of a transition, or of another alternative of its choice.
func (c *extender) played(t petri.TransitionID, taken []int32) bool {
	if len(taken) == 0 {
		return c.p.fired[t] > 0
	}
	e := c.p.conditions[taken[0]].consumer
	if e < 0 {
		return false
	}
	f := &c.p.events[e]
	choice := c.net.Transitions[t].Choice
	if f.transition != t && (choice == 0 || c.net.Transitions[f.transition].Choice != choice) {
		return false
	}
	return len(f.taken) == len(taken) && !slices.ContainsFunc(taken, func(k int32) bool { return c.p.conditions[k].consumer != e })
}

// extension adds a possible extension.
func (c *extender) extension(t petri.TransitionID, taken []int32) bool {
	var causes, rivals []cover.Event
	for _, k := range taken {
		if err := c.cause(&causes, k); err != nil {
			return false
		}
		if j := c.p.conditions[k].consumer; j >= 0 {
			if c.event[j] == cover.None {
				return false
			}
			rivals = append(rivals, c.event[j])
		}
	}
	tr := &c.net.Transitions[t]
	slices.Sort(causes)
	causes = slices.Compact(causes)
	for _, r := range rivals {
		if slices.Contains(causes, r) {
			return true // one of the tokens is gone when another comes
		}
	}
	e := c.add(cover.Alone, t, *tr.Delay, causes...)
	c.waits[t] = append(c.waits[t], causes)
	for _, place := range tr.Read() {
		clauses, err := c.clauses(place, observer{node: -1})
		if err != nil {
			return false
		}
		for _, clause := range clauses {
			c.system.Guard(e, clause...)
		}
	}
	c.extensions = append(c.extensions, cover.Extension{Event: e, Rivals: rivals})
	return true
}

// findAsking finds, for the ports that nodes may remember as active, what those wait for that
// ask about them.
func (c *extender) findAsking() {
	for e := range c.p.events {
		f := &c.p.events[e]
		var causes []cover.Event
		for _, k := range f.taken {
			if p := c.p.conditions[k].producer; p >= 0 && c.event[p] != cover.None {
				causes = append(causes, c.event[p])
			}
		}
		c.waits[f.transition] = append(c.waits[f.transition], causes)
	}
	for i, pair := range c.asked {
		for _, t := range c.net.ComponentLooks[pair] {
			for _, causes := range c.waits[t] {
				c.doubtful[i].Asking = append(c.doubtful[i].Asking, c.beforeLooks(causes))
			}
		}
	}
}

// beforeLooks are the events that some wait for, where steps and looks of the executor, which may
// have asked already, are replaced by what they wait for.
func (c *extender) beforeLooks(events []cover.Event) (out []cover.Event) {
	for _, e := range events {
		if k := c.net.Transitions[c.out.events[e]].Origin.Kind; k == petri.Step || k == petri.Look {
			out = append(out, c.beforeLooks(c.system.Causes(e))...)
		} else {
			out = append(out, e)
		}
	}
	return out
}
