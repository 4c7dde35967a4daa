package measure

import (
	"fmt"
	"strings"
	"testing"

	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// mapAll maps every item of a run and returns what is not in the model.
func mapAll(m *Mapping, r *Run) (mapped int, errors []error) {
	note := func(err error) {
		if err != nil {
			errors = append(errors, err)
			return
		}
		mapped++
	}
	for _, n := range r.Nodes {
		k, err := m.Node(n.Name)
		note(err)
		for _, it := range n.Items {
			switch it.Kind {
			case Transition:
				_, _, err = m.Transition(k, it)
			case Behaviour:
				_, _, err = m.Behaviour(it)
			case Instruction:
				_, err = m.Instruction(k, it)
			}
			note(err)
		}
	}
	return mapped, errors
}

// TestPublishedNames: every item of the published runs is in the models.
func TestPublishedNames(t *testing.T) {
	for _, r := range read(t, dsltest.Data(t, "measured")) {
		s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/" + r.Case + ".ballet"}, Plan: r.Operation, Set: map[string]int{"sites": r.Sites}})
		if n, errors := mapAll(NewMapping(s), &r); len(errors) > 0 || n < 30 {
			t.Fatalf("%v: %d mapped, %v", &r, n, errors)
		}
	}
}

const shop = `
component A { places p, q; initial p; behavior b-c { t: p -> q for 1s } ; behavior back { u: q -> p for 1s } }
component B { places p, q; initial p; behavior go { t: p -> q for 2s; } }
assembly shop(n = 2) {
  for i in 0 ..< n { node shop[i] { a[i]: A; b[i]: B } }
  node shop1x { "a-x": A }
}
plan p of shop {
  on shop[i] { add a[i]; add b[i]; push a[i] b-c, back; pause 1s; push b[i] go; wait a[i] holding; wait b[i] }
  on shop1x { add "a-x"; push "a-x" b-c; wait "a-x"; wait all }
}
`

// TestSimulatedNames: what the simulator writes is read back, and every item is
// found in the model.
func TestSimulatedNames(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "shop.ballet", Text: []byte(strings.ReplaceAll(shop, "b-c", `"b-c"`))}}, Network: "ballet"})
	tr, err := simulate.Run(s, simulate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := simulate.WriteBallet(dir, simulate.Operation{Name: "p", Scenario: s, Trace: tr}); err != nil {
		t.Fatal(err)
	}
	runs := read(t, dir)
	if len(runs) != 1 || len(runs[0].Nodes) != 3 || runs[0].Makespan() != tr.Makespan {
		t.Fatalf("%v: %v, simulated %v", runs, runs[0].Makespan(), tr.Makespan)
	}
	m := NewMapping(s)
	n, errors := mapAll(m, &runs[0])
	if len(errors) > 0 || n < 30 {
		t.Fatalf("%d mapped, %v", n, errors)
	}
	for _, node := range runs[0].Nodes {
		k, _ := m.Node(node.Name)
		for _, it := range node.Items {
			if it.Kind != Transition {
				continue
			}
			c, x, err := m.Transition(k, it)
			if err != nil {
				t.Fatal(err)
			}
			f := tr.Components[c].Firings
			if got := f[len(f)-1]; got.Transition == x && (got.Start != it.Start || got.End != it.End) {
				t.Errorf("%s: %v .. %v, simulated %v .. %v", it.Name, it.Start, it.End, got.Start, got.End)
			}
		}
	}
}

