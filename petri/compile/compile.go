// Package compile turns a scenario into timed Petri nets, one per node: components and
// programs by the patterns that are drawn in patterns.go and program.go, what nodes know of
// each other by those of facts.go. What programs do comes from package survey, the delays that
// an executor adds from package executor.
//
//	net, err := compile.Scenario(scenario)
package compile

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/executor"
	"adagio/petri/internal/lists"
	"adagio/petri/survey"
)

// Scenario turns a scenario, which must be valid, into its nets. It fails as [survey.New] does.
func Scenario(s *model.Scenario) (*petri.Net, error) { return ScenarioWith(new(Cache), s, nil) }

// ScenarioWith is [Scenario] that takes from a cache what compilations have in common, for
// executions in which some observations need not follow their facts any more, as the process
// that they are about has ended: the net has both.
func ScenarioWith(cache *Cache, s *model.Scenario, stale []petri.Observation) (*petri.Net, error) {
	c := cache.compiler(s, stale)
	if err := c.compile(); err != nil {
		return nil, err
	}
	c.net.Names = func() (places, transitions []string) {
		again := new(compiler)
		again.begin(cache, s, stale)
		again.names = &names{}
		if again.compile() != nil {
			return nil, nil // it has been compiled before
		}
		return again.names.places, again.names.transitions
	}
	return c.net, nil
}

// compile writes down the net.
func (c *compiler) compile() error {
	s, err := survey.New(&c.cache.Cache, c.s)
	if err != nil {
		return err
	}
	c.Timing = executor.New(s)
	c.takeLooks()
	c.makeNodes()
	c.makeComponents()
	c.makeLinks()
	c.makeConfirmations()
	for n := range c.Nodes {
		c.compileProgram(n)
	}
	for i := range c.Components {
		c.compileComponent(i)
	}
	for n := range c.Nodes {
		c.closeAll(n)
	}
	c.compileFacts()
	if c.names == nil {
		c.net.Places, c.net.Transitions = c.places.List(), c.transitions.List()
		c.net.Index()
	}
	return nil
}

type compiler struct {
	*executor.Timing
	cache *Cache
	s     *model.Scenario
	net   *petri.Net

	places      lists.Blocks[petri.Place]
	transitions lists.Blocks[petri.Transition]
	arcs        lists.Arena[petri.PlaceID]
	brief       lists.Arena[petri.PlaceID] // see ids
	origins     lists.Arena[petri.Origin]
	recent      [1 << 10]*petri.Origin // see originOf
	delays      lists.Arena[model.Delay]
	lastDelay   *model.Delay
	names       *names // nil unless somebody asks for them

	nodes      []nodeNet
	components []componentNet
	links      []linkNet
	facts      map[petri.Fact]*fact
	factOrder  []*fact
	choices    int32
	shared     map[sharedKey]petri.PlaceID // the places that are made at first use
	made       map[workKey]petri.PlaceID   // … for the component that is being compiled, see instance

	confirmations map[int]*confirmations // by node, see confirm.go
	stale         []petri.Observation
}

// nodeNet has the places of a node.
type nodeNet struct {
	*survey.Node
	off, started     petri.PlaceID
	pc               []petri.PlaceID // before each instruction, and at the end
	nothold, holding petri.PlaceID   // -1 unless the program holds
	advancing        petri.PlaceID   // -1 unless the program keeps components from advancing
}

// componentNet has the places of a component.
type componentNet struct {
	*survey.Component
	at           []petri.PlaceID
	occupied     []petri.PlaceID // complement of at, -1 where not needed
	idle, busy   petri.PlaceID
	exists, gone petri.PlaceID   // -1 unless the component is added or deleted
	beingAdded   []petri.PlaceID // by existence: marked by "add" until the initial place is entered
	turn         []petri.PlaceID // see turnOf: a push may begin, all before it have ended
	noticed      []petri.PlaceID // … and a wait of the node's own program may return
	ended        map[int]petri.PlaceID
	registers    map[[2]int]petri.PlaceID // register, value
	queued       []petri.PlaceID          // by push
}

// turnOf is the index in turn and noticed of: all pushes of an existence before the
// given one have ended.
func (k *componentNet) turnOf(existence, push int) int { return push + existence }

// takeLooks notes in the net who looks at whom, and for how long.
func (c *compiler) takeLooks() {
	c.net.Reading = c.Awake()
	if c.s.Network.Profile.Kind == model.Brokered {
		for n := range c.s.Nodes {
			c.net.Put = append(c.net.Put, c.Put(n))
		}
	}
	if !c.Polling() {
		return
	}
	for n, look := range c.Looks {
		c.net.LookTime = append(c.net.LookTime, struct{ Any, AtRest time.Duration }{look.Most, look.AtRest})
		for _, m := range c.Awaited(n) {
			c.net.ProgramLooks[[2]int{n, m}] = true
		}
	}
}

