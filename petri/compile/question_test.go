package compile_test

import (
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
)

// TestLooksAtProviders: when a port is known to be served a look at it is one at a peer at rest
// if none of the providers that the user looks at may run a transition then, not otherwise.
func TestLooksAtProviders(t *testing.T) {
	for name, c := range map[string]struct {
		link, state, push string
		rests             bool
	}{
		"no other":                           {"", "off", "", true},
		"no other, but it computes":          {"", "off", "push q go; wait q", true},
		"one that the user does not ask":     {"connect q.s -> u.s by q", "off", "push q go; wait q", true},
		"one that never serves":              {"connect q.s -> u.s", "off", "", true},
		"one that serves from the start":     {"connect q.s -> u.s", "on", "", false},
		"one that computes and serves":       {"connect q.s -> u.s", "off", "push q go; wait q", false},
		"one that computes and never serves": {"connect q.s -> u.s", "off", "push q only; wait q", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := twoProviders(t, c.link, c.state, "push p go", c.push)
			net, err := compile.Scenario(s)
			if err != nil {
				t.Fatal(err)
			}
			steps := 0
			for i := range net.Transitions {
				tr := &net.Transitions[i]
				if o := tr.Origin; o.Kind == petri.Step && o.Element >= 0 && s.Components[o.Component].Name == "u" {
					steps++
					if rests := tr.Looks == petri.NoLooks; rests != c.rests {
						t.Errorf("%q lasts %v at most, and %v with all peers at rest", net.TransitionName(petri.TransitionID(i)), tr.Delay.Hi, tr.AtRest)
					}
				}
			}
			if steps == 0 {
				t.Error("no step before an entry")
			}
		})
	}
}

// twoProviders is a plan in which u waits for a port that p serves, and q is in some state, may
// be connected, too, and is pushed something.
func twoProviders(t *testing.T, link, state, ofP, ofQ string) *model.Scenario {
	return dsltest.Text(t, `
component P {
  places off, half, on
  initial off
  running on
  behavior go { first: off -> half; second: half -> on }
  behavior only { alone: off -> half }
  provide s at on
}
component U {
  places off, on
  initial off
  running on
  behavior go { t: off -> on }
  use s at on
}
assembly a { node x { u: U } node y { p: P } node z { q: P } connect p.s -> u.s; `+link+` }
plan plan of a {
  from { p: off; q: `+state+`; u: off }
  on x { push u go; wait u }
  on y { `+ofP+`; wait p }
  on z { `+ofQ+` }
}
timings t { U.go.t = 1s; P.go.first = 1s; P.go.second = 1s; P.only.alone = 1s }
network n { executor ballet { request 1ms; busy 100ms } }
`)
}
