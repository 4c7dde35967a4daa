package lanes

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Program is an event graph made ready to be dated many times. It is immutable.
type Program struct {
	graph *petri.EventGraph
	steps []step
	edges []edge // of the steps, one after another
	cuts  []int32
	laws  []law
	// starts and ends are where the dates of each node's start and of the end of its
	// program are.
	starts, ends []edge
	// Draws is how many random numbers an execution takes, Error the greatest error of
	// the tables that they go through.
	Draws int
	Error float64
}

// edge is a date: a constant time after that of a step.
type edge struct {
	from  int32
	after time.Duration
}

// origin is the step that all dates are counted from.
const origin = 0

// step makes a row of dates out of earlier rows: after a single edge, a delay; or the
// greatest of several edges, or the least of the greatest of each of several parts of them.
type step struct {
	edges, end int32 // in the list of the program
	// Where each part but the last ends, in the list of the program.
	cuts, lastCut int32
	law           int32  // of the delay; -1 if there is none
	key           uint64 // of the delay
	event         petri.EventID
}

// law is how a delay that varies is drawn, above its least value: by a table, from a
// sample, or evenly from 0 up to width, exclusive.
type law struct {
	table  *Table
	sample []time.Duration
	width  uint64
	// Of a delay with a factor: its key, and how many of 2⁶³ random numbers have the delay
	// where the factor is.
	factor, share uint64
}

// Compile makes a program of an event graph. The graph must be complete, and its dates be
// sums of delays. Every delay that varies is taken as independent of all others, and an
// interval as drawn evenly.
func Compile(g *petri.EventGraph) (*Program, error) {
	if !g.Complete {
		return nil, fmt.Errorf("the programs of the plan do not all end")
	}
	if g.Covered() {
		return nil, petri.ErrCovered
	}
	if g.Bracketed() {
		return nil, petri.ErrSleeps
	}
	first, last, err := g.Bracket()
	if err != nil {
		return nil, err
	}
	c := &compiler{
		Program: &Program{graph: g}, at: make([]edge, g.Len()), joins: map[string]edge{}, laws: map[lawKey]int32{}, names: newNames(g.Net.Scenario),
	}
	c.add(step{law: -1, event: -1}, nil, 0, 0)
	for i, needed := range needed(g) {
		if needed {
			e := petri.EventID(i)
			c.at[i] = c.delay(e, c.join(e), first[i], last[i])
		}
	}
	for n := range g.Ends {
		c.starts, c.ends = append(c.starts, c.at[g.Starts[n]]), append(c.ends, c.at[g.Ends[n]])
	}
	return c.Program, nil
}

// needed marks the events that the end of some program waits for, and starts.
func needed(g *petri.EventGraph) []bool {
	out := make([]bool, g.Len())
	for n := range g.Ends {
		out[g.Ends[n]], out[g.Starts[n]] = true, true
	}
	for i := len(out) - 1; i >= 0; i-- {
		if out[i] {
			for _, p := range g.Causes(petri.EventID(i)) {
				out[p] = true
			}
		}
	}
	return out
}

// compiler makes a program.
type compiler struct {
	*Program
	at          []edge          // by event
	first, last []time.Duration // by step, the least and the greatest date
	joins       map[string]edge // that have been made already
	laws        map[lawKey]int32
	names       *names
	budget      int // see follows
}

// lawKey tells delays with different laws apart.
type lawKey struct {
	kind         model.DelayKind
	lo, hi, a, b time.Duration
	sample       *time.Duration
	n            int
	factor       *model.Factor
}

// add appends a step with its edges.
func (c *compiler) add(s step, edges []edge, first, last time.Duration) edge {
	s.edges = int32(len(c.edges))
	c.edges = append(c.edges, edges...)
	s.end = int32(len(c.edges))
	c.steps = append(c.steps, s)
	c.first, c.last = append(c.first, first), append(c.last, last)
	return edge{int32(len(c.steps)) - 1, 0}
}

// delay is the date of an event that is enabled at a date. A transition that takes time
// has a step of its own, even if it takes always the same: it may be critical.
func (c *compiler) delay(e petri.EventID, enabled edge, first, last time.Duration) edge {
	d := c.graph.Delay(e)
	enabled.after += d.Lo
	s := step{law: -1, event: e}
	if !d.IsConstant() {
		s.law, s.key = c.lawOf(d), c.names.key(*c.graph.Origin(e))
		c.Draws++
	} else if d.Hi == 0 || c.graph.Category(e) != petri.Work {
		return enabled
	}
	return c.add(s, []edge{enabled}, first, last)
}

