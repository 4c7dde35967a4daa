package petri_test

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
	"adagio/proofs/nets"

	"pgregory.net/rapid"
)

// # The token game agrees with the unfolding
//
// Statement. Every firing sequence of the net that respects its times gives every
// firing the date that an event graph of [petri.Explore] gives it at the same
// delays: the only one, if the plan has no races. No place ever holds two tokens,
// what one node tells another about a fact is taken note of in order, and what is left when nothing can fire any more is the work of those who wait
// for ever, and nothing else.
//
// Delays are anything inside their intervals, and what can fire at one date fires
// in any order that the classes allow, after what the programs do. Of a fact that
// nobody asks for then ([petri.EventGraph], Unasked) it is open whether it is
// published: only what follows is compared, and all its messages take alike long.
//
// Hypothesis. No two firings that want one token are due at the same date by
// chance. Where they are, class and number decide, as in the unfolding: the test
// with ties plays so. Under an executor that polls and whose steps or passes take
// no time there are many such chances: it is left out.
//
// Reference. Baccelli, Cohen, Olsder, Quadrat, Synchronization and Linearity
// (1992), theorem 2.58.

func TestGameOfGallery(t *testing.T) {
	nets.Gallery(t, "../testdata/gallery", func(t *testing.T, s *model.Scenario) {
		for seed := range uint64(20) {
			checkGame(t, s, seed, anyOrder)
		}
	})
}

// TestGameOfRegressions plays what has gone wrong before.
func TestGameOfRegressions(t *testing.T) {
	nets.Each(t, "testdata/games", 1, func(t *testing.T, s *model.Scenario) {
		for seed := range uint64(300) {
			checkGame(t, s, seed, anyOrder)
		}
	})
}

// TestGameOfRegressionsWithTies plays what has gone wrong at one date.
func TestGameOfRegressionsWithTies(t *testing.T) {
	nets.Each(t, "testdata/games/ties", 1, func(t *testing.T, s *model.Scenario) { checkGame(t, s, 0, byNumber) })
}

var scenarios = flag.Int("scenarios", 150, "random scenarios that the token game plays")

func TestGameOfRandomScenarios(t *testing.T) {
	for seed := range uint64(*scenarios) {
		if s := gen.Random(rand.New(rand.NewPCG(seed, 1)), gen.Options{}); !timeless(s.Network.Profile) {
			checkGame(t, s, seed, anyOrder)
		}
	}
}

func TestGameOfRandomScenariosWithTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Ties: true, Constant: true, Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		checkGame(t, s, rapid.Uint64().Draw(t, "seed"), byNumber)
	})
}

// checkGame plays a scenario once and compares. A scenario that is refused for
// its many races says nothing.
func checkGame(t nets.T, s *model.Scenario, seed uint64, o order) {
	t.Helper()
	net := nets.Net(t, s)
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		return
	}
	delay := delaysOf(net, seed, unasked(x))
	game, played, err := play(net, delay, o(net, seed))
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, gen.Text(s))
	}
	if why := differsFromAll(x, played, delay); why != "" {
		t.Fatalf("seed %d: no run of %d agrees: %s\n%s", seed, len(x.Runs), why, gen.Text(s))
	}
	if why := unaccounted(net, game); why != "" {
		t.Fatalf("seed %d: %s\n%s", seed, why, gen.Text(s))
	}
}

// timeless says whether the executor looks at remote facts, but takes no time
// itself, so that a component may do much in one instant.
func timeless(p model.Profile) bool {
	return p.Kind == model.Polling && (p.Step.Hi == 0 || p.Pass.Hi == 0)
}

// delays chooses the delay of each firing.
type delays func(t petri.TransitionID, nth int) time.Duration

// delaysOf chooses delays inside their intervals. The same seed gives the same
// firing the same delay; and all messages of a fact that is in alike, so that their
// number makes no difference.
func delaysOf(net *petri.Net, seed uint64, alike map[petri.Fact]bool) delays {
	return func(t petri.TransitionID, nth int) time.Duration {
		d, of := net.Transitions[t].Delay, uint64(t)<<32|uint64(nth)
		if d.Lo == d.Hi {
			return d.Lo
		}
		if o := net.Transitions[t].Origin; o.Kind == petri.Network && alike[o.Fact] {
			h := fnv.New64a()
			fmt.Fprint(h, o.Fact, o.Node)
			of = h.Sum64()
		}
		r := rand.New(rand.NewPCG(seed, of))
		return d.Lo + 1 + time.Duration(r.Int64N(int64(d.Hi-d.Lo)))
	}
}

