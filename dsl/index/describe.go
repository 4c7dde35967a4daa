package index

import (
	"fmt"
	"path/filepath"
	"strings"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/alecthomas/participle/v2/lexer"
)

// source is a part of a file in one line.
func source(part any) string {
	var tokens []lexer.Token
	switch p := part.(type) {
	case *dsl.Expr:
		if p == nil {
			return ""
		}
		return p.String()
	case *dsl.Delay:
		tokens = p.Tokens
	case *dsl.Bounds:
		tokens = p.Tokens
	}
	var out []string
	for _, t := range tokens {
		if text := strings.TrimSpace(t.Value); text != "" && !strings.HasPrefix(text, "//") && text[0] != '#' {
			out = append(out, text)
		}
	}
	return strings.NewReplacer(" ( ", "(", " )", ")", " ,", ",", " [ ", "[", " ]", "]").Replace(strings.Join(out, " "))
}

// where is a position for somebody who reads another part of the model.
func where(p model.Pos) string { return fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Line) }

// most is how many things of one sort a description lists.
const most = 12

// list lists as many things as are read, a line each.
func list(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		if i == most {
			fmt.Fprintf(&b, "- and %d more\n", len(lines)-i)
			break
		}
		b.WriteString("- " + l + "\n")
	}
	return b.String()
}

// Describe says in Markdown what is at a position, and of which part of the file
// it says so. The text is empty where there is nothing to say.
func (x *Index) Describe(at model.Pos) (text string, part dsl.Span) {
	var parts []string
	m, named := x.At(at)
	if named {
		parts, part = append(parts, x.about(m.Symbol)), m.Span
	}
	for _, s := range x.statements[at.File] {
		if s.Line == at.Line && s.Column <= at.Column && at.Column <= s.Column+s.Length {
			if about := s.about(); about != "" {
				parts = append(parts, about)
				if !named {
					part = s.Span
				}
			}
		}
	}
	return strings.TrimSpace(strings.Join(parts, "\n\n---\n\n")), part
}

func code(text string) string { return "```ballet\n" + text + "\n```\n" }

// about describes a symbol.
func (x *Index) about(s *Symbol) string {
	switch s.Kind {
	case Type:
		return code("component "+s.Name) + list(s.inside())
	case Place:
		return fmt.Sprintf("place `%s` of component type `%s`\n", s.Name, s.Parent.Name) + list(s.around())
	case Behaviour:
		var lines []string
		for _, t := range s.Parent.Children {
			if t.Kind == Transition && t.on == s {
				lines = append(lines, fmt.Sprintf("`%s: %s` %s", t.Name, strings.Join(t.facts, ", "), t.short()))
			}
		}
		return fmt.Sprintf("behavior `%s` of component type `%s`\n", s.Name, s.Parent.Name) + list(lines)
	case Transition:
		return code(s.Name+": "+strings.Join(s.facts, ", ")) + fmt.Sprintf("transition of behavior `%s` of component type `%s`\n", s.on.Name, s.Parent.Name) + list(s.durations())
	case Port, Component:
		var lines []string
		if s.Kind == Component {
			lines = append(lines, s.ofComponent()...)
			lines = append(lines, x.waits(s)...)
		}
		for _, l := range s.links {
			lines = append(lines, fmt.Sprintf("connected: `%s` (%s)", l.text, where(l.at)))
		}
		return code(strings.Join(s.facts[:min(len(s.facts), most)], "\n")) + s.owner() + list(lines)
	case Node:
		var lines []string
		for _, c := range s.Parent.Children {
			if c.Kind == Component && c.on == s {
				lines = append(lines, "component `"+strings.Join(c.facts, "`, `")+"`")
			}
		}
		return code(strings.Join(s.facts[:min(len(s.facts), most)], "\n")) + s.owner() + list(lines)
	}
	return code(strings.Join(s.facts, "\n")) + s.owner()
}

// owner says what a symbol is a part of.
func (s *Symbol) owner() string {
	if s.Parent == nil {
		return s.Kind.String() + "\n"
	}
	return fmt.Sprintf("%s of %s `%s`\n", s.Kind, s.Parent.Kind, s.Parent.Name)
}

// inside lists the places, behaviours and ports of a component type.
func (s *Symbol) inside() []string {
	var places, lines []string
	for _, c := range s.Children {
		switch c.Kind {
		case Place:
			places = append(places, "`"+c.Name+"`")
		case Behaviour:
			n := 0
			for _, t := range s.Children {
				if t.Kind == Transition && t.on == c {
					n++
				}
			}
			lines = append(lines, fmt.Sprintf("behavior `%s`, %s", c.Name, diag.Count(n, "transition")))
		case Group, Port:
			lines = append(lines, "`"+strings.Join(c.facts, "`, `")+"`")
		}
	}
	if len(places) > 0 {
		lines = append([]string{"places " + strings.Join(places, ", ")}, lines...)
	}
	return lines
}

// around lists the transitions and ports at a place.
func (s *Symbol) around() []string {
	var lines []string
	for _, c := range s.Parent.Children {
		for _, f := range c.facts {
			src, dst, _ := strings.Cut(f, " -> ")
			_, bound, _ := strings.Cut(f, " at ")
			switch {
			case c.Kind == Transition && (src == s.Name || dst == s.Name):
				lines = append(lines, fmt.Sprintf("`%s: %s` in behavior `%s`", c.Name, f, c.on.Name))
			case c.Kind == Port && contains(bound, s.Name):
				lines = append(lines, "`"+f+"`")
			}
		}
	}
	return lines
}

