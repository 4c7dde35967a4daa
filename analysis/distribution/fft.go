package distribution

import (
	"math"
	"math/bits"
)

// unit is the unit roundoff of float64.
const unit = 1.0 / (1 << 53)

// transform is the radix-2 fast Fourier transform of one length, a power of two.
// Forward leaves its result in bit-reversed order and inverse takes it from
// there, so that nothing is ever permuted.
type transform struct {
	n       int
	twiddle []complex128 // exp(-2πi k/n) for k < n/2
}

func newTransform(n int) *transform {
	t := &transform{n, make([]complex128, n/2)}
	for k := range t.twiddle {
		sin, cos := math.Sincos(-2 * math.Pi * (float64(k) / float64(n)))
		t.twiddle[k] = complex(cos, sin)
	}
	return t
}

// error bounds the relative error, in the Euclidean norm, that one transform
// makes: for each of its log2(n) stages the error of a butterfly and of a
// multiplication by a twiddle that is itself wrong by a few units (Higham,
// Accuracy and Stability of Numerical Algorithms, 2002, theorem 24.2, where the
// factor is about 7; here 20, for a sine that is good to two units in the last
// place only).
func (t *transform) error() float64 { return 20 * unit * float64(bits.Len(uint(t.n))) }

// forward transforms z in place, by decimation in frequency.
func (t *transform) forward(z []complex128) {
	for size, stride := t.n, 1; size > 1; size, stride = size/2, stride*2 {
		half := size / 2
		for at := 0; at < t.n; at += size {
			low, high := z[at:at+half], z[at+half:at+size]
			for k := range low {
				a, b := low[k], high[k]
				low[k] = a + b
				d, w := a-b, t.twiddle[k*stride]
				high[k] = complex(real(d)*real(w)-imag(d)*imag(w), real(d)*imag(w)+imag(d)*real(w))
			}
		}
	}
}

// inverse transforms z back in place, by decimation in time, without the factor
// 1/n.
func (t *transform) inverse(z []complex128) {
	for size, stride := 2, t.n/2; size <= t.n; size, stride = size*2, stride/2 {
		half := size / 2
		for at := 0; at < t.n; at += size {
			low, high := z[at:at+half], z[at+half:at+size]
			for k := range low {
				b, w := high[k], t.twiddle[k*stride]
				b = complex(real(b)*real(w)+imag(b)*imag(w), imag(b)*real(w)-real(b)*imag(w))
				a := low[k]
				low[k], high[k] = a+b, a-b
			}
		}
	}
}
