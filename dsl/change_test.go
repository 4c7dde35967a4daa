package dsl_test

import (
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// TestPatterns: a name without an index, or with [*], means a family; one index of
// several may be left open.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"nova", "nova[3]", true}, {"nova[*]", "nova[3]", true}, {"nova[3]", "nova[3]", true}, {"nova[2]", "nova[3]", false},
		{"nova", "novae[3]", false}, {"nova", "nova", true}, {"nova[*]", "nova", true}, {"r[1][*]", "r[1][5]", true},
		{"r[1][*]", "r[2][5]", false}, {"r[*][5]", "r[2][5]", true}, {"r[*]", "r[2][5]", true}, {"r[*][5]", "r[5]", false},
		{`"nova[3]"`, "nova[3]", true}, {`"db 1.2"`, "db 1.2", true}, {`"db 1.2"[0]`, "db 1.2[0]", true}, {"nova[1]", "nova[11]", false},
	} {
		target, list := dsl.ParseTarget("test", c.pattern)
		if list != nil {
			t.Fatal(list)
		}
		if got := target.Path[0].Matches(c.name); got != c.want {
			t.Errorf("%s matches %s: %v", c.pattern, c.name, got)
		}
	}
}

// TestFragments: what is wrong with a text by itself is told where it is.
func TestFragments(t *testing.T) {
	change := func(text string) error { _, list := dsl.ParseChange("x", text); return list.Err() }
	delay := func(text string) error { _, list := dsl.ParseDelay("x", text); return list.Err() }
	for _, c := range []struct {
		read       func(string) error
		text, want string
	}{
		{change, "keystone.deploy", "x:1:16: error: expected =, found the end of the file"},
		{change, "remove wait", "x:1:12: error: expected a name, found"},
		{change, "remove pause n #0", "x:1:16: error: #0 is not a number of an instruction"},
		{change, "move wait n c", "x:1:13: error: move needs"},
		{change, "a.b = 3s 4s", "x:1:10: error: expected the end, found the number 4s"},
		{delay, "2s .. 1s", "x:1:1: error: in the wrong order: 2s is greater than 1s"},
		{delay, "gama(1s, 2s)", "x:1:1: error: there is no distribution gama"},
		{delay, "", "x:1:1: error: expected a duration"},
	} {
		if err := c.read(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
	if d, list := dsl.ParseDelay("x", "1s .. 2s"); list != nil || d.String() != "1s .. 2s" {
		t.Errorf("got %v, %v", d, list)
	}
}

// FuzzFragments: whatever a text is, it is read or refused, and an instruction that is
// read is one of the model, whose text is read as the same.
func FuzzFragments(f *testing.F) {
	for _, text := range []string{
		"push a go, go", "wait b[1] go holding", "wait all", "pause 1s .. 2s", "connect a.p -> b[0].u", "add b0", "if 1 < 2 { wait a }", "push a go; wait a",
		"remove wait n a #2", "move push n a go before wait n b[*]", "add connect n a.p -> b.u after wait n all", "a.go.f = normal(1s, 2s) in 0s .. 4s", "start n = 0s", "pause n #1", `"b[1]".f = 3s`,
	} {
		f.Add(text)
	}
	s := dsltest.Text(f, `
component A { places off, on; initial off; behavior go { f: off -> on for 1s }; provide p at on }
component B { places off, on; initial off; behavior go { f: off -> on for 1s }; use u at on }
assembly x { node n { a: A; for i in 0 ..< 3 { b[i]: B } } for i in 0 ..< 3 { connect a.p -> b[i].u } }
plan go of x { on n { add a; for i in 0 ..< 3 { add b[i] } } }
network here { executor ideal }`)
	e := dsl.NewElements(s)
	f.Fuzz(func(t *testing.T, text string) {
		if c, list := dsl.ParseChange("x", text); list == nil && c.Value != nil {
			c.Value.Value()
			c.Value.Integer()
		}
		if target, list := dsl.ParseTarget("x", text); list == nil {
			for _, p := range target.Path {
				p.Matches("b[1]")
			}
		}
		dsl.ParseDelay("x", text)
		list, wrong := e.Instruction("x", text)
		if (len(list) == 0) != (wrong != nil) {
			t.Fatalf("%q: %v, %v", text, list, wrong)
		}
		for _, in := range list {
			if in.Op == model.Pause && in.Duration.Kind == model.Empirical {
				continue // its values stand in a file
			}
			again, wrong := e.Instruction("x", s.Text(in))
			if wrong != nil || len(again) != 1 || s.Text(again[0]) != s.Text(in) {
				t.Fatalf("%q is %q, which is %v, %v", text, s.Text(in), again, wrong)
			}
		}
	})
}
