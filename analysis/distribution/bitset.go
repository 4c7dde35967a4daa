package distribution

// bitset is a set of small numbers; nil is empty.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(i int32) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int32) bool { return b != nil && b[i/64]>>(i%64)&1 == 1 }

func (b bitset) join(c bitset) {
	for i, w := range c {
		b[i] |= w
	}
}

// without returns the elements of b that are not in c.
func (b bitset) without(c bitset) bitset {
	d := make(bitset, len(b))
	for i, w := range b {
		d[i] = w
		if c != nil {
			d[i] &^= c[i]
		}
	}
	return d
}

// meets says whether b and c have an element in common.
func (b bitset) meets(c bitset) bool {
	for i, w := range b {
		if w&c[i] != 0 {
			return true
		}
	}
	return false
}
