package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"adagio/analysis/rank"
	"adagio/analysis/report"
	"adagio/dsl/model"
)

// rankDocument is what "adagio rank --format json" writes.
type rankDocument struct {
	Schema string             `json:"schema"` // "adagio/rank/2"
	Plans  []rankPlanDocument `json:"plans"`  // in the order of the input
	// Ranking orders the indices of plans by the upper end of makespan, the longest program of
	// a node; what may not end comes after all others.
	Ranking []int          `json:"ranking"`
	Pairs   []pairDocument `json:"pairs"`
	// Engine is what has simulated pairs; left out if none are.
	Engine string `json:"engine,omitempty"`
}

// rankPlanDocument is one plan; with --format jsonl a line of its own.
type rankPlanDocument struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"` // why it could not be read, was refused, or does not end
	// ReasonCode is the reason in a word for programs, see [rank.Plan.ReasonCode]; null
	// for a plan that is bounded and always ends.
	ReasonCode *string          `json:"reason_code"`
	Makespan   *report.Interval `json:"makespan"`
	// Quiescence is left out where nothing outlasts the programs.
	Quiescence *report.Quiescence `json:"quiescence,omitempty"`
	SameGoal   bool               `json:"same_goal"` // as the first plan
	Races      int                `json:"races"`
	Hazards    int                `json:"hazards"`
	// Deadline and Probability are null unless a deadline was given.
	Deadline    *string         `json:"deadline"`
	Probability *float64        `json:"probability"`
	Versus      *versusDocument `json:"versus,omitempty"` // --format jsonl only
}

// lineDocument is a line of "adagio rank --format jsonl".
type lineDocument struct {
	Schema string `json:"schema"` // "adagio/candidate/2"
	Line   int    `json:"line"`   // of the input that the candidate stands on; 0 for a plan in a file of its own
	rankPlanDocument
}

// versusDocument compares a plan with the best before it.
type versusDocument struct {
	Best    string `json:"best"`
	Subject string `json:"subject"` // which of the two the verdict is about: "candidate" or "best"
	Verdict string `json:"verdict"`
	GapNS   int64  `json:"gap_ns"`
}

// pairDocument compares two plans, by their indices.
type pairDocument struct {
	Subject     int      `json:"subject"` // which the verdict is about, …
	Other       int      `json:"other"`   // … against this one
	Verdict     string   `json:"verdict"`
	GapNS       int64    `json:"gap_ns"`
	Simulated   int      `json:"simulated"`
	Probability *float64 `json:"probability"`
	HalfWidth   *float64 `json:"half_width"`
}

// plan makes the document of a plan. The guaranteed probability is computed for
// plans that are looked at closely only.
func (k *ranking) plan(p, first *rank.Plan, closely bool) rankPlanDocument {
	out := rankPlanDocument{Name: p.Name, Outcome: p.Outcome(), SameGoal: rank.SameGoal(first, p)}
	if code := p.ReasonCode(); code != "" {
		out.ReasonCode = &code
	}
	if p.Err != nil {
		out.Reason = p.Err.Error()
	} else {
		out.Races, out.Hazards = len(p.Result.Races), len(p.Result.Hazards)
		if d := p.Result.Deadlock; d != nil {
			out.Reason = d.Reason()
		}
		if p.Never() {
			out.SameGoal = false // it leads nowhere
		}
		if p.Result.Bounded() {
			m := report.NewInterval(p.Result.Makespan)
			out.Makespan, out.Quiescence = &m, report.QuiescenceOf(p.Result)
		}
	}
	if k.deadline < 0 {
		return out
	}
	within := p.Within(k.deadline)
	text := within.String()
	out.Deadline = &text
	probability := map[rank.Deadline]float64{rank.Certainly: 1, rank.Never: 0}
	least, known := probability[within]
	if !known && closely {
		least, known = p.Guaranteed(k.deadline)
	}
	if known {
		out.Probability = &least
	}
	return out
}

func (k *ranking) document(t *rank.Table) rankDocument {
	first := t.Plans[0]
	if i := slices.IndexFunc(t.Plans, func(p *rank.Plan) bool { return p.Result != nil }); i >= 0 {
		first = t.Plans[i] // that can be compared with
	}
	doc := rankDocument{Schema: "adagio/rank/2", Plans: make([]rankPlanDocument, len(t.Plans)), Ranking: t.Order, Pairs: []pairDocument{}}
	for place, i := range t.Order {
		doc.Plans[i] = k.plan(t.Plans[i], first, place < k.opts.Closely)
	}
	for _, p := range t.Pairs {
		d := pairDocument{Subject: p.Better, Other: p.Worse, Verdict: p.Verdict.String(), GapNS: int64(p.Gap), Simulated: p.Simulated}
		if p.Simulated > 0 {
			share, half := p.Probability()
			d.Probability, d.HalfWidth = &share, &half
			doc.Engine = t.Engine.String()
		}
		doc.Pairs = append(doc.Pairs, d)
	}
	return doc
}

// writeText writes the ranking as a table.
func (k *ranking) writeText(t *rank.Table) {
	width, _ := terminal(k.app.stdout)
	doc := k.document(t)
	var rows [][]string
	for place, i := range t.Order {
		p := doc.Plans[i]
		row := []string{fmt.Sprint(place + 1), p.Name, p.Outcome, "", cmp.Or(p.Reason, k.versus(t, place, i))}
		if p.Makespan != nil {
			row[2] = report.Rounded(t.Plans[i].Result.Makespan)
		}
		if p.Deadline != nil {
			row[3] = *p.Deadline
			if p.Probability != nil && *p.Deadline == "possibly" {
				row[3] = fmt.Sprintf("possibly, at least %.1f %%", 100**p.Probability)
			}
		}
		if !p.SameGoal && p.Reason == "" {
			row[4] = strings.TrimPrefix(row[4]+"; another goal than the first plan's", "; ")
		}
		if q := p.Quiescence; q != nil && p.Reason == "" {
			q := t.Plans[i].Result.Quiescence
			row[4] = strings.TrimPrefix(fmt.Sprintf("%s; quiescence %s: %s", row[4], report.Durations{}.Dates(q.Date), q.Text(t.Plans[i].Result.Scenario, false)), "; ")
		}
		rows = append(rows, row)
	}
	deadline := ""
	if k.deadline >= 0 {
		deadline = "within " + model.FormatDuration(k.deadline)
	}
	remarks := ""
	if slices.ContainsFunc(rows, func(row []string) bool { return row[4] != "" }) {
		remarks = "remarks"
	}
	report.Table(k.app.out, []string{"", "plan", "longest program", deadline, remarks}, rows, cmp.Or(k.width, width))
}

// versus says how the best plan compares with one.
func (k *ranking) versus(t *rank.Table, place, i int) string {
	pair := t.Versus(i)
	switch {
	case place == 0 || pair == nil:
		return ""
	case pair.Simulated > 0:
		share, half := pair.Probability()
		return strings.TrimSpace(fmt.Sprintf("the first is faster in %.0f ± %.0f %% of %d simulations", 100*share, 100*half, pair.Simulated))
	}
	if pair.Verdict == rank.SamePlan || pair.Verdict == rank.Undecided {
		return pair.Verdict.String()
	}
	return "the first is " + pair.Verdict.String()
}
