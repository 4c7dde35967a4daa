package component

import (
	"encoding/binary"
	"slices"

	"adagio/dsl/model"
)

// localState is a state of the component without time: what is true of its elements,
// sorted. Of a large component little is true at a time.
type localState struct{ facts []localFact }

// localFact is something that is true of one element in a state.
type localFact struct {
	what  localKind
	index int32
}

type localKind uint8

const (
	isActive   localKind = iota // a place is active
	isLeft                      // a place that may be entered again has been left in this push
	isTried                     // the departure from a place has been attempted
	isDeparted                  // a transition has departed
	isRunning                   // … runs, and a port follows that
	isOver                      // … has ended, and a port follows that
	isRefusing                  // a port refuses
	isProvided                  // a port was active once and stays so
	isBegun                     // a holder that moves is active
	isDoubled                   // two dock sets have entered a place together
	isAdded                     // the component is being added
)

func compareFacts(a, b localFact) int {
	if a.what != b.what {
		return int(a.what) - int(b.what)
	}
	return int(a.index - b.index)
}

func (st *localState) is(what localKind, index int) bool {
	_, found := slices.BinarySearchFunc(st.facts, localFact{what, int32(index)}, compareFacts)
	return found
}

func (st *localState) set(what localKind, index int, holds bool) {
	f := localFact{what, int32(index)}
	i, found := slices.BinarySearchFunc(st.facts, f, compareFacts)
	switch {
	case holds && !found:
		st.facts = slices.Insert(st.facts, i, f)
	case !holds && found:
		st.facts = slices.Delete(st.facts, i, i+1)
	}
}

// stateKey identifies a state: its facts, written one after another.
type stateKey string

func (st *localState) key() stateKey {
	b := make([]byte, 0, 5*len(st.facts))
	for _, f := range st.facts {
		b = binary.BigEndian.AppendUint32(append(b, byte(f.what)), uint32(f.index))
	}
	return stateKey(b)
}

func (st *localState) clone() *localState {
	return &localState{slices.Clone(st.facts)}
}

// startState is the state when the plan starts, or before the component is added.
func (l *Space) startState(active []int, past model.Past) *localState {
	st := &localState{}
	for _, p := range active {
		st.set(isActive, p, true)
	}
	for _, p := range past.Provided {
		st.set(isProvided, p, l.stays(p))
	}
	for _, p := range past.Doubled {
		st.set(isDoubled, p, l.doubles(p))
	}
	for h := range l.holders {
		st.set(isBegun, h, l.holders[h].moves && l.elementsActive(st, h) > 0 && !slices.ContainsFunc(past.Ended, func(g int) bool {
			return slices.Equal(l.group(l.t.Groups[g].Places).places, l.holders[h].places)
		}))
	}
	for _, p := range l.ports {
		l.provide(st, p)
		if l.t.Ports[p].Kind == model.Provide {
			st.set(isRefusing, p, slices.Contains(past.Refusing, p) || l.rules.AllowActive && !l.isHeld(st, p))
		}
	}
	return st
}

// provide notes that a data port that stays is active.
func (l *Space) provide(st *localState, port int) {
	if l.stays(port) && !st.is(isProvided, port) && slices.ContainsFunc(l.elements[port].places, func(p int) bool { return st.is(isActive, p) }) {
		st.set(isProvided, port, true)
	}
}

// begin puts the state into a new mode.
func (st *localState) begin() {
	st.facts = slices.DeleteFunc(st.facts, func(f localFact) bool { return f.what == isLeft })
}

// register is the value of a register, see [Space.registers].
func (l *Space) register(st *localState, r int) int {
	holds, ports := false, len(l.t.Ports)
	switch r -= len(l.holders); {
	case r < 0:
		return l.count(st, r+len(l.holders))
	case r < ports:
		holds = st.is(isRefusing, r)
	case r < 2*ports:
		holds = st.is(isProvided, r-ports)
	default:
		return int(l.details.ID(l.detail(st, r-2*ports)))
	}
	if holds {
		return 1
	}
	return 0
}

// registers is the number of registers: a count of each holder, then by port
// whether it refuses, then whether it was active once and stays so, then which of its
// places the component tries to leave or has doubled. The last is asked of the ports
// in detailed only.
func (l *Space) registers() int { return len(l.holders) + 3*len(l.t.Ports) }

// detail lists the facts about a port that its count and its flags do not tell, and
// that what an event does to it depends on.
func (l *Space) detail(st *localState, port int) (out []localFact) {
	for _, f := range st.facts {
		if (f.what == isTried || f.what == isDoubled) && l.elements[port].places.has(int(f.index)) {
			out = append(out, f)
		}
	}
	return out
}

// flag is the register of whether a port refuses, or was active once and stays so.
func (l *Space) flag(port int) int {
	if l.stays(port) {
		return len(l.holders) + len(l.t.Ports) + port
	}
	return len(l.holders) + port
}

// isHeld says whether a port is active, or in use.
func (l *Space) isHeld(st *localState, port int) bool {
	return st.is(isProvided, port) || slices.ContainsFunc(l.heldBy[port], func(h int) bool { return l.count(st, h) > 0 })
}

// count is the count of a holder, see there.
func (l *Space) count(st *localState, h int) int {
	if l.holders[h].moves {
		if st.is(isBegun, h) {
			return 1
		}
		return 0
	}
	return l.elementsActive(st, h)
}

// elementsActive counts the active elements of a holder.
func (l *Space) elementsActive(st *localState, h int) int {
	n := 0
	holder := &l.holders[h]
	for _, f := range st.facts {
		in := false
		switch f.what {
		case isActive:
			in = holder.places.has(int(f.index))
		case isDeparted, isOver:
			in = holder.inside.has(int(f.index))
		case isRunning:
			in = holder.inside.has(int(f.index)) || holder.running.has(int(f.index))
		case isDoubled:
			in = holder.doubles.has(int(f.index))
		}
		if in {
			n++
		}
	}
	return n
}
