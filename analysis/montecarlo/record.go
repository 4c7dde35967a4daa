package montecarlo

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Record is what there is to know of some replications that follow one another, for a
// [Result] that is gathered elsewhere. It is kept as JSON, which loses nothing.
type Record struct {
	First     int             `json:"first"` // index of the first replication
	Makespans []time.Duration `json:"makespans"`
	// Quiescences are the dates of quiescence.
	Quiescences []time.Duration `json:"quiescences"`
	// What follows is by position in the record, and left out where there is nothing.
	Outcomes   map[int]simulate.Outcome `json:"outcomes,omitempty"` // of those that did not complete
	Open       map[int]bool             `json:"open,omitempty"`
	Outlasting map[int][]Behaviour      `json:"outlasting,omitempty"`
	Usage      map[int][]simulate.Usage `json:"usage,omitempty"`
	// Events is how much was simulated, Critical in how many replications each
	// transition was critical, by its number, of so many as are Explained.
	Events    int         `json:"events"`
	Explained int         `json:"explained"`
	Critical  map[int]int `json:"critical,omitempty"`
}

// Sample samples the replications from .. to-1 of an experiment, and hands them on in
// order, as records for [Gather].
func Sample(s *model.Scenario, opts Options, from, to int, emit func(*Record) error) error {
	if opts.HalfWidth > 0 || opts.Visit != nil || opts.Traces {
		return errors.New("a half width, visits and traces need the whole experiment")
	}
	e, err := newExperiment(s, opts)
	if err != nil {
		return err
	}
	batch := max(e.opts.Batch, e.engine.batch())
	var spare []*chunk
	for ; err == nil && from < to; from += batch {
		spare = e.chunks(spare, from, min(batch, to-from))
		if err = e.sample(spare, nil); err == nil {
			err = emit(newRecord(from, spare))
		}
		if opts.Progress != nil {
			opts.Progress(min(from+batch, to), model.Never)
		}
	}
	return err
}

// Gather makes the result of an experiment of the records of all its replications, in
// order: that of [Run] with the same options, to the last bit.
func Gather(s *model.Scenario, opts Options, records iter.Seq2[*Record, error]) (*Result, error) {
	e, err := newExperiment(s, opts)
	if err != nil {
		return nil, err
	}
	opts = e.opts
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if r.First != e.out.Replications || len(r.Makespans) != len(r.Quiescences) || r.First+len(r.Makespans) > opts.N {
			return nil, fmt.Errorf("a record of replications from %d on does not follow %d of %d", r.First, e.out.Replications, opts.N)
		}
		c, err := r.chunk(len(e.critical))
		if err != nil {
			return nil, err
		}
		if err := e.gather([]*chunk{c}); err != nil {
			return nil, err
		}
	}
	if e.out.Replications != opts.N {
		return nil, fmt.Errorf("there are records of %d replications of %d", e.out.Replications, opts.N)
	}
	e.out.Precise = true
	return e.result(), nil
}

func newRecord(first int, chunks []*chunk) *Record {
	r := &Record{First: first, Outcomes: map[int]simulate.Outcome{}, Open: map[int]bool{}, Outlasting: map[int][]Behaviour{}, Usage: map[int][]simulate.Usage{}, Critical: map[int]int{}}
	for _, c := range chunks {
		for i := range c.slots {
			s, at := &c.slots[i], len(r.Makespans)
			r.Makespans, r.Quiescences = append(r.Makespans, s.makespan), append(r.Quiescences, s.quiescence)
			if s.outcome != simulate.Completed {
				r.Outcomes[at] = s.outcome
			}
			if s.open {
				r.Open[at] = true
			}
			if len(s.outlasting) > 0 {
				r.Outlasting[at] = append([]Behaviour(nil), s.outlasting...)
			}
			if len(s.usage) > 0 {
				r.Usage[at] = s.usage
			}
			r.Events += s.events
		}
		r.Explained += c.explained
		for t, n := range c.critical {
			if n > 0 {
				r.Critical[t] += n
			}
		}
	}
	return r
}

// chunk is the chunk of a record, of a plan with that many transitions.
func (r *Record) chunk(transitions int) (*chunk, error) {
	c := &chunk{first: r.First, slots: make([]slot, len(r.Makespans)), critical: make([]int, transitions), explained: r.Explained}
	for i := range c.slots {
		c.slots[i] = slot{outcome: simulate.Completed, makespan: r.Makespans[i], quiescence: r.Quiescences[i], open: r.Open[i], outlasting: r.Outlasting[i], usage: r.Usage[i]}
		if o, ok := r.Outcomes[i]; ok {
			c.slots[i].outcome = o
		}
	}
	if len(c.slots) > 0 {
		c.slots[0].events = r.Events
	}
	for t, n := range r.Critical {
		if t < 0 || t >= transitions {
			return nil, fmt.Errorf("a record has a transition %d of %d", t, transitions)
		}
		c.critical[t] = n
	}
	return c, nil
}
