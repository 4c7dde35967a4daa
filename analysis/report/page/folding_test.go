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

// TestPageIsShort: no page is longer than three screens before anything is unfolded, nor wider
// than one, and on a phone what can be touched is 44 pixels high.
func TestPageIsShort(t *testing.T) {
	asleep := dsl.Options{Files: []string{"../../../testdata/cps.ballet"}, Network: "../../../testdata/platforms/asleep.ballet"}
	waiting := dsl.Options{Sources: []dsl.Source{{Name: "waiting.ballet", Text: []byte(waitingModel)}}}
	many := dsl.Options{Files: []string{"../../../testdata/web.ballet"}, Set: map[string]int{"servers": 300}} // races
	for name, opts := range map[string]dsl.Options{
		"300 wait for ever": waiting, "races of 300": many, "openstack": openstack(t, 1), "300 components": openstack(t, 60), "deadlock": galleryModel("deadlock"), "race": galleryModel("race"), "asleep": asleep,
	} {
		html := write(t, analysis.AtUpper, 0, opts)
		for _, size := range [][2]int{{390, 844}, {1024, 768}, {1440, 900}, {1920, 1080}} {
			if name != "openstack" && size[0] != 390 && size[0] != 1440 {
				continue
			}
			b := open(t, html, size[0], size[1])
			if screens := eval[float64](b, "document.documentElement.scrollHeight / innerHeight"); screens > 3 {
				t.Errorf("%s at %d px: %.1f screens", name, size[0], screens)
			}
			if over := eval[float64](b, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%s at %d px: %v px wider than the screen", name, size[0], over)
			}
			if size[0] > 600 {
				continue
			}
			small := eval[[]string](b, `[...document.querySelectorAll("button, select, input[type=search], a, summary, label.tick")].filter(e => e.offsetHeight > 0 && e.getBoundingClientRect().height < 43.5)
				.map(e => e.outerHTML.slice(0, 120) + " " + e.getBoundingClientRect().height)`)
			if len(small) > 0 {
				t.Errorf("%s: %d targets are too small to touch, such as %s", name, len(small), small[0])
			}
		}
	}
}

// waitingModel is a plan in which 300 components wait for ever.
const waitingModel = `
component C {
  places off, on
  initial off
  behavior go { work: off -> on for 1s }
  use p at on
}
component P {
  places off, on
  initial off
  behavior go { work: off -> on for 1s }
  provide p at on
}
assembly a(n = 300) {
  node q { p: P }
  for i in 0 ..< n { node m[i] { c[i]: C }  connect p.p -> c[i].p }
}
plan go of a {
  from { p: off; c[i]: off }
  on m[i] { push c[i] go; wait c[i] }
}
`
