// Package formula makes the document of "adagio formula --format json"; as text a formula
// renders itself (package adagio/analysis/formula).
package formula

import (
	"adagio/analysis"
	"adagio/analysis/formula"
	"adagio/analysis/report"
)

// Document is "adagio/formula/1".
type Document struct {
	Schema      string          `json:"schema"`
	Variables   []Variable      `json:"variables"`
	Definitions []Definition    `json:"definitions"`
	Ends        []End           `json:"ends"`
	Pruned      int             `json:"pruned"`
	At          []string        `json:"at"`
	Makespan    report.Interval `json:"makespan"`
}

// Variable is a named delay.
type Variable struct {
	Name  string          `json:"name"`
	Delay report.Interval `json:"delay"`
}

// Definition is a named part: op over terms.
type Definition struct {
	Op    string `json:"op" enum:"max|min"`
	Terms []Term `json:"terms"`
}

// Term is a sum of a definition, variables and a free delay.
type Term struct {
	Definition *int            `json:"definition"`
	Variables  []int           `json:"variables"`
	Free       report.Interval `json:"free"`
}

// End is the duration of a program: the term less the start.
type End struct {
	Node  string `json:"node"`
	Start *int   `json:"start"`
	Term  Term   `json:"term"`
}

// New makes the document of a formula with its value at the given durations.
func New(f *formula.Formula, at []string, makespan analysis.Bound) Document {
	doc := Document{Schema: "adagio/formula/1", Variables: []Variable{}, Definitions: []Definition{}, Ends: []End{},
		Pruned: f.Pruned, At: append([]string{}, at...), Makespan: report.NewInterval(makespan)}
	for _, v := range f.Variables {
		doc.Variables = append(doc.Variables, Variable{v.Name, report.NewInterval(analysis.Bound{Lower: v.Delay.Lo, Upper: v.Delay.Hi})})
	}
	for _, d := range f.Definitions {
		k := Definition{Op: d.Op.String(), Terms: []Term{}}
		for _, t := range d.Terms {
			k.Terms = append(k.Terms, term(t))
		}
		doc.Definitions = append(doc.Definitions, k)
	}
	for _, e := range f.Ends {
		doc.Ends = append(doc.Ends, End{f.Scenario.Nodes[e.Node].Name, maybe(e.Start), term(e.Term)})
	}
	return doc
}

func term(t formula.Term) Term {
	return Term{maybe(t.Ref), append([]int{}, t.Variables...), report.NewInterval(t.Free)}
}

// maybe is an index, or nil for none.
func maybe(i int) *int {
	if i < 0 {
		return nil
	}
	return &i
}
