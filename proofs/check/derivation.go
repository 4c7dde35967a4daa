package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// A date is in nanoseconds; never is later than all, and impossible is no date.
const (
	none       = -1 // no event
	impossible = -1
	never      = math.MaxInt64
)

func plus(x, d int64) int64 {
	if x == never {
		return never
	}
	return x + d
}

// system is what the bounds are about: events with delays and causes, signals with
// phases, and clauses.
type system struct {
	lo, hi  []int64
	causes  [][]int
	label   [][]int
	phases  [][][2]int // by signal: on and off
	clauses [][][]int  // by event: sets of signals
}

// option is a phase of a signal that a clause may be satisfied by.
type option struct{ signal, phase int }

func (s *system) on(o option) int { return s.phases[o.signal][o.phase][0] }

// over is what ends an option for an event: nothing does before the event itself.
func (s *system) over(e int, o option) int {
	if off := s.phases[o.signal][o.phase][1]; off != e {
		return off
	}
	return none
}

// state is what is known of every complete execution of the part of a derivation.
type state struct {
	*system
	earliest, latest []int64
	options          [][][]option     // by event and clause
	apart            map[[2]int]int64 // a precedes b, and by this at least
	hypothesis       map[int][2]int   // of a number: its parent, 0 for none, and the event before which all is
	under            map[[2]int]int64 // by number and event: its latest date, or impossible
}

func (s *system) begin() *state {
	n := len(s.lo)
	t := &state{s, make([]int64, n), make([]int64, n), make([][][]option, n), map[[2]int]int64{}, map[int][2]int{}, map[[2]int]int64{}}
	for e := range n {
		t.latest[e] = never
		for _, clause := range s.clauses[e] {
			var all []option
			for _, g := range clause {
				for k := range s.phases[g] {
					all = append(all, option{g, k})
				}
			}
			t.options[e] = append(t.options[e], all)
		}
	}
	return t
}

func (t *state) clone() *state {
	u := *t
	u.earliest, u.latest, u.options = slices.Clone(t.earliest), slices.Clone(t.latest), slices.Clone(t.options)
	u.apart, u.hypothesis, u.under = maps.Clone(t.apart), maps.Clone(t.hypothesis), maps.Clone(t.under)
	return &u
}

// date is that of an event in some dates, 0 for none.
func date(e int, dates []int64) int64 {
	if e == none {
		return 0
	}
	return dates[e]
}

// keep leaves some options of a clause. What is shared with other states stays.
func (t *state) keep(e, q int, options []option) {
	t.options[e] = slices.Clone(t.options[e])
	t.options[e][q] = options
}

// precedes says whether a is known to come before b.
func (t *state) precedes(a, b int) bool { _, ok := t.apart[[2]int{a, b}]; return ok }

// hop is the least time from an event to one directly behind it: a cause, what switches
// on no later than the first option of a clause of one signal, or, for the event itself,
// what switches off no earlier than the last.
func (t *state) hop(a, b int) (int64, bool) {
	if slices.Contains(t.causes[b], a) {
		return t.lo[b], true
	}
	for _, e := range [2]int{b, a} {
		for _, clause := range t.options[e] {
			if len(clause) == 0 || slices.ContainsFunc(clause, func(o option) bool { return o.signal != clause[0].signal }) {
				continue
			}
			least, greatest := clause[0].phase, clause[len(clause)-1].phase
			for k, p := range t.phases[clause[0].signal] {
				if e == b && k <= least && p[0] == a && a != b {
					return 0, true
				}
				if e == a && k >= greatest && p[1] == b && a != b {
					return 0, true
				}
			}
		}
	}
	return 0, false
}

