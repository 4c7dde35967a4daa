// Package gantt draws an execution as a Gantt chart in SVG: a row for the program
// of each node and for each component, behaviours above what happens in them,
// waiting hatched, and the critical path drawn through the rows. The picture
// needs nothing else, follows the reader's choice of light or dark, and names
// every bar when it is pointed at.
//
//	gantt.Write(os.Stdout, schedule)
package gantt

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/palette"
	"adagio/analysis/schedule"
	"adagio/dsl/diag"

	"github.com/mattn/go-runewidth"
)

// Style is how the parts of the picture look, with the colours of package palette.
//
//go:embed style.css
var Style string

// style is the style of a picture that stands alone.
var style = "svg{font:11px system-ui,sans-serif;" + palette.CSS(palette.Light) + "}\n" +
	"@media (prefers-color-scheme:dark){svg{" + palette.CSS(palette.Dark) + "}}\n" + Style

// Sizes in pixels.
const (
	chart     = 1000 // width of the time axis
	strip     = 14   // height of a behaviour
	lane      = 16   // height of a lane
	gap       = 6    // between two rows
	head      = 64   // above the first row
	foot      = 14
	glyph     = 6.3 // width of a character, about
	leastText = 3   // characters of a label that is worth drawing
)

// Write draws a schedule.
func Write(w io.Writer, s *schedule.Schedule) error {
	d := newDrawing(s, s.End)
	d.printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %[1]d %[2]d\" width=\"%[1]d\" height=\"%[2]d\" role=\"img\" aria-labelledby=\"title\">\n", d.width, d.height)
	d.printf("<title id=\"title\">%s</title>\n<style>\n%s</style>\n%s\n<rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n<text class=\"title\" x=\"8\" y=\"18\">%s</text>\n",
		escape(d.title()), style, Defs, escape(d.title()))
	d.legend()
	d.draw()
	d.printf("</svg>\n")
	_, err := io.WriteString(w, d.b.String())
	return err
}

// Part draws a schedule for a page that has [Style] and [Defs], on an axis that ends at the
// given date; name says what it is of.
func Part(w io.Writer, s *schedule.Schedule, end time.Duration, name string) error {
	d := newDrawing(s, end)
	const above = head - 24 // is empty
	d.printf("<svg class=\"gantt\" viewBox=\"0 %d %d %d\" role=\"img\" aria-label=\"%s\">\n", above, d.width, d.height-above, escape(name))
	d.draw()
	d.printf("</svg>\n")
	_, err := io.WriteString(w, d.b.String())
	return err
}

// Defs are the patterns that the style sheet names.
const Defs = `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="paper" width="6" height="6"/><line class="line" y1="0" y2="6"/></pattern>` +
	`<marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto-start-reverse"><path class="head" d="M0 0L6 3L0 6z"/></marker></defs>`

// newDrawing places the rows of a schedule on an axis that ends at a date.
func newDrawing(s *schedule.Schedule, end time.Duration) *drawing {
	d := &drawing{s: s, end: end, scale: chart / max(end.Seconds(), 1e-9)}
	d.measure()
	d.width = int(math.Round(d.left)) + chart + 20
	return d
}

// draw draws the axis and all that is in the rows.
func (d *drawing) draw() {
	s := d.s
	d.axis()
	for i := range s.Rows {
		d.row(i)
	}
	for _, a := range s.Arrows {
		d.arrow(a)
	}
	d.path()
}

