package tpn_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/petri/tpn"
)

// build makes a net from lines "name [lo,hi] in in ?read -> out out" and marked places.
func build(t *testing.T, marked string, lines ...string) *tpn.Net {
	t.Helper()
	n := &tpn.Net{Name: "net", Unit: 1}
	place := func(name string) int {
		if i := slices.IndexFunc(n.Places, func(p tpn.Place) bool { return p.Name == name }); i >= 0 {
			return i
		}
		n.Places = append(n.Places, tpn.Place{Name: name})
		return len(n.Places) - 1
	}
	for _, name := range strings.Fields(marked) {
		n.Places[place(name)].Marked = true
	}
	for _, line := range lines {
		head, outs, _ := strings.Cut(line, "->")
		words := strings.Fields(head)
		tr := tpn.Transition{Name: words[0]}
		var lo, hi int
		if _, err := fmt.Sscanf(words[1], "[%d,%d]", &lo, &hi); err != nil {
			if _, err := fmt.Sscanf(words[1], "[%d,w[", &lo); err != nil {
				t.Fatal(err)
			}
			hi = -1
		}
		tr.Lo, tr.Hi = time.Duration(lo), time.Duration(hi)
		if hi < 0 {
			tr.Hi = model.Never
		}
		for _, w := range words[2:] {
			if name, ok := strings.CutPrefix(w, "?"); ok {
				tr.Read = append(tr.Read, place(name))
			} else {
				tr.In = append(tr.In, place(w))
			}
		}
		for _, w := range strings.Fields(outs) {
			tr.Out = append(tr.Out, place(w))
		}
		n.Transitions = append(n.Transitions, tr)
	}
	return n
}

// TestBound has the dates of small nets, worked out by hand.
func TestBound(t *testing.T) {
	for name, c := range map[string]struct {
		marked string
		net    []string
		lo, hi time.Duration // of the last firing
		kind   string        // decided, covered or may stop
	}{
		"sequence":                        {"a", []string{"t [1,2] a -> b", "u [3,5] b -> c"}, 4, 7, "decided"},
		"join takes the later":            {"a b", []string{"t [1,2] a -> c", "u [3,5] b -> d", "v [0,0] c d -> e"}, 3, 5, "decided"},
		"a timeout that always wins":      {"a", []string{"short [1,2] a -> b", "long [5,6] a -> c"}, 1, 2, "decided"},
		"a timeout behind a wide delay":   {"z", []string{"first [0,100] z -> a", "short [1,2] a -> b", "long [3,6] a -> c"}, 1, 102, "decided"},
		"read in time":                    {"a p", []string{"t [1,2] a ?p -> b", "off [5,6] p -> q"}, 5, 6, "decided"},
		"enabled again after a break":     {"a p", []string{"t [5,5] a ?p -> b", "off [1,2] p -> q", "on [3,3] q -> r", "again [0,0] r -> s p2", "u [0,0] p2 -> p3"}, 4, 5, "decided"},
		"the first or the second time":    {"a p once o", []string{"t [2,4] a ?p -> b", "off [3,5] p o -> q", "on [10,10] q once -> p", "end [100,100] b -> c"}, 102, 119, "covered"},
		"a reading that may never happen": {"a p", []string{"t [2,4] a ?p -> b", "off [3,5] p -> q", "end [1,1] b -> c"}, 3, 5, "may stop"},
		"nothing fires":                   {"a", []string{"t [1,2] b -> c"}, 0, 0, "decided"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := tpn.Bound(build(t, c.marked, c.net...))
			if err != nil {
				t.Fatal(err)
			}
			if a.End.Earliest != c.lo || a.End.Latest != c.hi {
				t.Errorf("ends at %d .. %d, not %d .. %d", a.End.Earliest, a.End.Latest, c.lo, c.hi)
			}
			kind := "covered"
			if a.Decided {
				kind = "decided"
			} else if !a.Completes {
				kind = "may stop"
			}
			if kind != c.kind {
				t.Errorf("%s, not %s", kind, c.kind)
			}
		})
	}
}

