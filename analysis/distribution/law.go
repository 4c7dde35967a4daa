package distribution

import (
	"cmp"
	"math"
	"slices"
	"time"

	"adagio/dsl/model"
)

// side says which of the two bounds is computed. A law of the dominating side
// is that of a variable that is stochastically greater than the true one: its
// distribution function is never above the true one. One of the dominated side
// is the other way round. Whatever is rounded is rounded towards its side.
type side bool

const (
	dominating side = true
	dominated  side = false
)

// of is the end of a delay's support on that side.
func (s side) of(d model.Delay) duration {
	if s == dominating {
		return d.Hi
	}
	return d.Lo
}

// duration is time.Duration, for short.
type duration = time.Duration

// shape is the law of a random variable up to a shift: its distribution
// function, as a step function, is
//
//	0              before lo
//	before         from lo to start
//	cells[k]       from start + k·step, up to the next cell
//	cells[last]    on to hi
//	1              from hi on
//
// so that the mass that is not in the cells, which is tiny, lies at lo
// (dominated side) or at hi (dominating side). lo and hi are exact ends of the
// support: they are sums and maxima of ends of delays.
type shape struct {
	id            int
	lo, hi, start duration
	before        float64
	cells         []float64
	rounds        int // how often what led here was rounded to the grid, along the worst path
}

// law is a shape shifted by a duration.
type law struct {
	*shape
	shift duration
}

func (l law) by(d duration) law { return law{l.shape, l.shift + d} }

// at is P(variable ≤ t) of the step function.
func (l law) at(t duration, step duration) float64 {
	t -= l.shift
	switch {
	case t < l.lo:
		return 0
	case t >= l.hi:
		return 1
	case t < l.start:
		return l.before
	}
	return l.cells[min(int((t-l.start)/step), len(l.cells)-1)]
}

// mean is the expected value, rounded towards the side.
func (l law) mean(s side, step duration) duration {
	last := len(l.cells) - 1
	above := 0.0
	for _, v := range l.cells[:last] {
		above += 1 - v
	}
	area := above*float64(step) + (1-l.before)*float64(l.start-l.lo)
	area += (1 - l.cells[last]) * float64(l.hi-l.start-duration(last)*step)
	// Each term is off by a few units of at most the width of the support, and
	// so is each addition.
	width := float64(l.hi-l.lo) + float64(last+1)*float64(step)
	slack := 4 * unit * float64(last+8) * width
	if s == dominating {
		return l.shift + l.lo + min(duration(math.Ceil(area+slack)), l.hi-l.lo)
	}
	return l.shift + l.lo + max(duration(math.Floor(area-slack)), 0)
}

// trimmed is how much probability may be moved to an end of the support so that
// a shape has fewer cells, at each operation.
const trimmed = 1e-11

// trim makes the cells a distribution function on their side and drops those
// that hold next to nothing. slack is what was added to the cells, or taken
// away, for the error of their computation.
func (c *shape) trim(s side, step duration, slack float64) {
	v := c.cells
	top := c.before
	for k := range v {
		v[k] = min(max(v[k], top), 1)
		top = v[k]
	}
	// A running maximum of bounds from below is one of a function that grows,
	// and raising a bound from above leaves it one.
	limit := 1 - trimmed
	if s == dominating {
		limit = top - trimmed
	}
	bottom := c.before + trimmed
	if s == dominated {
		bottom += slack
	}
	first, last := 0, len(v)-1
	for last > 0 && v[last-1] >= limit {
		last--
	}
	for first < last && v[first] <= bottom {
		first++
	}
	if s == dominated {
		if first > 0 {
			c.before = v[first-1]
		}
		v[last] = 1
	}
	c.cells = slices.Clip(v[first : last+1])
	c.start += duration(first) * step
}

// masses returns the probability of each cell, and of all of them.
func (c *shape) masses() (masses []float64, total float64) {
	masses = make([]float64, len(c.cells))
	last := c.before
	for k, v := range c.cells {
		masses[k] = v - last
		last = v
	}
	return masses, last - c.before
}

