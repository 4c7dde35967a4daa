package structure_test

import (
	"slices"
	"strings"
	"testing"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/structure"

	"pgregory.net/rapid"
)

// small draws a net of a few places and transitions, some of which only read.
func small(t *rapid.T) *petri.Net {
	places := rapid.IntRange(2, 6).Draw(t, "places")
	n := &petri.Net{Scenario: &model.Scenario{Nodes: make([]model.Node, 1)}, Places: make([]petri.Place, places), Transitions: make([]petri.Transition, rapid.IntRange(1, 6).Draw(t, "transitions"))}
	for p := range n.Places {
		n.Places[p].Marked = rapid.Bool().Draw(t, "marked")
		n.Places[p].Origin = &petri.Origin{}
	}
	for i := range n.Transitions {
		tr := &n.Transitions[i]
		tr.Origin, tr.Delay = &petri.Origin{}, &model.Delay{}
		tr.Class = petri.Class(rapid.IntRange(0, 1).Draw(t, "class"))
		order := rapid.Permutation(ids(places)).Draw(t, "tests")
		in := rapid.IntRange(1, min(2, places)).Draw(t, "in")
		read := rapid.IntRange(0, min(2, places-in)).Draw(t, "read")
		arcs := slices.Clone(order[:in+read])
		for p := range places {
			if rapid.IntRange(0, 2).Draw(t, "marks") == 0 {
				arcs = append(arcs, petri.PlaceID(p))
			}
		}
		tr.SetArcs(arcs, in, read)
	}
	n.Index()
	return n
}

func ids(n int) (out []petri.PlaceID) {
	for p := range n {
		out = append(out, petri.PlaceID(p))
	}
	return out
}

// reached lists the markings that a net reaches, whether transitions of one class go one
// by one or together; safe says that no place ever has two tokens.
func reached(n *petri.Net) (markings []uint, safe bool) {
	set := func(places []petri.PlaceID) (s uint) {
		for _, p := range places {
			s |= 1 << p
		}
		return s
	}
	start := uint(0)
	for p := range n.Places {
		if n.Places[p].Marked {
			start |= 1 << p
		}
	}
	seen := map[uint]bool{start: true}
	markings = []uint{start}
	for i := 0; i < len(markings); i++ {
		m := markings[i]
		for step := uint(1); step < 1<<len(n.Transitions); step++ {
			taken, made, class, ok := uint(0), uint(0), -1, true
			for j := range n.Transitions {
				if step&(1<<j) == 0 {
					continue
				}
				t := &n.Transitions[j]
				ok = ok && m&set(t.Tests()) == set(t.Tests()) && taken&set(t.In()) == 0 && (class < 0 || class == int(t.Class))
				class = int(t.Class)
				if ok && (made&set(t.Out()) != 0 || (m&^(taken|set(t.In())))&set(t.Out()) != 0) {
					return nil, false
				}
				taken, made = taken|set(t.In()), made|set(t.Out())
			}
			if !ok {
				continue
			}
			if m&^taken&made != 0 {
				return nil, false
			}
			if next := m&^taken | made; !seen[next] {
				seen[next] = true
				markings = append(markings, next)
			}
		}
	}
	return markings, true
}

// TestInvariants: what is listed are the invariants of minimal support, by trying all
// small weights.
func TestInvariants(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		list, complete := structure.Invariants(n, structure.MaxInvariants)
		if !complete {
			t.Fatal("a small net took too many rows")
		}
		found += len(list)
		supports := map[uint]bool{}
		for _, inv := range list {
			weights := make([]int, len(n.Places))
			tokens := 0
			for _, term := range inv.Terms {
				weights[term.Place] = term.Weight
				if n.Places[term.Place].Marked {
					tokens += term.Weight
				}
			}
			if !invariant(n, weights) || tokens != inv.Tokens || supports[support(weights)] {
				t.Fatalf("%v is no invariant, or twice", inv)
			}
			supports[support(weights)] = true
		}
		for a := range supports {
			for b := range supports {
				if a != b && a&b == a {
					t.Fatalf("%b is within %b", a, b)
				}
			}
		}
		weights := make([]int, len(n.Places))
		var try func(p int)
		try = func(p int) {
			if p < len(weights) {
				for weights[p] = range 4 {
					try(p + 1)
				}
				return
			}
			s := support(weights)
			if s != 0 && invariant(n, weights) && !within(supports, s) {
				t.Fatalf("%v is an invariant, and none of %v is within it", weights, list)
			}
		}
		try(0)
	})
	if found < 30 {
		t.Errorf("only %d invariants were found", found)
	}
}

