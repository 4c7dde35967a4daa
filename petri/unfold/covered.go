package unfold

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/internal/lists"
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
	// Missed lists who may wait for ever because the process that it looks at has ended.
	Missed []Wait
	// Unclosed lists why the closing "wait all" of a node may never return.
	Unclosed []Wait
	// Hazards lists the intervals of no length that a wait might see. A strict cover
	// has the executions in which it does.
	Hazards []Hazard
	// Completes says that every execution is proved to end.
	Completes bool

	// Graph has the events with what they certainly wait for. Where no order is open it is
	// the event graph of all executions; otherwise its dates are those of Refined.
	Graph *petri.EventGraph

	// events are the transitions that the events of the system stand for: that of a firing,
	// or of an arrival one of those that bring the fact, the slowest.
	events []petri.TransitionID
	id     []petri.EventID // of Graph, by event of the system
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

// Cover plays the net once and covers the orders of its races. It fails with an
// [UncoveredError] where it cannot.
func Cover(net *petri.Net, limits cover.Limits, strict Strict) (*Covering, error) {
	for n := range net.Scenario.Nodes {
		if net.Scenario.Nodes[n].Uptime != nil {
			return nil, uncovered("node %s sleeps", net.Scenario.Nodes[n].Name)
		}
	}
	p := newPlayer(net, net.Middle, nil)
	if err := p.run(); err != nil {
		return nil, err
	}
	c := &coverer{net: net, p: p, system: cover.NewSystem(), event: make([]cover.Event, len(p.events)), signals: map[signalKey]cover.Signal{}, even: true, strict: strict, moments: map[observer][]stay{}, remotes: map[signalKey]int{}, chains: map[int]int{}}
	c.out = &Covering{System: c.system}
	for n, end := range net.Ends {
		if len(p.byPlace.Of(end)) == 0 {
			return nil, uncovered("the program of node %s does not end in one order of its races", net.Scenario.Nodes[n].Name)
		}
	}
	for k, idle := range net.Idle { // what it would do after that is not known
		if idle >= 0 && p.marked[idle] < 0 {
			return nil, uncovered("a behaviour of %s does not end in one order of its races", net.Scenario.Components[k].Name)
		}
	}
	if err := c.build(); err != nil {
		return nil, err
	}
	for n, end := range net.Ends {
		c.out.Ends = append(c.out.Ends, c.event[p.conditions[p.byPlace.Of(end)[0]].producer])
		c.out.Starts = append(c.out.Starts, c.event[c.starts[n]])
	}
	if err := c.shorten(limits); err != nil {
		return nil, uncovered("%v", err)
	}
	var err error
	if c.out.Cover, err = cover.Of(c.system, limits); err != nil {
		return nil, uncovered("%v", err)
	}
	c.out.Refined = c.out.Cover.Refine(c.out.Ends)
	if c.out.Graph, c.out.id, err = c.graph(c.out.Cover); err != nil {
		return nil, err
	}
	c.finish()
	c.noteHazards()
	if err := c.noteExits(); err != nil {
		return nil, err
	}
	c.out.Completes = cover.Completes(c.system, limits)
	return c.out, nil
}

// shorten shortens the delays that contain only looks at peers that are certainly at rest, as far
// as the certain order of a first cover tells.
func (c *coverer) shorten(limits cover.Limits) error {
	if !slices.ContainsFunc(c.net.Transitions, func(t petri.Transition) bool { return len(t.Peers) > 0 && t.AtRest < t.Delay.Hi }) {
		return nil
	}
	first, err := cover.Of(c.system, limits)
	if err != nil {
		return err
	}
	g, id, err := c.graph(first)
	if err != nil {
		return err
	}
	findPeersAtRest(g)
	c.atRest = make([]bool, len(id))
	for e, now := range id {
		if c.atRest[e] = g.PeersAtRest != nil && g.PeersAtRest[now]; c.atRest[e] {
			c.system.Shorten(cover.Event(e), c.net.Transitions[g.Transition[now]].AtRest)
		}
	}
	return nil
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
	g, id, ok := petri.NewEventGraph(c.net, nodes)
	if !ok {
		return nil, nil, uncovered("its causes form a circle")
	}
	return g, id, nil
}

