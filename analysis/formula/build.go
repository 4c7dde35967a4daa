package formula

import (
	"slices"
	"time"

	"adagio/analysis"
	"adagio/petri"
)

// builder makes a formula from a graph.
type builder struct {
	*petri.EventGraph
	out          *Formula
	lo, hi       []time.Duration
	alternatives [][][]petri.EventID // of each event, pruned
	uses         []int               // how often each event is needed
	terms        []Term              // by event
	variable     []int               // by event, -1 for none
	names        []string            // by event: that of its delay
	named        []int               // by event: its definition, or -1
}

// prune leaves out causes that are never the last one and alternatives that are
// never the first one, by the intervals of their dates.
func (b *builder) prune() {
	b.alternatives = make([][][]petri.EventID, b.Len())
	for e := range b.alternatives {
		b.Alternatives(petri.EventID(e), func(causes []petri.EventID) bool {
			b.alternatives[e] = append(b.alternatives[e], b.pruneCauses(causes))
			return true
		})
		b.alternatives[e] = b.pruneAlternatives(b.alternatives[e])
	}
}

// pruneCauses keeps the causes that may be the last: those whose latest date is
// later than the greatest of the earliest dates, and that one.
func (b *builder) pruneCauses(causes []petri.EventID) []petri.EventID {
	if len(causes) < 2 {
		return causes
	}
	sure := slices.MaxFunc(causes, func(p, q petri.EventID) int { return int(min(max(b.lo[p]-b.lo[q], -1), 1)) })
	var out []petri.EventID
	for _, p := range causes {
		if p == sure || b.hi[p] > b.lo[sure] && !b.before(p, causes) {
			out = append(out, p)
		} else {
			b.out.Pruned++
		}
	}
	return out
}

// searched bounds the search for one cause among the causes of another.
const searched = 64

// before says whether a cause is a cause of another, and so never later.
func (b *builder) before(p petri.EventID, causes []petri.EventID) bool {
	for _, q := range causes {
		if p == q {
			continue
		}
		budget := searched
		if b.follows(q, p, &budget) {
			return true
		}
	}
	return false
}

// follows says whether q certainly comes after p: p is a cause in each of its
// alternatives, as far as that is found within the budget.
func (b *builder) follows(q, p petri.EventID, budget *int) bool {
	if q == p {
		return true
	}
	if *budget--; q < p || *budget < 0 {
		return false
	}
	for _, a := range b.alternatives[q] {
		if !slices.ContainsFunc(a, func(r petri.EventID) bool { return b.follows(r, p, budget) }) {
			return false
		}
	}
	return true
}

// pruneAlternatives keeps the alternatives that may be the first.
func (b *builder) pruneAlternatives(list [][]petri.EventID) [][]petri.EventID {
	if len(list) < 2 {
		return list
	}
	ready := func(causes []petri.EventID, dates []time.Duration) (latest time.Duration) {
		for _, p := range causes {
			latest = max(latest, dates[p])
		}
		return latest
	}
	sure := 0
	for i, a := range list {
		if ready(a, b.hi) < ready(list[sure], b.hi) {
			sure = i
		}
	}
	limit := ready(list[sure], b.hi)
	var out [][]petri.EventID
	for i, a := range list {
		if i == sure || ready(a, b.lo) < limit {
			out = append(out, a)
		} else {
			b.out.Pruned += len(a)
		}
	}
	return out
}

// count counts how often each event is needed for the end of a program.
func (b *builder) count() {
	b.uses = make([]int, b.Len())
	for n, end := range b.Ends {
		b.uses[end]++
		b.uses[b.Starts[n]]++
	}
	for e := b.Len() - 1; e >= 0; e-- {
		if b.uses[e] == 0 {
			continue
		}
		for _, a := range b.alternatives[e] {
			for _, p := range a {
				b.uses[p]++
			}
		}
	}
}

// build makes the terms of all events that are needed, causes first.
func (b *builder) build() {
	b.terms, b.named = make([]Term, b.Len()), make([]int, b.Len())
	for e := range b.terms {
		id := petri.EventID(e)
		b.variable[e], b.named[e] = -1, -1
		if b.uses[e] == 0 {
			continue
		}
		t := b.ready(id)
		d := b.Delay(id)
		if name := b.names[e]; name != "" {
			b.variable[e] = len(b.out.Variables)
			t.Variables = append(t.Variables, b.variable[e])
			b.out.Variables = append(b.out.Variables, Variable{Name: name, Delay: d, Origin: *b.Origin(id)})
		} else {
			t.Free = analysis.Bound{Lower: t.Free.Lower + d.Lo, Upper: t.Free.Upper + d.Hi}
		}
		b.terms[e] = t
	}
	for n, end := range b.Ends {
		b.out.Ends = append(b.out.Ends, End{Node: n, Start: b.variable[b.Starts[n]], Term: b.take(end)})
	}
	b.pruneEnds()
}

// take is the term of an event where it is used: itself if that is the only use,
// otherwise a name.
func (b *builder) take(e petri.EventID) Term {
	t := b.terms[e]
	simple := len(t.Variables) == 0 && t.Free == analysis.Bound{} || t.Ref < 0 && len(t.Variables) == 1 && t.Free == analysis.Bound{}
	if b.uses[e] == 1 {
		return t
	}
	if simple {
		t.Variables = slices.Clip(t.Variables)
		return t
	}
	if b.named[e] < 0 {
		b.named[e] = b.define(Max, []Term{t})
	}
	return Term{Ref: b.named[e]}
}

