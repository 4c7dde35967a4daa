// Package replay follows an execution step by step: that the scenario lets each step
// happen, and that what is claimed of it does not hold.
//
// To be trusted: this package, which has the rules of ../../../dsl/SEMANTICS.md, and
// dsl/claim, which has what claims mean. That looks and messages fall as they do in the
// execution is taken from the certificate.
package replay

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"adagio/dsl/claim"
	"adagio/dsl/model"
	"adagio/proofs/check/lines"
)

// Check checks a certificate of an execution, after its first line: that the scenario lets each step happen,
// no later and on no older news than patience has it, that nothing more can happen in the
// end, and that what is claimed does not hold of it.
func Check(r *lines.Reader, s *model.Scenario) (answer string, err error) {
	if !r.Next() || r.Letter != "v" && r.Letter != "h" {
		return "", fmt.Errorf("line %d does not say what the execution shows", r.Line)
	}
	violated, what := &model.Claim{Kind: model.Ends}, "not every program ends"
	if r.Letter == "v" {
		p := &s.Properties[r.X[0]]
		violated = &p.Claims[r.X[1]]
		what = fmt.Sprintf("of property %s, %q does not hold", p.Name, violated.Text(s))
	}
	x, err := newReplay(s)
	if err != nil {
		return "", err
	}
	times, initially := map[model.Atom][]claim.Times{}, map[model.Atom]bool{}
	note := func() {
		for a := range times {
			times[a] = claim.Switch(times[a], x.atom(a), x.now)
		}
	}
	violated.Atoms(func(a model.Atom) { times[a], initially[a] = nil, x.atom(a) })
	note()
	if err := x.settle(nil); err != nil {
		return "", err
	}
	for more := r.Next(); more; {
		date, steps := time.Duration(r.X[0]), []step(nil)
		for ; more && time.Duration(r.X[0]) == date; more = r.Next() {
			steps = append(steps, step{r.Letter, r.X[1], r.X[2]})
		}
		if date < x.now {
			return "", fmt.Errorf("line %d is of an earlier date", r.Line)
		}
		x.now = date
		if err := x.settle(steps); err != nil {
			return "", fmt.Errorf("at %v: %w", date, err)
		}
		note()
	}
	quiescence, completed, err := x.end()
	if err != nil {
		return "", err
	}
	execution := claim.Execution{Quiescence: quiescence, Completed: completed, When: func(a model.Atom) ([]claim.Times, bool) { return times[a], initially[a] }}
	if ok, _ := execution.Holds(violated); ok {
		return "", fmt.Errorf("the claim %s holds of this execution", violated.Text(s))
	}
	return fmt.Sprintf("yes: an execution in which %s; no step comes later than %v after it can, nor %v after what it rests on has ceased", what, x.late, x.aged), nil
}

// settle has the steps of one date happen, in an order in which each can. What they rest on
// of others must be so in the end, or have been so before.
func (r *replay) settle(steps []step) error {
	var rest []fact
	changed := map[int]bool{}
	for len(steps) > 0 {
		next := r.choose(steps)
		if next < 0 {
			return fmt.Errorf("%s: it cannot", r.text(steps[0]))
		}
		x := steps[next]
		rest = append(rest, r.rests(x, steps)...)
		r.do(x)
		r.touch(x, changed)
		steps = slices.Delete(steps, next, next+1)
	}
	near := map[int]bool{} // what has changed, and what is connected with it
	for c := range r.machines {
		if r.now == 0 || changed[c] {
			near[c] = true
			for _, l := range r.links[c] {
				near[r.s.Links[l].User], near[r.s.Links[l].Provider] = true, true
			}
		}
	}
	for c := range near {
		r.learn(c)
	}
	for _, f := range rest {
		if last, ok := r.last[f]; !r.true(f) && !ok {
			var of string
			if f.letter == 'n' {
				of = r.s.Nodes[f.of].Name
			} else {
				of = r.s.Components[f.of].Name
			}
			return fmt.Errorf("a step rests on what has never been so, %c of %s", f.letter, of)
		} else if !r.true(f) {
			r.aged = max(r.aged, r.now-last)
		}
	}
	for c := range near {
		r.watch(c, r.steps(c))
	}
	for n := range r.next {
		if i := r.next[n]; i >= 0 && i < len(r.s.Nodes[n].Program) && r.s.Nodes[n].Program[i].Op != model.Pause {
			r.watch(len(r.machines)+n, []step{{"i", n, i}})
		} else {
			r.watch(len(r.machines)+n, nil)
		}
	}
	if limit := r.patience(); max(r.late, r.aged) > limit {
		return fmt.Errorf("a step comes %v after it can, or %v after what it rests on has ceased; no executor takes more than %v", r.late, r.aged, limit)
	}
	return nil
}

