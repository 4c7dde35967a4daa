// Package derivation checks bounds that are derived line by line from a system of events:
// the checker that the theorem of ../../coq/Derivation.v is about. ../README.md explains
// rules and lines. That the system is that of the executor is not checked here: what of it
// follows from the scenario, package system checks.
package derivation

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"adagio/proofs/check/lines"
)

const (
	None       = -1            // no event
	Never      = math.MaxInt64 // later than all dates, which are in nanoseconds
	impossible = -1            // no date
)

// System is what bounds are about: events with delays and causes, signals with phases, and
// clauses, which hold while one of their signals is on.
type System struct {
	Lo, Hi  []int64
	Causes  [][]int
	Labels  [][]int    // what an event stands for
	Phases  [][][2]int // of each signal: by what it is switched on, and off; or None
	Clauses [][][]int  // of each event: sets of signals
}

// Read reads a system, up to the first line that is none of one.
func Read(r *lines.Reader) (*System, error) {
	s := &System{}
	for r.Next() {
		x, n, ok := r.X, len(s.Lo), true
		switch r.Letter {
		case "e":
			ok = 0 <= x[0] && x[0] <= x[1] && !slices.ContainsFunc(x[9:], func(p int) bool { return p < 0 || p >= n })
			s.Lo, s.Hi, s.Labels = append(s.Lo, int64(x[0])), append(s.Hi, int64(x[1])), append(s.Labels, x[2:9])
			s.Causes, s.Clauses = append(s.Causes, x[9:]), append(s.Clauses, nil)
		case "s":
			phases := pairs(x)
			for i, p := range phases { // None is before the first and after the last only
				ok = ok && max(p[0], p[1]) < n && min(p[0], p[1]) >= None && (i == 0 || p[0] != None && phases[i-1][1] != None)
			}
			s.Phases = append(s.Phases, phases)
		case "q":
			ok = slices.Min(x[1:]) >= 0 && slices.Max(x[1:]) < len(s.Phases)
			s.Clauses[x[0]] = append(s.Clauses[x[0]], x[1:])
		default:
			return s, nil
		}
		if !ok {
			return nil, fmt.Errorf("line %d: %q has no interval, phases that overlap, or a cause that is not before its event", r.Line, r.Text())
		}
	}
	return s, nil
}

// pairs are phases, or options.
func pairs(x []int) (out [][2]int) {
	for i := 0; i+1 < len(x); i += 2 {
		out = append(out, [2]int{x[i], x[i+1]})
	}
	return out
}

// option is a signal and its phase by which a clause may hold.
type option = [2]int

func (s *System) on(o option) int  { return s.Phases[o[0]][o[1]][0] }
func (s *System) off(o option) int { return s.Phases[o[0]][o[1]][1] }

// waits lists the causes of an event and what switches some options on.
func (s *System) waits(e int, options ...option) []int {
	out := slices.Clone(s.Causes[e])
	for _, o := range options {
		out = append(out, s.on(o))
	}
	return out
}

// plus adds to a date; what is too large for a number is Never.
func plus(x, d int64) int64 {
	if x == Never || d > 0 && x > Never-d {
		return Never
	}
	return x + d
}

// date is that of an event in some dates, or that of none.
func date(e int, dates []int64, none int64) int64 {
	if e == None {
		return none
	}
	return dates[e]
}

// last is the last date of some events, or 0, the beginning.
func last(events []int, dates []int64) (x int64) {
	for _, e := range events {
		x = max(x, date(e, dates, 0))
	}
	return x
}

// Goal is what is claimed of an event: it is never earlier, and never later.
type Goal struct {
	Event            int
	Earliest, Latest int64
}

// Check reads a derivation up to its end, of which the goals follow. It fails where a line
// does not follow from those before it.
func Check(r *lines.Reader, s *System, goals []Goal) error {
	n := len(s.Lo)
	t := &state{s, make([]int64, n), slices.Repeat([]int64{Never}, n), make([][][]option, n), map[[2]int]int64{}, map[[3]int]int64{}}
	for e, clauses := range s.Clauses {
		t.options[e] = make([][]option, len(clauses))
		for q, clause := range clauses {
			for _, g := range clause {
				for k := range s.Phases[g] {
					t.options[e][q] = append(t.options[e][q], option{g, k})
				}
			}
		}
	}
	if !t.derive(r, goals) {
		return fmt.Errorf("line %d: %q does not follow, or the derivation does not end", r.Line, r.Text())
	}
	return nil
}

