package lanes

import (
	"fmt"
	"math"
	"testing"
	"time"

	"adagio/dsl/model"
)

const ms = time.Millisecond

// families are delays of every family that has a table: usual ones, and some whose support
// is narrow, cut off or far out, or whose density has no bound.
var families = []model.Delay{
	{Kind: model.Normal, Lo: 0, Hi: 40 * ms, A: 12 * ms, B: 4 * ms},
	{Kind: model.Normal, Lo: 12600 * ms, Hi: 12900 * ms, A: 12700 * ms, B: 40 * ms},
	{Kind: model.Normal, Lo: 0, Hi: 1000 * ms, A: 500 * ms, B: 5 * ms},
	{Kind: model.Normal, Lo: 30 * ms, Hi: 31 * ms, A: 10 * ms, B: 10 * ms},
	{Kind: model.Normal, Lo: 100, Hi: 120, A: 110, B: 5},
	{Kind: model.LogNormal, Lo: 0, Hi: 10_000 * ms, A: 100 * ms, B: 80 * ms},
	{Kind: model.LogNormal, Lo: 1 * ms, Hi: 3 * ms, A: 2 * ms, B: 200_000},
	{Kind: model.Exponential, Lo: 0, Hi: 5_000 * ms, A: 300 * ms},
	{Kind: model.Exponential, Lo: 10 * ms, Hi: 20 * ms, A: 500 * ms},
	{Kind: model.Triangular, Lo: 100 * ms, Hi: 300 * ms, A: 120 * ms},
	{Kind: model.Triangular, Lo: 100 * ms, Hi: 300 * ms, A: 100 * ms},
	{Kind: model.Triangular, Lo: 0, Hi: 10, A: 10},
	{Kind: model.Gamma, Lo: 0, Hi: 5_000 * ms, A: 300 * ms, B: 100 * ms},
	{Kind: model.Gamma, Lo: 0, Hi: 5_000 * ms, A: 100 * ms, B: 200 * ms},
	{Kind: model.Gamma, Lo: 50 * ms, Hi: 60 * ms, A: 55 * ms, B: 3 * ms},
}

// TestTableMoments compares mean and deviation of what tables draw with those of the family,
// where the support cuts nothing off: a long support must not lengthen the tail.
func TestTableMoments(t *testing.T) {
	for _, d := range []model.Delay{
		{Kind: model.Normal, Lo: 0, Hi: time.Hour, A: 100 * ms, B: 4 * ms},
		{Kind: model.LogNormal, Lo: 0, Hi: time.Hour, A: ms, B: ms},
		{Kind: model.LogNormal, Lo: 0, Hi: model.MaxDelay, A: 100 * ms, B: 80 * ms},
		{Kind: model.Exponential, Lo: 0, Hi: model.MaxDelay, A: 100 * ms, B: 100 * ms},
		{Kind: model.Gamma, Lo: 0, Hi: time.Hour, A: 300 * ms, B: 100 * ms},
		{Kind: model.Gamma, Lo: 0, Hi: time.Hour, A: 100 * ms, B: 200 * ms},
	} {
		law, _ := d.Truncated()
		table := newTable(d, law)
		var mean, square, total float64
		table.each(0, coarse, 1, func(c cell, p float64) {
			lo, hi := math.Ldexp(float64(c.base), -int(table.shift))-0.5, math.Ldexp(float64(c.base+c.rise), -int(table.shift))-0.5
			total += p
			mean += p * (lo + hi) / 2
			square += p * (lo*lo + lo*hi + hi*hi) / 3
		})
		sd := math.Sqrt(square - mean*mean)
		t.Logf("%v: %d cells, mean %v, sd %v, mean wrong by at most %v", d, len(table.cells), time.Duration(mean), time.Duration(sd), time.Duration(table.MeanError))
		if off := math.Abs(mean - float64(d.A)); math.Abs(total-1) > 1e-12 || off > table.MeanError+1e-7*float64(d.B) || off > 1e-4*float64(d.B) {
			t.Errorf("%v: mean %v, which is wrong by more than %v", d, mean, table.MeanError)
		}
		if math.Abs(sd-float64(d.B)) > 2e-3*float64(d.B) {
			t.Errorf("%v: deviation %v", d, time.Duration(sd))
		}
	}
}

// each calls visit for the cells of a table with their probabilities.
func (t *Table) each(first, digits int, p float64, visit func(c cell, p float64)) {
	for _, c := range t.cells[first : first+1<<digits] {
		if q := math.Ldexp(p, -digits); c.rise < 0 {
			t.each(int(c.base), fine, q, visit)
		} else {
			visit(c, q)
		}
	}
}

// TestTable compares the values of tables with the distribution function: the probability
// of being at most what a table draws for u is u, up to the error that the table states.
func TestTable(t *testing.T) {
	for _, d := range families {
		law, ok := d.Truncated()
		if !ok {
			t.Fatalf("%v has no table", d)
		}
		table := newTable(d, law)
		if table.Error > 1.01*Tolerance {
			t.Errorf("%v: error %v", d, table.Error)
		}
		worst, last := 0.0, time.Duration(0)
		check := func(u float64) {
			v := table.At(uint64(math.Ldexp(u, 64)))
			if v < 0 || v > d.Hi-d.Lo || v < last {
				t.Fatalf("%v: %v for %v after %v", d, d.Lo+v, u, d.Lo+last)
			}
			last = v
			// The value stands for all that is rounded to it.
			below, above := law.CDF(float64(d.Lo+v)-0.5), law.CDF(float64(d.Lo+v)+0.5)
			worst = max(worst, below-u, u-above)
		}
		const n = 200_000
		for i := range 40 { // the tail
			check(math.Ldexp(1, i-60) / n)
		}
		for i := 1; i < n; i++ {
			check(float64(i) / n)
		}
		for i := range 30 {
			check(1 - math.Ldexp(1, -i-20))
		}
		t.Logf("%v: %d cells, error at most %.2g, found %.2g", d, len(table.cells), table.Error, worst)
		if worst > table.Error+1e-12 {
			t.Errorf("%v: an error of %v, more than %v", d, worst, table.Error)
		}
	}
}

func BenchmarkTable(b *testing.B) {
	for _, d := range families {
		law, _ := d.Truncated()
		b.Run(fmt.Sprint(d), func(b *testing.B) {
			for b.Loop() {
				newTable(d, law)
			}
		})
	}
}
