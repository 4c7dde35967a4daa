package analysis

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
)

// PathQuery asks for the longest paths of a plan.
type PathQuery struct {
	// Top is how many paths are wanted; 0 is one. The first is the longest; each
	// other is the longest that has a component transition or a pause of its own,
	// which is on none of those before it.
	Top int
	// To is where the paths end: the program of a node, the last thing that a
	// component does ("component NAME" where a node has the same name), or an
	// instruction as the language writes it, with " on NODE" after it where several nodes
	// have it. "" is the last event that must be over for everything to be done.
	To string
	// From and Through must be met in this order by the words of some step; a path
	// is shown from From on.
	From    *regexp.Regexp
	Through []*regexp.Regexp
}

// Paths answers a query about the run that one of the two critical paths belongs
// to, with all delays at that path's end of their intervals. Where any of several
// providers suffices a path leads through the one that came first.
func (r *Result) Paths(of Path, q PathQuery) ([]Path, error) {
	if of.graph == nil {
		return nil, fmt.Errorf("there is no path: the plan never ends")
	}
	e, err := newEvaluation(of.graph)
	if err != nil {
		return nil, err
	}
	if err := e.g.DatesInto(e.dated(), e.delays(petri.Latest)); err != nil {
		return nil, err // a date is not a sum of delays
	}
	s := newPathSearch(e, of, q)
	if q.To == "" {
		s.goals = r.lastGoals(e, of.end)
	} else if s.goals, err = r.target(of, q.To); err != nil {
		return nil, err
	}
	var out []Path
	for range max(q.Top, 1) {
		p := s.next()
		if p == nil {
			break
		}
		out = append(out, *p)
	}
	if out == nil {
		return nil, fmt.Errorf("no path leads %s", q.words())
	}
	return out, nil
}

// lastGoals are what must be over for everything to be done, with limits of the paths
// there.
func (r *Result) lastGoals(e *evaluation, end petri.End) []goal {
	var out []goal
	dates := e.dates(end)
	add := func(id petri.EventID) { out = append(out, goal{e.g.Origin(id).Node, id, dates[id]}) }
	for _, id := range e.g.Ends {
		if id >= 0 {
			add(id)
		}
	}
	for i := range e.g.Len() {
		if id := petri.EventID(i); r.Quiescence != nil && e.g.BecomesIdle(id) {
			add(id)
		}
	}
	return out
}

// lastOf is the last thing that a component does.
func lastOf(k *model.ComponentRecord[petri.EventID]) petri.EventID {
	last := petri.NoEvent
	for _, b := range k.Behaviours {
		last = max(last, b.End)
	}
	for _, f := range k.Firings {
		last = max(last, f.End)
	}
	for _, m := range k.Moves {
		last = max(last, m.At)
	}
	return last
}

// words describes a query that has no answer.
func (q *PathQuery) words() string {
	var out []string
	if q.From != nil {
		out = append(out, fmt.Sprintf("from %q", q.From))
	}
	for _, x := range q.Through {
		out = append(out, fmt.Sprintf("through %q", x))
	}
	if q.To != "" {
		out = append(out, "to "+q.To)
	}
	return strings.Join(out, " ")
}

// target finds the event in which paths are to end.
func (r *Result) target(of Path, name string) ([]goal, error) {
	s, g := r.Scenario, of.graph
	plain := strings.TrimPrefix(strings.TrimPrefix(name, "component "), "node ")
	var known []string
	for n, k := range s.Nodes {
		known = append(known, k.Name)
		switch {
		case k.Name != plain || strings.HasPrefix(name, "component "):
		case g.Ends[n] < 0:
			return nil, fmt.Errorf("the program of node %s never ends", k.Name)
		default:
			return []goal{{n, g.Ends[n], model.Never}}, nil
		}
	}
	last, record := petri.NoEvent, g.Record()
	instruction, at, located := strings.Cut(name, " on ")
	var nodes []string // that have the instruction
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			if e := record.Nodes[n].Instructions[i].End; e >= 0 && s.Text(in) == instruction && (!located || node.Name == at) {
				last = max(last, e)
				nodes = append(nodes, node.Name)
			}
		}
	}
	nodes = slices.Compact(nodes)
	for c := range record.Components {
		if s.Components[c].Name == plain {
			last = max(last, lastOf(&record.Components[c]))
		}
	}
	if len(nodes) > 1 {
		slices.Sort(nodes)
		return nil, fmt.Errorf("%q is an instruction of several nodes, %s; write %q, or the other that is meant", name, strings.Join(nodes, ", "), name+" on "+nodes[0])
	}
	if last < 0 {
		var family []string
		for _, c := range s.Components {
			known = append(known, c.Name)
		}
		for _, k := range known {
			if base, _, indexed := strings.Cut(k, "["); indexed && base == plain && !slices.Contains(family, k) {
				family = append(family, k)
			}
		}
		wrong := fmt.Sprintf("the plan has no node, component or instruction %q", name)
		switch words := diag.DidYouMean(plain, known); {
		case len(family) > 1:
			return nil, fmt.Errorf("%s is ambiguous: there are %s", name, strings.Join(family, ", "))
		case len(family) == 1:
			wrong += "; did you mean " + family[0] + "?"
		case words != "":
			wrong += "; " + words
		}
		return nil, errors.New(wrong)
	}
	return []goal{{g.Origin(last).Node, last, model.Never}}, nil
}