// state is what is known of every complete execution of the part of a derivation.
type state struct {
	*System
	earliest, latest []int64
	options          [][][]option     // by event and clause
	apart            map[[2]int]int64 // a precedes b, and by this at least
	under            map[[3]int]int64 // by hypothesis and event: its latest date, or impossible
}

// hypothesis is that something comes before these two events, or the one that is not None.
type hypothesis [2]int

// derive reads the lines up to the end, of both parts where it splits, as long as they follow.
func (t *state) derive(r *lines.Reader, goals []Goal) bool {
	for ok := true; ok && r.Next(); {
		x := r.X
		switch r.Letter {
		case "x": // an event has no place in any complete execution
			empty := func(clause []option) bool { return len(clause) == 0 }
			return t.earliest[x[0]] > t.latest[x[0]] || t.precedes(x[0], x[0]) || slices.ContainsFunc(t.options[x[0]], empty)
		case "g":
			return !slices.ContainsFunc(goals, func(g Goal) bool { return g.Earliest > t.earliest[g.Event] || g.Latest < t.latest[g.Event] })
		case "s":
			u := &state{t.System, slices.Clone(t.earliest), slices.Clone(t.latest), slices.Clone(t.options),
				maps.Clone(t.apart), maps.Clone(t.under)}
			u.drop(x[0], x[1], func(o option) bool { return o != option(x[2:4]) })
			t.drop(x[0], x[1], func(o option) bool { return o == option(x[2:4]) })
			return u.derive(r, goals) && t.derive(r, goals)
		case "p": // R5
			ok = t.path(x)
		case "f", "b": // R5: dates along what precedes
			a, b := x[0], x[1]
			least, known := t.apart[[2]int{a, b}]
			ok = known && (r.Letter == "f" && t.notBefore(b, x[2], plus(t.earliest[a], least)) ||
				r.Letter == "b" && t.notAfter(a, x[2], plus(t.latest[b], -least)))
		case "l": // R1
			ok = t.notBefore(x[0], x[1], t.lower(x[0]))
		case "u": // R6
			latest, together := t.urgent(x[0], pairs(x[2:]))
			ok = t.notAfter(x[0], x[1], latest) && together
		case "h": // R2; what switches on may be before the event
			e, inner := x[0], x[2]
			ok = t.notAfter(e, x[1], t.upper(e, hypothesis{None, None}, hypothesis{inner, None})) && (inner == None || inner == e)
		case "c": // R3
			h, u, inner := hypothesis(x[:2]), x[2], x[4]
			ok = int64(x[3]) >= t.upper(u, h, hypothesis{h[0], inner}) && (inner == h[1] || h[1] == None && inner == u)
			t.under[[3]int(x[:3])] = int64(x[3])
		case "d", "w": // R4; with a vector, as the event is urgent
			e, q, o, vector := x[0], x[1], option(x[2:4]), pairs(x[4:])
			_, together := t.urgent(e, vector)
			ok = t.droppable(e, o) || together && vector[q][0] == o[0] && vector[q][1] < o[1]
			t.drop(e, q, func(p option) bool { return p == o })
		default:
			ok = false
		}
	}
	return false
}

// notBefore and notAfter say a date of an event, which follows from one that is proved.
func (t *state) notBefore(e, date int, proved int64) bool {
	t.earliest[e] = max(t.earliest[e], int64(date))
	return int64(date) <= proved
}

func (t *state) notAfter(e, date int, proved int64) bool {
	t.latest[e] = min(t.latest[e], int64(date))
	return int64(date) >= proved
}

// drop leaves out options of a clause. What is shared with other states stays.
func (t *state) drop(e, q int, out func(o option) bool) {
	t.options[e] = slices.Clone(t.options[e])
	t.options[e][q] = slices.DeleteFunc(slices.Clone(t.options[e][q]), out)
}

// path checks that each of some events precedes the next (R5).
func (t *state) path(x []int) bool {
	total, ok := int64(0), len(x) > 1
	for i := range x[1:] {
		least, behind := t.hop(x[i], x[i+1])
		total, ok = plus(total, least), ok && behind && x[i] != None
	}
	ends := [2]int{x[0], x[len(x)-1]}
	t.apart[ends] = max(t.apart[ends], total)
	return ok
}

// hop is the least time from an event to one directly behind it: a cause, what switches
// on no later than the first option of a clause of one signal, or, for the event itself,
// what switches off no earlier than the last.
func (t *state) hop(a, b int) (least int64, ok bool) {
	if slices.Contains(t.Causes[b], a) {
		return t.Lo[b], true
	}
	for _, e := range [2]int{b, a} {
		for _, clause := range t.options[e] {
			if len(clause) == 0 || a == b || slices.ContainsFunc(clause, func(o option) bool { return o[0] != clause[0][0] }) {
				continue
			}
			for k, p := range t.Phases[clause[0][0]] {
				if e == b && k <= clause[0][1] && p[0] == a || e == a && k >= clause[len(clause)-1][1] && p[1] == b {
					return 0, true
				}
			}
		}
	}
	return 0, false
}

