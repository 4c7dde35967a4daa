package unfold

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/heap"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/internal/lists"
)

// player fires a net from its initial marking in the order of dates, for one
// choice of delays, and remembers the conditions: which event marked a place,
// which read it and which took the token. Where several transitions can fire at
// one date the class decides, then the number.
type player struct {
	net    *petri.Net
	delay  func(petri.TransitionID) time.Duration
	forced []ordering

	now     time.Duration
	marked  []int32         // by place: index of its condition, or -1
	missing []int16         // by transition: places still unmarked
	version []int32         // by transition: counts how often it was disabled
	fired   []int32         // by transition: how often
	turns   map[int32]int32 // by group, see Net.group: how often one of it has fired
	queue   heap.Heap[pending, *pending]
	batch   []pending     // what fires before the queue is looked at again, …
	first   int           // … from here on
	held    []pending     // due, but kept back by an ordering
	awake   []wakefulness // by node

	conditions []condition
	events     []firing
	arcs       []int32 // of events to conditions
	stays      []int32 // by place: how many conditions so far

	// Once all has been played:
	byPlace lists.Groups[petri.PlaceID, int32] // by place: its conditions in order
	readers lists.Groups[int32, petri.EventID] // by condition
}

// condition is one stay of a token in a place.
type condition struct {
	place    petri.PlaceID
	nth      int32         // of the place
	producer petri.EventID // -1 for the initial marking
	consumer petri.EventID // -1 if it stays
}

// firing is one firing with the conditions that it took and read.
type firing struct {
	transition petri.TransitionID
	nth        int32
	date       time.Duration
	taken      []int32
	read       []int32
	after      []petri.EventID // causes by an ordering
	unmet      []petri.PlaceID // those that it should have read but were not marked; see force
}

type pending struct {
	date       time.Duration
	class      petri.Class
	transition petri.TransitionID
	version    int32
}

// Before orders what is pending by date, then class, then number.
func (a *pending) Before(b *pending) bool {
	if a.date != b.date {
		return a.date < b.date
	}
	if a.class != b.class {
		return a.class < b.class
	}
	return a.transition < b.transition
}

// begin sets a player, in the memory of what it has played before, to the initial marking.
func (p *player) begin(net *petri.Net, delay func(petri.TransitionID) time.Duration, forced []ordering) {
	p.net, p.delay, p.forced, p.now = net, delay, forced, 0
	if p.turns == nil {
		p.turns = map[int32]int32{}
	}
	p.marked, p.stays = lists.Zeros(p.marked, len(net.Places)), lists.Zeros(p.stays, len(net.Places))
	p.missing, p.version, p.fired = lists.Zeros(p.missing, len(net.Transitions)), lists.Zeros(p.version, len(net.Transitions)), lists.Zeros(p.fired, len(net.Transitions))
	p.awake = lists.Zeros(p.awake, len(net.Scenario.Nodes))
	// Most transitions fire once.
	p.conditions, p.events = slices.Grow(p.conditions[:0], len(net.Places)), slices.Grow(p.events[:0], len(net.Transitions))
	p.arcs = slices.Grow(p.arcs[:0], 2*len(net.Transitions))
	p.queue, p.batch, p.first, p.held = p.queue[:0], p.batch[:0], 0, p.held[:0]
	clear(p.turns)
	for n := range p.awake {
		p.awake[n].until = -1
	}
	for i := range p.marked {
		p.marked[i] = -1
	}
	for t := range net.Transitions {
		p.missing[t] = int16(len(net.Transitions[t].In()) + len(net.Transitions[t].Read()))
	}
	for i := range net.Places {
		if net.Places[i].Marked {
			p.mark(petri.PlaceID(i), -1)
		}
	}
}

