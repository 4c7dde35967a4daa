package proofs

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
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

// # Covers
//
// Statement. The dates of a cover hold in every complete execution, whatever the order of
// its races; a plan that is said to complete does, where no instruction may fail and
// nobody may wait for a process that has ended.
//
// A plan that is said never to end, because none of its possible extensions is possible,
// ends in no execution, and programs that are said to end all the same do so in time.
//
// Hypotheses. None beyond a valid scenario that is not refused.
//
// Reference. petri/cover/README.md.
func TestCover(t *testing.T) {
	for _, kind := range []model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Polling} {
		for _, ties := range []bool{false, true} {
			name := kind.String()
			if ties {
				name += ", ties"
			}
			t.Run(name, func(t *testing.T) { checkCover(t, gen.Options{Profiles: []model.ProfileKind{kind}, Ties: ties}) })
			t.Run(name+", runtime", func(t *testing.T) {
				checkCover(t, gen.Options{Profiles: []model.ProfileKind{kind}, Ties: ties, Runtime: gen.Everything})
			})
		}
	}
}

// proved says whether every execution completes, as package analysis takes it.
func proved(c *unfold.Covering) bool {
	return c.Completes && len(c.Missed) == 0 && !c.Fails
}

// outsideCover says how some of n executions of a scenario leave the dates of its cover,
// or nothing. The first two have all delays at one end.
func outsideCover(s *model.Scenario, c *unfold.Covering, n int) string {
	for i := range n {
		options := simulate.Options{Seed: 1, Index: uint64(i)}
		switch i {
		case 0:
			options.Sampler = simulate.Lo
		case 1:
			options.Sampler = simulate.Hi
		}
		trace, err := simulate.Run(s, options)
		if err != nil {
			return err.Error()
		}
		if trace.Outcome != simulate.Completed {
			if proved(c) {
				return "said to complete, and hangs"
			}
			continue
		}
		for n, node := range trace.Nodes {
			lo, hi := c.Refined.Earliest(c.Ends[n]), c.Refined.Latest(c.Ends[n])
			if node.End < lo || node.End > hi {
				return fmt.Sprintf("node %s ends at %v, outside of %v .. %v", s.Nodes[n].Name, node.End, lo, hi)
			}
		}
	}
	return ""
}

// endsAfterAll says how some of n executions of a scenario contradict that it never ends, and
// when its programs do, or nothing.
func endsAfterAll(s *model.Scenario, ends []unfold.Ended, n int) string {
	for i := range n {
		trace, err := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(i)})
		if err != nil {
			return err.Error()
		}
		if trace.Outcome == simulate.Completed {
			return "said never to end, and completes"
		}
		for n, node := range trace.Nodes {
			if ends[n].Certainly && (node.End == model.Never || node.End < ends[n].Earliest || node.End > ends[n].Latest) {
				return fmt.Sprintf("node %s ends at %v, not in %v .. %v", s.Nodes[n].Name, node.End, ends[n].Earliest, ends[n].Latest)
			}
		}
	}
	return ""
}

// uncoveredBy is outsideCover with a cover of its own, or, of a scenario that has none,
// endsAfterAll if it is said never to end.
func uncoveredBy(s *model.Scenario, n int) string {
	net, err := compile.Scenario(s)
	if err != nil {
		return ""
	}
	c, err := unfold.Cover(net, cover.Limits{}, unfold.NoHazards)
	if err != nil {
		if _, ends := unfold.Stuck(net); ends != nil {
			return endsAfterAll(s, ends, n)
		}
		return ""
	}
	return outsideCover(s, c, n)
}

// explained follows the witnesses of the latest ends of programs, if some order is open: how
// many of the paths have a stretch that is longer than its event's delay, of how many.
func explained(c *unfold.Covering) (open, paths int, err error) {
	if c.Graph.Witnesses == nil {
		return 0, 0, nil
	}
	for n, end := range c.Graph.Ends {
		path := c.Graph.Witnesses(end)
		if path[0].Event != end || path[0].Date != c.Refined.Latest(c.Ends[n]) {
			return 0, 0, fmt.Errorf("the witnesses of event %d begin with event %d at %v", end, path[0].Event, path[0].Date)
		}
		rest := time.Duration(0)
		for i, w := range path {
			before := time.Duration(0)
			if i+1 < len(path) {
				before = path[i+1].Date
			}
			stretch := w.Date - before
			most := c.Graph.Delay(w.Event).Hi + c.Graph.Net.Scenario.Network.Profile.Step.Hi // of a peer that is to come to rest
			if w.Delay > most {
				return 0, 0, fmt.Errorf("%s takes %v, but %v at most", c.Graph.Name(w.Event), w.Delay, most)
			}
			if stretch < 0 || w.Capped && stretch != 0 || !w.Capped && i+1 < len(path) && stretch < w.Delay {
				return 0, 0, fmt.Errorf("%s occurs %v after what it waits for, but takes %v", c.Graph.Name(w.Event), stretch, w.Delay)
			}
			rest += max(0, stretch-w.Delay)
		}
		if paths++; rest > 0 {
			open++
		}
	}
	return open, paths, nil
}

