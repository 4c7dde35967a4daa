package dsl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// durations holds what the timings say about single components.
type durations map[[2]int]delayValue // by component and transition

// applyTimings reads a block of timings. Later blocks win over earlier ones.
func (r *resolver) applyTimings(t *Timings, x *instance, single durations) {
	a := &timer{r, x, single, map[[2]int]model.Pos{}, map[string]*model.Factor{}, t.broken.of(ofFactors)}
	a.factorsOf(t.Body)
	a.body(t.Body, x.scope)
}

// factorsOf finds the factors that are declared in a block, each of which is one, whatever
// for it stands in. The same name in another block that is applied is the same factor; the
// share of the last one wins.
func (t *timer) factorsOf(body []TimingStmt) {
	for i := range body {
		f := body[i].Factor
		if t.factorsOf(body[i].Body); f == nil {
			continue
		}
		x := t.resolver.factors[f.Name.Text]
		if x == nil {
			x = &model.Factor{Name: f.Name.Text}
			t.resolver.factors[x.Name] = x
		}
		if define(t.resolver, t.factors, f.Name, x, "factor", func(f *model.Factor) model.Pos { return f.Pos }) {
			x.Share, x.Pos = t.share(f.Share.Name), f.Name.Pos
		}
	}
}

// share is the share of a factor.
func (t *timer) share(n Name) float64 {
	v, err := strconv.ParseFloat(n.Text, 64)
	if err != nil || v > 1 {
		t.fail(n.Span, "the share of a factor cannot be "+shorten(n.Text), "it is a number from 0, for durations that do not depend on the factor, to 1, for durations that depend on nothing else")
	}
	return v
}

type timer struct {
	*resolver
	x      *instance
	single durations
	seen   map[[2]int]model.Pos // type and transition, in this block
	// factors are those of the block; doubtful says that some could not be read.
	factors  map[string]*model.Factor
	doubtful bool
}

func (t *timer) body(body []TimingStmt, in scope) {
	for i := range body {
		s := &body[i]
		if s.For != nil {
			t.replicate(s.For, len(s.Body), in, func(in scope) { t.body(s.Body, in) })
			continue
		}
		if s.Factor != nil {
			continue
		}
		d := t.delay(s.Duration)
		if s.With != nil {
			if d.delay.Factor = t.factors[s.With.Text]; d.delay.Factor == nil {
				unknown(t.resolver, s.With.Name, "factor", "these timings", t.factors, t.doubtful)
			}
		}
		if info, ok := t.types[s.Component.Name.Text]; ok && len(s.Component.Index) == 0 {
			t.ofType(info, s, d)
			continue
		}
		t.ofComponents(s, d, in)
	}
}

func (t *timer) ofType(info *typeInfo, s *TimingStmt, d delayValue) {
	tr, ok := t.transitionOf(info, s.Behaviour.Name, s.Transition.Name, s.Component.String()+".")
	if !ok {
		return
	}
	key := [2]int{info.index, tr}
	if first, ok := t.seen[key]; ok && first != s.Span().Pos {
		t.fail(s.Span(), "this duration is given twice", "remove one", related(first, "first given here"))
		return
	}
	t.seen[key] = s.Span().Pos
	info.durations[tr] = d
}

func (t *timer) ofComponents(s *TimingStmt, d delayValue, in scope) {
	base := s.Component.Name.Text
	if !t.x.components.declared[base] {
		if t.elsewhere(base) || t.x.components.broken || t.broken.of(ofTypes) {
			return
		}
		known := map[string]bool{}
		for k := range t.types {
			known[k] = true
		}
		for k := range t.x.components.declared {
			known[k] = true
		}
		unknown(t.resolver, s.Component.Name, "component type or component", "", known, false)
		return
	}
	if _, ok := t.lookup(s.Component.Ref, in); !ok && t.bound(s.Component.Ref, in) {
		return // the parameters leave this instance out
	}
	t.match(t.x.components, s.Component.Ref, 1, in, func(c int, _ scope) {
		info, ok := t.typeOf(t.x, c)
		if !ok {
			return
		}
		if tr, ok := t.transitionOf(info, s.Behaviour.Name, s.Transition.Name, s.Component.String()+"."); ok {
			t.single[[2]int{c, tr}] = d
		}
	})
}

// bound says whether all indices of a reference have values.
func (t *timer) bound(ref Ref, in scope) bool {
	for _, e := range ref.Index {
		if name, ok := e.variable(); ok {
			if _, ok := in.lookup(name); !ok {
				return false
			}
		}
	}
	return true
}

// lookup finds a component without reporting that there is none.
func (t *timer) lookup(ref Ref, in scope) (int, bool) {
	if !t.bound(ref, in) {
		return -1, false
	}
	index, ok := t.indices(ref, in)
	if !ok {
		return -1, false
	}
	id, ok := t.x.components.names[string(fullName(nil, ref.Name.Text, index))]
	return id, ok
}

