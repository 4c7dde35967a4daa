package simulate

import (
	"time"

	"adagio/dsl/model"
)

// Usage is what a run asked of a node, from the common origin to the end of the
// last program; see [Trace.Usage].
type Usage struct {
	// Wakeups counts the windows of the node's uptime that had begun when its own
	// program ended.
	Wakeups int
	// Awake is how long the node was awake, Computing how long at least one of its
	// transitions ran, Waiting how long something that had come for it waited for it
	// to wake up, and Sending the sum of the times that its messages were on the wire.
	Awake, Computing, Waiting, Sending time.Duration
	// Energy in joules; 0 where the power of the node is not known.
	Energy float64
}

// Span is the end of the last program; [model.Never] in a deadlock.
func (t *Trace) Span() time.Duration {
	span := time.Duration(0)
	for _, n := range t.Nodes {
		if n.End == model.Never {
			return model.Never
		}
		span = max(span, n.End)
	}
	return span
}

// Usage computes what a completed run of a scenario asked of each node.
func (t *Trace) Usage(s *model.Scenario) []Usage {
	span := t.Span()
	out := make([]Usage, len(t.Nodes))
	ran := make([][]model.Window, len(t.Nodes))
	for c := range t.Components {
		n := s.Components[c].Node
		for _, f := range t.Components[c].Firings {
			end := f.End
			if end == model.Never {
				end = span
			}
			ran[n] = append(ran[n], model.Window{Start: f.Start, End: end})
		}
	}
	for n := range out {
		process, u := &t.Processes[n], &out[n]
		busy := model.NewStretches(ran[n])
		u.Awake, u.Computing = span, busy.Length(span)
		if up := process.Uptime; up != nil {
			u.Awake = up.Length(span) + model.NewStretches(append(ran[n], process.kept...)).Outside(up, span)
			u.Waiting = model.NewStretches(process.waits).Length(span)
			u.Wakeups = up.Begun(t.Nodes[n].End)
		}
		for _, m := range process.sent {
			u.Sending += max(0, min(m.End, span)-m.Start)
		}
		if p := s.Nodes[n].Power; p != nil {
			computing := (p.ComputingLo + p.ComputingHi) / 2
			u.Energy = p.Sleeping*(span-u.Awake).Seconds() + p.Awake*(u.Awake-u.Computing).Seconds() +
				computing*u.Computing.Seconds() + p.Sending*u.Sending.Seconds()
		}
	}
	return out
}
