// Package lanes dates many executions of an event graph side by side.
//
//	program, err := lanes.Compile(graph)
//	block := program.NewBlock()
//	block.Run(seed, first, n)        // executions first .. first+n-1 of the experiment seed
//	fmt.Println(block.Makespan(0))   // of the first of them
//	block.Critical(0, func(e petri.EventID) { … })
//
// # Idea
//
// An execution of a timed event graph is a value for each delay, and then maxima and sums
// (minima where any one of several providers suffices). A program is that recursion made
// short: constants are in its edges, what no program's end waits for and causes that never
// come last are gone. It is carried out one step at a time for all executions of a block,
// whose dates lie beside each other in memory: a structure of arrays, one row for each
// step and one lane for each execution.
//
// # Random numbers
//
// The number that a delay is made of is a hash of the seed, the index of the execution, and
// what the delay is that of (a transition and the count of its firings, the start of a
// node, a pause, the way of a fact). So an execution is the same in whatever block and on
// whatever processor, and two plans of one model have their numbers in common (common
// random numbers). The hash is the finalizer of SplitMix64 (Steele, Lea, Flood, Fast
// splittable pseudorandom number generators, 2014) of the sum of a key for the execution
// and one for the delay, each such a hash.
//
// # Accuracy
//
// Delays are whole nanoseconds, and dates are exact sums of them. Constants are exact. An
// evenly drawn delay takes each of its n values with a probability that is wrong by less
// than 2⁻⁶⁴, and so does a sample. All others are inverted by a table that interpolates
// between exact quantiles: [Table] says how, and why the probability of being at most a
// given value is wrong by more than [Tolerance] nowhere, besides what the distribution
// functions of package model are wrong by themselves.
package lanes
