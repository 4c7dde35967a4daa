package cover

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"adagio/dsl/model"
)

// Derivation is how the dates of a system were bounded: every application of a rule that
// changed something, in order, each of which cites what has been said before. Where a
// clause is split it goes on with two derivations. `proofs/check` has the meaning of each
// line.
type Derivation struct {
	s     *System
	lines []byte
	// Split is the option that the first part is about; the second has the others.
	split string
	parts [2]*Derivation
	// uncited says that a bound comes from a rule that a derivation cannot cite (R7).
	uncited bool

	arcs     map[Event][]Event // what precedes an event by R5
	position []int32           // in the order of the cover
	facts    map[[2]Event]time.Duration
	pending  []byte // of slices, until it is known whether they change anything
	explains bool   // what a difference cites is to be said
	proofs   map[clauseID][]option
}

// Derive bounds the dates of a system as [Of] and [Cover.Refine] do, and says how. It
// fails as Of does, and where a bound needs a rule that derivations cannot cite.
func Derive(s *System, limits Limits, goals []Event) (*Derivation, *Refined, error) {
	if err := s.Validate(); err != nil {
		return nil, nil, err
	}
	for e, clauses := range s.guards {
		for q := range clauses {
			if s.handsOver(Event(e), q) {
				return nil, nil, fmt.Errorf("event %d takes time while any of several signals is on, which certificates do not have", e)
			}
		}
	}
	d := newDerivation(s)
	c, err := coverOf(s, limits.orDefaults(), allOptions(s), d, nil)
	if err != nil {
		return nil, nil, err
	}
	r := c.Refine(goals)
	if d.any(func(d *Derivation) bool { return d.uncited }) {
		return nil, nil, fmt.Errorf("a date stands on a circle of waits that was cut (rule R7), which certificates do not have")
	}
	return d, r, nil
}

func newDerivation(s *System) *Derivation {
	return &Derivation{s: s, facts: map[[2]Event]time.Duration{}, proofs: map[clauseID][]option{}}
}

func (d *Derivation) any(is func(d *Derivation) bool) bool {
	return is(d) || d.parts[0] != nil && (d.parts[0].any(is) || d.parts[1].any(is))
}

// Write writes the lines. A part ends with "x", which says that it has no complete
// execution, or with "g", which says that the goals hold.
func (d *Derivation) Write(w io.Writer) error {
	if _, err := w.Write(d.lines); err != nil {
		return err
	}
	if d.parts[0] == nil {
		if n := len(d.lines); n > 1 && lastLine(d.lines) == 'x' {
			return nil
		}
		_, err := io.WriteString(w, "g\n")
		return err
	}
	if _, err := io.WriteString(w, d.split); err != nil {
		return err
	}
	for _, part := range d.parts {
		if err := part.Write(w); err != nil {
			return err
		}
	}
	return nil
}

// lastLine is the letter that the last line begins with.
func lastLine(lines []byte) byte {
	i := len(lines) - 1
	for i > 0 && lines[i-1] != '\n' {
		i--
	}
	return lines[i]
}

// line appends a line of numbers to some lines. model.Never is written as a dash.
func line(to []byte, letter byte, numbers ...int64) []byte {
	to = append(to, letter)
	for _, n := range numbers {
		to = append(to, ' ')
		if n == int64(model.Never) {
			to = append(to, '-')
		} else {
			to = strconv.AppendInt(to, n, 10)
		}
	}
	return append(to, '\n')
}

func (d *Derivation) say(letter byte, numbers ...int64) {
	if d != nil {
		d.lines = line(d.lines, letter, numbers...)
	}
}

// arranged notes the order of a cover.
func (d *Derivation) arranged(o *order) {
	if d == nil {
		return
	}
	d.follow(o.arcs)
	d.position = make([]int32, d.s.Len())
	for i, e := range o.sorted {
		d.position[e] = int32(i)
	}
}

// into calls yield for each direct predecessor of an event, with the least time between.
func (d *Derivation) into(e Event, yield func(p Event, least time.Duration)) {
	for _, p := range d.s.causes[e] {
		yield(p, d.s.lo[e])
	}
	for _, a := range d.arcs[e] {
		yield(a, 0)
	}
}

// precedes says that a precedes b, and by how much along the longest path, unless it is
// known that it is by that least time.
func (d *Derivation) precedes(o *order, a, b Event, least time.Duration) {
	if d == nil || a == b {
		return
	}
	if known, ok := d.facts[[2]Event{a, b}]; ok && known >= least {
		return
	}
	sorted := o.sorted[d.position[a] : d.position[b]+1]
	longest, via := make([]time.Duration, len(sorted)), make([]Event, len(sorted))
	for i := range longest {
		longest[i] = unknown
	}
	longest[0] = 0
	first := d.position[a]
	for i := 1; i < len(sorted); i++ {
		d.into(sorted[i], func(p Event, least time.Duration) {
			if k := d.position[p] - first; k >= 0 && longest[k] != unknown && longest[k]+least > longest[i] {
				longest[i], via[i] = longest[k]+least, p
			}
		})
	}
	total := longest[len(sorted)-1]
	if known, ok := d.facts[[2]Event{a, b}]; total == unknown || ok && known >= total {
		return
	}
	d.facts[[2]Event{a, b}] = total
	path := []int64{int64(b)}
	for e := b; e != a; {
		e = via[d.position[e]-first]
		path = append(path, int64(e))
	}
	slices.Reverse(path)
	d.say('p', path...)
}

