package dsl

import (
	"fmt"
	"math"
	"slices"

	"adagio/dsl/model"
)

// instance is an assembly with its parameters set and its replications done.
type instance struct {
	decl       *Assembly
	scope      scope // the parameters
	nodes      *table
	components *table
	nodeRefs   []Span
	compRefs   []Span
	nodeList   []model.Node
	nodeHosts  map[int]Name      // where the assembly says on which host a node is
	compList   []model.Component // Type is -1 where it is unknown
	links      *links
	neighbours map[[2]int]bool // both directions
}

// links holds the connections of a scenario, each once.
type links struct {
	list  []model.Link
	index map[[4]int32]int
	base  map[[4]int32]int // those of the assembly, shared by its plans
}

// of returns the index of a connection, new or not.
func (l *links) of(link model.Link) int {
	key := [4]int32{int32(link.User), int32(link.UsePort), int32(link.Provider), int32(link.ProvidePort)}
	i, ok := l.base[key]
	if !ok {
		i, ok = l.index[key]
	}
	if !ok {
		i = len(l.list)
		l.index[key] = i
		l.list = append(l.list, link)
	}
	return i
}

// instantiate expands an assembly, once.
func (r *resolver) instantiate(a *Assembly) *instance {
	if x, ok := r.instances[a]; ok {
		return x
	}
	x := &instance{
		decl:       a,
		nodes:      newTable("node", a.broken.of(ofNodes|ofParameters)),
		components: newTable("component", a.broken.of(ofComponents|ofParameters)),
		links:      &links{index: map[[4]int32]int{}},
		neighbours: map[[2]int]bool{},
		nodeHosts:  map[int]Name{},
	}
	r.instances[a] = x
	x.scope = r.parameters(a)
	r.expandNodes(x, a.Body, x.scope)
	r.expandLinks(x, a.Body, x.scope)
	return x
}

// anyInteger is the bounds of a parameter that has none.
var anyInteger = [2]int64{math.MinInt64, math.MaxInt64}

// parameters gives every parameter its value: the one that is set, or else its
// default.
func (r *resolver) parameters(a *Assembly) scope {
	in := r.constants
	seen := map[string]model.Pos{}
	for _, p := range a.Parameters {
		if !define(r, seen, p.Name.Name, p.Name.Pos, "parameter", func(pos model.Pos) model.Pos { return pos }) {
			continue
		}
		if _, ok := in.lookup(p.Name.Text); ok {
			r.fail(p.Name.Span, fmt.Sprintf("%s is a constant already", p.Name.Text), "take another name")
			continue
		}
		if p.Default == nil {
			in = in.with(p.Name.Text, 0) // what it leads to is not reported in a broken assembly
			continue
		}
		value, ok := r.eval(p.Default, in)
		limits := anyInteger
		if p.Within != nil {
			lo, hi, okBounds := r.bounds(*p.Within, in)
			switch {
			case okBounds && lo > hi:
				r.fail(p.Within.Span(), fmt.Sprintf("no value is possible for parameter %s", p.Name.Text), "a range is lo .. hi with lo ≤ hi")
			case okBounds:
				limits = [2]int64{lo, hi}
			}
		}
		at := p.Default.Span()
		origin := "its default"
		if set, isSet := r.opts.Set[p.Name.Text]; isSet {
			value, ok, at, origin = int64(set), true, p.Name.Span, "the value given for it"
		}
		if ok && (value < limits[0] || value > limits[1]) {
			r.fail(at, fmt.Sprintf("parameter %s is out of range: %s is %d", p.Name.Text, origin, value), fmt.Sprintf("it must be in %d .. %d", limits[0], limits[1]))
			value = min(max(value, limits[0]), limits[1])
		}
		in = in.with(p.Name.Text, value)
	}
	return in
}

