package derivation

import (
	"fmt"
	"maps"
	"slices"

	"adagio/proofs/check/lines"
)

// Goal is what is claimed of an event: it is never earlier, and never later.
type Goal struct {
	Event            int
	Earliest, Latest int64
}

// Check reads a derivation up to its end, of which the goals follow. It fails where a line
// does not follow from those before it.
func Check(r *lines.Reader, s *System, goals []Goal) error {
	if err := s.begin().derive(r, goals); err != nil {
		return fmt.Errorf("line %d: %w", r.Line, err)
	}
	return nil
}

// state is what is known of every complete execution of the part of a derivation.
type state struct {
	*System
	earliest, latest []int64
	options          [][][]option     // by event and clause
	apart            map[[2]int]int64 // a precedes b, and by this at least
	hypothesis       map[int][2]int   // of a number: its parent, 0 for none, and the event before which all is
	under            map[[2]int]int64 // by number and event: its latest date, or impossible
}

func (s *System) begin() *state {
	n := len(s.Lo)
	t := &state{s, make([]int64, n), make([]int64, n), make([][][]option, n), map[[2]int]int64{}, map[int][2]int{}, map[[2]int]int64{}}
	for e := range n {
		t.latest[e] = Never
		for _, clause := range s.Clauses[e] {
			var all []option
			for _, g := range clause {
				for k := range s.Phases[g] {
					all = append(all, option{g, k})
				}
			}
			t.options[e] = append(t.options[e], all)
		}
	}
	return t
}

// keep leaves some options of a clause. What is shared with other states stays.
func (t *state) keep(e, q int, kept func(o option) bool) {
	t.options[e] = slices.Clone(t.options[e])
	t.options[e][q] = slices.DeleteFunc(slices.Clone(t.options[e][q]), func(o option) bool { return !kept(o) })
}

