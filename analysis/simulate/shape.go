package simulate

import (
	"cmp"
	"slices"

	"adagio/dsl/model"
)

// shape is a component type in the form that the rules read.
type shape struct {
	t          *model.Type
	concertoD  bool
	rules      model.Rules
	flows      []flow  // by behaviour
	spans      []span  // what ports are bound to
	placeSpans [][]int // by place: the spans that it is in
	innerSpans [][]int // by transition: the spans that it is inside of
	gates      [][]int // by transition: the use ports bound to it
}

// flow is the graph of one behaviour.
type flow struct {
	transitions []int
	places      []int     // those that a transition of the behaviour touches
	out         [][]int   // by place: the transitions that leave it
	docks       [][][]int // by place: its dock sets, in the order of their numbers
}

// span is a part of a type that holds a port while it is active: one place, or
// a group with the transitions inside (of several groups and places under
// ConcertoD, where group is -1).
type span struct {
	port   int
	places int  // 2 for more
	group  int  // of the type, or -1
	alone  bool // a place by itself
}

func newShape(t *model.Type, sem model.Semantics, rules model.Rules) *shape {
	sh := &shape{
		t:          t,
		concertoD:  sem == model.ConcertoD,
		rules:      rules,
		placeSpans: make([][]int, len(t.Places)),
		innerSpans: make([][]int, len(t.Transitions)),
		gates:      make([][]int, len(t.Transitions)),
	}
	for b := range t.Behaviours {
		sh.flows = append(sh.flows, newFlow(t, b))
	}
	for p, port := range t.Ports {
		var all []int // the places that the port is bound to, by themselves or in groups
		for _, bound := range port.Bound {
			var places []int
			group := -1
			switch bound.Kind {
			case model.ToTransition:
				sh.gates[bound.Index] = append(sh.gates[bound.Index], p)
				continue
			case model.ToPlace:
				places = []int{bound.Index}
			case model.ToGroup:
				places, group = t.Groups[bound.Index].Places, bound.Index
			}
			if sh.concertoD {
				all = append(all, places...)
			} else {
				sh.addSpan(span{port: p, group: group, alone: bound.Kind == model.ToPlace}, places)
			}
		}
		if len(all) > 0 { // always one group
			sh.addSpan(span{port: p, group: -1}, all)
		}
	}
	sh.orderSpans()
	return sh
}

// orderSpans has the ports of a place itself asked before those of its groups.
func (sh *shape) orderSpans() {
	for _, spans := range sh.placeSpans {
		slices.SortStableFunc(spans, func(a, b int) int { return cmp.Compare(sh.spans[a].places, sh.spans[b].places) })
	}
}

func (sh *shape) addSpan(s span, places []int) {
	id := len(sh.spans)
	s.places = min(len(places), 2)
	sh.spans = append(sh.spans, s)
	for _, p := range places {
		if !slices.Contains(sh.placeSpans[p], id) {
			sh.placeSpans[p] = append(sh.placeSpans[p], id)
		}
	}
	for i, tr := range sh.t.Transitions {
		if slices.Contains(places, tr.Src) && slices.Contains(places, tr.Dst) {
			sh.innerSpans[i] = append(sh.innerSpans[i], id)
		}
	}
}

func newFlow(t *model.Type, b int) flow {
	f := flow{out: make([][]int, len(t.Places)), docks: make([][][]int, len(t.Places))}
	for i, tr := range t.Transitions {
		if tr.Behaviour == b {
			f.transitions = append(f.transitions, i)
			f.out[tr.Src] = append(f.out[tr.Src], i)
		}
	}
	for p := range t.Places {
		var numbers []int
		for _, i := range f.transitions {
			if t.Transitions[i].Dst == p {
				numbers = append(numbers, t.Transitions[i].DockSet)
			}
		}
		slices.Sort(numbers)
		for _, number := range slices.Compact(numbers) {
			var set []int
			for _, i := range f.transitions {
				if tr := t.Transitions[i]; tr.Dst == p && tr.DockSet == number {
					set = append(set, i)
				}
			}
			f.docks[p] = append(f.docks[p], set)
		}
		if len(f.out[p]) > 0 || len(f.docks[p]) > 0 {
			f.places = append(f.places, p)
		}
	}
	return f
}
