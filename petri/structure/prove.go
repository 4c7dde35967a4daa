package structure

import (
	"cmp"
	"slices"

	"adagio/petri"
)

// Literal is that a place is marked, or that it is not.
type Literal struct {
	Place  petri.PlaceID
	Marked bool
}

// Proof is that some markings are never reached: every one of them contradicts one of the
// invariants, or leaves a trap without a token that has one in the beginning.
type Proof struct {
	Invariants []Invariant
	Traps      [][]petri.PlaceID
	// Unmarked says that it uses that some places are never marked.
	Unmarked bool
}

// Prover shows of one net that markings are not reached.
type Prover struct {
	net      *petri.Net
	list     []Invariant
	of       [][]int // by place: the invariants that it is in
	unmarked []bool
	complete bool // these are all invariants
}

// NewProver computes the invariants and siphons of a net.
func NewProver(n *petri.Net) *Prover {
	p := &Prover{net: n, of: make([][]int, len(n.Places)), unmarked: Unmarked(n)}
	p.list, p.complete = Invariants(n, MaxInvariants)
	// Those of few places say most, and are tried first.
	slices.SortStableFunc(p.list, func(a, b Invariant) int { return cmp.Compare(len(a.Terms), len(b.Terms)) })
	for i, inv := range p.list {
		for _, t := range inv.Terms {
			p.of[t.Place] = append(p.of[t.Place], i)
		}
	}
	return p
}

// Invariants lists the invariants that it knows, those of the fewest places first;
// complete says that these are all that are minimal.
func (p *Prover) Invariants() (list []Invariant, complete bool) { return p.list, p.complete }

// maxWork bounds the places that are looked at for all proofs of a net.
const maxWork = 4_000_000

// Never shows that no marking is reached in which each of some clauses has a literal that
// holds; nil where that is not shown.
//
// Cases are told apart until each contradicts something: the places of an invariant have
// as many tokens as in the beginning, no place has two, what is in a siphon without a token
// has none, and a trap keeps one.
func (p *Prover) Never(clauses [][]Literal) *Proof {
	s := &search{Prover: p, clauses: clauses, value: make([]int8, len(p.net.Places)), why: make([]cause, len(p.net.Places)), used: map[int]bool{}}
	for place, never := range p.unmarked {
		if never {
			s.set(petri.PlaceID(place), false, cause{kind: bySiphon})
		}
	}
	if !s.refute() {
		return nil
	}
	proof := &Proof{Traps: s.traps, Unmarked: s.siphon}
	for i, inv := range p.list {
		if s.used[i] {
			proof.Invariants = append(proof.Invariants, inv)
		}
	}
	return proof
}

// Ends shows that nothing but the end of all programs keeps everything from happening:
// that no marking is reached in which nothing is enabled and a program has not ended.
func (p *Prover) Ends() *Proof {
	var open []Literal
	for _, end := range p.net.Ends {
		open = append(open, Literal{Place: end})
	}
	return p.Never(append(p.Dead(), open))
}

// Dead are the clauses of a marking in which no transition is enabled.
func (p *Prover) Dead() [][]Literal {
	var out [][]Literal
	for i := range p.net.Transitions {
		var clause []Literal
		for _, q := range p.net.Transitions[i].Tests() {
			clause = append(clause, Literal{q, false})
		}
		out = append(out, clause)
	}
	return out
}

// cause is why a place is marked or not in a case.
type cause struct {
	kind  causeKind
	index int // of the clause, the invariant
}

type causeKind uint8

const (
	byCase causeKind = iota
	byClause
	byInvariant
	bySiphon
)

// search is one search for a contradiction in each case.
type search struct {
	*Prover
	clauses [][]Literal
	value   []int8 // by place: 1 marked, -1 not, 0 not known in this case
	why     []cause
	trail   []petri.PlaceID
	work    int
	used    map[int]bool // invariants of the proof
	siphon  bool
	traps   [][]petri.PlaceID // of the proof
}

func (s *search) set(p petri.PlaceID, marked bool, why cause) {
	s.value[p], s.why[p] = -1, why
	if marked {
		s.value[p] = 1
	}
	s.trail = append(s.trail, p)
}

func (s *search) undo(to int) {
	for _, p := range s.trail[to:] {
		s.value[p] = 0
	}
	s.trail = s.trail[:to]
}

func (s *search) holds(l Literal) int8 {
	if l.Marked {
		return s.value[l.Place]
	}
	return -s.value[l.Place]
}

// refute shows that the present case, and all that is in it, contradicts something.
func (s *search) refute() bool {
	if s.work > maxWork {
		return false
	}
	start := len(s.trail)
	defer s.undo(start)
	if s.propagate() || s.trapped() {
		return true
	}
	options := s.split()
	if options == nil {
		return false
	}
	// Each option is tried with those before it not holding.
	for _, l := range options {
		if s.value[l.Place] != 0 {
			continue
		}
		at := len(s.trail)
		s.set(l.Place, l.Marked, cause{kind: byCase})
		if !s.refute() {
			return false
		}
		s.undo(at)
		s.set(l.Place, !l.Marked, cause{kind: byCase})
	}
	return s.propagate() // one of them has to hold
}

// propagate adds what follows in a case, and says whether something contradicts it.
func (s *search) propagate() bool {
	for before := -1; before != len(s.trail); {
		before = len(s.trail)
		for i, c := range s.clauses {
			s.work += len(c)
			if s.unit(i, c) {
				return true
			}
		}
		for i := range s.list {
			s.work += len(s.list[i].Terms)
			if s.balance(i) {
				return true
			}
		}
	}
	return false
}

