package main

import (
	"fmt"
	"testing"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// FuzzCheck reads any text as a certificate: it never panics, and what is accepted bounds
// what the simulator does with all delays at one end.
//
//	go test ./proofs/check -run '^$' -fuzz FuzzCheck
func FuzzCheck(f *testing.F) {
	var scenarios []*model.Scenario
	for _, name := range []string{"fork", "race", "refusing"} {
		s := dsltest.Load(f, dsl.Options{Files: []string{"../../testdata/gallery/" + name + ".ballet"}})
		_, text, err := certify(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(len(scenarios), text)
		scenarios = append(scenarios, s)
	}
	f.Fuzz(func(t *testing.T, which int, text string) {
		s := scenarios[uint(which)%uint(len(scenarios))]
		answer, err := check(s, text)
		if err != nil {
			return
		}
		var makespan, span [2]float64
		if _, err := fmt.Sscanf(answer, "yes: makespan %gs .. %gs, span %gs .. %gs;", &makespan[0], &makespan[1], &span[0], &span[1]); err != nil {
			t.Fatalf("%q: %v", answer, err)
		}
		for _, sampler := range []simulate.Sampler{simulate.Lo, simulate.Hi} {
			trace, err := simulate.Run(s, simulate.Options{Sampler: sampler})
			if err != nil {
				t.Fatal(err)
			}
			const grain = 1e-6 // an answer has nine digits
			if got := trace.Span(); trace.Outcome == simulate.Completed && (got.Seconds() < span[0]-grain || got.Seconds() > span[1]+grain || trace.Makespan.Seconds() > makespan[1]+grain) {
				t.Fatalf("%s is accepted, and an execution takes %v, from its start %v", answer, got, time.Duration(trace.Makespan))
			}
		}
	})
}
