package ballet

import (
	"strconv"
	"strings"

	"adagio/dsl/diag"
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
