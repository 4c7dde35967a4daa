// Package bound renders the short answer about a plan, that of "adagio bound": its bounds
// in a line each, whether a deadline is kept, and the distribution of the makespan.
//
//	doc := bound.New(result)
//	doc.Deadline = bound.Judge(result, 5*time.Minute)
//	bound.Text(os.Stdout, result, doc, report.Durations{})
package bound

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/distribution"
	"adagio/analysis/report"
	"adagio/dsl/model"
)

// Document is "adagio/bound/1".
type Document struct {
	Schema string `json:"schema"`
	report.Summary
	Races    int              `json:"races"`
	Hazards  int              `json:"hazards"`
	Deadlock *report.Deadlock `json:"deadlock"`
	Deadline *Deadline        `json:"deadline"` // null if none was given
	// Distribution is null unless a quantile or the distribution was asked for.
	Distribution *Distribution `json:"distribution"`
	// Failed is what --fail-on has found.
	Failed []string `json:"failed,omitempty"`
	// Certified are the bounds of --certificate; CertifiedHang says that it has an execution
	// that hangs instead.
	Certified     *Certified `json:"certified,omitempty"`
	CertifiedHang bool       `json:"certified_hang,omitempty"`
}

// Certified are bounds that a certificate derives. They need not be as narrow as those
// of the answer: no line of a certificate has rules R7 and R8 (petri/cover), nor what the
// start and the end of one program have in common.
type Certified struct {
	Makespan report.Interval `json:"makespan"`
	Span     report.Interval `json:"span"`
	Wider    bool            `json:"wider"` // than the bounds of the answer
}

// NewCertified compares certified bounds with those of an answer.
func NewCertified(makespan, span analysis.Bound, doc *Document) *Certified {
	c := &Certified{Makespan: report.NewInterval(makespan), Span: report.NewInterval(span)}
	c.Wider = wider(c.Makespan, doc.Makespan) != "" || wider(c.Span, doc.Span) != ""
	return c
}

// wider says by how much certified bounds are wider than those of an answer, if it has any.
func wider(certified report.Interval, answer *report.Interval) string {
	if answer == nil {
		return ""
	}
	var parts []string
	if d := answer.LowerNS - certified.LowerNS; d > 0 {
		parts = append(parts, fmt.Sprintf("%v below", time.Duration(d)))
	}
	if d := certified.UpperNS - answer.UpperNS; d > 0 {
		parts = append(parts, fmt.Sprintf("%v above", time.Duration(d)))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (wider: by " + strings.Join(parts, ", ") + ")"
}

// Deadline says whether a deadline is kept in every execution.
type Deadline struct {
	DeadlineNS int64  `json:"deadline_ns"`
	Verdict    string `json:"verdict" enum:"met|open|missed"`
}

// Distribution is what is certain of the distribution of the makespan.
type Distribution struct {
	Mean      report.Interval `json:"mean"`
	Quantiles []Quantile      `json:"quantiles"`
	Exact     bool            `json:"exact"`    // the bounds differ by the grid only
	ErrorNS   int64           `json:"error_ns"` // what the grid displaces a quantile by at most
	Notes     []string        `json:"notes"`    // what the bounds stand on
}

// Quantile is a guaranteed interval of a quantile.
type Quantile struct {
	P float64 `json:"p"`
	report.Interval
}

// New makes the document of a result, without a deadline and a distribution.
func New(r *analysis.Result) *Document {
	return &Document{Schema: "adagio/bound/1", Summary: report.Summarise(r), Races: len(r.Races), Hazards: len(r.Hazards), Deadlock: report.ExplainDeadlock(r)}
}

// Columns are what a table of a sweep has of a point, in seconds, and Cells the values.
var Columns = []string{"makespan_lower_s", "makespan_upper_s", "span_lower_s", "span_upper_s", "deadline"}

// Cells are the values of [Columns] in a document; "" is what it does not have.
func (d *Document) Cells() []string {
	cells := make([]string, len(Columns))
	for i, b := range []*report.Interval{d.Makespan, d.Span} {
		if b != nil {
			cells[2*i], cells[2*i+1] = report.Seconds(b.LowerNS), report.Seconds(b.UpperNS)
		}
	}
	if d.Deadline != nil {
		cells[4] = d.Deadline.Verdict
	}
	return cells
}

// Judge compares the date by which everything is done with a deadline.
func Judge(r *analysis.Result, deadline time.Duration) *Deadline {
	verdict := "met"
	switch {
	case r.Deadlock != nil && !r.Deadlock.Possible, r.Bounded() && r.Done().Lower > model.Date(deadline):
		verdict = "missed"
	case r.Deadlock != nil, r.Done().Upper > model.Date(deadline):
		verdict = "open"
	}
	return &Deadline{int64(deadline), verdict}
}

// Distribute makes the document of a distribution, with its quantiles at some
// probabilities. Each bound is cut to the makespan's, which holds every execution.
func Distribute(d *distribution.Result, probabilities []float64, makespan analysis.Bound) *Distribution {
	within := func(b analysis.Bound) report.Interval {
		return report.NewInterval(analysis.Bound{Lower: max(b.Lower, makespan.Lower), Upper: min(b.Upper, makespan.Upper)})
	}
	out := &Distribution{Mean: within(d.Mean), Exact: d.Exact, ErrorNS: int64(d.Error), Notes: d.Notes}
	for _, p := range probabilities {
		out.Quantiles = append(out.Quantiles, Quantile{p, within(d.Quantile(p))})
	}
	return out
}

// Text writes the answer, a line for each part.
func Text(w io.Writer, r *analysis.Result, doc *Document, durations report.Durations) error {
	if err := report.Short(w, r, durations); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	if d := doc.Deadline; d != nil {
		beside := ""
		if text := report.NotCovered(r); text != "" && d.Verdict == "met" {
			beside = " (" + text + " not covered: --strict)"
		} else if d.Verdict == "open" {
			beside = ": some executions may miss it"
		}
		fmt.Fprintf(out, "deadline %s %s%s\n", durations.Nearest(time.Duration(d.DeadlineNS)), d.Verdict, beside)
	}
	if c := doc.Certified; c != nil {
		fmt.Fprintf(out, "certified longest program %s%s\n", text(c.Makespan, durations), wider(c.Makespan, doc.Makespan))
		fmt.Fprintf(out, "certified span %s%s\n", text(c.Span, durations), wider(c.Span, doc.Span))
	} else if doc.CertifiedHang {
		fmt.Fprintln(out, "certified: an execution that hangs")
	}
	if len(doc.Failed) > 0 {
		fmt.Fprintf(out, "fails on %s\n", strings.Join(doc.Failed, ", "))
	}
	if d := doc.Distribution; d != nil {
		fmt.Fprintf(out, "mean of the longest program %s\n", text(d.Mean, durations))
		for _, q := range d.Quantiles {
			fmt.Fprintf(out, "quantile %v of the longest program %s\n", q.P, text(q.Interval, durations))
		}
		for _, note := range d.Notes {
			fmt.Fprintf(out, "note: %s\n", note)
		}
	}
	return out.Flush()
}

func text(i report.Interval, durations report.Durations) string {
	return durations.Bound(analysis.Bound{Lower: time.Duration(i.LowerNS), Upper: time.Duration(i.UpperNS)})
}
