package distribution

import (
	"cmp"
	"slices"
	"time"

	"adagio/petri"
	"adagio/petri/unfold"
)

// problem is one side of the bounds: dates of reduced graphs that bound the
// duration.
type problem struct {
	side    side
	runs    int
	targets []target // at least one for each run; each of a run's bounds its duration
}

// target is the latest of some dates of a reduced graph.
type target struct {
	*reduced
	run   int
	edges []edge
}

// maxShifted bounds the nodes whose own start is treated on its own.
const maxShifted = 8

// problemOf sets up one side.
//
// The duration of a node's program is its end minus its start, where the end
// grows with the start, by no more than it: the difference shrinks when only the
// start grows. From above it is at most the end minus the least start. From
// below it is at least the end minus the greatest start, and also at least what
// it is when the node starts as late as it can, which is better, but takes a
// graph for each node: it is done for those that may be the last to end.
func problemOf(runs []unfold.Run, s side, goal Target) *problem {
	p := &problem{side: s, runs: len(runs)}
	shifting := goal == Makespan && s == dominated && startsVary(runs)
	for i, run := range runs {
		g := run.Graph
		r := reduce(g, s, -1)
		ends := slices.Clone(r.ends)
		if goal == Makespan {
			for n := range ends {
				ends[n].after -= against(g.Delay(g.Starts[n]), s).low
			}
		}
		p.targets = append(p.targets, target{r, i, r.undominated(slices.Clone(ends))})
		if !shifting {
			continue
		}
		order := make([]int, len(ends))
		for n := range order {
			order[n] = n
		}
		middle := func(n int) time.Duration {
			return r.first[ends[n].from] + r.latest[ends[n].from] + 2*ends[n].after
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(middle(b), middle(a)) })
		for _, n := range order[:min(len(order), maxShifted)] {
			fixed := reduce(g, s, n)
			end := fixed.ends[n]
			end.after -= g.Delay(g.Starts[n]).Hi
			p.targets = append(p.targets, target{fixed, i, []edge{end}})
		}
	}
	return p
}

// startsVary says whether the start of some node is not known exactly.
func startsVary(runs []unfold.Run) bool {
	g := runs[0].Graph
	return slices.ContainsFunc(g.Starts, func(e petri.EventID) bool { return !g.Delay(e).IsConstant() })
}

// solution is what solving a problem gave.
type solution struct {
	law    law
	cdf    *CDF
	mean   time.Duration
	joined joins

	jensen    time.Duration
	hasJensen bool
}

// solve bounds the law on a grid, or returns nil if that takes more cells than
// the budget has.
func (p *problem) solve(step time.Duration, budget int) *solution {
	e := newEvaluator(p.side, step, budget)
	s := &solution{hasJensen: p.runs == 1 && p.side == dominated}
	perRun := make([][]law, p.runs)
	for _, t := range p.targets {
		l := e.of(t.reduced, t.edges)
		if e.budget < 0 {
			return nil
		}
		perRun[t.run] = append(perRun[t.run], l)
		if p.runs == 1 && p.side == dominated {
			s.mean = max(s.mean, l.mean(p.side, step))
		}
		if s.hasJensen {
			var date time.Duration
			date, s.hasJensen = e.atMeans(t)
			s.jensen = max(s.jensen, date)
		}
	}
	// Each target of a run bounds the run's duration; the execution follows one
	// of the runs, no matter which.
	all := make([]law, p.runs)
	for i, laws := range perRun {
		all[i] = e.combine(least, laws) // on the dominating side there is one
	}
	if p.side == dominating {
		s.law = e.combine(product, all)
	} else {
		s.law = e.combine(complement, all)
	}
	if e.budget < 0 {
		return nil
	}
	s.joined = e.joined
	s.mean = max(s.mean, s.law.mean(p.side, step))
	s.cdf = &CDF{law: s.law, step: step, mean: s.law.mean(p.side, step)}
	return s
}

// atMeans returns the latest of the dates of a target when every delay has its
// mean, which must not be greater than the true one. By Jensen's inequality
// (for activity networks: Fulkerson 1962) it is at most the mean of the latest
// date, as that is a convex function of the delays. It fails if there is a
// minimum in the graph, which is concave.
func (e *evaluator) atMeans(t target) (time.Duration, bool) {
	dates := make([]time.Duration, len(t.nodes))
	latest := func(edges []edge) time.Duration {
		last := dates[edges[0].from] + edges[0].after
		for _, x := range edges[1:] {
			last = max(last, dates[x.from]+x.after)
		}
		return last
	}
	for v := 1; v < len(t.nodes); v++ {
		switch n := &t.nodes[v]; len(n.alternatives) {
		case 0:
			dates[v] = dates[n.cause.from] + n.cause.after + e.ofDelay(n.random).mean(dominated, e.step)
		case 1:
			dates[v] = latest(n.alternatives[0])
		default:
			return 0, false
		}
	}
	return latest(t.edges), true
}

// depth is how often a value is rounded on the way to the last date, at most: at
// every random delay and at every join.
func (p *problem) depth() int {
	deepest := 0
	for _, t := range p.targets {
		depth := make([]int, len(t.nodes))
		for v := 1; v < len(t.nodes); v++ {
			t.nodes[v].edges(func(x edge) { depth[v] = max(depth[v], depth[x.from]+1) })
			deepest = max(deepest, depth[v]+1) // and at the last join
		}
	}
	return deepest
}

// width is the width of the support of the duration.
func (p *problem) width() time.Duration {
	widest := time.Duration(0)
	for _, t := range p.targets {
		for _, x := range t.edges {
			widest = max(widest, t.latest[x.from]-t.first[x.from])
		}
	}
	return widest
}
