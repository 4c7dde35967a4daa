package verify

import (
	"fmt"
	"slices"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/structure"
)

// structural proves claims from the arcs of the net alone: whatever anything lasts, and
// whatever the number of races.
type structural struct {
	net    *petri.Net
	prover *structure.Prover
	places map[model.Atom][]petri.PlaceID // one of them is marked while the atom holds
	exact  map[model.Atom]bool            // and only then
}

const (
	maxPlaces  = 6000 // of a net whose invariants are asked for
	maxClauses = 400  // of a predicate
)

// structural returns the prover of the net; nil where nothing can be said: the net is too
// large, or does not have what ends processes.
func (v *verifier) structural() *structural {
	if v.tried {
		return v.structure
	}
	v.tried = true
	exits := v.s.Rules.Exits && (v.result == nil || v.result.Deadlock != nil)
	n, err := compile.Scenario(v.s)
	if err != nil || exits || len(n.Fails) > 0 || len(n.Places) > maxPlaces {
		return nil
	}
	x := &structural{n, structure.NewProver(n), map[model.Atom][]petri.PlaceID{}, map[model.Atom]bool{}}
	atom := func(kind model.AtomKind, o *petri.Origin, element int, p petri.PlaceID) {
		a := model.Atom{Kind: kind, Component: o.Component, Element: element, Node: -1}
		x.places[a] = append(x.places[a], p)
		x.exact[a] = kind != model.Fires
	}
	for c, places := range n.At {
		for i, p := range places {
			atom(model.AtPlace, &petri.Origin{Component: c}, i, p)
		}
	}
	n.Working(func(p petri.PlaceID, transition bool) {
		if o := n.Places[p].Origin; transition {
			atom(model.Fires, o, o.Element, p)
		} else {
			atom(model.Behaves, o, o.Behaviour, p)
		}
	})
	v.structure = x
	return x
}

// byStructure proves a claim from the arcs of the net; the reason is "" where it does not.
func (v *verifier) byStructure(c *model.Claim) (reason string) {
	if c.Kind != model.Always && c.Kind != model.Ends || c.From != nil || c.Until != nil {
		return ""
	}
	x := v.structural()
	if x == nil {
		return ""
	}
	var proof *structure.Proof
	if c.Kind == model.Ends {
		if sleeps(v.s) { // what waits for a node that does not wake up is not dead in the net
			return ""
		}
		proof = x.prover.Ends()
	} else if bad, ok := x.clauses(&c.Predicate, false); ok {
		proof = x.prover.Never(bad)
	}
	if proof == nil {
		return ""
	}
	text := proof.Text(x.net, fewReasons, 6)
	switch {
	case text == "":
		return "nothing that happens changes that"
	case c.Kind == model.Ends:
		return fmt.Sprintf("by the structure of the net, whatever anything lasts: where nothing can happen any more every program has ended, by %s and %s",
			diag.Count(len(proof.Invariants), "place invariant"), diag.Count(len(proof.Traps), "trap"))
	}
	return "by the structure of the net, whatever anything lasts: always " + text
}

func sleeps(s *model.Scenario) bool {
	return slices.ContainsFunc(s.Nodes, func(n model.Node) bool { return n.Uptime != nil })
}

// clauses is what has to be so of the marking where a predicate holds, or does not: each
// clause has a literal that is. It may be less than all. It is false where it would be too
// many.
func (x *structural) clauses(p *model.Predicate, holds bool) (out [][]structure.Literal, ok bool) {
	switch {
	case p.Kind == model.Holds:
		return x.atom(p.Atom, holds)
	case p.Kind == model.Not:
		return x.clauses(&p.Parts[0], !holds)
	case p.Kind == model.Counting:
		return x.counting(p, holds)
	case (p.Kind == model.And) == holds:
		for i := range p.Parts {
			more, ok := x.clauses(&p.Parts[i], holds)
			if out = append(out, more...); !ok || len(out) > maxClauses {
				return nil, false
			}
		}
		return out, true
	}
	out = [][]structure.Literal{nil}
	for i := range p.Parts {
		more, ok := x.clauses(&p.Parts[i], holds)
		if out = product(out, more); !ok || len(out) > maxClauses {
			return nil, false
		}
	}
	return out, true
}

