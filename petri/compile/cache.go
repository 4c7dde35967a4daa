package compile

import (
	"sync"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/component"
)

// Cache keeps what compilations have in common: the state spaces of components. The zero value
// is empty and ready. Several goroutines may use it. The component types of the scenarios must
// not be changed meanwhile.
type Cache struct {
	component.Cache
	// Reuse says that nets are freed ([petri.Net], Free): each is compiled in the memory of one
	// that was freed before.
	Reuse bool

	mu    sync.Mutex
	spare []*compiler // whose nets nobody uses any more
}

// compiler returns one that begins with a scenario, in the memory of a net that nobody uses any
// more if there is one.
func (l *Cache) compiler(s *model.Scenario, stale []petri.Observation) *compiler {
	c := new(compiler)
	l.mu.Lock()
	if last := len(l.spare) - 1; last >= 0 {
		c, l.spare = l.spare[last], l.spare[:last]
	}
	l.mu.Unlock()
	c.begin(l, s, stale)
	if l.Reuse {
		c.net.Free = sync.OnceFunc(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.spare = append(l.spare, c)
		})
	}
	return c
}

// begin sets a compiler to a scenario, in the memory of the net that it has made before.
func (c *compiler) begin(cache *Cache, s *model.Scenario, stale []petri.Observation) {
	old := *c
	*c = compiler{
		cache: cache, s: s, stale: stale, arcs: old.arcs, brief: old.brief, origins: old.origins, delays: old.delays,
		facts: map[petri.Fact]*fact{}, shared: map[sharedKey]petri.PlaceID{}, made: map[workKey]petri.PlaceID{},
	}
	if old.net != nil {
		c.places.Reuse(old.net.Places)
		c.transitions.Reuse(old.net.Transitions)
	}
	c.net = petri.NewNet(s, old.net)
	c.arcs.Reset()
	c.origins.Reset()
	c.delays.Reset()
}
