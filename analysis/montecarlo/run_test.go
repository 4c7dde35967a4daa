package montecarlo

import (
	"errors"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// load resolves a plan of a model of the repository, with its bounds.
func load(t testing.TB, opts dsl.Options) (*model.Scenario, *analysis.Result) {
	t.Helper()
	for i, f := range opts.Files {
		opts.Files[i] = filepath.Join("../../testdata", f)
	}
	s := dsltest.Load(t, opts)
	r := analysistest.Bounds(t, s)
	return s, r
}

func cps(t testing.TB) (*model.Scenario, *analysis.Result) {
	return load(t, dsl.Options{Files: []string{"cps.ballet"}, Plan: "deploy", Set: map[string]int{"sites": 1}})
}

func sample(t testing.TB, s *model.Scenario, opts Options) *Result {
	t.Helper()
	r, err := Run(s, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestDeterministic: the result is the same to the last bit whatever the number
// of workers and processors.
func TestDeterministic(t *testing.T) {
	s, b := cps(t)
	opts := Options{Seed: 7, HalfWidth: 20 * time.Millisecond, Bounds: b, Batch: 100, Workers: 1}
	want := sample(t, s, opts)
	for _, processors := range []int{1, 2, 5} {
		old := runtime.GOMAXPROCS(processors)
		opts.Workers = 0
		if got := sample(t, s, opts); !reflect.DeepEqual(got, want) {
			t.Errorf("%d processors: %+v, want %+v", processors, got, want)
		}
		runtime.GOMAXPROCS(old)
	}
	opts.Seed = 8
	if got := sample(t, s, opts); got.Mean == want.Mean {
		t.Error("another seed gives the same mean")
	}
}

// TestReplications: replication i is simulate.Run with index i, and they are
// visited in order.
func TestReplications(t *testing.T) {
	s, b := cps(t)
	next := 0
	sample(t, s, Options{Seed: 3, N: 50, Batch: 20, Workers: 3, Bounds: b, Traces: true, Visit: func(r Replication) error {
		want, err := simulate.Run(s, simulate.Options{Seed: 3, Index: uint64(r.Index)})
		if err != nil || r.Index != next || !reflect.DeepEqual(r.Trace, want) || r.Makespan != want.Makespan || r.Outcome != want.Outcome {
			t.Errorf("replication %d is not what Run gives (%v)", r.Index, err)
		}
		next++
		return nil
	}})
	if next != 50 {
		t.Errorf("%d were visited", next)
	}
	stop := errors.New("stop")
	if _, err := Run(s, Options{Visit: func(Replication) error { return stop }}); !errors.Is(err, stop) {
		t.Errorf("an error of Visit is lost: %v", err)
	}
}

// TestStoppingRule: an experiment stops after the first batch at which the mean
// is known well enough, or after the greatest number.
func TestStoppingRule(t *testing.T) {
	s, b := cps(t)
	type look struct {
		done int
		half time.Duration
	}
	var looks []look
	opts := Options{Seed: 1, HalfWidth: 30 * time.Millisecond, Batch: 64, Bounds: b, Progress: func(n int, h time.Duration) { looks = append(looks, look{n, h}) }}
	r := sample(t, s, opts)
	if !r.Precise || r.HalfWidth > opts.HalfWidth || r.Replications%64 != 0 || r.Replications != 64*len(looks) {
		t.Errorf("%+v after %v", r, looks)
	}
	for i, l := range looks {
		if last := i == len(looks)-1; last != (l.half <= opts.HalfWidth) || l.done != 64*(i+1) {
			t.Errorf("look %d of %d: %+v", i+1, len(looks), l)
		}
	}
	opts.HalfWidth, opts.N = time.Nanosecond, 100
	if r := sample(t, s, opts); r.Precise || r.Replications != 100 {
		t.Errorf("precise %v after %d", r.Precise, r.Replications)
	}
	if r := sample(t, s, Options{N: 1}); r.HalfWidth != model.Never || r.Completed != 1 {
		t.Errorf("%+v", r)
	}
	for _, bad := range []Options{{N: -1}, {Confidence: 1}, {Quantiles: []float64{0}}, {HalfWidth: -1}} {
		if _, err := Run(s, bad); err == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}

// TestOutside: a replication that contradicts the bounds is found.
func TestOutside(t *testing.T) {
	s, b := cps(t)
	r := sample(t, s, Options{Seed: 1, N: 100, Bounds: b})
	if r.Comparison.Outside != 0 || r.Comparison.First != nil {
		t.Fatalf("%+v", r.Comparison)
	}
	narrow := *b
	narrow.Makespan.Upper = r.Quantiles[3].Value
	r = sample(t, s, Options{Seed: 1, N: 100, Bounds: &narrow})
	if r.Comparison.Outside != 50 {
		t.Errorf("%d of 100 are above the median", r.Comparison.Outside)
	}
	first := r.Comparison.First
	trace, err := simulate.Run(s, simulate.Options{Seed: first.Seed, Index: uint64(first.Index)})
	if err != nil || trace.Makespan != first.Makespan || first.Makespan <= narrow.Makespan.Upper {
		t.Errorf("%+v cannot be repeated: %v", first, err)
	}
}

// TestDeadlocks counts replications that do not end.
func TestDeadlocks(t *testing.T) {
	s, b := load(t, dsl.Options{Files: []string{"gallery/deadlock.ballet"}})
	r := sample(t, s, Options{N: 10, Bounds: b})
	if r.Deadlocks != 10 || r.FirstDeadlock != 0 || r.Completed != 0 || r.Histogram != nil || r.Quantiles != nil || r.Comparison.Outside != 0 {
		t.Errorf("%+v", r)
	}
}
