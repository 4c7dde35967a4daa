package sweep

import (
	"slices"
	"strings"
	"testing"
)

func TestGrid(t *testing.T) {
	g, err := NewGrid([]string{"sites=1..3,10", "poll = 50ms, 1ms .. 2ms,normal(1s, 2ms) in 1s .. 2s"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range g.Len() {
		got = append(got, strings.Join(g.Point(i), "|"))
		if changes, err := g.Changes(i); err != nil || len(changes) != 2 {
			t.Errorf("point %d: %v", i, err)
		}
	}
	if len(got) != 12 || got[0] != "1|50ms" || got[4] != "2|1ms .. 2ms" || got[11] != "10|normal(1s, 2ms) in 1s .. 2s" {
		t.Errorf("%q", got)
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(got)))); n != 12 {
		t.Errorf("%d points differ", n)
	}
}

func TestMistakes(t *testing.T) {
	for text, words := range map[string]string{
		"sites":             "is not a name with values",
		"=1":                "is not a name with values",
		"sites=1,,2":        "empty value",
		"sites=3..1":        "has no value",
		"sites=1..99999999": "more than 1000000",
		"poll=1parsec":      "parsec",
	} {
		if _, err := NewGrid([]string{text}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, want %q", text, err, words)
		}
	}
	if _, err := NewGrid([]string{"a=1", "a=2"}); err == nil {
		t.Error("one name twice")
	}
	if _, err := NewGrid([]string{"a=1..10000", "b=1..10000"}); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
}

// FuzzGrid reads anything as an axis.
func FuzzGrid(f *testing.F) {
	for _, seed := range []string{"sites=1..3,10", "poll=50ms,1ms..2ms", "a=normal(1s,2s) in 1s..2s", "=", "a=)(,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := NewGrid([]string{text})
		if err != nil {
			return
		}
		if n := g.Len(); n < 1 || n > MaxPoints {
			t.Fatalf("%q has %d points", text, n)
		}
		if _, err := g.Changes(g.Len() - 1); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