// TestWeights: a token that becomes two, of which one place passes its own on to the other,
// weighs twice as much as these.
func TestWeights(t *testing.T) {
	n := &petri.Net{Scenario: &model.Scenario{Nodes: make([]model.Node, 1)}, Places: make([]petri.Place, 3), Transitions: make([]petri.Transition, 2)}
	for p := range n.Places {
		n.Places[p].Origin = &petri.Origin{}
	}
	n.Places[0].Marked = true
	for i, arcs := range [][]petri.PlaceID{{1, 2}, {0, 1, 2}} {
		n.Transitions[i].Origin, n.Transitions[i].Delay = &petri.Origin{}, &model.Delay{}
		n.Transitions[i].SetArcs(arcs, 1, 0)
	}
	n.Index()
	list, complete := structure.Invariants(n, structure.MaxInvariants)
	if !complete || len(list) != 1 || list[0].Tokens != 2 || len(list[0].Terms) != 3 {
		t.Fatalf("%+v, %v", list, complete)
	}
	for _, term := range list[0].Terms {
		if want := map[petri.PlaceID]int{0: 2, 1: 1, 2: 1}[term.Place]; term.Weight != want {
			t.Errorf("place %d weighs %d, want %d", term.Place, term.Weight, want)
		}
	}
}

func within(supports map[uint]bool, s uint) bool {
	for a := range supports {
		if a&s == a {
			return true
		}
	}
	return false
}

func support(weights []int) (s uint) {
	for p, w := range weights {
		if w > 0 {
			s |= 1 << p
		}
	}
	return s
}

func invariant(n *petri.Net, weights []int) bool {
	for i := range n.Transitions {
		sum := 0
		for _, p := range n.Transitions[i].In() {
			sum -= weights[p]
		}
		for _, p := range n.Transitions[i].Out() {
			sum += weights[p]
		}
		if sum != 0 {
			return false
		}
	}
	return true
}

// sample is how many nets are the same in each run: floors count on them alone.
const sample = 500

// safe draws a small net in no marking of which a place has two tokens.
func safe(t *rapid.T) *petri.Net {
	n := small(t)
	if _, ok := reached(n); !ok {
		t.Skip("not safe")
	}
	return n
}

// among is a net with some of its places.
type among struct {
	net    *petri.Net
	places []bool
}

func drawAmong(t *rapid.T) among {
	a := among{net: safe(t)}
	for range a.net.Places {
		a.places = append(a.places, rapid.IntRange(0, 3).Draw(t, "among") > 0)
	}
	return a
}

// TestSiphonsAndTraps: in no marking that is reached has a siphon got its first token, or
// a trap lost its last.
func TestSiphonsAndTraps(t *testing.T) {
	check := func(t rapid.TB, a among) (bySiphon, byTrap bool) {
		markings, _ := reached(a.net)
		siphon, trap := set(structure.Siphon(a.net, a.places)), set(structure.Trap(a.net, a.places))
		for _, m := range markings {
			if markings[0]&siphon == 0 && m&siphon != 0 {
				t.Fatalf("the siphon %b has a token in %b", siphon, m)
			}
			if markings[0]&trap != 0 && m&trap == 0 {
				t.Fatalf("the trap %b has no token in %b", trap, m)
			}
		}
		return siphon != 0 && siphon&markings[0] == 0, trap&markings[0] != 0 && len(markings) > 1
	}
	rapid.Check(t, func(t *rapid.T) { check(t, drawAmong(t)) })
	siphons, traps := 0, 0
	for seed := range sample {
		bySiphon, byTrap := check(t, rapid.Custom(drawAmong).Example(seed))
		if bySiphon {
			siphons++
		}
		if byTrap {
			traps++
		}
	}
	if siphons < 2 || traps < 2 {
		t.Errorf("only %d siphons and %d traps said something", siphons, traps)
	}
	t.Logf("%d siphons, %d traps", siphons, traps)
}

