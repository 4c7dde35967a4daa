package validate

import (
	"slices"
	"time"

	"adagio/analysis"
)

// Early is a wait that returned before it could, all dates before it being as measured.
type Early struct {
	Wait, Node string
	At, By     time.Duration
	// Hazard says that it may, if it looks in a window that lasts no time in the model: it
	// is one of the hazards of the plan.
	Hazard bool
}

// Strict tells of a run with early returns what bounds come to that cover hazards.
type Strict struct {
	Makespan analysis.Bound
	// Holds says that the makespan and the ends of all nodes are inside.
	Holds   bool
	Refused error // why there are no such bounds, or nil
}

// early lists the early returns of a run.
func (j *judged) early(gaps []Gap) (list []Early) {
	for i := range gaps {
		g := &gaps[i]
		if g.kind != endOfWait || g.beyond() >= -slop {
			continue
		}
		hazard := slices.ContainsFunc(j.result.Hazards, func(h analysis.Hazard) bool { return h.Node == g.Node && h.Wait == g.wait })
		list = append(list, Early{g.wait, j.scenario.Nodes[g.Node].Name, g.At, -g.beyond(), hazard})
	}
	return list
}

// strict compares a run with bounds that cover hazards.
func (m *member) strict(j *judged) *Strict {
	r, err := analysis.Analyse(j.scenario, analysis.Options{Cache: &m.cache, Strict: true})
	if err != nil {
		return &Strict{Refused: err}
	}
	s := &Strict{Makespan: r.Makespan, Holds: true}
	if m.complete() {
		s.Holds = inside(m.headline(), r.Makespan)
	}
	for n, at := range m.nodes {
		s.Holds = s.Holds && (at.end == absent || inside(at.end, r.Nodes[n].End))
	}
	return s
}

// Hazards sums up the hazards of a plan: how many it has, how probable it is that at least
// one strikes in an execution ([analysis.Result.Chance]; the greatest over the runs), and
// what was measured.
type Hazards struct {
	Count                         int
	LeastChance, GreatestChance   float64
	Known                         bool // something is known of the chance
	Struck, HeldByStrict, Unasked int  // runs with early returns; inside of strict bounds; without such bounds
}

func (h *Hazards) add(r *Run) {
	h.Count = max(h.Count, r.Hazards.Count)
	h.LeastChance, h.GreatestChance = max(h.LeastChance, r.Hazards.LeastChance), max(h.GreatestChance, r.Hazards.GreatestChance)
	h.Known = h.Known || r.Hazards.Known
	if r.Strict == nil {
		return
	}
	h.Struck++
	switch {
	case r.Strict.Refused != nil:
		h.Unasked++
	case r.Strict.Holds:
		h.HeldByStrict++
	}
}
