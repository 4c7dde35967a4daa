package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/cover"
	"adagio/proofs/check/derivation"
	"adagio/proofs/check/lines"
	"adagio/proofs/check/system"
	"adagio/proofs/gen"
)

// read reads the system of a certificate, and its nodes.
func read(t *testing.T, text string) (*derivation.System, []system.Node) {
	r := lines.New(strings.NewReader(text))
	r.Next()
	sys, err := derivation.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	var nodes []system.Node
	for ; r.Letter == "n"; r.Next() {
		nodes = append(nodes, system.Node{Start: r.X[0], End: r.X[1]})
	}
	return sys, nodes
}

// before says which events come before one by causes.
func before(s *derivation.System, e int) map[int]bool {
	out := map[int]bool{}
	var visit func(e int)
	visit = func(e int) {
		for _, p := range s.Causes[e] {
			if !out[p] {
				out[p] = true
				visit(p)
			}
		}
	}
	visit(e)
	return out
}

// forgery changes a system in one place, in many ways, each of some kind.
type forgery struct {
	*derivation.System
	yield func(kind, where string, forged *derivation.System)
	used  map[int]bool // signals
}

func (s *forgery) clauses(kind string, e int, to [][]int) {
	forged := *s.System
	forged.Clauses = slices.Clone(s.Clauses)
	forged.Clauses[e] = to
	s.yield(kind, fmt.Sprint("the clauses of ", e, s.Labels[e], s.Clauses[e], to), &forged)
}

func (s *forgery) phases(kind string, g int, change func(p [][2]int) [][2]int) {
	forged, to := *s.System, change(slices.Clone(s.Phases[g]))
	forged.Phases = slices.Clone(s.Phases)
	forged.Phases[g] = to
	s.yield(kind, fmt.Sprint("the phases of ", g, s.Phases[g], to), &forged)
}

func (s *forgery) causes(kind string, e int, to []int) {
	forged := *s.System
	forged.Causes = slices.Clone(s.Causes)
	forged.Causes[e] = to
	s.yield(kind, fmt.Sprint("the causes of ", e, s.Labels[e], s.Causes[e], to), &forged)
}

func (s *forgery) delay(kind string, e int, lo, hi int64) {
	forged := *s.System
	forged.Lo, forged.Hi = slices.Clone(s.Lo), slices.Clone(s.Hi)
	forged.Lo[e], forged.Hi[e] = lo, hi
	s.yield(kind, fmt.Sprint("the delay of ", e, s.Labels[e]), &forged)
}

// forge yields systems that are changed in one place.
func forge(sys *derivation.System, yield func(kind, where string, forged *derivation.System)) {
	s := &forgery{sys, yield, map[int]bool{}}
	s.forgeClauses()
	s.forgePhases()
	s.forgeEvents()
}

func (s *forgery) forgeClauses() {
	for e, all := range s.Clauses {
		for q, clause := range all {
			s.clauses("a clause that is left out", e, slices.Delete(slices.Clone(all), q, q+1))
			for i, g := range clause {
				s.used[g] = true
				if len(clause) > 1 {
					to := slices.Clone(all)
					to[q] = slices.Delete(slices.Clone(clause), i, i+1)
					s.clauses("a provider that is left out", e, to)
				}
			}
			other := (clause[0] + 1) % len(s.Phases)
			s.clauses("a clause too many", (e+len(s.Lo)/2)%len(s.Lo), append(slices.Clone(s.Clauses[(e+len(s.Lo)/2)%len(s.Lo)]), clause))
			to := slices.Clone(all)
			to[q] = append(slices.Clone(clause), other)
			s.clauses("a provider too many", e, to)
		}
	}
}

func (s *forgery) forgePhases() {
	for g := range s.Phases {
		for k, p := range s.Phases[g] {
			if !s.used[g] {
				continue
			}
			if p[0] != derivation.None {
				s.phases("a phase that begins with the cause of its beginning", g, func(x [][2]int) [][2]int {
					if c := s.Causes[p[0]]; len(c) > 0 {
						x[k][0] = c[0]
					}
					return x
				})
				if k == 0 {
					s.phases("a condition that holds from the beginning", g, func(x [][2]int) [][2]int { x[0][0] = derivation.None; return x })
				}
			}
			if p[1] != derivation.None {
				s.phases("a phase that does not end", g, func(x [][2]int) [][2]int { x[k][1] = derivation.None; return x[:k+1] })
			}
			if len(s.Phases[g]) > 1 {
				s.phases("a phase that is left out", g, func(x [][2]int) [][2]int { return slices.Delete(x, k, k+1) })
			}
		}
	}
}

