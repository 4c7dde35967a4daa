package verify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// Sum is a sum of named durations and a constant.
type Sum struct {
	Names []string // TRANSITION, with #2 for the second time that it runs; a start or a pause
	More  time.Duration
}

// Inequality is Left <= Right, or Left < Right where it is strict.
type Inequality struct {
	Left, Right Sum
	Strict      bool
}

// Condition is what durations have to be like: of each clause some inequality holds.
type Condition struct {
	Clauses [][]Inequality
	// Exact says that it is necessary, too; otherwise it suffices.
	Exact bool
}

// Holds says whether a condition is met by durations.
func (c *Condition) Holds(of func(name string) time.Duration) bool {
	value := func(s Sum) time.Duration {
		d := s.More
		for _, n := range s.Names {
			d += of(n)
		}
		return d
	}
	for _, clause := range c.Clauses {
		if !slices.ContainsFunc(clause, func(i Inequality) bool {
			l, r := value(i.Left), value(i.Right)
			return l < r || l == r && !i.Strict
		}) {
			return false
		}
	}
	return true
}

// Text lists the clauses in words; it is "always" or "never" where no duration matters.
func (c *Condition) Text() []string {
	if len(c.Clauses) == 0 {
		return []string{"always"}
	}
	var out []string
	for _, clause := range c.Clauses {
		var parts []string
		for _, i := range clause {
			parts = append(parts, i.text())
		}
		if len(parts) == 0 {
			return []string{"never"}
		}
		out = append(out, strings.Join(parts, " or "))
	}
	return out
}

func (i Inequality) text() string {
	op := " <= "
	if i.Strict {
		op = " < "
	}
	return i.Left.text() + op + i.Right.text()
}

func (s Sum) text() string {
	parts := s.Names
	if s.More > 0 || len(parts) == 0 {
		parts = append(slices.Clip(parts), model.FormatDuration(s.More))
	}
	return strings.Join(parts, " + ")
}

// whens finds conditions in all orders of the races of a plan.
type whens struct {
	runs    []*whenRun
	only    bool   // no durations make another order
	missing string // why there are none
}

// newWhens prepares what the conditions of all claims are found with. They are exact if no
// durations change the order of events that the plan leaves to time; otherwise they are
// those of the order, or the orders, that the model's durations have.
func newWhens(r *analysis.Result) (*whens, error) {
	x := &whens{missing: unproved(r)}
	limit := anyLimit(r.Scenario)
	if wide, err := analysis.Analyse(AnyDurations(r.Scenario, limit), analysis.Options{}); err == nil {
		x.only = len(wide.Runs) == 1 && wide.Deadlock == nil && wide.Cover == nil
	}
	for _, one := range r.Runs {
		if one.Graph.Bracketed() || !one.Graph.Complete {
			x.missing = "no condition is found where nodes sleep, orders of races are covered, or the plan may not end"
			break
		}
		run, err := newRun(r, widened(one.Graph, limit))
		if err != nil {
			return nil, err
		}
		x.runs = append(x.runs, newWhenRun(run))
	}
	return x, nil
}

// anyLimit is what stands for any duration: an hour, or more where the model has more.
func anyLimit(s *model.Scenario) time.Duration {
	limit := time.Hour
	for _, c := range s.Components {
		for _, d := range c.Durations {
			limit = max(limit, 10*d.Hi)
		}
	}
	return limit
}

// of is the condition of a claim in all orders, or why there is none.
func (x *whens) of(c *model.Claim) (*Condition, string) {
	if x.missing != "" {
		return nil, x.missing
	}
	all := &Condition{Exact: len(x.runs) == 1 && x.only}
	for _, run := range x.runs {
		one, err := run.claim(c)
		if err != nil {
			return nil, err.Error()
		}
		all.Exact = all.Exact && one.Exact
		all.add(one.Clauses...)
	}
	if n := len(slices.Concat(all.Clauses...)); n > maxInequalities {
		return nil, errSums.Error()
	}
	return all, ""
}

// add adds clauses that say something and are not there yet; one that nothing meets is all.
func (c *Condition) add(clauses ...[]Inequality) {
	for _, clause := range clauses {
		if slices.ContainsFunc(clause, func(i Inequality) bool { return i.always() }) {
			continue
		}
		clause = slices.DeleteFunc(slices.Clone(clause), func(i Inequality) bool { return i.never() })
		implied := func(by, of []Inequality) bool { // each of by is one of of
			return !slices.ContainsFunc(by, func(i Inequality) bool {
				return !slices.ContainsFunc(of, func(j Inequality) bool { return i.implies(j) })
			})
		}
		if slices.ContainsFunc(c.Clauses, func(k []Inequality) bool { return implied(k, clause) }) {
			continue
		}
		c.Clauses = append(slices.DeleteFunc(c.Clauses, func(k []Inequality) bool { return implied(clause, k) }), clause)
	}
}

