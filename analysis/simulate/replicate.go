package simulate

import (
	"runtime"

	"adagio/dsl/model"
)

// Replicate runs n independent replications of the experiment seed on the given
// number of workers (0: one for each processor) and calls visit for each, in
// the order of their indices, from the calling goroutine. Replication i is what
// [Run] gives for Options{Seed: seed, Index: i}, whatever the number of workers.
func Replicate(s *model.Scenario, n, workers int, seed uint64, visit func(i int, t *Trace)) error {
	m, err := prepare(s)
	if err != nil {
		return err
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = max(min(workers, n), 1)
	results := make([]chan *Trace, workers)
	for k := range results {
		results[k] = make(chan *Trace, 16)
		go func() {
			for i := k; i < n; i += workers {
				results[k] <- m.run(Options{Seed: seed, Index: uint64(i)})
			}
		}()
	}
	for i := range n {
		visit(i, <-results[i%workers])
	}
	return nil
}
