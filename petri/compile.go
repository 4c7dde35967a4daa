package petri

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
)

// Compile turns a scenario into its nets. It fails only on a component whose
// concurrent transitions have too many interleavings to follow its ports, and on a
// limit that any of too many sets of components may satisfy; the scenario must be valid.
//
// The patterns are drawn in patterns.go (components and programs) and facts.go
// (what travels between nodes).
func Compile(s *model.Scenario) (*Net, error) { return new(Lives).Compile(s) }

// Compile is [Compile] that takes the lives of components from those that have been
// explored before. Several goroutines may call it. The component types of the
// scenarios must not be changed between two calls.
func (l *Lives) Compile(s *model.Scenario) (*Net, error) { return l.CompileStale(s, nil) }

// CompileStale is [Lives.Compile] for executions in which some observations need not
// follow their facts any more, as the process that they are about has ended: the net
// has both.
func (l *Lives) CompileStale(s *model.Scenario, stale []Observation) (*Net, error) {
	c := &compiler{lives: l, s: s, stale: stale, net: &Net{Scenario: s, heard: map[PlaceID]PlaceID{}, limits: map[[2]int][]PlaceID{}, told: map[PlaceID]told{}, sources: map[Fact]source{}, asking: map[[2]int][]TransitionID{}, awaiting: map[[2]int]bool{}}, rules: rulesOf(s), facts: map[Fact]*fact{}, shared: map[sharedKey]PlaceID{}, linking: map[[2]int]linking{}, askedIn: map[[2]int][]int{}}
	if err := c.survey(); err != nil {
		return nil, err
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
	c.net.Places, c.net.Transitions = c.places.list(), c.transitions.list()
	c.net.index()
	return c.net, nil
}

type compiler struct {
	lives *Lives
	s     *model.Scenario
	net   *Net
	rules rules

	places      blocks[Place]
	transitions blocks[Transition]

	nodes      []nodeNet
	components []componentNet
	links      []linkNet
	linking    map[[2]int]linking // by node and link
	sides      [][2]bool          // by link: the user's side and the provider's exist at some time
	facts      map[Fact]*fact
	factOrder  []*fact
	choices    int32
	shared     map[sharedKey]PlaceID // the places that are made at first use
	askedIn    map[[2]int][]int      // see asked

	confirmations map[int]*confirmations // by node, see confirm.go
	stale         []Observation
}

// nodeNet is what the compiler knows of one node.
type nodeNet struct {
	components       []int // that are on it at some time
	running          int   // … and are pushed something
	off, started     PlaceID
	pc               []PlaceID // before each instruction, and at the end
	nothold, holding PlaceID   // -1 unless the program holds
	advancing        PlaceID   // -1 unless pauses keep components from advancing
	holds            int
	look, restLook   duration // one look at a remote fact, at most; at one of a node at rest
	leastLook        duration // one look at a remote fact, at least
	looks            int      // looks that the components make in one pass, at most
}

// componentNet is what the compiler knows of one component.
type componentNet struct {
	existences   []existence
	pushes       []push
	life         *life
	at           []PlaceID
	occupied     []PlaceID // complement of at, -1 where not needed
	idle, busy   PlaceID
	exists, gone PlaceID   // -1 unless the component is added or deleted
	turn         []PlaceID // see turnOf: a push may begin, all before it have ended
	noticed      []PlaceID // … and a wait of the node's own program may return
	ended        map[int]PlaceID
	registers    map[[2]int]PlaceID // register, value
	links        map[int][]int      // port -> links
	queued       []PlaceID          // by push
}

type push struct {
	instruction, behaviour int
	existence              int
	ended                  int // the instruction after which it has certainly ended
}

// existence is one time that a component exists: from the start of the plan or an
// addition to a deletion or the end.
type existence struct {
	add, added int     // instruction that adds it, and that after which it is there; or -1
	delete     int     // instruction that deletes it, or -1
	first      int     // push
	beingAdded PlaceID // marked by "add" until the initial place is entered
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

// place adds a place and returns its id.
func (c *compiler) place(name string, marked, resting bool, o Origin) PlaceID {
	return PlaceID(c.places.add(Place{Name: name, Node: o.Node, Marked: marked, Resting: resting, Origin: o}))
}

// add adds a transition.
func (c *compiler) add(t Transition) TransitionID {
	t.Node = t.Origin.Node
	if t.Class == Arrival && t.Origin.Kind != Network {
		t.Class = Inner
	}
	return TransitionID(c.transitions.add(t))
}

// choice returns a fresh number for a set of alternatives.
func (c *compiler) choice() int32 {
	c.choices++
	return c.choices
}

func (c *compiler) origin(k Kind, node int) Origin {
	return Origin{Kind: k, Node: node, Instruction: -1, Component: -1, Behaviour: -1, Push: -1, Element: -1, Pos: c.s.Nodes[node].Pos}
}

func (c *compiler) componentOrigin(k Kind, component int) Origin {
	comp := c.s.Components[component]
	o := c.origin(k, comp.Node)
	o.Component, o.Pos = component, comp.Pos
	return o
}

func (c *compiler) instructionOrigin(k Kind, node, i int) Origin {
	in := c.s.Nodes[node].Program[i]
	o := c.origin(k, node)
	o.Instruction, o.Pos = i, in.Pos
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
		if mutated("no-start-offset") {
			node.Start = model.Delay{}
		}
		o := c.origin(NodeStart, n)
		k.off = c.place(name+": off", true, false, o)
		k.started = c.place(name+": started", false, true, o)
		stops, early := false, false // … before the first wait
		for i, in := range node.Program {
			if c.keepsFromAdvancing(n, in) {
				stops, early = true, early || i < c.firstWait(n)
			}
			k.pc = append(k.pc, c.place(fmt.Sprintf("%s: before instruction %d", name, i), false, false, c.instructionOrigin(ProgramStep, n, i)))
		}
		end := c.place(name+": ended", false, true, o)
		k.pc = append(k.pc, end)
		c.net.Ends = append(c.net.Ends, end)
		c.net.Loud = append(c.net.Loud, k.pc[c.loud(n)])
		k.nothold, k.holding, k.advancing = -1, -1, -1
		if k.holds > 0 {
			k.nothold = c.place(name+": not holding", true, true, o)
			k.holding = c.place(name+": holding", false, false, o)
		}
		if stops {
			k.advancing = c.place(name+": components advance", !early, true, o)
		}
		c.net.Starts = append(c.net.Starts, c.add(Transition{
			Name: name + ": start", In: []PlaceID{k.off}, Out: []PlaceID{k.started, k.pc[0]}, Delay: node.Start, Origin: o,
		}))
	}
}

// loud is the first instruction of a node, or the end of its program, in which
// components advance and no other node is looked at in each pass.
func (c *compiler) loud(n int) int {
	program := c.s.Nodes[n].Program
	if i := slices.IndexFunc(program, func(in model.Instruction) bool {
		return c.letsAdvance(in) && (in.Op != model.Wait || c.s.Components[in.Component].Node == n)
	}); i >= 0 {
		return i
	}
	return len(program)
}

// makeComponents makes the places of the components' states.
func (c *compiler) makeComponents() {
	for i := range c.components {
		k := &c.components[i]
		c.net.idle = append(c.net.idle, -1)
		if !k.present() {
			continue
		}
		comp := c.s.Components[i]
		name := c.componentName(i)
		t := c.s.Types[comp.Type]
		o := c.componentOrigin(Enter, i)
		for p, place := range t.Places {
			po := o
			po.Element, po.Pos = p, place.Pos
			active := slices.Contains(comp.Active, p)
			k.at = append(k.at, c.place(name+": at "+model.Quote(place.Name), active, true, po))
			k.occupied = append(k.occupied, -1)
			if k.life.contested[p] {
				k.occupied[p] = c.place(name+": not at "+model.Quote(place.Name), !active, true, po)
			}
		}
		added := k.existences[0].add >= 0
		ro := c.componentOrigin(BehaviourEnd, i)
		k.idle = c.place(name+": idle", true, true, ro)
		c.net.idle[i] = k.idle
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
				turn := c.place(fmt.Sprintf("%s: %d pushes ended%s", name, p, again(e)), p == 0 && e == 0 && !added, true, ro)
				noticed := turn
				if p > x.first && c.noticeDelay(i, p-1) > 0 {
					noticed = c.place(fmt.Sprintf("%s: seen that %d pushes ended%s", name, p, again(e)), false, true, ro)
				}
				k.turn, k.noticed = append(k.turn, turn), append(k.noticed, noticed)
			}
		}
		c.makeRegisters(i)
	}
}