// always says whether it holds whatever the durations are, which are not 0.
func (i Inequality) always() bool {
	if len(i.Left.Names) > 0 {
		return false
	}
	return i.Left.More < i.Right.More || i.Left.More == i.Right.More && (!i.Strict || len(i.Right.Names) > 0)
}

func (i Inequality) never() bool {
	if len(i.Right.Names) > 0 {
		return false
	}
	return i.Left.More > i.Right.More || i.Left.More == i.Right.More && (i.Strict || len(i.Left.Names) > 0)
}

// implies says whether another holds wherever this one does, as the names tell: its left
// side has no more, and its right side no less.
func (i Inequality) implies(j Inequality) bool {
	if !subset(j.Left.Names, i.Left.Names) || !subset(i.Right.Names, j.Right.Names) || j.Strict && !i.Strict {
		return false
	}
	return j.Left.More-j.Right.More <= i.Left.More-i.Right.More
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool { return !slices.Contains(b, x) })
}

// widened is an event graph in which what has a name may last anything.
func widened(g *petri.EventGraph, limit time.Duration) *petri.EventGraph {
	n := *g.Net
	n.Transitions = slices.Clone(n.Transitions)
	for i := range n.Transitions {
		if t := &n.Transitions[i]; nameOf(n.Scenario, *t.Origin) != "" && t.Delay.Hi > 0 {
			wide := anything(*t.Delay, max(limit, t.Delay.Hi))
			t.Delay = &wide
		}
	}
	return &petri.EventGraph{Net: &n, Transition: g.Transition, Nth: g.Nth, FirstAlternative: g.FirstAlternative, FirstCause: g.FirstCause, Cause: g.Cause,
		Complete: g.Complete, Ends: g.Ends, Starts: g.Starts, Marking: g.Marking, PeersAtRest: g.PeersAtRest}
}

// nameOf is what a delay is called; "" for those of the network and the executor.
func nameOf(s *model.Scenario, o petri.Origin) string {
	switch {
	case o.Kind == petri.NodeStart:
		return "start " + model.Reference(s.Nodes[o.Node].Name)
	case o.Kind == petri.Fire:
		return s.TransitionName(o.Component, o.Element)
	case o.Kind == petri.ProgramStep && o.Instruction >= 0 && s.Nodes[o.Node].Program[o.Instruction].Op == model.Pause:
		return "pause " + model.Reference(s.Nodes[o.Node].Name)
	}
	return ""
}

// step is a delay on a path: of the nth firing of a transition.
type step struct {
	transition petri.TransitionID
	nth        int32
	name       string // "" for what has none
	lo, hi     time.Duration
}

// path is the delays from one event to another.
type path []step

// whenRun finds conditions in one order of the races.
type whenRun struct {
	*states
	names []string        // by event
	above []petri.EventID // by event: the last event that all its paths pass through
}

func newWhenRun(x *run) *whenRun {
	w := &whenRun{&states{run: x}, make([]string, x.g.Len()), make([]petri.EventID, x.g.Len())}
	times := map[string]int{}
	for i := range w.names {
		e := petri.EventID(i)
		name := nameOf(x.s, x.g.Origin(e))
		if name != "" && x.g.Delay(e).Hi > 0 {
			if times[name]++; times[name] > 1 {
				name += fmt.Sprintf("#%d", times[name])
			}
			w.names[i] = name
		}
		w.above[i] = -1
		for k, p := range x.g.Causes(e) {
			if k == 0 {
				w.above[i] = p
			} else {
				w.above[i] = w.common(w.above[i], p)
			}
		}
	}
	return w
}

// common is the last event that all paths to two events pass through; -1 for none.
func (w *whenRun) common(a, b petri.EventID) petri.EventID {
	for a != b {
		if a > b {
			a = w.above[a]
		} else {
			b = w.above[b]
		}
	}
	return a
}

var (
	errSums    = errors.New("it depends on the order of too many sums of durations")
	errChoice  = errors.New("it depends on which of several providers is the first")
	errMoments = errors.New("what it speaks of may come several times, or never")
	errPair    = errors.New("no two orders differ in this race alone")
	errKind    = errors.New("conditions are found for the dates and the order of events, for one outage, and for what is always or never so without counts")
)

