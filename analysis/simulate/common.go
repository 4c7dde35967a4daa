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
func (w *world) stream(format string, names ...any) *sampler {
	if !w.opts.Common {
		return &w.sampler
	}
	name := fmt.Sprintf(format, names...)
	if w.occurred == nil {
		w.occurred = map[string]uint64{}
	}
	nth := w.occurred[name]
	w.occurred[name]++
	h := fnv.New64a()
	h.Write([]byte(name))
	return &sampler{w.sampler.kind, rand.New(rand.NewPCG(w.opts.Seed^h.Sum64(), w.opts.Index^nth<<32))}
}

// pause draws how long a pause lasts.
func (w *world) pause(node int, d *model.Delay) time.Duration {
	return w.stream("pause %s %v", model.Reference(w.s.Nodes[node].Name), *d).value(d)
}

// lasting draws how long a transition lasts, with what the executor adds.
func (w *world) lasting(c *component, transition int) time.Duration {
	s, nominal := w.s, &w.s.Components[c.id].Durations[transition]
	from := w.stream("%s", s.TransitionName(c.id, transition))
	overhead, drift := from.value(&s.Network.Profile.Overhead), from.value(&s.Network.Profile.Drift)
	return model.Lasting(from.value(nominal), overhead, drift)
}
