// Package compile turns a scenario into timed Petri nets, one per node: components and
// programs by the patterns that are drawn in patterns.go and program.go, what nodes know of
// each other by those of facts.go, and the delays that an executor adds, derived in
// executor.go (looks) and messages.go (messages).
//
//	net, err := compile.Scenario(scenario)
package compile

import (
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
	"adagio/petri/internal/lists"
)

// Scenario turns a scenario into its nets. It fails only on a component whose
// concurrent transitions have too many interleavings to follow its ports, and on a
// limit that any of too many sets of components may satisfy; the scenario must be valid.
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
	s := c.s
	if err := c.survey(); err != nil {
		return err
	}
	c.timeExecutor()
	c.makeNodes()
	c.makeComponents()
	c.makeLinks()
	c.makeConfirmations()
	for n := range s.Nodes {
		c.compileProgram(n)
	}
	for i := range s.Components {
		c.compileComponent(i)
	}
	for n := range s.Nodes {
		c.closeAll(n)
	}
	c.compileFacts()
	c.timeReadings()
	if c.names == nil {
		c.net.Places, c.net.Transitions = c.places.List(), c.transitions.List()
		c.net.Index()
	}
	return nil
}

type compiler struct {
	cache *Cache
	s     *model.Scenario
	net   *petri.Net
	rules component.Rules

	sleeps bool // some node does

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
	linking    map[[2]int]linking // by node and link
	sides      [][2]bool          // by link: the user's side and the provider's exist at some time
	facts      map[petri.Fact]*fact
	factOrder  []*fact
	spareFacts []*fact // that are made anew, see register
	choices    int32
	shared     map[sharedKey]petri.PlaceID // the places that are made at first use
	made       map[workKey]petri.PlaceID   // … for the component that is being compiled, see body
	askedIn    map[[2]int][]int            // see asked
	besideOf   map[[2]int]int              // see beside

	confirmations map[int]*confirmations // by node, see confirm.go
	stale         []petri.Observation
}

// nodeNet is what the compiler knows of one node.
type nodeNet struct {
	components       []int // that are on it at some time
	running          int   // … and are pushed something
	off, started     petri.PlaceID
	pc               []petri.PlaceID // before each instruction, and at the end
	nothold, holding petri.PlaceID   // -1 unless the program holds
	advancing        petri.PlaceID   // -1 unless pauses keep components from advancing
	holds            int
	look, restLook   time.Duration // one look at a remote fact, at most; at one of a node at rest
	leastLook        time.Duration // one look at a remote fact, at least
	looks            int           // looks that the components make in one pass, at most
	marks            marks
	peers            []peer // see compiler.peers
}

// componentNet is what the compiler knows of one component.
type componentNet struct {
	existences   []existence
	pushes       []push
	space        *component.Space
	at           []petri.PlaceID
	occupied     []petri.PlaceID // complement of at, -1 where not needed
	idle, busy   petri.PlaceID
	exists, gone petri.PlaceID   // -1 unless the component is added or deleted
	turn         []petri.PlaceID // see turnOf: a push may begin, all before it have ended
	noticed      []petri.PlaceID // … and a wait of the node's own program may return
	ended        map[int]petri.PlaceID
	registers    map[[2]int]petri.PlaceID // register, value
	links        map[int][]int            // port -> links
	waits        []int                    // instructions of its own node that wait for it
	queued       []petri.PlaceID          // by push
}

type push struct {
	instruction, behaviour int
	existence              int
	ended                  int // the instruction after which it has certainly ended
}

// existence is one time that a component exists: from the start of the plan or an
// addition to a deletion or the end.
type existence struct {
	add, added int           // instruction that adds it, and that after which it is there; or -1
	delete     int           // instruction that deletes it, or -1
	first      int           // push
	beingAdded petri.PlaceID // marked by "add" until the initial place is entered
}

// present says whether a component exists at some time.
func (k *componentNet) present() bool { return len(k.existences) > 0 }

// existing returns the existence that a component has when the program of its node is
// at an instruction, or -1.
func (k *componentNet) existing(instruction int) int {
	for e, x := range k.existences {
		if x.add < instruction && (x.delete < 0 || x.delete >= instruction) {
			return e
		}
	}
	return -1
}

// turnOf is the index in turn and noticed of: all pushes of an existence before the
// given one have ended.
func (k *componentNet) turnOf(existence, push int) int { return push + existence }

// transition is a transition while it is made.
type transition struct {
	Name            string
	In, Out, Read   []petri.PlaceID
	Delay           model.Delay
	AtRest          time.Duration
	Peers           []int
	Class           petri.Class
	Choice, Variant int32
	Leg             petri.Leg
	NextPass        bool
	Origin          petri.Origin
}

