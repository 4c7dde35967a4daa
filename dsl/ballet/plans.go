package ballet

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// from is the state that a .concertod plan starts in, by what assembly.yaml says
// of its components.
func (j *job) from(d *directory, p *plan) string {
	added := map[string]bool{}
	for _, prog := range p.programs {
		for _, in := range prog.body {
			if in.op == model.Add {
				added[in.args[0].text] = true
			}
		}
	}
	if len(j.assemblies) == 0 {
		for _, flat := range d.order {
			if !added[flat] {
				return ""
			}
		}
		return "nothing"
	}
	running := true
	states := map[string]string{} // by Ballet's name
	for _, flat := range d.order {
		c := d.components[flat]
		if c.active == "" {
			running = false
			continue
		}
		place := c.active
		switch {
		case place == "running" && (c.typ.running != "" || !c.typ.described):
			if c.typ.described {
				place = c.typ.running
			}
		case slices.Contains(c.typ.places, place) || !c.typ.described:
			running = false
		case place == "running":
			j.errorf(c.pos, `add "running": "…" to the description of the type, or name the place in the assembly`, "%s is running, and type %s does not say in which place that is", flat, c.typ.name)
		default:
			j.errorf(c.pos, j.suggest(place, c.typ.places), "%s is in %q, which is not a place of type %s", flat, place, c.typ.name)
		}
		states[flat] = place
	}
	switch {
	case len(states) == 0:
		return "nothing"
	case running:
		return "running"
	}
	return "{ " + strings.Join(stateList(d, states), "; ") + " }"
}

// stateList writes the state of each component, and of all components of a loop
// at once where they agree.
func stateList(d *directory, states map[string]string) []string {
	said := map[string]map[string]bool{} // by name without indices: what is said of them
	folded := func(c *instance, flat string) string {
		place, ok := states[flat]
		if !ok {
			return ""
		}
		return stateName(c) + ": " + quoted(place)
	}
	for _, flat := range d.order {
		c := d.components[flat]
		base := c.name.base()
		if said[base] == nil {
			said[base] = map[string]bool{}
		}
		said[base][folded(c, flat)] = true
	}
	var list []string
	listed := map[string]bool{}
	for _, flat := range d.order {
		c := d.components[flat]
		text := folded(c, flat)
		if text != "" && len(said[c.name.base()]) > 1 {
			text = c.text + ": " + quoted(states[flat])
		}
		if text != "" && !listed[text] {
			listed[text] = true
			list = append(list, text)
		}
	}
	return list
}

// stateName is the name of a component as `from { … }` has it: all components of
// a loop at once where the index is the loop variable itself.
func stateName(c *instance) string {
	for _, e := range c.name.index {
		if e.op != 'v' {
			return c.text
		}
	}
	return c.name.String()
}

// writePlan writes the programs of a plan in the language.
func (j *job) writePlan(d *directory, p *planText) {
	ran := map[string]bool{}
	for _, prog := range j.joined(d, p) {
		n := j.nodeOf(d, prog)
		if n == nil {
			continue
		}
		if ran[n.flat] {
			j.errorf(prog.pos, "", "node %s has two programs in plan %s", n.flat, p.name)
			continue
		}
		ran[n.flat] = true
		b := block{node: n.text}
		last := instruction{}
		for i, in := range prog.body {
			line := j.line(d, n, in)
			same := in.op == model.Push && last.op == model.Push && i > 0 && in.args[0].text == last.args[0].text
			if k := len(b.lines); same && k > 0 && line != "" && len(b.lines[k-1]) < 80 {
				b.lines[k-1] += ", " + quoted(in.args[1].text)
			} else {
				b.lines = append(b.lines, line)
			}
			last = in
		}
		if p.planner {
			b.lines = append(b.lines, lastWaits(d, prog)...)
		}
		p.blocks = append(p.blocks, b)
	}
}

