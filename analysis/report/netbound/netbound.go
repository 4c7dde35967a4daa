// Package netbound renders the answer about a net without a scenario, that of
// "adagio bound net.pnml": when it stops, and when its places are first marked.
//
//	doc := netbound.New(answer)
//	netbound.Text(os.Stdout, doc, []string{"ended"})
package netbound

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/bound"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/tpn"
)

// Document is "adagio/net-bound/1".
type Document struct {
	Schema  string `json:"schema"`
	Net     string `json:"net"`
	UnitNS  int64  `json:"unit_ns"`
	Outcome string `json:"outcome" enum:"bounded|partial"` // partial: some executions may not have all firings
	// End is the date of the last firing, in executions that have all firings.
	End      report.Interval `json:"end"`
	Firings  int             `json:"firings"`
	Decided  bool            `json:"decided"` // every conflict is: both ends are reached
	Open     int             `json:"open"`    // readings that may find one of several stays of a token
	Places   []Place         `json:"places"`
	Deadline *bound.Deadline `json:"deadline"` // null if none was given
}

// Place says when a place is first marked, and whether it is at the end.
type Place struct {
	Name  string           `json:"name"`
	First *report.Interval `json:"first"` // null if it never is
	Final bool             `json:"final"`
}

// New makes the document of an answer, without a deadline.
func New(a *tpn.Answer) *Document {
	d := &Document{Schema: "adagio/net-bound/1", Net: a.Net.Name, UnitNS: int64(a.Net.Unit), Outcome: "bounded",
		End: interval(a.End), Firings: a.Firings, Decided: a.Decided, Open: a.Open, Places: []Place{}}
	if !a.Completes {
		d.Outcome = "partial"
	}
	final := a.Final()
	for p, place := range a.Net.Places {
		x := Place{Name: place.Name}
		if dates, ok := a.Date(p); ok {
			first := interval(dates)
			x.First = &first
		}
		_, x.Final = slices.BinarySearch(final, p)
		d.Places = append(d.Places, x)
	}
	return d
}

func interval(d tpn.Dates) report.Interval {
	return report.NewInterval(analysis.Bound{Lower: d.Earliest, Upper: d.Latest})
}

// Judge says whether every execution keeps a deadline.
func (d *Document) Judge(deadline time.Duration) {
	d.Deadline = &bound.Deadline{DeadlineNS: int64(deadline), Verdict: "met"}
	if d.End.LowerNS > int64(deadline) {
		d.Deadline.Verdict = "missed"
	} else if d.End.UpperNS > int64(deadline) || d.Outcome != "bounded" {
		d.Deadline.Verdict = "open"
	}
}

// Text writes the answer, a line for each part, with the dates of some places.
func Text(w io.Writer, d *Document, places []string) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "end %s\n", text(d.End))
	for _, p := range d.Places {
		switch {
		case !slices.Contains(places, p.Name):
		case p.First == nil:
			fmt.Fprintf(out, "%s never\n", model.Quote(p.Name))
		default:
			fmt.Fprintf(out, "%s %s\n", model.Quote(p.Name), text(*p.First))
		}
	}
	if d.Deadline != nil {
		fmt.Fprintf(out, "deadline %s %s\n", model.FormatDuration(time.Duration(d.Deadline.DeadlineNS)), d.Deadline.Verdict)
	}
	return out.Flush()
}

func text(i report.Interval) string {
	return model.FormatDuration(time.Duration(i.LowerNS)) + " .. " + model.FormatDuration(time.Duration(i.UpperNS))
}

// Notes says what the bounds stand on.
func (d *Document) Notes() (list diag.List) {
	if d.Outcome != "bounded" {
		list = append(list, diag.Diagnostic{Severity: diag.Warning, Summary: fmt.Sprintf("not every execution is proved to have all %s", diag.Count(d.Firings, "firing")),
			Detail: "the bounds are of those that do"})
	}
	if d.Open > 0 {
		list = append(list, diag.Diagnostic{Severity: diag.Note, Summary: diag.Count(d.Open, "reading") + " may find the one or the other token: the bounds cover all orders and need not be reached"})
	}
	return list
}