// ready is when the last cause of an event has occurred, by some dates.
func (t *state) ready(e int, date func(p int) int64) (x int64) {
	for _, p := range t.causes[e] {
		d := date(p)
		if d == impossible {
			return impossible
		}
		x = max(x, d)
	}
	return x
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

// upper is rules R2 and R3: the latest date of e, which is ready at some date, in
// executions under a hypothesis, what switches its options on being under another.
func (t *state) upper(e int, ready int64, h, inner int) int64 {
	if ready == impossible {
		return impossible
	}
	var first, second int64 // the latest of the clauses, and of the others
	at, ons := -1, make([][][2]int64, len(t.options[e]))
	for q, clause := range t.options[e] {
		last := int64(impossible)
		for _, o := range clause {
			on, off := int64(0), int64(never)
			if s := t.on(o); s != none {
				if h != 0 && t.excluded(h, s) {
					continue
				}
				if on = t.within(inner, s); on == impossible {
					continue
				}
			}
			if s := t.phases[o.signal][o.phase][1]; s != none {
				off = t.latest[s]
			}
			last = max(last, on)
			ons[q] = append(ons[q], [2]int64{on, off})
		}
		switch {
		case last == impossible:
			return impossible
		case at < 0 || last > first:
			first, second, at = last, first, q
		default:
			second = max(second, last)
		}
	}
	value := plus(max(ready, first), t.hi[e])
	for q := range ons {
		others := max(ready, first)
		if q == at {
			others = max(ready, second)
		}
		capped := int64(0)
		for _, b := range ons[q] {
			capped = max(capped, min(b[1], plus(max(others, b[0]), t.hi[e])))
		}
		value = min(value, capped)
	}
	return value
}

// difference is an upper bound of how much later u is than v, following u's causes back.
func (t *state) difference(u, v, depth int) int64 {
	d := int64(never)
	if t.latest[u] != never {
		d = t.latest[u] - t.earliest[v]
	}
	if apart, ok := t.apart[[2]int{u, v}]; ok {
		d = min(d, -apart)
	} else if u == v {
		d = min(d, 0)
	}
	if d < 0 || depth == 0 || len(t.causes[u]) == 0 {
		return d
	}
	worst := int64(-never)
	for _, p := range t.causes[u] {
		worst = max(worst, plus(t.difference(p, v, depth-1), t.hi[u]))
	}
	for _, clause := range t.options[u] {
		for _, o := range clause {
			if on := t.on(o); on != none && worst < d {
				worst = max(worst, plus(t.difference(on, v, depth-1), t.hi[u]))
			}
		}
	}
	return min(d, worst)
}

// urgent says whether the options of a vector, one for each clause, are certainly on
// together from when an event is ready until it has taken its delay (F3).
func (t *state) urgent(e int, vector []option) bool {
	const depth = 3
	if len(vector) != len(t.clauses[e]) {
		return false
	}
	on, off := int64(0), int64(never)
	for q, o := range vector {
		if !slices.Contains(t.clauses[e][q], o.signal) || o.phase < 0 || o.phase >= len(t.phases[o.signal]) {
			return false
		}
		on = max(on, date(t.on(o), t.latest))
		if over := t.over(e, o); over != none {
			off = min(off, t.earliest[over])
			for _, p := range t.causes[e] {
				if plus(t.difference(p, over, depth-1), t.hi[e]) >= 0 {
					return false
				}
			}
		}
	}
	if off == never || plus(on, t.hi[e]) < off {
		return true
	}
	for _, a := range vector {
		for _, b := range vector {
			over := t.over(e, b)
			if over == none {
				continue
			}
			apart := -t.earliest[over]
			if s := t.on(a); s != none {
				apart = t.difference(s, over, depth)
			}
			if plus(apart, t.hi[e]) >= 0 {
				return false
			}
		}
	}
	return true
}

// droppable says whether an option of an event is certainly not what it takes (R4).
func (t *state) droppable(e int, o option) bool {
	on, off := t.on(o), t.over(e, o)
	if on != none && (on == e || t.precedes(e, on) || plus(t.earliest[on], t.lo[e]) > t.latest[e]) {
		return true
	}
	if off == none {
		return false
	}
	ready := max(t.ready(e, func(p int) int64 { return t.earliest[p] }), date(on, t.earliest))
	return t.precedes(off, e) || max(t.earliest[e], plus(ready, t.lo[e])) > t.latest[off]
}

// contradiction says whether an event has no place in any complete execution.
func (t *state) contradiction(e int) bool {
	if t.earliest[e] > t.latest[e] || t.precedes(e, e) {
		return true
	}
	for h, x := range t.hypothesis {
		if x == [2]int{0, e} && t.upper(e, 0, 0, h) == impossible {
			return true
		}
	}
	return slices.ContainsFunc(t.options[e], func(clause []option) bool { return len(clause) == 0 })
}

// apply checks one line and adds what it says.
func (t *state) apply(letter string, x []int) error {
	bad := func(ok bool, why string) error {
		if ok {
			return nil
		}
		return fmt.Errorf("%s", why)
	}
	switch letter {
	case "p": // a path: each precedes the next
		total := int64(0)
		for i := 1; i < len(x); i++ {
			least, ok := t.hop(x[i-1], x[i])
			if !ok {
				return fmt.Errorf("event %d need not come before event %d", x[i-1], x[i])
			}
			total += least
		}
		ends := [2]int{x[0], x[len(x)-1]}
		t.apart[ends] = max(t.apart[ends], total)
		return bad(len(x) > 1, "the path has one event")
	case "l": // R1
		e, value := x[0], t.ready(x[0], func(p int) int64 { return t.earliest[p] })
		for _, clause := range t.options[e] {
			first := int64(never)
			for _, o := range clause {
				first = min(first, date(t.on(o), t.earliest))
			}
			value = max(value, first)
		}
		t.earliest[e] = max(t.earliest[e], int64(x[1]))
		return bad(int64(x[1]) <= plus(value, t.lo[e]), "the earliest date does not follow")
	case "f", "b": // R5: dates along what precedes
		a, b, to := x[0], x[1], int64(x[2])
		if !t.precedes(a, b) {
			return fmt.Errorf("event %d is not known to come before event %d", a, b)
		}
		if letter == "f" {
			t.earliest[b] = max(t.earliest[b], to)
			return bad(to <= t.earliest[a]+t.apart[[2]int{a, b}], "the earliest date does not follow")
		}
		t.latest[a] = min(t.latest[a], to)
		return bad(t.latest[b] != never && to >= t.latest[b]-t.apart[[2]int{a, b}], "the latest date does not follow")
	case "h": // R2, what switches on being under a hypothesis
		e, h := x[0], x[2]
		if h != 0 && t.hypothesis[h] != [2]int{0, e} {
			return fmt.Errorf("the hypothesis %d is not that of event %d", h, e)
		}
		value := t.upper(e, t.ready(e, func(p int) int64 { return t.latest[p] }), 0, h)
		t.latest[e] = min(t.latest[e], int64(x[1]))
		return bad(int64(x[1]) >= value, "the latest date does not follow")
	case "y": // a hypothesis: before an event, and all that its parent is before
		_, known := t.hypothesis[x[0]]
		_, parent := t.hypothesis[x[1]]
		t.hypothesis[x[0]] = [2]int{x[1], x[2]}
		return bad(x[0] > 0 && !known && (parent || x[1] == 0), "the hypothesis is not new, or has no parent")
	case "c": // R3
		h, u, inner := x[0], x[1], x[3]
		if inner != h && t.hypothesis[inner] != [2]int{h, u} {
			return fmt.Errorf("the hypothesis %d does not belong to %d and event %d", inner, h, u)
		}
		if _, ok := t.hypothesis[h]; !ok {
			return fmt.Errorf("there is no hypothesis %d", h)
		}
		value := t.upper(u, t.ready(u, func(p int) int64 { return t.within(h, p) }), h, inner)
		t.under[[2]int{h, u}] = int64(x[2])
		return bad(int64(x[2]) >= value, "the date under the hypothesis does not follow")
	case "u": // R6
		e, vector := x[0], pairs(x[2:])
		if !t.urgent(e, vector) {
			return fmt.Errorf("the options are not certainly on together")
		}
		value := t.ready(e, func(p int) int64 { return t.latest[p] })
		for _, o := range vector {
			value = max(value, date(t.on(o), t.latest))
		}
		t.latest[e] = min(t.latest[e], int64(x[1]))
		return bad(int64(x[1]) >= plus(value, t.hi[e]), "the latest date does not follow")
	case "d", "w": // R4
		e, q, o := x[0], x[1], option{x[2], x[3]}
		if q >= len(t.options[e]) || !slices.Contains(t.options[e][q], o) {
			return fmt.Errorf("event %d has no such option", e)
		}
		ok := letter == "d" && t.droppable(e, o)
		if letter == "w" {
			vector := pairs(x[4:])
			ok = t.urgent(e, vector) && vector[q].signal == o.signal && vector[q].phase < o.phase
		}
		t.keep(e, q, slices.DeleteFunc(slices.Clone(t.options[e][q]), func(p option) bool { return p == o }))
		return bad(ok, "the option is not excluded")
	}
	return fmt.Errorf("there is no rule %q", letter)
}

func pairs(x []int) (out []option) {
	for i := 0; i+1 < len(x); i += 2 {
		out = append(out, option{x[i], x[i+1]})
	}
	return out
}
