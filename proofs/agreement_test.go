package proofs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"
)

// # Agreement
//
// Statement. With constant delays and the profile ideal, every date of the
// simulator equals the date of the event graph, to the nanosecond; both deadlock
// or neither does, with the same components in it.
//
// Hypotheses. Constant delays. Where the plan has races (two conflicting events
// at the same date count as one), the simulator's execution is that of one of the
// event graphs.
//
// Reference. petri/README.md, section 2, "Exactness"; Baccelli, Cohen, Olsder,
// Quadrat, Synchronization and Linearity (1992), theorem 2.58: the daters of a
// timed event graph are the least solution of its (max,+) recursion.
func TestAgreement(t *testing.T) {
	agree(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true})
}

// agree compares the simulator with the net on random scenarios.
func agree(t *testing.T, opts gen.Options) {
	t.Helper()
	limits := 0
	for name, runtime := range map[string]gen.Runtime{"plain": {}, "runtime": gen.Everything} {
		opts.Runtime = runtime
		t.Run(name, func(t *testing.T) {
			checkEach(t, mostAnswered, gen.Scenario(opts), func(s *model.Scenario) (string, error) {
				limits += limitWaits(s)
				return disagreement(s)
			})
		})
	}
	someLimits(t, limits)
}

// limitWaits is 1 for a scenario in which a limit holds a push back, else 0.
func limitWaits(s *model.Scenario) int {
	trace, err := simulate.Run(s, simulate.Options{Sampler: simulate.Lo})
	if err != nil {
		return 0
	}
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			if x := trace.Nodes[n].Instructions[i]; in.Op == model.Limit && x.Start != model.Never && x.End > x.Start {
				return 1
			}
		}
	}
	return 0
}

// someLimits fails a property that has hardly met a limit that holds a push back.
func someLimits(t *testing.T, limits int) {
	t.Helper()
	if t.Logf("a limit held a push back in %d scenarios", limits); limits < gen.Floor(3) && !t.Failed() {
		t.Error("too few scenarios have a limit that matters")
	}
}

// TestAgreementWithTies is the same where many things happen at one date.
func TestAgreementWithTies(t *testing.T) {
	agree(t, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Constant: true, Ties: true})
}

// TestAgreementOfPush is the same for the profile push: what is sent when a fact
// changes, or in answer to a hello, is known at the date that the net says.
func TestAgreementOfPush(t *testing.T) {
	agree(t, gen.Options{Profiles: []model.ProfileKind{model.Pushing}, Constant: true})
}

// TestAgreementAsleep is the same for nodes that sleep, with executor ideal or push
// and without a race: what waits for its node to be awake happens at the date that
// the net says.
func TestAgreementAsleep(t *testing.T) {
	scenarios := gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing}, Constant: true, Sleep: true, Benign: true}
	checkEach(t, mostAnswered, gen.Scenario(scenarios), func(s *model.Scenario) (string, error) {
		if r, err := analysis.Analyse(s, analysis.Options{}); err != nil {
			return "", err
		} else if len(r.Races) > 0 {
			return "", errors.New("it has races")
		}
		return disagreement(s)
	})
}

// disagreement says how the simulator and the event graphs of a scenario differ,
// or nothing. A scenario may be refused.
func disagreement(s *model.Scenario) (why string, refused error) {
	if err := s.Validate(); err != nil {
		return err.Error(), nil
	}
	trace, err := simulate.Run(s, simulate.Options{Sampler: simulate.Lo})
	if err != nil {
		return err.Error(), nil
	}
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return "", err
	}
	if r.Cover != nil { // its graph is no run
		return "", errors.New("the orders of races are covered")
	}
	var reasons []string
	for _, run := range r.Runs {
		why := differs(s, trace, run.Graph)
		if why == "" {
			return "", nil
		}
		reasons = append(reasons, why)
	}
	for _, w := range trace.Waits {
		reasons = append(reasons, "simulated: "+w.Text(s))
	}
	for _, w := range r.Diagnostics() {
		reasons = append(reasons, "analysed: "+w.String())
	}
	return fmt.Sprintf("no run of %d agrees, simulator: %v: %v", len(r.Runs), trace.Outcome, strings.Join(reasons, "\n")), nil
}