// finish completes the graph of a covering.
func (c *coverer) finish() {
	g := c.out.Graph
	g.Marking = make([]bool, len(c.net.Places))
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
	if c.even && len(c.out.Cover.Open()) == 0 {
		return
	}
	for i := range g.Bounds {
		g.Bounds[i] = make([]time.Duration, g.Len())
	}
	for e, now := range c.out.id {
		g.Bounds[0][now], g.Bounds[1][now] = c.out.Refined.Earliest(cover.Event(e)), c.out.Refined.Latest(cover.Event(e))
	}
	g.OrdersCovered, g.Witnesses = true, c.out.witnesses
}

// noteExits lists the looks, and the closing "wait all", that may come after the process
// that they are at has ended, as far as the certain order and the dates tell.
func (c *coverer) noteExits() error {
	order, err := newOrders(c.out.Graph)
	if err != nil {
		return err
	}
	x := &explorer{Exploration: Exploration{Net: c.net}}
	r := &run{explorer: x, graph: c.out.Graph, order: order}
	x.noteMissed(r)
	x.noteUnclosed(r)
	c.out.Missed, c.out.Unclosed = x.Missed, x.Unclosed
	return nil
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
		out = append(out, petri.Witness{Event: c.id[w.Event], Date: w.Date, Chosen: w.Chosen, After: of(w.Next), Before: of(w.Off), Capped: w.Capped})
	}
	return out
}

// Races lists the pairs of events whose order is open: one that asks for a signal, and one
// that switches it. A pair that meets at several signals is listed once.
func (c *Covering) Races() (out []Race) {
	seen := map[[2]petri.TransitionID]bool{}
	for _, open := range c.Cover.Open() {
		a := c.events[open.Event]
		for _, p := range open.Phases {
			for _, e := range [2]cover.Event{p.On, p.Off} {
				if e == cover.None || c.Refined.Latest(e) < c.Refined.Earliest(open.Event) || c.Refined.Earliest(e) > c.Refined.Latest(open.Event) {
					continue
				}
				e = c.System.Origin(e)
				b := c.events[e]
				if pair := [2]petri.TransitionID{a, b}; !seen[pair] {
					seen[pair] = true
					out = append(out, Race{A: a, B: b, AFirst: c.Refined.Earliest(open.Event), ALast: c.Refined.Latest(open.Event), BFirst: c.Refined.Earliest(e), BLast: c.Refined.Latest(e)})
				}
			}
		}
	}
	return out
}

// coverer makes the system of a played execution.
type coverer struct {
	net     *petri.Net
	p       *player
	system  *cover.System
	event   []cover.Event // by event of the player, None for those that only tell
	signals map[signalKey]cover.Signal
	chains  map[int]int     // by component, the length of its chain; see chainOf
	clock   []int           // by event of the player: how much of that chain precedes it
	place   []inChain       // by event of the player
	starts  []petri.EventID // by node
	ways    map[wayKey]way
	even    bool              // each way of a fact has one least delay
	atRest  []bool            // by event of the system: its delay contains looks at peers at rest only
	remotes map[signalKey]int // the chains of arrivals
	strict  Strict
	moments map[observer][]stay // when a fact that is waited for holds for no time
	out     *Covering
}

// inChain is the place of an event in a chain, or in none.
type inChain struct{ chain, pos int }

// tells says whether a transition only carries or sums up what others have done.
func tells(n *petri.Net, t petri.TransitionID) bool {
	o := n.Transitions[t].Origin
	switch o.Kind {
	case petri.Published, petri.Network:
		return o.Fact.Kind != petri.Present
	case petri.Derived, petri.Shown:
		return true
	}
	return false
}

func (c *coverer) build() error {
	if err := c.refuse(); err != nil {
		return err
	}
	c.findWays()
	c.starts = make([]petri.EventID, len(c.net.Starts))
	c.clock, c.place = make([]int, len(c.p.events)), make([]inChain, len(c.p.events))
	for e := range c.p.events {
		f := &c.p.events[e]
		c.event[e] = cover.None
		if tells(c.net, f.transition) {
			continue
		}
		var causes []cover.Event
		for _, k := range f.taken {
			if err := c.cause(&causes, k); err != nil {
				return err
			}
		}
		for _, k := range f.read {
			if c.lasting(f, k) {
				if err := c.cause(&causes, k); err != nil {
					return err
				}
			}
		}
		slices.Sort(causes)
		causes = slices.Compact(causes)
		t := &c.net.Transitions[f.transition]
		c.event[e] = c.system.Event(c.chainOf(petri.EventID(e)), t.Delay.Lo, t.Delay.Hi, causes...)
		c.out.events = append(c.out.events, f.transition)
		if t.Origin.Kind == petri.NodeStart {
			c.starts[t.Node()] = petri.EventID(e)
		}
		if t.Origin.Kind == petri.Leave {
			c.system.StartSlice(c.event[e])
		}
	}
	for e := range c.p.events {
		if c.event[e] == cover.None {
			continue
		}
		if err := c.guard(petri.EventID(e)); err != nil {
			return err
		}
	}
	return nil
}