type drawing struct {
	s     *schedule.Schedule
	end   time.Duration // of the time axis
	b     strings.Builder
	scale float64 // pixels per second
	left  float64 // of the time axis
	top   []int   // of each row

	width, height int
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// measure places the rows.
func (d *drawing) measure() {
	widest := 0
	d.height = head
	for _, row := range d.s.Rows {
		widest = max(widest, runewidth.StringWidth(row.Name))
		d.top = append(d.top, d.height)
		d.height += rowHeight(row) + gap
	}
	d.height += foot
	d.left = float64(min(widest, 40)+4) * glyph
}

// rowHeight is the height of a row without the gap below it. Programs have no
// behaviours.
func rowHeight(row schedule.Row) int {
	if row.Component < 0 {
		return row.Lanes * lane
	}
	return strip + row.Lanes*lane
}

// laneTop is where a lane begins, counted from the top of its row.
func laneTop(row schedule.Row, n int) int {
	if row.Component < 0 {
		return n * lane
	}
	return strip + n*lane
}

func (d *drawing) x(t time.Duration) float64 { return d.left + t.Seconds()*d.scale }

// title says what is drawn.
func (d *drawing) title() string {
	s := d.s.Scenario
	if d.s.Execution == nil {
		return fmt.Sprintf("plan %s of %s: the execution in which %s", s.Name, s.Assembly, d.s.What)
	}
	title := fmt.Sprintf("plan %s of %s: the execution at the %s bound", s.Name, s.Assembly, d.s.Execution.At)
	if d.s.Execution.At == analysis.AtTypical {
		title = fmt.Sprintf("plan %s of %s: the execution with typical delays", s.Name, s.Assembly)
	}
	if p := d.s.Execution.Path; p.Node >= 0 {
		title += ", " + report.Durations{}.Nearest(p.Length)
	}
	return title
}

// legend draws what the colours mean.
func (d *drawing) legend() {
	x := 8.0
	for _, k := range schedule.Kinds {
		if k == schedule.Asleep && !d.s.Scenario.Sleeps() {
			continue
		}
		d.printf("<rect class=\"%s\" x=\"%.1f\" y=\"28\" width=\"14\" height=\"12\"/><text x=\"%.1f\" y=\"38\">%s</text>\n", k, x, x+18, k)
		x += 30 + float64(len(k.String()))*glyph
	}
	d.printf("<path class=\"critical\" d=\"M%.1f 34h14\"/><text x=\"%.1f\" y=\"38\">critical path</text>\n", x, x+18)
}

// axis draws lines at round dates.
func (d *drawing) axis() {
	step := Tick(d.end)
	for i := range d.end/step + 1 {
		t := i * step
		d.printf("<path class=\"grid\" d=\"M%.1f %dV%d\"/><text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>\n", d.x(t), head-6, d.height-foot, d.x(t), head-10, report.Durations{}.Nearest(t))
	}
}

// Tick is a round distance of which about ten fit into a duration: 1, 2 or 5
// times a power of ten, or in minutes and hours what is round there.
func Tick(d time.Duration) time.Duration {
	for _, unit := range []time.Duration{time.Second, time.Minute, time.Hour} {
		for _, k := range []time.Duration{1, 2, 5, 10, 15, 30} {
			if step := k * unit; d/step <= 12 && d >= time.Second {
				return step
			}
		}
	}
	for step := time.Duration(1); step > 0; step *= 10 {
		for _, k := range []time.Duration{1, 2, 5} {
			if d/(k*step) <= 12 {
				return k * step
			}
		}
	}
	return d
}

// row draws the label of a row and its bars.
func (d *drawing) row(i int) {
	row, top := d.s.Rows[i], d.top[i]
	class, x := "component", 2*glyph
	if row.Component < 0 {
		class, x = "program", 1*glyph
	}
	d.printf("<g class=\"row\"><rect class=\"band %s\" x=\"0\" y=\"%d\" width=\"100%%\" height=\"%d\"/><text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n",
		class, top, rowHeight(row), class, x, top+12, escape(runewidth.Truncate(row.Name, 40, "…")))
	for _, b := range row.Bars {
		d.bar(row, top, b)
	}
	d.printf("</g>\n")
}

func (d *drawing) bar(row schedule.Row, top int, b schedule.Bar) {
	y, height := top+laneTop(row, b.Lane), lane-2
	if b.Kind == schedule.Behaviour {
		y, height = top, strip-1
	}
	x, width := d.x(b.Start), max((b.End-b.Start).Seconds()*d.scale, 0.5)
	class := b.Kind.String()
	if b.Critical {
		class += " on-path"
	}
	d.printf("<g><title>%s</title><rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"/>", escape(describe(b)), class, x, y, width, height)
	if label := fit(label(b), width-6); label != "" && (b.Kind == schedule.Behaviour || b.Kind == schedule.Transition) {
		d.printf("<text class=\"in %s\" x=\"%.2f\" y=\"%d\">%s</text>", b.Kind, x+3, y+11, escape(label))
	}
	d.printf("</g>\n")
}

// label is the text inside a bar: without the component, which the row names.
func label(b schedule.Bar) string {
	if b.Kind == schedule.Transition {
		return b.Text[strings.LastIndexByte(b.Text, '.')+1:]
	}
	return b.Text
}

// escape is a text as the picture may contain it, whatever is in a name.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(diag.Visible(text))) // a Builder never fails
	return b.String()
}

// fit cuts a text to a width in pixels, or to nothing.
func fit(text string, width float64) string {
	cells := int(width / glyph)
	if cells < leastText {
		return ""
	}
	return runewidth.Truncate(text, cells, "…")
}

// describe says what a bar is.
func describe(b schedule.Bar) string {
	text := fmt.Sprintf("%s: %s, %s .. %s, takes %s", b.Kind, b.Text, report.Durations{}.Nearest(b.Start), report.Durations{}.Nearest(b.End), report.Durations{}.Nearest(b.End-b.Start))
	if b.Open {
		text = fmt.Sprintf("%s: %s, from %s, never ends", b.Kind, b.Text, report.Durations{}.Nearest(b.Start))
	}
	if b.Critical {
		text += ", on the critical path"
	} else if b.Slack != nil {
		text += ", slack " + b.Slack.String()
	}
	for _, p := range b.Positions {
		text += ", " + p.String()
	}
	return text
}

// middle is the height at which arrows and the path pass through a row.
func (d *drawing) middle(i int) int { return d.top[i] + laneTop(d.s.Rows[i], 0) + lane/2 - 1 }

func (d *drawing) arrow(a schedule.Arrow) {
	class := "arrow"
	if a.Critical {
		class += " on-path"
	}
	text := fmt.Sprintf("%s: %s .. %s", a.Text, report.Durations{}.Nearest(a.Sent), report.Durations{}.Nearest(a.Received))
	d.printf("<path class=\"%s\" d=\"M%.2f %dL%.2f %d\" marker-end=\"url(#tip)\"><title>%s</title></path>\n",
		class, d.x(a.Sent), d.middle(a.From), d.x(a.Received), d.middle(a.To), escape(text))
}

// path draws the critical path: under the bars in time, and from row to row.
func (d *drawing) path() {
	if len(d.s.Path) == 0 {
		return
	}
	d.printf("<path class=\"critical\" d=\"")
	at := -1
	for _, p := range d.s.Path {
		y := d.top[p.Row] + laneTop(d.s.Rows[p.Row], p.Lane) + lane - 2
		if at < 0 {
			d.printf("M%.2f %d", d.x(p.Start), y)
		} else if y != at {
			d.printf("V%d", y)
		}
		if p.End > p.Start {
			d.printf("H%.2f", d.x(p.End))
		}
		at = y
	}
	d.printf("\"><title>the critical path</title></path>\n")
}
