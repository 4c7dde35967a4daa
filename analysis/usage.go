package analysis

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Usage is what a plan asks of a node, from the common origin to the end of the
// span: how long it is awake and busy, and what that costs. All are bounds of every
// execution.
type Usage struct {
	Node int
	// Wakeups counts the windows of the node's uptime that have begun when its own
	// program ends: how often it has to wake up. {0, 0} for a node that never sleeps.
	Wakeups struct{ Lower, Upper int }
	// Awake is how long it is awake, and Computing how long at least one of its
	// transitions runs.
	Awake, Computing Bound
	// Waits says whether Waiting is known: with an asynchronous executor and semantics
	// ballet (what messages semantics concerto-d needs depends on how its rendez-vous
	// are made), and where the same messages are sent in every execution. Messages says
	// whether Sending is: with executor ideal, too, which sends nothing but facts.
	Waits, Messages bool
	// Waiting is how long something that has come for the node waits until it wakes
	// up: a fact, the start of its program, the end of a pause. Sending is the sum of
	// the times that its messages are on the wire.
	Waiting, Sending Bound
	// Energy is nil where the power of the node is not known, or is drawn by messages
	// that cannot be counted.
	Energy *Energy
}

// Energy is a bound of an energy, in joules, up to the rounding of floating point.
type Energy struct{ Lower, Upper float64 }

func (e Energy) join(f Energy) Energy { return Energy{min(e.Lower, f.Lower), max(e.Upper, f.Upper)} }

// TotalEnergy is the sum over the nodes whose power is known; nil where none is, or
// where the energy of one of them is not known.
func (r *Result) TotalEnergy() *Energy {
	var sum *Energy
	for _, u := range r.Usage {
		if u.Energy == nil && r.Scenario.Nodes[u.Node].Power != nil {
			return nil
		}
		if u.Energy != nil {
			if sum == nil {
				sum = &Energy{}
			}
			sum.Lower, sum.Upper = sum.Lower+u.Energy.Lower, sum.Upper+u.Energy.Upper
		}
	}
	return sum
}

func (u Usage) join(v Usage) Usage {
	u.Wakeups.Lower, u.Wakeups.Upper = min(u.Wakeups.Lower, v.Wakeups.Lower), max(u.Wakeups.Upper, v.Wakeups.Upper)
	u.Awake, u.Computing, u.Waiting, u.Sending = u.Awake.join(v.Awake), u.Computing.join(v.Computing), u.Waiting.join(v.Waiting), u.Sending.join(v.Sending)
	u.Messages, u.Waits = u.Messages && v.Messages, u.Waits && v.Waits
	if u.Energy == nil || v.Energy == nil {
		u.Energy = nil
		return u
	}
	joined := u.Energy.join(*v.Energy)
	u.Energy = &joined
	return u
}

// usage bounds what every node does in a run. Let [a, b] be the span's bound, and
// let a transition run from [s, S] to [e, E]:
//
//   - it certainly runs in [S, e] and never outside of [s, E], so that the union of
//     the former up to a and of the latter up to b bound the time in which any runs;
//     it is at most the sum of their greatest durations, too, and at least the sum of
//     their least durations along any causal path to the end of a program;
//   - a node is awake in its windows up to a (b), and in these unions beside them,
//     to the ends of which the steps are added; and beside these, in one reading of the
//     broker at most from the end of each window and each step on;
//   - something that is due in [s, S] and happens in [e, E] certainly waits in
//     [S, e], and only in [s, E] outside of windows. With push what changes before the
//     observer has been answered is not sent: there no message certainly waits.
//
// A node's energy is sleeping·span + (awake − sleeping)·T(awake) + (computing −
// awake)·T(computing) + sending·T(sending): linear in each of these times, so that
// it lies between its least and its greatest value over their bounds.
func (e *evaluation) usage(nodes []NodeBound, span Bound) []Usage {
	s := e.g.Net.Scenario
	if !s.TimesUsage() || !e.g.Complete {
		return nil
	}
	out := make([]Usage, len(nodes))
	for n := range nodes {
		out[n] = e.usageOf(n, nodes[n], span)
		if p := s.Nodes[n].Power; p != nil && (p.Sending == 0 || out[n].Messages) {
			energy := out[n].energy(p, span)
			out[n].Energy = &energy
		}
	}
	return out
}

