package verify

import (
	"fmt"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
)

// answer is what is known of a claim over all executions: that it holds of each, or of
// none.
type answer struct {
	each, none bool
	causality  bool     // whatever the durations are
	reason     string   // why, in the user's words
	missing    string   // what could not be shown
	targets    []target // what would show that it does not hold
	bounded    *bounded // what was compared, or nil
}

// bounded is what a claim compares with a limit.
type bounded struct {
	what string
	b    [2]time.Duration
	none string // what it is said to be where it has no end
}

// text says between what it lies.
func (k *bounded) text() string {
	if k.b[0] == model.Never {
		return k.what + " " + k.none
	}
	return k.what + " is " + between(k.b)
}

// both is the answer of two claims, or of one claim over two sets of executions.
func (a answer) both(b answer) answer {
	out := answer{each: a.each && b.each, none: a.none && b.none, causality: a.causality && b.causality, reason: a.reason, missing: a.missing}
	if out.missing == "" {
		out.missing = b.missing
	}
	if out.reason == "" {
		out.reason = b.reason
	}
	out.targets = append(a.targets[:len(a.targets):len(a.targets)], b.targets...)
	if a.bounded != nil && b.bounded != nil {
		k := *a.bounded
		k.b[0], k.b[1] = min(k.b[0], b.bounded.b[0]), max(k.b[1], b.bounded.b[1])
		out.bounded = &k
	}
	return out
}

// prover answers claims over all runs of a plan.
type prover struct {
	r    *analysis.Result
	runs []*run
}

func newProver(r *analysis.Result) (*prover, error) {
	p := &prover{r: r}
	for _, graph := range r.Runs {
		x, err := newRun(r, graph.Graph)
		if err != nil {
			return nil, err
		}
		p.runs = append(p.runs, x)
	}
	return p, nil
}

// answer answers a claim.
func (p *prover) answer(c *model.Claim) (answer, error) {
	switch c.Kind {
	case model.All, model.Any:
		return p.list(c)
	case model.Contra:
		a, err := p.answer(&c.Parts[0])
		a.each, a.none = a.none, a.each
		return a, err
	case model.Ends:
		return p.ends(), nil
	}
	out := answer{}
	for i, x := range p.runs {
		a, err := p.inRun(x, c)
		if err != nil {
			return answer{}, err
		}
		if out = out.both(a); i == 0 {
			out = a
		}
	}
	if k := out.bounded; k != nil {
		out.reason = k.text() + ", by the bounds of dates"
		if !out.each && !out.none {
			out.missing = k.text()
		}
		if len(p.runs) > 1 {
			out.reason += fmt.Sprintf(", over all %d orders of the races", len(p.runs))
		}
	} else if len(p.runs) > 1 && out.each {
		out.reason = fmt.Sprintf("in each of the %d orders of the races; in the first of them %s", len(p.runs), out.reason)
	}
	if p.r.Cover != nil && p.r.Cover.Open > 0 && out.each {
		out.reason += ", whatever the order of the races"
	}
	return out, nil
}

// list answers a conjunction or a disjunction.
func (p *prover) list(c *model.Claim) (answer, error) {
	all := c.Kind == model.All
	out := answer{each: true, causality: true}
	var reasons, missing []string
	for i := range c.Parts {
		a, err := p.answer(&c.Parts[i])
		if err != nil {
			return answer{}, err
		}
		if !all { // some holds if not each does not
			a.each, a.none = a.none, a.each
		}
		out.each, out.none = out.each && a.each, out.none || a.none
		if a.each || a.none && !all {
			out.causality = out.causality && a.causality
		}
		out.targets = append(out.targets, a.targets...)
		if a.each || a.none {
			reasons = append(reasons, a.reason)
		} else {
			missing = append(missing, a.missing)
		}
	}
	if !all {
		out.each, out.none = out.none, out.each
	}
	out.reason = strings.Join(reasons, "; ")
	out.missing = strings.Join(missing, "; ")
	return out, nil
}

