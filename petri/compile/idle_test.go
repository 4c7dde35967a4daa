package compile_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/proofs/gen"
	"adagio/proofs/nets"

	"pgregory.net/rapid"
)

// TestEveryChangeIsPublished plays nets with random delays. At the end of each instant
// what a node has published of each fact is what holds: the net has as many messages as
// the fact changes, in any execution.
func TestEveryChangeIsPublished(t *testing.T) {
	published := 0
	for _, o := range []gen.Options{{}, {Runtime: gen.Everything}, {Ties: true, Benign: true}, {Sleep: true, Profiles: []model.ProfileKind{model.Ideal, model.Pushing, model.Concertod}}} {
		rapid.Check(t, func(t *rapid.T) {
			s := gen.Scenario(o).Draw(t, "scenario")
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
			net, err := compile.Scenario(s)
			if err != nil {
				return // refused
			}
			published += playPublishing(t, net, r)
		})
	}
	if published < gen.Floor(500) {
		t.Errorf("only %d changes have been published", published)
	}
}

// playPublishing plays a net, checks each instant, and returns the number of publications.
func playPublishing(t *rapid.T, net *petri.Net, r *rand.Rand) (published int) {
	g := nets.NewGame(net, func(t petri.TransitionID, _ int) time.Duration {
		d := net.Transitions[t].Delay
		return d.Lo + time.Duration(r.Int64N(int64(d.Hi-d.Lo+1)))
	})
	changes, started := map[petri.Fact]int{}, map[int]bool{}
	for {
		ready, date := g.Ready()
		if len(ready) == 0 || date > g.Now() {
			checkPublished(t, net, g, changes, started)
		}
		if len(ready) == 0 {
			return published
		}
		next := ready[r.IntN(len(ready))]
		if err := g.Fire(next); err != nil {
			t.Fatal(err)
		}
		switch o := net.Transitions[next].Origin; o.Kind {
		case petri.NodeStart:
			started[o.Node] = true
		case petri.Published:
			changes[o.Fact]++
			published++
		}
	}
}

func checkPublished(t *rapid.T, net *petri.Net, g *nets.Game, changes map[petri.Fact]int, started map[int]bool) {
	for f, from := range net.Sources {
		holds := true
		for _, p := range from.On {
			holds = holds && g.Marked(p)
		}
		if said := from.Presumed != (changes[f]%2 == 1); started[f.Node] && said != holds {
			t.Fatalf("at %v %v holds: %v, but its node says %v after %d changes", g.Now(), f, holds, said, changes[f])
		}
	}
}