// TestRefused has the nets that are none of ours, each with its place.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		marked string
		net    []string
		place  string
		reason string
	}{
		"a free choice":      {"a", []string{"t [1,3] a -> b", "u [2,5] a -> c"}, "a", `the conflict at place "a" is free: transition "u" or "t" may come first`},
		"a tie":              {"a", []string{"t [1,2] a -> b", "u [2,5] a -> c"}, "a", "free"},
		"two tokens":         {"a b", []string{"t [1,2] a -> c", "u [1,2] b -> c"}, "c", "second token"},
		"two tokens at once": {"a b", []string{"t [1,2] a -> c", "u [1,9] b -> c", "v [0,1] c -> d"}, "d", "token"},
		"two tokens in time": {"a b once", []string{"t [1,2] a -> c", "u [1,9] b -> c", "v [1,1] c once -> d"}, "c", "can hold two tokens"},
		"it goes on":         {"a", []string{"t [1,2] a -> b", "u [1,2] b -> a"}, "", "does not stop"},
		"no input":           {"", []string{"t [1,2] -> a"}, "", "takes no token"},
		"no latest date":     {"a", []string{"t [1,w[ a -> b"}, "", `transition "t" may wait for ever`},
	} {
		t.Run(name, func(t *testing.T) {
			n := build(t, c.marked, c.net...)
			_, err := tpn.Bound(n)
			r, ok := errors.AsType[*tpn.RefusedError](err)
			if !ok {
				t.Fatalf("not refused: %v", err)
			}
			place := ""
			if r.Place >= 0 {
				place = n.Places[r.Place].Name
			}
			if place != c.place || !strings.Contains(r.Reason, c.reason) {
				t.Errorf("place %q: %s", place, r.Reason)
			}
		})
	}
}

// game plays a net with random delays, drawn whenever a transition becomes enabled. It
// shares no code with the package. It returns when each place was first marked, -1 if it
// never was, the firings, and the date of the last.
func game(n *tpn.Net, r *rand.Rand, ends bool) (first []time.Duration, firings int, last time.Duration, unsafe bool) {
	marked := make([]bool, len(n.Places))
	first = make([]time.Duration, len(n.Places))
	for p := range n.Places {
		marked[p], first[p] = n.Places[p].Marked, -1
		if marked[p] {
			first[p] = 0
		}
	}
	due := map[int]time.Duration{}
	enabled := func(t int) bool {
		for _, list := range [][]int{n.Transitions[t].In, n.Transitions[t].Read} {
			for _, p := range list {
				if !marked[p] {
					return false
				}
			}
		}
		return true
	}
	now := time.Duration(0)
	refresh := func() {
		for t := range n.Transitions {
			if _, ok := due[t]; ok && !enabled(t) {
				delete(due, t)
			} else if !ok && enabled(t) {
				tr := n.Transitions[t]
				d := tr.Lo + time.Duration(r.Int64N(int64(tr.Hi-tr.Lo)+1))
				if ends {
					d = [2]time.Duration{tr.Lo, tr.Hi}[r.IntN(2)]
				}
				due[t] = now + d
			}
		}
	}
	for refresh(); len(due) > 0 && firings < 1000; firings++ {
		var next []int
		for t := range n.Transitions {
			if d, ok := due[t]; ok && (len(next) == 0 || d <= due[next[0]]) {
				if len(next) > 0 && d < due[next[0]] {
					next = next[:0]
				}
				next = append(next, t)
			}
		}
		t := next[r.IntN(len(next))]
		now = due[t]
		delete(due, t)
		for _, p := range n.Transitions[t].In {
			marked[p] = false
		}
		for u := range n.Transitions { // who has lost a token begins anew, even if it comes back
			if !enabled(u) {
				delete(due, u)
			}
		}
		for _, p := range n.Transitions[t].Out {
			unsafe = unsafe || marked[p]
			marked[p] = true
			if first[p] < 0 {
				first[p] = now
			}
		}
		refresh()
	}
	return first, firings, now, unsafe
}