// choose is the next of some steps of one date: one that can happen, if there is one with all
// that it rests on so now, and of these one before which nobody else goes on, if news takes no
// time. What leads a program into a pause comes after all else: a component may have gone on just before.
func (r *replay) choose(steps []step) (next int) {
	next, best := -1, 6
	for i, x := range steps {
		facts, ok := r.may(x)
		if !ok {
			continue
		}
		rank := 0
		if slices.ContainsFunc(facts, func(f fact) bool { return !r.true(f) }) {
			rank = 2
		} else if len(facts) > 0 && r.atOnce() && !r.atRest(x, steps) {
			rank = 1
		}
		if x.letter == "i" {
			if p := r.s.Nodes[x.of].Program; x.what+1 < len(p) && p[x.what+1].Op == model.Pause {
				rank += 3
			}
		}
		if rank == 0 {
			return i
		} else if rank < best {
			next, best = i, rank
		}
	}
	return next
}

// rests lists what a step rests on that has to be so in the end of the date, or have been before it:
// not what is so in its own node, or for others to see, as it happens.
func (r *replay) rests(x step, steps []step) (rest []fact) {
	facts, _ := r.may(x)
	atRest := r.atRest(x, steps)
	for _, f := range facts {
		if local := (fact{f.letter, f.of, f.what, within}); strings.IndexByte("swu", f.letter) >= 0 && r.true(local) {
			if f.letter == 's' {
				continue
			}
			f.part = across
		}
		if !atRest || !r.true(f) {
			rest = append(rest, f)
		}
	}
	return rest
}

// atRest says whether nobody else goes on at this date before a step has been seen: what holds
// then lasts no time, but is known at once where news takes none.
func (r *replay) atRest(x step, steps []step) bool {
	node := func(x step) int {
		if x.letter == "n" || x.letter == "i" {
			return x.of
		}
		return r.machines[x.of].Node
	}
	return r.atOnce() && !slices.ContainsFunc(steps, func(y step) bool {
		facts, ok := r.may(y)
		return ok && node(x) != node(y) && !slices.ContainsFunc(facts, func(f fact) bool { return !r.true(f) })
	})
}

// atOnce says whether news takes no time.
func (r *replay) atOnce() bool {
	return r.s.Network.Profile.Kind == model.Ideal && r.s.Network.Latency.Lo == 0
}

// touch notes which components a step changes.
func (r *replay) touch(x step, changed map[int]bool) {
	if x.letter != "n" && x.letter != "i" {
		r.keepData(x.of)
		changed[x.of] = true
		return
	}
	for c := range r.machines {
		changed[c] = changed[c] || r.machines[c].Node == x.of
	}
}

// steps lists what a component may do next.
func (r *replay) steps(c int) (out []step) {
	m := &r.machines[c]
	out = append(out, step{"z", c, m.behaviour})
	if len(m.queue) > 0 {
		out = append(out, step{"b", c, m.queue[0]})
	}
	for p := range m.at {
		out = append(out, step{"o", c, p}, step{"e", c, p})
	}
	for i, d := range m.dock {
		if d == left {
			out = append(out, step{"f", c, i})
		} else if d == ended {
			out = append(out, step{"t", c, i})
		}
	}
	return out
}

