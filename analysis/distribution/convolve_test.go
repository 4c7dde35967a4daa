package distribution

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// Forth and back is the identity, within the bound.
func TestTransform(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{2, 8, 1024, 1 << 15} {
		f := newTransform(n)
		z, w := make([]complex128, n), make([]complex128, n)
		norm := 0.0
		for i := range z {
			z[i] = complex(rnd.Float64(), rnd.Float64())
			norm += real(z[i])*real(z[i]) + imag(z[i])*imag(z[i])
		}
		copy(w, z)
		f.forward(w)
		f.inverse(w)
		off := 0.0
		for i := range w {
			d := w[i]/complex(float64(n), 0) - z[i]
			off += real(d)*real(d) + imag(d)*imag(d)
		}
		if relative := math.Sqrt(off / norm); relative > 3*f.error() {
			t.Errorf("length %d: relative error %g, bound %g", n, relative, 3*f.error())
		}
	}
}

// The running sums of a convolution are as close to the exact ones as is
// claimed, for vectors that are broad, and for some that are all but one spike.
func TestConvolutionSlack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct{ n, m int }{{1, 1}, {3, 500}, {short, 100}, {short + 1, 100}, {300, 300}, {70, 900}} {
		for _, power := range []float64{0, 1, 40} {
			a, b := randomMasses(rnd, c.n, power), randomMasses(rnd, c.m, power)
			conv := convolver{transforms: map[int]*transform{}}
			sums, slack := conv.sums(a, b)
			if slack > 1e-11 {
				t.Errorf("%d × %d: slack %g", c.n, c.m, slack)
			}
			exact := make([]*big.Float, len(sums))
			for k := range exact {
				exact[k] = new(big.Float).SetPrec(200)
			}
			for i, p := range a {
				for j, q := range b {
					x := new(big.Float).SetPrec(200).SetFloat64(p)
					exact[i+j].Add(exact[i+j], x.Mul(x, new(big.Float).SetFloat64(q)))
				}
			}
			sum := new(big.Float).SetPrec(200)
			for k, s := range sums {
				sum.Add(sum, exact[k])
				d, _ := new(big.Float).Sub(sum, new(big.Float).SetFloat64(s)).Float64()
				if math.Abs(d) > slack {
					t.Fatalf("%d × %d, power %v: sum %d is off by %g, slack %g", c.n, c.m, power, k, d, slack)
				}
			}
		}
	}
}

// randomMasses is a probability vector: a high power makes it spiky.
func randomMasses(rnd *rand.Rand, n int, power float64) []float64 {
	v := make([]float64, n)
	sum := 0.0
	for i := range v {
		v[i] = math.Pow(rnd.Float64(), power)
		sum += v[i]
	}
	for i := range v {
		v[i] /= sum * (1 + 1e-12)
	}
	return v
}

func BenchmarkConvolution(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 6))
	x, y := randomMasses(rnd, 1<<16, 1), randomMasses(rnd, 1<<15, 1)
	conv := convolver{transforms: map[int]*transform{}}
	for b.Loop() {
		conv.sums(x, y)
	}
}
