package model

import (
	"errors"
	"fmt"
	"slices"

	"adagio/dsl/graph"
)

// Validate states the invariants of a scenario and returns every one that is
// broken, joined, or nil. Package dsl reports mistakes to users with their
// position; Validate is the last line of defence for programs that build
// scenarios, and what tests call after every construction.
func (s *Scenario) Validate() error {
	v := &validator{}
	for _, t := range s.Types {
		v.checkType(t)
	}
	v.checkComponents(s)
	v.checkLinks(s)
	v.checkNodes(s)
	v.checkNetwork(s)
	return errors.Join(v.errs...)
}

type validator struct{ errs []error }

func (v *validator) require(ok bool, format string, args ...any) bool {
	if !ok {
		v.errs = append(v.errs, fmt.Errorf(format, args...))
	}
	return ok
}

func within(i, n int) bool { return 0 <= i && i < n }

func (v *validator) checkType(t *Type) {
	v.require(within(t.Initial, len(t.Places)), "type %s: no initial place", t.Name)
	v.require(t.Running >= -1 && t.Running < len(t.Places), "type %s: running place out of range", t.Name)
	for _, tr := range t.Transitions {
		v.require(within(tr.Src, len(t.Places)) && within(tr.Dst, len(t.Places)), "type %s: transition %s has an end out of range", t.Name, tr.Name)
		v.require(within(tr.Behaviour, len(t.Behaviours)), "type %s: transition %s has no behaviour", t.Name, tr.Name)
		v.require(tr.DockSet >= 0, "type %s: transition %s has a negative dock set", t.Name, tr.Name)
	}
	for b := range t.Behaviours {
		_, ok := t.Order(b)
		v.require(ok, "type %s: the transitions of behaviour %s form a cycle", t.Name, t.Behaviours[b].Name)
	}
	for _, g := range t.Groups {
		v.require(len(g.Places) > 0 && slices.IsSorted(g.Places), "type %s: group %s is empty or not sorted", t.Name, g.Name)
		for _, p := range g.Places {
			v.require(within(p, len(t.Places)), "type %s: group %s has a place out of range", t.Name, g.Name)
		}
	}
	for _, p := range t.Ports {
		v.require(len(p.Bound) > 0, "type %s: port %s is bound to nothing", t.Name, p.Name)
		for _, b := range p.Bound {
			n := [...]int{len(t.Places), len(t.Groups), len(t.Transitions)}[b.Kind]
			v.require(within(b.Index, n), "type %s: port %s has a binding out of range", t.Name, p.Name)
			v.require(b.Kind != ToTransition || p.Kind.IsUse(), "type %s: provide port %s is bound to a transition", t.Name, p.Name)
		}
	}
}

// Graph is the places of t, with an arc for each transition of behaviour b.
func (t *Type) Graph(b int) *graph.Directed {
	return graph.New(len(t.Places), func(yield func(src, dst int) bool) {
		for _, tr := range t.Transitions {
			if tr.Behaviour == b && !yield(tr.Src, tr.Dst) {
				return
			}
		}
	})
}

// Order returns the places of t in an order in which every transition of
// behaviour b goes forward; ok is false if there is none because they form a cycle.
func (t *Type) Order(b int) (places []int, ok bool) { return graph.Order(t.Graph(b)) }

func (v *validator) checkComponents(s *Scenario) {
	for _, c := range s.Components {
		if !v.require(within(c.Type, len(s.Types)) && within(c.Node, len(s.Nodes)), "component %s: type or node out of range", c.Name) {
			continue
		}
		t := s.Types[c.Type]
		v.require(slices.IsSorted(c.Active), "component %s: active places are not sorted", c.Name)
		for _, p := range c.Active {
			v.require(within(p, len(t.Places)), "component %s: active place out of range", c.Name)
		}
		v.checkPast(c, t)
		v.require(len(c.Durations) == len(t.Transitions), "component %s: %d durations for %d transitions", c.Name, len(c.Durations), len(t.Transitions))
		for _, d := range c.Durations {
			v.checkDelay("component "+c.Name, d)
		}
	}
}

func (v *validator) checkPast(c Component, t *Type) {
	for _, list := range []struct {
		what    string
		of      []int
		n       int
		allowed func(int) bool
	}{
		{"data provide ports", c.Past.Provided, len(t.Ports), func(p int) bool { return t.Ports[p].Kind == DataProvide }},
		{"refusing provide ports", c.Past.Refusing, len(t.Ports), func(p int) bool { return t.Ports[p].Kind == Provide }},
		{"ended groups", c.Past.Ended, len(t.Groups), func(int) bool { return true }},
		{"doubled places", c.Past.Doubled, len(t.Places), t.HasDockSets},
	} {
		v.require(slices.IsSorted(list.of), "component %s: its %s of the past are not sorted", c.Name, list.what)
		v.require(len(list.of) == 0 || len(c.Active) > 0, "component %s: it has a past and does not exist", c.Name)
		for _, i := range list.of {
			v.require(within(i, list.n) && list.allowed(i), "component %s: its %s of the past have a wrong index", c.Name, list.what)
		}
	}
}

func (v *validator) checkDelay(where string, d Delay) {
	if err := d.Validate(); err != nil {
		v.require(false, "%s: %w", where, err)
	}
}