// refuse says what the events of a plan depend on beside their order.
func (c *coverer) refuse() error {
	entries := map[[3]int]petri.TransitionID{}
	for e := range c.p.events {
		t := &c.net.Transitions[c.p.events[e].transition]
		o := t.Origin
		name := func() string { return c.net.Scenario.Components[o.Component].Name }
		switch {
		case t.Variant != 0:
			return uncovered("what %s does to its ports depends on the order of its transitions", name())
		case o.Kind == petri.ProgramStep && len(c.net.Consumers.Of(t.In()[0])) > 1 && o.Instruction >= 0 && c.net.Scenario.Nodes[o.Node].Program[o.Instruction].Op == model.Disconnect:
			return uncovered("whether %q has an effect depends on the order of its races", c.net.Scenario.Text(c.net.Scenario.Nodes[o.Node].Program[o.Instruction]))
		case o.Kind == petri.Enter && dockSets(c.net.Scenario.TypeOf(o.Component), o.Behaviour, o.Element) > 1:
			return uncovered("by which dock set %s enters a place depends on the order of its transitions", name())
		case o.Kind == petri.Enter:
			key := [3]int{o.Component, o.Behaviour, o.Element}
			if other, ok := entries[key]; ok && other != c.p.events[e].transition {
				return uncovered("%s enters a place in two ways in one behaviour", name())
			}
			entries[key] = c.p.events[e].transition
		}
	}
	return nil
}

// dockSets counts the dock sets of a place in a behaviour.
func dockSets(t *model.Type, behaviour, place int) int {
	seen := map[int]bool{}
	for _, tr := range t.Transitions {
		if tr.Behaviour == behaviour && tr.Dst == place {
			seen[tr.DockSet] = true
		}
	}
	return len(seen)
}

// cause adds the event that a token came from.
func (c *coverer) cause(causes *[]cover.Event, k int32) error {
	producer := c.p.conditions[k].producer
	if producer < 0 {
		return nil
	}
	if c.event[producer] == cover.None {
		return uncovered("%s follows from what is told", c.net.TransitionName(c.p.events[producer].transition))
	}
	*causes = append(*causes, c.event[producer])
	return nil
}

// lasting says whether a firing certainly needs a condition that it reads, which is the
// only stay of a token in its place, and stays.
func (c *coverer) lasting(f *firing, k int32) bool {
	return c.p.conditions[k].consumer < 0 && c.certain(f, k)
}

// certain says whether a firing needs a condition that it reads in every execution: the
// only stay of a token in its place.
func (c *coverer) certain(f *firing, k int32) bool {
	place := c.p.conditions[k].place
	return !c.net.Chooses(f.transition) && len(c.p.byPlace.Of(place)) == 1 && c.base(place)
}

// base says whether a place is marked and emptied by what happens, not by what is told
// or follows from that.
func (c *coverer) base(place petri.PlaceID) bool {
	for _, k := range c.p.byPlace.Of(place) {
		if e := c.p.conditions[k].producer; e >= 0 && tells(c.net, c.p.events[e].transition) {
			return false
		}
		if e := c.p.conditions[k].consumer; e >= 0 && tells(c.net, c.p.events[e].transition) {
			return false
		}
	}
	_, isTold := c.net.Told[place]
	return !isTold && len(c.net.Derivations(place)) == 0
}

