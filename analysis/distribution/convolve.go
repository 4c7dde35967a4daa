package distribution

import (
	"math"
	"math/bits"
)

// convolver multiplies probability vectors as polynomials. It keeps the
// transforms that it has made.
type convolver struct {
	transforms map[int]*transform
	buffer     []complex128
}

// short is the length of the shorter vector up to which the products are summed
// one by one.
const short = 48

// sums returns the running sums of the convolution of a and b, vectors of
// non-negative numbers that sum to at most 1 each, and a bound of the absolute
// error of every one of them.
func (c *convolver) sums(a, b []float64) (sums []float64, slack float64) {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := len(a) + len(b) - 1
	sums = make([]float64, n)
	if len(a) <= short {
		for i, p := range a {
			for j, q := range b {
				sums[i+j] += p * q
			}
		}
		// Each product and each of its at most len(a) additions is off by a
		// relative unit; the products sum to at most 1.
		slack = float64(len(a)+1) * unit
	} else {
		slack = c.fourier(sums, a, b)
	}
	sum := 0.0
	for k, p := range sums {
		sum += p
		sums[k] = sum
	}
	// Recursive summation of n numbers whose magnitudes sum to at most 2
	// (Higham, section 4.2), with as much again for the second order.
	return sums, slack + 4*float64(n)*unit
}

// fourier puts the convolution of a and b into out, and returns a bound of the
// error of its running sums.
//
// With z = a + ib the convolution is the imaginary part of z*z, halved: one
// transform forth, a square, one back. If a transform has the relative error ε,
// the result is off by at most 4 ε |z|₁ |z|₂ in the Euclidean norm: ε for the
// way back, 2ε for the square of a vector of which no element exceeds |z|₁, and
// the rest for the rounding of the square and the second order. Half of it is
// in a*b, and a sum of n elements of it is at most √n times that.
func (c *convolver) fourier(out, a, b []float64) float64 {
	size := 1 << bits.Len(uint(len(out)-1))
	t := c.transforms[size]
	if t == nil {
		t = newTransform(size)
		c.transforms[size] = t
	}
	if cap(c.buffer) < size {
		c.buffer = make([]complex128, size)
	}
	z := c.buffer[:size]
	clear(z)
	square, sum := 0.0, 0.0
	for i, v := range a {
		z[i] = complex(v, 0)
		square, sum = square+v*v, sum+v
	}
	for i, v := range b {
		z[i] += complex(0, v)
		square, sum = square+v*v, sum+v
	}
	t.forward(z)
	for i, v := range z {
		z[i] = complex(real(v)*real(v)-imag(v)*imag(v), 2*real(v)*imag(v))
	}
	t.inverse(z)
	scale := 1 / float64(2*size)
	for k := range out {
		out[k] = imag(z[k]) * scale
	}
	const generous = 1.01 // for the rounding of the norms themselves
	return generous * math.Sqrt(float64(len(out))) * 2 * t.error() * sum * math.Sqrt(square)
}
