package compile

import (
	"reflect"
	"slices"
	"sync"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// The plans that a planner compares change the programs of a few nodes of one model. So the
// net of a component is kept, and is the net of the component in another plan if all that
// it was made from is the same there: what the compiler has read is listed by inputs, and
// the places that it may have arcs with by outside. A net with an arc to any other place is
// not kept.

// Cache keeps what compilations have in common: the state spaces of components, and, of the
// models that Keep names, their nets. The zero value is empty and ready. Several goroutines
// may use it. The component types of the scenarios must not be changed meanwhile.
type Cache struct {
	component.Cache
	mu     sync.Mutex
	models []*bodies
}

// maxModels and maxKept bound what is kept: models, and transitions of each of them, which
// take some 200 bytes with their arcs and places.
const maxModels, maxKept = 8, 1 << 18

// Keep lets the nets of components be kept for plans of a model: for scenarios that share
// all with the given one but the programs of their nodes.
func (l *Cache) Keep(s *model.Scenario) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.models) < maxModels && len(s.Components) > 0 {
		l.models = append(l.models, &bodies{of: s.WithoutPrograms(), known: map[model.Digest][]*kept{}})
	}
}

// bodiesOf returns the nets that are kept for a scenario, or nil.
func (l *Cache) bodiesOf(s *model.Scenario) *bodies {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.models {
		// What is shared is equal at once; another model is most often told by its components.
		if len(s.Components) > 0 && &b.of.Components[0] == &s.Components[0] && b.of.EqualButPrograms(s) {
			return b
		}
	}
	return nil
}

// bodies are the nets of components of one model.
type bodies struct {
	of    *model.Scenario // without programs
	mu    sync.Mutex
	known map[model.Digest][]*kept
	size  int         // transitions
	spare []*compiler // whose nets nobody uses any more
}

// compiler returns one whose net nobody uses any more, or a new one.
func (l *bodies) compiler() *compiler {
	if l == nil {
		return new(compiler)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.spare) - 1
	if last < 0 {
		return new(compiler)
	}
	c := l.spare[last]
	l.spare = l.spare[:last]
	return c
}

// free lets the net of a compiler be overwritten by another.
func (l *bodies) free(c *compiler) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = append(l.spare, c)
}

// kept is the net of a component, as far as compileComponent makes it, with what it was
// made from.
type kept struct {
	madeFrom
	places      []petri.Place
	transitions []petri.Transition // a place outside is an index of outside, an own one ^ its index
	// ascending are pairs of places outside that are read one after the other: what is
	// read is sorted.
	ascending [][2]petri.PlaceID
	choices   int32
	asks      []asked
	looks     []lookingAt
	stuck     []petri.Stuck
}

// madeFrom is what the net of a component is made from, besides what all plans of the
// model have in common.
type madeFrom struct {
	program []model.Instruction // of its node
	spaces  []*component.Space  // of the components of its node
	inputs  []int64
}

// asked is that a node asks for a fact.
type asked struct {
	fact petri.Fact
	node int
	late responseTime
}

// lookingAt is that a node looks at another before a transition.
type lookingAt struct {
	nodes      [2]int
	transition petri.TransitionID
}

// recording is what a component adds to the net while it is compiled.
type recording struct {
	places      []petri.Place
	transitions []petri.Transition
	asks        []asked
	looks       []lookingAt
}

