package dsl

import (
	"fmt"

	"adagio/dsl/model"
)

// standardNetwork is the network of a model without a network block, or nothing
// if there is no such executor.
func standardNetwork(executor string, nodes int) (model.Network, model.Delay, bool) {
	kind, ok := executorKinds[executor]
	start := model.Delay{}
	if kind != model.Ideal {
		start = model.DefaultStart(nodes)
	}
	return model.Network{Name: executor, Profile: model.DefaultProfile(kind)}, start, ok
}

// applyNetwork fills in the network of a scenario and the starts of its nodes.
// Without a block it is the standard network of the executor.
func (r *resolver) applyNetwork(s *model.Scenario, x *instance, block *Network, executor string) {
	e := r.chooseExecutor(block, executor)
	network, start, ok := r.profile(e, len(x.nodeList))
	if !ok {
		return
	}
	rules := model.RulesOf(r.meaning(), network.Profile.Kind)
	starts := make([]model.Delay, len(x.nodeList))
	for i := range starts {
		starts[i] = start
	}
	if block != nil {
		network.Name, network.Pos = block.Name.Text, block.Name.Pos
		if len(block.Executor) > 1 {
			r.fail(block.Executor[1].Kind.Span, fmt.Sprintf("network %s has two executors", block.Name.Text), "remove one", related(block.Executor[0].Kind.Pos, "the first one"))
		}
		r.settings(&network, &rules, e, x, starts)
		r.latencies(&network, block, x)
	}
	platform := r.platform(block, x)
	if s == nil {
		return
	}
	s.Network, s.Rules = network, rules
	if !rules.DataStays {
		for c := range s.Components {
			s.Components[c].Past.Provided = nil
		}
	}
	for i := range s.Nodes {
		s.Nodes[i].Start = starts[i]
	}
	if platform != nil {
		r.settle(s, platform, block, e, x)
	} else if s.Network.Profile.Kind.Brokers() {
		r.besideNode(s, e, x)
	}
	r.sleep(s, block, x)
	r.powers(s, block, x)
}

// start sets when nodes start. What is said of one node wins over what is said
// of all, in any order.
func (r *resolver) start(s Setting, d delayValue, x *instance, starts []model.Delay, single map[int]model.Pos) {
	if s.Node == nil {
		for n := range starts {
			if _, ok := single[n]; !ok {
				starts[n] = d.delay
			}
		}
		return
	}
	if r.otherAssembly(x.nodes, *s.Node) {
		return
	}
	r.match(x.nodes, *s.Node, 1, x.scope, func(n int, _ scope) {
		starts[n] = d.delay
		single[n] = s.Node.Name.Pos
	})
}

// otherAssembly says whether a node is one of another assembly: networks may
// serve several.
func (r *resolver) otherAssembly(nodes *table, ref Ref) bool {
	if nodes.declared[ref.Name.Text] {
		return false
	}
	for _, a := range r.assemblies {
		x := &instance{components: newTable("component", false), nodes: newTable("node", false)}
		declareNames(x, a.Body)
		if x.nodes.declared[ref.Name.Text] {
			return true
		}
	}
	return false
}

func (r *resolver) latencies(network *model.Network, block *Network, x *instance) {
	var general *Latency
	for _, l := range block.Latency {
		d := r.delay(l.Delay)
		if l.From == nil {
			if general != nil {
				r.fail(l.Span(), fmt.Sprintf("network %s gives the latency between any two nodes twice", block.Name.Text), "remove one", related(general.Span().Pos, "first given here"))
			}
			general = l
			network.Latency = d.delay
			continue
		}
		if r.otherAssembly(x.nodes, l.From.Ref) || r.otherAssembly(x.nodes, l.To.Ref) {
			continue
		}
		r.match(x.nodes, l.From.Ref, 1, x.scope, func(from int, in scope) {
			r.match(x.nodes, l.To.Ref, 1, in, func(to int, _ scope) {
				if network.Routes == nil {
					network.Routes = map[[2]int]model.Delay{}
				}
				if from == to {
					return // a node reaches itself at once
				}
				network.Routes[[2]int{from, to}] = d.delay
				if l.Both {
					network.Routes[[2]int{to, from}] = d.delay
				}
			})
		})
	}
}
