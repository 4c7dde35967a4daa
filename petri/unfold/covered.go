package unfold

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/internal/lists"
	"adagio/petri/precedence"
	"adagio/petri/sleep"
	"adagio/petri/waits"
)

// Covering bounds the dates of a plan without exploring the orders of its races
// (package cover). The events are those of one execution, which every complete
// execution has: what programs and components do follows from the plan. Only when
// they do it, and which phase of a condition they find on, differs.
type Covering struct {
	// System is what was covered, Cover the state of the rules, and Refined what splitting
	// its open clauses has made of it.
	System  *cover.System
	Cover   *cover.Cover
	Refined *cover.Refined
	// Starts and Ends are, by node, the events of the system that start and end its
	// program.
	Starts, Ends []cover.Event
	// Extended says that possible extensions decided which events the plan has.
	Extended bool
	waits.Exits
	// Hazards lists the intervals of no length that a wait might see. A strict cover
	// has the executions in which it does.
	Hazards []Hazard
	// Completes says that every execution is proved to end. If it is not, Hanging is one
	// that does not, or nil where none is known.
	Completes bool
	Hanging   *petri.EventGraph
	// Fails says that it is not proved that no instruction fails.
	Fails bool

	// Graph has the events with what they certainly wait for. Where no order is open it is
	// the event graph of all executions; otherwise its dates are those of Refined.
	Graph *petri.EventGraph

	// events are the transitions that the events of the system stand for: that of a firing,
	// or of an arrival one of those that bring the fact, the slowest.
	events []petri.TransitionID
	id     []petri.EventID   // of Graph, by event of the system
	raced  [][]cover.Ordered // by race that [Covering.Races] lists: where its events meet
}

// UncoveredError says why the orders of a plan's races cannot be covered.
type UncoveredError struct{ Reason string }

func (e *UncoveredError) Error() string { return e.Reason }

func uncovered(format string, args ...any) error {
	return &UncoveredError{fmt.Sprintf(format, args...)}
}

// Strict says, of a node and a fact that it waits for, whether it may see the fact hold
// where that lasts no time in the model (SEMANTICS.md, rule 3.7).
type Strict func(node int, fact petri.Fact) bool

// The ends of what a cover may include.
func AllHazards(int, petri.Fact) bool { return true }
func NoHazards(int, petri.Fact) bool  { return false }

// Cover plays the net until its programs end, and covers the orders of its races. It fails
// with an [UncoveredError] where it cannot.
func Cover(net *petri.Net, limits cover.Limits, strict Strict) (*Covering, error) {
	if net.LookedAt != nil {
		return nil, uncovered("nodes that sleep look at each other")
	}
	p, err := ended(net)
	if err != nil {
		return nil, err
	}
	c := newCoverer(net, p, strict)
	if err := c.refuse(); err != nil {
		if !closed(net, p, strict, false) {
			return nil, err
		}
		c.out.Extended = true
	}
	if err := c.build(); err != nil {
		return nil, err
	}
	for n, end := range net.Ends {
		c.out.Ends = append(c.out.Ends, c.event[p.conditions[p.byPlace.Of(end)[0]].producer])
		c.out.Starts = append(c.out.Starts, c.event[c.starts[n]])
	}
	c.fleet()
	if err := c.cover(limits); err != nil {
		return nil, err
	}
	var otherwise cover.Hang
	if c.out.Completes, otherwise = cover.Completes(c.system, limits); !c.out.Completes && !c.system.Require(c.out.Ends, !c.polls()) {
		if c.polls() || sleepsForEver(net.Scenario) {
			return nil, uncovered("all programs may end though %s never happens", net.TransitionName(c.out.events[slices.Index(c.system.Optional(), true)]))
		}
		if err := c.cover(limits); err != nil {
			return nil, err
		}
	}
	c.out.Refined = c.out.Cover.Refine(c.out.Ends)
	if c.out.Graph, c.out.id, err = c.graph(c.out.Cover); err != nil {
		return nil, err
	}
	c.finish()
	c.noteHazards()
	order, err := precedence.NewOrders(c.out.Graph)
	if err != nil {
		return nil, err
	}
	c.out.Exits.Add(order)
	c.out.Fails = net.MayFail() && !closed(net, p, strict, true)
	if !c.out.Completes {
		c.out.Hanging = c.hanging(otherwise)
	}
	return c.out, nil
}

// cover finds the bounds of the system.
func (c *coverer) cover(limits cover.Limits) (err error) {
	if c.out.Cover, err = cover.Of(c.system, limits); err != nil {
		return uncovered("%v", err)
	}
	if err := c.deferToWakes(); err != nil {
		return err
	}
	if err := c.shorten(); err != nil {
		return uncovered("%v", err)
	}
	return nil
}

