package main

import "adagio/analysis/report"

// errorDocument is what a command writes instead of its document when it fails.
type errorDocument struct {
	Schema      string              `json:"schema"`  // "adagio/error/1"
	Outcome     string              `json:"outcome"` // "usage", "invalid" or "refused"
	Message     string              `json:"message"` // the first diagnostic in one line
	Diagnostics []report.Diagnostic `json:"diagnostics"`
}

// json writes a document to stdout.
func (a *app) json(document any) error { return report.JSON(a.out, document) }
