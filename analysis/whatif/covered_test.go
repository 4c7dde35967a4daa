package whatif_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/report"
	"adagio/analysis/whatif"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
)

// covered has ten users that start on their own while each one's provider restarts: too many
// orders to explore. Who does not enter before its provider leaves at 1 s does when that is
// back, at 3 s, and the news of it is there, at 3.1 s; it stays for 1 s, stops for 1 s, and is
// done at 5.1 s.
const covered = `
component Provider {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 1s }
  behavior stop { stop: on -> off for 1s }
  provide service at on
}
component User {
  places off, on
  initial off
  running on
  behavior start { start: off -> on for 500ms .. 1.5s }
  behavior stop { stop: on -> off for 1s }
  use service at on
}
assembly races {
  for i in 0 ..< 10 { node provider[i] { p[i]: Provider }; node user[i] { u[i]: User } }
  for i in 0 ..< 10 { connect p[i].service -> u[i].service }
}
plan go of races {
  from { p[i]: on; u[i]: off }
  on provider[i] { pause 1s; push p[i] stop, start; wait p[i] }
  on user[i] { push u[i] start; wait u[i]; pause 1s; push u[i] stop; wait u[i] }
}
network ideal { executor ideal; latency 100ms }
`

// TestResponseOfCover: a user may take 3.1 s to start and nothing is later; what the response
// says of a range holds for the values in it.
func TestResponseOfCover(t *testing.T) {
	s := dsltest.Text(t, covered)
	r := analysistest.Bounds(t, s)
	if r.Cover == nil || r.Makespan.Upper != 5100*time.Millisecond {
		t.Fatalf("%v", r.Makespan)
	}
	found, err := whatif.Find(s, "u[3].start")
	if err != nil {
		t.Fatal(err)
	}
	x, err := whatif.Respond(s, found[0], 0, 16*time.Second, petri.Latest)
	if err != nil {
		t.Fatal(err)
	}
	x.Try(r)
	if h := x.Harmless; h.Most <= 3*time.Second || h.Most > 3100*time.Millisecond || h.Tried != 13 {
		t.Errorf("of %d values %v changes nothing, which is 3.1 s", h.Tried, h.Most)
	}
	if n := len(x.Parts); n < 10 || n > 16 {
		t.Errorf("%d parts", n)
	}
	next := time.Duration(0)
	for _, p := range x.Parts {
		if p.From != next || !errors.Is(p.Err, whatif.ErrCovered) || p.Bound == nil {
			t.Fatalf("a part from %v, not %v: %v, bound %v", p.From, next, p.Err, p.Bound)
		}
		next = p.To + 1
		for _, d := range []time.Duration{p.From, (p.From + p.To) / 2, p.To} {
			after, err := analysis.Analyse(found[0].With(s, model.Constant(d)), analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			// Whoever is later than 3.1 s is done 2 s after.
			if want := max(5100*time.Millisecond, d+2*time.Second); after.Makespan.Upper != want || *p.Bound < want {
				t.Errorf("with %v the upper bound is %v, and that of the response %v, not %v", d, after.Makespan.Upper, *p.Bound, want)
			}
		}
	}
	if next != 16*time.Second+1 {
		t.Errorf("the last part ends before %v", next)
	}
}

// TestTargetsOfCover: all delays are asked for, although there is no slack that lists them.
func TestTargetsOfCover(t *testing.T) {
	s := dsltest.Text(t, covered)
	kinds := map[whatif.TargetKind]int{}
	for _, target := range whatif.Targets(analysistest.Bounds(t, s), true) {
		kinds[target.Kind]++
	}
	if kinds[whatif.TransitionDuration] != 40 || kinds[whatif.PauseDuration] != 20 {
		t.Errorf("%d transitions and %d pauses, not 40 and 20", kinds[whatif.TransitionDuration], kinds[whatif.PauseDuration])
	}
}

// TestDragsOfCover: of a plan that is too large those on the critical path are tried, the
// longest first, and the others are counted; what is tried is what it is without the bound.
func TestDragsOfCover(t *testing.T) {
	r := analysistest.Bounds(t, dsltest.Text(t, strings.Replace(covered, "off -> on for 1s", "off -> on for 1200ms", 1)))
	if r.Cover == nil {
		t.Fatal("every order is explored")
	}
	critical := slices.DeleteFunc(whatif.Targets(r, false), func(k whatif.Target) bool { return k.Kind == whatif.Setting })
	targets := append(slices.DeleteFunc(whatif.Targets(r, true), func(k whatif.Target) bool { return slices.Contains(critical, k) })[:3], critical...)
	events := r.Runs[0].Graph.Len()
	all, untried := whatif.Drags(r, targets, nil)
	if untried != 0 || len(critical) == 0 {
		t.Fatalf("%d of a small plan are not tried, %d are critical", untried, len(critical))
	}
	on := func(d whatif.Drag) bool {
		return slices.ContainsFunc(d.Targets, func(k whatif.Target) bool { return slices.Contains(critical, k) })
	}
	last := func(d whatif.Drag) time.Duration { return d.Targets[0].Delay(r.Scenario).Hi }
	for _, c := range []struct{ work, tried int }{{0, 1}, {3*events - 1, 2}, {3 * events, 3}} {
		some, untried := whatif.DragsWithin(r, targets, c.work, nil)
		if len(some) != c.tried || untried != len(all)-c.tried {
			t.Errorf("with work of %d events %d are tried and %d not, of %d", c.work, len(some), untried, len(all))
		}
		for i, d := range some {
			if i > 0 && d.Upper > some[i-1].Upper {
				t.Errorf("the drags do not fall")
			}
			j := slices.IndexFunc(all, func(o whatif.Drag) bool { return o.Name == d.Name })
			if j < 0 || all[j].Upper != d.Upper || all[j].Lower != d.Lower {
				t.Errorf("%s: another drag than without the bound", d.Name)
			}
			for _, o := range all {
				tried := slices.ContainsFunc(some, func(d whatif.Drag) bool { return o.Name == d.Name })
				if on(o) && !tried && (!on(d) || last(o) > last(d)) {
					t.Errorf("%s is tried, and not %s", d.Name, o.Name)
				}
			}
		}
		var text strings.Builder
		if err := report.Drags(&text, r, some, untried, nil, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("drag of %d more delays, not tried", untried); !strings.Contains(text.String(), want) {
			t.Errorf("the text does not say %q:\n%s", want, text.String())
		}
	}
}