// draw makes a net of some sequences that take part in one another's transitions, read
// one another's places, and now and then have a choice.
func draw(r *rand.Rand) *tpn.Net {
	n := &tpn.Net{Name: "random", Unit: 1}
	place := func(name string, marked bool) int {
		n.Places = append(n.Places, tpn.Place{Name: name, Marked: marked})
		return len(n.Places) - 1
	}
	var sequences [][]int
	for s := range 2 + r.IntN(3) {
		var places []int
		for i := range 2 + r.IntN(3) {
			places = append(places, place(fmt.Sprintf("s%d.%d", s, i), i == 0))
		}
		sequences = append(sequences, places)
	}
	interval := func() (time.Duration, time.Duration) {
		lo := time.Duration(r.IntN(8))
		return lo, lo + time.Duration(r.IntN(5))
	}
	for s, places := range sequences {
		for i := 1; i < len(places); i++ {
			tr := tpn.Transition{Name: fmt.Sprintf("t%d.%d", s, i), In: []int{places[i-1]}, Out: []int{places[i]}}
			tr.Lo, tr.Hi = interval()
			if r.IntN(2) == 0 {
				other := sequences[r.IntN(len(sequences))]
				if p := other[r.IntN(len(other))]; !slices.Contains(places, p) {
					tr.Read = append(tr.Read, p)
				}
			}
			n.Transitions = append(n.Transitions, tr)
		}
		if r.IntN(2) == 0 { // the first place once more, a little later
			tr := tpn.Transition{Name: fmt.Sprintf("back%d", s), In: []int{places[1], place(fmt.Sprintf("once%d", s), true)}, Out: []int{places[0]}}
			tr.Lo, tr.Hi = interval()
			if i := slices.IndexFunc(n.Transitions, func(t tpn.Transition) bool { return slices.Equal(t.In, []int{places[1]}) }); i >= 0 {
				// What goes on from there takes a token of having been back.
				n.Transitions[i].In = append(n.Transitions[i].In, place(fmt.Sprintf("was%d", s), false))
				tr.Out = append(tr.Out, len(n.Places)-1)
			}
			n.Transitions = append(n.Transitions, tr)
		}
		if r.IntN(5) == 0 {
			tr := tpn.Transition{Name: fmt.Sprintf("timeout%d", s), In: []int{places[0]}, Out: []int{place(fmt.Sprintf("late%d", s), false)}, Lo: 14, Hi: 15}
			n.Transitions = append(n.Transitions, tr)
		}
	}
	if r.IntN(2) == 0 { // two sequences meet
		a, b := sequences[0], sequences[1]
		tr := tpn.Transition{Name: "meet", In: []int{a[len(a)-1], b[len(b)-1]}, Out: []int{place("met", false)}}
		tr.Lo, tr.Hi = interval()
		n.Transitions = append(n.Transitions, tr)
	}
	return n
}

// TestSound plays random nets: no execution leaves the bounds, and where an answer says
// that all firings occur, they do. Where the conflicts are decided both ends are reached.
func TestSound(t *testing.T) {
	decided, open, refused, partial := 0, 0, 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		n := draw(r)
		if err := n.Validate(); err != nil {
			t.Fatal(err)
		}
		a, err := tpn.Bound(n)
		if err != nil {
			refused++
			continue
		}
		if a.Decided {
			decided++
		} else if a.Open > 0 {
			open++
		}
		for k := range 30 {
			first, firings, last, unsafe := game(n, r, k%2 == 0)
			if unsafe {
				t.Fatalf("seed %d: two tokens in one place", seed)
			}
			if firings != a.Firings {
				if a.Completes {
					t.Fatalf("seed %d: %d firings, not %d", seed, firings, a.Firings)
				}
				partial++
				continue
			}
			if last < a.End.Earliest || last > a.End.Latest {
				t.Fatalf("seed %d: ends at %d, outside of %d .. %d", seed, last, a.End.Earliest, a.End.Latest)
			}
			for p, x := range first {
				d, ok := a.Date(p)
				if ok != (x >= 0) || ok && (x < d.Earliest || x > d.Latest) {
					t.Fatalf("seed %d: place %q marked at %d, not within %v (%v)", seed, n.Places[p].Name, x, d, ok)
				}
			}
		}
		if a.Decided {
			for _, end := range []time.Duration{a.End.Earliest, a.End.Latest} {
				fixed := *n
				fixed.Transitions = slices.Clone(n.Transitions)
				for i := range fixed.Transitions {
					tr := &fixed.Transitions[i]
					if end == a.End.Earliest {
						tr.Hi = tr.Lo
					} else {
						tr.Lo = tr.Hi
					}
				}
				if _, _, last, _ := game(&fixed, r, true); last != end {
					t.Fatalf("seed %d: the end %d is not reached, but %d", seed, end, last)
				}
			}
		}
	}
	t.Logf("%d decided, %d open, %d refused; %d executions stopped early", decided, open, refused, partial)
	if decided < 300 || open < 100 || refused < 100 || partial < 100 {
		t.Error("too few of one kind")
	}
}
