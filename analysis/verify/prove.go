package verify

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
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
	if k.b[0] == never {
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
	out := answer{each: all, none: !all, causality: true}
	var reasons, missing []string
	for i := range c.Parts {
		a, err := p.answer(&c.Parts[i])
		if err != nil {
			return answer{}, err
		}
		switch {
		case all:
			out.each, out.none = out.each && a.each, out.none || a.none
		default:
			out.each, out.none = out.each || a.each, out.none && a.none
		}
		if a.each != a.none && a.each == all || a.each && !all {
			out.causality = out.causality && a.causality
		}
		out.targets = append(out.targets, a.targets...)
		if a.each || a.none {
			reasons = append(reasons, a.reason)
		} else {
			missing = append(missing, a.missing)
		}
	}
	out.reason = sentence(reasons)
	out.missing = sentence(missing)
	return out, nil
}

func sentence(parts []string) string {
	out := ""
	for i, p := range parts {
		if i > 0 {
			out += "; "
		}
		out += p
	}
	return out
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
	case model.Date:
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

// between is a bound in words.
func between(b [2]time.Duration) string {
	switch {
	case b[0] == b[1]:
		return date(b[0])
	case b[1] == never:
		return date(b[0]) + " or more, perhaps for ever"
	}
	return date(b[0]) + " .. " + date(b[1])
}

func date(d time.Duration) string {
	if d == never {
		return "never"
	}
	return model.FormatDuration(d)
}

// moment lists the spans of which one begins, or ends, when a moment comes.
func (x *states) moment(m *model.Moment) (list []span, may bool, err error) {
	f, err := x.atom(m.Of)
	if err != nil {
		return nil, false, err
	}
	return x.moments(f, m.End)
}

// dated bounds the date of a moment.
func (x *states) dated(list []span, end, may bool) (b [2]time.Duration) {
	b[0] = never
	if may {
		b[1] = never
	}
	for _, s := range list {
		begin, over := x.dates(s)
		d := begin
		if end {
			d = over
		}
		b[0], b[1] = min(b[0], d[0]), max(b[1], d[1])
	}
	return b
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

// scopes lists spans that together are the time from From until Until.
func (x *states) scopes(c *model.Claim) ([]span, error) {
	scopes := []span{{}}
	if c.From != nil {
		list, _, err := x.moment(c.From)
		if err != nil {
			return nil, err
		}
		scopes = nil
		for _, s := range list {
			if !c.From.End {
				scopes = append(scopes, span{on: s.on})
			}
			for _, e := range s.off {
				if c.From.End { // the earliest of several
					scopes = append(scopes, span{on: []petri.EventID{e}})
				}
			}
		}
	}
	if c.Until == nil {
		return scopes, nil
	}
	list, may, err := x.moment(c.Until)
	if err != nil {
		return nil, err
	}
	var out []span
	for _, from := range scopes {
		for _, s := range list {
			if c.Until.End {
				out = append(out, span{from.on, s.off})
				continue
			}
			for _, e := range s.on { // the latest of several
				out = append(out, span{from.on, []petri.EventID{e}})
			}
		}
		if may {
			out = append(out, from)
		}
	}
	return out, nil
}

// pair answers that one moment comes before another, or within some time of it.
func (x *states) pair(c *model.Claim) (answer, error) {
	a, mayA, err := x.moment(c.From)
	if err != nil {
		return answer{}, err
	}
	b, mayB, err := x.moment(c.Until)
	if err != nil {
		return answer{}, err
	}
	var targets []target
	for _, p := range a {
		for _, q := range b {
			early, late := eventsOf(q, c.Until.End), eventsOf(p, c.From.End)
			targets = append(targets, target{x.run, early, late, c.Until.Text(x.s) + " is early and " + c.From.Text(x.s) + " late"})
			if c.Kind == model.Within {
				targets = append(targets, target{x.run, late, early, c.From.Text(x.s) + " is early and " + c.Until.Text(x.s) + " late"})
			}
		}
	}
	targets = targets[:min(len(targets), maxTargets)]
	textA, textB := c.From.Text(x.s), c.Until.Text(x.s)
	if len(b) == 0 && mayB {
		return answer{each: true, causality: x.untimed(), reason: textB + " never comes"}, nil
	}
	if mayA {
		out := answer{missing: textA + " need not come", targets: targets}
		if len(a) == 0 && !mayB {
			out.none, out.reason = true, textA+" never comes"
		}
		return out, nil
	}
	low, high, causality := time.Duration(1<<62), -time.Duration(1<<62), x.untimed()
	for _, p := range a {
		for _, q := range b {
			l, h, caused := x.difference(eventsOf(p, c.From.End), c.From.End, eventsOf(q, c.Until.End), c.Until.End)
			low, high, causality = min(low, l), max(high, h), causality && caused
		}
	}
	// low and high bound the date of Until less that of From.
	dates := fmt.Sprintf("%s is at %s, %s at %s", textA, between(x.dated(a, c.From.End, false)), textB, between(x.dated(b, c.Until.End, mayB)))
	if c.Kind == model.Before {
		switch {
		case low >= 0 && causality:
			return answer{each: true, causality: true, reason: fmt.Sprintf("%s follows from %s", textB, textA)}, nil
		case low >= 0:
			return answer{each: true, reason: fmt.Sprintf("%s, at least %s later, by the bounds of dates", dates, date(low))}, nil
		case high < 0 && !mayB:
			return answer{none: true, reason: fmt.Sprintf("%s, at least %s earlier", dates, date(-high))}, nil
		}
		return answer{missing: fmt.Sprintf("%s; %s may be up to %s later", dates, textA, date(-low)), targets: targets}, nil
	}
	apart := max(high, -low)
	switch {
	case apart <= c.Bound:
		return answer{each: true, reason: fmt.Sprintf("%s; they are at most %s apart", dates, date(apart))}, nil
	case max(low, -high) > c.Bound && !mayB:
		return answer{none: true, reason: fmt.Sprintf("%s; they are at least %s apart", dates, date(max(low, -high)))}, nil
	}
	return answer{missing: fmt.Sprintf("%s; they may be up to %s apart", dates, date(apart)), targets: targets}, nil
}

// difference bounds the date of q less that of p, and says whether q is no earlier by
// causality alone. Each is the latest of some events, or the earliest where it is an
// end; without events it is the origin.
func (x *states) difference(p []petri.EventID, pEnd bool, q []petri.EventID, qEnd bool) (low, high time.Duration, causality bool) {
	switch {
	case len(p) == 0 && len(q) == 0:
		return 0, 0, true
	case len(p) == 0:
		b := x.dated([]span{{q, q}}, qEnd, false)
		return b[0], b[1], true
	case len(q) == 0:
		b := x.dated([]span{{p, p}}, pEnd, false)
		return -b[1], -b[0], false
	}
	// Over q first: the latest of several is no earlier than each of them.
	fold := func(list []time.Duration, latest bool) time.Duration {
		if latest {
			return slices.Max(list)
		}
		return slices.Min(list)
	}
	causality = true
	var lows, highs []time.Duration
	for _, u := range p {
		var l, h []time.Duration
		follows := qEnd
		for _, v := range q {
			l, h = append(l, x.order.lower(u, v)), append(h, x.order.upper(u, v))
			if qEnd {
				follows = follows && x.order.follows(u, v)
			} else {
				follows = follows || x.order.follows(u, v)
			}
		}
		lows, highs = append(lows, fold(l, !qEnd)), append(highs, fold(h, !qEnd))
		causality = causality && follows
	}
	// The latest of several p is the least of the differences.
	return fold(lows, pEnd), fold(highs, pEnd), causality
}
