package ballet

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// assemble makes one document of everything that has been read.
func (j *job) assemble() {
	switch {
	case len(j.programs)+len(j.assemblies) > 1:
		sources := append(slices.Clone(j.programs), j.assemblies...)
		j.errorf(sources[1].root.pos, "import one after the other", "two assemblies at once: %s and %s", sources[0].path, sources[1].path)
		return
	case len(j.programs) == 1:
		if len(j.plans) > 0 || len(j.inventory) > 0 {
			j.errorf(j.programs[0].root.pos, "import them one after the other", "a scenario has its own nodes and programs, and cannot be joined with .concertod plans or an inventory")
			return
		}
		j.readProgram(j.programs[0])
	case len(j.assemblies) == 1:
		j.readAssembly(j.assemblies[0].root)
	case len(j.plans) > 0:
		j.assemblePlans()
	case len(j.inventory) > 0:
		j.errorf(j.inventory[0].pos, "give the assembly.yaml, too", "an inventory alone says nothing")
		return
	}
	if j.HasErrors() {
		return
	}
	if j.doc.assembly != nil {
		j.join()
	} else if len(j.durations) > 0 {
		j.errorf(j.durations[0].pos, "give the assembly.yaml or the program, too", "durations are by component, and nothing says of what types the components are")
	} else if len(j.doc.types) == 0 {
		j.errorf(model.Pos{}, "", "there is nothing to import")
	}
	if !j.HasErrors() {
		j.headNotes()
	}
}

// join resolves the names of an assembly and writes connections, programs and
// durations with them.
func (j *job) join() {
	d := j.index(j.doc.assembly)
	if j.HasErrors() {
		return
	}
	j.orientLinks(d)
	layout := j.layout(d)
	if j.HasErrors() {
		return
	}
	if layout != nil {
		j.regroup(d, layout)
		if d = j.index(j.doc.assembly); j.HasErrors() {
			return
		}
	}
	for _, p := range j.plans {
		j.doc.plans = append(j.doc.plans, &planText{plan: p, from: j.from(d, p)})
	}
	seen := map[string]bool{}
	for _, p := range j.doc.plans {
		if seen[p.name] {
			j.errorf(p.pos, "rename a folder or a phase", "there are two plans %s", p.name)
		}
		seen[p.name] = true
		j.writePlan(d, p)
	}
	if len(j.programs) == 1 && !j.HasErrors() {
		j.collectLinks(d)
	}
	j.readDurations(d)
}

// numbered is how the name of a replicated component ends: listener_0 and listener_1
// are of one type where nothing says otherwise.
var numbered = regexp.MustCompile(`_?\d+$`)

// assemblePlans makes an assembly of what the plans alone say: the components
// that they work on. Their types are unknown unless the plan adds them.
func (j *job) assemblePlans() {
	a := &assembly{name: "imported", comment: "No assembly.yaml was given: the components are those of the plans, those whose names differ in a number only are of one type, and their connections are not known."}
	found := map[string]*component{}
	for _, p := range j.plans {
		for _, prog := range p.programs {
			for _, in := range prog.body {
				if !own(in) {
					continue
				}
				c := found[in.args[0].text]
				if c == nil {
					c = &component{name: plain(in.args[0].text), pos: in.pos}
					found[in.args[0].text] = c
					a.items = append(a.items, item{node: &node{name: c.name, components: []*component{c}}, pos: in.pos})
				}
				if in.op == model.Add {
					if c.typ == nil {
						c.typ = j.typeOf(in.args[1].text, in.args[1].pos)
					}
				}
			}
		}
	}
	j.chooseTypes(a)
	j.doc.assembly = a
}

// chooseTypes gives the components of an assembly types whose plans add none: that of
// the others whose names differ in a number only. It warns where these have several, and
// where one has no number at all.
func (j *job) chooseTypes(a *assembly) {
	type family struct {
		members []*component
		typ     *ctype // of those whose plans add none
	}
	families := map[string]*family{}
	base := func(c *component) string { return numbered.ReplaceAllString(c.name.parts[0], "") }
	for _, it := range a.items {
		c := it.node.components[0]
		if families[base(c)] == nil {
			families[base(c)] = &family{}
		}
		f := families[base(c)]
		f.members = append(f.members, c)
	}
	for _, it := range a.items {
		c := it.node.components[0]
		if c.typ != nil {
			continue
		}
		f := families[base(c)]
		if f.typ == nil {
			f.typ = j.typeOfFamily(c, base(c), f.members)
		}
		c.typ = f.typ
	}
}

// typeOfFamily is the type of the components of a family whose plans add none, of which c
// is the first.
func (j *job) typeOfFamily(c *component, base string, members []*component) *ctype {
	var types []*ctype
	var names, of []string
	for _, other := range members {
		names = append(names, other.name.parts[0])
		if other.typ != nil && !slices.Contains(types, other.typ) {
			types, of = append(types, other.typ), append(of, fmt.Sprintf("%s as %s is", other.typ.name, other.name.parts[0]))
		}
	}
	switch {
	case len(types) == 1:
		return types[0]
	case len(types) > 1:
		j.add(diag.Warning, c.pos, "say it with an assembly.yaml", "the type of %s is ambiguous: it can be %s", c.name.parts[0], strings.Join(of, " or "))
	case len(names) > 1 && slices.Contains(names, base):
		j.add(diag.Warning, c.pos, "say it with an assembly.yaml if they are not", "%s are taken to be of one type, though %s has no number", strings.Join(names, ", "), base)
	}
	return j.typeOf(base+"_type", c.pos)
}

// own says whether an instruction is one that only the component's own node runs.
func own(in instruction) bool {
	return in.op == model.Push || in.op == model.Add || in.op == model.Delete
}

