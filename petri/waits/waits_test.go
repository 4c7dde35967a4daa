package waits_test

import (
	"fmt"
	"slices"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/precedence"
	"adagio/petri/unfold"
	"adagio/petri/waits"
)

// types are those of the plans below: a provider, a user, a component that is both, and one
// whose place on is a join that its behaviour half cannot fill.
const types = `
component P { places off, on; initial off; running on; behavior go { t: off -> on }; behavior stop { v: on -> off }; provide s at on }
component U { places off, on; initial off; running on; behavior go { t: off -> on }; behavior stop { v: on -> off }; use s at on }
component B { places off, on; initial off; running on; behavior go { t: off -> on }; use needs at on; provide s at on }
component J { places off, mid, on; initial off; running on; behavior half { t: off -> on; u: mid -> on } }
timings seconds { P.go.t = 1s; P.stop.v = 1s; U.go.t = 1s; U.stop.v = 1s; B.go.t = 1s; J.half.t = 1s; J.half.u = 1s }
`

// graphsOf unfolds a plan into the graphs of its orders.
func graphsOf(t *testing.T, text string) (graphs []*petri.EventGraph) {
	t.Helper()
	net, err := compile.Scenario(dsltest.Text(t, text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range x.Runs {
		graphs = append(graphs, run.Graph)
	}
	return graphs
}

var reasons = map[waits.Reason]string{
	waits.NotIdle: "not idle", waits.NotAsked: "not asked", waits.AskedByOther: "asked by other", waits.Holding: "holding", waits.Unsupported: "unsupported",
	waits.InUse: "in use", waits.NotServed: "not served", waits.Refused: "refused", waits.NoProvider: "no provider", waits.JoinOpen: "join open",
	waits.NothingPushed: "nothing pushed", waits.NoPushLeft: "no push left", waits.Exited: "exited", waits.StillUsed: "still used",
	waits.StillConnected: "still connected", waits.Deleted: "deleted",
}

// words writes waits down: who, the reason, and the component or the node that is waited for.
func words(s *model.Scenario, list []waits.Wait) (out []string) {
	for _, w := range list {
		text := "node " + s.Nodes[w.Node].Name
		if w.Component >= 0 {
			text = s.Components[w.Component].Name
		}
		text += ": " + reasons[w.Reason]
		if w.On >= 0 {
			text += " " + s.Components[w.On].Name
		}
		if w.OnNode >= 0 {
			text += fmt.Sprintf(" (node %s)", s.Nodes[w.OnNode].Name)
		}
		out = append(out, text)
	}
	return out
}

// TestBlocked has a plan for each reason for which one waits: programs first, then the components
// that they wait for, and those that these wait for.
func TestBlocked(t *testing.T) {
	const (
		pu    = "assembly a { node x { u: U } node y { p: P } connect p.s -> u.s } "
		ideal = "network n { executor ideal { fails off } } "
		used  = "plan q of a { from { u: on; p: on }; "
	)
	for name, c := range map[string]struct {
		text      string
		want      []string
		semantics string
	}{
		"a circle of providers": {`assembly a { node x { c: B } node y { d: B } connect c.s -> d.needs; connect d.s -> c.needs }
plan q of a { from { c: off; d: off }; on x { push c go; wait c } on y { push d go; wait d } } ` + ideal,
			[]string{"node x: not idle c", "c: not served d", "d: not served c", "node y: not idle d"}, ""},
		"in use for ever": {pu + used + "on y { push p stop; wait p } } " + ideal,
			[]string{"node y: not idle p", "p: in use u", "u: no push left"}, ""},
		"in use until a push that is not reached": {pu + used + "on x { wait p; push u stop } on y { push p stop; wait p } } " + ideal,
			[]string{"node x: not idle p", "p: in use u", "u: nothing pushed (node x)", "node y: not idle p"}, ""},
		"refused by a provider that is to leave": {`assembly a { node x { u: U; v: U } node y { p: P } connect p.s -> u.s; connect p.s -> v.s }
plan q of a { from { u: on; v: off; p: on }; on x { pause 1s; push v go; wait v } on y { push p stop } } ` + ideal,
			[]string{"node x: not idle v", "v: refused p", "p: in use u", "u: no push left"}, ""},
		"not connected": {`assembly a { node x { u: U } }
plan q of a { from { u: off }; on x { push u go; wait u } } ` + ideal,
			[]string{"node x: not idle u", "u: no provider"}, ""},
		"a join that is not filled": {`assembly a { node x { j: J } }
plan q of a { from { j: off }; on x { push j half; wait j } } ` + ideal,
			[]string{"node x: not idle j", "j: join open"}, ""},
		"a connection in use": {pu + used + "on y { disconnect p.s -> u.s } } network n { executor ideal }",
			[]string{"node y: still used u", "u: no push left"}, "semantics concerto-d\n"},
		"a connection that is not removed": {pu + used + "on x { push u stop } on y { delete p } } " + ideal,
			[]string{"node y: still connected p"}, ""},
		"a node that holds": {`assembly a { node x { c: J } node y { d: J } node z { j: J } }
plan q of a { from { c: off; d: off; j: off }; on x { pause 1s; wait d } on y { wait j holding } on z { push j half } } ` + ideal,
			[]string{"node x: holding d (node y)", "node y: not idle j", "j: join open"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := graphsOf(t, c.semantics+types+c.text)[0]
			if got := words(g.Net.Scenario, waits.Blocked(g)); !slices.Equal(got, c.want) {
				t.Errorf("%q\nwant %q", got, c.want)
			}
		})
	}
}

// TestUnfinished: a component that no program waits for may hang all the same.
func TestUnfinished(t *testing.T) {
	g := graphsOf(t, types+`assembly a { node x { j: J } } plan q of a { from { j: off }; on x { push j half } } network n { executor ideal }`)[0]
	if waits.Blocked(g) != nil {
		t.Error("the program of x has ended")
	}
	components, list := waits.Unfinished(g)
	if got := words(g.Net.Scenario, list); !slices.Equal(components, []int{0}) || !slices.Equal(got, []string{"j: join open"}) {
		t.Error(components, got)
	}
}

// TestExits has plans in which the processes of nodes end (closing.go, deleted.go, exits.go). Where a user
// and its provider are on two nodes, these are neighbours.
func TestExits(t *testing.T) {
	const (
		ballet = "network n { executor ballet { start 0s } } "
		three  = "assembly a { node x { u: U } node y { p: P } node z { j: J } connect p.s -> u.s } "
	)
	for name, c := range map[string]struct {
		text                      string
		missed, unclosed, deleted []string
	}{
		// x and y are neighbours, being connected, and wait for each other. z is none: y exits when x
		// has seen it idle, and z looks at it at 10s.
		"a look that comes too late": {text: three + "plan q of a { from { u: off; p: off; j: off }; on x { push u go; wait u } on y { push p go; wait p } on z { pause 10s; wait p } } " + ballet,
			missed: []string{"node z: exited (node y)"}, unclosed: []string{"node x: exited (node y)", "node y: asked by other (node z)"}},
		// y does not exit before it has seen x idle, and x has asked it, in the closing wait all of x.
		"neighbours wait for each other": {text: three + "plan q of a { from { u: off; p: off; j: off }; on x { push u go; wait u } on y { push p go; wait p } } " + ballet},
		// y sees x idle in its pause, and has asked it then: x need not wait for y at the end.
		"idle in a pause": {text: three + "plan q of a { from { u: off; p: off; j: off }; on x { pause 10s; push u go; wait u } on y { push p go; wait p } } " + ballet,
			unclosed: []string{"node y: exited (node x)"}},
		// Nodes linger if they do not exit.
		"nodes that linger": {text: three + "plan q of a { from { u: off; p: off; j: off }; on x { push u go; wait u } on y { push p go; wait p } on z { pause 10s; wait p } } network n { executor ballet { start 0s; exits off; confirmations off } } "},
		// The closing wait all of z waits for j, which hangs.
		"a component that never becomes idle": {text: three + "plan q of a { from { u: off; p: off; j: off }; on z { push j half } } " + ballet,
			unclosed: []string{"node z: not idle j (node z)"}},
		// The wait all of y at 10s forgets who has asked. x has ended long ago, and may not ask again;
		// it may have exited, too, having seen y idle in its pause and been asked by it before.
		"who has asked is forgotten": {text: three + "plan q of a { from { u: off; p: off; j: off }; on y { pause 10s; wait all } } " + ballet,
			missed: []string{"node y: exited (node x)"}, unclosed: []string{"node x: exited (node y)", "node y: not asked (node x)"}},
		// Without confirmations each may exit before the other has seen it idle.
		"neighbours that do not confirm": {text: three + "plan q of a { from { u: off; p: off; j: off }; on y { push p go; wait p } } network n { executor ballet { start 0s; confirmations off } } ",
			unclosed: []string{"node x: exited (node y)", "node y: exited (node x)"}},
		// u is connected to p, which is deleted, and to q; it asks one after the other at 10s.
		"a provider that is deleted": {text: `assembly a { node x { u: U } node y { p: P } node z { q: P } connect p.s -> u.s; connect q.s -> u.s }
plan r of a { from { u: off; p: off; q: on }; on x { pause 10s; push u go; wait u } on y { pause 1s; disconnect p.s -> u.s; delete p } } network n { executor ballet { start 0s; exits off; confirmations off } } `,
			deleted: []string{"u: deleted p"}},
	} {
		t.Run(name, func(t *testing.T) {
			var x waits.Exits
			var s *model.Scenario
			for _, g := range graphsOf(t, types+c.text) {
				s = g.Net.Scenario
				if !g.Complete {
					t.Fatal(words(s, waits.Blocked(g)))
				}
				orders, err := precedence.NewOrders(g)
				if err != nil {
					t.Fatal(err)
				}
				x.Add(orders)
			}
			for i, list := range [][]waits.Wait{x.Missed, x.Unclosed, x.Deleted} {
				if got, want := words(s, list), [][]string{c.missed, c.unclosed, c.deleted}[i]; !slices.Equal(got, want) {
					t.Errorf("list %d: %q\nwant %q", i, got, want)
				}
			}
		})
	}
}
