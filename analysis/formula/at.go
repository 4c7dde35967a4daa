package formula

import (
	"fmt"
	"slices"
	"strings"

	"adagio/analysis"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// At are durations to evaluate a formula at; all others are those of the scenario.
type At struct {
	scenario  *model.Scenario
	durations []given
}

// given is a duration that is given.
type given struct {
	text, name string
	delay      model.Delay
	targets    []whatif.Target // that have this duration, possibly not each time
	each       bool            // each time that they occur
	unknown    error           // why the name is only that of a variable, if of anything
}

// ParseAt reads durations such as "nova[0].deploy = 125s": of what a change names, too, or
// of a variable of the formula, such as a.start#2. The error is a [whatif.SyntaxError] or a
// [diag.List].
func ParseAt(s *model.Scenario, texts []string) (*At, error) {
	a := &At{scenario: s}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, wrong("write name = duration, such as 'nova[0].deploy = 125s'", "%s is not a duration of something", text)
		}
		d, list := dsl.ParseDelay("--at", value)
		if list != nil {
			return nil, &whatif.SyntaxError{Name: "--at", Text: value, List: list}
		}
		g := given{text: text, name: strings.TrimSpace(name), delay: d, each: true}
		if g.targets, g.unknown = whatif.Find(s, g.name); g.unknown != nil {
			first, _, _ := strings.Cut(g.name, "#") // of a variable
			g.targets, _ = whatif.Find(s, first)
			g.each = false
		} else if g.targets[0].Kind == whatif.Setting {
			return nil, wrong("they are the durations of transitions and pauses, and the starts of nodes", "%s: %s is not a variable", text, g.name)
		}
		a.durations = append(a.durations, g)
	}
	return a, nil
}

// wrong is a mistake in what is given, and what to do about it.
func wrong(detail, format string, args ...any) diag.List {
	return diag.List{{Summary: "--at " + fmt.Sprintf(format, args...), Detail: detail}}
}

// means says whether a duration is given to a variable.
func (g given) means(v Variable) bool {
	t, ok := whatif.TargetOf(v.Origin)
	return ok && g.each && slices.Contains(g.targets, t) || whatif.Names(g.name, v.Name)
}

// Widened is the scenario in which each of the durations lies in its interval, so that no
// term of a formula is left out that matters there; the scenario itself if each does.
func (a *At) Widened() *model.Scenario {
	s := a.scenario
	for _, g := range a.durations {
		for _, t := range g.targets {
			d := t.Delay(s)
			if whole := t.Lasts(s); g.delay.Lo < whole.Lo || g.delay.Hi > whole.Hi {
				s = t.With(s, model.Interval(min(d.Lo, g.delay.Lo), max(d.Hi, g.delay.Hi)))
			}
		}
	}
	return s
}

// At bounds the makespan at the durations. A duration that is in the model and not in the
// formula is of no effect.
func (f *Formula) At(a *At) (analysis.Bound, error) {
	for _, g := range a.durations {
		if g.unknown != nil && !slices.ContainsFunc(f.Variables, g.means) {
			return analysis.Bound{}, wrong(g.unknown.Error(), "%s: the formula has no variable %s", g.text, g.name)
		}
	}
	return f.Evaluate(func(v *Variable) *model.Delay {
		for _, g := range slices.Backward(a.durations) { // the last wins
			if g.means(*v) {
				return &g.delay
			}
		}
		t, ok := whatif.TargetOf(v.Origin)
		if ok && slices.ContainsFunc(a.durations, func(g given) bool { return slices.Contains(g.targets, t) }) {
			d := t.Lasts(a.scenario) // it is given for another time only
			return &d
		}
		return nil
	})
}
