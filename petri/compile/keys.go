package compile

import (
	"fmt"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// Places are found by what they stand for, never by their names: names are for
// those who read a net.

// sharedKey tells what a place stands for that several parts of the net read, and
// that is made by the first of them.
type sharedKey struct {
	what sharedPlace
	// of and with are ids: a component and its port, or two nodes; -1 where there is none.
	of, with int
}

type sharedPlace uint8

const (
	unprovided       sharedPlace = iota // a use port of a component has no provider
	servedByAny                         // … is served by any of several
	neverUnconnected                    // a component never has no connection
	heardOf                             // a node has heard of another for the first time
	readBroker                          // a node has read the broker for the first time
)

// once returns the place for a key, made at first use.
func (c *compiler) once(key sharedKey, make func() petri.PlaceID) petri.PlaceID {
	id, ok := c.shared[key]
	if !ok {
		id = make()
		c.shared[key] = id
	}
	return id
}

// workKey tells which work in progress of a component a place stands for: an event
// of its state space, one of its transitions or one of its pushes.
type workKey struct {
	what  workPlace
	event component.EventKey
	// index is a transition or a push; 0 where the work is an event's.
	index int
}

type workPlace uint8

const (
	toLeave      workPlace = iota // a place is to be left
	trying                        // … and its ports refuse
	entered                       // a place has been entered
	arrived                       // … is to be entered: all transitions into it have ended
	notArrived                    // … is not, where several dock sets may be full at once
	lookedFor                     // the first look for an event has been made
	steppedFor                    // the step before an event has been made
	ready                         // a transition can start
	starting                      // … is about to
	underWay                      // … runs
	over                          // … has run, and is still to be noticed
	ended                         // … has ended
	inPush                        // a push is being executed
	engaging                      // … is about to begin
	engaged                       // … has begun, and has nothing to leave
	endUnnoticed                  // … has ended, unseen by the program
)

// enteredKey is the key of work for an entry that has been made.
func enteredKey(behaviour int, a [2]int) workKey {
	return workKey{what: entered, event: component.EventKey{Kind: petri.Enter, Behaviour: behaviour, Element: a[0], DockSet: a[1], With: 0}}
}

// workOf is the key of work for an event.
func workOf(ev *component.Event, what workPlace) workKey {
	return workKey{what: what, event: ev.EventKey}
}

// work returns the place for work in progress, made at first use.
func (b *instance) work(key workKey, name string, o petri.Origin) petri.PlaceID {
	if id, ok := b.made[key]; ok {
		return id
	}
	id := b.place(b.name+": "+name, false, false, o)
	b.made[key] = id
	return id
}

// leaveWork returns the place for a departure that is to be made, or is being tried.
func (b *instance) leaveWork(what workPlace, behaviour, p int) petri.PlaceID {
	name := b.goName(behaviour, p)
	if what == trying {
		name = "trying " + name
	}
	return b.work(workKey{what: what, event: component.EventKey{Kind: petri.Leave, Behaviour: behaviour, Element: p, DockSet: 0, With: 0}}, name, b.origin(petri.LeaveTry, behaviour, p))
}

var transitionWorks = [...]string{ready: "ready", underWay: "running", over: "over", ended: "ended"}

// transitionWork returns the place for work of one transition.
func (b *instance) transitionWork(what workPlace, t int) petri.PlaceID {
	name, kind := transitionWorks[what], petri.Fire
	if what == ready {
		kind = petri.Start
	}
	return b.work(workKey{what: what, index: t}, b.text("%s %s", name, b.transitionName(t)), b.origin(kind, b.t.Transitions[t].Behaviour, t))
}

// names are those of the places and transitions. They are for who reads a net, and made
// when somebody does: the net is then written down a second time.
type names struct{ places, transitions []string }

// text makes a name, or nothing where no names are made.
func (c *compiler) text(format string, args ...any) string {
	if c.names == nil {
		return ""
	}
	return fmt.Sprintf(format, slices.Clone(args)...) // the clone lets args stay on the stack
}

// nodeName and componentName name the elements of the net about a node and about a
// component.
func (c *compiler) nodeName(n int) string {
	if c.names == nil {
		return ""
	}
	return "node " + model.Reference(c.s.Nodes[n].Name)
}

func (c *compiler) componentName(i int) string {
	if c.names == nil {
		return ""
	}
	return model.Reference(c.s.Components[i].Name)
}

func (c *compiler) portName(component, port int) string {
	if c.names == nil {
		return ""
	}
	return c.s.PortName(component, port)
}

// quote is a name within a type.
func (c *compiler) quote(name string) string {
	if c.names == nil {
		return ""
	}
	return model.Quote(name)
}

func (b *instance) placeName(p int) string { return b.quote(b.t.Places[p].Name) }

func (b *instance) transitionName(t int) string { return b.quote(b.t.Transitions[t].Name) }

func (b *instance) behaviourName(behaviour int) string {
	return b.quote(b.t.Behaviours[behaviour].Name)
}
