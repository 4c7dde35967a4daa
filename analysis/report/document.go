package report

import "adagio/analysis"

// PathsDocument is "adagio/explain/1" with the paths that were asked for.
type PathsDocument struct {
	*Explanation
	Paths []*CriticalPath `json:"paths"`
}

// WithPaths adds paths of a result to its document.
func WithPaths(x *Explanation, r *analysis.Result, paths []analysis.Path) PathsDocument {
	return PathsDocument{x, CriticalPaths(r, paths)}
}

// WhyDocument is "adagio/explain/1" with what was asked about other plans.
type WhyDocument struct {
	*Explanation
	WhatIf *WhatIfAnswer `json:"what_if"`
	Drag   []DragAnswer  `json:"drag"`
	// DragsUntried counts the delays whose drag was not computed, as the plan is too large.
	DragsUntried int              `json:"drags_untried,omitempty"`
	Responses    []ResponseAnswer `json:"responses"`
	Advice       *AdviceAnswer    `json:"advice"`
}

// ErrorDocument is what a command writes instead of its document when it fails.
type ErrorDocument struct {
	Schema      string       `json:"schema"` // "adagio/error/1"
	Outcome     string       `json:"outcome" enum:"usage|invalid|refused"`
	Message     string       `json:"message"` // the first diagnostic in one line
	Limit       *Limit       `json:"limit,omitempty"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// Limit is one that gave out before a plan was bounded.
type Limit struct {
	Of          string `json:"of" enum:"orders|work"` // of races, or of the search
	Value       int    `json:"value"`                 // orders, or steps of the search
	OrdersFound int    `json:"orders_found"`          // so far
	OrdersOpen  int    `json:"orders_open"`           // still to be tried
	RacesFound  int    `json:"races_found"`
}

// ImportDocument is what "adagio import --format json" writes.
type ImportDocument struct {
	Schema      string       `json:"schema"` // "adagio/import/1"
	Model       string       `json:"model"`  // the text of the .ballet file
	Diagnostics []Diagnostic `json:"diagnostics"`
}