// chainOf is the chain of an event: that of its component or of its node's program, as
// far as everything in it so far precedes the event in every execution: by what it takes,
// and by what it reads that lasts, not by what it happens to find.
func (c *coverer) chainOf(e petri.EventID) int {
	f := &c.p.events[e]
	owner := ownerOf(c.net, f.transition)
	for i, k := range slices.Concat(f.taken, f.read) {
		if i >= len(f.taken) && !c.lasting(f, k) {
			continue
		}
		if p := c.p.conditions[k].producer; p >= 0 && ownerOf(c.net, c.p.events[p].transition) == owner {
			c.clock[e] = max(c.clock[e], c.clock[p])
		}
	}
	if c.clock[e] < c.chains[owner] {
		c.place[e].chain = cover.Alone
		return cover.Alone
	}
	c.place[e] = inChain{owner, c.chains[owner]}
	c.chains[owner]++
	c.clock[e]++
	return owner
}

// guard gives an event the clauses that it reads.
func (c *coverer) guard(e petri.EventID) error {
	f := &c.p.events[e]
	if c.net.Chooses(f.transition) {
		return c.guardLimit(e)
	}
	for _, k := range f.read {
		if c.lasting(f, k) || c.determined(e, k) {
			continue
		}
		clauses, err := c.clauses(c.p.conditions[k].place, observer{node: -1})
		if err != nil {
			return err
		}
		for _, clause := range clauses {
			if len(clause) > 1 && c.net.Transitions[f.transition].Delay.Hi > 0 {
				return uncovered("%s takes time while any of several providers serves", c.net.TransitionName(f.transition))
			}
			c.system.Guard(c.event[e], clause...)
		}
	}
	return nil
}

// determined says whether an event finds a condition in every execution: what marks the
// place and what empties it again are in the chain of the event, before and after it.
func (c *coverer) determined(e petri.EventID, k int32) bool {
	if !c.base(c.p.conditions[k].place) {
		return false
	}
	inChain := func(f petri.EventID) bool {
		return c.place[f].chain == c.place[e].chain && c.place[f].chain != cover.Alone
	}
	on, off := c.p.conditions[k].producer, c.p.conditions[k].consumer
	return (on < 0 || inChain(on) && c.place[on].pos < c.place[e].pos) && (off < 0 || inChain(off) && c.place[off].pos > c.place[e].pos)
}

// guardLimit gives a limit its clauses: that all but k - 1 of some components have ended
// is that of every k of them one has.
func (c *coverer) guardLimit(e petri.EventID) error {
	o := c.net.Transitions[c.p.events[e].transition].Origin
	in := c.net.Scenario.Nodes[o.Node].Program[o.Instruction]
	places := c.net.Limits[[2]int{o.Node, o.Instruction}]
	if lists.Sets(len(places), in.Most) > lists.MaxSets {
		return uncovered("%q waits for any of too many components", c.net.Scenario.Text(in))
	}
	signals := make([]cover.Signal, len(places))
	for i, place := range places {
		var err error
		if signals[i], err = c.signal(signalKey{place, observer{node: -1}}); err != nil {
			return err
		}
	}
	lists.EachSubset(len(places), in.Most, func(has []bool) {
		var clause []cover.Signal
		for i, s := range signals {
			if has[i] {
				clause = append(clause, s)
			}
		}
		c.system.Guard(c.event[e], clause...)
	})
	return nil
}

// observer is who reads a place: the node itself, or another that is told of a fact.
type observer struct {
	node int // -1 for the node itself
	fact petri.Fact
}

// signalKey names what an observer knows of a place.
type signalKey struct {
	place petri.PlaceID
	observer
}

// clauses are the conditions under which a place is marked: all of them, and of each
// one of its signals.
func (c *coverer) clauses(place petri.PlaceID, by observer) ([][]cover.Signal, error) {
	if t, ok := c.net.Told[place]; ok {
		from := c.net.Sources[t.Fact]
		by := observer{c.net.Places[place].Node(), t.Fact}
		if !t.Value {
			return c.any(from.Off, by)
		}
		return c.known(from, by)
	}
	if alternatives := c.net.Derivations(place); len(alternatives) == 1 {
		return c.all(alternatives[0], by)
	} else if len(alternatives) > 1 {
		return c.any(alternatives, by)
	}
	s, err := c.signal(signalKey{place, by})
	if err != nil {
		return nil, err
	}
	return [][]cover.Signal{{s}}, nil
}

