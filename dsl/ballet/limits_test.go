package ballet

import (
	"fmt"
	"strings"
	"testing"
)

// TestLargeInputs checks that no input of the allowed size takes long, be it
// right or wrong.
func TestLargeInputs(t *testing.T) {
	if testing.Short() {
		t.Skip("imports some large files")
	}
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	const big = 1 << 20
	for name, in := range map[string]Input{
		"deep JSON":         {"a.json", []byte(`{"a":` + strings.Repeat("[", big))},
		"wide JSON":         {"a.json", []byte(`{"T": {"places": [` + many(big/8, `"p%d",`) + `"q"], "initial": "p1", "transitions": {}}}`)},
		"many types":        {"a.json", []byte(`{` + many(20000, `"T%d": {"places": ["a"], "initial": "a", "transitions": {}},`) + `"U": {"places": ["a"], "initial": "a", "transitions": {}}}`)},
		"many nodes":        {"a.json", []byte(`{"types": {"T": {"places": ["a"], "initial": "a", "transitions": {}}}, "nodes": {` + many(20000, `"n%d": {"components": {}},`) + `"n": {"components": {"x": "T"}}}, "phases": [{"name": "p", "program": {` + many(20000, `"n%d": [],`) + `"n": []}}]}`)},
		"deep YAML flow":    {"a.yaml", []byte("components: " + strings.Repeat("[", big))},
		"deep YAML block":   {"a.yaml", []byte(strings.Repeat("- ", big/2))},
		"deep YAML keys":    {"a.yaml", []byte(strings.Repeat("? ", big/2))},
		"wide YAML":         {"a.yaml", []byte("components:\n" + many(20000, "  c%d: {type: T}\n"))},
		"YAML connections":  {"a.yaml", []byte("components:\n  c: {type: T}\nconnections:\n" + many(20000, "  - c,p%d,c,q\n"))},
		"YAML expression":   {"a.yaml", []byte("components:\n  c${{ " + strings.Repeat("(", big) + " }}: {type: T}\n")},
		"YAML aliases":      {"a.yaml", []byte("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ncomponents: *c\n")},
		"wrong calls":       {"p/a/c.concertod", []byte(strings.Repeat("push(a, b)\n", big/11))},
		"one long call":     {"p/a/c.concertod", []byte("pushB(" + strings.Repeat("a,", big/2) + "b)")},
		"many behaviours":   {"p/a/c.concertod", []byte(many(50000, "pushB(c, b%d)\n"))},
		"one behaviour":     {"p/a/c.concertod", []byte(strings.Repeat("pushB(c, b)\n", 50000))},
		"many components":   {"p/a/c.concertod", []byte(many(20000, "pushB(c%d, b)\n"))},
		"parentheses":       {"p/a/c.concertod", []byte(strings.Repeat("(", big))},
		"too large a file":  {"p/a/c.concertod", []byte(strings.Repeat("\n", maxFile+1))},
		"a name of a mile":  {"p/a/c.concertod", []byte("pushB(" + strings.Repeat("a", big) + ", b)")},
		"replication twice": {"a.yaml", []byte("components:\n  ${{ each a in range(0, 1000) }}:\n    ${{ each b in range(0, 1000) }}:\n      c${{ a }}_${{ b }}: {type: T}\n")},
	} {
		t.Run(name, func(t *testing.T) { check(t, in) })
	}
}
