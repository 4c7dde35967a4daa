package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestUptime has the windows of a node: it is awake from the start of one, and no more at
// its end.
func TestUptime(t *testing.T) {
	s := time.Second
	listed := &Uptime{Windows: []Window{{2 * s, 5 * s}, {8 * s, 9 * s}}}
	daily := &Uptime{Windows: []Window{{2 * s, 5 * s}}, Period: 10 * s}
	for name, u := range map[string]*Uptime{"listed": listed, "daily": daily} {
		if err := u.Validate(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, c := range []struct {
		u      *Uptime
		at     time.Duration
		awake  bool
		begun  int
		next   time.Duration
		length time.Duration
	}{
		{listed, 0, false, 0, 2 * s, 0},
		{listed, 2 * s, true, 1, 2 * s, 0},
		{listed, 5*s - 1, true, 1, 5*s - 1, 3*s - 1},
		{listed, 5 * s, false, 1, 8 * s, 3 * s},
		{listed, 8 * s, true, 2, 8 * s, 3 * s},
		{listed, 9 * s, false, 2, Never, 4 * s},
		{daily, 1 * s, false, 0, 2 * s, 0},
		{daily, 4 * s, true, 1, 4 * s, 2 * s},
		{daily, 5 * s, false, 1, 12 * s, 3 * s},
		{daily, 12 * s, true, 2, 12 * s, 3 * s},
		{daily, 26 * s, false, 3, 32 * s, 9 * s},
	} {
		if got := c.u.Awake(c.at); got != c.awake {
			t.Errorf("%v at %v: awake %v", c.u, c.at, got)
		}
		if got := c.u.Begun(c.at); got != c.begun {
			t.Errorf("%v at %v: %d windows have begun, not %d", c.u, c.at, got, c.begun)
		}
		if got := c.u.Next(c.at); got != c.next {
			t.Errorf("%v at %v: awake next at %v, not %v", c.u, c.at, got, c.next)
		}
		if got := c.u.Length(c.at); got != c.length {
			t.Errorf("%v at %v: awake for %v, not %v", c.u, c.at, got, c.length)
		}
	}
	for name, u := range map[string]*Uptime{
		"none": {}, "empty": {Windows: []Window{{s, s}}}, "before 0": {Windows: []Window{{-s, s}}},
		"overlapping": {Windows: []Window{{0, 2 * s}, {2 * s, 3 * s}}}, "two with a period": {Windows: []Window{{0, s}, {2 * s, 3 * s}}, Period: 10 * s},
		"longer than the period": {Windows: []Window{{0, 3 * s}}, Period: 2 * s},
	} {
		if u.Validate() == nil {
			t.Errorf("%s: it is valid", name)
		}
	}
}

// TestDelays has the algebra of delays.
func TestDelays(t *testing.T) {
	d := Interval(1, 3).Plus(Interval(2, 7))
	if d.Lo != 3 || d.Hi != 10 || d.IsConstant() {
		t.Errorf("%v", d)
	}
	if !Interval(4, 4).IsConstant() || Interval(4, 4).Kind != Fixed {
		t.Error("an interval of one value is a constant")
	}
	e := EmpiricalOf([]time.Duration{5, 2, 9})
	if e.Lo != 2 || e.Hi != 9 || !slices.IsSorted(e.Sample) {
		t.Errorf("%v", e)
	}
	for name, d := range map[string]Delay{"negative": {Lo: -1}, "empty": {Lo: 2, Hi: 1, Kind: Range}} {
		if d.Validate() == nil {
			t.Errorf("%s: it is valid", name)
		}
	}
}

// TestDrawsAreInside draws delays of each kind: a sample is in the support.
func TestDrawsAreInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := time.Duration(rapid.IntRange(0, 1e9).Draw(t, "lo"))
		hi := lo + time.Duration(rapid.IntRange(0, 1e9).Draw(t, "width"))
		d := rapid.SampledFrom([]Delay{Constant(lo), {Kind: Uniform, Lo: lo, Hi: hi}, {Kind: Normal, Lo: lo, Hi: hi, A: lo, B: 1e6}, EmpiricalOf([]time.Duration{hi, lo})}).Draw(t, "delay")
		r := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		for range 10 {
			if x := d.Draw(r); x < d.Lo || x > d.Hi {
				t.Fatalf("%v draws %v", d, x)
			}
		}
		if text, err := ParseDuration(FormatDuration(lo)); err != nil || text != lo {
			t.Fatalf("%v is written %s and read %v, %v", int64(lo), FormatDuration(lo), text, err)
		}
	})
}

// TestLasting has what the executor adds to a transition: an overhead, and a drift for each
// second.
func TestLasting(t *testing.T) {
	s := time.Second
	if got := Lasting(10*s, 50*ms, 800*time.Microsecond); got != 10*s+50*ms+8*ms {
		t.Errorf("%v", got)
	}
	p := DefaultBallet()
	d := p.Lasts(Interval(10*s, 20*s))
	if d.Lo != Lasting(10*s, p.Overhead.Lo, p.Drift.Lo) || d.Hi != Lasting(20*s, p.Overhead.Hi, p.Drift.Hi) || d.Hi <= 20*s {
		t.Errorf("%v", d)
	}
	p.Overhead, p.Drift = Delay{}, Delay{}
	if normal := (Delay{Kind: Normal, Lo: s, Hi: 2 * s, A: s, B: ms}); p.Lasts(normal).Kind != Normal {
		t.Error("without overhead and drift the distribution is lost")
	}
	if got := (&Profile{Setup: 1, Exchanges: 2}).RoundTrips(); got != 4 {
		t.Errorf("%d round trips", got)
	}
	if got := (&Profile{}).Shared(100*ms, 2); got != 230*ms {
		t.Errorf("a look beside two others lasts %v", got)
	}
	look := (&Profile{Request: Interval(3, 5), Busy: Interval(20, 30)}).Look()
	if look.Lo != 3 || look.Hi != 30 {
		t.Errorf("a look lasts %v", look)
	}
}

// TestLimiter has the waits that a limit of two puts before pushes: for what has been
// pushed to before, all but one, without the component itself, and none between two pushes
// to one component.
func TestLimiter(t *testing.T) {
	l := Limiter{Most: 2}
	var program []Instruction
	push := func(c int) (waits bool) {
		n := len(program)
		program = l.Push(program, c)
		waits = len(program) > n
		program = append(program, Instruction{Op: Push, Component: c})
		return waits
	}
	for i, c := range []struct {
		component int
		waits     bool
		of        []int
	}{{0, false, nil}, {1, false, nil}, {2, true, []int{0, 1}}, {2, false, nil}, {0, true, []int{1, 2}}} {
		if got := push(c.component); got != c.waits {
			t.Fatalf("push %d waits: %v", i, got)
		}
		if c.waits {
			if in := program[len(program)-2]; in.Op != Limit || in.Most != 2 || !slices.Equal(in.Of, c.of) {
				t.Errorf("push %d waits by %+v", i, in)
			}
		}
	}
	l.Delete(1)
	if push(2) && slices.Contains(program[len(program)-2].Of, 1) {
		t.Error("a deleted component counts")
	}
}
