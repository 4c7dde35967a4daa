package proofs

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri/compile"
	"adagio/petri/cover"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
)

// # Many races
//
// Statement. As of interval soundness and of covers, for plans with many races: providers that
// several nodes share and that have others beside them, restarts in several waves without
// waits, connections made anew in the middle, and nodes that start within wide ranges.
//
// Hypotheses. None beyond a valid scenario.
//
// Reference. petri/README.md, section 3, and petri/cover/README.md.
func TestManyRaces(t *testing.T) {
	for _, kind := range []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Polling} {
		t.Run(kind.String(), func(t *testing.T) {
			drawn := manyRaces{races: [5]int{}}
			for seed := *manyFirst; seed < *manyFirst+*manyFlag; seed++ {
				o := gen.Options{Profiles: []model.ProfileKind{kind}, Ties: seed%2 == 1, Racing: gen.Races, Nodes: 5, Components: 7}
				if seed%4 > 1 {
					o.Runtime = gen.Everything
				}
				s := gen.Random(rand.New(rand.NewPCG(uint64(seed), 23)), o)
				if why := drawn.check(s); why != "" {
					t.Fatalf("seed %d: %s\n%s", seed, why, gen.Text(s))
				}
			}
			t.Log(&drawn)
			if n := *manyFlag; 3*drawn.bounded < n || 40*(drawn.races[2]+drawn.races[3]+drawn.races[4]) < n || 4*drawn.covered < n || drawn.hung == 0 || 4*drawn.shared < n || 5*drawn.reconnected < n || 3*drawn.wide < n {
				t.Error("too few are bounded, have races, are covered, hang or have what is drawn for")
			}
		})
	}
}

// manyRaces counts what was drawn, and what came of it.
type manyRaces struct {
	scenarios, refused, bounded, possible, hung, covered int
	races                                                [5]int // of those with bounds: none, 1 .. 3, 4 .. 9, 10 .. 29, more
	shared, reconnected, wide                            int    // scenarios with
}

func (d *manyRaces) String() string {
	return fmt.Sprintf("%d scenarios: %d refused, %d bounded, %d of them may hang, %d never end; %d have covers; races of those bounded: %d none, %d 1 .. 3, %d 4 .. 9, %d 10 .. 29, %d more; %d have shared providers, %d connect anew, %d start within ranges",
		d.scenarios, d.refused, d.bounded, d.possible, d.hung, d.covered, d.races[0], d.races[1], d.races[2], d.races[3], d.races[4], d.shared, d.reconnected, d.wide)
}

// check counts a scenario, and says how some of its executions contradict what is said of it.
func (d *manyRaces) check(s *model.Scenario) string {
	d.draw(s)
	if net, err := compile.Scenario(s); err == nil {
		if c, err := unfold.Cover(net, cover.Limits{}, unfold.NoHazards); err == nil {
			d.covered++
			if why := outsideCover(s, c, 6); why != "" {
				return "its cover: " + why
			}
		}
	}
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		d.refused++
		return ""
	}
	d.count(r)
	for i := range *manyRuns {
		o := simulate.Options{Seed: 2, Index: uint64(i)}
		switch {
		case i < 2:
			o.Sampler = simulate.Sampler(1 + i)
		case i%2 == 1:
			o.Choose = atEnds(uint64(i))
		}
		trace, err := simulate.Run(s, o)
		if err != nil {
			return err.Error()
		}
		if why := traceOutside(s, r, trace); why != "" {
			return fmt.Sprintf("execution %d: %s", i, why)
		}
	}
	return ""
}

func (d *manyRaces) count(r *analysis.Result) {
	switch {
	case !r.Bounded() && !r.Deadlock.Possible:
		d.hung++
		return
	case !r.Bounded():
		return
	case r.Deadlock != nil:
		d.possible++
	}
	d.bounded++
	class := 0
	for class < 4 && len(r.Races) >= []int{1, 4, 10, 30}[class] {
		class++
	}
	d.races[class]++
}

func (d *manyRaces) draw(s *model.Scenario) {
	d.scenarios++
	providers, disconnected := map[[2]int]int{}, map[int]bool{}
	shared, anew, wide := false, false, false
	for _, l := range s.Links {
		port := [2]int{l.User, l.UsePort}
		providers[port]++
		shared = shared || providers[port] > 1
	}
	for _, n := range s.Nodes {
		wide = wide || !n.Start.IsConstant()
		for _, in := range n.Program {
			anew = anew || in.Op == model.Connect && disconnected[in.Link]
			if in.Op == model.Disconnect {
				disconnected[in.Link] = true
			}
		}
	}
	for _, k := range []struct {
		is    bool
		count *int
	}{{shared, &d.shared}, {anew, &d.reconnected}, {wide, &d.wide}} {
		if k.is {
			*k.count++
		}
	}
}

// atEnds chooses delays at either end, in most runs one for each that has a name, so that
// some are slow throughout and others fast.
func atEnds(seed uint64) func() simulate.Chooser {
	return func() simulate.Chooser {
		r, always := rand.New(rand.NewPCG(seed, 29)), map[string]bool{}
		high := 10 + r.IntN(81)
		return func(what string, d model.Delay) time.Duration {
			hi, known := always[what]
			if !known {
				hi = r.IntN(100) < high
				if always[what] = hi; what == "" || seed%8 == 1 {
					delete(always, what)
				}
			}
			if hi {
				return d.Hi
			}
			return d.Lo
		}
	}
}

// A long run: go test ./proofs -run TestManyRaces -many 20000 -many.first 1000000 -timeout 0 -v
var (
	manyFlag  = flag.Int("many", 40, "how many random scenarios TestManyRaces tries for each executor")
	manyRuns  = flag.Int("many.runs", 12, "how many executions of each it draws")
	manyFirst = flag.Int("many.first", 0, "the first of their seeds")
)