func (s *forgery) forgeEvents() {
	for e := range s.Lo {
		past := before(s.System, e)
		for i := range s.Causes[e] {
			s.causes("a cause that is left out", e, slices.Delete(slices.Clone(s.Causes[e]), i, i+1))
		}
		for p := e - 1; p >= 0; p-- {
			if !past[p] {
				s.causes("a cause too many", e, append(slices.Clone(s.Causes[e]), p))
				break
			}
		}
		s.delay("a delay that is longer", e, s.Lo[e]+1, s.Hi[e]+1)
		if s.Hi[e] > s.Lo[e] {
			s.delay("a delay that is surer", e, s.Lo[e], s.Hi[e]-1)
		}
	}
}

// dates are the bounds of the end of each node that follow from a system, lower ones
// negative; nothing, if no execution is complete. It is not ok if it is none for a cover.
func dates(s *derivation.System, nodes []system.Node) (out []time.Duration, ok bool) {
	c := cover.NewSystem()
	for e := range s.Lo {
		var causes []cover.Event
		for _, p := range s.Causes[e] {
			causes = append(causes, cover.Event(p))
		}
		c.Event(cover.Alone, time.Duration(s.Lo[e]), time.Duration(s.Hi[e]), causes...)
	}
	for _, phases := range s.Phases {
		var all []cover.Phase
		for _, p := range phases {
			all = append(all, cover.Phase{On: cover.Event(p[0]), Off: cover.Event(p[1])})
		}
		c.Signal(all...)
	}
	for e, all := range s.Clauses {
		for _, clause := range all {
			var signals []cover.Signal
			for _, g := range clause {
				signals = append(signals, cover.Signal(g))
			}
			c.Guard(cover.Event(e), signals...)
		}
	}
	var goals []cover.Event
	for _, n := range nodes {
		goals = append(goals, cover.Event(n.End))
	}
	covered, err := cover.Of(c, cover.Limits{})
	if err != nil {
		return nil, err.Error() == "no execution is complete"
	}
	refined := covered.Refine(goals)
	for _, g := range goals {
		out = append(out, -refined.Earliest(g), refined.Latest(g))
	}
	return out, true
}

// TestForgedSystems: systems of the gallery, and of random scenarios, are changed in one
// place, in many ways. None is taken for that of its scenario with nothing given, unless it
// has the same bounds or wider ones: nor, by a clause or a phase, one of which only delays are given.
func TestForgedSystems(t *testing.T) {
	var all []*model.Scenario
	files, _ := filepath.Glob("../../testdata/gallery/*.ballet")
	for _, file := range files {
		all = append(all, dsltest.Load(t, dsl.Options{Files: []string{file}}))
	}
	for seed := range uint64(*scenarios / 10) {
		all = append(all, gen.Random(rand.New(rand.NewPCG(seed, 29)), gen.Options{Benign: true}))
	}
	tried, same, models := map[string]int{}, map[string]int{}, 0
	for _, s := range all {
		_, text, err := certify(s)
		if err != nil {
			continue
		}
		sys, nodes := read(t, text)
		delays, conditions, err := system.Against(s, sys, nodes)
		if err != nil || conditions != "" {
			continue
		}
		models++
		want, _ := dates(sys, nodes)
		forge(sys, func(kind, where string, forged *derivation.System) {
			if delays != "" && (strings.HasPrefix(kind, "a delay") || strings.HasPrefix(kind, "a cause")) {
				return
			}
			tried[kind]++
			if _, conditions, err := system.Against(s, forged, nodes); err != nil || conditions != "" {
				return
			}
			same[kind]++
			got, ok := dates(forged, nodes)
			tighter := ok && len(got) < len(want)
			for i := range got {
				tighter = tighter || got[i] < want[i]
			}
			if tighter {
				t.Errorf("%s, %s, is accepted, with %v, not %v, of\n%s", kind, where, got, want, gen.Text(s))
			}
		})
	}
	for kind, n := range tried {
		if t.Logf("%s: %d tried, %d accepted that have the same bounds or wider ones", kind, n, same[kind]); n == same[kind] {
			t.Error("none is rejected")
		}
	}
	if t.Log(models, "systems"); models < 30 || len(tried) < 12 {
		t.Errorf("only %d systems, %d kinds", models, len(tried))
	}
}