// product is the clauses of a disjunction.
func product(a, b [][]structure.Literal) (out [][]structure.Literal) {
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(x[:len(x):len(x)], y...))
		}
	}
	return out
}

// counting has a clause for each choice of parts of which one has to hold, or not to.
func (x *structural) counting(p *model.Predicate, holds bool) (out [][]structure.Literal, ok bool) {
	op, n := p.Op, int64(len(p.Parts))
	if !holds {
		op = op.Contrary()
	}
	choose := func(size int64, holds bool) bool { // of any so many parts one holds, or does not
		if size > n {
			return true // too few parts for that to say anything
		}
		of, choices := int(max(size, 0)), 0
		var parts []int
		var next func(from int) bool
		next = func(from int) bool {
			if len(parts) == of {
				choices++
				some := [][]structure.Literal{nil}
				for _, i := range parts {
					more, ok := x.clauses(&p.Parts[i], holds)
					if some = product(some, more); !ok || len(some) > maxClauses {
						return false
					}
				}
				out = append(out, some...)
				return max(len(out), choices) <= maxClauses
			}
			for i := from; i <= int(n)-(of-len(parts)); i++ { // as many as are still to be chosen
				parts = append(parts, i)
				if !next(i + 1) {
					return false
				}
				parts = parts[:len(parts)-1]
			}
			return true
		}
		return next(0)
	}
	atLeast := func(k int64) bool { return k <= 0 || choose(n-k+1, true) }
	atMost := func(k int64) bool { return k >= n || choose(k+1, false) }
	switch op {
	case model.AtLeast:
		ok = atLeast(p.Than)
	case model.More:
		ok = atLeast(p.Than + 1)
	case model.AtMost:
		ok = atMost(p.Than)
	case model.Less:
		ok = atMost(p.Than - 1)
	case model.Equal:
		ok = atLeast(p.Than) && atMost(p.Than)
	}
	return out, ok // that a count differs from a number says too little of each part
}

// atom has the clauses of an atom. Of what the net does not have it says nothing.
func (x *structural) atom(a model.Atom, holds bool) (out [][]structure.Literal, ok bool) {
	literal := func(p petri.PlaceID, marked bool) [][]structure.Literal {
		return [][]structure.Literal{{{Place: p, Marked: marked}}}
	}
	switch a.Kind {
	case model.Programs:
		end, started := x.net.Ends[a.Node], x.net.Transitions[x.net.Starts[a.Node]].Out()[0]
		if holds {
			return append(literal(started, true), literal(end, false)...), true
		}
		return [][]structure.Literal{{{Place: started}, {Place: end, Marked: true}}}, true
	case model.PortOn:
		return x.port(a, holds)
	case model.AtPlace, model.Behaves, model.Fires:
		places := x.places[a]
		if !holds && !x.exact[a] {
			return nil, true
		}
		clause := []structure.Literal{}
		for _, p := range places {
			if clause = append(clause, structure.Literal{Place: p, Marked: true}); !holds {
				out = append(out, literal(p, false)...)
			}
		}
		if holds {
			out = [][]structure.Literal{clause}
		}
		return out, true
	}
	return nil, true
}

// port has the clauses of a port that others ask for.
func (x *structural) port(a model.Atom, holds bool) ([][]structure.Literal, bool) {
	s := x.net.Scenario
	t := s.TypeOf(a.Component)
	past := &s.Components[a.Component].Past
	for p := range t.Places {
		if t.HasDockSets(p) || len(past.Ended)+len(past.Doubled) > 0 {
			return nil, true
		}
	}
	fact := petri.Fact{Kind: petri.Active, Node: s.Components[a.Component].Node, Component: a.Component, Index: a.Element}
	if t.Ports[a.Element].Kind.IsUse() {
		fact.Kind, holds = petri.Free, !holds
	}
	source, ok := x.net.Sources[fact]
	if !ok || len(source.On) != 1 {
		return nil, true
	}
	return [][]structure.Literal{{{Place: source.On[0], Marked: holds}}}, true
}