// watch notes which of some steps can happen now, and since when, and for how long others
// could have.
func (r *replay) watch(key int, steps []step) {
	now := map[step]time.Duration{}
	for _, x := range steps {
		facts, ok := r.may(x)
		if !ok || slices.ContainsFunc(facts, func(f fact) bool { return !r.true(f) }) {
			continue
		}
		if now[x] = r.now; r.open[key] != nil {
			if since, before := r.open[key][x]; before {
				now[x] = since
			}
		}
	}
	for x, since := range r.open[key] {
		if _, still := now[x]; !still || now[x] != since {
			r.late = max(r.late, r.now-since)
		}
	}
	r.open[key] = now
}

// patience is more than any step takes of an executor, and than any news is old: two
// rounds of a loop in which all peers are asked all that they can be.
func (r *replay) patience() time.Duration {
	net, ends, peers := &r.s.Network, make([]int, len(r.s.Nodes)), 0
	hop := net.Latency.Hi
	for _, list := range [][]model.Delay{net.ToBroker, net.FromBroker, slices.Collect(maps.Values(net.Routes))} {
		for _, d := range list {
			hop = max(hop, d.Hi)
		}
	}
	p := &net.Profile
	if p.Kind == model.Ideal {
		return hop
	}
	for c := range r.machines {
		ends[r.machines[c].Node] += 1 + 3*len(r.links[c])
	}
	for _, list := range r.s.Peers() {
		peers = max(peers, len(list))
	}
	look := p.Shared(time.Duration(p.RoundTrips()+2)*2*hop+max(p.Request.Hi, p.Busy.Hi), peers)
	return 2 * (p.Poll.Hi + p.Pass.Hi + p.Session.Hi + time.Duration(slices.Max(ends)+peers)*(look+p.Step.Hi))
}

// end says how it ends: when all is at rest, or model.Never, and whether all programs have
// ended. It fails if something can still happen.
func (r *replay) end() (quiescence time.Duration, completed bool, err error) {
	for _, open := range r.open {
		for x := range open {
			return 0, false, fmt.Errorf("in the end, %s: it can", r.text(x))
		}
	}
	quiescence, completed = r.now, true
	for n, i := range r.next {
		if program := r.s.Nodes[n].Program; i < len(program) {
			quiescence, completed = model.Never, false
			if i < 0 || program[i].Op == model.Pause {
				return 0, false, fmt.Errorf("in the end node %s goes on", r.s.Nodes[n].Name)
			}
		}
	}
	for c := range r.machines {
		m := &r.machines[c]
		if slices.Contains(m.dock, running) {
			return 0, false, fmt.Errorf("in the end a transition of %s runs", m.Name)
		}
		if m.exists && !m.idle() {
			quiescence = model.Never
		}
	}
	return quiescence, completed, nil
}

// atom says whether an atom holds now.
func (r *replay) atom(a model.Atom) bool {
	if a.Kind == model.Programs {
		return r.next[a.Node] >= 0 && r.next[a.Node] < len(r.s.Nodes[a.Node].Program)
	}
	m := &r.machines[a.Component]
	switch a.Kind {
	case model.AtPlace:
		return m.at[a.Element]
	case model.InGroup:
		return m.active(m.t.Groups[a.Element].Places)
	case model.PortOn:
		return m.holdsPort(a.Element)
	case model.Behaves:
		return m.behaviour == a.Element
	case model.Fires:
		return m.dock[a.Element] == running
	case model.Resting:
		return m.idle()
	}
	return slices.ContainsFunc(r.links[a.Component], func(l int) bool {
		link := &r.s.Links[l]
		return r.sides[l][0] && link.User == a.Component && link.UsePort == a.Element && r.machines[link.Provider].holdsPort(link.ProvidePort)
	})
}

func (r *replay) text(x step) string {
	if x.letter == "n" || x.letter == "i" {
		return fmt.Sprintf("node %s, %s %d", r.s.Nodes[x.of].Name, x.letter, x.what)
	}
	return fmt.Sprintf("%s, %s %d", r.s.Components[x.of].Name, x.letter, x.what)
}
