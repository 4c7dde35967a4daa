package main

import "adagio/analysis/report"

// json writes a document to stdout.
func (a *app) json(document any) error { return report.JSON(a.out, document) }
