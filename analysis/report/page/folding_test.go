package page_test

import (
	"testing"

	"adagio/analysis"
	"adagio/dsl"
)

// TestFolding: rows of one type are folded into a few, and unfold; a search shows all that
// is found, and how much; the next step of the critical path is zoomed to.
func TestFolding(t *testing.T) {
	opts := dsl.Options{Files: []string{"../../../testdata/web.ballet"}, Network: "ideal", Set: map[string]int{"servers": 60}}
	b := open(t, write(t, analysis.AtUpper, 0, opts), 1400, 1000)
	if n := eval[float64](b, "chart.rows.length"); n > 12 {
		t.Errorf("%v rows for 61 nodes of two types", n)
	}
	if n := eval[float64](b, "[...document.querySelectorAll('#chart .summary')].length"); n < 1 {
		t.Errorf("%v rows stand for others", n)
	}
	eval[int](b, "$('search').value = 'configure'; filter(); 1")
	b.settle()
	if text := eval[string](b, "$('found').textContent"); text != "60 rows, 60 bars" {
		t.Errorf("found: %s", text)
	}
	eval[int](b, "$('search').value = ''; filter(); unfolded.add('Server'); filter(); 1")
	b.settle()
	if n := eval[float64](b, "chart.rows.length"); n < 60 {
		t.Errorf("%v rows when unfolded", n)
	}
	before := eval[float64](b, "chart.scale")
	eval[int](b, "alongPath(1); for (let i = 0; i < 4; i++) alongPath(1); 1")
	b.settle()
	if after := eval[float64](b, "chart.scale"); after < before {
		t.Errorf("the scale was %v, and is %v", before, after)
	}
	if n := eval[float64](b, "(chart.chosen.end - chart.chosen.start) * chart.scale"); n < 1 {
		t.Errorf("the step is %v pixels wide", n)
	}
	b.unharmed()
}
