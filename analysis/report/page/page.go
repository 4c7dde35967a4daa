// Package page writes the report of a plan as one HTML file that needs nothing
// else, not even the network: the verdict, a Gantt chart to move about in with the
// critical path drawn through it, the source of the plan beside it, and tables.
//
//	page.Write(file, page.Input{Result: result, Schedule: schedule, Sources: sources})
//
// What does not move is written by the template page.html: verdict, tables,
// source, and the plot of the distribution. The chart and the long table of slack
// are drawn by chart.js and page.js from a JSON document inside the page, as much
// of them as is in sight, so that thousands of rows stay usable. The
// content security policy of the page lets nothing run but these scripts, and
// nothing be loaded.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"sync"

	"adagio/analysis"
	"adagio/analysis/distribution"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report/gantt"
	"adagio/analysis/report/palette"
	"adagio/analysis/schedule"
	"adagio/analysis/verify"
	"adagio/analysis/whatif"
	"adagio/dsl/diag"
)

var (
	//go:embed head.html
	headHTML string
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed chart.js
	chartJS string
	//go:embed page.js
	pageJS string
)

// head is what the head of a page says.
type head struct {
	Title string
	Style template.CSS
	Hash  string // of the script, or empty if there is none
}

// Input is what a page shows. Everything from Distribution on may be missing.
type Input struct {
	Result   *analysis.Result
	Schedule *schedule.Schedule
	Sources  diag.Sources // the text of every file that positions name

	Distribution *distribution.Result
	Simulation   *montecarlo.Result
	// Drags is what each delay costs, in order of falling drag, without those not tried.
	Drags        []whatif.Drag
	DragsUntried int
	// Outages is for how long provide ports are inactive, of some only if it is limited.
	Outages        []verify.Outage
	OutagesLimited bool
	// Made tells by which program and command the page was made.
	Made string
}

// parsed is made when the first page is.
var parsed = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageHTML + headHTML)) })

// Write writes the page. The same input gives the same bytes.
func Write(w io.Writer, in Input) error {
	script := "\"use strict\";\n" + chartJS + pageJS
	hash := sha256.Sum256([]byte(script))
	v := newView(in)
	v.Style = template.CSS(style())
	v.Script = template.JS(script)
	v.Hash = base64.StdEncoding.EncodeToString(hash[:])
	return parsed().Execute(w, v)
}

// style is the whole style sheet. What the reader chose counts more than what the
// browser prefers.
func style() string {
	light, dark := palette.CSS(palette.Light), palette.CSS(palette.Dark)
	return ":root{color-scheme:light;" + light + "}\n" +
		"@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;" + dark + "}}\n" +
		":root[data-theme=dark]{color-scheme:dark;" + dark + "}\n" + gantt.Style + pageCSS
}