// orientLinks turns every connection of the assembly from provider to user.
func (j *job) orientLinks(d *directory) {
	seen := map[*link]bool{}
	j.expand(j.doc.assembly, func(it item, in env) {
		l := it.link
		if l == nil {
			return
		}
		provider, user := j.linkEnd(d, &l.provider, in, it.pos), j.linkEnd(d, &l.user, in, it.pos)
		if provider == nil || user == nil {
			return
		}
		first, ok := j.orient(provider.typ, word{l.provide, it.pos}, user.typ, word{l.use, it.pos}, true)
		if !ok {
			return
		}
		switch {
		case !first && seen[l]:
			j.errorf(it.pos, "write the two directions apart", "the provider is first for some values of the loop and second for others")
		case !first:
			l.provider, l.user, l.provide, l.use = l.user, l.provider, l.use, l.provide
		}
		seen[l] = true
	})
}

// linkEnd finds the component at one end of a connection. Where the assembly
// declares shop${{ s }} and connects shop0, the end becomes shop[0].
func (j *job) linkEnd(d *directory, t *template, in env, pos model.Pos) *instance {
	flat, err := t.flat(in)
	if err != nil {
		j.errorf(pos, "", "%v", err)
		return nil
	}
	c := j.component(d, word{flat, pos})
	switch {
	case c == nil || c.text == t.indexed(in):
	case len(t.index) == 0:
		*t = c.name.at(c.at)
	default:
		j.errorf(pos, "write the indices in both at the same places", "%s is declared as %s and connected as %s", flat, c.name, t)
		return nil
	}
	return c
}

// collectLinks declares the connections that the programs of a scenario make, in
// the order in which they make them, each side where a node makes it.
func (j *job) collectLinks(d *directory) {
	links := map[string]*link{}
	sides := map[string][2]bool{} // provider's, user's
	var order []string
	for _, p := range j.doc.plans {
		for _, prog := range p.programs {
			for _, in := range prog.body {
				if in.op != model.Connect {
					continue
				}
				l := j.linkOf(d, in)
				if l == nil {
					continue
				}
				key := fmt.Sprint(l.provider, ".", l.provide, " -> ", l.user, ".", l.use)
				if links[key] == nil {
					links[key] = l
					order = append(order, key)
				}
				s := sides[key]
				s[0] = s[0] || d.components[l.provider.parts[0]].node.flat == prog.node
				s[1] = s[1] || d.components[l.user.parts[0]].node.flat == prog.node
				sides[key] = s
			}
		}
	}
	for _, key := range order {
		l := links[key]
		switch sides[key] {
		case [2]bool{true, false}:
			l.by = l.provider.String()
		case [2]bool{false, true}:
			l.by = l.user.String()
		}
		j.doc.assembly.items = append(j.doc.assembly.items, item{link: l})
	}
}

// linkOf reads the four arguments of a connect or disconnect.
func (j *job) linkOf(d *directory, in instruction) *link {
	c1, c2 := j.component(d, in.args[0]), j.component(d, in.args[2])
	if c1 == nil || c2 == nil {
		return nil
	}
	first, ok := j.orient(c1.typ, in.args[1], c2.typ, in.args[3], false)
	if !ok {
		return nil
	}
	p, u := 0, 2
	if !first {
		p, u = u, p
	}
	return &link{
		provider: plain(in.args[p].text), provide: in.args[p+1].text,
		user: plain(in.args[u].text), use: in.args[u+1].text,
	}
}

// headNotes writes the comment at the head of the model.
func (j *job) headNotes() {
	var from []string
	for _, o := range j.origins {
		if o = filepath.ToSlash(o); !slices.Contains(from, o) {
			from = append(from, o)
		}
	}
	j.doc.notes = append(j.doc.notes, "Imported by adagio from "+strings.Join(from, ", ")+".")
	if a := j.doc.assembly; a != nil && a.comment != "" {
		j.doc.notes = append(j.doc.notes, "", a.comment)
	}
	if len(j.plans) > 0 {
		j.doc.notes = append(j.doc.notes, "", "Ballet runs one executor for each component, and the executor lets end what it "+
			"was told to do: each program has a last wait that the planner's text leaves out. "+
			`The published runs executed "wait c b" as "wait c holding".`)
	}
	var undescribed []string
	for _, t := range j.doc.types {
		if !t.described {
			undescribed = append(undescribed, t.name)
		}
	}
	if len(undescribed) > 0 {
		j.doc.notes = append(j.doc.notes, "",
			"MISSING: no file describes the types "+strings.Join(undescribed, ", ")+". "+
				"Fill in their places, transitions, durations and what the ports are bound to.")
		j.add(diag.Warning, model.Pos{}, "the model has a note in their place", "no file describes the types %s", strings.Join(undescribed, ", "))
	}
	if len(j.doc.missing) > 0 {
		j.add(diag.Warning, model.Pos{}, howToTime, "no duration is given for transitions of %s", strings.Join(j.doc.missing, ", "))
	} else if untimed := j.untimed(); j.doc.assembly == nil && len(untimed) > 0 {
		j.add(diag.Warning, model.Pos{}, howToTime, "no duration is given for %s", strings.Join(untimed, ", "))
	}
}

const howToTime = `give them in JSON, {"component": {"transition": seconds, …}, …}, beside the assembly; or write them into the model, as "t: a -> b for 3s" or in a block of timings; adagio calibrate takes them from logs`

// untimed lists the transitions of the types that have no duration.
func (j *job) untimed() []string {
	var out []string
	for _, t := range j.doc.types {
		for _, tr := range t.transitions {
			if tr.duration == "" {
				out = append(out, t.name+"."+tr.name)
			}
		}
	}
	return out
}
