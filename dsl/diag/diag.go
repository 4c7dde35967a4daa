// Package diag is the one way in which the program tells a user that something
// is wrong: a syntax error, an unknown name, a race, a deadlock.
//
// A [Diagnostic] says what is wrong in one line (Summary), where (Subject), what
// to do about it (Detail), and which other places have a part in it (Related).
// [Render] prints a [List] with the source lines that it is about:
//
//	list := diag.List{{
//		Summary: "there is no place deployd in component Nova",
//		Detail:  `did you mean "deployed"?`,
//		Subject: model.Pos{File: "os.ballet", Line: 12, Column: 13},
//		Length:  7,
//	}}
//	diag.Render(os.Stderr, list, sources, diag.Options{})
//
// prints
//
//	os.ballet:12:13: error: there is no place deployd in component Nova
//	   12 |   use db at deployd
//	      |             ^~~~~~~
//	      did you mean "deployed"?
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/model"
)

// Severity says how bad it is.
type Severity uint8

// The severities, worst first.
const (
	Error   Severity = iota // there is no result
	Warning                 // there is a result, and probably not the one meant
	Note                    // worth knowing
)

// String is the word that is printed.
func (s Severity) String() string { return [...]string{"error", "warning", "note"}[s] }

// Diagnostic is one thing to tell the user.
type Diagnostic struct {
	Severity Severity
	Summary  string    // one line, no full stop
	Detail   string    // what to do about it; may be empty or have several lines
	Subject  model.Pos // where; the zero Pos is nowhere in a file
	Length   int       // of the subject, in characters; 0 underlines one
	Related  []Related
	Cause    error `json:"-"` // that Summary tells of; nil where there is none
}

// Related is another position that has a part in a diagnostic.
type Related struct {
	Pos  model.Pos
	Text string
}

// String is the diagnostic in one line, without its detail.
func (d Diagnostic) String() string {
	text := d.Severity.String() + ": " + d.Summary
	if d.Subject != (model.Pos{}) {
		text = d.Subject.String() + ": " + text
	}
	return text
}

// List is a number of diagnostics. It is an error, but one that may hold nothing
// but warnings: [List.Err] tells.
type List []Diagnostic

// Error is the first diagnostics in a line each.
func (l List) Error() string {
	const shown = 10
	var b strings.Builder
	for i, d := range l {
		if i == shown {
			fmt.Fprintf(&b, "\nand %d more", len(l)-shown)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(d.String())
	}
	return b.String()
}

// Unwrap is the causes of the diagnostics that have one, for [errors.Is] and [errors.As].
func (l List) Unwrap() []error {
	var out []error
	for _, d := range l {
		if d.Cause != nil {
			out = append(out, d.Cause)
		}
	}
	return out
}

// HasErrors says whether one of the diagnostics is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err is the list as an error if it has an error in it, else nil.
func (l List) Err() error {
	if l.HasErrors() {
		return l
	}
	return nil
}

// Sort orders the list by file, line and column, and leaves the order of what
// has the same position.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Subject.File, b.Subject.File),
			cmp.Compare(a.Subject.Line, b.Subject.Line),
			cmp.Compare(a.Subject.Column, b.Subject.Column),
		)
	})
}
