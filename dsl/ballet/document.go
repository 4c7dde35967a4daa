package ballet

import (
	"slices"

	"adagio/dsl/model"
)

// document is the model that is being written, in the order of its parts.
type document struct {
	notes    []string // the comment at its head
	types    []*ctype
	byName   map[string]*ctype
	assembly *assembly
	timings  []timing
	missing  []string // components that lack durations
	plans    []*planText
}

func (d *document) typeNamed(name string) *ctype { return d.byName[name] }

func (d *document) addType(t *ctype) {
	if d.byName == nil {
		d.byName = map[string]*ctype{}
	}
	d.byName[t.name] = t
	d.types = append(d.types, t)
}

// assembly is what an assembly block holds.
type assembly struct {
	name       string
	comment    string
	parameters []parameter
	items      []item
	neighbours [][2]string // of plain node names
}

type parameter struct {
	name  string
	value int
}

// item is a node, a connection, or a loop over such.
type item struct {
	node *node
	link *link
	loop *loop
	body []item
	pos  model.Pos
}

type node struct {
	name       template
	components []*component
}

type component struct {
	name   template
	typ    *ctype
	active string // the state that assembly.yaml says it is in, "" for none
	pos    model.Pos
}

// link is a connection. By names the component whose side alone is made, "" is
// both sides.
type link struct {
	provider, user template
	provide, use   string
	by             string
}

// timing is the duration of a transition of one component.
type timing struct {
	component, behaviour, transition, duration string
}

// planText is a plan with its programs in the language.
type planText struct {
	*plan
	from   string // after the word from; "" if nothing says it
	blocks []block
}

// block is the program of a node.
type block struct {
	node  string
	lines []string
}

// instance is one component after replication.
type instance struct {
	*component
	text string // in the language
	node *nodeInstance
	at   env
}

type nodeInstance struct{ flat, text string }

// directory knows the components and nodes by Ballet's names.
type directory struct {
	components map[string]*instance
	order      []string
	nodes      map[string]*nodeInstance
}

func (d *directory) names() []string { return d.order }

// expand calls the function for every item of an assembly that is no loop, with
// the values of parameters and loop variables. It reports a replication that is
// too large and expressions that have no value.
func (j *job) expand(a *assembly, visit func(it item, in env)) {
	in := env{}
	for _, p := range a.parameters {
		in[p.name] = p.value
	}
	left := maxItems
	var walk func(items []item)
	walk = func(items []item) {
		for _, it := range items {
			if left--; left < 0 {
				return
			}
			if it.loop == nil {
				visit(it, in)
				continue
			}
			if _, bound := in[it.loop.variable]; bound {
				j.errorf(it.pos, "take another name", "%s is a parameter or a loop variable already", it.loop.variable)
				continue
			}
			from, err := it.loop.from.eval(in)
			to := 0
			if err == nil {
				to, err = it.loop.to.eval(in)
			}
			if err != nil {
				j.errorf(it.pos, "", "%v", err)
				continue
			}
			if to-from > maxItems {
				left = -1
			}
			for n := from; n < to && left >= 0; n++ {
				in[it.loop.variable] = n
				left--
				walk(it.body)
			}
			delete(in, it.loop.variable)
			if left < 0 {
				return
			}
		}
	}
	walk(a.items)
	if left < 0 {
		pos := model.Pos{}
		for _, it := range a.items {
			if it.loop != nil {
				pos = it.pos
				break
			}
		}
		j.errorf(pos, "make the range smaller", "the assembly has more than %d components and connections", maxItems)
	}
}