// transition is a transition while it is made.
type transition struct {
	Name            string
	In, Out, Read   []petri.PlaceID
	Delay           executor.Delay
	Class           petri.Class
	Choice, Variant int32
	Leg             petri.Leg
	NextPass        bool
	Origin          petri.Origin
}

// place adds a place and returns its id.
func (c *compiler) place(name string, marked, mayStay bool, o petri.Origin) petri.PlaceID {
	if c.names != nil {
		c.names.places = append(c.names.places, name)
	}
	return petri.PlaceID(c.places.Add(petri.Place{Marked: marked, MayStay: mayStay, Origin: c.originOf(&o)}))
}

// add adds a transition.
func (c *compiler) add(t transition) petri.TransitionID {
	if c.names != nil {
		c.names.transitions = append(c.names.transitions, t.Name)
	}
	if t.Class == petri.Arrival && t.Origin.Kind != petri.Network {
		t.Class = petri.Inner
	}
	out := petri.Transition{
		Delay: c.delayOf(&t.Delay.Delay), Looks: petri.NoLooks,
		Class: t.Class, Kind: t.Origin.Kind, Choice: t.Choice, Variant: t.Variant, Leg: t.Leg, NextPass: t.NextPass, Origin: c.originOf(&t.Origin),
	}
	if len(t.Delay.Peers) > 0 && t.Delay.AtRest < t.Delay.Hi {
		out.Looks = &petri.Looks{AtRest: t.Delay.AtRest, Peers: t.Delay.Peers}
	}
	out.SetArcs(c.arcs.Join(t.In, t.Read, t.Out), len(t.In), len(t.Read))
	return petri.TransitionID(c.transitions.Add(out))
}

// originOf keeps an origin, once where an equal one has been kept a short while ago.
func (c *compiler) originOf(o *petri.Origin) *petri.Origin {
	known := &c.recent[o.Hash()%uint(len(c.recent))]
	if *known == nil || **known != *o {
		*known = c.origins.Keep(o)
	}
	return *known
}

// noDelay is the delay of most transitions.
var noDelay model.Delay

// delayOf keeps a delay, once where the one before is the same.
func (c *compiler) delayOf(d *model.Delay) *model.Delay {
	if d.Kind == noDelay.Kind && d.Hi == 0 && d.Lo == 0 {
		return &noDelay
	}
	same := func(a, b *model.Delay) bool {
		return a.Kind == b.Kind && a.Lo == b.Lo && a.Hi == b.Hi && a.A == b.A && a.B == b.B && a.Factor == b.Factor && len(a.Sample) == 0 && len(b.Sample) == 0
	}
	if c.lastDelay == nil || !same(c.lastDelay, d) {
		c.lastDelay = c.delays.Keep(d)
	}
	return c.lastDelay
}

// choice returns a fresh number for a set of alternatives.
func (c *compiler) choice() int32 {
	c.choices++
	return c.choices
}

func (c *compiler) origin(k petri.Kind, node int) petri.Origin {
	return petri.Origin{Kind: k, Node: node, Instruction: -1, Component: -1, Behaviour: -1, Push: -1, Element: -1, Pos: &c.s.Nodes[node].Pos}
}

func (c *compiler) componentOrigin(k petri.Kind, component int) petri.Origin {
	comp := &c.s.Components[component]
	o := c.origin(k, comp.Node)
	o.Component, o.Pos = component, &comp.Pos
	return o
}

func (c *compiler) instructionOrigin(k petri.Kind, node, i int) petri.Origin {
	in := &c.s.Nodes[node].Program[i]
	o := c.origin(k, node)
	o.Instruction, o.Pos = i, &in.Pos
	switch in.Op {
	case model.Add, model.Delete, model.Push, model.Wait:
		o.Component = in.Component
	}
	return o
}

