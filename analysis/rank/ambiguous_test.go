package rank

import (
	"encoding/json"
	"strings"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// TestAmbiguousNames: a12 may be a1[2] or a[12]; then it is neither.
func TestAmbiguousNames(t *testing.T) {
	s := dsltest.Text(t, `
component P { places off, on; initial off; behavior go { f: off -> on for 1s } }
assembly x { node n { for i in 0 ..< 13 { a[i]: P }; for i in 0 ..< 3 { a1[i]: P } } }
plan go of x { on n { for i in 0 ..< 13 { add a[i] }; for i in 0 ..< 3 { add a1[i] } } }
network here { executor ideal }`)
	base := &Base{Load: func(string, map[string]int) (*model.Scenario, error) { return s, nil }}
	read := func(name string) (string, error) {
		raw, _ := json.Marshal("add " + name)
		out, err := base.Scenario(Candidate{Programs: map[string][]json.RawMessage{"n": {raw}}})
		if err != nil {
			return "", err
		}
		return s.Components[out.Nodes[0].Program[0].Component].Name, nil
	}
	for name, want := range map[string]string{"a[12]": "a[12]", "a1[2]": "a1[2]", "a3": "a[3]"} {
		if got, err := read(name); err != nil || got != want {
			t.Errorf("%s names %s (%v), not %s", name, got, err, want)
		}
	}
	if _, err := read("a12"); err == nil || !strings.Contains(err.Error(), "several components: a[12], a1[2]") {
		t.Errorf("a12 names one of a[12] and a1[2]: %v", err)
	}
}