// place adds a place and returns its id.
func (c *compiler) place(name string, marked, resting bool, o petri.Origin) petri.PlaceID {
	if c.names != nil {
		c.names.places = append(c.names.places, name)
	}
	return petri.PlaceID(c.places.Add(petri.Place{Marked: marked, Resting: resting, Origin: c.originOf(&o)}))
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
		Delay: c.delayOf(&t.Delay), Looks: petri.NoLooks,
		Class: t.Class, Kind: t.Origin.Kind, Choice: t.Choice, Variant: t.Variant, Leg: t.Leg, NextPass: t.NextPass, Origin: c.originOf(&t.Origin),
	}
	if len(t.Peers) > 0 {
		out.Looks = &petri.Looks{AtRest: t.AtRest, Peers: t.Peers}
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
	for n := range c.s.Nodes {
		k := &c.nodes[n]
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
		c.net.Computes = append(c.net.Computes, k.pc[c.firstComputing(n)])
		k.nothold, k.holding, k.advancing = -1, -1, -1
		if k.holds > 0 {
			k.nothold = c.place(name+": not holding", true, true, o)
			k.holding = c.place(name+": holding", false, false, o)
		}
		if stops := k.marks.stops; len(stops) > 0 {
			k.advancing = c.place(name+": components advance", stops[0] >= c.firstWait(n), true, o)
		}
		c.net.Starts = append(c.net.Starts, c.add(transition{
			Name: name + ": start", In: []petri.PlaceID{k.off}, Out: []petri.PlaceID{k.started, k.pc[0]}, Delay: node.Start, Origin: o,
		}))
	}
}

// firstComputing is the first instruction of a node, or the end of its program, in which
// components advance and no other node is looked at in each pass.
func (c *compiler) firstComputing(n int) int {
	program := c.s.Nodes[n].Program
	for _, i := range c.nodes[n].marks.advances {
		if in := &program[i]; in.Op != model.Wait || c.s.Components[in.Component].Node == n {
			return i
		}
	}
	return len(program)
}

// makeComponents makes the places of the components' states.
func (c *compiler) makeComponents() {
	for i := range c.components {
		k := &c.components[i]
		c.net.Idle, c.net.At = append(c.net.Idle, -1), append(c.net.At, nil)
		if !k.present() {
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
			if k.space.Contested[p] {
				k.occupied[p] = c.place(name+": not at "+c.quote(place.Name), !active, true, po)
			}
		}
		c.net.At[i] = k.at
		added := k.existences[0].add >= 0
		ro := c.componentOrigin(petri.BehaviourEnd, i)
		k.idle = c.place(name+": idle", true, true, ro)
		c.net.Idle[i] = k.idle
		k.busy = c.place(name+": busy", false, false, ro)
		k.exists, k.gone = -1, -1
		if added || len(k.existences) > 1 || k.existences[0].delete >= 0 {
			k.exists = c.place(name+": exists", !added, true, ro)
			k.gone = c.place(name+": does not exist", added, true, ro)
		}
		for e, x := range k.existences {
			last := len(k.pushes)
			if e+1 < len(k.existences) {
				last = k.existences[e+1].first
			}
			for p := x.first; p <= last; p++ {
				turn := c.place(c.text("%s: %d pushes ended%s", name, p, again(e)), p == 0 && e == 0 && !added, true, ro)
				noticed := turn
				if p > x.first && c.noticeDelay(i, p-1) > 0 {
					noticed = c.place(c.text("%s: seen that %d pushes ended%s", name, p, again(e)), false, true, ro)
				}
				k.turn, k.noticed = append(k.turn, turn), append(k.noticed, noticed)
			}
		}
		c.makeRegisters(i)
	}
}

// maySleepAfter says whether the executor may sleep after the end of a push before
// the node's own program goes on: after a pass in which nothing could move.
func (c *compiler) maySleepAfter(m component.Mode) bool {
	return c.polling() && len(m.Arrivals) == 0 && m.Reached
}

// noticeDelay is how long after the end of a push, which others can see at once,
// the node's own program may go on: when the other components have had their
// share of the pass, and after a sleep where nothing could move.
func (c *compiler) noticeDelay(component, p int) time.Duration {
	m := c.components[component].space.Modes[p]
	if c.s.Network.Profile.Kind == model.Concertod && m.Reached {
		return c.s.Network.Profile.Pass.Hi
	}
	if !c.polling() || !m.Reached {
		return 0
	}
	delay := c.lookingTime(c.s.Components[component].Node, c.beside(component, m.Behaviour))
	if c.maySleepAfter(m) {
		delay += c.s.Network.Profile.Pass.Hi + c.s.Network.Profile.Poll.Hi
	}
	return delay
}

// makeRegisters makes the places for the counts and flags that are part of the
// net.
func (c *compiler) makeRegisters(i int) {
	k := &c.components[i]
	o := c.componentOrigin(petri.Derived, i)
	make := func(r, v int) {
		if _, ok := k.registers[[2]int{r, v}]; !ok {
			name := c.text("%s: register %d is %d", c.componentName(i), r, v)
			k.registers[[2]int{r, v}] = c.place(name, k.space.Initial[r] == v, true, o)
		}
	}
	values := map[int][]int{} // by register
	for _, ev := range k.space.Events {
		for _, v := range ev.Variants {
			for _, reg := range v.Registers {
				values[reg[0]] = append(values[reg[0]], reg[1], reg[2])
			}
		}
	}
	for r, dynamic := range k.space.Dynamic {
		if dynamic {
			make(r, k.space.Initial[r])
			for _, v := range values[r] {
				make(r, v)
			}
		}
	}
}