// differs compares a trace with the earliest dates of an event graph.
func differs(s *model.Scenario, trace *simulate.Trace, g *petri.EventGraph) string {
	dates, latest, err := g.Bracket()
	if err != nil {
		return err.Error()
	}
	if g.Bracketed() && !slices.Equal(dates, latest) {
		return "there are intervals, though all delays are constant"
	}
	if g.Complete != (trace.Outcome == simulate.Completed) {
		return fmt.Sprintf("complete %v, simulated %v", g.Complete, trace.Outcome)
	}
	if failed := g.Failures(); trace.Outcome == simulate.Failed || len(failed) > 0 {
		return failsElsewhere(s, trace, failed)
	}
	for n, end := range g.Ends {
		want := trace.Nodes[n].End
		if (end >= 0) != (want != model.Never) || end >= 0 && dates[end] != want {
			return fmt.Sprintf("node %s ends %v, simulated %v", s.Nodes[n].Name, date(dates, end), want)
		}
	}
	// When every program has ended the simulator stops: what still runs then is
	// not compared.
	last := model.Never
	if g.Complete {
		last = 0
		for _, end := range g.Ends {
			last = max(last, dates[end])
		}
	}
	late := func(e entry) bool { return e.end >= last }
	ours := slices.DeleteFunc(entries(g.Record(), func(e petri.EventID) time.Duration { return date(dates, e) }), late)
	theirs := slices.DeleteFunc(entries(trace.Record, func(d time.Duration) time.Duration { return d }), late)
	if !slices.Equal(ours, theirs) {
		return fmt.Sprintf("record\n %v\nsimulated\n %v", ours, theirs)
	}
	return ""
}

// failsElsewhere compares the first failures: what others do once a process has ended
// is not followed by the graph.
func failsElsewhere(s *model.Scenario, trace *simulate.Trace, failed []petri.Failure) string {
	if trace.Outcome != simulate.Failed {
		return fmt.Sprintf("fails at %v, simulated %v", failed, trace.Outcome)
	}
	first := trace.Failures[0]
	if !slices.ContainsFunc(failed, func(f petri.Failure) bool { return f.Node == first.Node && f.Instruction == first.Instruction }) {
		return fmt.Sprintf("fails at %v, simulated: %s", failed, first.Text(s))
	}
	return ""
}

func date(dates []time.Duration, e petri.EventID) time.Duration {
	if e < 0 {
		return model.Never
	}
	return dates[e]
}

// entry is one thing that a node or a component does.
type entry struct {
	what       string
	who, which int
	start, end time.Duration
}

func (e entry) compare(f entry) int {
	return cmp.Or(cmp.Compare(e.what, f.what), cmp.Compare(e.who, f.who), cmp.Compare(e.which, f.which), cmp.Compare(e.start, f.start), cmp.Compare(e.end, f.end))
}

// entries lists what a record has that happens, sorted.
func entries[T any](r model.Record[T], date func(T) time.Duration) (out []entry) {
	add := func(what string, who, which int, start, end T) {
		if date(end) != model.Never {
			out = append(out, entry{what, who, which, date(start), date(end)})
		}
	}
	for n, node := range r.Nodes {
		for i, at := range node.Instructions {
			add("instruction", n, i, at.End, at.End)
		}
	}
	for c, k := range r.Components {
		for _, b := range k.Behaviours {
			add("behaviour", c, b.Behaviour, b.Begin, b.End)
		}
		for _, f := range k.Firings {
			add("transition", c, f.Transition, f.Start, f.End)
		}
		for _, m := range k.Moves {
			add(map[bool]string{true: "enters", false: "leaves"}[m.Entered], c, m.Place, m.At, m.At)
		}
		for _, d := range k.Deletions {
			add("deletion", c, d.Moves, d.At, d.At)
		}
	}
	slices.SortFunc(out, entry.compare)
	return out
}