// known are the conditions under which an observer knows a fact.
func (c *coverer) known(from petri.Source, by observer) ([][]cover.Signal, error) {
	bases, simple := c.bases(from.On)
	if !simple {
		return c.all(from.On, by)
	}
	if len(bases) == 0 { // it holds from the start of its node on
		bases = []petri.PlaceID{noPlace}
	}
	var all [][]stay
	for _, place := range bases {
		stays, err := c.stays(place)
		if err != nil {
			return nil, err
		}
		all = append(all, stays)
	}
	if !from.Presumed {
		waited := awaitedByHazards(by.fact)
		if waited {
			c.noteMoments(by, all)
		}
		if !waited || !c.strict(by.node, by.fact) {
			c.visible(by.fact.Node, all)
		}
	}
	var out [][]cover.Signal
	for i, place := range bases {
		k := signalKey{place, by}
		s, ok := c.signals[k]
		if !ok {
			s = c.add(k, all[i])
		}
		out = append(out, []cover.Signal{s})
	}
	return out, nil
}

// bases lists the places that others follow from, if all of them are needed.
func (c *coverer) bases(places []petri.PlaceID) (out []petri.PlaceID, simple bool) {
	for _, p := range places {
		switch alternatives := c.net.Derivations(p); len(alternatives) {
		case 0:
			out = append(out, p)
		case 1:
			more, ok := c.bases(alternatives[0])
			if !ok {
				return nil, false
			}
			out = append(out, more...)
		default:
			return nil, false
		}
	}
	return out, true
}