// joined returns the programs of a plan, those that the planner wrote for several
// components of one node made one: a node has one executor, which runs them one
// after the other, here in the order of the names of their files.
func (j *job) joined(d *directory, p *planText) []*program {
	if !p.planner {
		return p.programs
	}
	var order []*nodeInstance
	of := map[*nodeInstance][]*program{}
	for _, prog := range p.programs {
		n := j.nodeOf(d, prog)
		if n == nil {
			continue
		}
		if of[n] == nil {
			order = append(order, n)
		}
		of[n] = append(of[n], prog)
	}
	var out []*program
	for _, n := range order {
		slices.SortStableFunc(of[n], func(a, b *program) int { return cmp.Compare(a.path, b.path) })
		first := of[n][0]
		one, mine := *first, first.components()
		for _, prog := range of[n][1:] {
			its, twice := prog.components(), false
			for _, c := range slices.Sorted(maps.Keys(its)) {
				if mine[c] {
					twice = true
					j.errorf(prog.pos, "the other is at "+first.pos.String(), "%s has two programs in plan %s", c, p.name)
				}
			}
			maps.Copy(mine, its)
			if twice {
				continue
			}
			j.add(diag.Warning, prog.pos, "if each component has an executor of its own, give them different ports in the inventory; else put both in one file, in the order that is meant",
				"node %s has several programs in plan %s: this one is run after %s", n.flat, p.name, filepath.ToSlash(first.path))
			one.body = append(slices.Clone(one.body), prog.body...)
			first = prog
		}
		out = append(out, &one)
	}
	return out
}

// components are those that a program works on itself.
func (p *program) components() map[string]bool {
	out := map[string]bool{}
	for _, in := range p.body {
		if own(in) {
			out[in.args[0].text] = true
		}
	}
	return out
}

// nodeOf finds the node that runs a program: in a JSON program it is named, a
// .concertod file runs where the components are that it works on.
func (j *job) nodeOf(d *directory, prog *program) *nodeInstance {
	if prog.path == "" {
		return d.nodes[prog.node]
	}
	for _, in := range prog.body {
		if own(in) {
			if c := j.component(d, in.args[0]); c != nil {
				return c.node
			}
			return nil
		}
	}
	if c := d.components[prog.node]; c != nil {
		return c.node
	}
	if len(prog.body) > 0 {
		j.errorf(prog.pos, "name the file as the component, or push something", "nothing says which node runs this program")
	}
	return nil
}

// lastWaits are the waits for the components of a program that it does not end
// with itself.
func lastWaits(d *directory, prog *program) []string {
	var lines []string
	waited := map[string]bool{}
steps:
	for i := len(prog.body) - 1; i >= 0; i-- {
		in := prog.body[i]
		switch in.op {
		case model.WaitAll:
			break steps
		case model.Wait:
			if len(in.args) == 1 {
				waited[in.args[0].text] = true
			}
		case model.Delete:
			waited[in.args[0].text] = true
		case model.Push:
			flat := in.args[0].text
			if c := d.components[flat]; c != nil && !waited[flat] {
				waited[flat] = true
				lines = append(lines, "wait "+c.text)
			}
		}
	}
	slices.Reverse(lines)
	return lines
}

// line writes one instruction of node n, or reports what it names wrongly.
func (j *job) line(d *directory, n *nodeInstance, in instruction) string {
	switch in.op {
	case model.WaitAll:
		return "wait all"
	case model.Pause:
		return "pause " + in.seconds
	case model.Connect, model.Disconnect:
		l := j.linkOf(d, in)
		if l == nil {
			return ""
		}
		p, u := d.components[l.provider.parts[0]], d.components[l.user.parts[0]]
		if p.node.flat != n.flat && u.node.flat != n.flat {
			j.errorf(in.pos, "a node makes and removes its own side of a connection", "neither %s nor %s is on node %s", p.text, u.text, n.flat)
		}
		return in.op.String() + " " + p.text + "." + quoted(l.provide) + " -> " + u.text + "." + quoted(l.use)
	}
	c := j.component(d, in.args[0])
	if c == nil {
		return ""
	}
	if own(in) && c.node.flat != n.flat {
		j.errorf(in.args[0].pos, "", "%s is on node %s, not on %s", in.args[0].text, c.node.flat, n.flat)
	}
	line := in.op.String() + " " + c.text
	switch {
	case in.op == model.Add:
		if t := in.args[1]; j.doc.described(t.text) != c.typ {
			j.errorf(t.pos, "", "%s is a %s in the assembly, not a %s", in.args[0].text, c.typ.name, t.text)
		}
		if c.active != "" {
			j.errorf(in.pos, "", "%s is added, but the assembly says that it is there: %s", in.args[0].text, c.active)
		}
	case len(in.args) == 2:
		j.behaviour(c.typ, in.args[1])
		line += " " + quoted(in.args[1].text)
	}
	if in.holding {
		line += " holding"
	}
	return line
}
