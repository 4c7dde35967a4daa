package report

import (
	"adagio/analysis"
)

// TimingAnswer is how something keeps its deadline, in "adagio/explain/1".
type TimingAnswer struct {
	Of         string        `json:"of"` // a node or a component, or "" for everything
	DeadlineNS int64         `json:"deadline_ns"`
	Verdict    string        `json:"verdict" enum:"met|open|missed"`
	Date       OpenInterval  `json:"date"`
	SlackNS    *int64        `json:"slack_ns"` // null where it may never be done
	Path       *CriticalPath `json:"path"`
}

// TimingsDocument is "adagio/explain/1" with the deadlines that were asked for.
type TimingsDocument struct {
	*Explanation
	Deadlines []TimingAnswer `json:"deadlines"`
}

// WithTimings makes the document of a result and of deadlines compared with it.
func WithTimings(x *Explanation, r *analysis.Result, timings []analysis.Timing) TimingsDocument {
	doc := TimingsDocument{x, []TimingAnswer{}}
	for _, t := range timings {
		k := TimingAnswer{Of: t.Of, DeadlineNS: int64(t.By), Verdict: t.Verdict(), Date: NewOpenInterval(t.Date), Path: criticalPath(r.Scenario, t.Path)}
		if !t.Date.Upper.IsNever() {
			slack := int64(t.Slack)
			k.SlackNS = &slack
		}
		doc.Deadlines = append(doc.Deadlines, k)
	}
	return doc
}

// Tightest is the timing with the least slack; nil if none has any.
func Tightest(timings []analysis.Timing) *analysis.Timing {
	var least *analysis.Timing
	for i := range timings {
		if t := &timings[i]; !t.Date.Upper.IsNever() && (least == nil || t.Slack < least.Slack) {
			least = t
		}
	}
	return least
}

// timings writes the deadlines and how they are kept, and the critical path to what has
// the least slack, with the dates that are required there.
func (t *text) timings() {
	t.title("Deadlines (dates from the first start of a node)")
	var rows [][]cell
	for _, k := range t.opts.Timings {
		row := []cell{{text: of(k)}, {text: t.opts.Dates(k.Date)}, {text: t.opts.Nearest(k.By)}, {}, {text: k.Verdict(), color: verdictColors[k.Verdict()]}}
		if !k.Date.Upper.IsNever() {
			row[3].text = t.opts.write(k.Slack, down)
		}
		rows = append(rows, row)
	}
	t.table([]column{{title: "what", shrink: true}, {title: "done", right: true}, {title: "required", right: true}, {title: "slack", right: true}, {title: "deadline"}}, rows)
	if text := NotCovered(t.r); text != "" {
		t.paragraph(yellow, 2, "not covered: "+text+" (--strict)")
	}
	least := Tightest(t.opts.Timings)
	if least == nil || least.Path.Node < 0 {
		return
	}
	t.title("Critical path to %s, slack %s", of(*least), t.opts.write(least.Slack, down))
	t.required = &least.Slack
	if t.opts.Fields == nil {
		t.opts.Fields = []string{"required", "total", "own", "kind", "what", "where"}
	}
	t.pathTable(least.Path)
}

var verdictColors = map[string]color{"met": green, "open": yellow, "missed": red}

// of names what has a deadline.
func of(t analysis.Timing) string {
	if t.Of == "" {
		return "everything"
	}
	return t.Of
}
