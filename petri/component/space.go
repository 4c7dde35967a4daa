// Package component says what a component alone can do under a plan: without time, and
// without other components. It knows the component's type, the places that it starts in,
// and the behaviours that programs push to it, and finds for each event (a place is left
// or entered, a transition starts or ends) what it does to the ports, whatever the order
// of concurrent events.
//
//	space, err := component.New(t, component.RulesOf(scenario), active, past, course, ports, remote)
//	for _, event := range space.Events { … event.Variants … }
//
// Package compile writes the net of the component down from it.
package component

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// Space is the local state space of a component under a plan, without time: which places are
// left and entered in each of its pushes, and what each of these events does to
// its ports. The net of the component is written down from it.
//
// Ports follow from counts. A holder is a set of elements of the component (the
// places, groups and transitions that a port is bound to, or one group); a port is
// held while any of its holders has an active element. Mostly every event finds the
// same count whatever the order of concurrent events, so that its effect on the ports
// is known in advance; where it does not, the count becomes part of the net (a
// register) and the event gets a variant per value. Other registers are flags of the
// ports, see registers.
type Space struct {
	t          *model.Type
	rules      Rules
	ports      []int // ports that some link names, sorted
	Remote     []int // by port, the number of links with other nodes that it takes looks at
	looking    bool  // … for some port
	holders    []holder
	elements   map[int]holder // port -> all elements that it is bound to
	heldBy     map[int][]int  // port -> the holders that hold it
	groupOf    map[int][]int  // port -> the groups on whose activation it is needed
	around     elements
	EventsOf   map[int][]*Event // port -> the events that may change it
	Executions []Execution      // one for each push
	firsts     []int            // by existence: its first push
	Events     []*Event
	ByKey      map[EventKey]*Event
	values     lists.Interner[int]
	details    lists.Interner[localFact]
	detailed   set    // ports whose details are registers, see registers
	unclear    set    // ports that an event found alike, and did different things to
	Dynamic    []bool // per register: it is part of the net
	Contested  []bool // by place, see findContested
	Initial    []int  // register values when the plan starts (or when added)
	visits     []visit
	Held       []bool // by port: held when the plan starts
	Refusing   []bool // by port: refusing when the plan starts
	MaxLooks   int    // looks at remote facts in one pass, at most
	AddLooks   int    // … while the component is being added
}

// Rules are the points in which semantics and executors differ inside a component
// (SEMANTICS.md, sections 6 and 7).
type Rules struct {
	listIsGroup bool // a port bound to a list of places is held as a group
	GateStart   bool // the start of a transition and the initial place are gated by their ports
	AllowActive bool // an inactive provide port refuses
	dataStays   bool // a data provide port never becomes inactive
	byMoves     bool // a group ends when any of its places is left to outside
	together    bool // two dock sets of a place that are full at once are emptied at once
	looks       bool // other nodes are asked for one dock set after the other
}

func RulesOf(s *model.Scenario) Rules {
	r := Rules{dataStays: s.Rules.DataStays, byMoves: s.Rules.GroupsByMoves, together: s.Rules.DockSetsTogether, looks: s.Network.Profile.Kind == model.Polling}
	if s.Semantics == model.ConcertoD {
		r.listIsGroup, r.AllowActive = true, true
	} else {
		r.GateStart = true
	}
	return r
}

// EventKey is what tells events apart. A deletion has the kind ProgramStep, and no
// element.
type EventKey struct {
	Kind               petri.Kind
	Behaviour, Element int
	DockSet            int // of an entry; the existence that an addition or a deletion begins or ends
	// with has a bit for each dock set that is emptied with it, by its index among
	// those of the behaviour at the place (rule together).
	With uint8
}

// Event is a local event of a behaviour with its variants.
type Event struct {
	EventKey
	touched  []int            // registers that it may read or change
	holders  []int            // those of them that are counts
	ports    []int            // that it may change
	Observed map[lists.ID]obs // by the values of touched
	Variants []Variant        // once all of it is observed
	Counts   []int            // per mode, whether it occurs
	Own      int              // looks at remote facts that it takes, at most
	asked    int              // … if it is asked for once for each filled dock
	Others   int              // looks of the component's other events beside it, at most
}

type obs struct {
	values []int // of touched, before
	after  []int // of touched, after
	Effect Effect
}

// Effect is what an event does to the ports, each list sorted.
type Effect struct {
	Checks            []int // use ports that must be served and allowed
	Take, Release     []int // use ports that begin or cease to be in use
	Activate, Disable []int // provide ports that become active or inactive
	Refuse, Relent    []int // provide ports that begin or cease to refuse
	Locked            []int // provide ports whose users must be gone
}

// equal says whether two effects are the same.
func (e *Effect) equal(f *Effect) bool {
	theirs := f.lists()
	for i, list := range e.lists() {
		if !slices.Equal(list, theirs[i]) {
			return false
		}
	}
	return true
}

func (e *Effect) lists() [8][]int {
	return [...][]int{e.Checks, e.Take, e.Release, e.Activate, e.Disable, e.Refuse, e.Relent, e.Locked}
}

