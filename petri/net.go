// Package petri is the formal model of the executor: a scenario compiles into
// timed, 1-safe Petri nets, one per node, that touch only through network-delay
// transitions; for one plan the nets unfold into an event graph whose dates are
// the dates of the execution.
//
//	net, err := compile.Scenario(scenario)
//	exploration, err := unfold.Explore(net, unfold.Limit{})
//	for _, run := range exploration.Runs {
//		dates, err := run.Graph.Dates(run.Graph.Delays(petri.Latest))
//	}
//
// This package has the nets and the event graphs, and their printers.
// Package component says what a component alone can do, compile writes down nets, unfold
// makes event graphs of them, and cover bounds the dates of all orders at once.
//
// A transition fires once all its input places and read places have been marked
// for as long as its delay says; it takes the tokens of its inputs and marks its
// outputs. A read arc tests a place without taking its token. Where several
// transitions can fire at the same date, those of a lower [Class] go first: what
// the program and the components do in an instant comes before anybody reads the
// outcome, and that before it is published to other nodes (SEMANTICS.md,
// section 3: what holds only inside an instant is seen by nobody). Those of one
// class that are enabled together go together.
package petri

import (
	"slices"
	"sync"
	"time"

	"adagio/dsl/model"
	"adagio/petri/internal/lists"
)

// PlaceID and TransitionID index the places and transitions of a [Net].
type (
	PlaceID      int32
	TransitionID int32
)

// Class orders the transitions that can fire at one date.
type Class uint8

const (
	Arrival   Class = iota // a fact becomes known on another node
	Condition              // what is asked about a connection follows from its ends
	Inner                  // programs and components
	Departure              // a place is left that other components may have locked
	Entry                  // a place is entered or a transition starts that other components serve
	Summary                // what a node shows of itself is summed up
	Publish                // a fact leaves its node
)

// Place is a place of the net. It holds at most one token. Its name is [Net.PlaceName].
type Place struct {
	Origin *Origin // shared; its Node is the one whose net the place belongs to
	Marked bool    // in the initial marking
	// MayStay says that a token may stay here when every program has ended:
	// states and facts do, work in progress does not.
	MayStay bool
}

// Transition is a transition of the net. Its name is [Net.TransitionName].
type Transition struct {
	// arcs are the places that it takes from, that it reads, and that it marks.
	arcs    []PlaceID
	in, out int32 // In is arcs[:in], Out is arcs[out:], Read is what is between
	// Delay is the firing delay, shared; the zero Delay fires as soon as enabled.
	Delay *model.Delay
	*Looks
	Class Class
	Leg   Leg
	Kind  Kind // that of Origin, where it is read without a look at another place of memory
	// NextPass: with an executor that looks it may come a pass later than what it follows
	// from, though in no time; a node that sleeps may fall asleep in between.
	NextPass bool
	// Choice joins the transitions that are alternatives of one and the same
	// event, such as a port being served by any of several providers: they take
	// and mark the same places and differ in what they read, so that the event
	// occurs at the least of their dates. 0 is no choice.
	Choice int32
	// Variant joins the transitions that are one and the same event under
	// different states of its component. 0 is none.
	Variant int32
	// Origin is shared; its Node is the one whose net the transition belongs to, the
	// receiver's for a network delay.
	Origin *Origin
}

// Looks are those that the delay of a transition contains, shared; [NoLooks] if none.
type Looks struct {
	// AtRest is the upper end of the delay where all nodes that may be looked at in it,
	// Peers, are at rest (see package unfold, rest.go).
	AtRest time.Duration
	Peers  []int
}

// NoLooks is for the delays that contain none.
var NoLooks = &Looks{}

// SetArcs gives a transition its places: those that it takes from, then those that it
// reads, then those that it marks.
func (t *Transition) SetArcs(places []PlaceID, in, read int) {
	t.arcs, t.in, t.out = places, int32(in), int32(in+read)
}

// In lists the places whose token the transition takes.
func (t *Transition) In() []PlaceID { return t.arcs[:t.in:t.in] }

// Read lists the places that it tests.
func (t *Transition) Read() []PlaceID { return t.arcs[t.in:t.out:t.out] }

// Out lists the places that it marks.
func (t *Transition) Out() []PlaceID { return t.arcs[t.out:] }

// Tests lists the places that are marked when it fires: those of In, and those of Read.
func (t *Transition) Tests() []PlaceID { return t.arcs[:t.out:t.out] }

// Node is the node whose net it belongs to.
func (t *Transition) Node() int { return t.Origin.Node }

// Node is the node whose net the place belongs to.
func (p *Place) Node() int { return p.Origin.Node }