func (b *builder) define(op Op, terms []Term) int {
	b.out.Definitions = append(b.out.Definitions, Definition{op, terms})
	return len(b.out.Definitions) - 1
}

// ready is when an event can begin: the least of its alternatives, each the
// greatest of its causes.
func (b *builder) ready(e petri.EventID) Term {
	var alternatives []Term
	for _, a := range b.alternatives[e] {
		var terms []Term
		for _, p := range a {
			terms = append(terms, b.take(p))
		}
		alternatives = append(alternatives, b.join(Max, terms))
	}
	return b.join(Min, alternatives)
}

// join makes one term of several, without those that the others cover.
func (b *builder) join(op Op, terms []Term) Term {
	var kept []Term
	needless := func(t, u Term) bool { // t beside u
		if op == Max {
			return b.covers(u, t, expanded)
		}
		return b.covers(t, u, expanded)
	}
	for i, t := range terms {
		if len(terms) > compared {
			kept = terms
			break
		}
		later := slices.ContainsFunc(terms[i+1:], func(u Term) bool { return needless(t, u) })
		if later || slices.ContainsFunc(kept, func(u Term) bool { return needless(t, u) }) {
			b.out.Pruned++
		} else {
			kept = append(kept, t)
		}
	}
	switch len(kept) {
	case 0:
		return Term{Ref: -1}
	case 1:
		return kept[0]
	}
	return Term{Ref: b.define(op, kept)}
}

// compared is how many terms are compared with one another, so that the work stays
// in proportion to the graph.
const compared = 50

// expanded is how many definitions are looked into to see that one term covers
// another.
const expanded = 6

// beyond is by how much u is greater than t at least, apart from their definitions:
// what they share counts on neither side.
func (b *builder) beyond(u, t Term) time.Duration {
	least := u.Free.Lower - t.Free.Upper
	for _, v := range u.Variables {
		if !slices.Contains(t.Variables, v) {
			least += b.out.Variables[v].Delay.Lo
		}
	}
	for _, v := range t.Variables {
		if !slices.Contains(u.Variables, v) {
			least -= b.out.Variables[v].Delay.Hi
		}
	}
	return least
}

// covers says whether u is at least t for all delays in their intervals.
func (b *builder) covers(u, t Term, depth int) bool {
	if u.Ref == t.Ref && b.beyond(u, t) >= 0 {
		return true
	}
	if u.Ref < 0 || u.Ref < t.Ref || depth == 0 {
		return false
	}
	d := b.out.Definitions[u.Ref]
	covered := func(part Term) bool {
		part.Variables = slices.Concat(part.Variables, u.Variables)
		part.Free = analysis.Bound{Lower: part.Free.Lower + u.Free.Lower, Upper: part.Free.Upper + u.Free.Upper}
		return b.covers(part, t, depth-1)
	}
	if d.Op == Min {
		return !slices.ContainsFunc(d.Terms, func(part Term) bool { return !covered(part) })
	}
	return slices.ContainsFunc(d.Terms, covered)
}

// pruneEnds leaves out the programs that are never the longest, and then the
// definitions that nothing refers to.
func (b *builder) pruneEnds() {
	f := b.out
	sure := time.Duration(0)
	for _, e := range f.Ends {
		sure = max(sure, b.lo[b.Ends[e.Node]]-b.hi[b.Starts[e.Node]])
	}
	f.Ends = slices.DeleteFunc(f.Ends, func(e End) bool {
		return b.hi[b.Ends[e.Node]]-b.lo[b.Starts[e.Node]] < sure
	})
	b.sweep()
}

// sweep drops definitions and variables that are not used, and numbers the
// others anew.
func (b *builder) sweep() {
	f := b.out
	used, variables := make([]bool, len(f.Definitions)), make([]bool, len(f.Variables))
	mark := func(t Term) {
		if t.Ref >= 0 {
			used[t.Ref] = true
		}
		for _, v := range t.Variables {
			variables[v] = true
		}
	}
	for _, e := range f.Ends {
		mark(e.Term)
		if e.Start >= 0 {
			variables[e.Start] = true
		}
	}
	for i := len(f.Definitions) - 1; i >= 0; i-- {
		if used[i] {
			for _, t := range f.Definitions[i].Terms {
				mark(t)
			}
		}
	}
	refs, names := keep(&f.Definitions, used), keep(&f.Variables, variables)
	renumber := func(t *Term) {
		if t.Ref >= 0 {
			t.Ref = refs[t.Ref]
		}
		t.Variables = slices.Clone(t.Variables)
		for i, v := range t.Variables {
			t.Variables[i] = names[v]
		}
	}
	for i := range f.Definitions {
		for k := range f.Definitions[i].Terms {
			renumber(&f.Definitions[i].Terms[k])
		}
	}
	for i := range f.Ends {
		renumber(&f.Ends[i].Term)
		if s := f.Ends[i].Start; s >= 0 {
			f.Ends[i].Start = names[s]
		}
	}
}

// keep drops what is not used, and returns the new index of each.
func keep[T any](list *[]T, used []bool) []int {
	index := make([]int, len(used))
	var out []T
	for i, x := range *list {
		if index[i] = len(out); used[i] {
			out = append(out, x)
		}
	}
	*list = out
	return index
}
