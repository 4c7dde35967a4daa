package unfold

import (
	"slices"

	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/internal/lists"
)

// guard gives an event the clauses that it reads.
func (c *coverer) guard(e petri.EventID) error {
	f := &c.p.events[e]
	if c.net.InLimit(f.transition) {
		return c.guardLimit(e)
	}
	if c.exits != nil && c.net.Transitions[f.transition].Choice != 0 {
		c.system.Guard(c.event[e], c.doubt(cover.Phase{On: cover.None, Off: cover.None}))
		return nil
	}
	places := slices.Clone(f.unmet)
	if len(places) > 0 {
		c.unmet[c.event[e]] = true
	}
	for _, k := range f.read {
		if !c.lasting(f, k) && !c.determined(e, k) {
			places = append(places, c.p.conditions[k].place)
		}
	}
	for _, place := range places {
		clauses, err := c.clauses(place, observer{node: -1})
		if err != nil {
			return err
		}
		for _, clause := range clauses {
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
	not  bool // it is asked whether the fact does not hold
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
		by := observer{c.net.Places[place].Node(), t.Fact, !t.Value}
		if c.exits != nil && c.exits[t.Fact.Node] && (!t.Value || t.Fact.Kind == petri.Accepting) { // as is presumed
			return [][]cover.Signal{{c.doubt(cover.Phase{On: cover.None, Off: cover.None})}}, nil
		}
		if !t.Value && !from.Presumed && !(len(from.Off) == 1 && len(from.Off[0]) == 1) {
			return nil, uncovered("%q is presumed, and follows from any of several conditions", c.net.PlaceName(place))
		}
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
		if from.Unseen {
			stays = slices.DeleteFunc(stays, func(s stay) bool { return s.on < 0 })
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
			var err error
			if s, err = c.addSignal(k, all[i]); err != nil {
				return nil, err
			}
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

// maxClauses bounds what a condition with alternatives may be made of.
const maxClauses = 64

// any are the clauses that hold while all places of one of some alternatives are marked:
// one for each choice of a clause of each alternative.
func (c *coverer) any(alternatives [][]petri.PlaceID, by observer) ([][]cover.Signal, error) {
	out := [][]cover.Signal{nil}
	for _, places := range alternatives {
		clauses, err := c.all(places, by)
		if err != nil {
			return nil, err
		}
		if len(out)*len(clauses) > maxClauses {
			return nil, uncovered("one of several conditions is made of too many")
		}
		var next [][]cover.Signal
		for _, head := range out {
			for _, clause := range clauses {
				next = append(next, slices.Concat(head, clause))
			}
		}
		out = next
	}
	return out, nil
}

// signal returns the phases of a place as an observer knows them.
func (c *coverer) signal(k signalKey) (cover.Signal, error) {
	if s, ok := c.signals[k]; ok {
		return s, nil
	}
	stays, err := c.stays(k.place)
	if err != nil {
		return 0, err
	}
	return c.addSignal(k, stays)
}

func (c *coverer) addSignal(k signalKey, stays []stay) (cover.Signal, error) {
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
	var ended []cover.Event
	if k.node >= 0 {
		for _, p := range phases {
			ended = append(ended, p.Off)
		}
		var err error
		if phases, err = c.remote(k, phases); err != nil {
			return 0, err
		}
	}
	if k.node >= 0 && c.exits != nil && c.exits[k.fact.Node] { // what was seen last may count for ever
		for i := range phases {
			phases[i].Off = cover.None
		}
		c.signals[k] = c.doubt(phases...)
		if k.fact.Kind == petri.Active && len(ended) == len(phases) {
			c.doubtful[len(c.doubtful)-1].Ended, c.asked[len(c.doubtful)-1] = ended, [2]int{k.node, k.fact.Node}
		}
		return c.signals[k], nil
	}
	c.signals[k] = c.system.Signal(phases...)
	return c.signals[k], nil
}

// doubt adds a signal that may not be seen.
func (c *coverer) doubt(phases ...cover.Phase) cover.Signal {
	s := c.system.Signal(phases...)
	c.doubtful = append(c.doubtful, cover.Doubt{Signal: s})
	return s
}