const (
	maxSums         = 64 // paths to an event, and clauses on the way
	maxInequalities = 24 // of a condition
)

// paths lists the paths from an event to another. Those that are never longer than others
// are left out.
func (w *whenRun) paths(from, to petri.EventID, known map[petri.EventID][]path) ([]path, error) {
	if from == to {
		return []path{nil}, nil
	}
	if list, ok := known[to]; ok {
		return list, nil
	}
	if w.g.FirstAlternative[to+1]-w.g.FirstAlternative[to] > 1 {
		return nil, errChoice
	}
	var out []path
	causes := w.g.Causes(to)
	if len(causes) == 0 {
		out = []path{nil}
	}
	for _, p := range causes {
		list, err := w.paths(from, p, known)
		if err != nil {
			return nil, err
		}
		out = longest(out, list)
	}
	if len(out) > maxSums {
		return nil, errSums
	}
	if d := w.g.Delay(to); d.Hi > 0 {
		for i := range out {
			out[i] = append(out[i][:len(out[i]):len(out[i])], step{w.g.Transition[to], w.g.Nth[to], w.names[to], d.Lo, d.Hi})
		}
	}
	known[to] = out
	return out, nil
}

// longest adds paths to others, without those that are never longer than one of them.
func longest(list, more []path) []path {
	list = slices.Clone(list)
	for _, p := range more {
		if !slices.ContainsFunc(list, func(q path) bool { return compare(p, q, false, 0).always() }) {
			list = append(slices.DeleteFunc(list, func(q path) bool { return compare(q, p, false, 0).always() }), p)
		}
	}
	return list
}

// besides lists the steps of a path that another does not have.
func (p path) besides(q path) (out []step) {
	for _, s := range p {
		if !slices.ContainsFunc(q, func(o step) bool { return o.transition == s.transition && o.nth == s.nth }) {
			out = append(out, s)
		}
	}
	return out
}

// compare is that one path, and more, is not longer than another whatever the delays
// without a name are. What they share counts on neither side.
func compare(p, q path, strict bool, more time.Duration) Inequality {
	i := Inequality{Left: Sum{More: more}, Strict: strict}
	for _, s := range p.besides(q) {
		if s.name != "" {
			i.Left.Names = append(i.Left.Names, s.name)
		} else {
			i.Left.More += s.hi
		}
	}
	for _, s := range q.besides(p) {
		if s.name != "" {
			i.Right.Names = append(i.Right.Names, s.name)
		} else {
			i.Right.More += s.lo
		}
	}
	both := min(i.Left.More, i.Right.More)
	i.Left.More, i.Right.More = i.Left.More-both, i.Right.More-both
	return i
}

// varies says whether some delay without a name that only one of two paths has may differ.
func varies(p, q path) bool {
	free := func(s step) bool { return s.name == "" && s.lo != s.hi }
	return slices.ContainsFunc(p.besides(q), free) || slices.ContainsFunc(q.besides(p), free)
}

// origin stands for the date 0.
const origin = petri.EventID(-1)

// before is the condition that an event, and more, comes no later than another.
func (w *whenRun) before(a, b petri.EventID, strict bool, more time.Duration) (*Condition, error) {
	from := origin
	if a != origin && b != origin {
		from = w.common(a, b)
	}
	p, err := w.paths(from, a, map[petri.EventID][]path{})
	if err != nil {
		return nil, err
	}
	q, err := w.paths(from, b, map[petri.EventID][]path{})
	if err != nil {
		return nil, err
	}
	return noLater(p, q, strict, more), nil
}

// noLater is the condition that the longest of some paths, and more, is no longer than
// the longest of others.
func noLater(list, others []path, strict bool, more time.Duration) *Condition {
	c := &Condition{Exact: true}
	for _, p := range list {
		var clause []Inequality
		for _, q := range others {
			clause = append(clause, compare(p, q, strict, more))
			c.Exact = c.Exact && (len(others) == 1 || !varies(p, q))
		}
		c.add(clause)
	}
	return c
}

