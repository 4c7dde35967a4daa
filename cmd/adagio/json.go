package main

import "adagio/analysis/report"

// errorDocument is what a command writes instead of its document when it fails.
type errorDocument struct {
	Schema      string              `json:"schema"`  // "adagio/error/1"
	Outcome     string              `json:"outcome"` // "usage", "invalid" or "refused"
	Message     string              `json:"message"` // the first diagnostic in one line
	Limit       *limit              `json:"limit,omitempty"`
	Diagnostics []report.Diagnostic `json:"diagnostics"`
}

// limit is one that gave out before a plan was bounded.
type limit struct {
	Of          string `json:"of"`           // "orders" of races, or "work" of the search
	Value       int    `json:"value"`        // orders, or steps of the search
	OrdersFound int    `json:"orders_found"` // so far
	OrdersOpen  int    `json:"orders_open"`  // still to be tried
	RacesFound  int    `json:"races_found"`
}

// json writes a document to stdout.
func (a *app) json(document any) error { return report.JSON(a.out, document) }
