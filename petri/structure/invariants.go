package structure

import (
	"cmp"
	"slices"

	"adagio/petri"
)

// MaxInvariants bounds the rows of the elimination by which invariants are found.
const MaxInvariants = 600

// Term is a place of an invariant and how much a token there counts, at least 1.
type Term struct {
	Place  petri.PlaceID
	Weight int
}

// Invariant is a minimal semi-positive place invariant: the weighted number of tokens is
// the same in each marking that is reached, and no other has some of its places only.
type Invariant struct {
	Terms  []Term // by place
	Tokens int
}

// Invariants lists the minimal semi-positive place invariants of a net, in the order of
// their places, by the elimination of Farkas. Where it would take more rows than limit, it
// stops: complete is false, and those that it has found are invariants, too.
func Invariants(n *petri.Net, limit int) (list []Invariant, complete bool) {
	x := newElimination(n)
	complete = true
	for t, ok := x.cheapest(); ok; t, ok = x.cheapest() {
		if x.eliminate(t); x.alive > max(limit, len(n.Places)) {
			complete = false
			break
		}
	}
	for _, r := range x.rows {
		if r != nil && len(r.changes) == 0 {
			list = append(list, r.invariant(n))
		}
	}
	slices.SortFunc(list, func(a, b Invariant) int {
		return slices.CompareFunc(a.Terms, b.Terms, func(x, y Term) int { return cmp.Compare(x.Place, y.Place) })
	})
	return list, complete
}

// entry is a coefficient of a sparse vector; they are in the order of their indices.
type entry struct{ index, by int }

// row is a candidate for an invariant: the weights of places, and by how much each
// transition changes the weighted number of tokens.
type row struct {
	weights, changes []entry
	support          []uint64 // the places, a bit each
}

// elimination is the state of the algorithm: the rows, nil where one is not needed any
// more. By transition it has those that it changes, and how many it lowers and raises; by
// place those that it is in, and those of which it is the first. Rows that are gone stay
// in these lists.
type elimination struct {
	rows           []*row
	alive          int
	changed        [][]int
	lowers, raises []int
	in, first      [][]int
}

func newElimination(n *petri.Net) *elimination {
	m := len(n.Transitions)
	x := &elimination{changed: make([][]int, m), lowers: make([]int, m), raises: make([]int, m), in: make([][]int, len(n.Places)), first: make([][]int, len(n.Places))}
	for p := range n.Places {
		place := petri.PlaceID(p)
		var changes []entry
		for _, t := range n.Consumers.Of(place) {
			changes = append(changes, entry{int(t), -1})
		}
		for _, t := range n.Producers.Of(place) {
			changes = append(changes, entry{int(t), 1})
		}
		slices.SortFunc(changes, func(a, b entry) int { return cmp.Compare(a.index, b.index) })
		r := &row{weights: []entry{{p, 1}}, changes: sum(changes, nil, 1, 0), support: make([]uint64, (len(n.Places)+63)/64)}
		r.support[p/64] |= 1 << (p % 64)
		x.add(r)
	}
	return x
}

// sum is the sum of multiples of two vectors, without what becomes 0. An index may be
// there twice in a vector.
func sum(a, b []entry, x, y int) (out []entry) {
	for len(a)+len(b) > 0 {
		var e entry
		if len(b) == 0 || len(a) > 0 && a[0].index <= b[0].index {
			e, a = entry{a[0].index, a[0].by * x}, a[1:]
		} else {
			e, b = entry{b[0].index, b[0].by * y}, b[1:]
		}
		if k := len(out) - 1; k >= 0 && out[k].index == e.index {
			if out[k].by += e.by; out[k].by == 0 {
				out = out[:k]
			}
		} else {
			out = append(out, e)
		}
	}
	return out
}

func (x *elimination) add(r *row) {
	for _, c := range r.changes {
		x.changed[c.index] = append(x.changed[c.index], len(x.rows))
		x.count(c, 1)
	}
	for i, w := range r.weights {
		x.in[w.index] = append(x.in[w.index], len(x.rows))
		if i == 0 {
			x.first[w.index] = append(x.first[w.index], len(x.rows))
		}
	}
	x.rows = append(x.rows, r)
	x.alive++
}

func (x *elimination) remove(i int) {
	for _, c := range x.rows[i].changes {
		x.count(c, -1)
	}
	x.rows[i] = nil
	x.alive--
}

func (x *elimination) count(c entry, by int) {
	if c.by < 0 {
		x.lowers[c.index] += by
	} else {
		x.raises[c.index] += by
	}
}

// cheapest is the transition whose elimination adds the fewest rows.
func (x *elimination) cheapest() (best int, ok bool) {
	least := 0
	for t := range x.changed {
		down, up := x.lowers[t], x.raises[t]
		if more := down*up - down - up; down+up > 0 && (!ok || more < least) {
			best, least, ok = t, more, true
		}
	}
	return best, ok
}

// eliminate combines the rows that a transition raises with those that it lowers.
func (x *elimination) eliminate(t int) {
	var up, down []*row
	for _, i := range x.changed[t] {
		r := x.rows[i]
		if r == nil {
			continue
		}
		if r.change(t) > 0 {
			up = append(up, r)
		} else {
			down = append(down, r)
		}
		x.remove(i)
	}
	x.changed[t] = nil
	var made []*row
	for _, a := range up {
		for _, b := range down {
			made = append(made, combine(a, b, t))
		}
	}
	// A row whose places include all of another is not minimal, nor is any that is made of it.
	slices.SortStableFunc(made, func(a, b *row) int { return cmp.Compare(len(a.weights), len(b.weights)) })
	for _, r := range made {
		if x.minimal(r) {
			for _, i := range x.in[r.weights[0].index] {
				if k := x.rows[i]; k != nil && k.includes(r) {
					x.remove(i)
				}
			}
			x.add(r)
		}
	}
}

// minimal says whether a row includes no other.
func (x *elimination) minimal(r *row) bool {
	return !slices.ContainsFunc(r.weights, func(w entry) bool {
		return slices.ContainsFunc(x.first[w.index], func(i int) bool { return x.rows[i] != nil && r.includes(x.rows[i]) })
	})
}

func (r *row) change(t int) int {
	i, _ := slices.BinarySearchFunc(r.changes, t, func(e entry, t int) int { return cmp.Compare(e.index, t) })
	return r.changes[i].by
}

// includes says whether all places of another row are among those of r.
func (r *row) includes(other *row) bool {
	if len(other.weights) > len(r.weights) {
		return false
	}
	for i, word := range other.support {
		if word&^r.support[i] != 0 {
			return false
		}
	}
	return true
}

// combine adds two rows so that a transition does not change their sum.
func combine(a, b *row, t int) *row {
	x, y := -b.change(t), a.change(t)
	out := &row{weights: sum(a.weights, b.weights, x, y), changes: sum(a.changes, b.changes, x, y), support: slices.Clone(a.support)}
	for i, word := range b.support {
		out.support[i] |= word
	}
	divisor := 0
	for _, w := range out.weights {
		divisor = gcd(divisor, w.by)
	}
	if divisor > 1 {
		for _, list := range [][]entry{out.weights, out.changes} {
			for i := range list {
				list[i].by /= divisor
			}
		}
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (r *row) invariant(n *petri.Net) (inv Invariant) {
	for _, w := range r.weights {
		inv.Terms = append(inv.Terms, Term{petri.PlaceID(w.index), w.by})
		if n.Places[w.index].Marked {
			inv.Tokens += w.by
		}
	}
	return inv
}
