package rank

import (
	"cmp"
	"slices"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/precedence"
)

// run is an event graph with its dates at both ends, whose events can be found by what
// they are.
type run struct {
	*petri.EventGraph
	s      *model.Scenario
	lo, hi []duration
	index  *index // see indexed

	certain *precedence.Certain // see order
	forest  *precedence.Forest
}

// order returns what is certain of the order of events, and makes the forest, when it is
// first asked for.
func (r *run) order() *precedence.Certain {
	if r.certain == nil {
		r.certain, r.forest = precedence.NewCertain(r.EventGraph), precedence.NewForest(r.EventGraph, r.lo)
	}
	return r.certain
}

// free gives back what order has made.
func (r *run) free() {
	if r.certain != nil {
		r.certain.Free()
		r.forest.Free()
	}
}

// events returns the runs of a plan, made ready for comparisons once.
func (p *Plan) events() ([]run, error) {
	if p.runs != nil {
		return p.runs, nil
	}
	for _, r := range p.Result.Runs {
		out := run{EventGraph: r.Graph, s: p.Result.Scenario}
		var err error
		if out.lo, out.hi, err = r.Graph.Bracket(); err != nil || r.Graph.Bracketed() || r.Graph.Covered() {
			return nil, cmp.Or(err, petri.ErrCovered)
		}
		p.runs = append(p.runs, out)
	}
	return p.runs, nil
}

// key says what an event is, whatever else the plan does: two plans of one model have
// events in common. Those of one key are told apart by their order. The firings of a
// transition are not told apart by the pushes that they belong to: their order is that of
// the pushes.
type key struct {
	what                                     petri.What
	node, component, behaviour               int32
	push, element, aboutNode, about, aboutOf int32
	instruction                              int32 // the first like it of the node in the plan of the index, or -1; -2 for no instruction
}

// index finds the events of a run.
type index struct {
	s     *model.Scenario // of the run
	group map[key]int32   // of the events with that key
	first []petri.EventID // by group
	next  []petri.EventID // by event: the next of its group, or -1
}

// indexed returns the index of a run, made when it is first asked for.
func (r *run) indexed() *index {
	if r.index != nil {
		return r.index
	}
	x := &index{s: r.s, group: make(map[key]int32, r.Len()), next: make([]petri.EventID, r.Len())}
	r.index = x
	var last []petri.EventID // by group
	r.eachKey(x, func(e petri.EventID, k key) {
		g, ok := x.group[k]
		if x.next[e] = -1; ok {
			x.next[last[g]], last[g] = e, e
			return
		}
		x.group[k] = int32(len(last))
		x.first, last = append(x.first, e), append(last, e)
	})
	return x
}

// eachKey calls yield for every event of a run with its key for an index.
func (r *run) eachKey(x *index, yield func(petri.EventID, key)) {
	like := make([][]int32, len(r.s.Nodes)) // by node and instruction
	for n := range like {
		like[n] = x.alike(n, r.s.Nodes[n].Program)
	}
	for e, t := range r.Transition {
		o := r.Net.Transitions[t].Origin
		k := key{
			what: o.What(), node: int32(o.Node), component: int32(o.Component), behaviour: int32(o.Behaviour),
			push: int32(o.Push), element: int32(o.Element), aboutNode: int32(o.Fact.Node), about: int32(o.Fact.Component), aboutOf: int32(o.Fact.Index), instruction: -2,
		}
		if o.Category() == petri.Work {
			k.push = -1
		}
		if o.Instruction >= 0 {
			k.instruction = like[o.Node][o.Instruction]
		}
		yield(petri.EventID(e), k)
	}
}

// alike returns for each instruction of a program of a node the first one like it in that of
// the plan of the index, or -1.
func (x *index) alike(node int, program []model.Instruction) []int32 {
	own, out := x.s.Nodes[node].Program, make([]int32, len(program))
	for i := range program {
		out[i] = int32(indexOf(&program[i], own))
	}
	return out
}

// match pairs events of the run of the index with those of another that are the same.
func (x *index) match(other *run, pair func(own, others petri.EventID)) {
	at := slices.Clone(x.first)
	other.eachKey(x, func(f petri.EventID, k key) {
		if g, ok := x.group[k]; ok && at[g] >= 0 {
			pair(at[g], f)
			at[g] = x.next[at[g]]
		}
	})
}
