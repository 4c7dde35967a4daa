package lanes

import (
	"math"
	"math/bits"
	"time"

	"adagio/dsl/model"
)

// Tolerance bounds the distance of Kolmogorov and Smirnov between the law of a delay and
// that of what its table draws.
const Tolerance = 1.0 / (1 << 18)

// Table inverts the distribution function F of a delay. The numbers from 0 to 1 are cut
// into cells, and the inverse is a straight line in each. Its ends are exact; where the
// density is monotone in a cell, F is convex or concave there, and lies between its chord
// and its two tangents. So F and the chord differ by at most |f(b) − f(a)|·(b − a)/4 with
// the densities f at the ends a and b; and everywhere by at most what the cell has of
// probability, as both grow. A cell in which neither is below [Tolerance] is cut into more,
// unless all its values are rounded to one.
type Table struct {
	cells []cell
	shift uint // values have that many binary digits behind the nanosecond
	// Error is the bound that was reached: the greatest difference in a cell, and the
	// greatest by which the inverse that the ends are taken from was found to be wrong.
	Error float64
}

// cell is a straight line from base to base+rise, or, with a negative rise, a cut into
// finer cells that begin at base in the list.
type cell struct{ base, rise int64 }

// Binary digits of a random number that choose a cell, of all and within a cut.
const (
	coarse = 11
	fine   = 4
)

// newTable makes the table of a distribution with the support of a delay, for values
// relative to its least.
func newTable(d model.Delay, law model.Truncated) *Table {
	t := &Table{shift: uint(61 - bits.Len64(uint64(d.Hi-d.Lo)))}
	b := &builder{Table: t, law: law, lo: float64(d.Lo), mode: law.Mode()}
	t.cells = make([]cell, 1<<coarse)
	b.cut(0, coarse, 0, 1)
	t.Error += b.ends
	return t
}

// builder fills a table.
type builder struct {
	*Table
	law      model.Truncated
	lo, mode float64
	ends     float64 // the greatest error at the end of a cell
}

// cut fills 2^digits cells of the list from first on, for the numbers from u on, which
// have a probability of p in all.
func (b *builder) cut(first, digits int, u, p float64) {
	h := math.Ldexp(p, -digits)
	x0 := b.law.Quantile(u)
	for i := range 1 << digits {
		u0, u1 := u+float64(i)*h, u+float64(i+1)*h
		x1 := b.law.Quantile(u1)
		varies, bound := math.Round(x0) < math.Round(x1), b.bound(x0, x1, h)
		if varies && bound > Tolerance {
			next := len(b.cells)
			b.cells[first+i] = cell{int64(next), -1}
			b.cells = append(b.cells, make([]cell, 1<<fine)...)
			b.cut(next, fine, u0, h)
		} else {
			b.cells[first+i] = cell{b.scaled(x0 - b.lo), b.scaled(x1-b.lo) - b.scaled(x0-b.lo)}
		}
		if varies && bound <= Tolerance {
			b.Error = max(b.Error, bound)
			b.ends = max(b.ends, math.Abs(b.law.CDF(x0)-u0), math.Abs(b.law.CDF(x1)-u1))
		}
		x0 = x1
	}
}

// bound bounds what the line between two exact quantiles is wrong by, which have a
// probability of h between them.
func (b *builder) bound(x0, x1, h float64) float64 {
	if b.mode > x0 && b.mode < x1 {
		return h
	}
	if tangents := math.Abs(b.law.Density(x1)-b.law.Density(x0)) * (x1 - x0) / 4; tangents < h {
		return tangents // and not where a density has no bound
	}
	return h
}

// scaled is a value in the unit of the table, with half a nanosecond more so that cutting
// the digits off rounds to the nearest.
func (b *builder) scaled(x float64) int64 {
	return int64(math.Ldexp(x, int(b.shift))) + 1<<(b.shift-1)
}

// At is the value for a random number.
func (t *Table) At(r uint64) time.Duration {
	c := t.cells[r>>(64-coarse)]
	for r <<= coarse; c.rise < 0; r <<= fine {
		c = t.cells[uint64(c.base)+r>>(64-fine)]
	}
	up, _ := bits.Mul64(r, uint64(c.rise))
	return time.Duration((c.base + int64(up)) >> t.shift)
}
