package simulate

import (
	"math/rand/v2"
	"time"

	"adagio/dsl/model"
)

// Sampler says how delays get their values.
type Sampler uint8

const (
	// Draw draws delays from their distributions. On a platform it draws the sizes of
	// messages, and has them share the links.
	Draw Sampler = iota
	Lo           // every delay at its least value; of a message, that of the static bound
	Hi           // every delay at its greatest value; likewise
)

// Options choose one execution of a scenario.
type Options struct {
	// Seed and Index choose the stream of random numbers: replication Index of
	// the experiment Seed. Different pairs give independent streams.
	Seed, Index uint64
	Sampler     Sampler
	// Window is how long, in the ballet profile, a node shows its components as
	// they are between the end of a "wait … holding" and the next instruction
	// (SEMANTICS.md, section 5, the window of under a millisecond).
	Window time.Duration
	// Hits is the probability that a wait which is under way on another node sees what a
	// node shows between two instructions, which lasts no time: that a hazard strikes. A
	// polling node sees it with its next look, others with a message. A broker keeps the
	// last value only: with a brokered executor nothing strikes.
	Hits float64
	// Common draws how long each transition lasts, each pause and each start of a
	// node from a stream of its own, which its name and the count of its firings
	// choose: two plans of one model with the same seed and index then have them
	// in common (common random numbers), whatever else they do.
	Common bool
	// Choose, if not nil, makes what chooses the value of each delay of the run, in place
	// of the sampler.
	Choose func() Chooser
	// History has the trace hold when what holds of components changes.
	History bool
	// State has the trace hold the state that the run leaves.
	State bool
	// Messages has the trace list the messages on the platform, if there is one.
	Messages bool
	// Starts, if not nil, are when the nodes start, in place of drawing each for itself:
	// such as those of another run, which depend on one another.
	Starts []time.Duration
	// Uptimes, if not nil, draws when nodes are awake, in place of the scenario's own
	// uptimes; the executor must be asynchronous.
	Uptimes *RandomUptimes
}

// Chooser chooses the value of a delay, inside its interval: of the nominal duration of a
// transition by its name (see [model.Scenario.TransitionName]), of the start of a node and
// of a pause by theirs (see [StartName]), each time that they occur, and with the empty
// name of what the executor adds and of what messages and looks take. The sizes of
// messages on a platform are drawn as ever.
type Chooser func(what string, d model.Delay) time.Duration

// Run executes a scenario once.
func Run(s *model.Scenario, opts Options) (*Trace, error) {
	m, err := prepare(s)
	if err != nil {
		return nil, err
	}
	return m.run(opts), nil
}

func (m *prepared) run(opts Options) *Trace {
	if opts.Uptimes != nil {
		return m.within(opts)
	}
	w := newWorld(m, opts)
	if m.s.Network.Profile.Kind == model.Polling {
		runPolling(w)
	} else {
		newIdeal(w).run()
	}
	w.finish()
	return w.trace
}

// sampler gives delays their values.
type sampler struct {
	kind   Sampler
	rand   *rand.Rand
	choose Chooser // or nil
	what   string  // that is chosen
}

func newSampler(o Options) sampler {
	s := sampler{kind: o.Sampler, rand: rand.New(rand.NewPCG(o.Seed, o.Index))}
	if o.Choose != nil {
		s.choose = o.Choose()
	}
	return s
}

func (s *sampler) value(d *model.Delay) time.Duration {
	switch {
	case s.choose != nil:
		return s.choose(s.what, *d)
	case s.kind == Lo || d.Lo == d.Hi:
		return d.Lo
	case s.kind == Hi:
		return d.Hi
	case d.Kind == model.Range || d.Kind == model.Uniform:
		return d.Lo + time.Duration(s.rand.Int64N(int64(d.Hi-d.Lo)+1))
	}
	return d.Draw(s.rand)
}

// coin is an even choice, false being the earlier outcome.
func (s *sampler) coin() bool {
	if s.choose != nil {
		return s.choose(s.what, model.Interval(0, 1)) > 0
	}
	return s.kind == Hi || s.kind == Draw && s.rand.Uint64()&1 == 1
}
