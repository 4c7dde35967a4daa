package unfold

import (
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/precedence"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// TestPeersAtRest: the nodes that an event looks at are at rest together if each is, however
// the ones looked at before came out.
func TestPeersAtRest(t *testing.T) {
	resting, busy := 0, 0
	check := func(t interface{ Fatalf(string, ...any) }, g *petri.EventGraph) {
		if g.PeersAtRest == nil {
			return
		}
		r := newRestfulness(undated(g))
		for i := range g.Len() {
			e, tr := petri.EventID(i), &g.Net.Transitions[g.Transition[i]]
			looks := len(tr.Peers) > 0 && tr.AtRest < tr.Delay.Hi
			want := looks
			for _, m := range tr.Peers {
				want = r.one(e, m) && want
			}
			if g.PeersAtRest[e] != want {
				t.Fatalf("event %d: all %d peers at rest is %t, not %t", e, len(tr.Peers), !want, want)
			}
			if want {
				resting++
			} else if looks && len(tr.Peers) > 1 {
				busy++
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 3 {
			s := gen.Scenario(gen.Options{Nodes: 5, Components: 9, Benign: true, Profiles: []model.ProfileKind{model.Polling}}).Draw(t, "scenario")
			net, err := compile.Scenario(s)
			if err != nil {
				continue
			}
			x, _ := Explore(net, Limit{Orders: 8})
			for _, run := range x.Runs {
				check(t, run.Graph)
			}
		}
	})
	check(t, played(t, web(t, 40)))
	if resting < gen.Floor(200) || busy < gen.Floor(200) {
		t.Errorf("only %d events with all peers at rest, and %d with several of which one is not", resting, busy)
	}
}

func undated(g *petri.EventGraph) *precedence.Orders {
	o := new(precedence.Orders)
	o.Begin(g)
	return o
}

func web(t *testing.T, servers int) *model.Scenario {
	return dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/web.ballet"}, Set: map[string]int{"servers": servers}})
}

// TestPeersAreAskedAboutOnce: one node is looked at by each of n others and looks at all of
// them n times, and yet the nodes asked about are about as many as the events that look.
func TestPeersAreAskedAboutOnce(t *testing.T) {
	const servers = 400
	g := played(t, web(t, servers))
	asked, pairs := findPeersAtRest(undated(g)), 0
	for _, tr := range g.Transition {
		pairs += len(g.Net.Transitions[tr].Peers)
	}
	if pairs < servers*servers {
		t.Fatalf("only %d pairs of an event and a node that it looks at", pairs)
	}
	if asked > g.Len() {
		t.Errorf("asked about %d nodes for %d events", asked, g.Len())
	}
}

// played is the graph of the play that the exploration of a plan begins with.
func played(t *testing.T, s *model.Scenario) *petri.EventGraph {
	net, err := compile.Scenario(s)
	if err != nil {
		t.Fatal(err)
	}
	r := runs.New().(*run)
	r.p.begin(net, net.Middle, nil)
	if err := r.p.run(); err != nil {
		t.Fatal(err)
	}
	x := newExplorer(net, Limit{})
	if err := r.begin(x, decisions{decided: map[conflictKey]bool{}}); err != nil {
		t.Fatal(err)
	}
	return r.graph
}
