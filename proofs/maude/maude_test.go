package maude

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/proofs/gen"
)

// A long run: go test ./proofs/maude -scenarios 200 -v
var scenariosFlag = flag.Int("scenarios", 40, "how many scenarios Maude explores")

// # The executor stated twice
//
// Statement. Every state in which an execution of the simulator comes to rest is a final
// state of the rewriting theory. If the analysis says that a plan never ends, some program
// has not ended in any of these; if it says that it always ends, all have in each; if it
// reports a deadlock that it does not call unproved, there is a final state with one.
//
// Hypotheses. Semantics concerto-d, the profile ideal; starts, pauses, transitions and
// messages last any time. Scenarios whose executions are short.
//
// Reference. dsl/SEMANTICS.md, sections 1 to 4 and 6; README.md says what is left out.
func TestFinalStates(t *testing.T) {
	if _, err := exec.LookPath("maude"); err != nil {
		t.Skip("maude is not installed: apt-get install maude")
	}
	scenarios, seeds := small(t, *scenariosFlag)
	count := map[string]int{}
	for i, finals := range search(t, scenarios) {
		s := scenarios[i]
		contents(s, count)
		if wrong := compare(t, s, finals, count); wrong != "" {
			t.Errorf("seed %d: %s\nfinal states in Maude: %q\n%s", seeds[i], wrong, finals, gen.Text(s))
		}
	}
	t.Log(count)
	few := len(scenarios) / 10
	for what, least := range map[string]int{
		"several final states": 4 * few, "always ends": 3 * few, "may deadlock": 2 * few, "always deadlocks": few,
		"with connect": 4 * few, "with wait for an end": few, "with wait holding": few / 5, "with wait all": few / 2,
		"with limit": few / 4, "with pause": few / 2, "with disconnect": few / 2, "with delete": few / 2, "with a remote link": few,
	} {
		if count[what] < least {
			t.Errorf("%s: %d, want %d at least", what, count[what], least)
		}
	}
	if n := count["refused"] + count["unproved"] + count["certain, and reported as possible"]; n > few {
		t.Errorf("the analysis leaves %d open, want %d at most", n, few)
	}
	if count["reached"] < 9*count["final states"]/10 {
		t.Error("the simulator reaches too few of the final states")
	}
}

// contents counts what a scenario has.
func contents(s *model.Scenario, count map[string]int) {
	has := map[string]bool{}
	for n := range s.Nodes {
		for _, in := range s.Nodes[n].Program {
			has["with "+in.Op.String()] = true
			has["with wait for an end"] = has["with wait for an end"] || in.Op == model.Wait && in.Behaviour >= 0
			has["with wait holding"] = has["with wait holding"] || in.Holding
		}
	}
	has["with a remote link"] = remote(s)
	for what, yes := range has {
		if yes {
			count[what]++
		}
	}
}

// remote says whether there is a link between two nodes.
func remote(s *model.Scenario) bool {
	return slices.ContainsFunc(s.Links, func(l model.Link) bool { return s.Components[l.User].Node != s.Components[l.Provider].Node })
}

// small draws scenarios of which an execution is short. In half of them executions end in
// different states.
func small(t *testing.T, n int) (scenarios []*model.Scenario, seeds []uint64) {
	raced := 0
	for seed := uint64(0); len(scenarios) < n; seed++ {
		s := gen.Random(rand.New(rand.NewPCG(seed, 31)), gen.Options{
			Profiles: []model.ProfileKind{model.Ideal}, Semantics: []model.Semantics{model.ConcertoD},
			Nodes: 1 + int(seed%3), Components: 2 + int(seed%2), Benign: seed%4 == 0,
		})
		gen.AnyTime(s)
		// The messages between nodes come in many orders.
		facts := strings.Count(module("", s), "knows(")
		if seed%3 > 0 && !remote(s) || facts > 5 || run(t, s, 0).Events > 110-16*facts {
			continue
		}
		reached := map[string]bool{}
		for seed := range uint64(30) {
			reached[outcome(s, run(t, s, seed))] = true
		}
		races := len(reached) > 1
		if !races && len(scenarios)-raced == n/2 {
			continue
		}
		scenarios, seeds = append(scenarios, s), append(seeds, seed)
		if races {
			raced++
		}
	}
	return scenarios, seeds
}

