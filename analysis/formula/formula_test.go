package formula_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/formula"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { gen.Main(m) }

// TestEvaluate: the formula at given durations is what an analysis of the plan
// with these durations says, also where terms were left out.
func TestEvaluate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Benign: true}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || r.Deadlock != nil || r.Cover != nil || len(r.Runs) != 1 {
			t.Skip("no formula")
		}
		f, err := formula.Of(r.Runs[0].Graph)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Evaluate(nil); err != nil || got != r.Makespan {
			t.Fatalf("the formula is %v, the analysis %v\n%s\n%s", got, r.Makespan, text(f), gen.Text(s))
		}
		values := map[[2]int]model.Delay{} // by component and transition
		fixed := *s
		fixed.Components = append([]model.Component(nil), s.Components...)
		for c := range fixed.Components {
			k := &fixed.Components[c]
			k.Durations = append([]model.Delay(nil), k.Durations...)
			for i, d := range k.Durations {
				k.Durations[i] = model.Constant(time.Duration(rapid.Int64Range(int64(d.Lo), int64(d.Hi)).Draw(t, "duration")))
				values[[2]int{c, i}] = s.Network.Profile.Lasts(k.Durations[i])
			}
		}
		again, err := analysis.Analyse(&fixed, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Evaluate(func(v *formula.Variable) *model.Delay {
			if d, ok := values[[2]int{v.Origin.Component, v.Origin.Element}]; ok && v.Origin.Category() == petri.Work {
				return &d
			}
			return nil
		})
		if err != nil || got != again.Makespan {
			t.Fatalf("%v: at these durations the formula is %v, the analysis %v\n%s\n%s", err, got, again.Makespan, text(f), gen.Text(&fixed))
		}
	})
}

func text(f *formula.Formula) string {
	var b bytes.Buffer
	_ = f.Text(&b)
	return b.String()
}

// diamonds is a component that forks and joins n times in a row.
func diamonds(t testing.TB, n int) *analysis.Result {
	t.Helper()
	var b strings.Builder
	b.WriteString("component C {\n  places p0")
	for i := range n {
		fmt.Fprintf(&b, ", p%d", i+1)
	}
	b.WriteString("\n  initial p0\n  behavior go {\n")
	for i := range n {
		fmt.Fprintf(&b, "    a%d: p%d -> p%d for 1s .. 3s\n    b%d: p%d -> p%d for 2s .. 4s\n", i, i, i+1, i, i, i+1)
	}
	b.WriteString("  }\n}\nassembly a { node n { c: C } }\nplan go of a { from { c: p0 }; on n { push c go; wait c } }\nnetwork i { executor ideal }\n")
	return analysistest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "diamonds", Text: []byte(b.String())}}})
}

// TestDiamonds: 30 forks and joins in a row have a billion paths, and a formula of
// 30 lines.
func TestDiamonds(t *testing.T) {
	for _, n := range []int{30, 300} {
		r := diamonds(t, n)
		f, err := formula.Of(r.Runs[0].Graph)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Evaluate(nil)
		if err != nil || got != r.Makespan || got.Upper != time.Duration(4*n)*time.Second {
			t.Errorf("%v: %v, want %v", err, got, r.Makespan)
		}
		if f.Size() > 10*n {
			t.Errorf("%d diamonds have a formula of size %d", n, f.Size())
		}
	}
}

// TestForms shows the formula of three diamonds, and what is left out.
func TestForms(t *testing.T) {
	f, err := formula.Of(diamonds(t, 2).Runs[0].Graph)
	if err != nil {
		t.Fatal(err)
	}
	var tex bytes.Buffer
	if err := f.LaTeX(&tex); err != nil {
		t.Fatal(err)
	}
	want := `x1 = max(c.a0, c.b0)
x2 = max(x1 + c.a1, x1 + c.b1)
makespan = x2
`
	wantTeX := `\begin{align*}
x_{1} &= \max(\mathrm{c.a0}, \mathrm{c.b0}) \\
x_{2} &= \max(x_{1} + \mathrm{c.a1}, x_{1} + \mathrm{c.b1}) \\
\mathit{makespan} &= x_{2} \\
\end{align*}
`
	if got := text(f); got != want || tex.String() != wantTeX {
		t.Errorf("got\n%s%s", got, tex.String())
	}
	if _, err := f.Evaluate(func(*formula.Variable) *model.Delay { d := model.Constant(time.Hour); return &d }); err == nil {
		t.Error("a duration outside of its interval was taken")
	}
}

func BenchmarkDiamonds(b *testing.B) {
	g := diamonds(b, 30).Runs[0].Graph
	for b.Loop() {
		f, err := formula.Of(g)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Text(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