func contains(names, name string) bool {
	for n := range strings.SplitSeq(names, ", ") {
		if n == name {
			return true
		}
	}
	return false
}

// durations lists what is said about how long a transition lasts.
func (s *Symbol) durations() []string {
	var lines []string
	for _, t := range s.times {
		line := fmt.Sprintf("`%s`", t.text)
		if t.who != "" {
			line += fmt.Sprintf(" for `%s`", t.who)
		}
		if t.in == "" {
			line += " in the type"
		} else {
			line += " in timings `" + t.in + "`"
		}
		lines = append(lines, line+" ("+where(t.at)+")")
	}
	if lines == nil {
		return []string{"no duration is given"}
	}
	return lines
}

// short is how long a transition lasts, where one duration is given, or from where
// there are several.
func (s *Symbol) short() string {
	switch len(s.times) {
	case 0:
		return "without a duration"
	case 1:
		text := "for `" + s.times[0].text + "`"
		if s.times[0].in != "" {
			text += " (timings " + s.times[0].in + ")"
		}
		return text
	}
	var texts []string
	for _, t := range s.times {
		texts = append(texts, "`"+t.text+"`")
	}
	return "for " + strings.Join(texts[:min(len(texts), most)], " or ")
}

// ofComponent lists on which node a component is.
func (s *Symbol) ofComponent() []string {
	var lines []string
	if s.on != nil {
		lines = append(lines, "on node `"+strings.TrimPrefix(strings.Join(s.on.facts, "`, `"), "node ")+"`")
	}
	for i, t := range s.types {
		if i == 0 || t != s.types[0] {
			lines = append(lines, "type `"+t.Name+"` ("+where(t.Decls[0].Pos)+")")
		}
	}
	return lines
}

// waits lists who pushes to a component, and who waits for it.
func (x *Index) waits(s *Symbol) []string {
	var lines []string
	for _, c := range x.commands {
		if c.component != s {
			continue
		}
		switch c.in.Op {
		case model.Push:
			lines = append(lines, fmt.Sprintf("plan `%s`: `%s` pushes `%s` (%s)", c.plan.Name, c.on, behaviours(c.in), where(c.in.Pos)))
		case model.Wait:
			lines = append(lines, fmt.Sprintf("plan `%s`: `%s` waits for it (%s)", c.plan.Name, c.on, where(c.in.Pos)))
		}
	}
	return lines
}

func behaviours(in *dsl.Instruction) string {
	return names(in.Behaviours, func(i int) string { return in.Behaviours[i].Text })
}

// aboutCommand says what an instruction does, what it waits for, and who waits for
// what it starts.
func (x *Index) aboutCommand(c command) string {
	switch c.in.Op {
	case model.WaitAll:
		return "waits until this node and its neighbours, the nodes that a connection joins it with, are idle"
	case model.Pause:
		return "does nothing for `" + source(c.in.Duration) + "`"
	}
	if c.component == nil {
		return ""
	}
	name := "`" + c.in.Component.String() + "`"
	var pushes, waits, lines []string
	for _, o := range x.commands {
		if o.plan != c.plan || o.component != c.component {
			continue
		}
		switch o.in.Op {
		case model.Push:
			pushes = append(pushes, fmt.Sprintf("`%s`, pushed by `%s` (%s)", behaviours(o.in), o.on, where(o.in.Pos)))
		case model.Wait:
			waits = append(waits, fmt.Sprintf("`%s` waits for %s (%s)", o.on, name, where(o.in.Pos)))
		}
	}
	text := ""
	switch c.in.Op {
	case model.Wait:
		text = fmt.Sprintf("waits until %s is idle: until it has run what has been pushed to it by then", name)
		if len(c.in.Behaviours) > 0 {
			text = fmt.Sprintf("waits until behavior `%s` of %s has ended; with semantics ballet, until %[2]s is idle", behaviours(c.in), name)
		}
		if lines = pushes; lines == nil {
			return fmt.Sprintf("waits until %s is idle; no program of plan `%s` pushes anything to it", name, c.plan.Name)
		}
	case model.Push:
		text = fmt.Sprintf("appends `%s` to the queue of %s and goes on", behaviours(c.in), name)
		if lines = waits; lines != nil {
			text += "; for it"
		}
	case model.Add:
		text = fmt.Sprintf("creates %s in its initial place", name)
	case model.Delete:
		text = fmt.Sprintf("removes %s", name)
	}
	return text + "\n" + list(lines)
}

// describe says which two ports a connection joins.
func (l *link) describe() string {
	var lines []string
	for _, e := range []*end{l.from, l.to} {
		if e.component == nil || e.port == nil {
			continue
		}
		side := "provider"
		if fact := strings.Join(e.port.facts, " "); strings.HasPrefix(fact, model.Use.String()) || strings.HasPrefix(fact, model.DataUse.String()) {
			side = "user"
		}
		lines = append(lines, fmt.Sprintf("%s `%s`: `%s` of `%s`", side, e.component.Name, strings.Join(e.port.facts, "`, `"), e.port.Parent.Name))
	}
	return "connection `" + l.text + "`\n" + list(lines)
}