func run(t *testing.T, s *model.Scenario, seed uint64) *simulate.Trace {
	trace, err := simulate.Run(s, simulate.Options{State: true, Choose: func() simulate.Chooser { return anything(seed) }})
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

var solution = regexp.MustCompile(`S:String --> "([^"]*)"`)

// search has Maude find the final states of scenarios, all in one process.
func search(t *testing.T, scenarios []*model.Scenario) (finals [][]string) {
	var text bytes.Buffer
	theory, err := os.ReadFile("executor.maude")
	if err != nil {
		t.Fatal(err)
	}
	text.Write(theory)
	for i, s := range scenarios {
		name := fmt.Sprintf("SCENARIO-%d", i)
		text.WriteString(module(name, s))
		fmt.Fprintf(&text, "search in %s : start =>! {CF:Things} such that S:String := outcome(CF:Things) .\n", name)
	}
	cmd := exec.Command("maude", "-no-banner", "-no-advise", "-no-wrap", "-batch")
	cmd.Stdin = &text
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if bytes.Contains(out, []byte("Warning")) {
		t.Fatalf("%s", out)
	}
	answers := strings.Split(string(out), "search in ")[1:]
	if len(answers) != len(scenarios) {
		t.Fatalf("%d answers for %d scenarios", len(answers), len(scenarios))
	}
	for _, answer := range answers {
		var found []string
		for _, match := range solution.FindAllStringSubmatch(answer, -1) {
			found = append(found, match[1])
		}
		slices.Sort(found)
		finals = append(finals, slices.Compact(found))
	}
	return finals
}

// ends says whether all programs have ended in a final state.
func ends(final string) bool {
	programs, _, _ := strings.Cut(final, "/")
	return !strings.ContainsAny(programs, "123456789")
}

func compare(t *testing.T, s *model.Scenario, finals []string, count map[string]int) (wrong string) {
	if len(finals) == 0 {
		return "Maude finds no final state"
	}
	reached := map[string]bool{}
	for seed := range uint64(100) {
		final := outcome(s, run(t, s, seed))
		if !slices.Contains(finals, final) {
			return fmt.Sprintf("an execution (%d) ends in %q", seed, final)
		}
		reached[final] = true
	}
	count["final states"] += len(finals)
	count["reached"] += len(reached)
	if len(finals) > 1 {
		count["several final states"]++
	}
	end, stuck := slices.ContainsFunc(finals, ends), slices.ContainsFunc(finals, func(f string) bool { return !ends(f) })
	r, err := analysis.Analyse(s, analysis.Options{})
	switch {
	case err != nil:
		count["refused"]++
	case r.Deadlock == nil && stuck:
		return "the analysis says that it always ends"
	case r.Deadlock == nil:
		count["always ends"]++
	case !stuck && r.Deadlock.Unproved:
		count["unproved"]++
	case !stuck:
		return "the analysis reports a deadlock"
	case r.Deadlock.Possible && !end:
		count["certain, and reported as possible"]++
	case r.Deadlock.Possible:
		count["may deadlock"]++
	case end:
		return "the analysis says that it never ends"
	default:
		count["always deadlocks"]++
	}
	return ""
}

// anything chooses delays over all magnitudes.
func anything(seed uint64) simulate.Chooser {
	r := rand.New(rand.NewPCG(seed, 37))
	return func(_ string, d model.Delay) time.Duration {
		if d.Lo == d.Hi {
			return d.Lo
		}
		lo, hi := math.Log(float64(d.Lo)), math.Log(float64(d.Hi))
		return min(max(time.Duration(math.Exp(lo+r.Float64()*(hi-lo))), d.Lo), d.Hi)
	}
}

// outcome writes what an execution leaves as the function outcome of executor.maude does.
func outcome(s *model.Scenario, trace *simulate.Trace) string {
	var b strings.Builder
	for n := range s.Nodes {
		left := 0
		for _, in := range trace.Nodes[n].Instructions {
			if in.End == model.Never {
				left++
			}
		}
		fmt.Fprintf(&b, "%d ", left)
	}
	b.WriteString("/")
	for c := range s.Components {
		busy := slices.ContainsFunc(trace.Components[c].Behaviours, func(r model.BehaviourRun[time.Duration]) bool { return r.End == model.Never })
		if len(trace.State.Active[c]) == 0 && !busy {
			b.WriteString("- ")
			continue
		}
		if busy {
			b.WriteString("!")
		}
		for _, p := range trace.State.Active[c] {
			fmt.Fprintf(&b, "%d,", p)
		}
		b.WriteString(" ")
	}
	b.WriteString("/")
	for _, l := range trace.State.Links {
		for _, side := range []bool{l.UserSide, l.ProviderSide} {
			if side {
				b.WriteString("1")
			} else {
				b.WriteString("0")
			}
		}
	}
	return b.String()
}
