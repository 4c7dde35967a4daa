package report

import (
	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/whatif"
	"adagio/petri"
)

// WhatIfAnswer is the plan with changes, in "adagio/explain/1".
type WhatIfAnswer struct {
	Changes []string     `json:"changes"`
	After   *Explanation `json:"after"`
}

// DragAnswer is what a delay costs. Null is what there is not: a slack of a
// setting, a drag of what has no bound (Refused says why), a share without
// simulation.
type DragAnswer struct {
	Of          string    `json:"of"`
	Delay       *Interval `json:"delay"`
	DragUpperNS *int64    `json:"drag_upper_ns"`
	DragLowerNS *int64    `json:"drag_lower_ns"`
	SlackNS     *int64    `json:"slack_ns"`
	AtLeast     bool      `json:"slack_at_least,omitempty"` // the slack is a lower bound
	Critical    *float64  `json:"critical"`
	Refused     string    `json:"refused,omitempty"`
	Position
}

// ResponseAnswer is the makespan as a function of one duration.
type ResponseAnswer struct {
	Of  string `json:"of"`
	End string `json:"end" enum:"upper|lower"`
	// OverheadNS and DriftNS, for each second, are what the executor adds at this
	// end: a duration of d of the model lasts d + OverheadNS + d/1ms·DriftNS/1000.
	OverheadNS int64          `json:"overhead_ns"`
	DriftNS    int64          `json:"drift_ns"`
	Parts      []ResponsePart `json:"parts"`
	// HarmlessNS is the greatest of the values of the model that were tried with which the
	// upper bound stays as it is; only where orders are covered.
	HarmlessNS    *int64 `json:"harmless_ns,omitempty"`
	HarmlessTried int    `json:"harmless_tried,omitempty"` // how many values were tried
}

// ResponsePart is a range of durations as the model gives them. The pieces are by
// how long the delay lasts, with what the executor adds.
type ResponsePart struct {
	FromNS int64           `json:"from_ns"`
	ToNS   int64           `json:"to_ns"`
	Reason string          `json:"reason,omitempty"` // why there are no pieces
	Pieces []ResponsePiece `json:"pieces"`
	// BoundNS is an end of the makespan that holds for all of the range, where there is one
	// and no pieces.
	BoundNS *int64 `json:"bound_ns,omitempty"`
}

// ResponsePiece is a line: from FromNS on the makespan is MakespanNS + Slope·(x − FromNS).
type ResponsePiece struct {
	FromNS     int64 `json:"from_ns"`
	MakespanNS int64 `json:"makespan_ns"`
	Slope      int64 `json:"slope"`
}

// AdviceAnswer is what can be relaxed, alone and together, and what cannot.
type AdviceAnswer struct {
	Advice   []AdviceItem   `json:"advice"`
	Together *AdviceItem    `json:"together"`
	Rejected []RejectedItem `json:"rejected"`
}

// AdviceItem is a change with what it saves.
type AdviceItem struct {
	Changes      []string `json:"changes"`
	SavesUpperNS int64    `json:"saves_upper_ns"`
	SavesLowerNS int64    `json:"saves_lower_ns"`
	After        Interval `json:"makespan"`
	Races        int      `json:"races"`
	Hazards      int      `json:"hazards"`
	// Undoes are the orders of components of one type that it gives up, each as "A before B".
	Undoes []string `json:"undoes"`
	Position
}

// RejectedItem is a change that would be faster, and what it would break.
type RejectedItem struct {
	Changes []string `json:"changes"`
	Reason  string   `json:"reason"`
	Position
}

// NewDragAnswers makes the documents of drags.
func NewDragAnswers(r *analysis.Result, drags []whatif.Drag, simulated *montecarlo.Result) []DragAnswer {
	out := []DragAnswer{}
	share := map[whatif.Target]float64{}
	if simulated != nil && simulated.Criticality != nil {
		for _, c := range simulated.Criticality.Transitions {
			share[whatif.Target{Kind: whatif.TransitionDuration, Component: c.Component, Element: c.Transition}] = c.Share
		}
	}
	for _, d := range drags {
		own := delay(d.Targets[0].Delay(r.Scenario))
		k := DragAnswer{Of: d.Name, Delay: &own, Position: position(d.Targets[0].Pos(r.Scenario))}
		upper, lower := int64(d.Upper), int64(d.Lower)
		if d.Err != nil {
			k.Refused = d.Err.Error()
		} else {
			k.DragUpperNS, k.DragLowerNS = &upper, &lower
		}
		if d.Slack != nil {
			slack := int64(d.Slack.Least)
			k.SlackNS, k.AtLeast = &slack, !d.Slack.Exact
		}
		if s, ok := share[d.Targets[0]]; ok && len(d.Targets) == 1 {
			k.Critical = &s
		}
		out = append(out, k)
	}
	return out
}

// NewResponseAnswer makes the document of a response.
func NewResponseAnswer(r *analysis.Result, x *whatif.Response) ResponseAnswer {
	out := ResponseAnswer{Of: x.Target.Name(r.Scenario), End: "lower", Parts: []ResponsePart{}}
	if x.End == petri.Latest {
		out.End = "upper"
	}
	if x.Target.Kind == whatif.TransitionDuration {
		profile := r.Scenario.Network.Profile
		out.OverheadNS, out.DriftNS = int64(x.End.Of(profile.Overhead)), int64(x.End.Of(profile.Drift))
	}
	for _, p := range x.Parts {
		k := ResponsePart{FromNS: int64(p.From), ToNS: int64(p.To), Pieces: []ResponsePiece{}, BoundNS: (*int64)(p.Bound)}
		if p.Err != nil {
			k.Reason = p.Err.Error()
		}
		for _, piece := range p.Makespan.Pieces {
			k.Pieces = append(k.Pieces, ResponsePiece{int64(piece.From), int64(piece.Value), piece.Slope})
		}
		out.Parts = append(out.Parts, k)
	}
	if h := x.Harmless; h != nil {
		out.HarmlessNS, out.HarmlessTried = (*int64)(&h.Most), h.Tried
	}
	return out
}

// NewAdviceAnswer makes the document of advice.
func NewAdviceAnswer(r *analysis.Result, c *whatif.Counsel) *AdviceAnswer {
	out := &AdviceAnswer{Advice: []AdviceItem{}, Rejected: []RejectedItem{}}
	item := func(a whatif.Advice) AdviceItem {
		undoes := []string{}
		for _, pair := range a.Undoes {
			undoes = append(undoes, r.Scenario.Components[pair[0]].Name+" before "+r.Scenario.Components[pair[1]].Name)
		}
		return AdviceItem{texts(a.Changes), int64(a.Upper), int64(a.Lower), NewInterval(a.After.Makespan), len(a.After.Races), len(a.After.Hazards), undoes, position(a.Pos)}
	}
	for _, a := range c.Advice {
		out.Advice = append(out.Advice, item(a))
	}
	if c.Together != nil {
		all := item(*c.Together)
		out.Together = &all
	}
	for _, x := range c.Rejected {
		out.Rejected = append(out.Rejected, RejectedItem{texts(x.Changes), x.Err.Error(), position(x.Pos)})
	}
	return out
}

func texts(list []whatif.Change) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.String())
	}
	return out
}