// elsewhere says whether another assembly has a component of that name: timings
// may serve several assemblies.
func (t *timer) elsewhere(base string) bool {
	for _, a := range t.assemblies {
		x := &instance{components: newTable("component", false), nodes: newTable("node", false)}
		declareNames(x, a.Body)
		if x.components.declared[base] {
			return true
		}
	}
	return false
}

// transitionOf resolves a transition of a behaviour; the prefix is what stands before
// the two.
func (r *resolver) transitionOf(info *typeInfo, behaviour, transition Name, prefix string) (int, bool) {
	if info.ports == nil {
		return -1, false
	}
	b, ok := info.behaviours[behaviour.Text]
	if !ok {
		unknown(r, behaviour, "behavior", "component type "+info.typ.Name, info.behaviours, info.decl.broken.of(ofBehaviors))
		return -1, false
	}
	tr, ok := info.transitions[transition.Text]
	if ok && info.typ.Transitions[tr].Behaviour == b {
		return tr, true
	}
	if ok {
		other := info.typ.Behaviours[info.typ.Transitions[tr].Behaviour].Name
		r.fail(transition.Span, fmt.Sprintf("transition %s belongs to behavior %s, not %s", transition.Text, other, behaviour.Text),
			fmt.Sprintf("write %s%s.%s", prefix, other, transition.Text), related(info.typ.Transitions[tr].Pos, "declared here"))
		return -1, false
	}
	known := map[string]bool{}
	for _, tr := range info.typ.Transitions {
		if tr.Behaviour == b {
			known[tr.Name] = true
		}
	}
	unknown(r, transition, "transition", fmt.Sprintf("behavior %s of component type %s", behaviour.Text, info.typ.Name), known, info.decl.broken.of(ofTransitions))
	return -1, false
}

// fillDurations gives every component its durations, and reports what the plan
// can need and nobody gives: one diagnostic for each type.
func (r *resolver) fillDurations(s *model.Scenario, st *planState, single durations, doubtful bool) {
	shared := make([][]model.Delay, len(r.order))
	own := map[int]bool{}
	for key := range single {
		own[key[0]] = true
	}
	missing := map[int]map[int]string{} // by type: transitions, and a component
	for c := range s.Components {
		comp := &s.Components[c]
		info := r.order[comp.Type]
		if shared[comp.Type] == nil {
			shared[comp.Type] = make([]model.Delay, len(info.durations))
			for i, d := range info.durations {
				shared[comp.Type][i] = d.delay
			}
		}
		comp.Durations = shared[comp.Type]
		if own[c] {
			comp.Durations = slices.Clone(comp.Durations)
			for i := range comp.Durations {
				if d, ok := single[[2]int{c, i}]; ok {
					comp.Durations[i] = d.delay
				}
			}
		}
	}
	if r.opts.Untimed || doubtful {
		return
	}
	for key := range st.pushed {
		comp := s.Components[key[0]]
		info := r.order[comp.Type]
		for i, tr := range info.typ.Transitions {
			if tr.Behaviour != key[1] || info.durations[i].given() || single[[2]int{key[0], i}].given() {
				continue
			}
			if missing[comp.Type] == nil {
				missing[comp.Type] = map[int]string{}
			}
			if old, ok := missing[comp.Type][i]; !ok || comp.Name < old {
				missing[comp.Type][i] = comp.Name
			}
		}
	}
	for typ, transitions := range missing {
		r.missingDurations(r.order[typ], transitions)
	}
}

func (r *resolver) missingDurations(info *typeInfo, transitions map[int]string) {
	t := info.typ
	var names []string
	first := -1
	for i := range t.Transitions {
		if _, ok := transitions[i]; ok {
			names = append(names, t.Behaviours[t.Transitions[i].Behaviour].Name+"."+t.Transitions[i].Name)
			if first < 0 {
				first = i
			}
		}
	}
	const shown = 20
	text := strings.Join(names[:min(shown, len(names))], ", ")
	if len(names) > shown {
		text += fmt.Sprintf(" and %d more", len(names)-shown)
	}
	r.add(diag.Diagnostic{
		Summary: fmt.Sprintf("component type %s lacks durations that the plan needs: %s", t.Name, text),
		Detail:  fmt.Sprintf("give them in the type (… for 3s) or in a timings block: %s.%s = 3s", t.Name, names[0]),
		Subject: t.Transitions[first].Pos, Length: len([]rune(t.Transitions[first].Name)),
		Related: []diag.Related{{Pos: t.Pos, Text: "of this type is " + transitions[first]}},
	})
}