// compile adds the net of a component: as it is kept, or else anew.
func (l *bodies) compile(b *body) {
	outside := b.outside()
	from, ok := b.madeFrom(outside)
	if !ok {
		b.compileAll()
		return
	}
	hash := from.hash()
	l.mu.Lock()
	same := l.known[hash]
	l.mu.Unlock()
	for _, k := range same {
		if k.equal(&from) && k.inOrder(outside) {
			b.addKept(k, outside)
			return
		}
	}
	k := b.record(outside)
	if k == nil {
		return
	}
	k.madeFrom = madeFrom{from.program, slices.Clone(from.spaces), slices.Clone(from.inputs)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size += len(k.transitions); l.size > maxKept {
		clear(l.known)
		l.size = len(k.transitions)
	}
	l.known[hash] = append(slices.Clip(l.known[hash]), k)
}

// inOrder says whether what the net reads is sorted with the places outside, too.
func (k *kept) inOrder(outside []petri.PlaceID) bool {
	return !slices.ContainsFunc(k.ascending, func(p [2]petri.PlaceID) bool { return outside[p[0]] > outside[p[1]] })
}

// addKept adds a net that is kept.
func (b *body) addKept(k *kept, outside []petri.PlaceID) {
	places, transitions, choices := petri.PlaceID(b.places.Len()), petri.TransitionID(b.transitions.Len()), b.choices
	for _, p := range k.places {
		b.places.Add(p)
	}
	for i := range k.transitions {
		t := k.transitions[i]
		in, read := len(t.In()), len(t.Read())
		arcs := b.arcs.Join(t.Arcs())
		for a, p := range arcs {
			if p >= 0 {
				arcs[a] = outside[p]
			} else {
				arcs[a] = places + ^p
			}
		}
		t.SetArcs(arcs, in, read)
		if t.Choice > 0 {
			t.Choice += choices
		}
		if t.Variant > 0 {
			t.Variant += choices
		}
		b.transitions.Add(t)
	}
	b.choices += k.choices
	for _, a := range k.asks {
		b.asks(b.facts[a.fact], a.node, a.late)
	}
	for _, a := range k.looks {
		b.net.Asking[a.nodes] = append(b.net.Asking[a.nodes], transitions+a.transition)
	}
	b.net.Stuck = append(b.net.Stuck, k.stuck...)
}

// record adds the net of a component anew, and returns it to be kept; nil if it has an arc
// with a place, or shares a choice, of which it is not known what they are in other plans.
func (b *body) record(outside []petri.PlaceID) *kept {
	places, transitions, choices, stuck := petri.PlaceID(b.places.Len()), petri.TransitionID(b.transitions.Len()), b.choices, len(b.net.Stuck)
	b.recorded = &recording{}
	b.compileAll()
	r := b.recorded
	b.recorded = nil
	index := make(map[petri.PlaceID]petri.PlaceID, len(outside)+len(r.places))
	for i, p := range outside {
		if p >= 0 {
			index[p] = petri.PlaceID(i)
		}
	}
	for i := range r.places {
		index[places+petri.PlaceID(i)] = ^petri.PlaceID(i)
	}
	k := &kept{places: r.places, transitions: r.transitions, choices: b.choices - choices, asks: r.asks, stuck: slices.Clone(b.net.Stuck[stuck:])}
	for i := range k.transitions {
		t := &k.transitions[i]
		for a, p := range t.Read()[min(1, len(t.Read())):] {
			if before := t.Read()[a]; before < p && p < places {
				pair := [2]petri.PlaceID{index[before], index[p]}
				if !slices.Contains(k.ascending, pair) {
					k.ascending = append(k.ascending, pair)
				}
			}
		}
		arcs := slices.Clone(t.Arcs())
		for a, p := range arcs {
			at, known := index[p]
			if !known {
				return nil
			}
			arcs[a] = at
		}
		t.SetArcs(arcs, len(t.In()), len(t.Read()))
		for _, number := range [...]*int32{&t.Choice, &t.Variant} {
			if *number > 0 && *number <= choices {
				return nil
			} else if *number > 0 {
				*number -= choices
			}
		}
	}
	for _, a := range r.looks {
		k.looks = append(k.looks, lookingAt{a.nodes, a.transition - transitions})
	}
	k.detach()
	return k
}

// detach copies what a net shares with the others of its plan, which need not be kept.
func (k *kept) detach() {
	origins, delays := map[*petri.Origin]*petri.Origin{}, map[*model.Delay]*model.Delay{&noDelay: &noDelay}
	for i := range k.places {
		k.places[i].Origin = copied(origins, k.places[i].Origin)
	}
	for i := range k.transitions {
		t := &k.transitions[i]
		t.Origin, t.Delay = copied(origins, t.Origin), copied(delays, t.Delay)
	}
}

// copied is the copy of a value, made once.
func copied[T any](copies map[*T]*T, v *T) *T {
	if copies[v] == nil {
		own := *v
		copies[v] = &own
	}
	return copies[v]
}

// outside lists the places that a component's net may have arcs with and that other parts
// of the compiler make, in an order that is the same in all plans for which inputs are; -1
// where there is no such place.
func (b *body) outside() []petri.PlaceID {
	k, n := b.k, b.s.Components[b.i].Node
	out := append(b.outsideRoom[:0], b.nodes[n].advancing, k.idle, k.busy, k.exists, k.gone)
	for _, list := range [...][]petri.PlaceID{k.at, k.occupied, k.turn, k.noticed, k.queued} {
		out = append(out, list...)
	}
	for p := range k.pushes {
		out = append(out, placeOr(k.ended, p))
	}
	for _, x := range k.existences {
		out = append(out, x.beingAdded)
	}
	from := len(out)
	for _, p := range k.registers { // which are made in one order
		out = append(out, p)
	}
	slices.Sort(out[from:])
	for port := range b.t.Ports {
		for _, kind := range [...]petri.FactKind{petri.Free, petri.Active, petri.Accepting} {
			out = b.outsideOf(out, petri.Fact{Kind: kind, Node: n, Component: b.i, Index: port}, n)
		}
		for _, what := range [...]sharedPlace{unprovided, servedByAny} {
			out = append(out, placeOr(b.shared, sharedKey{what, b.i, port}))
		}
		for _, i := range k.links[port] {
			l, link := b.s.Links[i], &b.links[i]
			provider := b.s.Components[l.Provider].Node
			out = append(out, link.user.linked, link.user.unlinked, link.provider.linked, link.provider.unlinked)
			out = append(out, link.serving[:]...)
			out = append(out, link.allowed[:]...)
			out = append(out, link.open[:]...)
			out = b.outsideOf(out, petri.Fact{Kind: petri.Active, Node: provider, Component: l.Provider, Index: l.ProvidePort}, n)
			out = b.outsideOf(out, petri.Fact{Kind: petri.Accepting, Node: provider, Component: l.Provider, Index: l.ProvidePort}, n)
			out = b.outsideOf(out, petri.Fact{Kind: petri.Free, Node: b.s.Components[l.User].Node, Component: l.User, Index: l.UsePort}, n)
		}
	}
	b.outsideRoom = out
	return out
}

// outsideOf appends the places from which a node knows a fact.
func (c *compiler) outsideOf(out []petri.PlaceID, key petri.Fact, node int) []petri.PlaceID {
	f, ok := c.facts[key]
	if !ok {
		return append(out, -1, -1)
	}
	if node == f.Node {
		return append(out, f.off, f.on)
	}
	if k := f.observer(node); k != nil {
		return append(out, k.no, k.yes)
	}
	return append(out, -1, -1)
}

func placeOr[K comparable](places map[K]petri.PlaceID, key K) petri.PlaceID {
	if p, ok := places[key]; ok {
		return p
	}
	return -1
}

// madeFrom lists what the net of a component is made from. It is not ok if that would make
// places which are not there yet.
func (b *body) madeFrom(outside []petri.PlaceID) (from madeFrom, ok bool) {
	n := b.s.Components[b.i].Node
	node := b.node()
	from = madeFrom{program: b.s.Nodes[n].Program, spaces: b.spacesRoom[:0], inputs: b.inputsRoom[:0]}
	add := func(values ...int) {
		for _, v := range values {
			from.inputs = append(from.inputs, int64(v))
		}
	}
	add(b.i, int(node.look), int(node.restLook), int(node.leastLook), node.looks, node.running, node.holds)
	for _, i := range node.components {
		k := &b.components[i]
		from.spaces = append(from.spaces, k.space)
		for port := range b.s.TypeOf(i).Ports {
			for _, l := range k.links[port] { // whether they are looked at
				add(one(b.sides[l][0]), one(b.sides[l][1]))
			}
		}
	}
	for _, x := range b.k.existences {
		add(x.add, x.added, x.delete, x.first)
	}
	for _, p := range b.k.pushes {
		add(p.instruction, p.behaviour, p.existence, p.ended)
	}
	for port := range b.t.Ports {
		if !b.polling() || !b.t.Ports[port].Kind.IsUse() {
			continue
		}
		for _, i := range b.k.links[port] {
			l := b.s.Links[i]
			m := b.s.Components[l.Provider].Node
			if b.sides[i][0] && b.facts[petri.Fact{Kind: petri.Active, Node: m, Component: l.Provider, Index: l.ProvidePort}] == nil {
				return from, false
			}
			add(one(b.nodes[m].running > 0))
		}
		add(b.restsOnceServed(port))
	}
	for i := range b.k.turn {
		add(one(b.k.turn[i] == b.k.noticed[i]))
	}
	there := 0
	for i, p := range outside {
		if there = there<<1 | one(p >= 0); i%32 == 31 {
			add(there)
			there = 0
		}
	}
	add(there, len(outside))
	b.spacesRoom, b.inputsRoom = from.spaces, from.inputs
	return from, true
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hash is the same for what is equal.
func (f *madeFrom) hash() model.Digest {
	h := model.NewDigest.AddProgram(f.program)
	for _, v := range f.inputs {
		h = h.Add(int(v))
	}
	return h
}

// equal says whether two nets are made from the same.
func (f *madeFrom) equal(g *madeFrom) bool {
	return slices.Equal(f.inputs, g.inputs) && slices.Equal(f.spaces, g.spaces) &&
		len(f.program) == len(g.program) && (len(f.program) == 0 || &f.program[0] == &g.program[0] || reflect.DeepEqual(f.program, g.program))
}
