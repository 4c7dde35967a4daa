package cover

import (
	"time"

	"adagio/dsl/model"
)

// bounds is what R2 needs of an option: when it is switched on and off at the latest.
type bounds struct{ on, off time.Duration }

// combine is R2: the event occurs no later than its delay after what it waits for last,
// nor later than any of its options is switched off.
func combine(ready, delay time.Duration, clauses [][]bounds) time.Duration {
	latest := make([]time.Duration, len(clauses))
	first, second, at := time.Duration(0), time.Duration(0), -1
	for q, clause := range clauses {
		for _, b := range clause {
			latest[q] = max(latest[q], b.on)
		}
		if at < 0 || latest[q] > first {
			first, second, at = latest[q], first, q
		} else {
			second = max(second, latest[q])
		}
	}
	value := model.Plus(max(ready, first), delay)
	for q, clause := range clauses {
		others := first
		if q == at {
			others = second
		}
		others = max(ready, others)
		capped := time.Duration(0)
		for _, b := range clause {
			capped = max(capped, min(b.off, model.Plus(max(others, b.on), delay)))
		}
		value = min(value, capped)
	}
	return value
}
