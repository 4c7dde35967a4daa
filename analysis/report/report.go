// Package report renders what package analysis found: as text for people, laid
// out like the path report of a static timing analyser, and as JSON for
// programs.
//
//	result, err := analysis.Analyse(scenario, analysis.Options{})
//	report.Text(os.Stdout, result, report.Options{Width: 100, Color: true})
//	report.JSON(os.Stdout, report.Explain(result))
//
// The idea of the text is one line per element of the critical path, with the
// running total, the element's own duration, what kind of time it is, and where
// it is written in the model:
//
//	total      own  kind      what                              where
//	                          keystone[0] waits for nova[0]
//	0.515    0.335  network     nova[0].db is not in use        os.ballet:129
//	                            keystone[0] leaves deployed     os.ballet:65
//	4.445    3.930  work        keystone[0].turnoff             os.ballet:75
//
// Lower bounds are rounded down and upper bounds up, so that what is printed is
// as true as what was computed. JSON has nanoseconds and rounds nothing.
package report

import (
	"io"
	"regexp"
	"strings"

	"adagio/analysis"
	"adagio/dsl/diag"
)

// Options says how the text is laid out.
type Options struct {
	Width   int  // of the terminal in cells; 0 is without limit
	Color   bool // whether to use the colours of a terminal
	Lower   bool // whether the critical path is that to the lower bound, not the upper
	All     bool // whether to cut no table and to fold no moment
	Hazards bool // whether to list all hazards
	Outages bool // whether to tell how long provide ports are inactive
	Durations

	// Paths, if not nil, are shown in place of the critical path and all that
	// follows it.
	Paths []analysis.Path
	// Timings, if not nil, are deadlines, shown in place of the critical path and all that
	// follows it.
	Timings []analysis.Timing
	// Fields are the columns of paths, some of [Fields]; nil is the usual ones.
	Fields []string
	// Only and Ignore choose the lines of paths and slack by their words.
	Only, Ignore *regexp.Regexp
}

// cut is how many rows of a long table are shown.
const cut = 12

// Text explains a result: the bounds, when every node ends, the critical path
// to one end of the makespan, where its time goes, what runs beside it, and what
// the bounds do not settle. Of a plan that never ends it explains why.
func Text(w io.Writer, r *analysis.Result, opts Options) error {
	t := newText(w, r, opts)
	t.headline()
	if r.Deadlock != nil {
		t.deadlock()
	}
	t.because()
	if opts.Timings != nil {
		t.timings()
		return t.flush()
	}
	if opts.Paths != nil {
		t.paths()
		return t.flush()
	}
	t.nodes()
	if path := t.path(); path.Node >= 0 && r.Bounded() {
		t.criticalPath(path)
		t.sums(path)
		t.work(path)
		t.slack()
		t.usage()
		if err := t.outages(); err != nil {
			return err
		}
	}
	t.races()
	t.hazards()
	return t.flush()
}

// Short writes the bounds only, a line each:
//
//	done 6m54.6s .. 6m59.7s
//	longest program 6m54.6s .. 6m59.7s
//	not covered: 5 hazards (--strict covers them)
//
// Between them there may be "programs end" where behaviours may still run then, "orders of
// races covered" where these are too many to explore ([analysis.Cover]), otherwise the number
// of races, "energy" where the
// power of nodes is known, and after them what processes "may never exit"; "deadlock" or
// "fails" alone if the plan never ends, "possible deadlock" or "possible failure" after them
// if it may not, "not proved to end" if that is all that is known.
func Short(w io.Writer, r *analysis.Result, d Durations) error {
	t := newText(w, r, Options{Durations: d})
	if !r.Bounded() {
		t.line("%s", r.Deadlock.Brief())
		if text := hangNotCovered(r); text != "" {
			t.line("%s", text)
		}
		return t.flush()
	}
	t.line("done %s", d.Dates(r.Done()))
	if r.Quiescence != nil {
		t.line("programs end %s", d.Bound(r.Span))
	}
	t.line("longest program %s", d.Bound(r.Makespan))
	if c := r.Cover; c != nil && c.Open > 0 {
		t.line("orders of races covered, %d undecided", c.Open)
	} else if len(r.Races) > 0 {
		t.line("%s (adagio explain shows them)", diag.Count(len(r.Races), "race"))
	}
	if e := r.TotalEnergy(); e != nil {
		t.line("energy %sJ", strings.ReplaceAll(energyText(*e), " .. ", "J .. "))
	}
	if r.Deadlock != nil {
		t.line("%s", r.Deadlock.Brief())
	}
	if text := NotCovered(r); text != "" {
		t.line("not covered: %s (--strict covers them)", text)
	}
	if r.Unclosed != nil {
		t.line("%s", r.Unclosed.Count())
	}
	return t.flush()
}

// hangNotCovered says of a plan without bounds that it may end for a hazard; it is empty where
// there is none.
func hangNotCovered(r *analysis.Result) string {
	if text := NotCovered(r); text != "" {
		return "not covered: " + text + " (if one strikes the plan may end; --strict covers none of a plan that hangs without)"
	}
	return ""
}

// NotCovered names what may happen beside the bounds, "90 hazards"; it is empty where that
// is nothing.
func NotCovered(r *analysis.Result) string {
	if len(r.Hazards) == 0 || r.Strict {
		return ""
	}
	return diag.Count(len(r.Hazards), "hazard")
}
