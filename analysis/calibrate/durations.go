package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"adagio/dsl/model"

	"gonum.org/v1/gonum/stat"
)

// Choice says as what the durations of a transition are written.
type Choice uint8

// The choices.
const (
	Interval  Choice = iota // from the least to the greatest observed
	Constant                // the median
	Tolerance               // an interval with a stated coverage and confidence
	Fit                     // a distribution
	Empirical               // the observations themselves
	Nominal                 // none are written: those of the model are kept
)

// Choices are the words for the choices, in their order.
var Choices = []string{"interval", "constant", "tolerance", "fit", "empirical", "nominal"}

// String is the word of the command line.
func (c Choice) String() string { return Choices[c] }

// Duration is what the logs tell of the durations of one transition, of a
// component type or of one component.
type Duration struct {
	Component  string // the type's or component's name
	Instance   bool   // of one component
	Behaviour  string
	Transition string
	N          int
	Runs       int // in how many runs and operations it was observed
	Sample     []time.Duration
	Median     time.Duration
	// Delay is what was chosen, and Method how.
	Delay  model.Delay
	Method string
	// Holds is the share of what is to come that the delay's interval holds with
	// the confidence of the options; 0 if nothing is said of that.
	Holds float64
	// Fit tells of the distribution that was chosen, or is nil.
	Fit *Fitted
	// Why says, of a component, why its type has not one duration.
	Why string

	order []observation
}

// Name is the transition as the language writes it.
func (d *Duration) Name() string {
	return model.Reference(d.Component) + "." + model.Quote(d.Behaviour) + "." + model.Quote(d.Transition)
}

// observation is one firing.
type observation struct {
	component string
	run       int // in the order of the runs' dates
	sites     int
	lasted    time.Duration
	nominal   time.Duration
}

// transitionKey names a transition of a component type.
type transitionKey struct{ typ, behaviour, transition string }

// firings collects the durations of a run.
func (x *table) firings(h *history, run int) {
	for c := range h.components {
		t, comp := h.s.TypeOf(c), &h.s.Components[c]
		firings := h.components[c].loose
		for _, b := range h.components[c].behaviours {
			firings = append(firings, b.firings...)
		}
		for _, f := range firings {
			tr := t.Transitions[f.transition]
			k := transitionKey{t.Name, t.Behaviours[tr.Behaviour].Name, tr.Name}
			nominal := time.Duration(0)
			if d := comp.Durations[f.transition]; d.IsConstant() {
				nominal = d.Lo
			}
			x.observe(k, observation{comp.Name, run, h.run.Sites, f.end - f.start, nominal})
		}
	}
}

// table is all durations, and the transitions of the models in their order.
type table struct {
	order []transitionKey
	of    map[transitionKey][]observation
}

// declare notes the transitions of a scenario's types.
func (x *table) declare(s *model.Scenario) {
	for _, t := range s.Types {
		for b := range t.Behaviours {
			for _, tr := range t.Transitions {
				if tr.Behaviour == b {
					x.observe(transitionKey{t.Name, t.Behaviours[b].Name, tr.Name})
				}
			}
		}
	}
}

func (x *table) observe(k transitionKey, o ...observation) {
	if x.of == nil {
		x.of = map[transitionKey][]observation{}
	}
	old, known := x.of[k]
	if !known {
		x.order = append(x.order, k)
	}
	x.of[k] = append(old, o...)
}

// sample orders the durations of observations.
func sample(os []observation) []time.Duration {
	return slices.Sorted(slices.Values(lasted(os)))
}

// byComponent splits observations, in the order of the components' names.
func byComponent(os []observation) [][]observation {
	os = slices.Clone(os)
	slices.SortStableFunc(os, func(a, b observation) int {
		return natural(a.component, b.component)
	})
	var out [][]observation
	for i, o := range os {
		if i == 0 || o.component != os[i-1].component {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], o)
	}
	return out
}

const (
	// level is how improbable a difference must be, over all transitions
	// together, to be taken for one.
	level = 0.01
	// relevant is how great it must be besides, relative to the median.
	relevant = 0.01
)

