package whatif

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Change is one change of a scenario, as [Parse] reads it.
type Change struct {
	text   string
	change *dsl.Change
	delay  model.Delay // of "target = delay"
}

// String is the change as it was written.
func (c Change) String() string { return c.text }

// SyntaxError is a text that is no change, with where it is wrong: the file of the
// positions is its Name.
type SyntaxError struct {
	Name, Text string
	List       diag.List
}

// Error says what is wrong in one line.
func (e *SyntaxError) Error() string {
	d := e.List[0]
	text := fmt.Sprintf("what if %q: %s", e.Text, d.Summary)
	if d.Detail != "" {
		text += " (" + d.Detail + ")"
	}
	return text
}

// Parse reads a change:
//
//	keystone.deploy = 40s                    a duration: COMPONENT.TRANSITION, also
//	Nova.deploy.start = 10s .. 12s           TYPE.BEHAVIOR.TRANSITION and the like
//	poll = 100ms                             a setting of the executor, or latency
//	start nova[0] = 0s                       when a node starts
//	sites = 5                                a parameter of the assembly: see [Parameters]
//	remove wait nova[0] keystone[0]          an instruction: its operation, its node,
//	remove pause nova[0] #2                  what it says; #2 is the second that fits
//	move push nova[0] deploy before wait nova[0] keystone[0]
//	add wait nova[0] keystone[0] before push nova[0] nova[0] deploy
//	add pause nova[0] 2s                     at the end of the program
//
// A name without an index, or with [*], stands for all its instances: nova is every
// nova[s], unless an element is called nova itself. The error is a [SyntaxError].
func Parse(text string) (Change, error) {
	text = strings.TrimSpace(text)
	c := Change{text: text}
	var list diag.List
	if c.change, list = dsl.ParseChange("what if", text); list == nil && c.change.Verb == "" {
		if _, _, ok := c.Parameter(); !ok {
			c.delay, list = c.change.Value.Value()
		}
	}
	if list != nil {
		return c, &SyntaxError{"what if", text, list}
	}
	return c, nil
}

// Parameter is what a change gives a parameter of the assembly, if it does.
func (c Change) Parameter() (name string, value int, ok bool) {
	t := c.change.Target
	if t == nil || t.Of != "" || len(t.Path) != 1 || len(t.Path[0].Index) > 0 || slices.ContainsFunc(settings, func(s setting) bool { return s.name == t.Path[0].Name.Text }) {
		return "", 0, false
	}
	value, ok = c.change.Value.Integer()
	return t.Path[0].Name.Text, value, ok
}

// Parameters takes from some changes those of parameters: the scenario has to be
// loaded with them before the rest is applied.
func Parameters(changes []Change) (set map[string]int, rest []Change) {
	set = map[string]int{}
	for _, c := range changes {
		if name, value, ok := c.Parameter(); ok {
			set[name] = value
		} else {
			rest = append(rest, c)
		}
	}
	return set, rest
}

// Names says whether a pattern names an element, both as they are written in the
// language: by its whole name, or, without an index or with [*], by that of its
// family. Each part between dots counts: nova.deploy names nova[0].deploy.
func Names(pattern, name string) bool {
	p, list := dsl.ParseTarget("", pattern)
	n, other := dsl.ParseTarget("", name)
	if list != nil || other != nil {
		return pattern == name
	}
	if (p.Nth == nil) != (n.Nth == nil) || p.Nth != nil && *p.Nth != *n.Nth || p.Of != n.Of {
		return false
	}
	if p.Of != "" {
		return p.Node.Matches(n.Node.String())
	}
	return slices.EqualFunc(p.Path, n.Path, func(p, n dsl.Pattern) bool { return p.Matches(n.String()) })
}

// fits says whether an instruction is one that a selector names.
func fits(x *dsl.Selector, s *model.Scenario, in model.Instruction) bool {
	op := in.Op
	if op == model.WaitAll {
		op = model.Wait
	}
	switch {
	case op.String() != x.Op.Text:
		return false
	case x.All != nil:
		return in.Op == model.WaitAll
	case x.Duration != nil:
		d, list := x.Duration.Value()
		return list == nil && in.Op == model.Pause && d.String() == in.Duration.String()
	case x.Component == nil:
		return true
	case in.Op == model.WaitAll || in.Op == model.Pause:
		return false
	case in.Op == model.Connect || in.Op == model.Disconnect:
		l := s.Links[in.Link]
		return x.Component.Matches(s.Components[l.Provider].Name) && (x.Port == nil || x.Port.Text == s.TypeOf(l.Provider).Ports[l.ProvidePort].Name) &&
			(x.User == nil || x.User.Matches(s.Components[l.User].Name) && x.UserPort.Text == s.TypeOf(l.User).Ports[l.UsePort].Name)
	case x.Port != nil || !x.Component.Matches(s.Components[in.Component].Name) || x.Holding && !in.Holding:
		return false
	}
	behaviour := ""
	if in.Behaviour >= 0 {
		behaviour = s.TypeOf(in.Component).Behaviours[in.Behaviour].Name
	}
	if len(x.Behaviours) == 0 {
		return !x.Holding || behaviour == ""
	}
	return len(x.Behaviours) == 1 && x.Behaviours[0].Text == behaviour
}