// unit is what follows from a clause.
func (s *search) unit(i int, clause []Literal) (contradiction bool) {
	var open []Literal
	for _, l := range clause {
		switch s.holds(l) {
		case 1:
			return false
		case 0:
			open = append(open, l)
		}
	}
	if len(open) == 1 {
		s.set(open[0].Place, open[0].Marked, cause{byClause, i})
	}
	if len(open) > 0 {
		return false
	}
	s.explain(byClause, i)
	return true
}

// balance is what follows from an invariant.
func (s *search) balance(i int) (contradiction bool) {
	inv := &s.list[i]
	marked, open := 0, 0
	for _, t := range inv.Terms {
		switch s.value[t.Place] {
		case 1:
			marked += t.Weight
		case 0:
			open += t.Weight
		}
	}
	if marked > inv.Tokens || marked+open < inv.Tokens {
		s.explain(byInvariant, i)
		return true
	}
	for _, t := range inv.Terms {
		if s.value[t.Place] != 0 {
			continue
		}
		switch {
		case marked+t.Weight > inv.Tokens:
			s.set(t.Place, false, cause{byInvariant, i})
			open -= t.Weight
		case marked+open-t.Weight < inv.Tokens:
			s.set(t.Place, true, cause{byInvariant, i})
			marked, open = marked+t.Weight, open-t.Weight
		}
	}
	return false
}

// trapped says whether a trap that has a token in the beginning has none in this case.
func (s *search) trapped() bool {
	i := slices.IndexFunc(s.traps, func(trap []petri.PlaceID) bool {
		return !slices.ContainsFunc(trap, func(p petri.PlaceID) bool { return s.value[p] >= 0 })
	})
	if i < 0 {
		empty := make([]bool, len(s.value))
		for p, v := range s.value {
			empty[p] = v < 0
		}
		trap := s.marked(empty)
		if trap == nil {
			return false
		}
		i = len(s.traps)
		s.traps = append(s.traps, s.smaller(trap))
	}
	seen := map[petri.PlaceID]bool{}
	for _, p := range s.traps[i] {
		s.because(p, seen)
	}
	return true
}

// marked is the greatest trap among some places if it has a token in the beginning.
func (s *search) marked(among []bool) (trap []petri.PlaceID) {
	s.work += 4 * len(among)
	some := false
	for p, in := range Trap(s.net, among) {
		if in {
			trap = append(trap, petri.PlaceID(p))
			some = some || s.net.Places[p].Marked
		}
	}
	if !some {
		return nil
	}
	return trap
}

// smaller is a trap with a token within another, of which no place can be left out.
func (s *search) smaller(trap []petri.PlaceID) []petri.PlaceID {
	for _, p := range slices.Clone(trap) {
		among := make([]bool, len(s.value))
		for _, q := range trap {
			among[q] = q != p
		}
		if less := s.marked(among); less != nil && slices.Contains(trap, p) {
			trap = less
		}
	}
	return trap
}

// explain notes what a contradiction in a clause or an invariant stands on.
func (s *search) explain(kind causeKind, i int) {
	seen := map[petri.PlaceID]bool{}
	for _, p := range s.places(kind, i) {
		s.because(p, seen)
	}
	if kind == byInvariant {
		s.used[i] = true
	}
}

func (s *search) places(kind causeKind, i int) (out []petri.PlaceID) {
	if kind == byInvariant {
		for _, t := range s.list[i].Terms {
			out = append(out, t.Place)
		}
		return out
	}
	for _, l := range s.clauses[i] {
		out = append(out, l.Place)
	}
	return out
}

// because notes the invariants from which it follows that a place is marked or not.
func (s *search) because(p petri.PlaceID, seen map[petri.PlaceID]bool) {
	if seen[p] || s.value[p] == 0 {
		return
	}
	seen[p] = true
	switch w := s.why[p]; w.kind {
	case bySiphon:
		s.siphon = true
	case byInvariant, byClause:
		s.explainIn(w, seen)
	}
}

func (s *search) explainIn(w cause, seen map[petri.PlaceID]bool) {
	if w.kind == byInvariant {
		s.used[w.index] = true
	}
	for _, q := range s.places(w.kind, w.index) {
		s.because(q, seen)
	}
}

// split lists literals of which one holds in each marking of the case: those of the open
// clause, or else of the open invariant, that has the fewest. It is nil where nothing is
// open.
func (s *search) split() []Literal {
	var best []Literal
	take := func(options []Literal) {
		if len(options) > 1 && (best == nil || len(options) < len(best)) {
			best = options
		}
	}
	for _, c := range s.clauses {
		if slices.ContainsFunc(c, func(l Literal) bool { return s.holds(l) > 0 }) {
			continue
		}
		var open []Literal
		for _, l := range c {
			if s.holds(l) == 0 {
				open = append(open, l)
			}
		}
		take(open)
	}
	if best != nil {
		return best
	}
	for _, inv := range s.list {
		marked := 0
		var open []Literal
		for _, t := range inv.Terms {
			switch s.value[t.Place] {
			case 1:
				marked += t.Weight
			case 0:
				open = append(open, Literal{t.Place, true})
			}
		}
		if marked < inv.Tokens {
			take(open)
		}
	}
	return best
}