// index lists the components and nodes of an assembly.
func (j *job) index(a *assembly) *directory {
	d := &directory{components: map[string]*instance{}, nodes: map[string]*nodeInstance{}}
	j.expand(a, func(it item, in env) {
		if it.node == nil {
			return
		}
		flat, err := it.node.name.flat(in)
		if err != nil {
			j.errorf(it.pos, "", "%v", err)
			return
		}
		n := &nodeInstance{flat, it.node.name.indexed(in)}
		if d.nodes[flat] != nil {
			j.errorf(it.pos, "", "there are two nodes or components %s", flat)
			return
		}
		d.nodes[flat] = n
		for _, c := range it.node.components {
			flat, err := c.name.flat(in)
			switch {
			case err != nil:
				j.errorf(c.pos, "", "%v", err)
			case d.components[flat] != nil:
				j.errorf(c.pos, "it was declared at "+d.components[flat].pos.String(), "there are two components %s", flat)
			default:
				d.components[flat] = &instance{component: c, text: c.name.indexed(in), node: n, at: copyEnv(in)}
				d.order = append(d.order, flat)
			}
		}
	})
	return d
}

func copyEnv(in env) env {
	out := env{}
	for k, v := range in {
		out[k] = v
	}
	return out
}

// at is the template with its indices evaluated.
func (t template) at(in env) template {
	out := template{parts: t.parts}
	for _, e := range t.index {
		n, _ := e.eval(in)
		out.index = append(out.index, &expr{op: 'n', n: n})
	}
	return out
}

// component looks a component up, or reports that it is not there.
func (j *job) component(d *directory, w word) *instance {
	c := d.components[w.text]
	if c == nil {
		j.errorf(w.pos, j.suggest(w.text, d.names()), "there is no component %s in the assembly", w.text)
	}
	return c
}

// behaviour checks that a type has a behaviour; of a type that is not described
// it notes that it must have it.
func (j *job) behaviour(t *ctype, w word) {
	switch {
	case slices.Contains(t.behaviours, w.text):
	case t.described:
		j.errorf(w.pos, j.suggest(w.text, t.behaviours), "type %s has no behaviour %s", t.name, w.text)
	case len(t.behaviours) == maxElements:
		j.errorf(w.pos, "", "type %s has more than %d behaviours", t.name, maxElements)
	default:
		t.behaviours = append(t.behaviours, w.text)
	}
}

// orient says which end of a connection is the provider's. Ports of types that
// are not described are noted as what they must be. If nothing tells, the first
// is the provider where that is the rule.
func (j *job) orient(t1 *ctype, p1 word, t2 *ctype, p2 word, providerFirst bool) (firstProvides, ok bool) {
	a, ok1 := j.portOf(t1, p1)
	b, ok2 := j.portOf(t2, p2)
	if !ok1 || !ok2 {
		return false, false
	}
	if a == nil && b == nil {
		if !providerFirst {
			j.errorf(p1.pos, "import the descriptions of the component types, too", "nothing says which of %s and %s is provided", p1.text, p2.text)
			return false, false
		}
		a = note(t1, p1.text, model.Provide)
	}
	if a == nil {
		a = note(t1, p1.text, opposite(b.kind))
	}
	if b == nil {
		b = note(t2, p2.text, opposite(a.kind))
	}
	if b.kind != opposite(a.kind) {
		j.errorf(p1.pos, "a connection joins a use port with a provide port, or the two kinds of data port", "a connection of a %s port with a %s port", a.kind, b.kind)
		return false, false
	}
	return !a.kind.IsUse(), true
}

// portOf returns the port of a type, nil if it may have it for all that is known.
func (j *job) portOf(t *ctype, w word) (*port, bool) {
	p := t.port(w.text)
	if p == nil && t.described {
		j.errorf(w.pos, j.suggest(w.text, t.portNames()), "type %s has no port %s", t.name, w.text)
		return nil, false
	}
	if p == nil && len(t.ports) == maxElements {
		j.errorf(w.pos, "", "type %s has more than %d ports", t.name, maxElements)
		return nil, false
	}
	return p, true
}

func note(t *ctype, name string, k model.PortKind) *port {
	t.ports = append(t.ports, port{name: name, kind: k})
	return &t.ports[len(t.ports)-1]
}

func opposite(k model.PortKind) model.PortKind {
	if k.IsUse() {
		return k + 1
	}
	return k - 1
}