// text is a selector as it was written.
func (c Change) selected(x *dsl.Selector) string {
	from := x.Span().Column - 1
	to := len([]rune(c.text))
	if x == c.change.First && c.change.Second != nil {
		to = c.change.Second.Span().Column - 1 - len(" "+c.change.Place)
	}
	return strings.TrimSpace(string([]rune(c.text)[from:to]))
}

// nodes lists the nodes that a pattern names.
func nodes(s *model.Scenario, p *dsl.Pattern) ([]int, error) {
	var known []string
	for _, node := range s.Nodes {
		known = append(known, node.Name)
	}
	if out := named(p, known); out != nil {
		return out, nil
	}
	return nil, unknown("node", p.String(), known)
}

// find returns the index of the instruction in each node that has it; -1 in the
// others.
func (c Change) find(s *model.Scenario, x *dsl.Selector) ([]int, error) {
	at, any := slices.Repeat([]int{-1}, len(s.Nodes)), false
	among, err := nodes(s, &x.Node)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, n := range among {
		var fit []string
		for i, in := range s.Nodes[n].Program {
			texts = append(texts, as(s, n, in))
			if !fits(x, s, in) {
				continue
			}
			if fit = append(fit, fmt.Sprintf("#%d %q", len(fit)+1, s.Text(in))); x.Nth == nil || len(fit) == x.Nth.N {
				at[n], any = i, true
			}
		}
		if x.Nth == nil && len(fit) > 1 {
			return nil, fmt.Errorf("%d instructions of node %s fit %q: say which by its number at the end: %s", len(fit), s.Nodes[n].Name, c.selected(x), strings.Join(fit, ", "))
		}
	}
	if !any {
		return nil, suggest(fmt.Sprintf("no instruction of node %s fits %q", x.Node.String(), c.selected(x)), c.selected(x), texts)
	}
	return at, nil
}

// as writes an instruction as a selector names it.
func as(s *model.Scenario, n int, in model.Instruction) string {
	op, rest, _ := strings.Cut(s.Text(in), " ")
	return strings.TrimSpace(op + " " + model.Reference(s.Nodes[n].Name) + " " + rest)
}

// unknown says that a name does not exist, and which was perhaps meant.
func unknown(what, name string, known []string) error {
	return suggest(fmt.Sprintf("there is no %s %s", what, name), name, known)
}

// suggest adds to what is wrong with a name which was perhaps meant.
func suggest(wrong, name string, known []string) error {
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	if words := diag.DidYouMean(name, known); words != "" {
		wrong += "; " + words
	}
	return errors.New(wrong)
}

// named returns the indices of the elements that a pattern names: the one of that
// name, or else all of its family.
func named(p *dsl.Pattern, all []string) (out []int) {
	if i := slices.Index(all, p.String()); i >= 0 {
		return []int{i}
	}
	for i, name := range all {
		if p.Matches(name) {
			out = append(out, i)
		}
	}
	return out
}

// apply changes a scenario in place.
func (c Change) apply(s *model.Scenario) error {
	switch c.change.Verb {
	case "":
		if name, _, ok := c.Parameter(); ok {
			return fmt.Errorf("%s is not a setting, and a parameter of a model that is loaded already", name)
		}
		targets, err := find(s, c.change.Target)
		for _, t := range targets {
			t.set(s, c.delay)
		}
		return err
	case "add":
		return c.add(s)
	}
	from, err := c.find(s, c.change.First)
	if err != nil {
		return err
	}
	before := from
	if c.change.Second != nil {
		if before, err = c.find(s, c.change.Second); err != nil {
			return err
		}
	}
	for n, i := range from {
		if i < 0 {
			continue
		}
		program := s.Nodes[n].Program
		in := program[i]
		if c.change.Second == nil {
			if err := kept(s, n, i, i); err != nil {
				return err
			}
			s.Nodes[n].Program = slices.Delete(program, i, i+1)
			continue
		}
		to, err := c.place(s, before, n)
		if err != nil {
			return err
		}
		if to > i {
			to--
		}
		if to != i {
			if err := kept(s, n, min(i, to), max(i, to)); err != nil {
				return err
			}
		}
		s.Nodes[n].Program = slices.Insert(slices.Delete(program, i, i+1), to, in)
	}
	return nil
}

// kept fails if one of some instructions of a node is in a keep block: it is not removed, nor
// moved, and nothing is moved across it.
func kept(s *model.Scenario, n, first, last int) error {
	for _, in := range s.Nodes[n].Program[first : last+1] {
		if in.Keep {
			return fmt.Errorf("the plan keeps %q on node %s where it is (%v)", s.Text(in), s.Nodes[n].Name, in.Pos)
		}
	}
	return nil
}

// place is where in the program of a node something goes, given where the second
// instruction is.
func (c Change) place(s *model.Scenario, second []int, n int) (int, error) {
	switch {
	case second[n] < 0:
		return 0, fmt.Errorf("node %s has no instruction %q", s.Nodes[n].Name, c.selected(c.change.Second))
	case c.change.Place == "after":
		return second[n] + 1, nil
	}
	return second[n], nil
}