// differ says why the components of a type do not have one duration, or "". They
// do where their medians are within a percent of each other, or where a
// Kruskal-Wallis test at the given level does not tell them apart; with fewer
// than four observations of a component the test would tell nothing, and the
// medians decide.
func differ(groups [][]observation, level float64) string {
	if len(groups) < 2 {
		return ""
	}
	least, greatest, few := model.Never, time.Duration(0), false
	var values [][]float64
	for _, g := range groups {
		s := sample(g)
		m := median(s)
		least, greatest, few = min(least, m), max(greatest, m), few || len(g) < 4
		values = append(values, secondsOf(s))
	}
	if float64(greatest-least) <= relevant*float64(greatest) {
		return ""
	}
	spread := fmt.Sprintf("medians from %s to %s", short(least), short(greatest))
	if few {
		return spread + ", too few to test"
	}
	if p := kruskalWallis(values); p < level {
		return spread + ", Kruskal-Wallis " + probability(p)
	}
	return ""
}

// durations chooses type or component for each transition, and the delay. They
// come by type: first those of the type, then those of its components.
func (x *table) durations(opts Options) (out []Duration, why []string) {
	for i, k := range x.order {
		if i > 0 && x.order[i-1].typ == k.typ {
			continue
		}
		var single []Duration
		for _, k := range x.order[i:] {
			if k.typ != x.order[i].typ {
				break
			}
			if len(x.of[k]) == 0 {
				continue
			}
			groups := byComponent(x.of[k])
			reason := differ(groups, level/float64(len(x.order)))
			if reason == "" {
				out = append(out, newDuration(k, k.typ, x.of[k], opts))
				continue
			}
			why = append(why, k.String()+": "+reason)
			for _, g := range groups {
				d := newDuration(k, g[0].component, g, opts)
				d.Instance, d.Why = true, reason
				single = append(single, d)
			}
		}
		slices.SortStableFunc(single, func(a, b Duration) int { return natural(a.Component, b.Component) })
		out = append(out, single...)
	}
	return out, why
}

// natural compares names so that worker[10] comes after worker[9].
func natural(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// String is the transition as the language writes it.
func (k transitionKey) String() string {
	return model.Quote(k.typ) + "." + model.Quote(k.behaviour) + "." + model.Quote(k.transition)
}

func newDuration(k transitionKey, component string, os []observation, opts Options) Duration {
	d := Duration{Component: component, Behaviour: k.behaviour, Transition: k.transition, N: len(os), Sample: sample(os), order: os}
	seen := map[int]bool{}
	for _, o := range os {
		seen[o.run] = true
	}
	d.Runs, d.Median = len(seen), median(d.Sample)
	d.choose(opts)
	return d
}

// choose makes a delay of the sample.
func (d *Duration) choose(opts Options) {
	lo, hi := d.Sample[0], d.Sample[d.N-1]
	switch opts.Durations {
	case Constant:
		d.Delay, d.Method = model.Constant(d.Median), "median"
	case Empirical:
		d.Delay, d.Method = model.EmpiricalOf(lasted(d.order)), "all observations"
	case Tolerance:
		d.tolerance(opts)
	case Fit:
		d.fit(opts)
	default:
		d.Delay, d.Method, d.Holds = outward(lo, hi), "observed range", coverage(d.N, opts.Confidence)
	}
}

// tolerance chooses an interval that holds a share of what is to come, with the
// given confidence: the observed range, if there are enough observations for that
// whatever the distribution, or else that of a normal distribution, which is an
// assumption. With one observation there is none.
func (d *Duration) tolerance(opts Options) {
	lo, hi := d.Sample[0], d.Sample[d.N-1]
	d.Holds = coverage(d.N, opts.Confidence)
	switch {
	case d.N < 2:
		d.Method = "one observation: no tolerance interval"
	case d.Holds >= opts.Coverage:
		d.Method = "observed range, whatever the distribution"
	default:
		mean, sd := stat.MeanStdDev(secondsOf(d.Sample), nil)
		k := toleranceFactor(d.N, opts.Coverage, opts.Confidence)
		lo, hi = min(lo, max(0, durationOf(mean-k*sd))), max(hi, durationOf(mean+k*sd))
		d.Method, d.Holds = "if they are normal", opts.Coverage
		if p := d.normality(); p < rejected {
			d.Method += fmt.Sprintf(", which is doubtful (p = %.2f)", p)
		}
	}
	d.Delay = outward(lo, hi)
}

// outward is an interval with ends in whole microseconds, no narrower.
func outward(lo, hi time.Duration) model.Delay {
	const us = time.Microsecond
	return model.Interval(lo/us*us, (hi+us-1)/us*us)
}

// short is a duration in three digits after the point of seconds.
func short(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }

func percent(share float64) string {
	return fmt.Sprintf("%g", math.Floor(share*1000+1e-9)/10)
}

// probability is a small probability as a text.
func probability(p float64) string {
	if p < 1e-6 {
		return "p < 1e-6"
	}
	return fmt.Sprintf("p = %.2g", p)
}