// Net is a timed Petri net with provenance: the nets of all nodes, joined by
// network-delay transitions. It is immutable once compiled.
type Net struct {
	Scenario    *model.Scenario
	Places      []Place
	Transitions []Transition
	// Names makes the names of all places and transitions.
	Names func() (places, transitions []string)
	// Free, if not nil, gives back the memory of the net and of its event graphs, which nobody
	// may use any more.
	Free func()
	// Ends holds, for each node, the place that is marked when its program has
	// ended.
	Ends []PlaceID
	// Starts holds, for each node, the transition that starts it.
	Starts []TransitionID
	// FirstComputing holds, for each node, the place before the first instruction in which it
	// may compute without a pause; see package unfold, rest.go.
	FirstComputing []PlaceID
	// LookTime holds, for each node, how long one of its looks lasts at most: at any node, and at
	// one at rest.
	LookTime []struct{ Any, AtRest time.Duration }
	// ComponentLooks lists, for two nodes, the transitions before which components of the
	// first look at the second; ProgramLooks says whether its program does.
	ComponentLooks map[[2]int][]TransitionID
	ProgramLooks   map[[2]int]bool
	// Fails lists the instructions that may end the process of their node.
	Fails []Failing
	// Stuck explains the joins that can never be completed.
	Stuck []Stuck
	// Idle holds, for each component, the place that is marked while it is idle, or does
	// not exist; -1 for one that never exists.
	Idle []PlaceID
	// At holds, by component and place of its type, the place that is marked while it is
	// there; nil for a component that never exists.
	At [][]PlaceID
	// Limits holds, by node and instruction, what a limit waits for all but some of: the
	// places of which its transitions read one set each.
	Limits map[[2]int][]PlaceID
	// Heard holds, for a place of Known, the place without which nothing is noted there,
	// where the profile has such; see package compile, messages.go.
	Heard map[PlaceID]PlaceID
	// Told and Sources say what places tell of facts, and where facts are read off.
	Told    map[PlaceID]Told
	Sources map[Fact]Source
	// LookedAt lists, by transition, the other nodes that its node looks at before it; nil unless
	// nodes sleep and look at each other.
	LookedAt [][]int
	// Remembered are facts that nodes remember from before the plan, and that the net presumes
	// not to hold (Change: 0).
	Remembered map[Observation]bool
	// Reading is, by node, the longest reading of the broker that may keep it awake; with an
	// executor that looks, the longest turn of its loop, if nodes sleep.
	Reading []time.Duration
	// Put is, by node, how long a message of it takes to the broker; nil where there is none, or
	// where nodes read it in the turns of a loop.
	Put []model.Delay

	// What follows is computed by Index.

	// Consumers, Readers and Producers list, by place, the transitions that take its
	// token, test it, and mark it.
	Consumers, Readers, Producers lists.Groups[PlaceID, TransitionID]
	// Known lists, for each fact, the places that say what other nodes know.
	Known map[Fact][]PlaceID
	// Travel is the longest that a change of a fact is on its way.
	Travel map[Fact]time.Duration
	// Wakes says, by transition, whether it waits for its node to be awake.
	Wakes []bool

	names func() (places, transitions []string) // Names, called once
}

// Stuck is a behaviour that can never end: place is waited for by some docks of
// its dock set, but not all will arrive, or it is occupied.
type Stuck struct {
	Component, Behaviour, Push, Place int
}

// NewNet is a net without places and transitions, in the memory of one that nobody uses any
// more; that may be nil.
func NewNet(s *model.Scenario, old *Net) *Net {
	if old == nil {
		old = new(Net)
	}
	n := &Net{
		Scenario: s, Heard: lists.Emptied(old.Heard), Limits: lists.Emptied(old.Limits), Told: lists.Emptied(old.Told),
		Sources: lists.Emptied(old.Sources), ComponentLooks: lists.Emptied(old.ComponentLooks), ProgramLooks: lists.Emptied(old.ProgramLooks), Remembered: lists.Emptied(old.Remembered),
		Ends: old.Ends[:0], Starts: old.Starts[:0], FirstComputing: old.FirstComputing[:0], Idle: old.Idle[:0], At: old.At[:0],
		Consumers: old.Consumers, Readers: old.Readers, Producers: old.Producers, Known: old.Known, Travel: old.Travel, Wakes: old.Wakes,
	}
	*old = Net{} // whoever uses it all the same is found out
	return n
}

// Index computes what is known from the places and transitions alone: the arcs seen from
// the places, and where facts are known. It is called once, when all of them are made.
func (n *Net) Index() {
	around := func(of *lists.Groups[PlaceID, TransitionID], arcs func(*Transition) []PlaceID) {
		of.Fill(len(n.Places), func(yield func(PlaceID, TransitionID) bool) {
			for t := range n.Transitions {
				for _, p := range arcs(&n.Transitions[t]) {
					yield(p, TransitionID(t))
				}
			}
		})
	}
	around(&n.Consumers, (*Transition).In)
	around(&n.Readers, (*Transition).Read)
	around(&n.Producers, (*Transition).Out)
	n.LookedAt = n.looks()
	n.Known, n.Travel = lists.Emptied(n.Known), lists.Emptied(n.Travel)
	n.Wakes = lists.Zeros(n.Wakes, len(n.Transitions))
	var last Fact
	longest := time.Duration(0)
	for i := range n.Transitions {
		t := &n.Transitions[i]
		n.Wakes[i] = n.waitsForWake(TransitionID(i))
		if t.Origin.Kind != Network || t.Origin.Fact == last && t.Delay.Hi <= longest {
			continue
		}
		last = t.Origin.Fact
		longest = max(n.Travel[last], t.Delay.Hi)
		n.Travel[last] = longest
	}
	for p := range n.Places {
		place := &n.Places[p]
		if f := place.Origin.Fact; place.Origin.Kind == Derived && f.Kind != NoFact && place.Node() != f.Node {
			n.Known[f] = append(n.Known[f], PlaceID(p))
		}
	}
	n.names = sync.OnceValues(func() (places, transitions []string) {
		if n.Names == nil {
			return nil, nil
		}
		return n.Names()
	})
}

