package ballet

import (
	"fmt"
	"strconv"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// readAssembly turns assembly.yaml into an assembly whose nodes hold one
// component each.
func (j *job) readAssembly(root *value) {
	a := &assembly{name: "imported"}
	for _, m := range root.items {
		switch m.key {
		case "components":
			a.items = append(a.items, j.components(m.value)...)
		case "connections":
		default:
			n, err := strconv.Atoi(m.value.text)
			if m.value.kind != numberKind || err != nil || !plainName.MatchString(m.key) || n > maxValue || n < -maxValue {
				j.errorf(m.pos, "known are components, connections and parameters with an integer", "%q is not read here", m.key)
				continue
			}
			a.parameters = append(a.parameters, parameter{m.key, n})
		}
	}
	if links := root.get("connections"); links != nil {
		a.items = merge(a.items, j.connections(links))
	}
	j.doc.assembly = a
}

// each reads a key that may be a replication and reports one that is broken.
func (j *job) each(m member) (l *loop, ok bool) {
	l, err := parseEach(m.key)
	if err != nil {
		j.errorf(m.pos, "", "%v", err)
		return nil, false
	}
	return l, true
}

func (j *job) components(v *value) []item {
	var items []item
	for _, m := range j.want(v, objectKind, v.pos, "components").items {
		l, ok := j.each(m)
		if !ok {
			continue
		}
		if l != nil {
			items = append(items, item{loop: l, body: j.components(m.value), pos: m.pos})
			continue
		}
		t, err := parseTemplate(strings.TrimSpace(m.key))
		if err != nil {
			j.errorf(m.pos, "", "%v", err)
			continue
		}
		body := j.want(m.value, objectKind, m.pos, "component "+m.key)
		c := &component{name: t, pos: m.pos, typ: &ctype{}}
		if typ := j.want(body.get("type"), textKind, m.pos, "the type of "+m.key).text; typ != "" {
			c.typ = j.typeOf(typ, m.pos)
		}
		if active := body.get("active"); active != nil {
			c.active = j.want(active, textKind, m.pos, "active").text
			j.checkName(c.active, active.pos)
		}
		for _, f := range body.items {
			if f.key != "type" && f.key != "active" {
				j.add(diag.Warning, f.pos, "", "%q of a component means nothing here and is left out", f.key)
			}
		}
		items = append(items, item{node: &node{name: t, components: []*component{c}}, pos: m.pos})
	}
	return items
}

// connections reads a list of "c1,p1,c2,p2", or replications of such.
func (j *job) connections(v *value) []item {
	if v.kind == nullKind {
		return nil
	}
	if v.kind != arrayKind && v.kind != objectKind {
		j.errorf(v.pos, "", "connections must be a list, or replications of lists")
		return nil
	}
	var items []item
	for _, m := range v.items {
		switch {
		case v.kind == objectKind:
			l, ok := j.each(m)
			if ok && l == nil {
				j.errorf(m.pos, "", "a replication is written ${{ each x in range(from, to) }}, not %q", m.key)
			} else if ok {
				items = append(items, item{loop: l, body: j.connections(m.value), pos: m.pos})
			}
		case m.value.kind == objectKind:
			items = append(items, j.connections(m.value)...)
		default:
			if l := j.connection(m.value); l != nil {
				items = append(items, item{link: l, pos: m.value.pos})
			}
		}
	}
	return items
}

func (j *job) connection(v *value) *link {
	fields := strings.Split(j.want(v, textKind, v.pos, "a connection").text, ",")
	if len(fields) != 4 {
		j.errorf(v.pos, "", "a connection is component,port,component,port")
		return nil
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	provider, err1 := parseTemplate(fields[0])
	user, err2 := parseTemplate(fields[2])
	_, err3 := name(fields[1])
	_, err4 := name(fields[3])
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			j.errorf(v.pos, "", "%v", err)
			return nil
		}
	}
	return &link{provider: provider, provide: fields[1], user: user, use: fields[3]}
}

// merge adds connections to components: the body of a loop goes into the loop of
// the same head, where there is one.
func merge(items, more []item) []item {
next:
	for _, m := range more {
		if m.loop != nil {
			for i := range items {
				if items[i].loop != nil && items[i].loop.String() == m.loop.String() {
					items[i].body = merge(items[i].body, m.body)
					continue next
				}
			}
		}
		items = append(items, m)
	}
	return items
}

// host is the entry of a component in inventory.yaml.
type host struct {
	component string
	address   string
	port      string // port_executor
	pos       model.Pos
}

// readInventory reads addresses and ports by component, each entry a list of
// `key: value` or a mapping.
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
			if f.kind != objectKind {
				j.errorf(f.pos, "", "an inventory holds address and ports for each component")
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
			j.errorf(m.pos, "an inventory holds address, port_front, port_planner and port_executor for each component", "%q has no address", m.key)
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
			var own []word
			seen := map[string]bool{}
			for _, in := range prog.body {
				if in.op == model.Push || in.op == model.Add || in.op == model.Delete {
					if w := in.args[0]; d.components[w.text] != nil && !seen[w.text] {
						seen[w.text] = true
						own = append(own, w)
					}
				}
			}
			if len(own) < 2 {
				continue
			}
			node, ok := home[own[0].text]
			if !ok {
				node = prog.node
			}
			for _, w := range own {
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
