// Package distribution bounds the distribution of how long a plan takes, from
// both sides and without sampling: what it answers holds for every quantile, not
// up to a confidence level.
//
//	result, err := analysis.Analyse(scenario, analysis.Options{})
//	bounds, err := distribution.BoundsOfRuns(result.Runs, distribution.Options{})
//	fmt.Println(bounds.Quantile(0.95)) // 7m8.911375s .. 7m8.9173125s
//	fmt.Println(bounds.Mean, bounds.Exact)
//
// # Idea
//
// The dates of an event graph are sums, maxima and minima of its delays. The law
// of a sum of independent delays is a convolution, that of a maximum of
// independent dates the product of their distribution functions. What is hard is
// that dates share causes. So the graph is first reduced (constants into the
// edges, causes that never are the last one removed), then evaluated along its
// tree of dominators: the date of an event relative to an event that every way
// to it passes through is independent of the date of that one. Fork and join
// blocks, nested in any way, are exact. Where dates still share a random delay,
// they are bounded from both sides.
//
// # Theorem
//
// Let D = (D(e)) be independent delays and T(D) the duration, by the recursion of
// [petri.EventGraph]. Then Upper.At(t) ≤ P(T ≤ t) ≤ Lower.At(t) for every t, and
// Mean contains the mean of T. It rests on:
//
//   - Independence. If a dominates v, then x(v) - x(a) is a function of the delays
//     between the two, which x(a) does not depend on. Two dates relative to a
//     common dominator whose causes below it are disjoint are independent.
//   - Association (Esary, Proschan, Walkup, Association of random variables, with
//     applications, 1967): growing functions X, Y, … of independent variables are
//     associated, hence P(all ≤ t) ≥ ∏ P(X ≤ t) and P(all > t) ≥ ∏ P(X > t). The
//     first bounds the law of a maximum from above (Kleindorfer, Bounding
//     distributions for a stochastic acyclic network, 1971; for timed event
//     graphs Baccelli, Makowski, Queueing models for systems with synchronization
//     constraints, 1989); the second bounds that of a minimum from below. The
//     second does not bound a minimum from above: there it is at most any one of
//     its alternatives.
//   - Any dependence: a maximum is at least each of its operands. And it is at
//     least what it is with some delays at their least values: with the delays
//     that one operand shares with those before it frozen like that, the operands
//     are independent, and their product bounds the maximum from below. For a
//     minimum the same holds upside down.
//   - The stochastic order is kept by sums, maxima and minima of independent
//     variables, so that bounds may be put together.
//   - Jensen's inequality (Fulkerson, Expected critical path lengths in PERT
//     networks, 1962): without a minimum, T is a convex function of D, and
//     T(E D) ≤ E T. Through a minimum this is false, and not used.
//
// # Hypotheses
//
// The delays of different events are independent, also those of one transition
// that fires twice and those that are drawn from one sample. A delay that is an
// interval has no distribution and may depend on anything: the upper bound takes
// its greatest value and the lower bound its least. Where the plan has races,
// which order is taken may depend on the delays; see [BoundsOfRuns]. The makespan
// counts from each node's own start; where starts vary they are taken at the end
// of their interval that is on the safe side. A plan that may deadlock is refused.
//
// # Numbers
//
// The laws live on a grid of whole nanoseconds. On the way to the upper bound
// every delay is rounded up to the grid and every probability of being early
// down; on the way to the lower bound the other way round. That covers the error
// of the delays' own distribution functions (1e-9 is allowed for), of floating
// point and of the fast Fourier transform, for which it is bounded (Higham,
// theorem 24.2). A grid of step h displaces a quantile by at most h for each
// rounding along a path; Result.Error is that, and the step is chosen for it.
// Probability that is lost to these errors, some 1e-8, lies at the ends of the
// support: quantiles closer than that to 0 or 1 are the ends themselves.
package distribution
