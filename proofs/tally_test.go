package proofs

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"testing"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// mostAnswered is the percentage of random scenarios that the analysis answers at least,
// where nothing is said about them.
const mostAnswered = 85

// checkEach checks a property of random scenarios, which says what is wrong with one,
// or that the analysis refuses it, in which case it has shown nothing. At least a percentage
// must be answered; those that are refused are counted by reason.
func checkEach(t *testing.T, least int, scenarios *rapid.Generator[*model.Scenario], property func(*model.Scenario) (wrong string, refused error)) {
	t.Helper()
	count := tally{}
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios.Draw(t, "scenario")
		wrong, refused := property(s)
		if wrong != "" {
			t.Fatalf("%s\n%s", wrong, gen.Text(s))
		}
		count.add(refused)
	})
	count.check(t, least)
}

// tally counts scenarios that were answered, under "", and refused, by reason.
type tally map[string]int

// numbers stand for what differs between two refusals of one kind.
var numbers = regexp.MustCompile(`"[^"]*"|[0-9][0-9.,]*[a-zµ]*`)

func (c tally) add(err error) {
	reason := ""
	if refused, ok := errors.AsType[*analysis.RefusedError](err); ok {
		reason = refused.Reason
	} else if err != nil {
		reason = err.Error()
	}
	c[numbers.ReplaceAllString(reason, "…")]++
}

// check logs the counts, and wants a percentage answered.
func (c tally) check(t *testing.T, least int) {
	t.Helper()
	all := 0
	for _, n := range c {
		all += n
	}
	t.Logf("%d scenarios, %d answered", all, c[""])
	for _, reason := range slices.Sorted(maps.Keys(c)) {
		if reason != "" {
			t.Logf("%d refused: %s", c[reason], reason)
		}
	}
	scatter := 0 // of few draws: a refusal or two more
	if testing.Short() {
		scatter = 2
	}
	if !t.Failed() && 100*(c[""]+scatter) < least*all {
		t.Errorf("only %d of %d answered, want %d %% at least", c[""], all, least)
	}
}
