package dsl

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"adagio/dsl/model"
)

// TestExpect asks what may stand at the | of a text.
func TestExpect(t *testing.T) {
	const types = "component C {\n  places a, b\n  initial a\n  behavior go { t: a -> b for 1s }\n}\n"
	for _, c := range []struct {
		name, text string
		words      string // separated by spaces
		names      []Sort
	}{
		{"an empty file", "|", "assembly component let network plan property semantics timings", nil},
		{"a declaration that is being written", types + "pl|", "assembly component let network plan property semantics timings", nil},
		{"a name that is declared", "component |", "", nil},
		{"a statement of a component", "component C {\n  |\n}", "behavior behaviour data group initial places provide running use", nil},
		{"a place", "component C {\n  places a\n  initial |\n}", "", []Sort{PlaceName}},
		{"a further place of a group", "component C {\n  group g = a, |\n}", "", []Sort{PlaceName}},
		{"after data", "component C {\n  data |\n}", "provide use", nil},
		{"what a port is bound to", "component C {\n  use p at |\n}", "", []Sort{BoundName}},
		{"the source of a transition", "component C { behavior b {\n  t: |\n} }", "", []Sort{PlaceName}},
		{"after a transition", "component C { behavior b {\n  t: a -> b |\n} }", "dock for", nil},
		{"a duration", "component C { behavior b {\n  t: a -> b for |\n} }", "empirical exponential gamma lognormal normal triangular uniform", nil},
		{"after a duration", "component C { behavior b {\n  t: a -> b for 3s |\n} }", "dock for", nil},
		{"in a statement with a mistake in it, before the mistake", "component C {\n  initial | ,,,\n}", "", []Sort{PlaceName}},
		{"in an assembly", "assembly a {\n  |\n}", "connect for if neighbors neighbours node", nil},
		{"after an assembly's parameter", "assembly a(n = 3 |", "in", nil},
		{"a component's type", "assembly a { node n { c: | } }", "", []Sort{TypeName}},
		{"a connection", "assembly a {\n  connect |\n}", "", []Sort{ComponentRef}},
		{"a port", "assembly a {\n  connect c.|\n}", "", []Sort{PortName}},
		{"after a connection", "assembly a {\n  connect c.p -> d.q |\n}", "by", nil},
		{"an index", "assembly a(n = 1) {\n  connect c[|\n}", "", []Sort{VariableName}},
		{"a range", "assembly a(n = 1) {\n  for i in 0 ..< |\n}", "", []Sort{VariableName}},
		{"an assembly", "plan p of |", "", []Sort{AssemblyName}},
		{"in a plan", "plan p of a {\n  |\n}", "for from if on", nil},
		{"a state", "plan p of a {\n  from |\n}", "after nothing running", nil},
		{"a plan", "plan p of a {\n  from after |\n}", "", []Sort{PlanName}},
		{"a component of a state", "plan p of a {\n  from { | }\n}", "", []Sort{ComponentRef}},
		{"the places of a state", "plan p of a {\n  from { c[0]: | }\n}", "", []Sort{PlaceName}},
		{"a node", "plan p of a {\n  on |\n}", "", []Sort{NodeRef}},
		{"in a program", "plan p of a {\n  on n { push c go; | }\n}", "add connect delete disconnect for if keep limit pause push wait", nil},
		{"a behavior", "plan p of a {\n  on n {\n    push c[i + 1] |\n}}", "", []Sort{BehaviorName}},
		{"what is waited for", "plan p of a {\n  on n {\n    wait |\n}}", "all", []Sort{ComponentRef}},
		{"how it is waited for", "plan p of a {\n  on n {\n    wait c |\n}}", "holding", []Sort{BehaviorName}},
		{"in a property", "property q of p {\n  |\n}", "always downtime end ends for if longest never not outage start time unserved", nil},
		{"a property's plan", "property q of |", "", []Sort{PlanName}},
		{"what always holds", "property q of p {\n  always |\n}", "count not", []Sort{SubjectRef}},
		{"what holds of a component", "property q of p {\n  always c[0] |\n}", "and at from idle or runs until", nil},
		{"a place in a property", "property q of p {\n  always c[0] at |\n}", "", []Sort{BoundName}},
		{"after a moment", "property q of p {\n  end of c runs go |\n}", "before within", nil},
		{"a duration's component", "timings t {\n  |\n}", "factor for if", []Sort{TimedRef}},
		{"a duration's factor", "timings t {\n  factor f = 0.5\n  C.go.t = 1s with |\n}", "", []Sort{FactorName}},
		{"a duration's transition", "timings t {\n  C.go.|\n}", "", []Sort{TransitionName}},
		{"an executor", "network n {\n  executor |\n}", "ballet broker concertod-async ideal push", nil},
		{"a rule's switch", "network n { executor ballet {\n  exits |\n} }", "off on", nil},
		{"a host", "network n {\n  node n on |\n}", "", []Sort{HostRef}},
		{"how a link is shared", "network n {\n  link l 1Gbps 1ms |\n}", "fatpipe shared splitduplex", nil},
		{"after a route's end", "network n {\n  route a |\n}", "at", nil},
		{"the routing of a zone", "network n {\n  zone z |\n}", "dijkstra floyd full star", nil},
		{"a comment", "component C {\n  // pl|\n}", "", nil},
		{"a quoted name", "plan p of a {\n  on \"no|de\" { }\n}", "", nil},
		{"a block that is not one", "plan p of a {\n  oops {\n    |\n  }\n}", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, after, _ := strings.Cut(c.text, "|")
			line := before[strings.LastIndex(before, "\n")+1:]
			f, _ := Parse("m.ballet", []byte(before+after))
			got := f.Expect(model.Pos{Line: 1 + strings.Count(before, "\n"), Column: 1 + utf8.RuneCountInString(line)})
			if words := strings.Join(got.Words, " "); words != c.words {
				t.Errorf("words %q, want %q", words, c.words)
			}
			if !slices.Equal(got.Names, c.names) {
				t.Errorf("names %q, want %q", got.Names, c.names)
			}
		})
	}
}

