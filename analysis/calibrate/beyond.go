package calibrate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"
)

// point is a firing: its nominal duration and what it lasted beyond that, in
// seconds.
type point struct{ x, y float64 }

// beyond is what transitions last beyond their nominal durations. Two lines hold
// all firings between them: the lowest one above and the highest one below them,
// in the mean over the firings, that do not fall. Their values at 0 are the ends
// of the overhead, their slopes those of the drift: the lower line is no steeper
// than the upper one, and does not begin above it. The means are those of the
// line of least squares.
func beyond(nominal, measured []time.Duration, confidence float64) (overhead, drift Estimate) {
	overhead = Estimate{Setting: "overhead", Method: "measured minus nominal durations, at a nominal duration of 0"}
	drift = Estimate{Setting: "drift", Method: "the growth of measured minus nominal durations with the nominal duration"}
	n := len(nominal)
	if n < 3 || slices.Min(nominal) == slices.Max(nominal) {
		overhead.Method = "not determined: it takes nominal durations in the model, and different ones"
		drift.Method = overhead.Method
		return overhead, drift
	}
	points := make([]point, n)
	xs, ys := secondsOf(nominal), make([]float64, n)
	for i := range points {
		ys[i] = (measured[i] - nominal[i]).Seconds()
		points[i] = point{xs[i], ys[i]}
	}
	mean, sd := stat.MeanStdDev(xs, nil)
	upper, steep := above(points, mean)
	lower, gentle := below(points, mean, steep)
	lower = min(lower, upper)

	a, b := stat.LinearRegression(xs, ys, nil, false)
	residual := 0.0
	for i := range xs {
		residual += (ys[i] - a - b*xs[i]) * (ys[i] - a - b*xs[i])
	}
	s := math.Sqrt(residual / float64(n-2))
	slope := s / (sd * math.Sqrt(float64(n-1)))
	overhead.N, overhead.Lo, overhead.Hi = n, durationOf(lower), durationOf(upper)
	overhead.Mean, overhead.HalfWidth = durationOf(a), durationOf(halfWidthOf(math.Hypot(s/math.Sqrt(float64(n)), mean*slope), n-2, confidence))
	drift.N, drift.Lo, drift.Hi = n, durationOf(gentle), durationOf(steep)
	drift.Mean, drift.HalfWidth = durationOf(b), durationOf(halfWidthOf(slope, n-2, confidence))
	return overhead, drift
}

// above is the lowest line at mean that lies above all points and does not fall:
// the edge there of their upper hull, or a level one. It returns its value at 0
// and its slope; the value is at least 0.
func above(points []point, mean float64) (value, slope float64) {
	l, r := edge(points, mean)
	slope = max((r.y-l.y)/(r.x-l.x), 0)
	value = math.Inf(-1)
	for _, p := range points {
		value = max(value, p.y-slope*p.x)
	}
	if value < 0 { // all would be faster than nominal for a while
		value, slope = 0, 0
		for _, p := range points {
			if p.x > 0 {
				slope = max(slope, p.y/p.x)
			}
		}
	}
	return value, slope
}

// below is the highest line at mean that lies below all points, does not fall and
// is no steeper than most. Its value at 0 is negative only if a transition was
// faster than nominal.
func below(points []point, mean, most float64) (value, slope float64) {
	down := slices.Clone(points)
	for i := range down {
		down[i].y = -down[i].y
	}
	l, r := edge(down, mean)
	slope = min(max(-(r.y-l.y)/(r.x-l.x), 0), most)
	lowest := func() float64 {
		v := math.Inf(1)
		for _, p := range points {
			v = min(v, p.y-slope*p.x)
		}
		return v
	}
	if value = lowest(); value >= 0 {
		return value, slope
	}
	for _, p := range points { // a line through 0 instead
		if p.x > 0 {
			slope = min(slope, max(0, p.y/p.x))
		}
	}
	if value = lowest(); value < 0 && value > -1e-9 {
		value = 0 // by rounding
	}
	return value, slope
}

// edge returns the ends of the edge of the upper convex hull over x. There must be
// points of two different x.
func edge(points []point, x float64) (l, r point) {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b point) int { return cmp.Or(cmp.Compare(a.x, b.x), -cmp.Compare(a.y, b.y)) })
	var hull []point
	for _, p := range sorted {
		if len(hull) > 0 && hull[len(hull)-1].x == p.x {
			continue
		}
		for len(hull) > 1 {
			a, b := hull[len(hull)-2], hull[len(hull)-1]
			if (b.x-a.x)*(p.y-a.y) < (b.y-a.y)*(p.x-a.x) {
				break
			}
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, p)
	}
	i := 1
	for i < len(hull)-1 && hull[i].x < x {
		i++
	}
	return hull[i-1], hull[i]
}
