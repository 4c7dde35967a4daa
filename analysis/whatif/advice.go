package whatif

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/parallel"
	"adagio/dsl/model"
)

// Advice is a change of the programs that makes the plan faster and is proved by
// another analysis to keep what the plan is for: it introduces no race and no
// deadlock, leads to the same places and connections, and every component whose
// end some program waited for still has one that does.
//
// What it cannot know is why a wait is there: a rule of the trade that no port
// states is not in the model. A keep block of the plan protects instructions.
type Advice struct {
	Changes []Change
	Pos     model.Pos // of the instruction that is given up or moved
	// Upper and Lower are by how much either end of the makespan shrinks.
	Upper, Lower time.Duration
	After        *analysis.Result
	// Undoes are pairs of components of one type of which the second is no longer started
	// after the first has ended, such as in a restart of one after the other. That may be
	// what the plan is for.
	Undoes [][2]int
}

// Rejection is a change that would be faster, and why it is no advice.
type Rejection struct {
	Changes []Change
	Pos     model.Pos
	Err     error
}

// Counsel is what [Advise] found.
type Counsel struct {
	Advice   []Advice // each change alone, in order of falling gain
	Rejected []Rejection
	// Together is what can be done at once: the changes taken one after another, but for
	// those that undo an order, each kept if it still is an advice after those before. It
	// is nil if there are not two.
	Together *Advice
}

// Advise tries to remove each wait and to move each push before the wait ahead of
// it, all instances of an instruction of the source at once, and analyses each
// plan that results. Progress, if not nil, is told how many changes there are.
func Advise(r *analysis.Result, progress func(done, of int)) (*Counsel, error) {
	if r.Deadlock != nil {
		return nil, fmt.Errorf("no advice on a plan that may not end: %s", r.Deadlock.Reason())
	}
	if err := timeless(r.Scenario); err != nil {
		return nil, err
	}
	candidates := relaxations(r.Scenario)
	verdicts := make([]verdict, len(candidates))
	parallel.Each(len(candidates), 0, func(i int) { verdicts[i] = judge(r, candidates[i].Changes) }, progress)
	out := &Counsel{}
	for i, v := range verdicts {
		c := candidates[i]
		switch {
		case v.err != nil:
			out.Rejected = append(out.Rejected, Rejection{c.Changes, c.Pos, v.err})
		case v.after != nil:
			out.Advice = append(out.Advice, newAdvice(r, c.Changes, c.Pos, v.after))
		}
	}
	slices.SortStableFunc(out.Advice, func(a, b Advice) int { return cmp.Compare(b.Upper, a.Upper) })
	out.together(r)
	return out, nil
}

func newAdvice(r *analysis.Result, changes []Change, pos model.Pos, after *analysis.Result) Advice {
	return Advice{changes, pos, r.Makespan.Upper - after.Makespan.Upper, r.Makespan.Lower - after.Makespan.Lower, after, undone(r, after)}
}

// together adds up what can be done at once.
func (c *Counsel) together(r *analysis.Result) {
	now, kept := r, 0
	var changes []Change
	for _, a := range c.Advice {
		if len(a.Undoes) > 0 {
			continue
		}
		next := slices.Concat(changes, a.Changes)
		after, err := Compare(r.Scenario, next...)
		if err != nil || after.Makespan.Upper >= now.Makespan.Upper || spoils(r, after) != "" {
			continue
		}
		now, changes = after, next
		kept++
	}
	if kept > 1 {
		all := newAdvice(r, changes, model.Pos{}, now)
		c.Together = &all
	}
}

// verdict is what came of one change: the new analysis if it is advice, an error
// if it is faster and yet no advice, neither if it is not faster.
type verdict struct {
	after *analysis.Result
	err   error
}

func judge(r *analysis.Result, changes []Change) verdict {
	after, err := Compare(r.Scenario, changes...)
	if err != nil {
		return verdict{err: err}
	}
	if after.Deadlock == nil && (after.Makespan.Upper >= r.Makespan.Upper || after.Makespan.Lower > r.Makespan.Lower) {
		return verdict{}
	}
	if reason := spoils(r, after); reason != "" {
		return verdict{err: errors.New(reason)}
	}
	return verdict{after: after}
}

// spoils says what a changed plan breaks, or nothing.
func spoils(before, after *analysis.Result) string {
	return cmp.Or(loses(before, after), opens(before, after))
}

// opens names a race that a changed plan adds, or nothing.
func opens(before, after *analysis.Result) string {
	known := map[[2]string]bool{}
	for _, race := range before.Races {
		known[[2]string{race.A, race.B}], known[[2]string{race.B, race.A}] = true, true
	}
	for _, race := range after.Races {
		if !known[[2]string{race.A, race.B}] {
			return fmt.Sprintf("race: %q and %q", race.A, race.B)
		}
	}
	return ""
}

// loses says what a changed plan no longer does: it ends, it leads to the same state, and
// its programs wait for what they waited for; or nothing.
func loses(before, after *analysis.Result) string {
	if after.Deadlock != nil {
		return "deadlock: " + after.Deadlock.Reason()
	}
	if !sameFinal(before.Scenario, after.Scenario) {
		return "the plan leads to another state"
	}
	was, is := awaited(before), awaited(after)
	for c := range was {
		name := before.Scenario.Components[c].Name
		switch {
		case was[c].own && !is[c].own:
			return fmt.Sprintf("node %s would end before %s does", before.Scenario.Nodes[before.Scenario.Components[c].Node].Name, name)
		case was[c].any && !is[c].any:
			return fmt.Sprintf("no program would wait for the end of %s", name)
		}
	}
	return ""
}

// timeless fails if the state in which the plan ends may depend on dates: a
// disconnect of the ballet executor has no effect while the connection is used,
// and a delete fails.
func timeless(s *model.Scenario) error {
	for _, node := range s.Nodes {
		for _, in := range node.Program {
			if in.Op == model.Disconnect && s.Semantics == model.Ballet || in.Op == model.Delete {
				return fmt.Errorf("no advice on a plan with %q: what it does depends on when it is done", s.Text(in))
			}
		}
	}
	return nil
}

func sameFinal(a, b *model.Scenario) bool {
	placesA, linksA, errA := a.Final()
	placesB, linksB, errB := b.Final()
	return errA == nil && errB == nil && slices.EqualFunc(placesA, placesB, slices.Equal[[]int]) && slices.Equal(linksA, linksB)
}