// mark puts a token into an empty place.
func (p *player) mark(place petri.PlaceID, producer petri.EventID) error {
	if p.marked[place] >= 0 {
		return fmt.Errorf("the net is not 1-safe: %q is marked twice", p.net.PlaceName(place))
	}
	p.marked[place] = int32(len(p.conditions))
	p.conditions = append(p.conditions, condition{place: place, nth: p.stays[place], producer: producer, consumer: -1})
	p.stays[place]++
	for _, t := range p.net.Consumers.Of(place) {
		p.gain(t)
	}
	for _, t := range p.net.Readers.Of(place) {
		p.gain(t)
	}
	return nil
}

func (p *player) gain(t petri.TransitionID) {
	p.missing[t]--
	if p.missing[t] > 0 {
		return
	}
	p.runs(t, 1)
	next := pending{p.now + p.delay(t), p.net.Transitions[t].Class, t, p.version[t]}
	if p.inBatch(next) {
		p.batch = append(p.batch, next)
	} else {
		p.queue.Push(next)
	}
}

// inBatch says whether a transition takes the place of a variant of itself that
// was about to fire: what fired before it in the batch changed its variant.
func (p *player) inBatch(next pending) bool {
	variant := p.net.Transitions[next.transition].Variant
	if variant == 0 {
		return false
	}
	for _, other := range p.batch[p.first:] {
		if other.date == next.date && p.net.Transitions[other.transition].Variant == variant {
			return true
		}
	}
	return false
}

// take removes the token of a place.
func (p *player) take(place petri.PlaceID, consumer petri.EventID) int32 {
	c := p.marked[place]
	p.conditions[c].consumer = consumer
	p.marked[place] = -1
	for _, t := range p.net.Consumers.Of(place) {
		p.lose(t)
	}
	for _, t := range p.net.Readers.Of(place) {
		p.lose(t)
	}
	return c
}

func (p *player) lose(t petri.TransitionID) {
	if p.missing[t] == 0 {
		p.version[t]++
		p.runs(t, -1)
	}
	p.missing[t]++
}

// maxEvents bounds an unfolding. No plan comes near it: it catches a mistake in
// a pattern, not in a model.
const maxEvents = 20_000_000

// run fires until nothing can.
func (p *player) run() error {
	for {
		ok, err := p.step()
		if err != nil {
			return err
		}
		if !ok {
			p.group()
			return nil
		}
		if len(p.events) > maxEvents {
			return fmt.Errorf("the plan unfolds into more than %d events", maxEvents)
		}
	}
}

// play plays a net with some delays, and returns a node whose program does not end then, or -1.
func (p *player) play(net *petri.Net, delay func(petri.TransitionID) time.Duration) (unending int, err error) {
	p.begin(net, delay, nil)
	if err := p.run(); err != nil {
		return -1, err
	}
	return slices.IndexFunc(net.Ends, func(end petri.PlaceID) bool { return p.marked[end] < 0 }), nil
}

// hasInputs says whether the places that a transition takes from are marked.
func (p *player) hasInputs(t petri.TransitionID) bool {
	return !slices.ContainsFunc(p.net.Transitions[t].In(), func(place petri.PlaceID) bool { return p.marked[place] < 0 })
}

// force fires a transition when nothing else can, as if the places that it reads were marked,
// and goes on.
func (p *player) force(t petri.TransitionID) error {
	var unmet []petri.PlaceID
	for _, place := range p.net.Transitions[t].Read() {
		if p.marked[place] < 0 {
			unmet = append(unmet, place)
		}
	}
	if err := p.fire(t); err != nil {
		return err
	}
	f := &p.events[len(p.events)-1]
	f.unmet = unmet
	f.read = slices.DeleteFunc(f.read, func(k int32) bool { return k < 0 })
	return p.run()
}

// group lists the conditions by place, and the events by the conditions that they
// read.
func (p *player) group() {
	p.byPlace.Fill(len(p.net.Places), func(yield func(petri.PlaceID, int32) bool) {
		for c := range p.conditions {
			yield(p.conditions[c].place, int32(c))
		}
	})
	p.readers.Fill(len(p.conditions), func(yield func(int32, petri.EventID) bool) {
		for e := range p.events {
			for _, c := range p.events[e].read {
				yield(c, petri.EventID(e))
			}
		}
	})
}

