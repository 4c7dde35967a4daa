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