func checkCover(t *testing.T, o gen.Options) {
	n := *coverFlag
	answered, completing, raced, excess := 0, 0, 0, []float64{}
	paths, open := 0, 0    // that witnesses follow
	stuck, hung := 0, 0    // that do not end as played, and never
	decided, wider := 0, 0 // that have one order, and whose covers are wider all the same
	reasons := map[string]int{}
	for seed := *coverFirst; seed < *coverFirst+n; seed++ {
		s := gen.Random(rand.New(rand.NewPCG(uint64(seed), 5)), o)
		net, err := compile.Scenario(s)
		if err != nil {
			continue
		}
		c, err := unfold.Cover(net, cover.Limits{}, unfold.NoHazards)
		var refused *unfold.UncoveredError
		if errors.As(err, &refused) {
			reasons[refused.Reason[:min(len(refused.Reason), 18)]]++
			if strings.HasPrefix(refused.Reason, "the program of node") {
				stuck++
			}
			if _, ends := unfold.Stuck(net); ends != nil {
				hung++
				if why := endsAfterAll(s, ends, *coverRuns); why != "" {
					t.Fatalf("seed %d: %s\n%s", seed, why, gen.Text(s))
				}
			}
			continue
		} else if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, gen.Text(s))
		}
		answered++
		if proved(c) {
			completing++
		}
		if why := outsideCover(s, c, *coverRuns); why != "" {
			t.Fatalf("seed %d: %s\n%s", seed, why, gen.Text(s))
		}
		rest, all, err := explained(c)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, gen.Text(s))
		}
		paths, open = paths+all, open+rest
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || !r.Bounded() {
			continue
		}
		first, last := time.Duration(0), time.Duration(0)
		for _, e := range c.Ends {
			first, last = max(first, c.Refined.Earliest(e)), max(last, c.Refined.Latest(e))
		}
		if len(r.Races) > 0 {
			raced++
		} else if decided++; first < r.Span.Lower || last > r.Span.Upper {
			wider++
		}
		if r.Span.Upper > 0 {
			excess = append(excess, float64(last)/float64(r.Span.Upper)-1)
		}
	}
	slices.Sort(excess)
	at := func(q float64) string {
		if len(excess) == 0 {
			return "-"
		}
		return fmt.Sprintf("%.4f", excess[int(q*float64(len(excess)-1))])
	}
	t.Logf("%d of %d answered, %d proved to complete; %d compared with enumeration, %d of them raced; excess of the span: least %s, median %s, 75 %% %s, 90 %% %s, 95 %% %s, greatest %s",
		answered, n, completing, len(excess), raced, at(0), at(.5), at(.75), at(.9), at(.95), at(1))
	t.Logf("%d have one order; the covers of %d of these are wider", decided, wider)
	if 10*wider > decided { // what causes and dates decide a cover decides, too
		t.Error("too many covers of one order are wider than that")
	}
	t.Logf("%d do not end as played, %d of them never", stuck, hung)
	if 4*hung < stuck {
		t.Error("too few of those that do not end as played are proved never to end")
	}
	if 3*answered < n || 3*completing < answered || 4*len(excess) < n {
		t.Error("too few are answered, proved to complete or compared")
	}
	t.Logf("%d paths to latest ends where orders are open, %d of them with a stretch that no delay explains", paths, open)
	if 2*open > paths { // a date may come from conditional dates (R3) or urgency (R6)
		t.Error("too few paths are explained")
	}
	// Half of the covers and more are as tight as the enumeration of all orders.
	if excess[len(excess)/2] > 0 || excess[len(excess)*9/10] > 0.02 {
		t.Error("the covers are too wide")
	}
	for _, k := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("refused %d: %s", reasons[k], k)
	}
}

// A long run: go test ./proofs -run TestCover -covered 20000 -timeout 0 -v
var (
	coverFlag  = flag.Int("covered", 100, "how many random scenarios TestCover tries")
	coverRuns  = flag.Int("covered.runs", 8, "how many executions of each TestCover draws")
	coverFirst = flag.Int("covered.first", 0, "the first of their seeds")
)
