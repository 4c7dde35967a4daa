package simulate

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// TestRunner: a runner gives what Run gives, also to several goroutines at once.
func TestRunner(t *testing.T) {
	for _, kind := range []model.ProfileKind{model.Ideal, model.Polling} {
		s := bigRandom(kind)
		r, err := NewRunner(s)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for i := range uint64(8) {
			group.Go(func() {
				want, err := Run(s, Options{Seed: 1, Index: i})
				if got := r.Run(Options{Seed: 1, Index: i}); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%v, run %d differs from Run (%v)", kind, i, err)
				}
			})
		}
		group.Wait()
	}
}

// bigRandom is the random scenario with the longest programs of a hundred.
func bigRandom(kind model.ProfileKind) *model.Scenario {
	r := rand.New(rand.NewPCG(1, 1))
	var best *model.Scenario
	size := -1
	for range 100 {
		s := gen.Random(r, gen.Options{Nodes: 8, Components: 40, Benign: true, Profiles: []model.ProfileKind{kind}})
		n := 0
		for _, node := range s.Nodes {
			n += len(node.Program)
		}
		if n > size {
			best, size = s, n
		}
	}
	return best
}
