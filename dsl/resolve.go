package dsl

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// resolver turns syntax trees into a scenario. It goes on after every mistake:
// what a mistake leaves without a value is poison (a missing map entry, a false
// ok, the index -1), and whatever meets poison stays silent.
type resolver struct {
	opts      Options
	files     []*File
	errors    diag.List
	seen      map[problem]bool
	failures  int  // errors, with those that are not reported again
	budget    int  // statements left
	exhausted bool // … and more were asked for, which has been reported

	constants  scope
	types      map[string]*typeInfo
	order      []*typeInfo
	model      []*model.Type
	assemblies map[string]*Assembly
	plans      map[string]*Plan
	planOrder  []*Plan
	timings    map[string]*Timings
	factors    map[string]*model.Factor // of the timings that are applied
	networks   map[string]*Network
	properties map[string]*Property
	stated     map[*Plan][]*Property
	instances  map[*Assembly]*instance
	resolved   map[*Plan]*planState
	delays     map[*Delay]delayValue
	samples    map[string]delayValue // of files of durations

	semantics *Name
	broken    doubts // what could not be read of the files
	extra     diag.Sources
}

// problem tells diagnostics apart: a replicated statement reports each of its
// mistakes once.
type problem struct {
	pos      model.Pos
	severity diag.Severity
	kind     string
}

func (r *resolver) add(d diag.Diagnostic) {
	if d.Severity == diag.Error {
		r.failures++
	}
	key := problem{d.Subject, d.Severity, ""}
	if d.Subject == (model.Pos{}) {
		key.kind = d.Summary
	}
	if r.seen[key] || len(r.errors) >= maxProblems {
		return
	}
	r.seen[key] = true
	r.errors = append(r.errors, d)
}

// fail reports an error.
func (r *resolver) fail(at Span, summary, detail string, related ...diag.Related) {
	r.add(diag.Diagnostic{Summary: summary, Detail: detail, Subject: at.Pos, Length: at.Length, Related: related})
}

// refuse reports a mistake that an error tells of.
func (r *resolver) refuse(at Span, err error, detail string) {
	r.add(diag.Diagnostic{Summary: err.Error(), Detail: detail, Subject: at.Pos, Length: at.Length, Cause: err})
}

// warn reports a warning.
func (r *resolver) warn(at Span, summary, detail string, related ...diag.Related) {
	r.add(diag.Diagnostic{Severity: diag.Warning, Summary: summary, Detail: detail, Subject: at.Pos, Length: at.Length, Related: related})
}

// spend takes n statements from the budget and says whether there were as many.
func (r *resolver) spend(at Span, n int64) bool {
	if r.exhausted {
		return false
	}
	if n < 0 || n > int64(r.budget) {
		r.exhausted = true
		r.fail(at, "the model has more statements when everything is replicated than this machine has memory for", "make the range smaller")
		return false
	}
	r.budget -= int(n)
	return true
}

func related(pos model.Pos, text string) diag.Related { return diag.Related{Pos: pos, Text: text} }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// define enters a name in a map, or reports that it is there already.
func define[V any](r *resolver, m map[string]V, n Name, v V, what string, first func(V) model.Pos) bool {
	if old, ok := m[n.Text]; ok {
		r.fail(n.Span, fmt.Sprintf("%s %s is declared twice", what, n.Text), "rename or remove one", related(first(old), "first declared here"))
		return false
	}
	m[n.Text] = v
	return true
}

// declare collects the declarations of all files.
func (r *resolver) declare() {
	r.types = map[string]*typeInfo{}
	r.assemblies = map[string]*Assembly{}
	r.plans = map[string]*Plan{}
	r.timings, r.factors = map[string]*Timings{}, map[string]*model.Factor{}
	r.networks = map[string]*Network{}
	r.properties, r.stated = map[string]*Property{}, map[*Plan][]*Property{}
	constants := map[string]model.Pos{}
	for _, f := range r.files {
		r.broken |= f.broken
		if f.Semantics != nil {
			if r.semantics != nil && r.semantics.Text != f.Semantics.Text {
				r.fail(f.Semantics.Span, "the files have different semantics", "make them agree", related(r.semantics.Pos, "semantics "+r.semantics.Text))
			}
			r.semantics = cmp.Or(r.semantics, f.Semantics)
		}
		for _, c := range f.Constants {
			if define(r, constants, c.Name, c.Name.Pos, "constant", func(p model.Pos) model.Pos { return p }) {
				value, _ := r.eval(c.Value, r.constants)
				r.constants = r.constants.with(c.Name.Text, value)
			}
		}
		for _, c := range f.Components {
			info := &typeInfo{decl: c, index: len(r.order)}
			if define(r, r.types, c.Name, info, "component type", func(i *typeInfo) model.Pos { return i.decl.Name.Pos }) {
				r.order = append(r.order, info)
			}
		}
		for _, a := range f.Assemblies {
			define(r, r.assemblies, a.Name, a, "assembly", func(a *Assembly) model.Pos { return a.Name.Pos })
		}
		for _, p := range f.Plans {
			if define(r, r.plans, p.Name, p, "plan", func(p *Plan) model.Pos { return p.Name.Pos }) {
				r.planOrder = append(r.planOrder, p)
			}
		}
		for _, t := range f.Timings {
			define(r, r.timings, t.Name, t, "timings", func(t *Timings) model.Pos { return t.Name.Pos })
		}
		for _, n := range f.Networks {
			define(r, r.networks, n.Name, n, "network", func(n *Network) model.Pos { return n.Name.Pos })
		}
	}
	for _, f := range r.files {
		for _, p := range f.Properties {
			if !define(r, r.properties, p.Name, p, "property", func(p *Property) model.Pos { return p.Name.Pos }) {
				continue
			}
			if plan, ok := r.plans[p.Of.Text]; ok {
				r.stated[plan] = append(r.stated[plan], p)
			} else if p.Of.Text != "" {
				unknown(r, p.Of.Name, "plan", "", r.plans, r.broken.of(ofPlans))
			}
		}
	}
	for _, info := range r.order {
		r.resolveType(info)
		r.model = append(r.model, info.typ)
	}
}

// meaning is the semantics of the model.
func (r *resolver) meaning() model.Semantics {
	if r.semantics != nil && r.semantics.Text == model.ConcertoD.String() {
		return model.ConcertoD
	}
	return model.Ballet
}

// unknown reports a name that is not there, unless it may be in a part of the
// source that could not be read.
func unknown[V any](r *resolver, n Name, what, where string, known map[string]V, broken bool) {
	if broken {
		return
	}
	summary := fmt.Sprintf("there is no %s %s", what, shorten(n.Text))
	if where != "" {
		summary += " in " + where
	}
	detail := suggestion(n.Text, known)
	if detail == "" && len(known) == 0 {
		detail = "there is none at all"
	}
	r.fail(n.Span, summary, detail)
}