func (p *prover) ends() answer {
	d := p.r.Deadlock
	switch {
	case d == nil:
		return answer{each: true, reason: "no order of the races leaves anybody waiting for ever"}
	case !d.Possible:
		return answer{none: true, reason: d.Summary()}
	}
	return answer{missing: d.Summary()}
}

// inRun answers a claim over the executions of one run.
func (p *prover) inRun(x *run, c *model.Claim) (answer, error) {
	st := &states{run: x}
	switch c.Kind {
	case model.Always:
		return st.always(c)
	case model.Total, model.Longest:
		f, err := x.predicate(&c.Predicate)
		if err != nil {
			return answer{}, err
		}
		m, err := st.measure(f)
		if err != nil {
			return answer{}, err
		}
		b := m.total
		if c.Kind == model.Longest {
			b = m.longest
		}
		a := compared(bounded{c.Measure(x.s), b, "lasts for ever"}, c.Op, c.Bound)
		if !a.each && !f.counts() {
			err = st.lengths(&a, f, c.Op)
		}
		return a, err
	case model.Dated:
		list, may, err := st.moment(c.From)
		if err != nil {
			return answer{}, err
		}
		a := compared(bounded{c.From.Text(x.s), st.dated(list, c.From.End, may), "never comes"}, c.Op, c.Bound)
		late := c.Op == model.AtMost || c.Op == model.Less
		for _, s := range list {
			events := eventsOf(s, c.From.End)
			if t := (target{run: x, early: events, text: c.From.Text(x.s) + " is early"}); late {
				t.late, t.early, t.text = t.early, nil, c.From.Text(x.s)+" is late"
				a.targets = append(a.targets, t)
			} else {
				a.targets = append(a.targets, t)
			}
		}
		return a, nil
	}
	return st.pair(c)
}

// lengths aims at spans that last as long, or as short, as they can.
func (x *states) lengths(a *answer, f form, op model.Comparison) error {
	list, err := x.may(f)
	if err != nil {
		return err
	}
	long := op == model.AtMost || op == model.Less
	for _, s := range list {
		if !long {
			s.on, s.off = s.off, s.on
		}
		a.targets = append(a.targets, target{x.run, s.on, s.off, "an outage is as " + map[bool]string{true: "long", false: "short"}[long] + " as it can be"})
	}
	a.targets = a.targets[:min(len(a.targets), maxTargets)]
	return nil
}

// maxTargets bounds the executions that are aimed at for one claim and run.
const maxTargets = 4

// compared answers that what lies in a bound compares with a limit.
func compared(k bounded, op model.Comparison, limit time.Duration) answer {
	low, high := op.Holds(int64(k.b[0]), int64(limit)), op.Holds(int64(k.b[1]), int64(limit))
	return answer{each: low && high, none: !low && !high, bounded: &k}
}

// always answers that a predicate holds at all times.
func (x *states) always(c *model.Claim) (answer, error) {
	f, err := x.predicate(&c.Predicate)
	if err != nil {
		return answer{}, err
	}
	bad := not(f)
	scopes, err := x.scopes(c)
	if err != nil {
		return answer{}, err
	}
	left, err := x.within(bad, scopes)
	if err != nil {
		return answer{}, err
	}
	if len(left) == 0 {
		reason, causality := x.why(x.excludes)
		return answer{each: true, causality: causality && !x.chosen, reason: reason}, nil
	}
	a := answer{}
	meets := left[0]
	a.missing, meets = x.meeting(bad, meets)
	a.targets = []target{{x.run, meets.on, meets.off, a.missing}}
	if c.From == nil && c.Until == nil {
		m, err := x.measure(bad)
		if err != nil {
			return answer{}, err
		}
		if m.total[0] > 0 {
			a.none, a.reason = true, fmt.Sprintf("for at least %s it does not", date(m.total[0]))
		}
	}
	return a, nil
}
