package analysis

import (
	"fmt"
	"maps"
	"slices"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/compile"
)

// Because says that what is found of a plan hangs on a rule that is a defect of the
// runtime: without the rule it would be another.
type Because struct {
	Rule    model.Rule
	Without *Result // with [Options.BoundsOnly]
}

// Because lists the rules on which the verdict hangs, or, where that is the same, the
// span. It analyses the plan again for each rule that the plan exercises.
func (r *Result) Because() (out []Because) {
	for _, rule := range model.AllRules {
		s := *r.Scenario
		on := rule.In(&s.Rules)
		if !rule.Defect || !*on {
			continue
		}
		*on = false
		if !r.exercises(rule, &s) {
			continue
		}
		without, err := Analyse(&s, Options{BoundsOnly: true})
		if err != nil {
			continue // what it would be is not known
		}
		if without.Outcome() != r.Outcome() || without.Span != r.Span {
			out = append(out, Because{rule, without})
		}
	}
	return out
}

// exercises says whether a rule, without which the scenario is s, may make a
// difference to the plan.
func (r *Result) exercises(rule model.Rule, s *model.Scenario) bool {
	if s.Rules.Exits != r.Scenario.Rules.Exits {
		return r.exits
	}
	if !concerned(r.Scenario, s) {
		return false
	}
	net, err := compile.Scenario(s)
	return err == nil && !net.Equal(r.Net)
}

// concerned says whether a scenario has anything that the rules are about in which another one
// differs from it, other than Exits. Otherwise they have the same net.
func concerned(s, other *model.Scenario) bool {
	types := func(of func(*model.Type) bool) bool { return slices.ContainsFunc(s.Types, of) }
	a, b := s.Rules, other.Rules
	return a.GroupsByMoves != b.GroupsByMoves && types(hasGroups) && (types(mayCrowd) || slices.ContainsFunc(s.Components, startsCrowded)) ||
		a.DockSetsTogether != b.DockSetsTogether && types(hasDockSets) ||
		a.Confirmations != b.Confirmations && s.Network.Profile.Kind == model.Polling && slices.ContainsFunc(s.Nodes, waitsForAll)
}

// hasGroups says whether a port of a type is bound to a group.
func hasGroups(t *model.Type) bool {
	return slices.ContainsFunc(t.Ports, func(p model.Port) bool {
		return slices.ContainsFunc(p.Bound, func(b model.Binding) bool { return b.Kind == model.ToGroup })
	})
}

// startsCrowded says whether a component may have two tokens in a group when the plan starts.
func startsCrowded(c model.Component) bool { return len(c.Active) > 1 || len(c.Past.Ended) > 0 }

// mayCrowd says whether a component of a type that starts with one token may have two in a
// group when a place of that is left to outside. It may not where each behaviour that forks
// leaves no group, and ends in one place, wherever it starts.
func mayCrowd(t *model.Type) bool {
	if hasDockSets(t) {
		return true
	}
	type ends struct {
		from, to       map[int]bool // places
		forks, leaving bool
	}
	behaviours := make([]ends, len(t.Behaviours))
	for _, tr := range t.Transitions {
		b := &behaviours[tr.Behaviour]
		if b.from == nil {
			b.from, b.to = map[int]bool{}, map[int]bool{}
		}
		b.forks = b.forks || b.from[tr.Src]
		b.from[tr.Src], b.to[tr.Dst] = true, true
		b.leaving = b.leaving || slices.ContainsFunc(t.Groups, func(g model.Group) bool {
			return slices.Contains(g.Places, tr.Src) && !slices.Contains(g.Places, tr.Dst)
		})
	}
	return slices.ContainsFunc(behaviours, func(b ends) bool {
		maps.DeleteFunc(b.to, func(p int, _ bool) bool { return b.from[p] })
		return b.forks && (b.leaving || len(b.to) > 1)
	})
}

// hasDockSets says whether a place of a type may have several dock sets.
func hasDockSets(t *model.Type) bool {
	return slices.ContainsFunc(t.Transitions, func(tr model.Transition) bool { return tr.DockSet > 0 })
}

func waitsForAll(n model.Node) bool {
	return slices.ContainsFunc(n.Program, func(in model.Instruction) bool { return in.Op == model.WaitAll })
}

// Outcome is "bounded", or that of the deadlock.
func (r *Result) Outcome() string {
	if r.Deadlock == nil {
		return "bounded"
	}
	return r.Deadlock.Outcome()
}

// does says what a plan with that outcome does.
func does(r *Result) string {
	switch r.Outcome() {
	case "bounded":
		return "ends"
	case "deadlock":
		return "deadlocks"
	case "possible deadlock":
		return "may deadlock"
	case "possible failure":
		return "may fail"
	}
	return "fails"
}

// Text says it in the user's words.
func (b Because) Text(r *Result) (summary, detail string) {
	summary = fmt.Sprintf("it %s only because of a defect of the runtime: %s", does(r), b.Rule.Text)
	if r.Outcome() == b.Without.Outcome() {
		summary = "its bounds hang on a defect of the runtime: " + b.Rule.Text
	}
	detail = fmt.Sprintf("with %q it %s", b.Rule.Name+" off", does(b.Without))
	if b.Without.Bounded() {
		detail += ", in a span of " + b.Without.Span.String()
	}
	return summary, detail
}

// Diagnostic is the note that says so.
func (b Because) Diagnostic(r *Result) diag.Diagnostic {
	summary, detail := b.Text(r)
	return diag.Diagnostic{Severity: diag.Note, Summary: summary, Detail: detail, Subject: r.Scenario.Pos}
}