// ended plays a net with all delays in the middle, at their lower and at their upper ends, and
// with one node slow and all others fast, or the other way round, until all programs end: in other
// executions that complete they do the same.
func ended(net *petri.Net) (*player, error) {
	delays := []func(petri.TransitionID) time.Duration{net.Middle, ends(net, func(int) bool { return false }), ends(net, func(int) bool { return true })}
	for n := range min(len(net.Scenario.Nodes), maxPaces) {
		delays = append(delays, ends(net, func(m int) bool { return m == n }), ends(net, func(m int) bool { return m != n }))
	}
	for seed := range uint64(maxDraws) {
		delays = append(delays, drawn(net, seed))
	}
	p, unending := new(player), -1
	for _, delay := range delays {
		var err error
		unending, err = p.play(net, delay)
		if asleep, ok := errors.AsType[*sleep.Error](err); ok {
			return nil, uncovered("%v", asleep)
		}
		if err != nil || unending < 0 {
			return p, err
		}
	}
	return nil, uncovered("the program of node %s does not end in one order of its races", net.Scenario.Nodes[unending].Name)
}

// maxDraws is how often all delays are drawn.
const maxDraws = 32

// drawn draws each delay from its interval.
func drawn(net *petri.Net, seed uint64) func(petri.TransitionID) time.Duration {
	return func(t petri.TransitionID) time.Duration {
		d := net.Transitions[t].Delay
		return d.Lo + time.Duration(rand.New(rand.NewPCG(seed, uint64(t))).Int64N(int64(d.Hi-d.Lo)+1))
	}
}

// maxPaces is the number of nodes that are played slow and fast by themselves.
const maxPaces = 16

// ends has the delays of some nodes at their upper ends, and those of all others at their lower.
func ends(net *petri.Net, slow func(node int) bool) func(petri.TransitionID) time.Duration {
	return func(t petri.TransitionID) time.Duration {
		return petri.End(slow(net.Transitions[t].Node())).Of(*net.Transitions[t].Delay)
	}
}

// shorten shortens the delays that contain only looks at peers that are certainly at rest, as far
// as the certain order of a first cover tells, or says from when on they are short.
func (c *coverer) shorten() (err error) {
	if !slices.ContainsFunc(c.net.Transitions, func(t petri.Transition) bool { return len(t.Peers) > 0 && t.AtRest < t.Delay.Hi }) {
		return nil
	}
	g, id, err := c.graph(c.out.Cover)
	if err != nil {
		return err
	}
	o := new(precedence.Orders)
	o.Begin(g)
	findPeersAtRest(o)
	o.Free()
	c.atRest = make([]bool, len(id))
	for e, now := range id {
		if c.atRest[e] = g.PeersAtRest != nil && g.PeersAtRest[now]; c.atRest[e] {
			c.system.Shorten(cover.Event(e), c.net.Transitions[g.Transition[now]].AtRest)
		}
	}
	c.quicken(c.out.Cover)
	c.out.Cover, err = c.out.Cover.Again()
	return err
}

// graph has the events of the system with what they certainly wait for; id maps them to
// its events.
func (c *coverer) graph(of *cover.Cover) (g *petri.EventGraph, id []petri.EventID, err error) {
	nodes := make([]petri.Event, c.system.Len())
	fired := map[petri.TransitionID]int32{}
	for e := range nodes {
		t := c.out.events[e]
		var causes []petri.EventID
		for _, p := range of.Certain(cover.Event(e)) {
			causes = append(causes, petri.EventID(p))
		}
		nodes[e] = petri.Event{Transition: t, Nth: fired[t], Alternatives: [][]petri.EventID{causes}}
		fired[t]++
	}
	g, id, ok := petri.NewEventGraph(c.net, nodes, nil)
	if !ok {
		return nil, nil, uncovered("its causes form a circle")
	}
	return g, id, nil
}

