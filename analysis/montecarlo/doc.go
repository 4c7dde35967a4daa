// Package montecarlo samples how long a plan takes: it runs many replications of
// a scenario on all processors and keeps what describes them, in memory that
// does not grow with their number.
//
//	result, err := montecarlo.Run(scenario, montecarlo.Options{Seed: 1, N: 10_000})
//	fmt.Println(result.Mean, result.HalfWidth)    // 6m56.8s 11ms
//	for _, q := range result.Quantiles { fmt.Println(q.P, q.Value, q.Lower, q.Upper) }
//
// Two engines sample, with the same law: the executor is simulate.Run with the seed and
// the index of the replication, the graph dates the event graph for many replications at
// once where that has the law; see [Engine]. A replication is a function of engine, seed
// and index alone, whatever the number of workers; all results are gathered in the order
// of the indices and the stopping rule looks at whole batches only. So the same options
// give the same result to the last bit on any machine.
//
// # What is estimated, and how far it can be trusted
//
//   - The mean and its confidence interval: Welford's recurrence and Student's t.
//     The interval is that of the central limit theorem, and where the half width
//     stops the experiment it is so asymptotically, as the half width becomes
//     small (Chow, Robbins, On the asymptotic theory of fixed-width sequential
//     confidence intervals, 1965).
//   - Quantiles with intervals from order statistics, which hold for every
//     distribution (David, Nagaraja, Order Statistics, 2003, section 7.1). They
//     are exact as long as the samples are kept: the first [KeptSamples], or all
//     if asked for. Beyond, they are read off a t-digest (Dunning, Ertl, 2019),
//     and their intervals widened by its error; see [Quantile].
//   - The criticality index of every transition: the share of the replications in
//     which it was on the critical path; see [Criticality].
//   - The bounds of package analysis hold for every replication, hazards apart. One
//     outside is reported with its seed and index.
package montecarlo
