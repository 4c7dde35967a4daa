package replay

import (
	"slices"

	"adagio/dsl/model"
)

// span is a part of a type that holds a port, or a group, while it is active.
type span struct {
	port   int
	places []int
	alone  bool // one place
	moves  bool // a group that is counted by moves (rule 7.4)
	count  int  // how often a place alone is active: twice after rule 7.5; 1 of a group while it is
}

// initial is what a port is bound to, as it is in the beginning.
func initial(comp *model.Component, port int, places []int, b model.Binding, moves bool) span {
	x := span{port: port, places: places, alone: b.Kind == model.ToPlace, moves: moves}
	if slices.ContainsFunc(comp.Active, func(p int) bool { return slices.Contains(places, p) }) && !(!x.alone && slices.Contains(comp.Past.Ended, b.Index)) {
		x.count++
	}
	if x.alone && slices.Contains(comp.Past.Doubled, b.Index) {
		x.count++
	}
	return x
}

// lives says whether what holds a port is active.
func (m *machine) lives(x *span) bool {
	if x.alone || x.moves {
		return x.count > 0
	}
	return m.active(x.places)
}

// crosses says whether some transitions lie inside of a span.
func (m *machine) crosses(x *span, transitions []int) bool {
	return slices.ContainsFunc(transitions, func(i int) bool {
		return slices.Contains(x.places, m.t.Transitions[i].Src) && slices.Contains(x.places, m.t.Transitions[i].Dst)
	})
}

// begins says whether a span becomes active, or does again, by an entry from a dock set.
func (m *machine) begins(x *span, p int, set []int) bool {
	if !slices.Contains(x.places, p) || x.moves && m.crosses(x, set) {
		return false
	}
	return x.alone || !m.lives(x)
}

// leaving lists the transitions of the behaviour that leave a place.
func (m *machine) leaving(p int) (out []int) {
	for i, t := range m.t.Transitions {
		if t.Behaviour == m.behaviour && t.Src == p {
			out = append(out, i)
		}
	}
	return out
}

// active says whether a part is: a place, or a transition inside.
func (m *machine) active(places []int) bool {
	return slices.ContainsFunc(places, func(p int) bool { return m.at[p] }) || m.inside(places, func(i int) bool { return m.dock[i] != 0 })
}

// inside says whether such a transition lies in some places.
func (m *machine) inside(places []int, is func(i int) bool) bool {
	for i, t := range m.t.Transitions {
		if slices.Contains(places, t.Src) && slices.Contains(places, t.Dst) && is(i) {
			return true
		}
	}
	return false
}

// holdsPort says whether a provide port is active, or a use port in use.
func (m *machine) holdsPort(port int) bool {
	return m.kept[port] || slices.ContainsFunc(m.spans, func(x span) bool { return x.port == port && m.lives(&x) }) ||
		slices.ContainsFunc(m.t.Ports[port].Bound, func(b model.Binding) bool {
			return b.Kind == model.ToTransition && (m.dock[b.Index] == running || m.dock[b.Index] == ended)
		})
}

// locks lists the provide ports that must not be in use when a place is left.
func (m *machine) locks(p int) (ports []int) {
	for i := range m.spans {
		if x := &m.spans[i]; m.t.Ports[x.port].Kind == model.Provide && slices.Contains(x.places, p) && m.ends(x, p) {
			ports = append(ports, x.port)
		}
	}
	return ports
}

// ends says whether a span ends when a place of it is left: always if it is that place.
func (m *machine) ends(x *span, p int) bool {
	if x.alone || x.moves {
		return x.alone || x.count > 0 && !m.crosses(x, m.leaving(p))
	}
	return !slices.ContainsFunc(x.places, func(q int) bool { return q != p && m.at[q] }) &&
		!m.inside(x.places, func(i int) bool { return m.dock[i] != 0 || slices.Contains(m.leaving(p), i) })
}
