package simulate

import (
	"reflect"
	"sync"
	"testing"

	"adagio/dsl/model"
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
