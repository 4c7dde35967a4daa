package page

import (
	"fmt"
	"math"

	"adagio/dsl/diag"

	"github.com/mattn/go-runewidth"
)

// circle is a picture of who waits for whom in a deadlock.
type circle struct {
	Width, Height int
	Names         []circleName
	Arrows        []string // paths
}

type circleName struct {
	X, Y, Width, Middle int
	Text                string
}

// mostInCircle is how many waits a picture shows; more would not be readable.
const mostInCircle = 16

// newCircle draws the circle of a deadlock; nil if there is none, or it is too large.
func newCircle(in Input) *circle {
	d := in.Result.Deadlock
	if d == nil || len(d.Cycle) < 2 || len(d.Cycle) > mostInCircle {
		return nil
	}
	const height, letter = 26, 8
	n := len(d.Cycle)
	c := &circle{}
	widest := 0
	for _, i := range d.Cycle {
		name := diag.Visible(d.Waits[i].Who)
		if runewidth.StringWidth(name) > 28 {
			name = runewidth.Truncate(name, 28, "…")
		}
		w := runewidth.StringWidth(name)*letter + 20
		widest = max(widest, w)
		c.Names = append(c.Names, circleName{Width: w, Text: name})
	}
	radius := max(60, n*26)
	c.Width, c.Height = 2*radius+widest+20, 2*radius+2*height
	at := func(k int) (x, y float64) {
		angle := 2*math.Pi*float64(k)/float64(n) - math.Pi/2
		return float64(c.Width)/2 + float64(radius)*math.Cos(angle), float64(c.Height)/2 + float64(radius)*math.Sin(angle)
	}
	for k := range c.Names {
		x, y := at(k)
		name := &c.Names[k]
		name.X, name.Y, name.Middle = int(x)-name.Width/2, int(y)-height/2, int(x)
		// An arrow leaves a name and ends at the edge of the next.
		x1, y1 := at((k + 1) % n)
		next := float64(c.Names[(k+1)%n].Width)/2 + 4
		dx, dy := x1-x, y1-y
		share := math.Min(next/math.Max(math.Abs(dx), 1e-9), (height/2+4)/math.Max(math.Abs(dy), 1e-9))
		own := math.Min((float64(name.Width)/2+4)/math.Max(math.Abs(dx), 1e-9), (height/2+4)/math.Max(math.Abs(dy), 1e-9))
		bend := 0.0
		if n == 2 {
			bend = 26 // there and back apart
		}
		length := math.Hypot(dx, dy)
		mx, my := (x+x1)/2-dy/length*bend, (y+y1)/2+dx/length*bend
		c.Arrows = append(c.Arrows, fmt.Sprintf("M%.0f %.0fQ%.0f %.0f %.0f %.0f", x+dx*own, y+dy*own, mx, my, x1-dx*share, y1-dy*share))
	}
	return c
}