// goal is an event in which paths may end, its node, and a limit of their length.
type goal struct {
	node  int
	last  petri.EventID
	limit time.Duration
}

// pathSearch finds longest paths one after another. A state of the search is how
// many of the stages, the expressions that must be met in order, a path has met,
// and whether it has met work that is on no path found so far.
type pathSearch struct {
	*evaluation
	of     Path
	goals  []goal
	from   bool // the first stage is where paths are shown from
	stages []*regexp.Regexp
	texts  []string
	work   []bool
	seen   []bool // on a path found so far
	first  bool

	delays []time.Duration // at the end of their intervals
}

func newPathSearch(e *evaluation, of Path, q PathQuery) *pathSearch {
	n := of.graph.Len()
	s := &pathSearch{evaluation: e, of: of, work: make([]bool, n), seen: make([]bool, n), texts: make([]string, n), first: true, delays: e.g.Delays(of.end)}
	if q.From != nil {
		s.stages, s.from = append(s.stages, q.From), true
	}
	s.stages = append(s.stages, q.Through...)
	for i := range s.work {
		step := describe(of.graph, petri.EventID(i))
		s.work[i] = step.Category == petri.Work || step.Category == petri.Pausing
		s.texts[i] = step.Text
	}
	return s
}

// reach is the longest way to an event in one state, and the event and state
// that it came from.
type reach struct {
	length time.Duration // -1: there is none
	cause  petri.EventID
	state  int
}

// next returns the longest path to any goal; nil if there is none. What has been
// found can only take paths away, so that the length of the path to a goal found
// last time limits that of the next.
func (s *pathSearch) next() *Path {
	slices.SortStableFunc(s.goals, func(a, b goal) int { return cmp.Compare(b.limit, a.limit) })
	var best *Path
	for i := range s.goals {
		g := &s.goals[i]
		if best != nil && g.limit <= best.Length {
			break
		}
		p := s.longest(*g)
		if g.limit = -1; p == nil {
			continue
		}
		if g.limit = p.Length; best == nil || p.Length > best.Length {
			best = p
		}
	}
	if best != nil {
		s.first = false
		for _, step := range best.Steps {
			s.seen[step.Event] = true
		}
	}
	return best
}

// longest returns the longest path to a goal, in a directed acyclic graph that
// has a copy of every event for each state: one pass.
func (s *pathSearch) longest(g goal) *Path {
	states := 2 * (len(s.stages) + 1)
	table := make([]reach, (int(g.last)+1)*states)
	for i := range int(g.last) + 1 {
		row := table[i*states : (i+1)*states]
		for k := range row {
			row[k] = reach{length: -1, cause: -1}
		}
		s.visit(petri.EventID(i), row, table, states)
	}
	goal := int(g.last)*states + states - 1
	if table[goal].length < 0 {
		return nil
	}
	return s.trace(g.node, table, states, goal)
}

// visit computes the row of an event from those of its causes.
func (s *pathSearch) visit(e petri.EventID, row, table []reach, states int) {
	before := make([]reach, states)
	for k := range before {
		before[k] = reach{length: -1, cause: -1}
	}
	causes := decisive(s.g, e, s.dates(s.of.end))
	if len(causes) == 0 {
		k := 0
		if s.first {
			k = 1 // the first path need not have work of its own
		}
		before[k].length = 0
	}
	for _, p := range causes {
		for k, r := range table[int(p)*states : (int(p)+1)*states] {
			if r.length > before[k].length {
				before[k] = reach{r.length, p, k}
			}
		}
	}
	for k, r := range before {
		if r.length < 0 {
			continue
		}
		for stage := k / 2; stage < len(s.stages) && s.stages[stage].MatchString(s.texts[e]); stage = k / 2 {
			k += 2
		}
		if s.work[e] && !s.seen[e] {
			k |= 1
		}
		if r.length += s.delays[e]; r.length > row[k].length {
			row[k] = r
		}
	}
}

// decisive is the alternative that an event occurred by.
func decisive(g *petri.EventGraph, e petri.EventID, dates []time.Duration) (out []petri.EventID) {
	best := model.Never
	g.Alternatives(e, func(causes []petri.EventID) bool {
		latest := time.Duration(0)
		for _, p := range causes {
			latest = max(latest, dates[p])
		}
		if latest < best {
			best, out = latest, causes
		}
		return true
	})
	return out
}

// trace writes down a path that was found.
func (s *pathSearch) trace(node int, table []reach, states, at int) *Path {
	p := &Path{Node: node, Length: table[at].length, Sums: map[petri.Category]time.Duration{}, graph: s.g, end: s.of.end}
	for at >= 0 {
		e, r := petri.EventID(at/states), table[at]
		if s.from && at%states/2 == 0 {
			break // before From
		}
		p.add(e, s.delays[e], r.length, s.delays[e])
		if at = -1; r.cause >= 0 {
			at = int(r.cause)*states + r.state
		}
	}
	p.finish(0)
	return p
}