// step fires the next transition and says whether there was one.
func (p *player) step() (bool, error) {
	for {
		if p.first == len(p.batch) && !p.nextBatch() {
			return false, nil
		}
		next := p.batch[p.first]
		p.first++
		if next.version != p.version[next.transition] || p.missing[next.transition] > 0 {
			continue
		}
		if p.keptBack(next.transition) {
			p.held = append(p.held, next)
			continue
		}
		if at := max(p.now, next.date); p.sleeps(next.transition, at) {
			if err := p.postpone(next, at); err != nil {
				return false, err
			}
			continue
		}
		p.now = max(p.now, next.date)
		return true, p.fire(next.transition)
	}
}

// nextBatch takes what fires next off the schedule: a single inner transition,
// or all transitions of a later class that are enabled together.
func (p *player) nextBatch() bool {
	p.batch, p.first = p.batch[:0], 0
	for len(p.queue) > 0 {
		next := p.queue[0]
		if len(p.batch) > 0 && (next.date != p.batch[0].date || next.class != p.batch[0].class || next.class <= petri.Inner) {
			break
		}
		p.queue.Pop()
		if next.version == p.version[next.transition] {
			p.batch = append(p.batch, next)
		}
	}
	return len(p.batch) > 0
}

// fire takes and marks the places of t.
func (p *player) fire(t petri.TransitionID) error {
	tr := &p.net.Transitions[t]
	e := petri.EventID(len(p.events))
	f := firing{transition: t, nth: p.fired[t], date: p.now}
	for _, o := range p.forced {
		if p.isSecond(o, t) {
			f.after = append(f.after, p.find(o.first))
		}
	}
	p.fired[t]++
	if g := group(p.net, t); g != 0 {
		p.turns[g]++
	}
	if tr.Kind == petri.Fire {
		if p.awake[tr.Node()].until = p.now; p.net.Scenario.Network.Profile.Kind != model.Concertod {
			p.awake[tr.Node()].until += p.net.Scenario.Network.Profile.Step.Lo
		}
	}
	read, in := tr.Read(), tr.In()
	from := len(p.arcs)
	for _, place := range read {
		p.arcs = append(p.arcs, p.marked[place])
	}
	for _, place := range in {
		p.arcs = append(p.arcs, p.take(place, e))
	}
	arcs := p.arcs[from:len(p.arcs):len(p.arcs)]
	f.read, f.taken = arcs[:len(read):len(read)], arcs[len(read):]
	p.events = append(p.events, f)
	for _, place := range tr.Out() {
		if err := p.mark(place, e); err != nil {
			return err
		}
	}
	if len(p.held) > 0 {
		for _, h := range p.held {
			h.date = max(h.date, p.now) // what follows from others at once comes first
			p.queue.Push(h)
		}
		p.held = p.held[:0]
	}
	return nil
}

// appendCauses appends the events that produced the conditions of an event, without
// repetition, in order. An ordering is a cause of what takes no time only: the
// delay of a timed transition runs from its conditions on, not from the event
// that it comes after.
func (p *player) appendCauses(out []petri.EventID, f *firing) []petri.EventID {
	from := len(out)
	if p.net.Transitions[f.transition].Delay.Hi == 0 {
		out = append(out, f.after...)
	}
	for _, list := range [2][]int32{f.taken, f.read} {
		for _, c := range list {
			if e := p.conditions[c].producer; e >= 0 {
				out = append(out, e)
			}
		}
	}
	return out[:from+len(distinct(out[from:]))]
}

func distinct(ids []petri.EventID) []petri.EventID {
	n := 0
	for _, e := range ids {
		fresh := true
		for _, f := range ids[:n] {
			fresh = fresh && f != e
		}
		if fresh {
			ids[n] = e
			n++
		}
	}
	return ids[:n]
}