// sum returns the law of the sum of two independent variables.
func (e *evaluator) sum(a, b law) law {
	shift := a.shift + b.shift
	if a.id > b.id {
		a, b = b, a
	}
	switch {
	case a.shape == e.zero:
		return law{b.shape, shift}
	case b.shape == e.zero:
		return law{a.shape, shift}
	}
	key := [2]int{a.id, b.id}
	if c, ok := e.sums[key]; ok {
		return law{c, shift}
	}
	if !e.spend(len(a.cells) + len(b.cells)) {
		return law{e.zero, 0}
	}
	pa, massA := a.masses()
	pb, massB := b.masses()
	cells, slack := e.convolver.sums(pa, pb)
	// The masses are differences of the cells: each is off by a unit, and their
	// sum telescopes.
	slack += 4 * unit * float64(len(pa)+len(pb))
	c := &shape{lo: a.lo + b.lo, hi: a.hi + b.hi, start: a.start + b.start, cells: cells, rounds: a.rounds + b.rounds}
	add := -slack
	if e.side == dominated {
		c.before = min(max(1-massA*massB, 0)+4*unit, 1)
		add = c.before + slack
	}
	for k := range cells {
		cells[k] += add
	}
	e.keep(c, slack)
	e.sums[key] = c
	return law{c, shift}
}

// operation is a way to bound the distribution function of a maximum or of a
// minimum of several variables, at one argument, from theirs.
type operation uint8

const (
	product    operation = iota // a maximum of independent variables; of associated ones, from below
	least                       // a maximum, from above, whatever the dependence
	greatest                    // a minimum, from below, whatever the dependence
	complement                  // a minimum of independent variables; of associated ones, from above
)

func (o operation) isMaximum() bool { return o <= least }

func (o operation) of(v []float64) float64 {
	switch o {
	case product:
		p := 1.0
		for _, x := range v {
			p *= x
		}
		return p
	case least:
		return slices.Min(v)
	case greatest:
		return slices.Max(v)
	}
	p := 1.0
	for _, x := range v {
		p *= 1 - x
	}
	return 1 - p
}

// combine returns the law of the maximum or minimum that o stands for.
func (e *evaluator) combine(o operation, laws []law) law {
	if len(laws) == 1 {
		return laws[0]
	}
	slices.SortFunc(laws, func(a, b law) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.shift, b.shift)) })
	if o == least || o == greatest {
		laws = slices.Compact(laws)
		if len(laws) == 1 {
			return laws[0]
		}
	}
	origin := laws[0].shift
	key := []byte{byte(o)}
	for i := range laws {
		laws[i].shift -= origin
		key = appendInts(key, int64(laws[i].id), int64(laws[i].shift))
	}
	c, ok := e.combined[string(key)]
	if !ok {
		c = e.combineShapes(o, laws)
		e.combined[string(key)] = c
	}
	return law{c, origin}
}

// combineShapes does the work of combine. All cells are brought to the grid of
// the first law: the others are rounded to it, towards the side.
func (e *evaluator) combineShapes(o operation, laws []law) *shape {
	pick := func(get func(l law) duration, greatest bool) duration {
		v := get(laws[0])
		for _, l := range laws[1:] {
			if greatest {
				v = max(v, get(l))
			} else {
				v = min(v, get(l))
			}
		}
		return v
	}
	grid := laws[0].start
	starts, rounds := make([]int, len(laws)), 0
	first, end := 0, 0
	for i, l := range laws {
		at := l.shift + l.start - grid
		starts[i] = int(floor(at, e.step))
		r := l.rounds
		if duration(starts[i])*e.step != at {
			r++
			if e.side == dominating {
				starts[i]++
			}
		}
		rounds = max(rounds, r)
		if i == 0 || (starts[i] > first) == o.isMaximum() {
			first = starts[i]
		}
		end = max(end, starts[i]+len(l.cells))
	}
	if !e.spend(end - first) {
		return e.zero
	}
	c := &shape{
		lo:     pick(func(l law) duration { return l.shift + l.lo }, o.isMaximum()),
		hi:     pick(func(l law) duration { return l.shift + l.hi }, o.isMaximum()),
		start:  grid + duration(first)*e.step,
		cells:  make([]float64, end-first),
		rounds: rounds,
	}
	values := make([]float64, len(laws))
	slack := 2 * unit * float64(len(laws)+2)
	add := slack
	if e.side == dominating {
		add = -slack
	}
	value := func(k int) float64 {
		for i, l := range laws {
			switch j := k - starts[i]; {
			case j < 0:
				values[i] = l.before
			case j < len(l.cells):
				values[i] = l.cells[j]
			default:
				values[i] = l.cells[len(l.cells)-1]
			}
		}
		return min(max(o.of(values)+add, 0), 1)
	}
	if e.side == dominated {
		c.before = value(first - 1)
	}
	for k := range c.cells {
		c.cells[k] = value(first + k)
	}
	e.keep(c, slack)
	return c
}

// floor is a divided by b > 0, rounded down.
func floor(a, b duration) duration {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendInts appends numbers to a key.
func appendInts(key []byte, values ...int64) []byte {
	for _, v := range values {
		for range 8 {
			key = append(key, byte(v))
			v >>= 8
		}
	}
	return key
}
