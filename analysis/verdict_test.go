package analysis_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"adagio/analysis"
	"adagio/dsl/dsltest"
	"adagio/petri"
	"adagio/petri/unfold"
)

// answer returns the answer for a model.
func answer(t *testing.T, model string) *analysis.Result {
	t.Helper()
	r, err := analysis.Analyse(dsltest.Text(t, model), analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestDeadlockOfTransition: what cannot start is a transition, not the place of its
// number; a port without a provider is named, once.
func TestDeadlockOfTransition(t *testing.T) {
	r := answer(t, `
component U {
  places off, mid, on
  initial off
  behavior go { a: off -> on for 1s; b: off -> on for 1s; first: off -> mid for 1s }
  use none at first, a, b
}
component V {
  places off, on
  initial off
  behavior go { begin: off -> on for 1s }
  use s at begin
}
component P {
  places off, on
  initial off
  behavior go { t: off -> on for 1s }
  provide s at on
}
assembly a {
  node n { u: U; v: V; p: P }
  connect p.s -> v.s
}
plan go of a {
  from { u: off; v: off; p: off }
  on n { push u go; push v go; wait all }
}
network n { executor ideal }
`)
	if r.Deadlock == nil {
		t.Fatal("no deadlock")
	}
	var texts []string
	for _, w := range r.Deadlock.Waits {
		texts = append(texts, w.Text)
	}
	if !slices.Contains(texts, "v cannot start begin: p.s is not active") {
		t.Errorf("the transition and the port are not named: %q", texts)
	}
	unconnected := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return !strings.Contains(text, "connected to no provider") })
	if len(unconnected) != 1 || unconnected[0] != "u cannot start a: u.none is connected to no provider" {
		t.Errorf("a port without provider is told %q", unconnected)
	}
}

// TestPolarity: that a fact holds no longer is said as that, wherever it travels.
func TestPolarity(t *testing.T) {
	r := answer(t, `
component P {
  places off, on
  initial off
  running on
  behavior stop { halt: on -> off for 1s }
  behavior start { boot: off -> on for 1s }
  provide s at on
}
component U {
  places off, on
  initial off
  running on
  behavior stop { end: on -> off for 5s }
  behavior start { go: off -> on for 5s }
  use s at on
}
assembly a {
  node n { p: P }
  node m { u: U }
  connect p.s -> u.s
}
plan go of a {
  from running
  on n { push p stop; wait u; push p start; wait p }
  on m { pause 2s; push u stop; wait u; pause 10s; push u start; wait p; wait u }
}
network n { executor ideal; latency 100ms }
`)
	told := map[string]bool{}
	g := r.Runs[0].Graph
	for e := range g.Transition {
		told[g.Text(petri.EventID(e))] = true
	}
	for _, want := range []string{
		"m learns: p.s refuses", "m learns: p.s does not refuse",
		"m learns: p.s is inactive", "m learns: p.s is active",
		"n learns: u.s is not in use", "n learns: u.s is in use",
		"n learns: u is idle", "n learns: u is not idle",
		"others can see: p.s is inactive", "others can see: u.s is not in use",
	} {
		if !told[want] {
			t.Errorf("nobody says %q: %q", want, slices.Sorted(maps.Keys(told)))
		}
	}
}

// TestRefusalsAreWrapped: what a refusal is caused by can be asked for.
func TestRefusalsAreWrapped(t *testing.T) {
	cause := &unfold.LimitError{Limit: 7}
	refusal := analysis.Refuse(fmt.Errorf("too much: %w", cause))
	if found, ok := errors.AsType[*unfold.LimitError](refusal); !ok || found != cause || !strings.Contains(refusal.Error(), "too much") {
		t.Errorf("%v is caused by %v", refusal, found)
	}
}
