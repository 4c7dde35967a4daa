package main

import (
	"fmt"
	"slices"
	"strings"

	"adagio/analysis"
	"adagio/analysis/formula"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// given is a duration that the flag --at of "adagio formula" gives.
type given struct {
	text, name string
	delay      model.Delay
	targets    []whatif.Target // that have this duration, possibly not each time
	each       bool            // each time that they occur
	unknown    error           // why the name is only that of a variable, if of anything
}

// parseAt reads the values of the flag: of what a change names, too, or of a
// variable of the formula, such as a.start#2.
func parseAt(cmd *cobra.Command, s *model.Scenario, at []string) ([]given, error) {
	var out []given
	for _, text := range at {
		name, value, ok := strings.Cut(text, "=")
		d, list := dsl.ParseDelay("--at", value)
		if ok && list != nil {
			return nil, invalid(list, diag.Sources{"--at": value})
		}
		if !ok {
			return nil, usage(cmd, fmt.Sprintf("--at %s is not a duration of something", text), "write name = duration, such as 'nova[0].deploy = 125s'")
		}
		g := given{text: text, name: strings.TrimSpace(name), delay: d, each: true}
		if g.targets, g.unknown = whatif.Find(s, g.name); g.unknown != nil {
			first, _, _ := strings.Cut(g.name, "#") // of a variable
			g.targets, _ = whatif.Find(s, first)
			g.each = false
		} else if g.targets[0].Kind == whatif.Setting {
			return nil, usage(cmd, fmt.Sprintf("--at %s: %s is not a variable", text, g.name), "they are the durations of transitions and pauses, and the starts of nodes")
		}
		out = append(out, g)
	}
	return out, nil
}

// means says whether a duration is given to a variable.
func (g given) means(v formula.Variable) bool {
	t, ok := whatif.TargetOf(v.Origin)
	return ok && g.each && slices.Contains(g.targets, t) || whatif.Names(g.name, v.Name)
}

// widen is the scenario in which each of the durations that are given lies in its
// interval, so that no term is left out that matters there.
func widen(s *model.Scenario, durations []given) *model.Scenario {
	for _, g := range durations {
		for _, t := range g.targets {
			d := t.Delay(s)
			if whole := lasts(s, t); g.delay.Lo < whole.Lo || g.delay.Hi > whole.Hi {
				s = t.With(s, model.Interval(min(d.Lo, g.delay.Lo), max(d.Hi, g.delay.Hi)))
			}
		}
	}
	return s
}

// lasts is how long a delay is with what the executor adds.
func lasts(s *model.Scenario, t whatif.Target) model.Delay {
	if t.Kind == whatif.TransitionDuration {
		return s.Network.Profile.Lasts(t.Delay(s))
	}
	return t.Delay(s)
}

// evaluate computes the makespan at the durations that are given; all others are
// those of the scenario. A duration that is in the model and not in the formula is
// of no effect.
func evaluate(cmd *cobra.Command, s *model.Scenario, f *formula.Formula, durations []given) (analysis.Bound, error) {
	for _, g := range durations {
		if g.unknown != nil && !slices.ContainsFunc(f.Variables, g.means) {
			return analysis.Bound{}, usage(cmd, "--at "+g.text+": the formula has no variable "+g.name, g.unknown.Error())
		}
	}
	b, err := f.Evaluate(func(v *formula.Variable) *model.Delay {
		for _, g := range slices.Backward(durations) { // the last wins
			if g.means(*v) {
				return &g.delay
			}
		}
		t, ok := whatif.TargetOf(v.Origin)
		if ok && slices.ContainsFunc(durations, func(g given) bool { return slices.Contains(g.targets, t) }) {
			d := lasts(s, t) // it is given for another time only
			return &d
		}
		return nil
	})
	if err != nil {
		return b, usage(cmd, "--at: "+err.Error(), "")
	}
	return b, nil
}
