package whatif

import (
	"adagio/analysis"
	"adagio/petri/precedence"
)

// undone lists the pairs of components of one type of which the second was only begun with
// when the first had ended, in every execution, and no longer is.
func undone(before, after *analysis.Result) (pairs [][2]int) {
	n, was, is := len(before.Scenario.Components), sequences(before), sequences(after)
	for pair, ok := range was {
		if ok && !is[pair] {
			pairs = append(pairs, [2]int{pair / n, pair % n})
		}
	}
	return pairs
}

// sequences says, by pair of components of one type, whether all that is pushed to the first
// certainly ends before the first push to the second begins.
func sequences(r *analysis.Result) []bool {
	s := r.Scenario
	n := len(s.Components)
	out := make([]bool, n*n)
	if n > maxSequenced {
		return out
	}
	for i, run := range r.Runs {
		record := run.Graph.Record()
		certain := precedence.NewCertain(run.Graph)
		for pair := range out {
			c, d := pair/n, pair%n
			if c == d || s.Components[c].Type != s.Components[d].Type || i > 0 && !out[pair] {
				continue
			}
			first, then := record.Components[c].Behaviours, record.Components[d].Behaviours
			out[pair] = len(first) > 0 && len(then) > 0 && first[len(first)-1].End >= 0 && then[0].Begin >= 0 && certain.UpTo(first[len(first)-1].End, then[0].Begin)
		}
		certain.Free()
	}
	return out
}

// maxSequenced is how many components are compared with one another.
const maxSequenced = 1000
