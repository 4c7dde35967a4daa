package system

import (
	"cmp"
	"fmt"
	"slices"
)

// match finds for each clause of an event what it stands for, and for each condition that
// the event waits for a clause, or what begins it for good among the causes.
func (c *checker) match(e int, d *demand, clauses [][]int) error {
	after := slices.Clone(d.after)
	taken := make([]bool, len(clauses))
	for _, want := range d.clauses {
		found := want.holds
		for q, clause := range clauses {
			if c.same(e, clause, want) {
				taken[q], found = true, true
			}
		}
		if on := want.begins(); !found && on != none && c.follows(on, e) {
			after, found = append(after, on), true
		}
		if !found {
			return fmt.Errorf("%s (event %d) does not wait for %v (but for %v)", d.what, e, want.signals, c.roots(e, slices.Concat(clauses...)))
		}
	}
	for q := range clauses {
		if !taken[q] && !c.certain(e, clauses[q]) {
			return fmt.Errorf("%s (event %d) waits for %v, and nothing demands that", d.what, e, c.roots(e, clauses[q]))
		}
	}
	for _, p := range c.sys.Causes[e] {
		if c.sys.Labels[p][1] != c.sys.Labels[e][1] {
			return fmt.Errorf("%s (event %d) comes at once after event %d of another node", d.what, e, p)
		}
	}
	for _, p := range c.front(e) {
		if !slices.ContainsFunc(after, func(a int) bool { return c.follows(p, a) }) {
			return fmt.Errorf("%s (event %d) comes after event %d, and nothing demands that", d.what, e, p)
		}
	}
	return nil
}

// begins is what begins a clause for good, if it is one signal with one phase that an
// event may take.
func (w *clause) begins() (on int) {
	on = none
	if len(w.signals) != 1 {
		return none
	}
	for k, p := range w.signals[0] {
		if w.needed == nil || w.needed(k) {
			if on != none || p[1] != none && !w.local {
				return none
			}
			on = p[0]
		}
	}
	return on
}

// noLater says whether an event is no later than another one, whatever the dates: no time
// passes after what it comes after, and it waits for nothing else.
func (c *checker) noLater(e, than int) bool {
	if e == none || than == none {
		return e == than
	}
	known, ok := c.soon[[2]int{e, than}]
	if !ok {
		c.soon[[2]int{e, than}] = false // meanwhile: no date supports itself
		known = c.follows(e, than) || c.sys.Hi[e] == 0 && len(c.sys.Causes[e]) > 0 &&
			!slices.ContainsFunc(c.sys.Causes[e], func(p int) bool { return !c.noLater(p, than) }) &&
			!slices.ContainsFunc(c.sys.Clauses[e], func(clause []int) bool { return !c.onBy(e, clause, than) })
		c.soon[[2]int{e, than}] = known
	}
	return known
}

// onBy says whether a clause of an event holds from another one on, until it occurs.
func (c *checker) onBy(e int, clause []int, than int) bool {
	return slices.ContainsFunc(clause, func(g int) bool {
		return slices.ContainsFunc(c.sys.Phases[g], func(p [2]int) bool {
			return (p[0] == none || c.noLater(p[0], than)) && (p[1] == none || c.follows(e, p[1]))
		})
	})
}

// roots are the phases of signals in demanded events, as an event waits for them: of those
// that are not over before it.
func (c *checker) roots(e int, signals []int) (out []phases) {
	here := func(x int) bool { return x == none || c.sys.Labels[x][1] == c.sys.Labels[e][1] }
	for _, g := range signals {
		var p phases
		over := true
		for _, x := range c.sys.Phases[g] {
			over = over && x[1] != none && c.precedes(x[1], e)
			if p = append(p, [2]int{c.root(x[0], e), c.root(x[1], e)}); !here(x[0]) || !here(x[1]) {
				p[len(p)-1][0] = unknown // it cannot be known at once
			}
		}
		if !over {
			out = append(out, p)
		}
	}
	return out
}

// certain says whether a clause holds for certain when an event is ready, as a signal of it
// has been on since before that, and stays.
func (c *checker) certain(e int, clause []int) bool {
	return slices.ContainsFunc(clause, func(g int) bool {
		return slices.ContainsFunc(c.sys.Phases[g], func(p [2]int) bool {
			return (p[0] == none || c.precedes(p[0], e)) && (p[1] == none || c.follows(e, p[1]))
		})
	})
}

// same says whether the signals of a clause of an event are those that are wanted.
func (c *checker) same(e int, signals []int, want clause) bool {
	have, given := c.roots(e, signals), ""
	for _, w := range want.signals {
		missing := ""
		i := slices.IndexFunc(have, func(h phases) (ok bool) {
			ok, missing = c.are(e, h, w, want.needed)
			return ok
		})
		if i >= 0 {
			have, given = slices.Delete(have, i, i+1), cmp.Or(given, missing)
		} else if never, missing := c.are(e, nil, w, want.needed); !never || missing != "" {
			return false
		}
	}
	if len(have) > 0 || len(signals) == 0 {
		return false
	}
	c.given = cmp.Or(c.given, given)
	return true
}

// are says whether some phases are those that are wanted, but for such as need not be
// there, are over before the event, last no time or begin after it; and which others are
// missing, the last of which must not be.
func (c *checker) are(e int, have, want phases, needed func(phase int) bool) (ok bool, missing string) {
	i, begun := 0, false // have[i] has begun, and goes on over an instant
	for k, x := range want {
		switch {
		case i < len(have) && (begun || have[i][0] == x[0]):
			if begun = have[i][1] != x[1]; !begun {
				i++
			} else if k == len(want)-1 {
				return false, ""
			} else if !c.noLater(want[k+1][0], x[1]) {
				missing = c.unseen(e, x[1], want[k+1][0])
			}
		case needed != nil && !needed(k) || x[1] != none && (c.overHere(x[1], e) || c.noLater(x[1], x[0])) || x[0] != none && c.follows(e, x[0]):
		case k == len(want)-1:
			return false, ""
		default:
			missing = c.unseen(e, x[0], x[1])
		}
	}
	return i == len(have), missing
}

func (c *checker) unseen(e, from, to int) string {
	return fmt.Sprintf("that %s does not see what is so from event %d to event %d only", c.demand[e].what, from, to)
}

// overHere says whether what an event ends is known to be over on its node when another
// occurs there.
func (c *checker) overHere(off, e int) bool {
	return c.sys.Labels[off][1] == c.sys.Labels[e][1] && c.precedes(off, e)
}