// unasked are the facts that are published or not, without anybody asking.
func unasked(x *unfold.Exploration) map[petri.Fact]bool {
	facts := map[petri.Fact]bool{}
	for _, run := range x.Runs {
		for _, f := range run.Graph.Unasked {
			facts[f] = true
		}
	}
	return facts
}

// occurrences are the dates of what happened, by what it stands for, in order.
// Variants and alternatives of an event stand for the same.
type occurrences map[petri.Origin][]time.Duration

// add notes a firing. A derived condition may or may not come and go inside an
// instant: it is compared by what follows from it.
func (o occurrences) add(net *petri.Net, t petri.TransitionID, date time.Duration) {
	if origin := *net.Transitions[t].Origin; origin.Kind != petri.Derived {
		o[origin] = append(o[origin], date)
		slices.Sort(o[origin])
	}
}

// maxFirings is more than any small scenario has.
const maxFirings = 100_000

// order chooses which of the transitions that are ready fires.
type order func(net *petri.Net, seed uint64) func(ready []petri.TransitionID) petri.TransitionID

// anyOrder chooses at random, among what programs do first.
func anyOrder(net *petri.Net, seed uint64) func([]petri.TransitionID) petri.TransitionID {
	r := rand.New(rand.NewPCG(seed, 1))
	return func(ready []petri.TransitionID) petri.TransitionID {
		ready = programsFirst(net, ready)
		return ready[r.IntN(len(ready))]
	}
}

// byNumber chooses the first.
func byNumber(*petri.Net, uint64) func([]petri.TransitionID) petri.TransitionID {
	return func(ready []petri.TransitionID) petri.TransitionID { return ready[0] }
}

// play plays the game to its end.
func play(net *petri.Net, delay delays, choose func([]petri.TransitionID) petri.TransitionID) (*nets.Game, occurrences, error) {
	game, played, noted := nets.NewGame(net, delay), occurrences{}, map[petri.Origin]petri.TransitionID{}
	for range maxFirings {
		ready, date := game.Ready()
		if len(ready) == 0 {
			return game, played, nil
		}
		t := choose(ready)
		if err := game.Fire(t); err != nil {
			return nil, nil, err
		}
		played.add(net, t, date)
		if o := *net.Transitions[t].Origin; notes(net, t) {
			if t < noted[o] {
				return nil, nil, fmt.Errorf("%q overtakes %q", net.TransitionName(noted[o]), net.TransitionName(t))
			}
			noted[o] = t
		}
	}
	return nil, nil, fmt.Errorf("the game does not end")
}

// programsFirst keeps those that programs execute, if there are any: from one
// blocking instruction to the next a program runs in a single instant
// (SEMANTICS.md, section 3), before components see what it did.
func programsFirst(net *petri.Net, ready []petri.TransitionID) []petri.TransitionID {
	component := func(t petri.TransitionID) bool {
		k := net.Transitions[t].Origin.Kind
		return k != petri.ProgramStep && k != petri.WaitBegin && k != petri.PauseBegin
	}
	if programs := slices.DeleteFunc(slices.Clone(ready), component); len(programs) > 0 {
		return programs
	}
	return ready
}

// notes says whether with this transition a node takes note of a message. The
// later the message the greater the number.
func notes(net *petri.Net, t petri.TransitionID) bool {
	return net.Transitions[t].Origin.Kind == petri.Network && slices.ContainsFunc(net.Transitions[t].Out(), func(p petri.PlaceID) bool {
		return net.Places[p].Origin.Kind == petri.Derived
	})
}

// differsFromAll says how what was played differs from every run, or nothing.
func differsFromAll(x *unfold.Exploration, played occurrences, delay delays) string {
	why := "there is no run"
	for _, run := range x.Runs {
		if why = differs(run.Graph, played, delay); why == "" {
			return ""
		}
	}
	return why
}

// differs compares what was played with a graph at the same delays.
func differs(g *petri.EventGraph, played occurrences, delay delays) string {
	at := make([]time.Duration, g.Len())
	for e := range at {
		at[e] = delay(g.Transition[e], int(g.Nth[e]))
	}
	dates, err := g.Dates(at)
	if err != nil {
		return err.Error()
	}
	happen := occurrences{}
	for e, date := range dates {
		happen.add(g.Net, g.Transition[e], date)
	}
	for t := range g.Net.Transitions {
		o := *g.Net.Transitions[t].Origin
		if !slices.Equal(played[o], happen[o]) && !(o.Fact.Kind != petri.NoFact && slices.Contains(g.Unasked, o.Fact)) {
			return fmt.Sprintf("%q was played at %v, but happens at %v", g.Net.TransitionName(petri.TransitionID(t)), played[o], happen[o])
		}
	}
	return ""
}
