package page

import (
	"fmt"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/distribution"
	"adagio/analysis/report"
	"adagio/analysis/report/gantt"
	"adagio/dsl/diag"
)

// plot is the distribution of the makespan as a picture: in the background how
// often each duration was simulated, in front the two functions between which the
// distribution function certainly lies.
type plot struct {
	Width, Height       float64
	Left, Right         float64 // of the axes
	Top, Bottom         float64
	Bars                []plotBar
	Band                string // path of the area between the two functions, or ""
	Lower, Upper        string // paths of the functions, or ""
	Simulated           string // path of the simulated distribution function, or ""
	Ticks               []plotTick
	Levels              []plotTick
	BoundAt             [2]float64
	Quantiles           []quantileLine
	Mean                quantileLine
	Caption             string
	Notes               []string
	HasCertain, HasRuns bool
}

type plotBar struct {
	X, Y, Width, Height float64
	Text                string
}

type plotTick struct {
	At   float64
	Text string
}

// quantileLine is a quantile: where it certainly is, and where it was simulated.
type quantileLine struct{ Share, Certain, Simulated string }

// plotter places things in a plot.
type plotter struct {
	plot
	in       Input
	units    report.Units
	from, to time.Duration // of the axis of time
}

// newPlot draws the distribution; nil if nothing is known of it.
func newPlot(in Input, units report.Units) *plot {
	simulated := in.Simulation != nil && in.Simulation.Histogram != nil
	if in.Distribution == nil && !simulated {
		return nil
	}
	p := &plotter{in: in, units: units, plot: plot{Width: 640, Height: 230, Left: 44, Right: 624, Top: 12, Bottom: 196, HasCertain: in.Distribution != nil, HasRuns: simulated}}
	p.axes()
	if simulated {
		p.histogram()
	} else {
		p.Notes = append(p.Notes, "nothing was simulated: --replications asks for that")
	}
	if in.Distribution != nil {
		p.functions(in.Distribution)
	}
	p.quantiles()
	return &p.plot
}

func (p *plotter) x(t time.Duration) float64 {
	return p.Left + (p.Right-p.Left)*seconds(t-p.from)/max(seconds(p.to-p.from), 1e-12)
}

func (p *plotter) y(share float64) float64 { return p.Bottom - (p.Bottom-p.Top)*share }

// axes lays the axis of time over the bounds and a little more.
func (p *plotter) axes() {
	m := p.in.Result.Makespan
	margin := max(m.Width()/20, 1)
	p.from, p.to = max(m.Lower-margin, 0), m.Upper+margin
	p.BoundAt = [2]float64{p.x(m.Lower), p.x(m.Upper)}
	step := gantt.Tick((p.to - p.from) * 3 / 2)
	for t := (p.from + step - 1) / step * step; t <= p.to; t += step {
		p.Ticks = append(p.Ticks, plotTick{p.x(t), p.units.Number(t)})
	}
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		p.Levels = append(p.Levels, plotTick{p.y(share), fmt.Sprintf("%.0f %%", 100*share)})
	}
}

// histogram draws how often each duration was simulated, the highest bar as high
// as the plot, and the distribution function that these make.
func (p *plotter) histogram() {
	r := p.in.Simulation
	h := r.Histogram
	most, below := 1, h.Under
	line := []string{fmt.Sprintf("M%.1f %.1f", p.Left, p.y(0))}
	for _, n := range h.Counts {
		most = max(most, n)
	}
	for i, n := range h.Counts {
		from := h.From + time.Duration(i)*h.Width
		left, right := max(p.x(from), p.Left), min(p.x(from+h.Width), p.Right)
		below += n
		line = append(line, fmt.Sprintf("%.1f %.1f", max(right, p.Left), p.y(float64(below)/float64(r.Completed))))
		if n == 0 || right <= left {
			continue
		}
		height := (p.Bottom - p.Top) * float64(n) / float64(most)
		p.Bars = append(p.Bars, plotBar{left, p.Bottom - height, max(right-left-1, 0.5), height,
			fmt.Sprintf("%s .. %s %s: %d of %d", p.units.Number(from), p.units.Number(from+h.Width), p.units.Name(), n, r.Completed)})
	}
	p.Simulated = strings.Join(line, "L") + fmt.Sprintf("L%.1f %.1f", p.Right, p.y(1))
	p.Caption = fmt.Sprintf("%s, seed %d", diag.Count(r.Replications, "replication"), r.Seed)
	if r.Even > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%s no distribution, only an interval: the simulation draws evenly from it, the bounds take its ends", having(r.Even, "delay")))
	}
}

func having(n int, what string) string {
	if n == 1 {
		return "1 " + what + " has"
	}
	return diag.Count(n, what) + " have"
}

// functions draws the two distribution functions.
func (p *plotter) functions(d *distribution.Result) {
	left, right := p.curve(d.Lower), p.curve(d.Upper)
	p.Lower, p.Upper = "M"+strings.Join(left, "L"), "M"+strings.Join(right, "L")
	back := make([]string, len(right))
	for i, at := range right {
		back[len(right)-1-i] = at
	}
	p.Band = p.Lower + "L" + strings.Join(back, "L") + "Z"
	p.Notes = append(p.Notes, d.Notes...)
}

// curve is a distribution function as the corners of a line over the whole axis.
func (p *plotter) curve(c *distribution.CDF) []string {
	at := func(t time.Duration, share float64) string {
		return fmt.Sprintf("%.1f %.1f", min(max(p.x(t), p.Left), p.Right), p.y(share))
	}
	out := []string{at(p.from, 0)}
	before := 0.0
	for _, k := range c.Points(200) {
		out = append(out, at(k.Date, before), at(k.Date, k.Probability))
		before = k.Probability
	}
	return append(out, at(p.to, before), at(p.to, 1))
}

// quantiles lists what is certain and what was simulated.
func (p *plotter) quantiles() {
	if r := p.in.Simulation; r != nil {
		for _, q := range r.Quantiles {
			p.Quantiles = append(p.Quantiles, quantileLine{Share: fmt.Sprintf("%g %%", 100*q.P), Certain: p.certain(q.P), Simulated: p.units.Number(q.Value)})
		}
		p.Mean.Simulated = p.units.Number(r.Mean)
	} else {
		for _, share := range []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99} {
			p.Quantiles = append(p.Quantiles, quantileLine{Share: fmt.Sprintf("%g %%", 100*share), Certain: p.certain(share)})
		}
	}
	p.Mean.Share = "mean"
	if d := p.in.Distribution; d != nil {
		p.Mean.Certain = p.units.Bound(d.Mean)
	}
}

func (p *plotter) certain(share float64) string {
	if p.in.Distribution == nil {
		return ""
	}
	q := p.in.Distribution.Quantile(share)
	return p.units.Bound(analysis.Bound{Lower: q.Lower, Upper: q.Upper})
}
