package validate

import (
	"cmp"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"
)

// DelayClass sums up the delays of one kind over all runs: what they were, and
// what the model allows.
type DelayClass struct {
	What string
	// Count is of all, Early and Late of those that the model does not allow.
	Count, Early, Late         int
	Mean, SD, Least, P95, Most time.Duration
	ModelLower, ModelUpper     time.Duration // means of the ends of the model's intervals
}

// classify sums up delays, the most frequent kind first.
func classify(gaps []Gap) []DelayClass {
	by := map[string][]*Gap{}
	for i := range gaps {
		by[gaps[i].What] = append(by[gaps[i].What], &gaps[i])
	}
	var out []DelayClass
	for what, of := range by {
		c := DelayClass{What: what, Count: len(of)}
		var took []float64
		for _, g := range of {
			took = append(took, (g.At - g.From).Seconds())
			c.ModelLower += g.Lower - g.From
			c.ModelUpper += g.Upper - g.From
			if g.beyond() < 0 {
				c.Early++
			} else if g.beyond() > 0 {
				c.Late++
			}
		}
		slices.Sort(took)
		mean, sd := stat.MeanStdDev(took, nil)
		d := func(x float64) time.Duration { return time.Duration(x * 1e9) }
		c.Mean, c.Least, c.Most = d(mean), d(took[0]), d(took[len(took)-1])
		if len(took) > 1 {
			c.SD = d(sd)
		}
		c.P95 = d(stat.Quantile(0.95, stat.Empirical, took, nil))
		c.ModelLower, c.ModelUpper = c.ModelLower/time.Duration(len(of)), c.ModelUpper/time.Duration(len(of))
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b DelayClass) int { return cmp.Or(-cmp.Compare(a.Count, b.Count), cmp.Compare(a.What, b.What)) })
	return out
}
