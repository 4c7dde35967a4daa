// Package gen makes random scenarios for property tests: small ones first, most
// of them completing, a healthy share with races and deadlocks.
//
//	rapid.Check(t, func(t *rapid.T) {
//		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
//		…
//	})
//
// A scenario is a story, told in waves: components are deployed, or run already;
// then, wave by wave, some of them are stopped or updated and deployed again,
// mostly together with those that use them; at the end some are disconnected and
// deleted. What makes a story go wrong is rare and deliberate: a provider that
// stops under its user, links in a circle, a missing side, a join that a second
// deployment cannot fill, nodes that hold each other up.
//
// Every choice is a small number, 0 being the simplest, so that rapid shrinks a
// scenario by making it plainer. [Random] draws from the same distribution
// without rapid.
package gen

import (
	"math/rand/v2"

	"adagio/dsl/model"

	"pgregory.net/rapid"
)

// Options bound what is generated. The zero value means everything.
type Options struct {
	Nodes      int // at most; 4 if 0
	Components int // at most; 6 if 0
	// Semantics and Profiles list what may be chosen; nil: all.
	Semantics []model.Semantics
	Profiles  []model.ProfileKind
	// Constant makes every delay one value; otherwise about half of the scenarios
	// have intervals.
	Constant bool
	// Ties draws durations from a few round values, zero among them, so that many
	// things happen at one date. Otherwise they are distinct primes.
	Ties bool
	// NoRemote leaves out every link and wait between nodes.
	NoRemote bool
	// Benign leaves out what makes deadlocks and races likely, though not all of it.
	Benign bool
	// Sleep gives most nodes windows in which they are awake; the profiles must be
	// asynchronous.
	Sleep bool
	// Runtime adds what the rules of the real runtime are about.
	Runtime Runtime
	// Racing adds what makes many races.
	Racing Racing
}

// Scenario generates valid scenarios.
func Scenario(o Options) *rapid.Generator[*model.Scenario] {
	return rapid.Custom(func(t *rapid.T) *model.Scenario {
		bit := rapid.Bool()
		return build(o, func(n int) int {
			bits, value := 7, 0
			for range bits {
				value <<= 1
				if bit.Draw(t, "") {
					value++
				}
			}
			return value * n >> bits
		})
	})
}

// Random draws a valid scenario from a plain source of random numbers.
func Random(r *rand.Rand, o Options) *model.Scenario { return build(o, r.IntN) }

// chooser returns a number in [0, n), about evenly; 0 is the simplest choice.
type chooser func(n int) int

// chance is true in the given percentage of cases; false is simpler.
func (c chooser) chance(percent int) bool { return c(100) >= 100-percent }

// between returns a number in [lo, hi].
func (c chooser) between(lo, hi int) int { return lo + c(hi-lo+1) }

// builder holds a scenario under construction.
type builder struct {
	chooser
	Options
	s         *model.Scenario
	intervals bool
	primes    map[int]bool // used already

	missing map[[2]int]bool // link and side (0 user, 1 provider) that nobody makes
	waves   [][][]int       // by wave and component: behaviours to push
	deleted map[int]bool
	waited  map[[3]int]int // node, component, behaviour: remote waits so far
}

func build(o Options, choose chooser) *model.Scenario {
	if o.Nodes == 0 {
		o.Nodes = 4
	}
	if o.Components == 0 {
		o.Components = 6
	}
	b := &builder{
		chooser: choose, Options: o, s: &model.Scenario{Name: "random", Assembly: "random"},
		primes: map[int]bool{}, missing: map[[2]int]bool{}, deleted: map[int]bool{}, waited: map[[3]int]int{},
	}
	if o.Semantics == nil {
		b.Options.Semantics = []model.Semantics{model.Ballet, model.ConcertoD}
	}
	if o.Profiles == nil {
		b.Options.Profiles = []model.ProfileKind{model.Ideal, model.Polling, model.Pushing, model.Brokered}
	}
	b.s.Semantics = b.Options.Semantics[choose(len(b.Options.Semantics))]
	b.intervals = !o.Constant && choose.chance(50)
	b.network()
	b.rules()
	b.starts()
	b.wideStarts()
	b.assembly()
	b.state()
	b.story()
	b.programs()
	b.sleep()
	b.names()
	return b.s
}
