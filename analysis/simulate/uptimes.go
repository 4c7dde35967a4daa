package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"adagio/dsl/model"
)

// RandomUptimes draws for every run when nodes are awake: each node once in each
// Period, for the share Duty of it. Without Overlap the windows of the nodes are
// independent, anywhere in the period. With Overlap each node's window of a
// period contains at least that share of a common window, of the same length and
// anywhere in the period, so that any two nodes are awake together for at least
// 2·Overlap − 1 of a window.
//
// Nodes are those that the scenario gives an uptime, or all if it gives none to any.
type RandomUptimes struct {
	Duty    float64 // in (0, 1]
	Period  time.Duration
	Overlap float64 // in [0, 1]; 0: independent
}

// Validate says what is wrong with random uptimes, or nil.
func (r *RandomUptimes) Validate() error {
	switch {
	case !(r.Duty > 0 && r.Duty <= 1):
		return fmt.Errorf("a node cannot be awake for the share %v of its time", r.Duty)
	case !(r.Overlap >= 0 && r.Overlap <= 1):
		return fmt.Errorf("windows cannot overlap by the share %v", r.Overlap)
	case r.Period <= 0 || r.Period > model.MaxDelay:
		return fmt.Errorf("a period cannot be %v", r.Period)
	case r.length() <= 0:
		return fmt.Errorf("a node cannot be awake for less than a nanosecond")
	}
	return nil
}

func (r *RandomUptimes) length() time.Duration { return time.Duration(r.Duty * float64(r.Period)) }

// draw returns the windows of the first periods, by node. More periods only add
// windows.
func (r *RandomUptimes) draw(s *model.Scenario, o Options, periods int) []*model.Uptime {
	length := r.length()
	free := int64(r.Period - length)
	common := rand.New(rand.NewPCG(o.Seed, ^o.Index))
	starts := make([]time.Duration, periods)
	for i := range starts {
		starts[i] = time.Duration(common.Int64N(free + 1))
	}
	out := make([]*model.Uptime, len(s.Nodes))
	for n := range out {
		own := rand.New(rand.NewPCG(o.Seed^uint64(n+1)<<32, ^o.Index))
		windows := make([]model.Window, periods)
		for i := range windows {
			start := own.Int64N(free + 1)
			if r.Overlap > 0 {
				most := int64((1 - r.Overlap) * float64(length))
				lo, hi := max(0, int64(starts[i])-most), min(free, int64(starts[i])+most)
				start = lo + own.Int64N(hi-lo+1)
			}
			at := time.Duration(i)*r.Period + time.Duration(start)
			windows[i] = model.Window{Start: at, End: at + length}
		}
		if s.Sleeps() && s.Nodes[n].Uptime == nil {
			continue
		}
		out[n] = model.UptimeOf(windows)
	}
	return out
}

// within runs the scenario with random uptimes for as many periods as it takes, up
// to a million windows.
func (m *prepared) within(o Options) *Trace {
	for periods := 64; ; periods *= 8 {
		w := newWorld(m, o)
		w.uptimes = o.Uptimes.draw(m.s, o, periods)
		newIdeal(w).run()
		w.finish()
		if w.trace.Outcome == Completed || !slices.ContainsFunc(w.nodes, func(n node) bool { return n.forever }) || periods > 1<<18 {
			return w.trace
		}
	}
}
