package calibrate

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, not %v", what, got, want)
	}
}

// TestStatistics compares with published tables.
func TestStatistics(t *testing.T) {
	// Wilks: 93 observations are the fewest whose range holds 95 % with 95 %.
	if coverage(93, 0.95) < 0.95 || coverage(92, 0.95) >= 0.95 {
		t.Error("coverage", coverage(92, 0.95), coverage(93, 0.95))
	}
	// Two-sided tolerance factors of the normal distribution, 95 % with 95 %; Howe's
	// approximation is good to half a percent.
	for n, k := range map[int]float64{5: 5.079, 10: 3.379, 20: 2.752, 50: 2.379, 100: 2.233} {
		near(t, "tolerance factor", toleranceFactor(n, 0.95, 0.95)/k, 1, 0.01)
	}
	near(t, "Kruskal-Wallis", kruskalWallis([][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}), 0.02732, 1e-5) // H = 7.2
	near(t, "Kruskal-Wallis of equals", kruskalWallis([][]float64{{1, 1}, {1, 1}}), 1, 0)
	rho, p := spearman([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []float64{2, 1, 4, 3, 6, 5, 8, 7, 10, 9})
	near(t, "rho", rho, 1-6*10.0/990, 1e-12)
	near(t, "p", p, 0.0000548, 1e-6)
	if r, ties := ranks([]float64{3, 1, 3, 2}); r[0] != 3.5 || r[1] != 1 || r[2] != 3.5 || r[3] != 2 || ties != 6 {
		t.Error(r, ties)
	}
	near(t, "half width", halfWidth([]float64{1, 2, 3, 4, 5}, 0.95), 2.776445*math.Sqrt(2.5)/math.Sqrt(5), 1e-5)
}

// TestGamma: the fit finds the parameters of a large sample.
func TestGamma(t *testing.T) {
	g := distuv.Gamma{Alpha: 7, Beta: 2, Src: rand.NewPCG(1, 2)}
	xs := make([]float64, 20000)
	for i := range xs {
		xs[i] = g.Rand()
	}
	alpha, beta := gamma(xs)
	near(t, "alpha", alpha, 7, 0.2)
	near(t, "beta", beta, 2, 0.06)
}

// TestEnvelope: all firings lie between the two lines.
func TestEnvelope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 30).Draw(t, "n")
		var nominal, measured []time.Duration
		for range n {
			x := time.Duration(rapid.IntRange(1, 100_000).Draw(t, "nominal ms")) * time.Millisecond
			nominal = append(nominal, x)
			measured = append(measured, x+time.Duration(rapid.IntRange(0, 300_000).Draw(t, "beyond us"))*time.Microsecond)
		}
		overhead, drift := beyond(nominal, measured, 0.95)
		if !overhead.Determined() {
			return
		}
		if overhead.Lo < 0 || drift.Lo < 0 || overhead.Hi < overhead.Lo || drift.Hi < drift.Lo {
			t.Fatal(overhead, drift)
		}
		for i, x := range nominal {
			const rounding = 150 * time.Nanosecond // of a drift in nanoseconds over 100 s
			lo := x + overhead.Lo + time.Duration(x.Seconds()*float64(drift.Lo))
			hi := x + overhead.Hi + time.Duration(x.Seconds()*float64(drift.Hi))
			if measured[i] < lo-rounding || measured[i] > hi+rounding {
				t.Fatalf("%v lasted %v, not within %v .. %v", x, measured[i], lo, hi)
			}
		}
	})
}

func TestTurns(t *testing.T) {
	for _, c := range []struct{ delay, lo, hi, want time.Duration }{
		{310, 300, 320, 1}, {615, 300, 320, 2}, {1235, 300, 320, 4}, {5, 300, 320, 0}, {6200, 300, 320, 20}, {6350, 300, 320, 0}, {100, 0, 320, 0},
	} {
		k, ok := turns(c.delay*time.Millisecond, c.lo*time.Millisecond, c.hi*time.Millisecond)
		if ok != (c.want > 0) || ok && k != c.want {
			t.Errorf("%v: %d %v, want %d", c, k, ok, c.want)
		}
	}
}