// derive reads the lines up to the end, of both parts where it splits.
func (t *state) derive(r *lines.Reader, goals []Goal) error {
	for r.Next() {
		x := r.X
		switch r.Letter {
		case "x":
			if !t.contradiction(x[0]) {
				return fmt.Errorf("event %d may have a date", x[0])
			}
			return nil
		case "g":
			for _, g := range goals {
				if g.Earliest > t.earliest[g.Event] || g.Latest < t.latest[g.Event] {
					return fmt.Errorf("the dates of a node do not follow: event %d at %d .. %d", g.Event, t.earliest[g.Event], t.latest[g.Event])
				}
			}
			return nil
		case "s":
			for _, only := range [2]bool{true, false} {
				u := *t
				u.earliest, u.latest, u.options = slices.Clone(t.earliest), slices.Clone(t.latest), slices.Clone(t.options)
				u.apart, u.hypothesis, u.under = maps.Clone(t.apart), maps.Clone(t.hypothesis), maps.Clone(t.under)
				u.keep(x[0], x[1], func(o option) bool { return (o == option{x[2], x[3]}) == only })
				if err := u.derive(r, goals); err != nil {
					return err
				}
			}
			return nil
		default:
			if err := t.apply(r.Letter, x); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("the derivation does not end")
}

// apply checks one line and adds what it says.
func (t *state) apply(letter string, x []int) error {
	ok, why := false, ""
	switch letter {
	case "p":
		return t.path(x)
	case "l": // R1
		ok, why = int64(x[1]) <= t.lower(x[0]), "the earliest date does not follow"
		t.earliest[x[0]] = max(t.earliest[x[0]], int64(x[1]))
	case "f", "b": // R5: dates along what precedes
		a, b, to := x[0], x[1], int64(x[2])
		least, known := t.apart[[2]int{a, b}]
		if !known {
			return fmt.Errorf("event %d is not known to come before event %d", a, b)
		} else if letter == "f" {
			ok, why = to <= t.earliest[a]+least, "the earliest date does not follow"
			t.earliest[b] = max(t.earliest[b], to)
		} else {
			ok, why = t.latest[b] != Never && to >= t.latest[b]-least, "the latest date does not follow"
			t.latest[a] = min(t.latest[a], to)
		}
	case "h": // R2, what switches on being under a hypothesis
		e, h := x[0], x[2]
		ok, why = (h == 0 || t.hypothesis[h] == [2]int{0, e}) && int64(x[1]) >= t.upper(e, 0, h), "the latest date does not follow"
		t.latest[e] = min(t.latest[e], int64(x[1]))
	case "y": // a hypothesis: before an event, and all that its parent is before
		_, known := t.hypothesis[x[0]]
		_, parent := t.hypothesis[x[1]]
		ok, why = x[0] > 0 && !known && (parent || x[1] == 0), "the hypothesis is not new, or has no parent"
		t.hypothesis[x[0]] = [2]int{x[1], x[2]}
	case "c": // R3
		h, u, inner := x[0], x[1], x[3]
		_, known := t.hypothesis[h]
		ok, why = known && (inner == h || t.hypothesis[inner] == [2]int{h, u}) && int64(x[2]) >= t.upper(u, h, inner), "the date under the hypothesis does not follow"
		t.under[[2]int{h, u}] = int64(x[2])
	case "u": // R6
		last, together := t.urgent(x[0], options(x[2:]))
		ok, why = together && int64(x[1]) >= last, "the options are not certainly on together, or the latest date does not follow"
		t.latest[x[0]] = min(t.latest[x[0]], int64(x[1]))
	case "d", "w": // R4
		e, q, o := x[0], x[1], option{x[2], x[3]}
		if ok, why = t.droppable(e, o), "the option is not excluded"; letter == "w" {
			vector := options(x[4:])
			_, together := t.urgent(e, vector)
			ok = together && vector[q].signal == o.signal && vector[q].phase < o.phase
		}
		ok = ok && slices.Contains(t.options[e][q], o)
		t.keep(e, q, func(p option) bool { return p != o })
	default:
		why = fmt.Sprintf("there is no rule %q", letter)
	}
	if !ok {
		return fmt.Errorf("%s", why)
	}
	return nil
}

// path checks that each of some events precedes the next (R5).
func (t *state) path(x []int) error {
	total := int64(0)
	for i := 1; i < len(x); i++ {
		least, ok := t.hop(x[i-1], x[i])
		if !ok {
			return fmt.Errorf("event %d need not come before event %d", x[i-1], x[i])
		}
		total += least
	}
	if len(x) < 2 {
		return fmt.Errorf("the path has one event")
	}
	ends := [2]int{x[0], x[len(x)-1]}
	t.apart[ends] = max(t.apart[ends], total)
	return nil
}

// hop is the least time from an event to one directly behind it: a cause, what switches
// on no later than the first option of a clause of one signal, or, for the event itself,
// what switches off no earlier than the last.
func (t *state) hop(a, b int) (int64, bool) {
	if slices.Contains(t.Causes[b], a) {
		return t.Lo[b], true
	}
	for _, e := range [2]int{b, a} {
		for _, clause := range t.options[e] {
			if len(clause) == 0 || a == b || slices.ContainsFunc(clause, func(o option) bool { return o.signal != clause[0].signal }) {
				continue
			}
			least, greatest := clause[0].phase, clause[len(clause)-1].phase
			for k, p := range t.Phases[clause[0].signal] {
				if e == b && k <= least && p[0] == a || e == a && k >= greatest && p[1] == b {
					return 0, true
				}
			}
		}
	}
	return 0, false
}

// precedes says whether a is known to come before b.
func (t *state) precedes(a, b int) bool { _, ok := t.apart[[2]int{a, b}]; return ok }

// ready is the last date of the causes of an event and of some others.
func (t *state) ready(e int, dates []int64, others ...int) (x int64) {
	for _, p := range append(others, t.Causes[e]...) {
		x = max(x, date(p, dates))
	}
	return x
}

// lower is rule R1.
func (t *state) lower(e int) int64 {
	x := t.ready(e, t.earliest)
	for _, clause := range t.options[e] {
		first := int64(Never)
		for _, o := range clause {
			first = min(first, date(t.on(o), t.earliest))
		}
		x = max(x, first)
	}
	return plus(x, t.Lo[e])
}

// within is the latest date of an event under a hypothesis.
func (t *state) within(h, e int) int64 {
	for ; h != 0; h = t.hypothesis[h][0] {
		if d, ok := t.under[[2]int{h, e}]; ok {
			return min(d, t.latest[e])
		}
	}
	return t.latest[e]
}

// excluded says whether an event certainly does not come before a hypothesis.
func (t *state) excluded(h, e int) bool {
	for ; h != 0; h = t.hypothesis[h][0] {
		if before := t.hypothesis[h][1]; e == before || t.precedes(before, e) {
			return true
		}
	}
	return false
}

// upper is rules R2 and R3: the latest date of e in executions under a hypothesis, what
// switches its options on being under another.
func (t *state) upper(e, h, inner int) int64 {
	ready := int64(0)
	for _, p := range t.Causes[e] {
		d := t.within(h, p)
		if d == impossible {
			return impossible
		}
		ready = max(ready, d)
	}
	last, left := make([]int64, len(t.options[e])), make([][][2]int64, len(t.options[e])) // of clauses: the latest on; ons and offs
	for q, clause := range t.options[e] {
		last[q] = impossible
		for _, o := range clause {
			on, off := int64(0), int64(Never)
			if s := t.on(o); s != None {
				if on = t.within(inner, s); on == impossible || t.excluded(h, s) {
					continue
				}
			}
			if s := t.off(o); s != None {
				off = t.latest[s]
			}
			last[q], left[q] = max(last[q], on), append(left[q], [2]int64{on, off})
		}
		if last[q] == impossible {
			return impossible
		}
	}
	sorted := slices.Sorted(slices.Values(append(last, 0, 0)))
	first, second := sorted[len(sorted)-1], sorted[len(sorted)-2]
	value := plus(max(ready, first), t.Hi[e])
	for q := range left {
		others, capped := max(ready, first), int64(0)
		if last[q] == first {
			others = max(ready, second)
		}
		for _, x := range left[q] {
			capped = max(capped, min(x[1], plus(max(others, x[0]), t.Hi[e])))
		}
		value = min(value, capped)
	}
	return value
}

// difference is an upper bound of how much later u is than v, following u's causes back.
func (t *state) difference(u, v, depth int) int64 {
	d := int64(Never)
	if t.latest[u] != Never {
		d = t.latest[u] - t.earliest[v]
	}
	if apart, ok := t.apart[[2]int{u, v}]; ok {
		d = min(d, -apart)
	} else if u == v {
		d = min(d, 0)
	}
	if d < 0 || depth == 0 || len(t.Causes[u]) == 0 {
		return d
	}
	worst := int64(-Never)
	for _, p := range t.Causes[u] {
		worst = max(worst, plus(t.difference(p, v, depth-1), t.Hi[u]))
	}
	for _, clause := range t.options[u] {
		for _, o := range clause {
			if on := t.on(o); on != None && worst < d {
				worst = max(worst, plus(t.difference(on, v, depth-1), t.Hi[u]))
			}
		}
	}
	return min(d, worst)
}

// urgent is the latest date of an event by a vector of options, one for each clause, and
// says whether these are certainly on together from when it is ready until it has taken
// its delay (F3).
func (t *state) urgent(e int, vector []option) (last int64, together bool) {
	const depth = 3
	together = len(vector) == len(t.Clauses[e])
	var ons []int
	for q, o := range vector {
		together = together && slices.Contains(t.Clauses[e][q], o.signal)
		ons = append(ons, t.on(o))
	}
	for _, o := range vector {
		over := t.over(e, o)
		for _, p := range append(ons, t.Causes[e]...) {
			if over == None || !together {
				continue
			}
			apart := -t.earliest[over]
			if p != None {
				apart = t.difference(p, over, depth)
			}
			together = plus(apart, t.Hi[e]) < 0
		}
	}
	return plus(t.ready(e, t.latest, ons...), t.Hi[e]), together
}

// droppable says whether an option of an event is certainly not what it takes (R4).
func (t *state) droppable(e int, o option) bool {
	on, off := t.on(o), t.over(e, o)
	if on != None && (on == e || t.precedes(e, on) || plus(t.earliest[on], t.Lo[e]) > t.latest[e]) {
		return true
	}
	return off != None && (t.precedes(off, e) || max(t.earliest[e], plus(t.ready(e, t.earliest, on), t.Lo[e])) > t.latest[off])
}

// contradiction says whether an event has no place in any complete execution.
func (t *state) contradiction(e int) bool {
	if t.earliest[e] > t.latest[e] || t.precedes(e, e) {
		return true
	}
	for h, x := range t.hypothesis {
		if x == [2]int{0, e} && t.upper(e, 0, h) == impossible {
			return true
		}
	}
	return slices.ContainsFunc(t.options[e], func(clause []option) bool { return len(clause) == 0 })
}