// expandNodes makes the nodes and components of a body.
func (r *resolver) expandNodes(x *instance, body []AssemblyStmt, in scope) {
	for i := range body {
		switch s := &body[i]; {
		case s.For != nil && hasNodes(s.Body):
			declareNames(x, s.Body)
			r.replicate(s.For, len(s.Body), in, func(in scope) { r.expandNodes(x, s.Body, in) })
		case s.Node != nil:
			id := len(x.nodeList)
			name, ok := r.enter(x.nodes, s.Node.Ref, in, id, func(id int) Span { return x.nodeRefs[id] })
			switch {
			case ok:
				x.nodeList = append(x.nodeList, model.Node{Name: name, Pos: s.Node.Ref.Name.Pos})
				x.nodeRefs = append(x.nodeRefs, s.Node.Ref.Span())
				if s.Node.Host != nil {
					if host, ok := r.hostName(s.Node.Host.Ref, in); ok {
						x.nodeHosts[id] = Name{host, s.Node.Host.Span()}
					}
				}
			case name != "":
				// The components of a node that is declared twice go on the first,
				// or each use of them would be reported.
				id = x.nodes.names[name]
			default:
				doubtComponents(x, s.Node.Body)
				continue
			}
			r.expandNode(x, id, s.Node.Body, in)
		}
	}
}

// hasNodes says whether a node is declared in a body.
func hasNodes(body []AssemblyStmt) bool {
	return slices.ContainsFunc(body, func(s AssemblyStmt) bool { return s.Node != nil || hasNodes(s.Body) })
}

// onlyNodes says whether a body, which may be empty, declares nothing but nodes.
func onlyNodes(body []AssemblyStmt) bool {
	for _, s := range body {
		if s.Connect != nil || s.Neighbours != nil || s.For != nil && !onlyNodes(s.Body) {
			return false
		}
	}
	return len(body) > 0
}

// declareNames enters the names of a replicated body, which may have no
// instances.
func declareNames(x *instance, body []AssemblyStmt) {
	for i := range body {
		if n := body[i].Node; n != nil {
			x.nodes.declared[n.Ref.Name.Text] = true
			declareComponents(x, n.Body)
		}
		declareNames(x, body[i].Body)
	}
}

func declareComponents(x *instance, body []NodeStmt) {
	for i := range body {
		if body[i].For == nil {
			x.components.declared[body[i].Instance.Name.Text] = true
		}
		declareComponents(x, body[i].Body)
	}
}

// doubtComponents notes that a body could not be expanded.
func doubtComponents(x *instance, body []NodeStmt) {
	for i := range body {
		x.components.doubtful[body[i].Instance.Name.Text] = true
		doubtComponents(x, body[i].Body)
	}
}

func (r *resolver) expandNode(x *instance, node int, body []NodeStmt, in scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			declareComponents(x, s.Body)
			r.replicate(s.For, len(s.Body), in, func(in scope) { r.expandNode(x, node, s.Body, in) })
			continue
		}
		id := len(x.compList)
		if old, ok := r.onOtherNode(x, s.Instance, in, node); ok {
			r.fail(s.Instance.Span(), fmt.Sprintf("component %s is on two nodes, %s and %s", x.compList[old].Name, x.nodeList[x.compList[old].Node].Name, x.nodeList[node].Name),
				"a component is on one node: rename one, or give it an index", related(x.compRefs[old].Pos, "first declared here"))
			continue
		}
		name, ok := r.enter(x.components, s.Instance, in, id, func(id int) Span { return x.compRefs[id] })
		if !ok {
			continue
		}
		c := model.Component{Name: name, Type: -1, Node: node, Pos: s.Instance.Name.Pos}
		if info, ok := r.types[s.Type.Text]; ok {
			c.Type = info.index
		} else {
			unknown(r, s.Type.Name, "component type", "", r.types, r.broken.of(ofTypes))
		}
		x.compList = append(x.compList, c)
		x.compRefs = append(x.compRefs, s.Instance.Span())
	}
}

// onOtherNode finds the component that a declaration repeats on another node.
func (r *resolver) onOtherNode(x *instance, ref Ref, in scope, node int) (old int, ok bool) {
	index, ok := r.indices(ref, in)
	if !ok {
		return 0, false
	}
	old, ok = x.components.names[string(fullName(nil, ref.Name.Text, index))]
	return old, ok && x.compList[old].Node != node
}

// typeOf returns what is known of the type of a component; not ok where that is
// nothing.
func (r *resolver) typeOf(x *instance, component int) (*typeInfo, bool) {
	if component < 0 || x.compList[component].Type < 0 {
		return nil, false
	}
	info := r.order[x.compList[component].Type]
	return info, info.ports != nil
}

