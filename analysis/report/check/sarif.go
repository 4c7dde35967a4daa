package check

import (
	"cmp"
	"io"

	"adagio/analysis/report"
	"adagio/dsl/diag"
)

// The parts of a SARIF 2.1.0 log that are written: one run, a rule for each severity, a
// result for each diagnostic.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type sarif struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver struct {
			Name    string      `json:"name"`
			Version string      `json:"version,omitempty"`
			Rules   []sarifRule `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifRule struct {
	ID    string    `json:"id"`
	Short sarifText `json:"shortDescription"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule      string          `json:"ruleId"`
	Level     string          `json:"level"` // error, warning, note
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
	Related   []sarifLocation `json:"relatedLocations,omitempty"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitempty"`
	} `json:"physicalLocation"`
	Message *sarifText `json:"message,omitempty"`
}

type sarifRegion struct {
	Line      int `json:"startLine"`
	Column    int `json:"startColumn"`
	EndColumn int `json:"endColumn"`
}

// SARIF writes the diagnostics of an answer as a SARIF log, which code hosts show beside
// the lines of a change.
func SARIF(w io.Writer, a *Answer, version string) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver.Name, run.Tool.Driver.Version = "adagio", version
	run.Tool.Driver.Rules = []sarifRule{
		{diag.Error.String(), sarifText{"a mistake, a deadlock, or no bound can be proved"}},
		{diag.Warning.String(), sarifText{"a race, or something that is probably not meant"}},
		{diag.Note.String(), sarifText{"a hazard, or something that hangs on a defect of the runtime"}},
	}
	for _, d := range report.Diagnostics(a.Diagnostics) {
		text := d.Summary
		if d.Detail != "" {
			text += "\n" + d.Detail
		}
		result := sarifResult{Rule: d.Severity, Level: d.Severity, Message: sarifText{text}, Locations: locations(d.Position, d.Length, "")}
		for _, r := range d.Related {
			result.Related = append(result.Related, locations(r.Position, 0, r.Text)...)
		}
		run.Results = append(run.Results, result)
	}
	return report.JSON(w, sarif{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// locations is where something is, nowhere for what is in no file.
func locations(p report.Position, length int, text string) []sarifLocation {
	if p.File == "" {
		return nil
	}
	var at sarifLocation
	at.Physical.Artifact.URI = p.File
	if p.Line > 0 {
		column := max(p.Column, 1)
		at.Physical.Region = &sarifRegion{p.Line, column, column + cmp.Or(length, 1)}
	}
	if text != "" {
		at.Message = &sarifText{text}
	}
	return []sarifLocation{at}
}
