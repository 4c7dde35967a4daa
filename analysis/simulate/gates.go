package simulate

import (
	"slices"

	"adagio/dsl/model"
)

// view answers what a rule asks about the other end of a link.
type view interface {
	active(link int) bool   // its provide port is active
	refusing(link int) bool // its provide port is refusing
	used(link int) bool     // its use port is in use
}

// witness is a view that can be asked when the run is over.
type witness interface {
	view
	idle(node, peer int) bool // a node knows that all components of another are idle
}

// present says whether the process of a node is there to answer.
func (n *node) present() bool { return n.started && !n.gone }

// The true state of a link's ends, as far as the processes of their nodes are there.

func (w *world) active(l int) bool {
	k := &w.s.Links[l]
	c := &w.comps[k.Provider]
	return w.nodes[c.node].present() && c.active(k.ProvidePort)
}

func (w *world) refusing(l int) bool {
	k := &w.s.Links[l]
	c := &w.comps[k.Provider]
	if !w.nodes[c.node].present() { // not active, which refuses under ConcertoD
		return c.sh.concertoD
	}
	return c.refuses(k.ProvidePort)
}

func (w *world) used(l int) bool {
	k := &w.s.Links[l]
	c := &w.comps[k.User]
	return !w.nodes[c.node].present() || c.active(k.UsePort)
}

func (w *world) idle(_, peer int) bool {
	n := &w.nodes[peer]
	return n.present() && !n.holding && w.quiet(n)
}

// served says whether at least one provider of a use port is active.
func (w *world) served(v view, c *component, port int) bool {
	for _, l := range w.providers(c, port) {
		if w.sides[l].user && v.active(l) {
			return true
		}
	}
	return false
}

// providers lists the links of a use port in the order in which their providers are
// asked. The runtime takes that of a set, which matters only where one of them is
// deleted and whoever asks it fails.
func (w *world) providers(c *component, port int) []int {
	links := w.links[c.id][port]
	if len(links) < 2 || !w.s.Rules.Fails || w.sampler.kind != Draw ||
		!slices.ContainsFunc(links, func(l int) bool { return w.deleted[w.s.Links[l].Provider] }) {
		return links
	}
	links = slices.Clone(links)
	w.sampler.rand.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
	return links
}

// allowed says whether no provider of a use port is refusing; a data port does
// not ask.
func (w *world) allowed(v view, c *component, port int) bool {
	if c.sh.t.Ports[port].Kind == model.DataUse {
		return true
	}
	all := true
	for _, l := range w.links[c.id][port] {
		if all = !(w.sides[l].user && v.refusing(l)) && all; !all && !w.asksAll {
			return false
		}
	}
	return all
}

// admits says whether every use port of a list is served and allowed (rule 2.4).
func (w *world) admits(v view, c *component, ports []int) bool {
	for _, port := range ports {
		if !w.served(v, c, port) || !w.allowed(v, c, port) {
			return false
		}
	}
	return true
}

// allServed says whether every use port of a list is served (rule 2.2).
func (w *world) allServed(v view, c *component, ports []int) bool {
	all := true
	for _, port := range ports {
		if all = w.served(v, c, port) && all; !all && !w.asksAll {
			return false
		}
	}
	return all
}

// held says whether a user holds a provide port of a list (rule 2.1).
func (w *world) held(v view, c *component, ports []int) bool {
	free := true
	for _, port := range ports {
		for _, l := range w.links[c.id][port] {
			if free = !(w.sides[l].provider && v.used(l)) && free; !free && !w.asksAll {
				return true
			}
		}
	}
	return !free
}

// inUse says whether a disconnect by node n finds its sides of a link in use.
func (w *world) inUse(v view, n *node, link int) bool {
	l := &w.s.Links[link]
	user, provider := w.s.Sides(n.id, link)
	return user && w.sides[link].user && w.comps[l.User].active(l.UsePort) ||
		provider && w.sides[link].provider && v.used(link)
}

// removable says whether delete can take a component away: idle and
// with no side of a link left on its node.
func (w *world) removable(c int) bool {
	k := &w.comps[c]
	return !k.exists || k.idle() && !w.connected(c)
}

// belowLimit is the condition of a limit: fewer components are busy than may be.
func (w *world) belowLimit(in *model.Instruction) bool {
	busy := 0
	for _, c := range in.Of {
		if w.comps[c].exists && !w.comps[c].seenIdle() {
			busy++
		}
	}
	return busy < in.Most
}

// locallyWaited is the condition of a wait for a component of the node itself.
func (w *world) locallyWaited(n *node, in *model.Instruction) bool {
	c := &w.comps[in.Component]
	if namesEnd(w.s, in) {
		return c.ends[in.Behaviour] >= w.prepared.ends[n.id][n.pc]
	}
	return c.seenIdle()
}

// seenIdle says whether the program of its node knows that a component is idle.
func (c *component) seenIdle() bool { return c.idle() && c.seen == c.ended }
