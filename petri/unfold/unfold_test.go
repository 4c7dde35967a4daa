package unfold

import (
	"errors"
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri/compile"
)

// TestOnePlayOfManyRaces: the races of one play are found in it, and it is not played again
// for each of them.
func TestOnePlayOfManyRaces(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "races.ballet", Text: []byte(`
component Provider {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 1s }
  behavior stop { stop: on -> off for 1s }
  provide service at on
}

component User {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 500ms .. 1.5s }
  use service at on
}

assembly races(n = 20) {
  for i in 0 ..< n { node provider[i] { p[i]: Provider }; node user[i] { u[i]: User } }
  for i in 0 ..< n { connect p[i].service -> u[i].service }
}

plan go of races {
  from { p[i]: on; u[i]: off }
  on provider[i] { pause 1s; push p[i] stop, start; wait p[i] }
  on user[i] { push u[i] start; wait u[i] }
}
`)}}})
	net, err := compile.Scenario(s)
	if err != nil {
		t.Fatal(err)
	}
	const orders = 19
	p := new(player)
	if _, err := p.play(net, net.Middle); err != nil {
		t.Fatal(err)
	}
	x := newExplorer(net, Limit{Orders: orders})
	err = x.try(decisions{decided: map[conflictKey]bool{}})
	limited, ok := errors.AsType[*LimitError](err)
	if !ok || limited.Limited != ByOrders || limited.Open != orders+1 || len(limited.Races) != orders {
		t.Fatalf("not the limit of %d orders after %d races, but %+v", orders, orders, err)
	}
	if arcs := len(p.events) + len(p.arcs); x.work > orders*arcs {
		t.Errorf("%d steps for %d races of a play of %d events and arcs", x.work, orders, arcs)
	}
}

// TestNoRaceWithinAnInstant: u enters its last place, and p, which serves it, is told to stop, at
// one date. That u locks p follows at once from the entry, so that p does not leave before.
func TestNoRaceWithinAnInstant(t *testing.T) {
	net, err := compile.Scenario(dsltest.Text(t, `
component Provider {
  places off, on
  initial off
  behavior start { boot: off -> on }
  behavior stop { halt: on -> off }
  provide service at on
}

component User {
  places off, prepared, joined, on
  initial off
  behavior start {
    prepare: off -> prepared
    fetch: prepared -> joined
    boot: joined -> on
  }
  use first at joined, on
  use second at on
}

assembly one { node x { p: Provider; q: Provider; u: User } }

plan go of one {
  on x {
    add p
    add q
    add u
    connect q.service -> u.first
    connect p.service -> u.second
    push p start
    push q start
    push u start
    wait u
    push p stop
    disconnect p.service -> u.second
  }
}

timings measured {
  p.start.boot = 20ms
  p.stop.halt = 0s
  q.start.boot = 50ms
  u.start.prepare = 20ms
  u.start.fetch = 20ms
  u.start.boot = 50ms
}

network ideal { executor ideal }
`))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Explore(net, Limit{})
	if err != nil || len(x.Runs) != 1 || len(x.Races) > 0 {
		t.Fatalf("%d runs, %d races: %v", len(x.Runs), len(x.Races), err)
	}
	if c := net.Idle[0]; x.Runs[0].Graph.Marking[c] {
		t.Error("p has stopped, although u uses it")
	}
}
