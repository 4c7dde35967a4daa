package analysis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/unfold"
)

// late is a plan in which a user just meets a provider that is about to stop for
// 101 s: an entry by u within 10 s decides.
func late(end, goes string) string {
	return fmt.Sprintf(`
component Provider {
  places off, on
  initial off
  behavior start { boot: off -> on for 100s }
  behavior stop { halt: on -> off for 1s }
  provide service at on
}
component User {
  places off, on
  initial off
  behavior start { go: off -> on for %s }
  behavior stop { end: on -> off for %s }
  use service at on
}
assembly a {
  node provider { p: Provider }
  node user { u: User }
  connect p.service -> u.service
}
plan go of a {
  from { p: on; u: off }
  on provider { pause 10s; push p stop, start; wait p }
  on user { push u start, stop; wait u }
}
network n { executor ideal }
`, goes, end)
}

// TestSlackUntilConflict: u.go lasts 1 s and may last less than 10 s, although the
// span is 111 s: at 10 s the provider goes first, and u waits for it to come back.
func TestSlackUntilConflict(t *testing.T) {
	r := analysistest.Bounds(t, dsltest.Text(t, late("1s", "1s")))
	slack := slackOf(t, r)
	if want := (analysis.Margin{Least: 9*time.Second - 1, Exact: true}); slack["u.go"] != want {
		t.Errorf("u.go has %v of slack, not %v", slack["u.go"], want)
	}
	if want := (analysis.Margin{Least: 109 * time.Second, Exact: true}); slack["u.end"] != want {
		t.Errorf("u.end has %v of slack, not %v", slack["u.end"], want)
	}
	// The pause lasts 10 s, and with anything more the span grows, as with the rest of
	// the critical path.
	for _, name := range []string{"pause 10s", "p.halt", "p.boot"} {
		if want := (analysis.Margin{Exact: true}); slack[name] != want {
			t.Errorf("%s has %v of slack, not %v", name, slack[name], want)
		}
	}
	for grown, want := range map[string]time.Duration{"9.999999999s": 111 * time.Second, "20s": 112 * time.Second} {
		if after := analysistest.Bounds(t, dsltest.Text(t, late("1s", grown))); after.Span.Upper != want || len(after.Races) > 0 {
			t.Errorf("with u.go of %s the span is %v, not %v", grown, after.Span, want)
		}
	}
	if after := analysistest.Bounds(t, dsltest.Text(t, late("1s", "1s .. 11s"))); len(after.Races) == 0 {
		t.Error("no race where u.go may last longer than its slack")
	}
}

// slackOf is the slack of a result by the words for an event.
func slackOf(t *testing.T, r *analysis.Result) map[string]analysis.Margin {
	t.Helper()
	out := map[string]analysis.Margin{}
	for _, k := range r.Slack() {
		name, _, _ := strings.Cut(k.Text, " on ")
		if _, ok := out[name]; ok {
			t.Fatalf("%s has two slacks", name)
		}
		out[name] = k.Margin
	}
	return out
}

// TestNoSlack: a cover has no slack, whether orders are open, looks are short from some
// moment on (rule R8), or neither, and the reason is the one that holds.
func TestNoSlack(t *testing.T) {
	strict := analysis.Options{Strict: true}
	for _, c := range []struct {
		file  string
		set   map[string]int
		opts  analysis.Options
		open  bool
		moved bool // dates are not sums of delays
		why   string
	}{
		{"openstack.ballet", nil, analysis.Options{}, false, false, ""},
		{"openstack.ballet", nil, strict, true, true, "depends on the order of the races"},
		{"openstack.ballet", map[string]int{"sites": 15}, analysis.Options{Limit: unfold.Limit{Steps: 1}}, false, true, "a look is short once the nodes looked at are at rest"},
		{"gallery/wait_all.ballet", nil, strict, false, false, "a longer delay may open a race"},
	} {
		s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/" + c.file}, Set: c.set})
		r, err := analysis.Analyse(s, c.opts)
		if err != nil {
			t.Fatal(err)
		}
		if covered := c.why != ""; (r.Cover != nil) != covered || covered && (r.Cover.Open > 0) != c.open || r.Runs[0].Graph.Covered() != c.moved {
			t.Errorf("%s %v: cover %+v, covered graph %t", c.file, c.set, r.Cover, r.Runs[0].Graph.Covered())
		}
		if why := r.NoSlack(); !strings.Contains(why, c.why) || (why == "") != (len(r.Slack()) > 0) {
			t.Errorf("%s %v: %d with slack, %q", c.file, c.set, len(r.Slack()), why)
		}
	}
}

// TestSlackOfWhatOutlastsPrograms: a behavior that goes on when the programs have ended has
// the room that it leaves until everything is done.
func TestSlackOfWhatOutlastsPrograms(t *testing.T) {
	r := analysistest.Bounds(t, dsltest.Text(t, `
component C {
  places off, on
  initial off
  behavior go { work: off -> on for 3s }
}
component Long {
  places off, on
  initial off
  behavior go { work: off -> on for 5s .. 10s }
}
assembly a { node n { c: C; long: Long } }
plan go of a { from { c: off; long: off } on n { push c go; push long go } }
network n { executor ideal }
`))
	if r.Span.Upper != 0 || r.Done().Upper != model.Date(10*time.Second) {
		t.Fatalf("programs end %v, everything is done %v", r.Span, r.Done())
	}
	slack := slackOf(t, r)
	for name, want := range map[string]time.Duration{"c.work": 7 * time.Second, "long.work": 0} {
		if got := slack[name]; got != (analysis.Margin{Least: want, Exact: true}) {
			t.Errorf("%s has %v of slack, not %v", name, got, want)
		}
	}
}