// join is the date at which an event is enabled: the least, over its alternatives, of the
// date of their last cause.
func (c *compiler) join(e petri.EventID) edge {
	var parts [][]edge
	c.graph.Alternatives(e, func(causes []petri.EventID) bool {
		parts = append(parts, c.latest(causes))
		return true
	})
	slices.SortFunc(parts, func(a, b []edge) int {
		return slices.CompareFunc(a, b, func(x, y edge) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.after, y.after)) })
	})
	parts = slices.CompactFunc(parts, slices.Equal)
	if len(parts) == 1 && len(parts[0]) == 1 {
		return parts[0][0]
	}
	shift := parts[0][0].after
	var key []byte
	var edges []edge
	s := step{law: -1, event: -1, cuts: int32(len(c.cuts))}
	first, last := model.Never, model.Never
	for _, part := range parts {
		var partFirst, partLast time.Duration
		for i, x := range part {
			partFirst, partLast = max(partFirst, c.first[x.from]+x.after), max(partLast, c.last[x.from]+x.after)
			part[i].after -= shift
			key = binary.AppendVarint(binary.AppendVarint(key, int64(x.from)+1), int64(part[i].after))
		}
		first, last = min(first, partFirst), min(last, partLast)
		key = binary.AppendVarint(key, 0)
		edges = append(edges, part...)
	}
	if known, ok := c.joins[string(key)]; ok {
		return edge{known.from, shift}
	}
	at := int32(len(c.edges))
	for _, part := range parts[:len(parts)-1] {
		at += int32(len(part))
		c.cuts = append(c.cuts, at)
	}
	s.lastCut = int32(len(c.cuts))
	c.joins[string(key)] = c.add(s, edges, first-shift, last-shift)
	return edge{c.joins[string(key)].from, shift}
}

// latest lists the causes that may be the last, as dates: one for each step that they
// follow, without those that others always come after. What follows another by no less
// than a time stands for it where both come last, for then it does by just that time: a
// critical path through one is one through the other.
func (c *compiler) latest(causes []petri.EventID) []edge {
	if len(causes) == 0 {
		return []edge{{origin, 0}}
	}
	list := make([]edge, 0, len(causes))
	soonest := time.Duration(0)
	for _, p := range causes {
		x := c.at[p]
		list = append(list, x)
		soonest = max(soonest, c.first[x.from]+x.after)
	}
	slices.SortFunc(list, func(a, b edge) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.after, a.after)) })
	list = slices.CompactFunc(list, func(a, b edge) bool { return a.from == b.from })
	list = slices.DeleteFunc(list, func(x edge) bool { return c.last[x.from]+x.after < soonest })
	if len(list) == 1 || len(list) > mostCompared {
		return list
	}
	for _, x := range slices.Clone(list) {
		list = slices.DeleteFunc(list, func(y edge) bool {
			c.budget = lookBack
			return y.from < x.from && c.follows(x, y)
		})
	}
	return list
}

// How many causes are compared with one another, and how many edges are followed back from
// one in search of another.
const (
	mostCompared = 64
	lookBack     = 64
)

// follows says whether a date certainly is no earlier than another, as far as the budget
// lets it find out.
func (c *compiler) follows(x, y edge) bool {
	if x.from == y.from {
		return x.after >= y.after
	}
	s := &c.steps[x.from]
	if x.from < y.from || s.cuts < s.lastCut {
		return false
	}
	for _, z := range c.edges[s.edges:s.end] {
		if c.budget--; c.budget < 0 {
			return false
		}
		if c.follows(edge{z.from, z.after + x.after}, y) {
			return true
		}
	}
	return false
}

// lawOf is the number of a law.
func (c *compiler) lawOf(d model.Delay) int32 {
	key := lawKey{kind: d.Kind, lo: d.Lo, hi: d.Hi, a: d.A, b: d.B, n: len(d.Sample), factor: d.Factor}
	if len(d.Sample) > 0 {
		key.sample = &d.Sample[0]
	}
	id, ok := c.laws[key]
	if ok {
		return id
	}
	id = int32(len(c.Program.laws))
	c.laws[key] = id
	l := law{width: uint64(d.Hi-d.Lo) + 1}
	if d.Kind == model.Empirical {
		sample := d.Sample
		if d.Factor != nil {
			sample = d.Order
		}
		for _, v := range sample {
			l.sample = append(l.sample, v-d.Lo)
		}
	} else if t, ok := d.Truncated(); ok {
		l.table = newTable(d, t)
		c.Error = max(c.Error, l.table.Error)
	}
	if f := d.Factor; f != nil {
		l.factor, l.share = factorKey(f), uint64(f.Share*(1<<63))
	}
	c.Program.laws = append(c.Program.laws, l)
	return id
}