// expandLinks makes the connections and the neighbours of a body.
func (r *resolver) expandLinks(x *instance, body []AssemblyStmt, in scope) {
	for i := range body {
		switch s := &body[i]; {
		case s.For != nil && !onlyNodes(s.Body):
			r.replicate(s.For, len(s.Body), in, func(in scope) { r.expandLinks(x, s.Body, in) })
		case s.Connect != nil:
			r.assemblyLink(x, s.Connect, in)
		case s.Neighbours != nil:
			r.declaredNeighbours(x, s.Neighbours.Nodes, in)
		}
	}
}

func (r *resolver) assemblyLink(x *instance, c *Connect, in scope) {
	link, ok := r.connection(x, c.Connection, c.Span(), in)
	if !ok {
		return
	}
	user, provider := true, true
	if c.By != nil {
		by, ok := r.find(x.components, c.By.Ref, in)
		if !ok {
			return
		}
		user, provider = by == link.User, by == link.Provider
		if !user && !provider {
			r.fail(c.By.Span(), fmt.Sprintf("%s has no part in this connection", x.compList[by].Name),
				fmt.Sprintf("write by %s or by %s, or nothing for both sides", x.compList[link.User].Name, x.compList[link.Provider].Name))
			return
		}
	}
	link.Pos = c.Span().Pos
	n := len(x.links.list)
	i := x.links.of(link)
	old := &x.links.list[i]
	if i < n && (old.UserSide || !user) && (old.ProviderSide || !provider) {
		r.fail(c.Span(), "this connection is declared twice", "remove one", related(old.Pos, "first declared here"))
		return
	}
	old.UserSide = old.UserSide || user
	old.ProviderSide = old.ProviderSide || provider
}

// connection resolves both ends of a connection. Their order is free: the kinds
// of the ports decide which one uses.
func (r *resolver) connection(x *instance, c *Connection, at Span, in scope) (link model.Link, ok bool) {
	from, fromPort, okFrom := r.port(x, c.From, in)
	to, toPort, okTo := r.port(x, c.To, in)
	if !okFrom || !okTo {
		return link, false
	}
	a := r.model[x.compList[from].Type].Ports[fromPort]
	b := r.model[x.compList[to].Type].Ports[toPort]
	switch {
	case b.Kind.IsUse() && a.Kind == b.Kind+1:
		return model.Link{User: to, UsePort: toPort, Provider: from, ProvidePort: fromPort}, true
	case a.Kind.IsUse() && b.Kind == a.Kind+1:
		return model.Link{User: from, UsePort: fromPort, Provider: to, ProvidePort: toPort}, true
	}
	detail := "a connection joins a provide port with a use port, or a data provide port with a data use port"
	r.fail(at, fmt.Sprintf("cannot connect a %v port with a %v port", a.Kind, b.Kind), detail,
		related(a.Pos, fmt.Sprintf("%s is a %v port", a.Name, a.Kind)), related(b.Pos, fmt.Sprintf("%s is a %v port", b.Name, b.Kind)))
	return link, false
}

func (r *resolver) port(x *instance, p PortRef, in scope) (component, port int, ok bool) {
	component, ok = r.find(x.components, p.Component.Ref, in)
	if !ok {
		return
	}
	info, ok := r.typeOf(x, component)
	if !ok {
		return
	}
	port, ok = info.ports[p.Port.Text]
	if !ok {
		unknown(r, p.Port.Name, "port", "component type "+info.typ.Name, info.ports, info.decl.broken.of(ofPorts))
	}
	return
}

// declaredNeighbours makes every node of a list a neighbour of every other.
func (r *resolver) declaredNeighbours(x *instance, refs []nodeRef, in scope) {
	var ids []int
	for _, ref := range refs {
		r.match(x.nodes, ref.Ref, 1, in, func(id int, _ scope) { ids = append(ids, id) })
	}
	if !r.spend(refs[0].Span(), int64(len(ids))*int64(len(ids))) {
		return
	}
	for _, a := range ids {
		for _, b := range ids {
			if a != b {
				x.neighbours[[2]int{a, b}] = true
			}
		}
	}
}
