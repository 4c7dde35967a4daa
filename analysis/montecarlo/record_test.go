package montecarlo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// gathered samples in shards, writes and reads the records, and gathers them.
func gathered(s *model.Scenario, opts Options, shards int) (*Result, error) {
	var list []*Record
	for i := range shards {
		err := Sample(s, opts, opts.N*i/shards, opts.N*(i+1)/shards, func(r *Record) error {
			text, err := json.Marshal(r)
			if err != nil {
				return err
			}
			list = append(list, new(Record))
			return json.Unmarshal(text, list[len(list)-1])
		})
		if err != nil {
			return nil, err
		}
	}
	return Gather(s, opts, func(yield func(*Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	})
}

// TestShards: an experiment in shards has the result of one run, to the last bit: with either
// engine, and with replications that deadlock, fail, hang, or outlast the programs, and with
// nodes that sleep.
func TestShards(t *testing.T) {
	check := func(name string, s *model.Scenario, b *analysis.Result, n int) *Result {
		t.Helper()
		opts := Options{Seed: 5, N: n, Bounds: b}
		want := sample(t, s, opts)
		for _, shards := range []int{1, 3} {
			got, err := gathered(s, opts, shards)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s in %d shards: %v\n%+v, want\n%+v", name, shards, err, got, want)
			}
		}
		return want
	}
	s, b := join(t)
	check("graph", s, b, 30_000)
	s, b = cps(t)
	check("executor", s, b, 300)
	s, b = load(t, dsl.Options{Files: []string{"gallery/deadlock.ballet"}})
	check("deadlock", s, b, 10)
	s, b = load(t, dsl.Options{Files: []string{"cps.ballet"}, Plan: "deploy", Set: map[string]int{"sites": 1}, Network: "../../testdata/platforms/asleep_broker.ballet"})
	if r := check("asleep", s, b, 5); r.Usage == nil {
		t.Error("no node sleeps")
	}

	r := rand.New(rand.NewPCG(1, 9))
	seen := map[string]int{}
	for i := range 80 {
		o := gen.Options{Sleep: i%4 == 0, Runtime: gen.Runtime{Rules: model.Rules{Exits: true, Confirmations: true, Fails: true}, Fails: i%3 == 0}}
		if o.Sleep {
			o.Profiles = []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered}
		}
		s := gen.Random(r, o)
		b, err := analysis.Analyse(s, analysis.Options{})
		if err != nil {
			b = nil
		}
		result := check(fmt.Sprint("random ", i), s, b, 20)
		for what, n := range map[string]int{"completed": result.Completed, "deadlock": result.Deadlocks, "fail": result.Failures, "hang": result.Open} {
			if n > 0 {
				seen[what]++
			}
		}
		if result.Quiescence != nil {
			seen["outlast"]++
		}
	}
	t.Log(seen)
	if slices.Min([]int{seen["completed"], seen["deadlock"], seen["outlast"]}) < 3 {
		t.Error("too few")
	}
}

// TestGatherMistakes: what are not the records of an experiment is no result.
func TestGatherMistakes(t *testing.T) {
	s, b := join(t)
	opts := Options{N: 10, Bounds: b}
	record := func(first, n int) *Record {
		r := new(Record)
		if err := Sample(s, opts, first, first+n, func(one *Record) error { r = one; return nil }); err != nil {
			t.Fatal(err)
		}
		return r
	}
	other := record(0, 10)
	other.Critical = map[int]int{99: 1}
	for name, list := range map[string][]*Record{"too few": {record(0, 9)}, "too many": {record(0, 10), record(10, 1)}, "a gap": {record(0, 4), record(5, 5)}, "another plan's": {other}} {
		if _, err := Gather(s, opts, func(yield func(*Record, error) bool) {
			for _, r := range list {
				yield(r, nil)
			}
		}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	opts.HalfWidth = 1
	if err := Sample(s, opts, 0, 1, nil); err == nil {
		t.Error("a half width of a part")
	}
}
