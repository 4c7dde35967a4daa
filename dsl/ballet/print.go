package ballet

import (
	"fmt"
	"strings"
)

// printer writes a document as a model.
type printer struct {
	strings.Builder
	indent int
}

func (p *printer) line(format string, args ...any) {
	p.WriteString(strings.Repeat("  ", p.indent))
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

func (p *printer) blank() { p.WriteByte('\n') }

// comment writes a text in lines of at most 90 characters.
func (p *printer) comment(text string) {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	line := "//"
	for _, w := range strings.Fields(text) {
		if len(line)+len(w) > 90 && line != "//" {
			p.line("%s", line)
			line = "//"
		}
		line += " " + w
	}
	p.line("%s", line)
}

func (p *printer) open(format string, args ...any) {
	p.line(format+" {", args...)
	p.indent++
}

func (p *printer) close() {
	p.indent--
	p.line("}")
}

// write renders the document: types first, then the assembly, durations, plans.
func write(d *document) []byte {
	p := &printer{}
	for _, n := range d.notes {
		p.comment(n)
	}
	for _, t := range d.types {
		p.blank()
		p.ctype(t)
	}
	if d.assembly != nil {
		p.blank()
		p.assembly(d.assembly)
	}
	if len(d.timings) > 0 || len(d.missing) > 0 {
		p.blank()
		p.timings(d)
	}
	for _, plan := range d.plans {
		p.blank()
		p.plan(plan, quoted(d.assembly.name))
	}
	return []byte(p.String())
}

func (p *printer) ctype(t *ctype) {
	if !t.described {
		p.undescribed(t)
		return
	}
	p.open("component %s", quoted(t.name))
	p.line("places %s", list(t.places))
	p.line("initial %s", quoted(t.initial))
	if t.running != "" {
		p.line("running %s", quoted(t.running))
	}
	for _, g := range t.groups {
		p.line("group %s = %s", quoted(g.name), list(g.places))
	}
	for _, b := range t.behaviours {
		p.blank()
		p.open("behavior %s", quoted(b))
		p.transitions(t, b)
		p.close()
	}
	if len(t.ports) > 0 {
		p.blank()
	}
	for _, port := range t.ports {
		p.line("%s %s at %s", port.kind, quoted(port.name), list(port.bound))
	}
	p.close()
}

func (p *printer) transitions(t *ctype, behaviour string) {
	label, body := 0, 0
	for _, tr := range t.transitions {
		if tr.behaviour == behaviour {
			label = max(label, len(quoted(tr.name)))
			body = max(body, len(arrow(tr)))
		}
	}
	for _, tr := range t.transitions {
		if tr.behaviour != behaviour {
			continue
		}
		text := fmt.Sprintf("%-*s %-*s", label+1, quoted(tr.name)+":", body, arrow(tr))
		if tr.duration != "" {
			text += " for " + tr.duration
		}
		p.line("%s", strings.TrimRight(text, " "))
	}
}

func arrow(tr transition) string {
	text := quoted(tr.src) + " -> " + quoted(tr.dst)
	if tr.dock != "" {
		text += " dock " + tr.dock
	}
	return text
}

// undescribed writes what is known of a type that no file describes, and nothing
// that is not known.
func (p *printer) undescribed(t *ctype) {
	p.open("component %s", quoted(t.name))
	p.comment("MISSING: places, the initial place, transitions, durations. Known by its use:")
	for _, b := range t.behaviours {
		p.line("//   behavior %s { … }", quoted(b))
	}
	for _, port := range t.ports {
		p.line("//   %s %s at …", port.kind, quoted(port.name))
	}
	p.close()
}

func list(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quoted(n)
	}
	return strings.Join(out, ", ")
}

func (p *printer) assembly(a *assembly) {
	var parameters []string
	for _, q := range a.parameters {
		parameters = append(parameters, fmt.Sprintf("%s = %d", q.name, q.value))
	}
	head := quoted(a.name)
	if len(parameters) > 0 {
		head += "(" + strings.Join(parameters, ", ") + ")"
	}
	p.open("assembly %s", head)
	p.items(a.items)
	if len(a.neighbours) > 0 {
		p.blank()
	}
	for _, n := range a.neighbours {
		p.line("neighbours %s, %s", quoted(n[0]), quoted(n[1]))
	}
	p.close()
}

// items writes nodes, connections and loops, a blank line between the sorts.
func (p *printer) items(items []item) {
	sort := func(it item) string {
		switch {
		case it.loop != nil:
			return "loop"
		case it.node != nil:
			return "node"
		}
		return "link"
	}
	for i, it := range items {
		if i > 0 && (sort(it) != sort(items[i-1]) || it.loop != nil) {
			p.blank()
		}
		switch sort(it) {
		case "loop":
			p.open("%s", it.loop)
			p.items(it.body)
			p.close()
		case "node":
			var parts []string
			for _, c := range it.node.components {
				parts = append(parts, c.name.String()+": "+quoted(c.typ.name))
			}
			text := fmt.Sprintf("node %s { %s }", it.node.name, strings.Join(parts, "; "))
			if len(parts) <= 3 {
				p.line("%s", text)
				continue
			}
			p.open("node %s", it.node.name)
			for _, part := range parts {
				p.line("%s", part)
			}
			p.close()
		case "link":
			l := it.link
			text := fmt.Sprintf("connect %s.%s -> %s.%s", l.provider, quoted(l.provide), l.user, quoted(l.use))
			if l.by != "" {
				text += " by " + l.by
			}
			p.line("%s", text)
		}
	}
}

func (p *printer) timings(d *document) {
	if len(d.missing) > 0 {
		p.comment("MISSING: durations of transitions of " + strings.Join(d.missing, ", "))
		if len(d.timings) == 0 {
			return
		}
	}
	p.open("timings nominal")
	for i, t := range d.timings {
		if i > 0 && t.component != d.timings[i-1].component {
			p.blank()
		}
		p.line("%s.%s.%s = %s", t.component, t.behaviour, t.transition, t.duration)
	}
	p.close()
}

func (p *printer) plan(plan *planText, assembly string) {
	p.open("plan %s of %s", quoted(plan.name), assembly)
	if plan.from == "" {
		p.comment("MISSING: nothing says in which state the plan starts: from running, or from { component: place; … }")
	} else {
		p.line("from %s", plan.from)
	}
	for _, b := range plan.blocks {
		if len(b.lines) == 0 {
			continue
		}
		p.blank()
		p.open("on %s", b.node)
		for _, l := range b.lines {
			p.line("%s", l)
		}
		p.close()
	}
	p.close()
}