// makeNodes makes the places of the programs.
func (c *compiler) makeNodes() {
	c.nodes = make([]nodeNet, len(c.Nodes))
	for n := range c.nodes {
		k := &c.nodes[n]
		k.Node = &c.Nodes[n]
		node := c.s.Nodes[n]
		name := c.nodeName(n)
		o := c.origin(petri.NodeStart, n)
		k.off = c.place(name+": off", true, false, o)
		k.started = c.place(name+": started", false, true, o)
		for i := range node.Program {
			k.pc = append(k.pc, c.place(c.text("%s: before instruction %d", name, i), false, false, c.instructionOrigin(petri.ProgramStep, n, i)))
		}
		end := c.place(name+": ended", false, true, o)
		k.pc = append(k.pc, end)
		c.net.Ends = append(c.net.Ends, end)
		c.net.FirstComputing = append(c.net.FirstComputing, k.pc[c.FirstComputing(n)])
		k.nothold, k.holding, k.advancing = -1, -1, -1
		if k.Holds > 0 {
			k.nothold = c.place(name+": not holding", true, true, o)
			k.holding = c.place(name+": holding", false, false, o)
		}
		if len(k.Stops) > 0 {
			k.advancing = c.place(name+": components advance", k.Stops[0] >= c.FirstAdvance(n), true, o)
		}
		c.net.Starts = append(c.net.Starts, c.add(transition{
			Name: name + ": start", In: []petri.PlaceID{k.off}, Out: []petri.PlaceID{k.started, k.pc[0]}, Delay: executor.Plain(node.Start), Origin: o,
		}))
	}
}

// makeComponents makes the places of the components' states.
func (c *compiler) makeComponents() {
	c.components = make([]componentNet, len(c.Components))
	for i := range c.components {
		k := &c.components[i]
		k.Component = &c.Components[i]
		c.net.Idle, c.net.At = append(c.net.Idle, -1), append(c.net.At, nil)
		if !k.Present() {
			continue
		}
		comp := c.s.Components[i]
		name := c.componentName(i)
		t := c.s.Types[comp.Type]
		o := c.componentOrigin(petri.Enter, i)
		for p, place := range t.Places {
			po := o
			po.Element, po.Pos = p, &t.Places[p].Pos
			active := slices.Contains(comp.Active, p)
			k.at = append(k.at, c.place(name+": at "+c.quote(place.Name), active, true, po))
			k.occupied = append(k.occupied, -1)
			if k.Space.Contested[p] {
				k.occupied[p] = c.place(name+": not at "+c.quote(place.Name), !active, true, po)
			}
		}
		c.net.At[i] = k.at
		ro := c.componentOrigin(petri.BehaviourEnd, i)
		k.idle = c.place(name+": idle", true, true, ro)
		c.net.Idle[i] = k.idle
		k.busy = c.place(name+": busy", false, false, ro)
		k.exists, k.gone = -1, -1
		if k.Added() || len(k.Existences) > 1 || k.Existences[0].Delete >= 0 {
			k.exists = c.place(name+": exists", !k.Added(), true, ro)
			k.gone = c.place(name+": does not exist", k.Added(), true, ro)
		}
		c.makeTurns(i)
		c.makeRegisters(i)
	}
}

// makeTurns makes the places of the pushes of a component that have ended.
func (c *compiler) makeTurns(i int) {
	k, name, o := &c.components[i], c.componentName(i), c.componentOrigin(petri.BehaviourEnd, i)
	k.beingAdded, k.ended = make([]petri.PlaceID, len(k.Existences)), map[int]petri.PlaceID{}
	for e, x := range k.Existences {
		last := len(k.Pushes)
		if e+1 < len(k.Existences) {
			last = k.Existences[e+1].First
		}
		for p := x.First; p <= last; p++ {
			turn := c.place(c.text("%s: %d pushes ended%s", name, p, again(e)), p == 0 && e == 0 && !k.Added(), true, o)
			noticed := turn
			if p > x.First && c.Notice(i, p-1).Hi > 0 {
				noticed = c.place(c.text("%s: seen that %d pushes ended%s", name, p, again(e)), false, true, o)
			}
			k.turn, k.noticed = append(k.turn, turn), append(k.noticed, noticed)
		}
	}
}

// makeRegisters makes the places for the counts and flags that are part of the
// net.
func (c *compiler) makeRegisters(i int) {
	k := &c.components[i]
	k.registers = map[[2]int]petri.PlaceID{}
	o := c.componentOrigin(petri.Derived, i)
	make := func(r, v int) {
		if _, ok := k.registers[[2]int{r, v}]; !ok {
			name := c.text("%s: register %d is %d", c.componentName(i), r, v)
			k.registers[[2]int{r, v}] = c.place(name, k.Space.Initial[r] == v, true, o)
		}
	}
	values := map[int][]int{} // by register
	for _, ev := range k.Space.Events {
		for _, v := range ev.Variants {
			for _, reg := range v.Registers {
				values[reg[0]] = append(values[reg[0]], reg[1], reg[2])
			}
		}
	}
	for r, dynamic := range k.Space.Dynamic {
		if dynamic {
			make(r, k.Space.Initial[r])
			for _, v := range values[r] {
				make(r, v)
			}
		}
	}
}
