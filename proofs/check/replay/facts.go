package replay

import (
	"slices"

	"adagio/dsl/model"
)

// fact is what a step may need of others, by its letter: of a component's use port, that it
// is served (s) or allowed (w, which is "willing"), of a provide port that nobody uses it
// (u), or that by one connection it does not (d); that a component is idle (c), or all of a node (n). Part says by which connections:
// all of the port, or only those in its node, or to others.
type fact struct {
	letter   byte
	of, what int
	part     part
}

type part uint8

const (
	whole part = iota
	within
	across
)

// refuses says whether a provide port is refusing: a place is to be left, or has been and
// none of the port's has become active since, nor a group.
func (r *replay) refuses(c, port int) bool {
	m := &r.machines[c]
	if m.flags[port] && r.s.Semantics == model.Ballet || r.s.Semantics == model.ConcertoD && !m.holdsPort(port) {
		return true
	}
	for p := range m.at {
		if m.due(p) && slices.Contains(m.locks(p), port) {
			return true
		}
	}
	return false
}

// shows says whether a node tells others that components are idle: it has started, and is
// at no wait that holds.
func (r *replay) shows(n int) bool {
	i, program := r.next[n], r.s.Nodes[n].Program
	return i >= 0 && !(i < len(program) && program[i].Holding)
}

// there says whether a node can be asked: it has started. With the executor ideal it is known from the
// beginning what the ports are of a node that starts at once.
func (r *replay) there(n int) bool {
	return r.next[n] >= 0 || r.s.Network.Profile.Kind == model.Ideal && r.s.Nodes[n].Start.Hi == 0
}

// used says whether the user of a link holds its port, as whoever cannot be asked yet.
func (r *replay) used(l int) bool {
	user := &r.machines[r.s.Links[l].User]
	return !r.there(user.Node) || user.holdsPort(r.s.Links[l].UsePort)
}

// true says whether a fact is so.
func (r *replay) true(f fact) bool {
	answer := f.letter != 's'
	switch f.letter {
	case 's', 'w', 'u':
		for _, l := range r.links[f.of] {
			link := &r.s.Links[l]
			provider, user := &r.machines[link.Provider], &r.machines[link.User]
			switch {
			case f.part != whole && (f.part == within) != (provider.Node == user.Node):
			case f.letter == 'u':
				if link.Provider == f.of && link.ProvidePort == f.what && r.sides[l][1] && r.used(l) {
					return false
				}
			case link.User != f.of || link.UsePort != f.what || !r.sides[l][0]:
			case f.letter == 's':
				answer = answer || r.there(provider.Node) && provider.holdsPort(link.ProvidePort)
			case provider.exists && r.refuses(link.Provider, link.ProvidePort):
				return false
			}
		}
	case 'd':
		return !r.used(f.what)
	case 'c':
		return r.machines[f.of].idle() && r.shows(r.machines[f.of].Node)
	case 'n':
		answer = r.shows(f.of)
		for c := range r.machines {
			m := &r.machines[c]
			answer = answer && (m.Node != f.of || !m.exists || m.idle())
		}
	}
	return answer
}

// learn notes which facts of a component hold now, for those that find out later.
func (r *replay) learn(c int) {
	m := &r.machines[c]
	facts := []fact{{'c', c, 0, whole}, {'n', m.Node, 0, whole}}
	for p, port := range m.t.Ports {
		if port.Kind.IsUse() {
			facts = append(facts, fact{'s', c, p, whole}, fact{'w', c, p, whole}, fact{'w', c, p, across})
		} else {
			facts = append(facts, fact{'u', c, p, whole}, fact{'u', c, p, across})
		}
	}
	for _, l := range r.links[c] {
		if r.s.Links[l].User == c {
			facts = append(facts, fact{'d', c, l, whole})
		}
	}
	for _, f := range facts {
		on := r.true(f)
		if on || r.holds[f] {
			r.last[f] = r.now
		}
		r.holds[f] = on
	}
}
