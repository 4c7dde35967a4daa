package analysis

import (
	"fmt"
	"math"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
)

// Hazard is something that lasts no time at all in the model and under a
// millisecond in reality: if it were seen, a wait would return early. Bounds cover it
// if they are strict only (SEMANTICS.md, rule 3.7).
type Hazard struct {
	Fact    string // what would be seen
	Between [2]string
	Wait    string        // the wait that would return early
	Node    int           // of the wait
	Date    Bound         // of the moment
	Early   time.Duration // by how much the wait would return early, at most
	Pos     model.Pos     // of the wait

	fact petri.Fact
}

func (r *Result) describeHazards(hazards []unfold.Hazard) []Hazard {
	if r.boundsOnly {
		return unnamed(len(hazards))
	}
	s, net := r.Scenario, r.Net
	var out []Hazard
	for _, h := range hazards {
		wait := net.Transitions[h.Wait].Origin
		hazard := Hazard{
			Fact:    h.Fact.Text(s, true),
			Between: [2]string{net.Transitions[h.Begins].Origin.Text(s), net.Transitions[h.Ends].Origin.Text(s)},
			Wait:    wait.Text(s), Node: wait.Node, Pos: *wait.Pos,
			Date: Bound{h.Earliest, h.Latest}, Early: model.Never, fact: h.Fact,
		}
		if h.Returns != model.Never {
			hazard.Early = h.Returns - h.Earliest
		}
		out = append(out, hazard)
	}
	return out
}

// unnamed are hazards of which nothing is told but their number. They must not be changed.
func unnamed(n int) []Hazard {
	if n > len(someUnnamed) {
		return make([]Hazard, n)
	}
	return someUnnamed[:n:n]
}

var someUnnamed [256]Hazard

// SameWait says whether two hazards are of one wait, which may see the same fact at
// several dates.
func (h Hazard) SameWait(k Hazard) bool {
	return h.Node == k.Node && h.fact == k.fact && h.Wait == k.Wait && h.Pos == k.Pos
}

// IfStrikes bounds the plan if the node of a hazard may see its fact hold for no time, and
// no other hazard strikes. It fails with a [unfold.UncoveredError] where that cannot be
// covered.
func (r *Result) IfStrikes(h Hazard) (*Result, error) {
	return coverWith(r.Net, func(node int, fact petri.Fact) bool { return node == h.Node && fact == h.fact }, false)
}

// How long what lasts no time in the model was seen to last by the real runtime: the
// least and the greatest of the windows that were measured on one machine.
const (
	leastWindow    = 170 * time.Microsecond
	greatestWindow = 800 * time.Microsecond
)

// Chance is the probability that at least one hazard strikes in an execution, by the
// windows that were measured on the real runtime (SEMANTICS.md, rule 3.7) and the time
// from one look of the executor to the next, as if every hazard of the plan were there in
// each execution and struck by itself. The shortest windows give Least, the longest
// Greatest. ok is false for an executor that does not look: nothing is known of it.
func (r *Result) Chance() (least, greatest float64, ok bool) {
	p := &r.Scenario.Network.Profile
	between := p.Poll.Mean() + p.Request.Mean()
	if p.Kind != model.Polling || between <= 0 {
		return 0, 0, false
	}
	any := func(window time.Duration) float64 {
		return -math.Expm1(float64(len(r.Hazards)) * math.Log1p(-min(float64(window)/float64(between), 1)))
	}
	return any(leastWindow), any(greatestWindow), true
}

func (h Hazard) diagnostic(strict bool) diag.Diagnostic {
	early, covered := "though it never returns otherwise", "the bounds do not cover it"
	if h.Early != model.Never {
		early = fmt.Sprintf("up to %s early", model.FormatDuration(h.Early))
	}
	if strict {
		covered = "the bounds cover it"
	}
	return diag.Diagnostic{
		Severity: diag.Note,
		Summary:  fmt.Sprintf("hazard: %q could return %s", h.Wait, early),
		Detail: fmt.Sprintf("between %q and %q, at %v, %s for no time at all in the model and for under a millisecond in reality; %s",
			h.Between[0], h.Between[1], h.Date, h.Fact, covered),
		Subject: h.Pos,
	}
}
