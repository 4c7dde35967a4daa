package rank

import (
	"errors"
	"slices"
	"strings"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri/unfold"
)

// Plan is one of the plans that are compared.
type Plan struct {
	Name string
	// Result is its analysis, or nil; Err says why: it could not be read, or has no bounds.
	Result *analysis.Result
	Err    error
	// Line is the line of the input that it stands on, from 1; 0 if there is none.
	Line int

	// Forgotten says that its event graphs are gone, see [Forget].
	Forgotten bool

	unread bool // it could not be read
	runs   []run
	shared *shared // nil for a plan of no base
}

// NewPlan analyses a plan. A plan that cannot be bounded is one all the same: it
// is ranked last.
func NewPlan(name string, s *model.Scenario) *Plan {
	return newPlan(name, s, analysis.Options{BoundsOnly: true})
}

// Plan is [NewPlan] for a scenario of the model: what its plans have in common is
// computed once, and so is one that is the same as another.
func (b *Base) Plan(name string, s *model.Scenario) *Plan {
	key := digest(s)
	b.mu.Lock()
	p := b.answered.find(key, s)
	b.mu.Unlock()
	if p == nil {
		p = b.analyse(s)
		if p.Result != nil {
			p.shared = &shared{b, p.Result, 1}
		}
		b.mu.Lock()
		if b.answered == nil {
			b.answered = answers{}
		}
		b.answered.add(key, s, p)
		b.mu.Unlock()
	}
	out := *p
	out.Name = name
	return &out
}

func (b *Base) analyse(s *model.Scenario) *Plan {
	b.reuse.Do(func() { b.cache.Reuse = b.Load != nil }) // candidates are forgotten one by one
	return newPlan("", s, analysis.Options{Cache: &b.cache, Strict: b.Strict, BoundsOnly: true})
}

func newPlan(name string, s *model.Scenario, opts analysis.Options) *Plan {
	r, err := analysis.Analyse(s, opts)
	if err != nil {
		return &Plan{Name: name, Err: err}
	}
	return &Plan{Name: name, Result: r}
}

// NewError is a plan that could not be read.
func NewError(name string, err error) *Plan { return &Plan{Name: name, Err: err, unread: true} }

// ReasonCode says in a word for programs why there is no bound that every execution
// keeps: "unreadable", "schema" (a request of another version), "duplicate" (the name of
// another candidate) or "invalid" (the candidate does not fit the model) for an error,
// "limit" (more races than are looked into), "no_bound", or what
// may happen: "deadlock", "possible_deadlock", "fails", "possible_failure". It is empty
// for a plan that always ends.
func (p *Plan) ReasonCode() string {
	switch {
	case p.Result == nil:
		return p.errorCode()
	case p.Ends():
		return ""
	}
	return strings.ReplaceAll(p.Outcome(), " ", "_")
}

// errorCode is ReasonCode for a plan without a result.
func (p *Plan) errorCode() string {
	if known, ok := errors.AsType[*recordedError](p.Err); ok {
		return known.code
	}
	if request, ok := errors.AsType[*RequestError](p.Err); ok {
		return request.Code
	}
	if p.unread {
		return "invalid"
	}
	if _, ok := errors.AsType[*unfold.LimitError](p.Err); ok {
		return "limit"
	}
	return "no_bound"
}

// Ends says whether every execution of the plan certainly ends.
func (p *Plan) Ends() bool { return p.Result != nil && p.Result.Deadlock == nil }

// Never says whether no execution of the plan ends.
func (p *Plan) Never() bool {
	return p.Result != nil && p.Result.Deadlock != nil && !p.Result.Deadlock.Possible
}

// IsError says whether the plan could not be read; one that could, and cannot be bounded,
// is refused.
func (p *Plan) IsError() bool {
	if p.Result != nil {
		return false
	}
	code := p.errorCode()
	return code != "limit" && code != "no_bound"
}

// Outcome is "bounded", "deadlock", "possible deadlock", "fails", "possible failure",
// "refused" or "error".
func (p *Plan) Outcome() string {
	switch {
	case p.IsError():
		return "error"
	case p.Result == nil:
		return "refused"
	case p.Result.Deadlock == nil:
		return "bounded"
	}
	return p.Result.Deadlock.Outcome()
}

// Forget drops what only close comparisons need, the event graphs, of all plans
// but the n best: of thousands of candidates they would fill the memory. What is
// forgotten is compared by its bounds only.
func Forget(plans []*Plan, n int) {
	for place, i := range order(plans) {
		if place >= n {
			plans[i].Forget()
		}
	}
}

// Forget drops the event graphs of a plan. Nobody may use its Result any more that had it
// before: another candidate is analysed in the same memory.
func (p *Plan) Forget() {
	if p.Result == nil || p.Forgotten {
		return
	}
	of, runs := p.shared, p.runs
	*p = *p.Summarise().Plan(p.Result.Scenario)
	p.Forgotten = true
	for i := range runs {
		runs[i].free()
	}
	if of != nil {
		of.drop()
	}
}

// SameGoal says whether two plans of one model lead to the same places and
// connections.
func SameGoal(p, q *Plan) bool {
	if p.Result == nil || q.Result == nil || !sameModel(p.Result.Scenario, q.Result.Scenario) {
		return false
	}
	a, linksA, errA := p.Result.Scenario.Final()
	b, linksB, errB := q.Result.Scenario.Final()
	sides := func(x, y model.Link) bool {
		return x.User == y.User && x.Provider == y.Provider && x.UserSide == y.UserSide && x.ProviderSide == y.ProviderSide
	}
	return errors.Join(errA, errB) == nil && slices.EqualFunc(a, b, slices.Equal[[]int]) && slices.EqualFunc(linksA, linksB, sides)
}

// sameModel says whether indices mean the same in two scenarios.
func sameModel(a, b *model.Scenario) bool {
	return slices.EqualFunc(a.Components, b.Components, func(x, y model.Component) bool {
		return x.Name == y.Name && x.Node == y.Node && x.Type == y.Type
	}) && slices.EqualFunc(a.Nodes, b.Nodes, func(x, y model.Node) bool { return x.Name == y.Name }) &&
		slices.EqualFunc(a.Types, b.Types, sameType) && len(a.Links) == len(b.Links)
}

func sameType(a, b *model.Type) bool {
	return a == b || a.Name == b.Name && len(a.Places) == len(b.Places) && slices.EqualFunc(a.Transitions, b.Transitions, func(x, y model.Transition) bool {
		return x.Name == y.Name && x.Behaviour == y.Behaviour && x.Src == y.Src && x.Dst == y.Dst && x.DockSet == y.DockSet
	})
}