func (c *coverer) all(places []petri.PlaceID, by observer) (out [][]cover.Signal, err error) {
	for _, p := range places {
		more, err := c.clauses(p, by)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func (c *coverer) any(alternatives [][]petri.PlaceID, by observer) ([][]cover.Signal, error) {
	var clause []cover.Signal
	for _, places := range alternatives {
		clauses, err := c.all(places, by)
		if err != nil {
			return nil, err
		}
		if len(clauses) != 1 {
			return nil, uncovered("one of several conditions is made of several")
		}
		clause = append(clause, clauses[0]...)
	}
	return [][]cover.Signal{clause}, nil
}

// noPlace stands for what always holds.
const noPlace petri.PlaceID = -1

// signal returns the phases of a place as an observer knows them.
func (c *coverer) signal(k signalKey) (cover.Signal, error) {
	if s, ok := c.signals[k]; ok {
		return s, nil
	}
	stays, err := c.stays(k.place)
	if err != nil {
		return 0, err
	}
	return c.add(k, stays), nil
}

func (c *coverer) add(k signalKey, stays []stay) cover.Signal {
	var phases []cover.Phase
	switched := func(e petri.EventID) cover.Event {
		if e < 0 {
			return cover.None
		}
		return c.event[e]
	}
	for _, s := range stays {
		phases = append(phases, cover.Phase{On: switched(s.on), Off: switched(s.off)})
	}
	if k.node >= 0 {
		phases = c.remote(k, phases)
	}
	c.signals[k] = c.system.Signal(phases...)
	return c.signals[k]
}

// stay is one stay of a token in a place, from an event of the player to another; -1 is
// none.
type stay struct{ on, off petri.EventID }

// stays lists those of a place. It fails where their order is not certain.
func (c *coverer) stays(place petri.PlaceID) (out []stay, err error) {
	if place == noPlace {
		return []stay{{-1, -1}}, nil
	}
	last := petri.EventID(-1)
	for _, i := range c.p.byPlace.Of(place) {
		s := stay{c.p.conditions[i].producer, c.p.conditions[i].consumer}
		for _, e := range [2]petri.EventID{s.on, s.off} {
			switch {
			case e < 0:
				continue
			case c.event[e] == cover.None:
				return nil, uncovered("%q is switched by what is told", c.net.PlaceName(place))
			case last >= 0 && last != e && !c.precedes(last, e):
				return nil, uncovered("the order in which %q is switched is open", c.net.PlaceName(place))
			}
			last = e
		}
		out = append(out, s)
	}
	return out, nil
}

// begin is the event with which a stay begins to be shown by a node.
func (c *coverer) begin(s stay, node int) petri.EventID {
	if s.on < 0 {
		return c.starts[node]
	}
	return s.on
}

// over says whether a stay is over in the instant in which all of some others have begun.
func (c *coverer) over(s stay, begins ...petri.EventID) bool {
	return s.off >= 0 && c.follows(s.off, begins)
}

// visible leaves out of the stays of some places, all of which a fact needs, those that
// last no time, or are together with none of another place for any time: what holds only
// inside an instant is seen by nobody (SEMANTICS.md, rule 3.7).
func (c *coverer) visible(node int, all [][]stay) {
	begin := func(s stay) petri.EventID { return c.begin(s, node) }
	together := func(s, t stay) bool { return !c.over(s, begin(s), begin(t)) && !c.over(t, begin(s), begin(t)) }
	for {
		removed := false
		for i := range all {
			all[i] = slices.DeleteFunc(all[i], func(s stay) bool {
				for j := range all {
					if i != j && !slices.ContainsFunc(all[j], func(t stay) bool { return together(s, t) }) {
						removed = true
						return true
					}
				}
				if c.over(s, begin(s)) {
					removed = true
					return true
				}
				return false
			})
		}
		if !removed {
			break
		}
	}
	for i := range all { // moments without the fact are seen by nobody, either
		var merged []stay
		for _, s := range all[i] {
			if n := len(merged); n > 0 && len(all) == 1 && merged[n-1].off >= 0 && c.follows(s.on, []petri.EventID{merged[n-1].off}) {
				merged[n-1].off = s.off
				continue
			}
			merged = append(merged, s)
		}
		all[i] = merged
	}
}

// follows says whether an event certainly occurs in the instant of the last of some
// others, or before: it takes no time and asks nothing, and each of its causes is no
// later than one of them.
func (c *coverer) follows(e petri.EventID, others []petri.EventID) bool {
	return c.noLater(e, others, 0)
}

// maxMoments bounds how many events without a delay are followed back.
const maxMoments = 200

func (c *coverer) noLater(e petri.EventID, others []petri.EventID, depth int) bool {
	for _, other := range others {
		if e == other || e < other && c.precedesAnywhere(e, other) {
			return true
		}
	}
	f := &c.p.events[e]
	if depth > maxMoments || c.net.Transitions[f.transition].Delay.Hi > 0 {
		return false
	}
	caused := false
	for i, k := range slices.Concat(f.taken, f.read) {
		if i >= len(f.taken) && !c.certain(f, k) {
			return false
		}
		if p := c.p.conditions[k].producer; p >= 0 {
			caused = true
			if !c.noLater(p, others, depth+1) {
				return false
			}
		}
	}
	return caused
}

// precedesAnywhere says whether an event follows from another by tokens, whosever they
// are; it looks at a bounded number of events.
func (c *coverer) precedesAnywhere(a, b petri.EventID) bool {
	seen := map[petri.EventID]bool{b: true}
	open := []petri.EventID{b}
	for len(open) > 0 && len(seen) < 4*maxMoments {
		f := &c.p.events[open[len(open)-1]]
		open = open[:len(open)-1]
		for i, k := range slices.Concat(f.taken, f.read) {
			if i >= len(f.taken) && !c.certain(f, k) {
				continue
			}
			p := c.p.conditions[k].producer
			if p == a {
				return true
			}
			if p > a && !seen[p] {
				seen[p] = true
				open = append(open, p)
			}
		}
	}
	return false
}

// precedes says whether an event follows from another by tokens of one component or
// program.
func (c *coverer) precedes(a, b petri.EventID) bool {
	owner := ownerOf(c.net, c.p.events[b].transition)
	seen := map[petri.EventID]bool{}
	open := []petri.EventID{b}
	for len(open) > 0 {
		e := open[len(open)-1]
		open = open[:len(open)-1]
		f := &c.p.events[e]
		for _, k := range f.taken {
			p := c.p.conditions[k].producer
			if p == a {
				return true
			}
			if p > a && !seen[p] && (ownerOf(c.net, c.p.events[p].transition) == owner || ownerOf(c.net, c.p.events[a].transition) != owner) {
				seen[p] = true
				open = append(open, p)
			}
		}
	}
	return false
}

// wayKey names the way of a fact, and its contrary, to a node.
type wayKey struct {
	fact  petri.Fact
	node  int
	value bool
}

// way is how long a fact takes to a node, whichever change of it, and the event before
// which nothing is known there.
type way struct {
	lo, hi     time.Duration
	heard      petri.EventID
	transition petri.TransitionID // the slowest
	note       petri.TransitionID // what takes note of it, in order
}

// findWays collects the delays of all facts on their ways.
func (c *coverer) findWays() {
	c.ways = map[wayKey]way{}
	for t := range c.net.Transitions {
		tr := &c.net.Transitions[t]
		if tr.Origin.Kind != petri.Network || tr.Origin.Fact.Kind == petri.Present {
			continue
		}
		for _, out := range tr.Out() {
			said, ok := c.net.Told[out]
			if !ok {
				continue
			}
			// The delay is that of this transition, or of the arrival that it takes note of;
			// beside that it takes what earlier news have marked.
			d, slowest := tr.Delay, petri.TransitionID(t)
			for _, in := range tr.In() {
				for _, from := range c.net.Producers.Of(in) {
					if o := c.net.Transitions[from].Origin; o.Kind == petri.Network && o.Ceases == tr.Origin.Ceases {
						if b := c.net.Transitions[from].Delay; b.Hi > d.Hi {
							d, slowest = b, from
						}
					}
				}
			}
			k := wayKey{said.Fact, tr.Node(), said.Value}
			w, seen := c.ways[k]
			if !seen {
				w = way{d.Lo, d.Hi, -1, slowest, petri.TransitionID(t)}
			}
			if d.Hi > w.hi {
				w.hi, w.transition = d.Hi, slowest
			}
			c.even = c.even && (!seen || w.lo == d.Lo)
			w.lo = min(w.lo, d.Lo)
			if tr.Delay.Hi == 0 {
				w.note = petri.TransitionID(t)
			}
			if heard, gated := c.net.Heard[out]; gated && len(c.p.byPlace.Of(heard)) > 0 {
				w.heard = c.p.conditions[c.p.byPlace.Of(heard)[0]].producer
			}
			c.ways[k] = w
		}
	}
}

// remote is what another node knows of the phases of a place: each switch arrives
// after its way, in order. What it has not been told it presumes.
func (c *coverer) remote(k signalKey, phases []cover.Phase) []cover.Phase {
	from := c.net.Sources[k.fact]
	last := cover.None
	arrive := func(e cover.Event, value bool) cover.Event {
		w, ok := c.ways[wayKey{k.fact, k.node, value}]
		if !ok {
			w = c.ways[wayKey{k.fact, k.node, !value}]
		}
		var causes []cover.Event
		if last == cover.None && w.heard >= 0 {
			causes = append(causes, c.event[w.heard])
		}
		if last == cover.None && len(causes) == 0 {
			last = c.system.Event(c.newChain(k), w.lo, w.hi, e)
			c.out.events = append(c.out.events, w.transition)
			c.system.Arrival(e, last)
			return last
		}
		way := c.system.Event(cover.Alone, w.lo, w.hi, e)
		c.out.events = append(c.out.events, w.transition)
		if last != cover.None {
			causes = append(causes, last)
		}
		causes = append(causes, way)
		last = c.system.Event(c.newChain(k), 0, 0, causes...)
		c.out.events = append(c.out.events, w.note)
		c.system.Arrival(e, last)
		return last
	}
	started := c.event[c.starts[k.fact.Node]]
	var out []cover.Phase
	marked := len(phases) > 0 && phases[0].On == cover.None
	switch single := len(from.On) == 1; {
	case !marked && single && from.Presumed:
		out = append(out, cover.Phase{On: cover.None, Off: arrive(started, false)})
	case marked && !from.Presumed:
		phases = slices.Clone(phases)
		on := arrive(started, true)
		off := cover.None
		if phases[0].Off != cover.None {
			off = arrive(phases[0].Off, false)
		}
		out = append(out, cover.Phase{On: on, Off: off})
		phases = phases[1:]
	}
	for _, p := range phases {
		q := cover.Phase{On: cover.None, Off: cover.None}
		if p.On != cover.None {
			q.On = arrive(p.On, true)
		}
		if p.Off != cover.None {
			q.Off = arrive(p.Off, false)
		}
		out = append(out, q)
	}
	return out
}

// newChain is a chain for the arrivals of one signal.
func (c *coverer) newChain(k signalKey) int {
	base := len(c.net.Scenario.Components) + len(c.net.Scenario.Nodes)
	if _, ok := c.remotes[k]; !ok {
		c.remotes[k] = base + len(c.remotes)
	}
	return c.remotes[k]
}

// Transition is the transition that an event of the system stands for.
func (c *Covering) Transition(e cover.Event) petri.TransitionID { return c.events[e] }
