package validate

import (
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// Plot draws the predicted makespans against the measured ones as an SVG, with
// the bounds as bars and the diagonal on which both are the same.
func (r *Report) Plot(w io.Writer) error {
	p := plot.New()
	p.Title.Text = "Makespans, durations: " + r.Durations.String()
	p.X.Label.Text, p.Y.Label.Text = "measured, s", "predicted (bar: bounds), s"
	p.Legend.Top, p.Legend.Left = true, true
	diagonal := plotter.NewFunction(func(x float64) float64 { return x })
	diagonal.Color = color.Gray{160}
	p.Add(plotter.NewGrid(), diagonal)
	colors := palette.Rainbow(max(2, len(r.Groups)), 0, 0.85, 0.9, 0.75, 1).Colors()
	for i, g := range r.Groups {
		points := r.points(g.Key)
		if len(points.XYs) == 0 {
			continue
		}
		bars, err := plotter.NewYErrorBars(points)
		if err != nil {
			return err
		}
		marks, err := plotter.NewScatter(points.XYs)
		if err != nil {
			return err
		}
		bars.Color, marks.Color = colors[i], colors[i]
		marks.Shape, marks.Radius = plotutil.Shape(i), vg.Points(2.5)
		p.Add(bars, marks)
		p.Legend.Add(g.String(), marks)
	}
	canvas, err := p.WriterTo(18*vg.Centimeter, 16*vg.Centimeter, "svg")
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(w)
	return err
}

// errorPoints are points with a bar each.
type errorPoints struct {
	plotter.XYs
	plotter.YErrors
}

func (r *Report) points(k Key) errorPoints {
	var out errorPoints
	for i := range r.Runs {
		m := r.Runs[i].Makespan
		if r.Runs[i].Key != k || m == nil {
			continue
		}
		y := m.Predicted.Seconds()
		out.XYs = append(out.XYs, plotter.XY{X: m.Measured.Seconds(), Y: y})
		out.YErrors = append(out.YErrors, struct{ Low, High float64 }{y - m.Bound.Lower.Seconds(), m.Bound.Upper.Seconds() - y})
	}
	return out
}
