package gen

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"adagio/dsl/model"
)

// Text renders a scenario as a .ballet file with one plan, "random", so that a
// counterexample can be read, kept as a regression and run from the command
// line.
func Text(s *model.Scenario) string {
	w := &text{s: s}
	w.line("semantics %v", s.Semantics)
	for _, t := range s.Types {
		w.componentType(t)
	}
	w.assembly()
	w.plan()
	w.timings()
	w.network()
	return w.String()
}

type text struct {
	strings.Builder
	s *model.Scenario
}

func (w *text) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *text) componentType(t *model.Type) {
	w.line("component %s {", model.Quote(t.Name))
	w.line("  places %s", list(t.Places, func(p model.Named) string { return model.Quote(p.Name) }))
	w.line("  initial %s", model.Quote(t.Places[t.Initial].Name))
	if t.Running >= 0 {
		w.line("  running %s", model.Quote(t.Places[t.Running].Name))
	}
	for _, g := range t.Groups {
		w.line("  group %s = %s", model.Quote(g.Name), list(g.Places, func(p int) string { return model.Quote(t.Places[p].Name) }))
	}
	for b, behaviour := range t.Behaviours {
		w.line("  behavior %s {", model.Quote(behaviour.Name))
		for _, tr := range t.Transitions {
			if tr.Behaviour != b {
				continue
			}
			dock := ""
			if tr.DockSet > 0 {
				dock = fmt.Sprintf(" dock %d", tr.DockSet)
			}
			w.line("    %s: %s -> %s%s", model.Quote(tr.Name), model.Quote(t.Places[tr.Src].Name), model.Quote(t.Places[tr.Dst].Name), dock)
		}
		w.line("  }")
	}
	for _, p := range t.Ports {
		w.line("  %v %s at %s", p.Kind, model.Quote(p.Name), list(p.Bound, func(b model.Binding) string {
			switch b.Kind {
			case model.ToGroup:
				return model.Quote(t.Groups[b.Index].Name)
			case model.ToTransition:
				return model.Quote(t.Transitions[b.Index].Name)
			}
			return model.Quote(t.Places[b.Index].Name)
		}))
	}
	w.line("}")
}

func list[T any](elements []T, name func(T) string) string {
	names := make([]string, len(elements))
	for i, e := range elements {
		names[i] = name(e)
	}
	return strings.Join(names, ", ")
}

func (w *text) assembly() {
	w.line("assembly random {")
	for n, node := range w.s.Nodes {
		var inside []string
		for _, c := range w.s.Components {
			if c.Node == n {
				inside = append(inside, model.Reference(c.Name)+": "+model.Quote(w.s.Types[c.Type].Name))
			}
		}
		w.line("  node %s { %s }", model.Reference(node.Name), strings.Join(inside, "; "))
	}
	for i, l := range w.s.Links {
		by := ""
		switch user, provider := w.sides(i); {
		case !provider:
			by = " by " + model.Reference(w.s.Components[l.User].Name)
		case !user:
			by = " by " + model.Reference(w.s.Components[l.Provider].Name)
		}
		w.line("  %s%s", w.s.Text(model.Instruction{Op: model.Connect, Link: i}), by)
	}
	for n, node := range w.s.Nodes {
		for _, m := range node.Neighbours {
			if n < m {
				w.line("  neighbours %s, %s", model.Reference(node.Name), model.Reference(w.s.Nodes[m].Name))
			}
		}
	}
	w.line("}")
}

// sides says which sides of a link exist when the plan starts, if both components do,
// and else which exist at some time.
func (w *text) sides(link int) (user, provider bool) {
	l := w.s.Links[link]
	user, provider = l.UserSide, l.ProviderSide
	if len(w.s.Components[l.User].Active) > 0 && len(w.s.Components[l.Provider].Active) > 0 {
		return user, provider
	}
	for n, node := range w.s.Nodes {
		for _, in := range node.Program {
			if in.Op == model.Connect && in.Link == link {
				u, p := w.s.Sides(n, link)
				user, provider = user || u, provider || p
			}
		}
	}
	return user, provider
}

func (w *text) plan() {
	w.line("plan random of random {")
	if slices.ContainsFunc(w.s.Components, func(c model.Component) bool { return len(c.Active) > 0 }) {
		w.line("  from {")
		for i, c := range w.s.Components {
			if len(c.Active) > 0 {
				w.line("    %s: %s", model.Reference(c.Name), list(c.Active, func(p int) string { return model.Quote(w.s.TypeOf(i).Places[p].Name) }))
			}
		}
		w.line("  }")
	} else {
		w.line("  from nothing")
	}
	for _, node := range w.s.Nodes {
		w.line("  on %s {", model.Reference(node.Name))
		w.program(node.Program)
		w.line("  }")
	}
	w.line("}")
}

