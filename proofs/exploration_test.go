package proofs

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/proofs/gen"
)

// A long run: go test ./proofs -run TestExploration -explored 5000 -v
var exploredFlag = flag.Int("explored", 500, "how many random scenarios are explored")

// # Deadlocks, by explicit states
//
// Statement. Where every transition, message, pause and start may last any time, the
// analysis reports a deadlock exactly if some order of firings of the net leads to a
// marking in which nothing can fire and some program has not ended.
//
// Hypotheses. The profile ideal. "Any time" is 1 ms .. 1000 s: what
// components of one node show each other for no time at all is explored both ways. What takes no time comes
// before what does, class by class. Scenarios of at most 30,000 markings.
//
// Reference. petri/README.md, section 4. The exploration is the naive one of Petri nets:
// the set of markings, breadth first, sharing nothing with the unfolding.
func TestExploration(t *testing.T) {
	count := map[string]int{}
	check := func(s *model.Scenario) (wrong string) {
		gen.AnyTime(s)
		net, err := compile.Scenario(s)
		if err != nil {
			return ""
		}
		stuck, ok := explore(net, 30_000)
		if !ok {
			count["too large"]++
			return ""
		}
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil {
			count["refused"]++
			return ""
		}
		switch {
		case r.Deadlock == nil && stuck:
			return "the analysis reports no deadlock, and one is reachable"
		case r.Deadlock != nil && !stuck && r.Deadlock.Unproved:
			count["unproved"]++
		case r.Deadlock != nil && !stuck:
			return "a deadlock is reported, and none is reachable"
		case stuck:
			count["deadlock"]++
		default:
			count["none"]++
		}
		return ""
	}
	files, _ := filepath.Glob("../testdata/gallery/*.ballet")
	for _, file := range files {
		s := dsltest.Load(t, dsl.Options{Files: []string{file}})
		if s.Network.Profile.Kind == model.Ideal && !s.Sleeps() {
			if wrong := check(s); wrong != "" {
				t.Errorf("%s: %s", file, wrong)
			}
		}
	}
	t.Logf("gallery: %v", count)
	clear(count)
	for seed := range uint64(*exploredFlag) {
		r := rand.New(rand.NewPCG(seed, 29))
		s := gen.Random(r, gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Nodes: 2 + int(seed%2), Components: 3, Benign: seed%3 == 0})
		if wrong := check(s); wrong != "" {
			t.Errorf("seed %d: %s\n%s", seed, wrong, gen.Text(s))
		}
	}
	t.Logf("random: %v", count)
	if n := count["none"] + count["deadlock"]; n < *exploredFlag/3 || count["none"] < *exploredFlag/10 || count["deadlock"] < *exploredFlag/20 {
		t.Error("too few")
	}
}

// explore visits the markings of a net and says whether one is stuck: nothing can fire and
// some program has not ended. It gives up beyond a number of markings.
func explore(net *petri.Net, most int) (stuck, ok bool) {
	first := make([]byte, len(net.Places))
	for p := range net.Places {
		if net.Places[p].Marked {
			first[p] = 1
		}
	}
	seen, open := map[string]bool{string(first): true}, [][]byte{first}
	for len(open) > 0 {
		marking := open[len(open)-1]
		open = open[:len(open)-1]
		now := fireable(net, marking)
		if len(now) == 0 {
			for _, end := range net.Ends {
				stuck = stuck || marking[end] == 0
			}
		}
		for _, t := range now {
			next := append([]byte{}, marking...)
			for _, p := range net.Transitions[t].In() {
				next[p] = 0
			}
			for _, p := range net.Transitions[t].Out() {
				next[p] = 1
			}
			if !seen[string(next)] {
				if len(seen) == most {
					return false, false
				}
				seen[string(next)] = true
				open = append(open, next)
			}
		}
	}
	return stuck, true
}

// fireable lists the transitions that may fire next: of those that take no time the ones of
// the lowest class; if there is none, any.
func fireable(net *petri.Net, marking []byte) (now []int) {
	var timed []int
	for t := range net.Transitions {
		tr := &net.Transitions[t]
		enabled := true
		for _, list := range [2][]petri.PlaceID{tr.In(), tr.Read()} {
			for _, p := range list {
				enabled = enabled && marking[p] == 1
			}
		}
		switch {
		case !enabled:
		case tr.Delay.Hi > 0:
			timed = append(timed, t)
		case len(now) > 0 && net.Transitions[now[0]].Class < tr.Class:
		case len(now) > 0 && net.Transitions[now[0]].Class == tr.Class:
			now = append(now, t)
		default:
			now = []int{t}
		}
	}
	if len(now) == 0 {
		return timed
	}
	return now
}
