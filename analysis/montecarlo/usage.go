package montecarlo

import (
	"math"
	"slices"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Usage is what the completed replications asked of a node, up to the end of the
// last program: means, see [simulate.Usage].
type Usage struct {
	Node                      int
	Wakeups                   float64
	Awake, Computing, Waiting time.Duration
	Energy                    float64 // in joules
}

// Energy is how the energy of all nodes whose power is known is distributed, in
// joules. Quantiles are those of the samples, for Options.Quantiles.
type Energy struct {
	Mean, SD, Min, Max float64
	Quantiles          []EnergyQuantile
}

// EnergyQuantile is a quantile of the energies that were sampled.
type EnergyQuantile struct{ P, Value float64 }

// usages gathers what replications asked of the nodes; nil where no node sleeps
// and no power is known.
type usages struct {
	scenario *model.Scenario
	sum      [][5]float64 // by node: wake-ups, awake, computing, waiting, energy
	energy   []float64    // by replication, of all nodes
}

func newUsages(s *model.Scenario, opts Options) *usages {
	if s.Network.Profile.Kind == model.Concertod || !s.TimesUsage() && opts.Uptimes == nil {
		return nil
	}
	return &usages{scenario: s, sum: make([][5]float64, len(s.Nodes))}
}

// of computes the usage of a replication.
func (u *usages) of(t *simulate.Trace) []simulate.Usage {
	if u == nil || t.Outcome != simulate.Completed {
		return nil
	}
	return t.Usage(u.scenario)
}

func (u *usages) add(list []simulate.Usage) {
	if u == nil {
		return
	}
	total := 0.0
	for n, k := range list {
		for i, x := range [5]float64{float64(k.Wakeups), float64(k.Awake), float64(k.Computing), float64(k.Waiting), k.Energy} {
			u.sum[n][i] += x
		}
		total += k.Energy
	}
	u.energy = append(u.energy, total)
}

// result puts the means and the distribution into a result.
func (u *usages) result(r *Result, shares []float64) {
	if u == nil || r.Completed == 0 {
		return
	}
	count := float64(r.Completed)
	for n, sum := range u.sum {
		mean := func(i int) time.Duration { return time.Duration(math.Round(sum[i] / count)) }
		r.Usage = append(r.Usage, Usage{n, sum[0] / count, mean(1), mean(2), mean(3), sum[4] / count})
	}
	if !u.scenario.Measured() {
		return
	}
	e := &Energy{}
	for _, x := range u.energy {
		e.Mean += x / count
	}
	for _, x := range u.energy {
		e.SD += (x - e.Mean) * (x - e.Mean) / max(1, count-1)
	}
	e.SD = math.Sqrt(e.SD)
	slices.Sort(u.energy)
	e.Min, e.Max = u.energy[0], u.energy[len(u.energy)-1]
	for _, p := range shares {
		rank := max(0, int(math.Ceil(p*count))-1)
		e.Quantiles = append(e.Quantiles, EnergyQuantile{p, u.energy[rank]})
	}
	r.Energy = e
}