func set(in []bool) (s uint) {
	for p, yes := range in {
		if yes {
			s |= 1 << p
		}
	}
	return s
}

// question is whether a marking of a net is never reached.
type question struct {
	net     *petri.Net
	clauses [][]structure.Literal
}

func drawQuestion(t *rapid.T) question {
	q := question{net: safe(t)}
	for range rapid.IntRange(1, 3).Draw(t, "clauses") {
		var clause []structure.Literal
		for range rapid.IntRange(1, 2).Draw(t, "literals") {
			clause = append(clause, structure.Literal{Place: petri.PlaceID(rapid.IntRange(0, len(q.net.Places)-1).Draw(t, "place")), Marked: rapid.Bool().Draw(t, "is")})
		}
		q.clauses = append(q.clauses, clause)
	}
	return q
}

// TestNever: no marking is reached that was shown not to be, and none without an enabled
// transition where that was shown. On nets as small as these most is shown that is so.
func TestNever(t *testing.T) {
	type score struct{ shown, so int }
	check := func(t rapid.TB, q question, never, dead *score) {
		markings, _ := reached(q.net)
		p := structure.NewProver(q.net)
		for _, c := range []struct {
			what    string
			clauses [][]structure.Literal
			*score
		}{{"never", q.clauses, never}, {"dead", p.Dead(), dead}} {
			at := slices.IndexFunc(markings, func(m uint) bool { return holds(c.clauses, m) })
			proof := p.Never(c.clauses)
			if proof != nil && at >= 0 {
				t.Fatalf("%s: %v is shown never to be, by %+v, and %b is reached", c.what, c.clauses, proof, markings[at])
			}
			if at < 0 {
				c.so++
			}
			if proof != nil {
				c.shown++
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) { check(t, drawQuestion(t), &score{}, &score{}) })
	var never, dead score
	for seed := range sample {
		check(t, rapid.Custom(drawQuestion).Example(seed), &never, &dead)
	}
	if never.shown*2 < never.so || dead.shown*2 < dead.so || never.so < 10 {
		t.Errorf("shown of what is so: never %v, dead %v", never, dead)
	}
	t.Logf("never %v, dead %v", never, dead)
}

func holds(clauses [][]structure.Literal, m uint) bool {
	for _, c := range clauses {
		if !slices.ContainsFunc(c, func(l structure.Literal) bool { return m&(1<<l.Place) != 0 == l.Marked }) {
			return false
		}
	}
	return true
}

// net makes a net of transitions, each with what it takes, reads and marks.
func net(places, marked int, transitions ...[3][]petri.PlaceID) *petri.Net {
	n := &petri.Net{Scenario: &model.Scenario{Nodes: make([]model.Node, 1)}, Places: make([]petri.Place, places), Transitions: make([]petri.Transition, len(transitions))}
	for p := range n.Places {
		n.Places[p] = petri.Place{Origin: &petri.Origin{}, Marked: p < marked}
	}
	for i, t := range transitions {
		n.Transitions[i] = petri.Transition{Origin: &petri.Origin{}, Delay: &model.Delay{}, Looks: petri.NoLooks}
		n.Transitions[i].SetArcs(slices.Concat(t[0], t[1], t[2]), len(t[0]), len(t[1]))
	}
	n.Index()
	return n
}

// TestClassify: one net of each class that is of no smaller one.
func TestClassify(t *testing.T) {
	for _, c := range []struct {
		net  *petri.Net
		want string
	}{
		{net(2, 1, [3][]petri.PlaceID{{0}, nil, {1}}), "state machine, marked graph, free choice, extended free choice, asymmetric choice"},
		{net(3, 1, [3][]petri.PlaceID{{0}, nil, {1}}, [3][]petri.PlaceID{{0}, nil, {2}}), "state machine, free choice, extended free choice, asymmetric choice"},
		{net(3, 2, [3][]petri.PlaceID{{0, 1}, nil, {2}}), "marked graph, free choice, extended free choice, asymmetric choice"},
		{net(4, 2, [3][]petri.PlaceID{{0, 1}, nil, {2}}, [3][]petri.PlaceID{{0, 1}, nil, {3}}), "extended free choice, asymmetric choice"},
		{net(4, 2, [3][]petri.PlaceID{{0, 1}, nil, {2}}, [3][]petri.PlaceID{{0}, nil, {3}}), "asymmetric choice"},
		{net(5, 3, [3][]petri.PlaceID{{0, 1}, nil, {3}}, [3][]petri.PlaceID{{0}, nil, {4}}, [3][]petri.PlaceID{{1}, nil, {4}}), ""},
		{net(3, 2, [3][]petri.PlaceID{{0}, {1}, {2}}), "state machine, marked graph, free choice, extended free choice, asymmetric choice"},
	} {
		got := structure.Classify(c.net)
		if names := strings.Join(got.Names(), ", "); names != c.want {
			t.Errorf("%s, want %s", names, c.want)
		}
	}
}

// TestWords: a producer that puts two in for each of a consumer, and a mutual exclusion.
func TestWords(t *testing.T) {
	n := net(3, 1, [3][]petri.PlaceID{{0}, nil, {1, 2}}, [3][]petri.PlaceID{{1, 2}, nil, {0}})
	list, complete := structure.Invariants(n, structure.MaxInvariants)
	if len(list) != 2 || !complete {
		t.Fatalf("%v, %v", list, complete)
	}
	if text := list[0].Text(n, 0); text != "exactly 1 of place 0, place 1" {
		t.Error(text)
	}
	// A fork both of whose tokens end in one place.
	fork := net(4, 1, [3][]petri.PlaceID{{0}, nil, {1, 2}}, [3][]petri.PlaceID{{1}, nil, {3}}, [3][]petri.PlaceID{{2}, nil, {3}})
	list, _ = structure.Invariants(fork, structure.MaxInvariants)
	if len(list) != 1 || list[0].Text(fork, 0) != "2 × place 0 + place 1 + place 2 + place 3 = 2" {
		t.Errorf("%v", list)
	}
	proof := structure.NewProver(n).Never([][]structure.Literal{{{Place: 0, Marked: true}}, {{Place: 2, Marked: true}}})
	if proof == nil || proof.Text(n, 1, 1) != "exactly 1 of place 0, and 1 more place" {
		t.Errorf("%+v", proof)
	}
	if structure.NewProver(n).Never([][]structure.Literal{{{Place: 1, Marked: true}}, {{Place: 2, Marked: true}}}) != nil {
		t.Error("what is reached is shown not to be")
	}
}

// TestReadsOfOneClass: two transitions of one class that read what the other takes may go
// together, so that the two places are no trap; of two classes they may not.
func TestReadsOfOneClass(t *testing.T) {
	n := net(4, 2, [3][]petri.PlaceID{{0}, {1}, {2}}, [3][]petri.PlaceID{{1}, {0}, {3}})
	among := []bool{true, true, false, false}
	if got := structure.Trap(n, among); got[0] || got[1] {
		t.Errorf("of one class: %v", got)
	}
	n.Transitions[1].Class++
	if got := structure.Trap(n, among); !got[0] || !got[1] {
		t.Errorf("of two classes: %v", got)
	}
}
