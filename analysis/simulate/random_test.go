package simulate

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
	"time"

	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// TestRandomScenarios runs random scenarios and checks what holds of every
// trace.
func TestRandomScenarios(t *testing.T) {
	for name, o := range map[string]gen.Options{"all": {}, "ties": {Ties: true}, "no delays": {Ties: true}, "everything": {Runtime: gen.Everything}, "everything, ties": {Runtime: gen.Everything, Ties: true}} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			s := gen.Scenario(o).Draw(t, "scenario")
			if name == "no delays" {
				s.Network = model.Network{Profile: model.Profile{Kind: s.Network.Profile.Kind, Exchanges: 1}}
				if s.Network.Profile.Kind == model.Brokered { // who reads all the time sees what is sent
					s.Network.Profile.Kind = model.Pushing
				}
			}
			seed := rapid.Uint64().Draw(t, "seed")
			for _, sampler := range []Sampler{Draw, Lo, Hi} {
				tr, err := Run(s, Options{Seed: seed, Sampler: sampler})
				if err != nil {
					t.Fatal(err)
				}
				checkTrace(t, s, tr)
			}
		}))
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkTrace states the invariants of a trace.
func checkTrace(t failer, s *model.Scenario, tr *Trace) {
	t.Helper()
	var makespan time.Duration
	ended := true
	for n, node := range tr.Nodes {
		at := node.Start
		for i, in := range node.Instructions {
			if in.Start == model.Never {
				if at != model.Never || node.End != model.Never {
					t.Fatalf("node %d: instruction %d did not start", n, i)
				}
				continue
			}
			if in.Start != at || in.End != model.Never && in.End < in.Start {
				t.Fatalf("node %d: instruction %d runs from %v to %v, the one before ended at %v", n, i, in.Start, in.End, at)
			}
			at = in.End
		}
		if node.End != at {
			t.Fatalf("node %d: ended at %v, its last instruction at %v", n, node.End, at)
		}
		makespan, ended = max(makespan, node.End-node.Start), ended && node.End != model.Never
	}
	if ended != (tr.Outcome == Completed) || ended && tr.Makespan != makespan || !ended && tr.Makespan != model.Never {
		t.Fatalf("%v with makespan %v", tr.Outcome, tr.Makespan)
	}
	if (tr.Outcome == Failed) != (len(tr.Failures) > 0) {
		t.Fatalf("%v with failures %v", tr.Outcome, tr.Failures)
	}
	if tr.Outcome == Deadlock && len(tr.Waits) == 0 {
		t.Fatalf("a deadlock in which nobody waits")
	}
	for _, w := range tr.Waits {
		if w.Text(s) == "" {
			t.Fatalf("a wait without words")
		}
	}
	for _, f := range tr.Failures {
		if f.Text(s) == "" || tr.Nodes[f.Node].End != model.Never && f.Instruction < len(s.Nodes[f.Node].Program) {
			t.Fatalf("a failure without words, or of a program that has ended: %+v", f)
		}
	}
	for c, comp := range tr.Components {
		ty := s.TypeOf(c)
		var at time.Duration
		for _, b := range comp.Behaviours {
			if b.Begin < at || b.End != model.Never && b.End < b.Begin {
				t.Fatalf("component %d: behaviours overlap: %+v", c, comp.Behaviours)
			}
			at = b.End
		}
		at = 0
		marked := make([]bool, len(ty.Places))
		for _, p := range s.Components[c].Active {
			marked[p] = true
		}
		deletions := comp.Deletions
		for k, m := range comp.Moves {
			for len(deletions) > 0 && deletions[0].Moves == k {
				deletions = deletions[1:]
				clear(marked)
			}
			if m.At < at {
				t.Fatalf("component %d: moves are not in order", c)
			}
			at = m.At
			if marked[m.Place] == m.Entered {
				t.Fatalf("component %d: place %d entered or left twice", c, m.Place)
			}
			marked[m.Place] = m.Entered
		}
		for _, f := range comp.Firings {
			d := s.Components[c].Durations[f.Transition]
			if f.End != model.Never && f.End < f.Start+d.Lo {
				t.Fatalf("component %d: firing %+v is shorter than %v", c, f, d)
			}
			if f.End != model.Never && s.Network.Profile.Kind == model.Ideal && f.End > f.Start+d.Hi {
				t.Fatalf("component %d: firing %+v is longer than %v", c, f, d)
			}
		}
	}
}

// TestFinalAgrees checks that a completed run ends in the places that the plan
// determines without time, where nothing is left to do.
func TestFinalAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Benign: true}).Draw(t, "scenario")
		for c := range s.Components {
			for _, tr := range s.TypeOf(c).Transitions {
				if tr.DockSet > 0 {
					t.Skip("with two dock sets the places depend on the order of arrival")
				}
			}
		}
		active, _, err := s.Final()
		if err != nil {
			t.Skip(err)
		}
		tr, err := Run(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if tr.Outcome != Completed || len(tr.Waits) > 0 {
			t.Skip("does not complete")
		}
		deleted := map[int]bool{}
		for _, n := range s.Nodes {
			for _, in := range n.Program {
				deleted[in.Component] = deleted[in.Component] || in.Op == model.Delete
			}
		}
		for c := range s.Components {
			if deleted[c] {
				continue
			}
			marked := make([]bool, len(s.TypeOf(c).Places))
			for _, p := range s.Components[c].Active {
				marked[p] = true
			}
			for _, m := range tr.Components[c].Moves {
				marked[m.Place] = m.Entered
			}
			var got []int
			for p := range marked {
				if marked[p] {
					got = append(got, p)
				}
			}
			if !reflect.DeepEqual(got, active[c]) {
				t.Fatalf("component %s ends in %v, the plan says %v", s.Components[c].Name, got, active[c])
			}
		}
	})
}

// TestReplicateIsDeterministic checks that the replications, and the order in
// which they are visited, do not depend on the number of processors.
func TestReplicateIsDeterministic(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		s := gen.Random(r, gen.Options{})
		const n = 40
		var want []*Trace
		for i := range n {
			tr, err := Run(s, Options{Seed: 9, Index: uint64(i)})
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, tr)
		}
		for _, procs := range []int{1, 2, 4} {
			before := runtime.GOMAXPROCS(procs)
			for _, workers := range []int{0, 1, 3} {
				next := 0
				err := Replicate(s, n, workers, 9, func(i int, tr *Trace) {
					if i != next {
						t.Errorf("visited %d, want %d", i, next)
					}
					next++
					if !reflect.DeepEqual(tr, want[i]) {
						t.Errorf("replication %d differs with %d workers on %d processors", i, workers, procs)
					}
				})
				if err != nil || next != n {
					t.Fatal(err, next)
				}
			}
			runtime.GOMAXPROCS(before)
		}
	}
}