// finish completes the graph of a covering.
func (c *coverer) finish() {
	g := c.out.Graph
	g.Marking = lists.Zeros(g.Marking, len(c.net.Places))
	for p, k := range c.p.marked {
		g.Marking[p] = k >= 0
	}
	g.Complete = true
	for n, end := range c.out.Ends {
		g.Ends = append(g.Ends, c.out.id[end])
		g.Starts = append(g.Starts, c.out.id[c.out.Starts[n]])
	}
	if c.atRest != nil {
		g.PeersAtRest = make([]bool, g.Len())
		for e, now := range c.out.id {
			g.PeersAtRest[now] = c.atRest[e]
		}
	}
	if c.summed() {
		return
	}
	if optional := c.system.Optional(); optional != nil {
		g.Optional = make([]bool, g.Len())
		for e, now := range c.out.id {
			g.Optional[now] = optional[e]
		}
	}
	for i := range g.Bounds {
		g.Bounds[i] = make([]time.Duration, g.Len())
	}
	for e, now := range c.out.id {
		g.Bounds[0][now], g.Bounds[1][now] = c.out.Refined.Earliest(cover.Event(e)), c.out.Refined.Latest(cover.Event(e))
	}
	g.OrdersCovered, g.Witnesses = true, c.out.witnesses
}

// summed says whether all dates are sums of delays along the graph: no order is open, and
// nothing comes earlier than its causes tell (rule R8).
func (c *coverer) summed() bool {
	if !c.even || c.sleeps || c.system.Optional() != nil || len(c.out.Cover.Open()) > 0 {
		return false
	}
	dates, err := c.out.Graph.Dates(c.out.Graph.Delays(petri.Latest))
	for e, now := range c.out.id {
		if err != nil || dates[now] > c.out.Refined.Latest(cover.Event(e)) {
			return false
		}
	}
	return true
}

// witnesses is [petri.EventGraph.Witnesses] of the graph.
func (c *Covering) witnesses(to petri.EventID) []petri.Witness {
	of := func(e cover.Event) petri.EventID {
		if e == cover.None {
			return -1
		}
		return c.id[c.System.Origin(e)]
	}
	var out []petri.Witness
	for _, w := range c.Refined.Witnesses(cover.Event(slices.Index(c.id, to))) {
		out = append(out, petri.Witness{Event: c.id[w.Event], Date: w.Date, Delay: w.Delay, Chosen: w.Chosen, After: of(w.Next), Before: of(w.Off), Capped: w.Capped})
	}
	return out
}

// Races lists the pairs of events whose order is open: one that asks for a signal, and one
// that switches it. A pair that meets at several signals is listed once.
func (c *Covering) Races() (out []Race) {
	seen := map[[2]petri.TransitionID]int{}
	c.raced = nil
	for _, open := range c.Cover.Open() {
		a := c.events[open.Event]
		for _, p := range open.Phases {
			for _, e := range [2]cover.Event{p.On, p.Off} {
				if e == cover.None || c.Refined.Latest(e) < c.Refined.Earliest(open.Event) || c.Refined.Earliest(e) > c.Refined.Latest(open.Event) || c.Cover.Decided(open.Event, e) {
					continue
				}
				pair := cover.Ordered{Event: open.Event, Other: e}
				e = c.System.Origin(e)
				b := c.events[e]
				if i, ok := seen[[2]petri.TransitionID{a, b}]; ok {
					c.raced[i] = append(c.raced[i], pair)
				} else {
					seen[[2]petri.TransitionID{a, b}] = len(out)
					c.raced = append(c.raced, []cover.Ordered{pair})
					out = append(out, Race{A: a, B: b, AFirst: c.Refined.Earliest(open.Event), ALast: c.Refined.Latest(open.Event), BFirst: c.Refined.Earliest(e), BLast: c.Refined.Latest(e)})
				}
			}
		}
	}
	return out
}

// Given bounds the dates of the executions in which the events of some of the races, which
// [Covering.Races] has listed, come in the given orders, in a graph without witnesses. It fails
// if there is no such execution. Who acts before something happens also acts before the news
// of it; but who acts after it may not have the news yet.
func (c *Covering) Given(orders []Order, limits cover.Limits) (*petri.EventGraph, error) {
	var hypotheses []cover.Ordered
	for _, o := range orders {
		for _, pair := range c.raced[o.Race] {
			if pair.First = o.First; o.First || c.System.Origin(pair.Other) == pair.Other {
				hypotheses = append(hypotheses, pair)
			}
		}
	}
	r, err := c.Cover.Given(hypotheses, c.Ends, limits)
	if err != nil {
		return nil, err
	}
	g := *c.Graph
	g.Witnesses = nil
	for i := range g.Bounds {
		g.Bounds[i] = slices.Clone(g.Bounds[i])
	}
	for e, now := range c.id {
		g.Bounds[0][now] = max(g.Bounds[0][now], r.Earliest(cover.Event(e)))
		g.Bounds[1][now] = min(g.Bounds[1][now], r.Latest(cover.Event(e)))
	}
	return &g, nil
}

// Transition is the transition that an event of the system stands for.
func (c *Covering) Transition(e cover.Event) petri.TransitionID { return c.events[e] }