func (e *evaluation) usageOf(n int, bound NodeBound, span Bound) Usage {
	uptime := e.g.Net.Scenario.Nodes[n].Uptime
	s := e.g.Net.Scenario
	u := Usage{Node: n, Awake: span, Messages: s.CountsMessages() && len(e.g.Unasked) == 0}
	u.Waits = s.Network.Profile.Asynchronous() && s.Semantics == model.Ballet && len(e.g.Unasked) == 0
	if e.g.Covered() { // it has not all messages, but those that something waits for
		u.Messages, u.Waits = false, false
	}
	profile := &s.Network.Profile
	var certain, possible, kept, mayKeep, waits, mayWait []model.Window
	transitions := time.Duration(0)
	for i := range e.lo {
		id := petri.EventID(i)
		o := e.g.Origin(id)
		if o.Fact.Kind != petri.NoFact && o.Fact.Node == n && o.Category() == petri.Transfer {
			e.addSending(&u, id, span)
		}
		if o.Node != n {
			continue
		}
		_, lo := LastCause(e.g, id, e.lo)
		_, hi := LastCause(e.g, id, e.hi)
		if o.Category() == petri.Work {
			possible, mayKeep = append(possible, model.Window{Start: lo, End: e.hi[i]}), append(mayKeep, model.Window{Start: lo, End: e.hi[i] + profile.Step.Hi})
			if !e.g.MayLack(id) {
				certain, kept = append(certain, model.Window{Start: hi, End: e.lo[i]}), append(kept, model.Window{Start: hi, End: e.lo[i] + profile.Step.Lo})
			}
			u.Computing.Upper += e.g.Delay(id).Hi
			transitions++
		} else if e.g.Wakes(id) && !(profile.Kind == model.Brokered && o.Fact.Kind == petri.Present) {
			d := e.g.Delay(id)
			mayWait = append(mayWait, model.Window{Start: lo + d.Lo, End: e.hi[i]})
			if profile.Kind != model.Pushing || o.Category() != petri.Transfer {
				waits = append(waits, model.Window{Start: hi + d.Hi, End: e.lo[i]})
			}
		}
	}
	sure, may := model.NewStretches(certain), model.NewStretches(possible)
	most := u.Computing.Upper
	u.Computing = Bound{max(sure.Length(span.Lower), e.work(n)), min(most, may.Length(span.Upper))}
	if uptime != nil {
		most += transitions * profile.Step.Hi
		readings := (transitions + time.Duration(uptime.Begun(span.Upper))) * e.g.Net.Reading[n]
		u.Awake.Lower = uptime.Length(span.Lower) + model.NewStretches(kept).Outside(uptime, span.Lower)
		u.Awake.Upper = min(span.Upper, uptime.Length(span.Upper)+min(most, model.NewStretches(mayKeep).Outside(uptime, span.Upper))+readings)
		u.Waiting = Bound{model.NewStretches(waits).Length(span.Lower), model.NewStretches(mayWait).Outside(uptime, span.Upper)}
		u.Wakeups.Lower, u.Wakeups.Upper = uptime.Begun(bound.End.Lower), uptime.Begun(bound.End.Upper)
	}
	return u
}

// addSending adds one message of a node to the time that it sends.
func (e *evaluation) addSending(u *Usage, id petri.EventID, span Bound) {
	if e.g.Delay(id).Hi == 0 {
		return
	}
	o := e.g.Origin(id)
	wire := e.g.Net.Scenario.Network.Between(o.Fact.Node, o.Node)
	_, lo := LastCause(e.g, id, e.lo)
	_, hi := LastCause(e.g, id, e.hi)
	u.Sending.Lower += max(0, min(wire.Lo, span.Lower-hi))
	u.Sending.Upper += max(0, min(wire.Hi, span.Upper-lo))
}

// work is the greatest sum of the least durations of transitions of a node along a
// causal path to the end of a program: they do not overlap.
func (e *evaluation) work(n int) time.Duration {
	if len(e.g.Ends)*e.g.Len() > maxWork {
		return 0
	}
	sum, best := make([]time.Duration, e.g.Len()), time.Duration(0)
	for i := range sum {
		id := petri.EventID(i)
		least := model.Never
		e.g.Alternatives(id, func(causes []petri.EventID) bool {
			most := time.Duration(0)
			for _, p := range causes {
				most = max(most, sum[p])
			}
			least = min(least, most)
			return true
		})
		if sum[i] = least; e.g.Category(id) == petri.Work && e.g.Origin(id).Node == n {
			sum[i] += e.g.Delay(id).Lo
		}
	}
	for _, end := range e.g.Ends {
		if end >= 0 {
			best = max(best, sum[end])
		}
	}
	return best
}

// energy is the energy of a node in a span.
func (u *Usage) energy(p *model.Power, span Bound) Energy {
	out := Energy{}
	add := func(lo, hi float64, t Bound) {
		a, b := lo*t.Lower.Seconds(), lo*t.Upper.Seconds()
		c, d := hi*t.Lower.Seconds(), hi*t.Upper.Seconds()
		out.Lower, out.Upper = out.Lower+min(a, b, c, d), out.Upper+max(a, b, c, d)
	}
	add(p.Sleeping, p.Sleeping, span)
	add(p.Awake-p.Sleeping, p.Awake-p.Sleeping, u.Awake)
	add(p.ComputingLo-p.Awake, p.ComputingHi-p.Awake, u.Computing)
	add(p.Sending, p.Sending, u.Sending)
	return out
}