// program writes the instructions of a node, those that a limit has made as a block.
func (w *text) program(code []model.Instruction) {
	for len(code) > 0 {
		from, to := limited(code)
		for _, in := range code[:from] {
			w.line("    %s", w.s.Text(in))
		}
		if from < to {
			w.line("    limit %d {", code[slices.IndexFunc(code, isLimit)].Most)
			for _, in := range code[from:to] {
				if !isLimit(in) {
					w.line("      %s", w.s.Text(in))
				}
			}
			w.line("    }")
		}
		code = code[to:]
	}
}

func isLimit(in model.Instruction) bool { return in.Op == model.Limit }

// limited finds the first block of a program that a limit has made: from its first
// push that matters to its last.
func limited(code []model.Instruction) (from, to int) {
	at := slices.IndexFunc(code, isLimit)
	if at < 0 {
		return len(code), len(code)
	}
	from = at
	for missing := slices.Clone(code[at].Of); len(missing) > 0; {
		from--
		missing = slices.DeleteFunc(missing, func(c int) bool { return code[from].Op == model.Push && code[from].Component == c })
	}
	to = at + 2
	for next := to; next < len(code); next++ {
		if isLimit(code[next]) && isBlock(code[from:next+2]) {
			to = next + 2
		}
	}
	return from, to
}

// isBlock says whether the waits of instructions are those of one limit around them.
func isBlock(code []model.Instruction) bool {
	limiter := model.Limiter{Most: code[slices.IndexFunc(code, isLimit)].Most}
	var made []model.Instruction
	for _, in := range code {
		if isLimit(in) {
			continue
		}
		if in.Op == model.Push {
			made = limiter.Push(made, in.Component)
		}
		made = append(made, in)
	}
	return reflect.DeepEqual(made, code)
}

func (w *text) timings() {
	w.line("timings random {")
	for _, c := range w.s.Components {
		t := w.s.Types[c.Type]
		for i, tr := range t.Transitions {
			w.line("  %s.%s.%s = %v", model.Reference(c.Name), model.Quote(t.Behaviours[tr.Behaviour].Name), model.Quote(tr.Name), c.Durations[i])
		}
	}
	w.line("}")
}

func (w *text) network() {
	net := &w.s.Network
	w.line("network random {")
	w.line("  executor %s {", model.Quote(net.Profile.Kind.String()))
	if p := net.Profile; p.Kind == model.Polling {
		w.line("    exchanges %d\n    setup %d", p.Exchanges, p.Setup)
		w.line("    poll %v\n    request %v\n    busy %v\n    step %v\n    pass %v\n    overhead %v\n    drift %v", p.Poll, p.Request, p.Busy, p.Step, p.Pass, p.Overhead, p.Drift)
	} else if p.Kind != model.Ideal {
		w.line("    setup %d\n    request %v\n    step %v\n    overhead %v\n    drift %v", p.Setup, p.Request, p.Step, p.Overhead, p.Drift)
		if p.Kind == model.Concertod {
			w.line("    pass %v\n    session %v", p.Pass, p.Session)
		}
		if p.Kind.Brokers() {
			w.line("    poll %v\n    host %s", p.Poll, model.Reference(w.s.Nodes[net.Beside].Name))
		}
	}
	for _, n := range w.s.Nodes {
		w.line("    start %s %v", model.Reference(n.Name), n.Start)
	}
	w.rules()
	w.line("  }")
	w.line("  latency %v", net.Latency)
	for i := range w.s.Nodes {
		for j := range w.s.Nodes {
			if d, ok := net.Routes[[2]int{i, j}]; ok {
				w.line("  latency %s -> %s %v", model.Reference(w.s.Nodes[i].Name), model.Reference(w.s.Nodes[j].Name), d)
			}
		}
	}
	for _, n := range w.s.Nodes {
		if n.Uptime != nil {
			w.line("  awake %s %v", model.Reference(n.Name), n.Uptime)
		}
		if n.Boot.First.Hi > 0 || n.Boot.Later.Hi > 0 {
			w.line("  boot %s %v first %v", model.Reference(n.Name), n.Boot.Later, n.Boot.First)
		}
		if p := n.Power; p != nil {
			sending := ""
			if p.Sending > 0 {
				sending = fmt.Sprintf(" sending %vW", p.Sending)
			}
			w.line("  power %s awake %vW computing %vW .. %vW sleeping %vW%s", model.Reference(n.Name), p.Awake, p.ComputingLo, p.ComputingHi, p.Sleeping, sending)
		}
	}
	w.line("}")
}

// rules writes those that are not as the executor has them.
func (w *text) rules() {
	has := model.RulesOf(w.s.Semantics, w.s.Network.Profile.Kind)
	for _, rule := range model.AllRules {
		if on := *rule.In(&w.s.Rules); on != *rule.In(&has) {
			w.line("    %s %s", rule.Name, map[bool]string{true: "on", false: "off"}[on])
		}
	}
}