// precedes says whether a is known to come before b.
func (t *state) precedes(a, b int) bool { _, ok := t.apart[[2]int{a, b}]; return ok }

// lower is rule R1.
func (t *state) lower(e int) int64 {
	x := last(t.Causes[e], t.earliest)
	for _, clause := range t.options[e] {
		first := int64(Never)
		for _, o := range clause {
			first = min(first, date(t.on(o), t.earliest, 0))
		}
		x = max(x, first)
	}
	return plus(x, t.Lo[e])
}

// within is the latest date of an event, or of the beginning, under a hypothesis.
func (t *state) within(h hypothesis, e int) int64 {
	latest := date(e, t.latest, 0)
	for _, h := range [2]hypothesis{h, {h[0], None}} {
		if d, ok := t.under[[3]int{h[0], h[1], e}]; ok {
			latest = min(latest, d)
		}
	}
	return latest
}

// excluded says whether an event certainly does not come before a hypothesis.
func (t *state) excluded(h hypothesis, e int) bool {
	return e != None && slices.ContainsFunc(h[:], func(x int) bool { return x != None && (e == x || t.precedes(x, e)) })
}

// upper is rules R2 and R3: the latest date of e in executions under a hypothesis, what
// switches its options on being under another.
func (t *state) upper(e int, h, inner hypothesis) int64 {
	dates := []int64{0} // of all that it waits for: the causes, and the last option of each clause that is left
	for _, p := range t.Causes[e] {
		dates = append(dates, t.within(h, p))
	}
	on := func(o option) int64 {
		if t.excluded(h, t.on(o)) {
			return impossible
		}
		return t.within(inner, t.on(o))
	}
	for _, clause := range t.options[e] {
		latest := int64(impossible)
		for _, o := range clause {
			latest = max(latest, on(o))
		}
		dates = append(dates, latest)
	}
	if slices.Contains(dates, impossible) {
		return impossible
	}
	value := plus(slices.Max(dates), t.Hi[e])
	for q, clause := range t.options[e] { // it comes before the last option is off
		others, capped := slices.Clone(dates), int64(0)
		others[1+len(t.Causes[e])+q] = 0
		for _, o := range clause {
			if x := on(o); x != impossible {
				capped = max(capped, min(date(t.off(o), t.latest, Never), plus(max(slices.Max(others), x), t.Hi[e])))
			}
		}
		value = min(value, capped)
	}
	return value
}

// difference is an upper bound of how much later u is than v, following u's causes back.
func (t *state) difference(u, v, depth int) int64 {
	d := plus(date(u, t.latest, 0), -t.earliest[v])
	if apart, ok := t.apart[[2]int{u, v}]; ok {
		d = min(d, -apart)
	}
	if d < 0 || depth == 0 || u == None || len(t.Causes[u]) == 0 {
		return d
	}
	worst := int64(-Never)
	for _, p := range t.waits(u, slices.Concat(t.options[u]...)...) {
		if p != None {
			worst = max(worst, plus(t.difference(p, v, depth-1), t.Hi[u]))
		}
	}
	return min(d, worst)
}

// urgent is the latest date of an event by a vector of options, one for each clause, and
// says whether these are certainly on together from when it is ready until it has taken
// its delay (F3). Nothing is off before the event itself.
func (t *state) urgent(e int, vector []option) (latest int64, together bool) {
	waits := t.waits(e, vector...)
	together = len(vector) == len(t.Clauses[e])
	for q, o := range vector {
		together = together && slices.Contains(t.Clauses[e][q], o[0])
		for _, p := range waits {
			off := t.off(o)
			together = together && (off == None || off == e || plus(t.difference(p, off, 3), t.Hi[e]) < 0)
		}
	}
	return plus(last(waits, t.latest), t.Hi[e]), together
}

// droppable says whether an option of an event is certainly not what it takes (R4).
func (t *state) droppable(e int, o option) bool {
	on, off := t.on(o), t.off(o)
	late := on != None && (on == e || t.precedes(e, on) || plus(t.earliest[on], t.Lo[e]) > t.latest[e])
	reached := max(t.earliest[e], plus(last(t.waits(e, o), t.earliest), t.Lo[e]))
	return late || off != None && off != e && (t.precedes(off, e) || reached > t.latest[off])
}