// TestExpectWhatIsThere checks that every word of the language that the models use
// as such is expected where it stands, and a name of some sort wherever they have
// one that is declared elsewhere.
func TestExpectWhatIsThere(t *testing.T) {
	paths, err := filepath.Glob("../testdata/*.ballet")
	if err != nil || len(paths) < 3 {
		t.Fatal(paths, err)
	}
	words := Words()
	n := 0
	for _, path := range append(paths, "testdata/ok/galera.ballet", "testdata/ok/rolling.ballet") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := Parse(path, text)
		for i, token := range f.tokens {
			if token.Type != word {
				continue
			}
			got := f.Expect(model.Pos{Line: token.Pos.Line, Column: token.Pos.Column})
			if i > 0 && !is(f.tokens[i-1], "{") && f.tokens[i-1].Type != newline && slices.Contains(words, token.Value) && len(got.Names) == 0 && len(got.Words) > 0 {
				n++
				if !slices.Contains(got.Words, token.Value) {
					t.Errorf("%s: %s is not expected, but %q", token.Pos, token.Value, got.Words)
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d words", n)
	}
}

// TestSorts checks that the grammar has every sort of names, and every list of
// words.
func TestSorts(t *testing.T) {
	grammar := productions().String()
	check := func(name string) {
		if !strings.Contains(grammar, " "+name) && !strings.Contains(grammar, "("+name) {
			t.Errorf("the grammar has no %s", name)
		}
	}
	for _, s := range sorts {
		check(string(s))
	}
	for name := range enumerations {
		check(name)
	}
}

func TestExtent(t *testing.T) {
	const text = "component C {\n  places a\n}\nplan p of a { on n { wait all\n} }\nlet k = 1\n"
	f, _ := Parse("m.ballet", []byte(text))
	for from, want := range map[model.Pos]model.Pos{
		{Line: 1, Column: 11}: {File: "m.ballet", Line: 3, Column: 2},
		{Line: 2, Column: 10}: {File: "m.ballet", Line: 2, Column: 11},
		{Line: 4, Column: 6}:  {File: "m.ballet", Line: 5, Column: 4},
		{Line: 4, Column: 18}: {File: "m.ballet", Line: 5, Column: 2},
		{Line: 6, Column: 5}:  {File: "m.ballet", Line: 6, Column: 10},
	} {
		if got := f.Extent(from); got != want {
			t.Errorf("from %v to %v, want %v", from, got, want)
		}
	}
}
