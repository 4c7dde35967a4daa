package unfold

import (
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/precedence"
	"adagio/petri/sleep"
)

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
	even    bool                        // each way of a fact has one least delay
	atRest  []bool                      // by event of the system: its delay contains looks at peers at rest only
	remotes map[signalKey]int           // the chains of arrivals
	awake   []model.Delay               // by event of the system: its delay while its node is awake
	noted   map[cover.Event]cover.Event // of an arrival that waits for earlier ones, when it is taken note of
	sleeps  bool                        // some node does
	strict  Strict
	moments map[observer][]stay // when a fact that is waited for holds, if that ends; in the end, for no time
	out     *Covering

	// Of possible extensions only: by node, whether its process may end, and the signals
	// in doubt.
	exits    []bool
	doubtful []cover.Doubt
	asked    map[int][2]int       // of doubtful: who asks, and whom, where a port is active
	unmet    map[cover.Event]bool // what was played as if the places that it reads were marked
}

func newCoverer(net *petri.Net, p *player, strict Strict) *coverer {
	system := cover.NewSystem()
	return &coverer{
		net: net, p: p, system: system, event: make([]cover.Event, len(p.events)), signals: map[signalKey]cover.Signal{}, even: true, strict: strict,
		moments: map[observer][]stay{}, remotes: map[signalKey]int{}, noted: map[cover.Event]cover.Event{}, unmet: map[cover.Event]bool{}, chains: map[int]int{}, sleeps: net.Scenario.Sleeps(), out: &Covering{System: system},
	}
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
		c.event[e] = c.add(c.chainOf(petri.EventID(e)), f.transition, *t.Delay, causes...)
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

// add adds an event to the system, which a transition stands for: the delay is what it takes while
// its node is awake.
func (c *coverer) add(chain int, t petri.TransitionID, delay model.Delay, causes ...cover.Event) cover.Event {
	waits, _ := sleep.Waits(c.net, t)
	c.out.events, c.awake = append(c.out.events, t), append(c.awake, delay)
	return c.system.Event(chain, delay.Lo, model.Plus(delay.Hi, waits), causes...)
}

// refuse says what the events of a plan may depend on beside their order; [closed] knows
// better.
func (c *coverer) refuse() error {
	for k, idle := range c.net.Idle { // what it would do after that is not known
		if idle >= 0 && c.p.marked[idle] < 0 {
			return uncovered("a behaviour of %s does not end in one order of its races", c.net.Scenario.Components[k].Name)
		}
	}
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
		return uncovered("%s is caused by a message", c.net.TransitionName(c.p.events[producer].transition))
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
	return !c.net.InLimit(f.transition) && len(c.p.byPlace.Of(place)) == 1 && c.base(place)
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
	owner := precedence.Owner(c.net, f.transition)
	for i, k := range slices.Concat(f.taken, f.read) {
		if i >= len(f.taken) && !c.lasting(f, k) {
			continue
		}
		if p := c.p.conditions[k].producer; p >= 0 && precedence.Owner(c.net, c.p.events[p].transition) == owner {
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
