// Package follow renders what is known of a reconfiguration that runs, for "adagio follow":
// a line of text or of JSON at a time.
package follow

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"adagio/analysis/follow"
	"adagio/analysis/report"
)

// Document is "adagio/follow/1": a line for each date at which something was seen.
type Document struct {
	Schema     string              `json:"schema"`
	NowNS      int64               `json:"now_ns"` // from the first start of a node
	Seen       int                 `json:"seen"`   // dates of the plan
	Of         int                 `json:"of"`
	Done       report.OpenInterval `json:"done"`
	ForecastNS int64               `json:"forecast_ns"` // when everything is done if what is not known has its mean
	Ended      bool                `json:"ended"`       // the programs of all nodes
	Outside    []Outside           `json:"outside"`
}

// Outside is something that is not within its bounds.
type Outside struct {
	What      string              `json:"what"`
	Node      string              `json:"node"`
	AtNS      int64               `json:"at_ns"`
	Missing   bool                `json:"missing"` // it has not been seen by then
	Bound     report.OpenInterval `json:"bound"`
	Because   string              `json:"because"`
	BecauseNS int64               `json:"because_ns"`
	Before    report.OpenInterval `json:"done_before"`
	After     report.OpenInterval `json:"done_after"`
}

// JSON writes a line of JSON.
func JSON(w io.Writer, f follow.Update) error {
	seen, of := f.Follower.Progress()
	doc := Document{Schema: "adagio/follow/1", NowNS: int64(f.Now()), Seen: seen, Of: of, Done: report.NewOpenInterval(f.Done().Dates()),
		ForecastNS: int64(f.Forecast()), Ended: f.Ended(), Outside: []Outside{}}
	for _, o := range f.Outside {
		doc.Outside = append(doc.Outside, Outside{o.What, o.Node, int64(o.At), o.Missing, report.NewOpenInterval(o.Bound.Dates()), o.Because, int64(o.Since),
			report.NewOpenInterval(o.Before.Dates()), report.NewOpenInterval(o.After.Dates())})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

// Text writes a line for each event that is not within its bounds, and one that says how far
// it is.
func Text(w io.Writer, u follow.Update, d report.Durations) error {
	for _, o := range u.Outside {
		if err := alarm(w, o, d); err != nil {
			return err
		}
	}
	if !u.Progress {
		return nil
	}
	return progress(w, u.Follower, d)
}

// progress writes a line that says how far it is.
func progress(w io.Writer, f *follow.Follower, d report.Durations) error {
	seen, of := f.Progress()
	done, now := f.Done(), f.Now()
	if f.Ended() {
		_, err := fmt.Fprintf(w, "%s: %d of %d dates seen; all programs have ended; done %s\n", d.Nearest(now), seen, of, d.Bound(done))
		return err
	}
	left := done
	left.Lower, left.Upper = max(0, left.Lower-now), max(0, left.Upper-now)
	text := fmt.Sprintf("%s: %d of %d dates seen; done %s, probably %s, in %s", d.Nearest(now), seen, of, d.Bound(done), d.Nearest(f.Forecast()), d.Bound(left))
	var last *follow.Expected
	for _, x := range f.Waiting() {
		if last == nil || x.Date.Upper > last.Date.Upper {
			last = &x
		}
	}
	if last != nil {
		text += fmt.Sprintf("; now %s, %s", last.What, d.Bound(last.Date))
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// alarm writes what is not within its bounds.
func alarm(w io.Writer, o follow.Outside, d report.Durations) error {
	text := fmt.Sprintf("%s: %s", d.Nearest(o.At), o.What)
	if place := " on " + o.Node; !strings.HasSuffix(text, place) {
		text += place
	}
	switch {
	case o.Missing:
		text += fmt.Sprintf(" is missing: it should have come by %s", d.Nearest(o.Bound.Upper))
	case o.At > o.Bound.Upper:
		text += fmt.Sprintf(" is late by %s: it should have come by %s", d.Nearest(o.At-o.Bound.Upper), d.Nearest(o.Bound.Upper))
	default:
		text += fmt.Sprintf(" is early by %s: it should not have come before %s", d.Nearest(o.Bound.Lower-o.At), d.Nearest(o.Bound.Lower))
	}
	text += fmt.Sprintf(", after %s at %s", o.Because, d.Nearest(o.Since))
	if o.After != o.Before {
		text += fmt.Sprintf("; done moves from %s to %s", d.Bound(o.Before), d.Bound(o.After))
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
