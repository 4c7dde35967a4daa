package ballet

import (
	"fmt"
	"net"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// host is the entry of a component in inventory.yaml.
type host struct {
	component string
	address   string
	port      string // port_executor
	pos       model.Pos
}

const inventoryForm = `an inventory holds for each component address, port_front, port_planner and port_executor, or "host:port"`

// at splits "host:port", "[host]:port" or "host".
func (h *host) at(text string) {
	if address, port, err := net.SplitHostPort(text); err == nil {
		h.address, h.port = address, port
	} else {
		h.address = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	}
}

// readInventory reads addresses and ports by component, each entry a list of
// `key: value`, a mapping, or a text "host:port".
func (j *job) readInventory(root *value) {
	for _, m := range root.items {
		h := &host{component: m.key, pos: m.pos}
		fields := []*value{m.value}
		if m.value.kind == arrayKind {
			fields = nil
			for _, f := range m.value.items {
				fields = append(fields, f.value)
			}
		}
		for _, f := range fields {
			if f.kind == textKind {
				h.at(f.text)
				continue
			}
			if f.kind != objectKind {
				j.errorf(f.pos, inventoryForm, "expected the address of %s, found %s", m.key, f.kind)
				return
			}
			if a := f.get("address"); a != nil {
				h.address = a.text
			}
			if p := f.get("port_executor"); p != nil {
				h.port = p.text
			}
		}
		if h.address == "" {
			j.errorf(m.pos, inventoryForm, "%q has no address", m.key)
			continue
		}
		j.inventory = append(j.inventory, h)
	}
}

// layout returns the nodes that hold several components, as the inventory and
// the programs say, or nil if each component has a node of its own.
func (j *job) layout(d *directory) map[string][]string {
	nodes := map[string][]string{}
	home := map[string]string{}
	place := func(node, component string, pos model.Pos) {
		if other, ok := home[component]; ok && other != node {
			j.errorf(pos, "", "%s is on node %s and on node %s", component, other, node)
		} else if !ok {
			home[component] = node
			nodes[node] = append(nodes[node], component)
		}
	}
	j.hosts(d, place)
	for _, p := range j.plans {
		for _, prog := range p.programs {
			var mine []word
			seen := map[string]bool{}
			for _, in := range prog.body {
				if own(in) {
					if w := in.args[0]; d.components[w.text] != nil && !seen[w.text] {
						seen[w.text] = true
						mine = append(mine, w)
					}
				}
			}
			if len(mine) < 2 {
				continue
			}
			node, ok := home[mine[0].text]
			if !ok {
				node = prog.node
			}
			for _, w := range mine {
				place(node, w.text, w.pos)
			}
		}
	}
	for _, members := range nodes {
		if len(members) > 1 {
			return nodes
		}
	}
	return nil
}

// hosts places the components by address and executor port, unless all have the
// same.
func (j *job) hosts(d *directory, place func(node, component string, pos model.Pos)) {
	count := map[[2]string]int{}
	ports := map[string]map[string]bool{}
	for _, h := range j.inventory {
		j.component(d, word{h.component, h.pos})
		count[[2]string{h.address, h.port}]++
		if ports[h.address] == nil {
			ports[h.address] = map[string]bool{}
		}
		ports[h.address][h.port] = true
	}
	if len(j.inventory) > 0 {
		listed := map[string]bool{}
		for _, h := range j.inventory {
			listed[h.component] = true
		}
		for _, flat := range d.order {
			if !listed[flat] {
				j.add(diag.Warning, d.components[flat].pos, "it gets a node of its own", "%s is not in the inventory", flat)
			}
		}
	}
	if len(count) < 2 {
		return
	}
	for _, h := range j.inventory {
		node := h.address
		if len(ports[h.address]) > 1 {
			node = fmt.Sprintf("%s:%s", h.address, h.port)
		}
		if count[[2]string{h.address, h.port}] > 1 {
			place(node, h.component, h.pos)
		}
	}
}

// regroup writes the assembly out without loops, with the given nodes.
func (j *job) regroup(d *directory, nodes map[string][]string) {
	a := j.doc.assembly
	var items []item
	done := map[string]bool{}
	home := map[string]string{}
	for n, members := range nodes {
		j.checkName(n, d.components[members[0]].pos)
		for _, c := range members {
			home[c] = n
		}
	}
	for _, flat := range d.order {
		c := d.components[flat]
		name, members := c.name.at(c.at), []string{flat}
		if n, ok := home[flat]; ok {
			if done[n] {
				continue
			}
			done[n] = true
			name, members = plain(n), nodes[n]
		}
		it := item{node: &node{name: name}, pos: c.pos}
		for _, m := range members {
			one := *d.components[m].component
			one.name = one.name.at(d.components[m].at)
			it.node.components = append(it.node.components, &one)
		}
		items = append(items, it)
	}
	j.expand(a, func(it item, in env) {
		if l := it.link; l != nil {
			one := *l
			one.provider, one.user = l.provider.at(in), l.user.at(in)
			items = append(items, item{link: &one, pos: it.pos})
		}
	})
	a.items, a.parameters = items, nil
}
