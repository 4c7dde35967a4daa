package dsl

import (
	"fmt"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/network"
)

// hostsOf finds the host of every node: what the options say wins over the network,
// the network over the assembly, and a node of which nobody says anything is on
// the host of its name.
func (r *resolver) hostsOf(s *model.Scenario, p *network.Platform, block *Network, x *instance) ([]int, bool) {
	said := make([]Name, len(s.Nodes)) // of hosts
	for n, ref := range x.nodeHosts {
		said[n] = ref
	}
	if block != nil {
		for i := range block.Platform {
			if st := &block.Platform[i]; st.Node != nil && !r.otherAssembly(x.nodes, st.Node.Node.Ref) {
				r.match(x.nodes, st.Node.Node.Ref, 1, x.scope, func(n int, in scope) {
					if name, ok := r.hostName(st.Node.Host.Ref, in); ok {
						said[n] = Name{name, st.Node.Host.Span()}
					}
				})
			}
		}
	}
	if !r.inventory(s, said) {
		return nil, false
	}
	hosts, ok := make([]int, len(s.Nodes)), true
	for n := range hosts {
		name, at := said[n].Text, said[n].Span
		if name == "" {
			name, at = s.Nodes[n].Name, Span{s.Nodes[n].Pos, 1}
		}
		if hosts[n] = p.Host(name); hosts[n] >= 0 {
			continue
		}
		ok = false
		summary := fmt.Sprintf("node %s is on host %s, but platform %s has no such host", s.Nodes[n].Name, name, p.Name)
		detail := diag.DidYouMean(name, p.HostNames())
		if said[n].Text == "" {
			summary = fmt.Sprintf("node %s is on no host of platform %s", s.Nodes[n].Name, p.Name)
			detail = strings.TrimSpace("write node " + s.Nodes[n].Name + " on HOST in the network; " + detail)
		}
		r.add(diag.Diagnostic{Summary: summary, Detail: strings.TrimSuffix(detail, ";"), Subject: at.Pos, Length: at.Length})
	}
	return hosts, ok
}

// inventory sets the hosts of nodes as the options say of their components.
func (r *resolver) inventory(s *model.Scenario, said []Name) bool {
	if len(r.opts.Hosts) == 0 {
		return true
	}
	by := map[int]string{}
	flat := strings.NewReplacer("[", "", "]", "")
	for c, component := range s.Components {
		host, ok := r.opts.Hosts[component.Name]
		if !ok {
			host, ok = r.opts.Hosts[flat.Replace(component.Name)]
		}
		if !ok {
			continue
		}
		n := component.Node
		if other, ok := by[n]; ok && said[n].Text != host {
			r.add(diag.Diagnostic{Summary: fmt.Sprintf("the inventory has node %s on two hosts: %s for %s, %s for %s", s.Nodes[n].Name, said[n].Text, other, host, s.Components[c].Name), Subject: component.Pos})
			return false
		}
		by[n] = component.Name
		said[n] = Name{host, Span{component.Pos, 1}}
	}
	return true
}
