package whatif

import (
	"errors"
	"fmt"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// Response is how the makespan follows one duration.
//
// Theorem. Let D be an interval of values of one duration, and let the scenario
// in which that duration is anything in D unfold into one event graph. Then for
// every value in D the dates of every execution are those of this graph, and the
// end of the makespan is that of the graph with this value: a function of the
// value made of +, max and min, hence piecewise linear.
//
// For a graph is the only one if every conflict is decided the same way for all
// delays in their intervals (petri, order.go), and each value in D is such a
// choice of delays. Where D has several graphs it is cut in two, down to single
// nanoseconds where need be; where the plan's races leave several even at single
// values, there is no function but only the value of the analysis at each point,
// and the part says so.
type Response struct {
	Target Target
	End    petri.End // which end of the makespan
	Parts  []Part    // from the least value on, without gaps
	// Harmless is set by [Response.Try].
	Harmless *Harmless
}

// Harmless is how long a duration may last at most, of the values that were Tried, so that the
// upper bound of the makespan stays as it is.
type Harmless struct {
	Most  time.Duration
	Tried int
}

// Part is a range of values of the duration as the model gives it.
type Part struct {
	From, To time.Duration
	// Makespan is the makespan by how long the delay lasts: for a transition its
	// duration with what the executor adds ([Response.Lasts]). It has no pieces
	// where the makespan is no such function, and Err says why.
	Makespan Function
	Err      error
	// Bound is an end of the makespan that holds for every value of the range, where there
	// are bounds but no function; nil otherwise.
	Bound *time.Duration
}

// Lasts is how long the target lasts in an execution at the response's end of all
// intervals, if the model says d.
func (r *Response) Lasts(s *model.Scenario, d time.Duration) time.Duration {
	return lasts(s, r.Target, r.End, d)
}

func lasts(s *model.Scenario, t Target, end petri.End, d time.Duration) time.Duration {
	if t.Kind == TransitionDuration {
		return end.Of(s.Network.Profile.Lasts(model.Constant(d)))
	}
	return d
}

// At is the end of the makespan if the model gives the duration d. It fails
// outside of the range, and where the makespan is no function of the duration.
func (r *Response) At(s *model.Scenario, d time.Duration) (time.Duration, error) {
	for _, p := range r.Parts {
		if p.From <= d && d <= p.To {
			if p.Err != nil {
				return 0, p.Err
			}
			return p.Makespan.At(r.Lasts(s, d)), nil
		}
	}
	return 0, fmt.Errorf("%s is out of range", model.FormatDuration(d))
}

// maxAnalyses bounds the analyses for one response; finest is into how many parts at least a
// range is divided that has bounds only.
const (
	maxAnalyses = 200
	finest      = 16
)

// Respond computes how one end of the makespan follows a duration between two
// values. The target must be a transition or a pause.
func Respond(s *model.Scenario, t Target, from, to time.Duration, end petri.End) (*Response, error) {
	if t.Kind != TransitionDuration && t.Kind != PauseDuration {
		return nil, fmt.Errorf("%s is not a duration of its own: the makespan is a function of transitions and pauses only", t.Name(s))
	}
	if s.Sleeps() {
		return nil, fmt.Errorf("the makespan is not a piecewise linear function of a duration: %w", petri.ErrSleeps)
	}
	if from < 0 || to < from || to > model.MaxDelay {
		return nil, fmt.Errorf("there is no duration from %v to %v", from, to)
	}
	q := &query{s: s, t: t, end: end, least: (to - from) / finest, out: &Response{Target: t, End: end}, alone: map[time.Duration]bool{}}
	q.cover(from, to)
	return q.out, nil
}

// query is a response under construction.
type query struct {
	s     *model.Scenario
	t     Target
	end   petri.End
	least time.Duration // the width of a range that is not divided for its bounds
	out   *Response
	alone map[time.Duration]bool // values that were found to have one graph
	work  int
}

// ErrRaces and ErrCovered say why the makespan is no function of a duration.
var (
	ErrRaces   = errors.New("the plan has races there, whose order decides")
	ErrCovered = errors.New("the orders of events are covered there, not explored")
)

// only analyses the scenario with the duration between two values; graph is nil,
// with an error, if there is not one graph only.
func (q *query) only(a, b time.Duration) (r *analysis.Result, graph *petri.EventGraph, err error) {
	q.work++
	r, err = analyse(q.t.With(q.s, model.Interval(a, b)))
	switch {
	case err != nil:
		return nil, nil, err
	case r.Runs[0].Graph.Covered():
		return r, nil, ErrCovered
	case len(r.Runs) > 1:
		return r, nil, ErrRaces
	}
	return r, r.Runs[0].Graph, nil
}

// isAlone says whether one value has one graph.
func (q *query) isAlone(d time.Duration) bool {
	ok, known := q.alone[d]
	if !known {
		_, g, _ := q.only(d, d)
		ok = g != nil
		q.alone[d] = ok
	}
	return ok
}

// cover adds the parts between two values.
func (q *query) cover(a, b time.Duration) {
	r, g, err := q.only(a, b)
	low, high := lasts(q.s, q.t, q.end, a), lasts(q.s, q.t, q.end, b)
	switch {
	case g != nil:
		q.add(Part{From: a, To: b, Makespan: makespanOf(g, q.t, q.end, low, high)})
	case a == b && r != nil:
		q.add(Part{From: a, To: b, Makespan: constant(q.ends(r), low, high)})
	case a == b || q.work > maxAnalyses || b-a <= q.least && !q.isAlone(a) && !q.isAlone(b):
		p := Part{From: a, To: b, Err: err}
		if r != nil {
			bound := q.ends(r)
			p.Bound = &bound
		}
		q.add(p)
	default:
		m := a + (b-a)/2
		q.cover(a, m)
		q.cover(m+1, b)
	}
}

// ends is the end of the makespan that is asked for.
func (q *query) ends(r *analysis.Result) time.Duration {
	if q.end == petri.Latest {
		return r.Makespan.Upper
	}
	return r.Makespan.Lower
}

// joins says whether two parts become one: those with a function do, and those without one for
// one reason, if their bounds are the same or one of them is narrow.
func (q *query) joins(a, b *Part) bool {
	if fmt.Sprint(a.Err) != fmt.Sprint(b.Err) || (a.Bound == nil) != (b.Bound == nil) {
		return false
	}
	return a.Bound == nil || *a.Bound == *b.Bound || min(a.To-a.From, b.To-b.From) < q.least/16
}

// halvings is how often [Response.Try] halves a range.
const halvings = 12

// Try looks for greater values of the duration, up to the end of the response, with which the
// upper bound of a plan stays as it is: the plan is analysed with the duration anything from its
// least value up to each. It is for plans whose orders are covered, of which there is no slack.
func (x *Response) Try(r *analysis.Result) {
	now := x.Target.Delay(r.Scenario)
	h := &Harmless{Most: now.Hi}
	x.Harmless = h
	stays := func(d time.Duration) bool {
		h.Tried++
		after, err := analyse(x.Target.With(r.Scenario, model.Interval(now.Lo, d)))
		return err == nil && after.Makespan.Upper <= r.Makespan.Upper
	}
	to := x.Parts[len(x.Parts)-1].To
	if to > now.Hi && stays(to) {
		h.Most = to
	}
	for h.Most < to && h.Tried <= halvings {
		if d := h.Most + (to-h.Most)/2; stays(d) {
			h.Most = d
		} else {
			to = d
		}
	}
}

// add appends a part, joined to the one before where it goes on in the same way.
func (q *query) add(p Part) {
	n := len(q.out.Parts)
	if n == 0 || !q.joins(&q.out.Parts[n-1], &p) {
		q.out.Parts = append(q.out.Parts, p)
		return
	}
	last := &q.out.Parts[n-1]
	switch {
	case p.Bound == nil:
	case q.end == petri.Latest:
		*last.Bound = max(*last.Bound, *p.Bound)
	default:
		*last.Bound = min(*last.Bound, *p.Bound)
	}
	if p.Err == nil {
		end := &last.Makespan
		for _, k := range p.Makespan.Pieces {
			end.Pieces = add(end.Pieces, k)
		}
		end.To = p.Makespan.To
	}
	last.To = p.To
}

// makespanOf is one end of the makespan of a graph as a function of how long a
// target lasts, from a to b.
func makespanOf(g *petri.EventGraph, t Target, end petri.End, a, b time.Duration) Function {
	delays := g.Delays(end)
	varies := make([]bool, g.Len())
	for e := range varies {
		other, ok := TargetOf(*g.Origin(petri.EventID(e)))
		varies[e] = ok && other == t
	}
	var out Function
	for n, last := range g.Ends {
		start := g.Starts[n]
		own := delays[start]
		delays[start] = (!end).Of(g.Delay(start)) // see analysis, nodeDuration
		dates := symbolic(g, delays, varies, a, b)
		delays[start] = own
		length := minus(dates[last], dates[start])
		if out.Pieces == nil {
			out = length
		} else {
			out = greatest(out, length)
		}
	}
	return out
}

// symbolic computes the date of every event as a function.
func symbolic(g *petri.EventGraph, delays []time.Duration, varies []bool, a, b time.Duration) []Function {
	x := make([]Function, g.Len())
	own := Function{b, []Piece{{From: a, Value: a, Slope: 1}}}
	zero := constant(0, a, b)
	for e := range x {
		best := Function{}
		g.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			latest := zero
			for _, p := range causes {
				latest = greatest(latest, x[p])
			}
			if best.Pieces == nil {
				best = latest
			} else {
				best = least(best, latest)
			}
			return true
		})
		switch {
		case varies[e]:
			x[e] = plus(best, own)
		case delays[e] > 0:
			x[e] = plus(best, constant(delays[e], a, b))
		default:
			x[e] = best
		}
	}
	return x
}