func TestMappingErrors(t *testing.T) {
	s := dsltest.Text(t, strings.ReplaceAll(shop, "b-c", `"b-c"`))
	m := NewMapping(s)
	node := func(name string) int {
		k, err := m.Node(name)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	transition := func(n int, name string) error { _, _, err := m.Transition(n, parseName(Transition, name)); return err }
	instruction := func(n int, name string) error { _, err := m.Instruction(n, parseName(Instruction, name)); return err }
	_, unknown := m.Node("shop2")
	for _, c := range []struct {
		err  error
		want string
	}{
		{unknown, "the model has no node shop2; there are shop[0], shop[1], shop1x"},
		{transition(node("shop0"), "t"), "several components of node shop[0] have a transition t: it can be that of a[0] or b[0]"},
		{transition(node("shop1x"), "t"), ""},
		{transition(node("shop_1"), "b1.t"), ""},
		{transition(node("shop-1"), "u"), ""},
		{transition(node("shop0"), "b1.t"), "component b1 is not on node shop[0]"},
		{transition(node("shop0"), "b0.x"), "component b0 has no transition x"},
		{transition(node("shop0"), "z"), "no component of node shop[0] has a transition z"},
		{instruction(node("shop0"), "push_b_2-a0-b-c"), ""},
		{instruction(node("shop0"), "push_b_2-a0-back"), `node shop[0]: the measured instruction push_b_2-a0-back is "push a[0] \"b-c\"" in the model`},
		{instruction(node("shop0"), "push_b_4-b0-go"), ""},
		{instruction(node("shop0"), "wait_5-a0_True"), ""},
		{instruction(node("shop0"), "wait_5-a0"), `node shop[0]: the measured instruction wait_5-a0 is "wait a[0] holding" in the model`},
		{instruction(node("shop0"), "waitall_7"), ""},
		{instruction(node("shop0"), "wait_7-a0"), "node shop[0]: the model has no instruction wait_7-a0"},
		{instruction(node("shop0"), "dance_1-a0"), `node shop[0]: the measured instruction dance_1-a0 is "add b[0]" in the model`},
	} {
		if got := fmt.Sprint(c.err); got != c.want && !(c.err == nil && c.want == "") {
			t.Errorf("%s; want %s", got, c.want)
		}
	}
	two := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "x.ballet", Text: []byte(`
component A { places p; initial p; behavior b { } }
assembly x { node n[1][12] { a: A } node n[11][2] { b: A } }
plan p of x { on n[1][12] { add a } on n[11][2] { add b } }`)}}})
	if _, err := NewMapping(two).Node("n112"); fmt.Sprint(err) != "node n112 is ambiguous: it can be n[1][12] or n[11][2]" {
		t.Error(err)
	}
	// a12 is both a name and what a log makes of a[12]; "b-a" of c and b of "a-c" are both
	// behaviour b-a-c.
	both := dsltest.Text(t, `
component A { places p, q; initial p; behavior b { t: p -> q for 1s }; behavior "b-a" { "c.t": q -> p for 1s } }
assembly x { node a12 { a12: A; c: A; "a-c": A; "a.c": A }; for i in 12 .. 12 { node a[i] { a[i]: A } } }
plan p of x { on a12 { add a12; add c; add "a-c"; add "a.c" } on a[12] { add a[12] } }`)
	mapping := NewMapping(both)
	for name, want := range map[string]string{"a12": "is ambiguous: it can be a12 or a[12]", "a_12": "a[12]", "a[12]": "a[12]"} {
		c, err := mapping.Component(name)
		if n, nodeErr := mapping.Node(name); nodeErr == nil != (err == nil) || err == nil && (both.Components[c].Name != want || both.Nodes[n].Name != want) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: component %d, node %d (%v), want %s", name, c, n, err, want)
		}
	}
	if _, _, err := mapping.Behaviour(parseName(Behaviour, "b-a-c")); err == nil || !strings.Contains(err.Error(), "b of a-c or b-a of c") {
		t.Errorf("b-a-c: %v", err)
	}
	if c, x, err := mapping.Transition(0, parseName(Transition, "a.c.t")); err != nil || both.Components[c].Name != "a.c" || x != 0 {
		t.Errorf("a.c.t: %d.%d, %v", c, x, err)
	}
	if k, err := NewMapping(two).Node("n_11_2"); err != nil || two.Nodes[k].Name != "n[11][2]" {
		t.Error(k, err)
	}
}
