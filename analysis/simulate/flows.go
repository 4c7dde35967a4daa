package simulate

import (
	"math"
	"time"

	"adagio/dsl/model"
	"adagio/network"
)

// Messages on a platform are flows that share its links ([network.Flows]): when one
// arrives is known only when it arrives. Without a platform a message takes what
// its latency draws, and so it does where the scenario gives a latency in place of
// the platform's.

// way is how a message gets from a node to another, or to or from the broker,
// which has the number after those of the nodes.
type way struct {
	flow  *network.Flow // on the platform; nil if the latency is given
	given model.Delay
}

// roads are the ways of a scenario on a platform.
type roads struct {
	site *network.Site
	ways map[[2]int]way
}

// newRoads finds the ways of a scenario. It is nil without a platform.
func newRoads(s *model.Scenario) *roads {
	site, ok := s.Network.Platform.(*network.Site)
	if !ok {
		return nil
	}
	r := &roads{site, map[[2]int]way{}}
	for pair, d := range s.Network.Routes {
		r.add(pair[0], pair[1], d)
	}
	for n := range s.Network.ToBroker {
		r.add(n, len(s.Nodes), s.Network.ToBroker[n])
		r.add(len(s.Nodes), n, s.Network.FromBroker[n])
	}
	return r
}

// add notes a way with its delay: the one that the platform gives it, or another
// that the scenario has in its place.
func (r *roads) add(from, to int, d model.Delay) {
	w := way{given: d}
	of, err := r.site.Delay(from, to)
	if err == nil && d.Kind == of.Kind && d.Lo == of.Lo && d.Hi == of.Hi {
		if f, err := r.site.Flow(from, to); err == nil {
			w.flow = &f
		}
	}
	r.ways[[2]int{from, to}] = w
}

// journey is messages one after another: from one node to another, back, there, …
type journey struct {
	from, to int
	left     int   // messages that have not arrived
	then     event // when all have
	// The message under way:
	bytes    float64
	flow     *network.Flow
	recorded bool
}

// flows are the messages under way in one run, on its clock.
type flows struct {
	*roads
	*sampler
	agenda *agenda
	trace  *Trace
	record bool
	net    *network.Flows
	epoch  time.Duration // the date 0 of net
	moving []journey     // by number in net
	done   []journey     // whose messages have arrived together
	coming []journey     // that have not begun
	free   []int         // places in coming
}

// newFlows is nil where messages do not share links: without a platform or without
// a size, and where every delay is to be at one end.
func newFlows(w *world, a *agenda) *flows {
	r := w.roads
	if r == nil || r.site.Sizes.Hi == 0 || w.opts.Sampler != Draw {
		return nil
	}
	return &flows{
		roads: r, sampler: &w.sampler, agenda: a, trace: w.trace, record: w.opts.Messages,
		net: network.NewFlows(r.site.Platform, r.site.Platform.Model),
	}
}

// later has a journey begin at a date.
func (f *flows) later(at time.Duration, j journey) {
	id := len(f.coming)
	if last := len(f.free) - 1; last >= 0 {
		id, f.free = f.free[last], f.free[:last]
		f.coming[id] = j
	} else {
		f.coming = append(f.coming, j)
	}
	f.agenda.push(at, departs, id, 0)
}

// depart begins a journey that was to begin now.
func (f *flows) depart(id int, now time.Duration) {
	f.free = append(f.free, id)
	f.advance(now)
	f.proceed(&f.coming[id], now, now)
}

// advance follows the messages up to a date, or to the next event if that is before,
// and puts the ends of journeys into the agenda.
func (f *flows) advance(to time.Duration) {
	for next, ok := f.net.Next(); ok; next, ok = f.net.Next() {
		at := f.date(next)
		if at > min(to, f.limit()) {
			return
		}
		f.done = f.done[:0]
		for ; ok && f.date(next) <= at; next, ok = f.net.Next() {
			for _, id := range f.net.Advance(next) {
				f.done = append(f.done, f.moving[id])
			}
		}
		until := at
		if len(f.done) == 1 {
			until = to
		}
		for i := range f.done {
			j := &f.done[i]
			f.arrive(j, at)
			if end, ok := f.proceed(j, at, until); ok {
				f.agenda.add(end, j.then)
			}
		}
	}
}

// date is when something happens in net, on the clock of the run: the nearest whole
// nanosecond, so that a message takes its time as the model has it, rounded up or
// down, as static delays are rounded outwards.
func (f *flows) date(at float64) time.Duration {
	return f.epoch + time.Duration(math.Round(at*1e9))
}

// limit is the date before which nothing but messages can happen.
func (f *flows) limit() time.Duration {
	if len(f.agenda.events) == 0 {
		return model.Never
	}
	return f.agenda.events[0].at
}

// proceed sends the next message of a journey, at a date up to which net has
// been followed. As long as no other is under way, and nothing can send one before
// it arrives, nor before a second date, it goes on from message to message without
// net. It returns the end of the journey if it comes to it.
func (f *flows) proceed(j *journey, at, until time.Duration) (end time.Duration, ok bool) {
	for j.left > 0 {
		f.load(j, at)
		if f.net.UnderWay() == 0 {
			f.net.Restart()
			f.epoch = at
			p := f.site.Platform
			if arrival := f.date(p.Model.FlowAlone(p, j.flow, j.bytes)); arrival < min(until, f.limit()) {
				f.arrive(j, arrival)
				at = arrival
				continue
			}
		}
		id := f.net.StartFlow(float64(at-f.epoch)/1e9, j.flow, j.bytes)
		for len(f.moving) <= id {
			f.moving = append(f.moving, journey{})
		}
		f.moving[id] = *j
		return at, false
	}
	return at, true
}

// load draws the next message of a journey.
func (f *flows) load(j *journey, at time.Duration) {
	w := f.ways[[2]int{j.from, j.to}]
	if w.flow == nil {
		j.flow, j.bytes = &network.Flow{Delay: f.value(&w.given).Seconds()}, 0
		return
	}
	j.flow, j.bytes = w.flow, f.size()
	if f.record {
		j.then.cause = f.trace.sent(Message{From: j.from, To: j.to, Bytes: j.bytes, Start: at, End: model.Never, After: int(j.then.cause)})
		j.recorded = true
	}
}

// size draws a whole number of bytes, each as likely as the others.
func (f *flows) size() float64 {
	lo, hi := math.Ceil(f.site.Sizes.Lo), math.Floor(f.site.Sizes.Hi)
	switch {
	case hi < lo:
		return f.site.Sizes.Lo
	case hi == lo:
		return lo
	}
	return min(lo+math.Floor(f.rand.Float64()*(hi-lo+1)), hi)
}

// arrive ends the message of a journey that is under way.
func (f *flows) arrive(j *journey, at time.Duration) {
	f.trace.Events++
	if j.recorded {
		f.trace.Messages[j.then.cause].End = at
		j.recorded = false
	}
	j.left--
	j.from, j.to = j.to, j.from
}
