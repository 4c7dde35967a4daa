package whatif

import (
	"fmt"
	"strings"
	"testing"

	"adagio/dsl/dsltest"
)

// TestNamesOfTargets: the whole name of an element names it alone, a name without an
// index its family, and a name that means other components as a type is refused.
func TestNamesOfTargets(t *testing.T) {
	s := dsltest.Text(t, `
component Nova { places p, q; initial p; behavior go { t: p -> q for 1s }; behavior back { v: q -> p for 3s } }
component a { places p, q; initial p; behavior go { t: p -> q for 1s } }
component k { places p, q; initial p; behavior go { t: p -> q for 1s } }
assembly x(n = 2) {
  node m { c: Nova; a: Nova }
  for i in 0 ..< n { node m[i] { b[i]: Nova; b1[i]: a; b[1][i]: k; k[i]: k } }
}
plan p of x {
  on m { add c; add a; push c go; wait c; wait a }
  on m[i] { add b[i]; add b1[i]; add b[1][i]; add k[i] }
}
network ideal { executor ideal }`)
	for _, c := range []struct{ name, want string }{
		{"c.t", "c.t"},
		{"c.go.t", "c.t"},
		{"Nova.t", "c.t a.t b[0].t b[1].t"},
		{"b.t", "b[0].t b[1][0].t b[1].t b[1][1].t"},
		{"b[*].t", "b[0].t b[1][0].t b[1].t b[1][1].t"},
		{"b[1].t", "b[1].t"},
		{"b1.t", "b1[0].t b1[1].t"},
		{"a.t", "a is ambiguous: it names a, and the type of b1[0], b1[1]; write a[*] for the first, or the names of components"},
		{"a[*].t", "a.t"},
		{"k.t", "k is ambiguous: it names k[0], k[1], and the type of b[1][0], k[0], b[1][1], k[1]; write k[*] for the first, or the names of components"},
		{"k[*].t", "k[0].t k[1].t"},
		{"start m", "start m"},
		{"start m[*]", "start m start m[0] start m[1]"},
		{"d.t", "there is no component or type d; did you mean a?"},
		{"c.u", "there is no transition u; did you mean t?"},
		{"c.go.v", "there is no transition go.v; did you mean go.t?"},
		{"start n", "there is no node n; did you mean m?"},
		{"pol", "there is no setting pol; did you mean poll?"},
	} {
		found, err := Find(s, c.name)
		var got []string
		for _, target := range found {
			got = append(got, target.Name(s))
		}
		if text := strings.Join(got, " "); err == nil && text != c.want || err != nil && err.Error() != c.want {
			t.Errorf("%s names %s (%v), not %s", c.name, text, err, c.want)
		}
	}
	for text, want := range map[string]string{
		"remove wait m d":  `no instruction of node m fits "wait m d"; did you mean wait m a?`,
		"remove wait m":    `2 instructions of node m fit "wait m": say which by its number at the end: #1 "wait c", #2 "wait a"`,
		"remove push mm c": "there is no node mm; did you mean m?",
	} {
		change, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Apply(s, change); err == nil || !strings.HasSuffix(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, not %s", text, err, want)
		}
	}
	if _, err := Parse("remove wiat m c"); err == nil || err.Error() != `what if "remove wiat m c": there is no operation wiat (did you mean wait?)` {
		t.Error(err)
	}
}
