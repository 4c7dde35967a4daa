package proofs

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Races
//
// Statement. Whenever two executions of one scenario differ in the order in which
// a provider left a place and a user entered one, of two components that a
// connection joins, a race had been reported.
//
// Hypotheses. Ideal profile. The order of moves at one date is no order. Under
// concerto-d the places of a port are a group, and moves inside are free: they are
// not counted.
//
// Reference. petri/README.md, section 3.
func TestRaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(r.Races) > 0 {
			return
		}
		var first map[string]int
		for i := range 6 {
			trace, err := simulate.Run(s, simulate.Options{Seed: 3, Index: uint64(i)})
			if err != nil {
				t.Fatal(err)
			}
			order := ordersOf(s, trace)
			if i == 0 {
				first = order
				continue
			}
			for pair, sign := range order {
				if other, ok := first[pair]; ok && other != sign && other != 0 && sign != 0 && !independent(s, pair) {
					t.Fatalf("%s: both orders happen, and no race was reported\n%s", pair, gen.Text(s))
				}
			}
		}
	})
}

// moveOf is the nth move of a component: what comes before what is asked by it.
type moveOf struct {
	component, nth int
	entered        bool
	at             time.Duration
}

// ordersOf tells, for the k-th departure of a provider's bound place and the j-th
// entry of its user into a bound place, which came first.
func ordersOf(s *model.Scenario, trace *simulate.Trace) map[string]int {
	out := map[string]int{}
	for i, l := range s.Links {
		if !l.UserSide || !l.ProviderSide {
			continue
		}
		leaves := boundMoves(s, trace, l.Provider, l.ProvidePort, false)
		enters := boundMoves(s, trace, l.User, l.UsePort, true)
		for _, a := range leaves {
			for _, b := range enters {
				out[fmt.Sprintf("link %d: departure %d, entry %d", i, a.nth, b.nth)] = cmp.Compare(a.at, b.at)
			}
		}
	}
	return out
}

// boundMoves lists the departures from the places of a port, or the entries into
// them, that others may have to wait for, or that wait for others.
func boundMoves(s *model.Scenario, trace *simulate.Trace, component, port int, entered bool) []moveOf {
	var out []moveOf
	nth := 0
	k := &trace.Components[component]
	for i, m := range k.Moves {
		if m.Entered != entered || !boundTo(s, component, port, m.Place) {
			continue
		}
		before := k.Moves[:i]
		if !entered {
			before = k.Moves[:i+1]
		}
		if s.Semantics != model.ConcertoD || !held(s, component, port, k.Firings, before, m.At) {
			out = append(out, moveOf{component, nth, entered, m.At})
		}
		nth++
	}
	return out
}

func boundTo(s *model.Scenario, component, port, place int) bool {
	return slices.Contains(s.TypeOf(component).Ports[port].Bound, model.Binding{Kind: model.ToPlace, Index: place})
}

// held says whether, after some moves, a place of a port is active, or a transition
// between two of them has departed and its end not been entered.
func held(s *model.Scenario, component, port int, firings []model.Firing[time.Duration], moves []model.Move[time.Duration], now time.Duration) bool {
	active, entered := map[int]bool{}, map[int]time.Duration{}
	for _, p := range s.Components[component].Active {
		active[p] = true
	}
	for _, m := range moves {
		if active[m.Place] = m.Entered; m.Entered {
			entered[m.Place] = m.At
		}
	}
	for p := range active {
		if active[p] && boundTo(s, component, port, p) {
			return true
		}
	}
	return slices.ContainsFunc(firings, func(f model.Firing[time.Duration]) bool {
		tr := s.TypeOf(component).Transitions[f.Transition]
		at, ok := entered[tr.Dst]
		arrived := ok && f.End != model.Never && at >= f.End
		return f.Start <= now && !arrived && boundTo(s, component, port, tr.Src) && boundTo(s, component, port, tr.Dst)
	})
}

// independent says whether a pair of moves is not in conflict: a data port locks
// nobody, and a user may enter for another of its providers.
func independent(s *model.Scenario, pair string) bool {
	var i, a, b int
	if _, err := fmt.Sscanf(pair, "link %d: departure %d, entry %d", &i, &a, &b); err != nil {
		return true
	}
	l := s.Links[i]
	providers := 0
	for _, other := range s.Links {
		if other.User == l.User && other.UsePort == l.UsePort {
			providers++
		}
	}
	return providers > 1 || s.TypeOf(l.User).Ports[l.UsePort].Kind != model.Use
}