// oversleeps says whether the executor may sleep after the end of a push before
// the node's own program goes on: after a pass in which nothing could move.
func (c *compiler) oversleeps(m mode) bool {
	return c.polling() && len(m.arrivals) == 0 && m.reached
}

// noticeDelay is how long after the end of a push, which others can see at once,
// the node's own program may go on: when the other components have had their
// share of the pass, and after a sleep where nothing could move.
func (c *compiler) noticeDelay(component, p int) duration {
	m := c.components[component].life.modes[p]
	if !c.polling() || !m.reached {
		return 0
	}
	delay := c.lookingTime(c.s.Components[component].Node, c.beside(component, m.behaviour))
	if c.oversleeps(m) {
		delay += c.s.Network.Profile.Pass.Hi + c.s.Network.Profile.Poll.Hi
	}
	return delay
}

// findContested finds the places that may be occupied when they could be entered, so
// that the entry has to ask.
func (l *life) findContested() {
	l.contested = make([]bool, len(l.t.Places))
	for _, m := range l.modes {
		for p, n := range m.entries {
			l.contested[p] = l.contested[p] || n > 1 || m.leaves.has(p) && m.after.has(p) || m.stuck == p
		}
	}
}

// makeRegisters makes the places for the counts and flags that are part of the
// net.
func (c *compiler) makeRegisters(i int) {
	k := &c.components[i]
	o := c.componentOrigin(Derived, i)
	make := func(r, v int) {
		if _, ok := k.registers[[2]int{r, v}]; !ok {
			name := fmt.Sprintf("%s: register %d is %d", c.componentName(i), r, v)
			k.registers[[2]int{r, v}] = c.place(name, k.life.initial[r] == v, true, o)
		}
	}
	values := map[int][]int{} // by register
	for _, ev := range k.life.events {
		for _, v := range ev.variants {
			for _, reg := range v.registers {
				values[reg[0]] = append(values[reg[0]], reg[1], reg[2])
			}
		}
	}
	for r, dynamic := range k.life.dynamic {
		if dynamic {
			make(r, k.life.initial[r])
			for _, v := range values[r] {
				make(r, v)
			}
		}
	}
}