// Course is what programs do with a component: for each time that it exists, the
// behaviours that it is pushed, in order. All its existences but the last are deleted,
// and all but the first are added.
type Course struct {
	Pushes  [][]int
	Deleted bool // the last one, too
}

// New explores the state space of a component of type t that starts with the given
// active places (nil if the program adds it). Only the given ports matter; remote
// counts, by port, the links that each has with other nodes.
//
// Counts and flags tell mostly what an event does to a port. Where they do not, it is
// explored again with more detail of that port.
func New(t *model.Type, r Rules, active []int, past model.Past, c Course, ports, remote []int) (*Space, error) {
	var detailed set
	for {
		l, err := explored(t, r, active, past, c, ports, remote, detailed)
		if err != nil || len(l.unclear) == 0 {
			return l, err
		}
		more := lists.Merged(detailed, l.unclear)
		if len(more) == len(detailed) {
			return nil, fmt.Errorf("what a component of type %s does to port %s depends on the order of its transitions in a way that cannot be followed", t.Name, t.Ports[l.unclear[0]].Name)
		}
		detailed = more
	}
}

func explored(t *model.Type, r Rules, active []int, past model.Past, c Course, ports, remote []int, detailed set) (*Space, error) {
	l := &Space{t: t, rules: r, ports: ports, Remote: remote, detailed: detailed, elements: map[int]holder{}, heldBy: map[int][]int{}, groupOf: map[int][]int{}, EventsOf: map[int][]*Event{}, ByKey: map[EventKey]*Event{}}
	l.looking = slices.ContainsFunc(remote, func(n int) bool { return n > 0 })
	l.indexTransitions()
	if p := l.tooManySets(); p >= 0 {
		return nil, fmt.Errorf("place %s of component type %s has more than %d dock sets: which of them are full in the same pass cannot be followed", t.Places[p].Name, t.Name, maxDockSets)
	}
	l.findHolders()
	l.indexFollowers()
	start := l.startState(active, past)
	l.Initial, l.Held, l.Refusing = make([]int, l.registers()), make([]bool, len(t.Ports)), make([]bool, len(t.Ports))
	for r := range l.Initial {
		l.Initial[r] = l.register(start, r)
	}
	for _, p := range ports {
		l.Held[p], l.Refusing[p] = l.isHeld(start, p), start.is(isRefusing, p)
	}
	if err := l.follow(c, active, start); err != nil {
		return nil, err
	}
	l.countLooks()
	l.findDynamic()
	l.findContested()
	return l, nil
}

// follow explores what programs do with the component, one existence after another, from a
// state with given active places on (nil: it is added first).
func (l *Space) follow(c Course, active []int, start *localState) error {
	states := map[stateKey]*localState{start.key(): start}
	reached := true
	for e, pushes := range c.Pushes {
		l.firsts = append(l.firsts, len(l.Executions))
		if active == nil {
			fresh := l.startState(nil, model.Past{})
			fresh.set(isAdded, 0, true)
			after, err := l.explore(map[stateKey]*localState{fresh.key(): fresh}, -1, e)
			if err != nil {
				return err
			}
			states, active = after, []int{l.t.Initial}
		}
		for _, b := range pushes {
			if err := l.open(e); err != nil {
				return err
			}
			m := l.execute(active, b)
			if m.apart >= 0 {
				return fmt.Errorf("two dock sets of place %s of component type %s may be full in one pass of the executor: whether they are emptied together depends on whether another node serves from one look to the next", l.t.Places[m.apart].Name, l.t.Name)
			}
			m.Reached = reached
			l.Executions = append(l.Executions, m)
			if !reached {
				continue
			}
			for _, st := range states {
				st.begin()
			}
			after, err := l.explore(rekey(states), len(l.Executions)-1, e)
			if err != nil {
				return err
			}
			states, active = ending(after), m.after
			reached = m.Stuck < 0 && len(states) > 0
		}
		if e < len(c.Pushes)-1 || c.Deleted {
			if err := l.open(e); err != nil {
				return err
			}
			if reached {
				l.delete(states, e)
			}
			active = nil
		}
	}
	return nil
}

// open is an error if the last push of an existence may leave the component in
// different places: what comes after it cannot be followed.
func (l *Space) open(existence int) error {
	if len(l.Executions) == l.firsts[existence] || l.Executions[len(l.Executions)-1].open < 0 {
		return nil
	}
	m := l.Executions[len(l.Executions)-1]
	return fmt.Errorf("a component of type %s may or may not be at place %s after behavior %s: it depends on whether two dock sets of the place are full in the same pass, so that what comes next cannot be followed", l.t.Name, l.t.Places[m.open].Name, l.t.Behaviours[m.Behaviour].Name)
}

// ending drops the states in which a behaviour hangs, as some dock is filled for ever.
func ending(states map[stateKey]*localState) map[stateKey]*localState {
	out := make(map[stateKey]*localState, len(states))
	for k, st := range states {
		if !slices.ContainsFunc(st.facts, func(f localFact) bool { return f.what == isDeparted || f.what == isRunning || f.what == isOver }) {
			out[k] = st
		}
	}
	return out
}

func rekey(states map[stateKey]*localState) map[stateKey]*localState {
	out := make(map[stateKey]*localState, len(states))
	for _, st := range states {
		out[st.key()] = st
	}
	return out
}
