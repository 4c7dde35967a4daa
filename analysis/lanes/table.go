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
// density f is monotone in a cell from a to b, F is convex or concave there, and lies between
// its chord and its two tangents. So F and the chord differ by at most |f(b) − f(a)|·(b − a)/4,
// and their inverses, by the same argument, by at most |1/f(b) − 1/f(a)|·h/4, h being the
// probability of the cell; and everywhere by at most h and b − a, as both grow. A cell is cut
// into more if the first is above [Tolerance], or if it may displace the mean or the variance
// by more than a share of them (moments), unless all its values are rounded to one: else
// a tail as long as the support lets it be would be drawn too often by far.
type Table struct {
	cells []cell
	shift uint // values have that many binary digits behind the nanosecond
	// Error is the bound that was reached: the greatest difference in a cell, and the
	// greatest by which the inverse that the ends are taken from was found to be wrong.
	Error float64
	// MeanError bounds by how many nanoseconds the mean of what is drawn is wrong, rounding
	// apart.
	MeanError float64
}

// moments is what one cell may displace the mean by, as a share of the middle width of the
// distribution, and the mean square, as a share of its square.
const moments = 1.0 / (1 << 27)

// cell is a straight line from base to base+rise, or, with a negative rise, a cut into
// finer cells that begin at base in the list.
type cell struct{ base, rise int64 }

// Binary digits of a random number that choose a cell, of all and within a cut.
const (
	coarse = 11
	fine   = 4
	// deepest is how many choose one at most: numbers next to 1 have no more.
	deepest = coarse + 10*fine
)

// newTable makes the table of a distribution with the support of a delay, for values
// relative to its least.
func newTable(d model.Delay, law model.Truncated) *Table {
	t := &Table{shift: uint(61 - bits.Len64(uint64(d.Hi-d.Lo)))}
	b := &builder{Table: t, law: law, lo: float64(d.Lo), mode: law.Mode()}
	b.width = max(law.Quantile(0.95)-law.Quantile(0.05), 1)
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
	width    float64 // from the quantile of 5 % to that of 95 %
	ends     float64 // the greatest error at the end of a cell
}

// cut fills 2^digits cells of the list from first on, for the numbers from u on, which
// have a probability of p in all.
func (b *builder) cut(first, digits int, u, p float64) {
	h := math.Ldexp(p, -digits)
	x0 := b.law.Quantile(u)
	for i := range 1 << digits {
		u0, u1 := u+float64(i)*h, u+float64(i+1)*h
		x1 := max(b.law.Quantile(u1), x0)
		varies := math.Round(x0) < math.Round(x1)
		bound, value := b.bounds(x0, x1, h)
		tooFar := bound > Tolerance || h*value > moments*b.width || h*value*value > moments*b.width*b.width
		if varies && tooFar && h > math.Ldexp(1, -deepest) {
			next := len(b.cells)
			b.cells[first+i] = cell{int64(next), -1}
			b.cells = append(b.cells, make([]cell, 1<<fine)...)
			b.cut(next, fine, u0, h)
			x0 = x1
			continue
		}
		b.cells[first+i] = cell{base: b.scaled(x0 - b.lo)}
		if !tooFar { // else the cell goes to the end of the support: 2⁻⁵¹ of all numbers
			b.cells[first+i].rise = b.scaled(x1-b.lo) - b.scaled(x0-b.lo)
		}
		b.MeanError += h * value
		if varies {
			b.Error = max(b.Error, bound)
			b.ends = max(b.ends, math.Abs(b.law.CDF(x0)-u0), math.Abs(b.law.CDF(x1)-u1))
		}
		x0 = x1
	}
}

// bounds bounds what the line between two exact quantiles, which have a probability of h
// between them, is wrong by: as a probability, and as a value.
func (b *builder) bounds(x0, x1, h float64) (probability, value float64) {
	probability, value = h, x1-x0
	if b.mode > x0 && b.mode < x1 {
		return probability, value
	}
	f0, f1 := b.law.Density(x0), b.law.Density(x1)
	if tangents := math.Abs(f1-f0) * (x1 - x0) / 4; tangents < h {
		probability = tangents // and not where a density has no bound
	}
	if tangents := math.Abs(1/f1-1/f0) * h / 4; tangents < value {
		value = tangents
	}
	return probability, value
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
