package simulate

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"adagio/dsl/model"
)

// stream returns the source of what has the given name: the run's own, or, with
// common random numbers, that of the name's next occurrence.
func (w *world) stream(nameOf func() string) *sampler {
	if w.choose == nil && !w.opts.Common {
		return &w.sampler
	}
	name := nameOf()
	if w.choose != nil {
		return &sampler{w.sampler.kind, w.sampler.rand, w.choose, name}
	}
	if w.occurred == nil {
		w.occurred = map[string]uint64{}
	}
	nth := w.occurred[name]
	w.occurred[name]++
	h := fnv.New64a()
	h.Write([]byte(name))
	return &sampler{kind: w.sampler.kind, rand: rand.New(rand.NewPCG(w.opts.Seed^h.Sum64(), w.opts.Index^nth<<32))}
}

// pause draws how long a pause lasts.
func (w *world) pause(node int, d *model.Delay) time.Duration {
	return w.stream(func() string { return PauseName(w.s, node, d) }).value(d)
}

// StartName and PauseName are the names of the start of a node and of a pause for
// [Options].Choose.
func StartName(s *model.Scenario, node int) string { return "start " + s.Nodes[node].Name }

// PauseName: see [StartName].
func PauseName(s *model.Scenario, node int, d *model.Delay) string {
	return fmt.Sprintf("pause %s %v", model.Reference(s.Nodes[node].Name), *d)
}

// lasting draws how long a transition lasts, with what the executor adds.
func (w *world) lasting(c *component, transition int) time.Duration {
	s, nominal := w.s, &w.s.Components[c.id].Durations[transition]
	from := w.stream(func() string { return s.TransitionName(c.id, transition) })
	added := from
	if w.choose != nil {
		added = &w.sampler
	}
	overhead, drift := added.value(&s.Network.Profile.Overhead), added.value(&s.Network.Profile.Drift)
	return model.Lasting(w.nominal(from, nominal), overhead, drift)
}

// nominal draws a duration, alone or where its factor is in this run.
func (w *world) nominal(from *sampler, d *model.Delay) time.Duration {
	if f := d.Factor; f != nil && from.choose == nil && from.kind == Draw && from.rand.Float64() < f.Share {
		return d.At(w.place(f))
	}
	return from.value(d)
}

// place is where a factor is in this run, from 0 to 1.
func (w *world) place(f *model.Factor) float64 {
	if w.places == nil {
		w.places = map[*model.Factor]float64{}
	}
	at, drawn := w.places[f]
	if !drawn {
		at = w.stream(func() string { return "factor " + f.Name }).rand.Float64()
		w.places[f] = at
	}
	return at
}