func (v *validator) checkLinks(s *Scenario) {
	seen := map[[4]int]bool{}
	for i, l := range s.Links {
		if !v.require(within(l.User, len(s.Components)) && within(l.Provider, len(s.Components)), "link %d: component out of range", i) {
			continue
		}
		ut, pt := s.TypeOf(l.User), s.TypeOf(l.Provider)
		if !v.require(within(l.UsePort, len(ut.Ports)) && within(l.ProvidePort, len(pt.Ports)), "link %d: port out of range", i) {
			continue
		}
		use, provide := ut.Ports[l.UsePort].Kind, pt.Ports[l.ProvidePort].Kind
		v.require(use.IsUse() && provide == use+1, "link %d: joins a %v port with a %v port", i, use, provide)
		key := [4]int{l.User, l.UsePort, l.Provider, l.ProvidePort}
		v.require(!seen[key], "link %d: declared twice", i)
		seen[key] = true
	}
}

func (v *validator) checkNodes(s *Scenario) {
	for n, node := range s.Nodes {
		v.checkDelay("node "+node.Name, node.Start)
		if u := node.Uptime; u != nil {
			if err := u.Validate(); err != nil {
				v.require(false, "node %s: %w", node.Name, err)
			}
			why, _ := s.CannotSleep(n)
			v.require(why == "", "%s", why)
		}
		if p := node.Power; p != nil {
			if err := p.Validate(); err != nil {
				v.require(false, "node %s: %w", node.Name, err)
			}
			v.require(p.Sending == 0 || s.CountsMessages(), "node %s: the messages that it sends cannot be counted", node.Name)
		}
		v.require(slices.IsSorted(node.Neighbours), "node %s: neighbours are not sorted", node.Name)
		for _, m := range node.Neighbours {
			v.require(within(m, len(s.Nodes)) && m != n, "node %s: neighbour out of range", node.Name)
		}
		v.checkProgram(s, n)
	}
}

// ValidateProgram is what [Scenario.Validate] says of the program of a node.
func (s *Scenario) ValidateProgram(n int) error {
	v := &validator{}
	v.checkProgram(s, n)
	return errors.Join(v.errs...)
}

func (v *validator) checkProgram(s *Scenario, n int) {
	before := len(v.errs)
	for i, in := range s.Nodes[n].Program {
		v.checkInstruction(s, n, in)
		for k := before; k < len(v.errs); k++ {
			v.errs[k] = fmt.Errorf("node %s, instruction %d: %w", s.Nodes[n].Name, i, v.errs[k])
		}
		before = len(v.errs)
	}
}

func (v *validator) checkInstruction(s *Scenario, n int, in Instruction) {
	switch in.Op {
	case Connect, Disconnect:
		if v.require(within(in.Link, len(s.Links)), "link out of range") {
			user, provider := s.Sides(n, in.Link)
			v.require(user || provider, "neither side of the link is on this node")
		}
	case Add, Delete, Push:
		if v.require(within(in.Component, len(s.Components)), "component out of range") {
			v.require(s.Components[in.Component].Node == n, "component is on another node")
			if in.Op == Push {
				v.require(within(in.Behaviour, len(s.TypeOf(in.Component).Behaviours)), "behaviour out of range")
			}
		}
	case Wait:
		if v.require(within(in.Component, len(s.Components)), "component out of range") {
			v.require(in.Behaviour >= -1 && in.Behaviour < len(s.TypeOf(in.Component).Behaviours), "behaviour out of range")
		}
	case Pause:
		v.checkDelay("pause", in.Duration)
	case Limit:
		v.require(in.Most >= 1 && len(in.Of) >= in.Most, "a limit of %d for %d components", in.Most, len(in.Of))
		seen := map[int]bool{}
		for _, c := range in.Of {
			if v.require(within(c, len(s.Components)), "component out of range") {
				v.require(s.Components[c].Node == n, "component is on another node")
			}
			v.require(!seen[c], "a component is named twice")
			seen[c] = true
		}
	}
}

func (v *validator) checkNetwork(s *Scenario) {
	p := s.Network.Profile
	for _, d := range []Delay{p.Poll, p.Request, p.Busy, p.Step, p.Pass, p.Overhead, p.Drift} {
		v.checkDelay("executor profile", d)
	}
	v.require(p.Exchanges >= 0 && p.Setup >= 0, "executor profile: %d exchanges, %d round trips to connect", p.Exchanges, p.Setup)
	v.require(p.Kind != Polling || p.Exchanges > 0, "executor profile: a look without an exchange")
	to, from := s.Network.ToBroker, s.Network.FromBroker
	v.require(!p.Kind.Brokers() || len(to) == len(s.Nodes) && len(from) == len(s.Nodes), "network: no latency between each node and the broker")
	v.require(!p.Kind.Brokers() || p.Poll.Lo > 0, "executor profile: a broker that is read all the time")
	for _, d := range slices.Concat(to, from) {
		v.checkDelay("latency to the broker", d)
	}
	v.checkDelay("latency", s.Network.Latency)
	for pair, d := range s.Network.Routes {
		v.require(within(pair[0], len(s.Nodes)) && within(pair[1], len(s.Nodes)), "network: route %v out of range", pair)
		v.checkDelay("latency", d)
	}
}