// claim is the condition of a claim.
func (w *whenRun) claim(c *model.Claim) (*Condition, error) {
	switch c.Kind {
	case model.All:
		all := &Condition{Exact: true}
		for i := range c.Parts {
			part, err := w.claim(&c.Parts[i])
			if err != nil {
				return nil, err
			}
			all.Exact = all.Exact && part.Exact
			all.add(part.Clauses...)
		}
		return all, nil
	case model.Ends:
		return &Condition{Exact: true}, nil
	case model.Always:
		return w.always(c)
	case model.Total, model.Longest:
		f, err := w.predicate(&c.Predicate)
		if err != nil {
			return nil, err
		}
		list, err := w.may(f)
		if err != nil {
			return nil, err
		}
		if f.counts() || len(list) != 1 || len(list[0].on) > 1 || len(list[0].off) != 1 {
			return nil, errMoments
		}
		on := origin
		if len(list[0].on) == 1 {
			on = list[0].on[0]
		}
		switch { // a stretch of time that is over before it begins lasts no time
		case c.Op == model.Less && c.Bound == 0:
			return &Condition{Clauses: [][]Inequality{nil}, Exact: true}, nil
		case c.Op == model.AtLeast && c.Bound == 0:
			return &Condition{Exact: true}, nil
		}
		return w.compared(on, list[0].off[0], c.Op, c.Bound)
	case model.Date:
		e, err := w.event(c.From)
		if err != nil {
			return nil, err
		}
		return w.compared(origin, e, c.Op, c.Bound)
	case model.Before, model.Within:
		a, err := w.event(c.From)
		if err != nil {
			return nil, err
		}
		b, err := w.event(c.Until)
		if err != nil || c.Kind == model.Before {
			if err != nil {
				return nil, err
			}
			return w.before(a, b, false, 0)
		}
		one, err := w.before(a, b, false, -c.Bound)
		if err != nil {
			return nil, err
		}
		other, err := w.before(b, a, false, -c.Bound)
		if err != nil {
			return nil, err
		}
		one.add(other.Clauses...)
		one.Exact = one.Exact && other.Exact
		return one, nil
	}
	return nil, errKind
}

// compared is the condition that the time from one event to another compares with a bound.
func (w *whenRun) compared(from, to petri.EventID, op model.Comparison, bound time.Duration) (*Condition, error) {
	if op == model.AtMost || op == model.Less {
		return w.before(to, from, op == model.Less, -bound)
	}
	return w.before(from, to, op == model.More, bound)
}

// event is the one event at which a moment comes.
func (w *whenRun) event(m *model.Moment) (petri.EventID, error) {
	list, may, err := w.moment(m)
	if err != nil {
		return 0, err
	}
	if may || len(list) != 1 || len(eventsOf(list[0], m.End)) != 1 {
		return 0, errMoments
	}
	return eventsOf(list[0], m.End)[0], nil
}

// always is the condition under which no stretch of time is left in which a predicate
// does not hold: each is over before it begins.
func (w *whenRun) always(c *model.Claim) (*Condition, error) {
	f, err := w.predicate(&c.Predicate)
	if err != nil {
		return nil, err
	}
	if f.counts() {
		return nil, errKind
	}
	scope := span{}
	for _, m := range []*model.Moment{c.From, c.Until} {
		if m == nil {
			continue
		}
		e, err := w.event(m)
		if err != nil {
			return nil, err
		}
		if m == c.From {
			scope.on = []petri.EventID{e}
		} else {
			scope.off = []petri.EventID{e}
		}
	}
	left, err := w.within(not(f), []span{scope})
	if err != nil {
		return nil, err
	}
	all := &Condition{Exact: true}
	for _, s := range left {
		clauses := [][]Inequality{nil}
		exact, pairs := true, 0
		begins := s.on
		if len(begins) == 0 {
			begins = []petri.EventID{origin}
		}
		for _, off := range s.off {
			for _, on := range begins {
				one, err := w.before(off, on, false, 0)
				if err != nil {
					return nil, err
				}
				if clauses = disjunction(clauses, one.Clauses); len(clauses) > maxSums {
					return nil, errSums
				}
				exact, pairs = exact && one.Exact, pairs+1
			}
		}
		all.add(clauses...)
		all.Exact = all.Exact && (exact && pairs <= 1 || constant(w))
	}
	return all, nil
}

// constant says whether no delay without a name varies.
func constant(w *whenRun) bool {
	for e, name := range w.names {
		if d := w.g.Delay(petri.EventID(e)); name == "" && d.Lo != d.Hi {
			return false
		}
	}
	return true
}

// disjunction is the clauses of a disjunction of two conditions.
func disjunction(a, b [][]Inequality) (out [][]Inequality) {
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(x[:len(x):len(x)], y...))
		}
	}
	return out
}