// follow notes the arcs of R5.
func (d *Derivation) follow(arcs [][2]Event) {
	d.arcs = map[Event][]Event{}
	for _, a := range arcs {
		d.arcs[a[1]] = append(d.arcs[a[1]], a[0])
	}
}

// circle says that the causes and arcs form a circle: what is not sorted has a predecessor that
// is not, either, and following these comes back.
func (d *Derivation) circle(arcs [][2]Event) {
	if d == nil {
		return
	}
	d.follow(arcs)
	isSorted := make([]bool, d.s.Len())
	sorted, _ := d.s.topological(arcs)
	for _, e := range sorted {
		isSorted[e] = true
	}
	e, met, path := Event(slices.Index(isSorted, false)), map[Event]int{}, []int64{}
	for _, again := met[e]; !again; _, again = met[e] {
		met[e], path = len(path), append(path, int64(e))
		before := e
		d.into(before, func(p Event, _ time.Duration) {
			if !isSorted[p] {
				e = p
			}
		})
	}
	path = append(path[met[e]:], int64(e))
	slices.Reverse(path)
	d.say('p', path...)
	d.say('x', int64(e))
}

// vector says what an urgency cites.
func vectorNumbers(numbers []int64, vector []option) []int64 {
	for _, o := range vector {
		numbers = append(numbers, int64(o.signal), int64(o.phase))
	}
	return numbers
}

// dates says that the dates of an event have changed: by R1, by R2 without options, or as
// guarded has left it in pending.
func (d *Derivation) dates(c *Cover, e Event, lo, hi time.Duration) {
	if lo > c.earliest[e] {
		d.say('l', int64(e), int64(lo))
	}
	if hi < c.latest[e] {
		if len(c.options[e]) > 0 {
			d.flush()
		} else {
			d.say('h', int64(e), int64(hi), int64(None))
		}
	}
	d.pending = nil
}

// guarded prepares what is to be said of the latest date of a guarded event.
func (d *Derivation) guarded(c *Cover, e Event, r *slice, hi, urgent time.Duration, vector []option) {
	if min(hi, urgent) >= c.latest[e] {
		return
	}
	if urgent < hi {
		d.pending = nil
		d.explain(c, e, vector)
		d.pending = line(d.pending, 'u', vectorNumbers([]int64{int64(e), int64(urgent)}, vector)...)
		return
	}
	before := None // what switches its options on
	if r != nil {
		before = e
	}
	d.pending = line(d.pending, 'h', int64(e), int64(hi), int64(before))
}

// explain says what it rests on that the options of a vector are on together in time.
func (d *Derivation) explain(c *Cover, e Event, vector []option) {
	d.explains = true
	defer func() { d.explains = false }()
	for i, o := range vector {
		c.inTime(e, o)
		if len(vector) <= maxPairs {
			c.together(e, vector[:i+1])
		}
	}
}

// flush says what is pending.
func (d *Derivation) flush() {
	d.lines, d.pending = append(d.lines, d.pending...), nil
}

// conditional says a date under a hypothesis, -1 that there is none, with what switches
// options on under a deeper one, or the same.
func (d *Derivation) conditional(r *slice, u Event, date time.Duration, deeper *slice) {
	h, inner := [depthOfSlices]Event{None, None}, [depthOfSlices]Event{None, None}
	copy(h[:], r.hypothesis)
	copy(inner[:], deeper.hypothesis)
	d.pending = line(d.pending, 'c', int64(h[0]), int64(h[1]), int64(u), int64(date), int64(inner[1]))
}

// along says what an arc of R5 changes.
func (d *Derivation) along(c *Cover, a [2]Event) {
	lower, upper := c.earliest[a[0]] > c.earliest[a[1]], c.latest[a[1]] < c.latest[a[0]]
	if lower || upper {
		d.precedes(c.order, a[0], a[1], 0)
	}
	if lower {
		d.say('f', int64(a[0]), int64(a[1]), int64(c.earliest[a[0]]))
	}
	if upper {
		d.say('b', int64(a[0]), int64(a[1]), int64(c.latest[a[1]]))
	}
}

// empty says that one of two events has no date.
func (d *Derivation) empty(c *Cover, a [2]Event) {
	for _, e := range a {
		if c.earliest[e] > c.latest[e] {
			d.say('x', int64(e))
			return
		}
	}
}

// dropped says that an option is dropped, and why.
func (d *Derivation) dropped(c *Cover, e Event, q int, o option, single bool) {
	p := c.phase(o)
	numbers := []int64{int64(e), int64(q), int64(o.signal), int64(o.phase)}
	if id := (clauseID{e, o.signal}); single {
		if last, ok := c.latestOption[id]; ok && o.phase > last {
			d.explain(c, e, d.proofs[id])
			d.say('w', vectorNumbers(numbers, d.proofs[id])...)
			return
		}
	}
	if p.On != None && p.On != e && c.order.before(e, p.On) {
		d.precedes(c.order, e, p.On, 0)
	}
	if p.Off != None && p.Off != e && c.order.before(p.Off, e) {
		d.precedes(c.order, p.Off, e, 0)
	}
	d.say('d', numbers...)
}

// part begins the derivation of one part of a split.
func (d *Derivation) part(i int, e Event, q int, best option) *Derivation {
	if d == nil {
		return nil
	}
	d.split = string(line(nil, 's', int64(e), int64(q), int64(best.signal), int64(best.phase)))
	d.parts[i] = newDerivation(d.s)
	return d.parts[i]
}
