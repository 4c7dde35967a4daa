// Package sweep renders the answers for the points of a grid, those of "adagio bound --sweep"
// and "adagio simulate --sweep".
package sweep

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"adagio/analysis/report"
)

// Document is "adagio/sweep/1".
type Document struct {
	Schema     string   `json:"schema"`
	Command    string   `json:"command"`
	Parameters []string `json:"parameters"`
	Points     []*Point `json:"points"`
}

// Point is the answer for one point: a document of the command, or why there is none.
type Point struct {
	Point   int             `json:"point"`
	Values  []string        `json:"values"` // of the parameters, as they were written
	Outcome string          `json:"outcome" enum:"answered|usage|invalid|refused"`
	Reason  string          `json:"reason,omitempty"`
	Exit    int             `json:"exit"` // code of the command for this point alone
	Answer  json.RawMessage `json:"answer"`
}

// Cells takes what a table has of a point from its answer.
type Cells func(answer json.RawMessage) ([]string, error)

// Text writes the points as a table of the given width; 0 is without limit. Columns that are
// empty everywhere are left out.
func Text(w io.Writer, d *Document, columns []string, cells Cells, width int) error {
	titles, rows, err := d.table(columns, cells)
	if err != nil {
		return err
	}
	for i := range titles {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[i] != "" }) {
			titles[i] = ""
		}
	}
	return report.Table(w, titles, rows, width)
}

// CSV writes a row for each point, with the titles above.
func CSV(w io.Writer, d *Document, columns []string, cells Cells) error {
	titles, rows, err := d.table(columns, cells)
	if err != nil {
		return err
	}
	return csv.NewWriter(w).WriteAll(append([][]string{titles}, rows...))
}

// table lists the points under titles: the parameters, columns whose cells are taken from the
// answers, and the outcome.
func (d *Document) table(columns []string, cells Cells) (titles []string, rows [][]string, err error) {
	titles = slices.Concat(d.Parameters, columns, []string{"outcome"})
	for _, p := range d.Points {
		values := make([]string, len(columns))
		if p.Answer != nil {
			if values, err = cells(p.Answer); err != nil {
				return nil, nil, err
			}
		}
		outcome := strings.TrimSuffix(p.Outcome+": "+p.Reason, ": ")
		if p.Outcome == "answered" {
			outcome = [...]string{"", "no"}[min(p.Exit, 1)]
		}
		rows = append(rows, slices.Concat(p.Values, values, []string{outcome}))
	}
	return titles, rows, nil
}
