package model

import "slices"

// Remains is what a plan leaves of a component besides its places and data ports
// (semantics ballet, see [Past]), as far as the programs tell.
type Remains struct {
	// Refusing lists the provide ports that refuse, Open those of which it depends on the
	// order of the component's own transitions whether they do.
	Refusing, Open []int
	// Doubling lists the places that two dock sets enter, in the same pass perhaps: then
	// the component may be elsewhere in the end (see [Rules.DockSetsTogether]).
	Doubling []int
}

// Remains follows the programs as [Scenario.Final] does, whose error it does not repeat,
// and returns what is left of each component.
func (s *Scenario) Remains() []Remains {
	out := make([]Remains, len(s.Components))
	order := s.orders()
	for c := range s.Components {
		t := s.TypeOf(c)
		active, state := s.Components[c].Active, make([]refusal, len(t.Ports))
		for _, p := range s.Components[c].Past.Refusing {
			state[p] = refuses
		}
		for _, in := range s.Nodes[s.Components[c].Node].Program {
			switch {
			case in.Component != c:
			case in.Op == Add:
				active = []int{t.Initial}
				clear(state)
			case in.Op == Delete:
				active, out[c].Doubling = nil, nil
				clear(state)
			case in.Op == Push:
				o := order(c, in.Behaviour)
				x := &behaviourRun{t: t, b: in.Behaviour, before: active, entries: make([]int, len(t.Places)), reaches: t.reaches(o, in.Behaviour)}
				active, _ = t.after(o, active, in.Behaviour, x.entries)
				for p := range t.Ports {
					if t.Ports[p].Kind == Provide {
						state[p] = x.refusal(&t.Ports[p], state[p])
					}
				}
				for p, n := range x.entries {
					if n > 1 && !slices.Contains(out[c].Doubling, p) {
						out[c].Doubling = append(out[c].Doubling, p)
					}
				}
			}
		}
		for p := range state {
			switch {
			case active == nil:
			case state[p] == refuses:
				out[c].Refusing = append(out[c].Refusing, p)
			case state[p] == mayRefuse:
				out[c].Open = append(out[c].Open, p)
			}
		}
	}
	return out
}

// refusal says whether a port refuses.
type refusal uint8

const (
	accepting refusal = iota
	refuses
	mayRefuse
)

// behaviourRun is one behaviour of a component from its begin to its end.
type behaviourRun struct {
	t       *Type
	b       int
	before  []int    // active places
	entries []int    // by place: how often it is entered
	reaches [][]bool // by two places: transitions of the behaviour lead from one to the other
}

// refusal is whether a port refuses at the end, if it did so as it says at the begin:
// that was decided last by an attempt to leave a place, or by an entry.
func (x *behaviourRun) refusal(port *Port, before refusal) refusal {
	var left, entered []int
	for p := range x.t.Places {
		direct := slices.Contains(port.Bound, Binding{Kind: ToPlace, Index: p})
		if x.leaves(p) && (direct || x.crosses(port, p, true)) {
			left = append(left, p)
		}
		if x.entries[p] > 0 && (direct || x.crosses(port, p, false)) {
			entered = append(entered, p)
		}
	}
	last := func(events, others []int, follows func(event, other int) bool) bool {
		return slices.ContainsFunc(events, func(e int) bool {
			return !slices.ContainsFunc(others, func(o int) bool { return !follows(e, o) })
		})
	}
	switch {
	case len(left)+len(entered) == 0:
		return before
	case x.shared(port), slices.ContainsFunc(entered, x.t.HasDockSets): // it may be entered and left more than once
		return mayRefuse
	case last(entered, left, x.entryFollows):
		return accepting
	case last(left, entered, x.leaveFollows):
		return refuses
	}
	return mayRefuse
}

// shared says whether a group of the port may have several active places at a time:
// which of them ends it depends on [Rules.GroupsByMoves], and on their order.
func (x *behaviourRun) shared(port *Port) bool {
	return slices.ContainsFunc(port.Bound, func(b Binding) bool {
		if b.Kind != ToGroup {
			return false
		}
		var inside []int
		begin := 0
		for _, p := range x.t.Groups[b.Index].Places {
			if slices.Contains(x.before, p) {
				begin++
			}
			if slices.Contains(x.before, p) || x.entries[p] > 0 {
				inside = append(inside, p)
			}
		}
		return begin > 1 || slices.ContainsFunc(inside, func(p int) bool {
			return x.t.HasDockSets(p) || slices.ContainsFunc(inside, func(q int) bool { return p != q && !x.reaches[p][q] && !x.reaches[q][p] })
		})
	})
}

// leaves says whether a place is left.
func (x *behaviourRun) leaves(p int) bool {
	return (slices.Contains(x.before, p) || x.entries[p] > 0) && slices.ContainsFunc(x.t.Transitions, func(tr Transition) bool { return tr.Behaviour == x.b && tr.Src == p })
}

// crosses says whether a place of a group of the port is left to outside, or entered
// from there.
func (x *behaviourRun) crosses(port *Port, p int, leaves bool) bool {
	return slices.ContainsFunc(port.Bound, func(b Binding) bool {
		if b.Kind != ToGroup || !slices.Contains(x.t.Groups[b.Index].Places, p) {
			return false
		}
		return !slices.ContainsFunc(x.t.Transitions, func(tr Transition) bool {
			near, far := tr.Dst, tr.Src
			if leaves {
				near, far = far, near
			}
			return tr.Behaviour == x.b && near == p && slices.Contains(x.t.Groups[b.Index].Places, far)
		})
	})
}

// entryFollows says whether the entry into a place certainly comes after another is left.
func (x *behaviourRun) entryFollows(entered, left int) bool {
	if entered == left {
		return slices.Contains(x.before, left) // it is entered again
	}
	return x.reaches[left][entered]
}

// leaveFollows says whether a place is certainly left after the entry into another.
func (x *behaviourRun) leaveFollows(left, entered int) bool {
	if slices.Contains(x.before, left) {
		return false
	}
	return left == entered || x.reaches[entered][left]
}

// reaches says, for two places, whether transitions of a behaviour lead from one to the
// other; order is that of the places.
func (t *Type) reaches(order []int, b int) [][]bool {
	out := make([][]bool, len(t.Places))
	for i := len(order) - 1; i >= 0; i-- {
		from := order[i]
		out[from] = make([]bool, len(t.Places))
		for _, tr := range t.Transitions {
			if tr.Behaviour == b && tr.Src == from {
				out[from][tr.Dst] = true
				for p, yes := range out[tr.Dst] {
					out[from][p] = out[from][p] || yes
				}
			}
		}
	}
	return out
}
