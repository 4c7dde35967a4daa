package survey_test

import (
	"slices"
	"strings"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/component"
	"adagio/petri/survey"
)

// twoNodes is a model of a provider and a user, with programs for them.
const twoNodes = `
component P { places off, on; initial off; running on; behavior go { t: off -> on }; behavior stop { u: on -> off }; provide s at on }
component U { places off, on; initial off; running on; behavior go { t: off -> on }; use s at on }
assembly a { node x { u: U } node y { p: P } connect p.s -> u.s }
timings t { U.go.t = 1s; P.go.t = 1s; P.stop.u = 1s }
network n { executor ballet }
`

func surveyed(t *testing.T, plan string) *survey.Survey {
	t.Helper()
	v, err := survey.New(new(component.Cache), dsltest.Text(t, twoNodes+plan))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestExistences: a component exists from its addition to its deletion, and a push belongs to the
// existence in which it is made. (Instructions of x: 0 add, 1 push, 2 wait, 3 delete, 4 add, 5 push.)
func TestExistences(t *testing.T) {
	v := surveyed(t, "plan p of a { from nothing; on x { add u; push u go; wait u; delete u; add u; push u go } }")
	k := v.Components[0]
	if !slices.EqualFunc(k.Existences, []survey.Existence{{Add: 0, Delete: 3, First: 0}, {Add: 4, Delete: -1, First: 1}}, func(a, b survey.Existence) bool {
		return a.Add == b.Add && a.Delete == b.Delete && a.First == b.First
	}) {
		t.Errorf("existences: %+v", k.Existences)
	}
	for at, want := range []int{-1, 0, 0, 0, -1, 1, 1} {
		if got := k.Existing(at); got != want {
			t.Errorf("at instruction %d existence %d, want %d", at, got, want)
		}
	}
	if k.Pushes[0].Existence != 0 || k.Pushes[1].Existence != 1 {
		t.Errorf("pushes: %+v", k.Pushes)
	}
	if v.Components[1].Present() {
		t.Error("p is never added")
	}
}

// TestNotThere: what is said of a component that does not exist is refused.
func TestNotThere(t *testing.T) {
	for want, program := range map[string][]model.Instruction{
		"exists already":       {{Op: model.Add, Component: 0}},
		"does not exist there": {{Op: model.Delete, Component: 0}, {Op: model.Push, Component: 0}},
		"never exists":         {{Op: model.Wait, Component: 1, Behaviour: -1}},
	} {
		s := *dsltest.Text(t, twoNodes+"plan p of a { from { u: off } on x { push u go } }")
		s.Nodes = slices.Clone(s.Nodes)
		s.Nodes[0].Program = program
		if _, err := survey.New(new(component.Cache), &s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestSides: a side of a link is fixed if it is there before its component may ask, and stays; it
// moves if it is removed, or made while its component may ask already.
func TestSides(t *testing.T) {
	const there, of = "from { u: off; p: on };", "plan p of a { "
	for plan, want := range map[string][2]survey.SideState{
		of + there + " on x { push u go } }":                                                {survey.Fixed, survey.Fixed},
		of + there + " on x { disconnect p.s -> u.s } }":                                    {survey.Moves, survey.Fixed},
		of + "from nothing; on x { add u; connect p.s -> u.s; push u go } on y { add p } }": {survey.Fixed, survey.Never},
		of + "from nothing; on x { add u; push u go; connect p.s -> u.s } on y { add p } }": {survey.Moves, survey.Never},
		of + "from nothing; on x { add u; push u go } on y { add p; connect p.s -> u.s } }": {survey.Never, survey.Fixed},
	} {
		l := surveyed(t, plan).Links[0]
		if got := [2]survey.SideState{l.User.State, l.Provider.State}; got != want {
			t.Errorf("%s: %v, want %v", plan, got, want)
		}
	}
}

// TestCompany: while u goes, its node looks at y for the port of u, and in its wait for p once in
// each pass, which are the looks besides those of u.
func TestCompany(t *testing.T) {
	v := surveyed(t, "plan p of a { from { u: off; p: off } on x { push u go; wait p; wait u } on y { push p go; wait p } }")
	if c := v.Company(0, 0); c.Looks != 1 || !slices.Equal(c.Peers, []int{1}) {
		t.Errorf("beside u: %+v", c)
	}
	// p provides to nobody that locks it when it goes on, and y waits for its own component.
	if c := v.Company(1, 0); c.Looks != 0 || len(c.Peers) != 0 {
		t.Errorf("beside p: %+v", c)
	}
	if !slices.Equal(v.Awaited(0), []int{1}) || v.Awaited(1) != nil {
		t.Error(v.Awaited(0), v.Awaited(1))
	}
}

// TestStops: in a pause no component advances. Of two pauses that follow one another the second
// goes on with what the first began; a wait in between ends that.
func TestStops(t *testing.T) {
	v := surveyed(t, "plan p of a { from { u: off; p: on } on x { push u go; pause 1s; pause 2s; wait u; pause 1s } }")
	if !slices.Equal(v.Nodes[0].Stops, []int{1, 2, 4}) || v.FirstAdvance(0) != 3 {
		t.Errorf("stops %v, advances first at %d", v.Nodes[0].Stops, v.FirstAdvance(0))
	}
	for i, want := range map[int][2]bool{1: {false, true}, 2: {true, false}, 4: {false, false}} {
		if before, after := v.StopsBeside(0, i); before != want[0] || after != want[1] {
			t.Errorf("instruction %d: %v %v, want %v", i, before, after, want)
		}
	}
	if v.StopsWithin(0, 0) {
		t.Error("components advance for the first time in the wait for u")
	}
}