// Derivations lists the sets of places that a place of a condition follows from.
func (n *Net) Derivations(p PlaceID) (from [][]PlaceID) {
	for _, t := range n.Producers.Of(p) {
		if k := n.Transitions[t].Origin.Kind; k == Derived || k == Shown {
			from = append(from, n.Transitions[t].Read())
		}
	}
	return from
}

// Working calls yield for each place that is marked while a transition of a component is
// under way, or a behaviour.
func (n *Net) Working(yield func(p PlaceID, transition bool)) {
	for i := range n.Transitions {
		t := &n.Transitions[i]
		for _, p := range t.In() {
			switch k := n.Places[p].Origin.Kind; {
			case t.Origin.Kind == BehaviourEnd && k == BehaviourRun:
				yield(p, false)
			case t.Origin.Kind == Fire && k == Fire:
				yield(p, true)
			}
		}
	}
}

// Equal says whether two nets have the same places and transitions, of the same origins.
func (n *Net) Equal(m *Net) bool {
	transition := func(a, b Transition) bool {
		return a.Delay.Lo == b.Delay.Lo && a.Delay.Hi == b.Delay.Hi && a.AtRest == b.AtRest &&
			a.in == b.in && a.out == b.out && slices.Equal(a.arcs, b.arcs) && a.Origin.equal(b.Origin)
	}
	place := func(a, b Place) bool { return a.Marked == b.Marked && a.Origin.equal(b.Origin) }
	return slices.EqualFunc(n.Transitions, m.Transitions, transition) && slices.EqualFunc(n.Places, m.Places, place)
}

// Lengthened is the net with longer greatest delays, each by what more says for its
// transition; the least delays stay. Every execution of the net is one of the
// lengthened net.
func (n *Net) Lengthened(more func(*Transition) time.Duration) *Net {
	out := *n
	out.Transitions = slices.Clone(n.Transitions)
	for i := range out.Transitions {
		t := &out.Transitions[i]
		if by := more(t); by > 0 {
			longer := model.Interval(t.Delay.Lo, t.Delay.Hi+by)
			t.Delay = &longer
		}
	}
	return &out
}

// Told is what a place says that another node knows: a fact, or its contrary.
type Told struct {
	Fact  Fact
	Value bool
}

// Source is where a fact is read off on its own node: it holds when all of On are
// marked, and does not when all of one of Off are.
type Source struct {
	On  []PlaceID
	Off [][]PlaceID
	// Presumed is what others take it for until they are told. Unseen says that it holds when
	// its node starts, and ceases in that instant, so that nobody sees it.
	Presumed, Unseen bool
}

// Observation is that a node comes to know a change of a fact about another, by the
// number of the change, from 1.
type Observation struct {
	Fact         Fact
	Node, Change int
}

// InLimit says whether a transition is one of several of a limit.
func (n *Net) InLimit(t TransitionID) bool {
	o := n.Transitions[t].Origin
	return o.Kind == ProgramStep && n.Limits[[2]int{o.Node, o.Instruction}] != nil
}

// waitsForWake says whether a firing of a transition waits for its node to be awake.
func (n *Net) waitsForWake(t TransitionID) bool {
	tr, kind := &n.Transitions[t], n.Scenario.Network.Profile.Kind
	if n.AlsoAwake(t) >= 0 {
		return true
	}
	if n.Scenario.Nodes[tr.Node()].Uptime == nil || tr.Origin.Kind == Fire || tr.Leg == Reading {
		return false
	}
	if tr.Origin.Kind == Step && kind != model.Polling { // which keeps the node awake, or is put off to the next window
		return kind == model.Concertod
	}
	return tr.Delay.Hi > 0 || tr.NextPass || tr.Origin.Kind == NodeStart || tr.Origin.Kind == Network
}

// TakesNote says whether a transition takes note of a message that has arrived, in the instant in
// which that has, or the one before it.
func (n *Net) TakesNote(t TransitionID) bool {
	tr := &n.Transitions[t]
	return tr.Origin.Kind == Network && tr.Origin.Fact.Kind != Present && tr.Delay.Hi == 0 && n.Places[tr.In()[0]].Origin.Kind == Network
}

// Middle is the middle of the delay of a transition, with which the plan is played.
func (n *Net) Middle(t TransitionID) time.Duration {
	delay := n.Transitions[t].Delay
	return delay.Lo + (delay.Hi-delay.Lo)/2
}
