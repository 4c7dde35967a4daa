package check

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"adagio/analysis/report"
	"adagio/dsl/diag"
)

// The parts of a JUnit report that are written: a suite, and a test for each plan.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	File    string      `xml:"file,attr,omitempty"`
	Failure *junitCause `xml:"failure"`
	Error   *junitCause `xml:"error"`
	Out     string      `xml:"system-out,omitempty"`
}

type junitCause struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes an answer as a JUnit report: a test for each plan, which fails where the
// answer about it is no, and one for the model, which is in error where there is none.
func JUnit(w io.Writer, a *Answer, d report.Durations) error {
	suite := junitSuite{Name: "adagio check"}
	var mistakes []string
	for _, k := range a.Diagnostics {
		if k.Severity == diag.Error {
			mistakes = append(mistakes, k.String())
		}
	}
	for _, p := range a.Plans {
		k := junitCase{Class: p.Plan.Assembly, Name: p.Plan.Name, File: p.Plan.File, Out: p.line(d)}
		switch {
		case p.Outcome == "refused":
			k.Error = &junitCause{"no bound can be proved", strings.Join(mistakes, "\n")}
		case p.Outcome != "bounded":
			k.Failure = &junitCause{p.Outcome, strings.Join(mistakes, "\n")}
		case len(p.Failed) > 0:
			k.Failure = &junitCause{strings.Join(p.Failed, ", "), p.line(d)}
		}
		suite.add(k)
	}
	if len(a.Plans) == 0 && len(mistakes) > 0 {
		suite.add(junitCase{Class: "model", Name: "is valid", Error: &junitCause{diag.Count(len(mistakes), "mistake"), strings.Join(mistakes, "\n")}})
	}
	if _, err := fmt.Fprint(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Suites: []junitSuite{suite}}); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

func (s *junitSuite) add(k junitCase) {
	s.Tests++
	if k.Failure != nil {
		s.Failures++
	}
	if k.Error != nil {
		s.Errors++
	}
	s.Cases = append(s.Cases, k)
}
