package rank_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/parallel"
	"adagio/analysis/rank"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// editor writes candidates for a plan.
type editor struct {
	s      *model.Scenario
	choose func(n int) int
}

// candidate changes the programs of some nodes: an instruction goes to another place or
// another node, is left out, or there is one more, a wait is for another component, or the
// program pauses. Now and then a duration of the model is another, too.
func (x editor) candidate(name string, edits int) []byte {
	programs := make([][]string, len(x.s.Nodes))
	for n, node := range x.s.Nodes {
		programs[n] = []string{}
		for _, in := range node.Program {
			programs[n] = append(programs[n], x.s.Text(in))
		}
	}
	changed := map[string][]string{}
	for range edits {
		n := x.choose(len(programs))
		p := programs[n]
		to, at := n, -1
		if len(p) > 0 {
			at = x.choose(len(p))
		}
		anything := func() string { return "wait " + x.s.Components[x.choose(len(x.s.Components))].Name }
		switch kind := x.choose(8); {
		case kind == 0 || at < 0:
			p = slices.Insert(p, x.choose(len(p)+1), anything())
		case kind == 5 && strings.HasPrefix(p[at], "wait "):
			p[at] = anything()
		case kind == 6:
			p = slices.Insert(p, x.choose(len(p)+1), fmt.Sprintf("pause %dms", 1+x.choose(40)))
		case kind == 1:
			p = slices.Insert(p, x.choose(len(p)+1), p[at])
		default:
			moved := p[at]
			p = slices.Delete(p, at, at+1)
			if kind == 2 {
				break
			}
			if kind == 3 {
				to = x.choose(len(programs))
			}
			if programs[n] = p; to != n {
				p = programs[to]
			}
			p = slices.Insert(p, x.choose(len(p)+1), moved)
		}
		programs[to] = p
		changed[x.s.Nodes[n].Name], changed[x.s.Nodes[to].Name] = programs[n], programs[to]
	}
	all := map[string]any{"name": name, "programs": changed}
	if x.choose(8) == 0 {
		c := x.s.Components[x.choose(len(x.s.Components))]
		t := x.s.Types[c.Type]
		all["what_if"] = []string{fmt.Sprintf("%s.%s = %dms", c.Name, t.Transitions[x.choose(len(t.Transitions))].Name, x.choose(90))}
	}
	document, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return document
}

func baseOf(s *model.Scenario) *rank.Base {
	return &rank.Base{Load: func(string, map[string]int) (*model.Scenario, error) { return s, nil }}
}

// TestIncremental: a candidate that comes after others, some of them the same, is answered
// as it is by the analysis of its scenario alone, whatever comes of it, and so are its
// comparisons with the first.
func TestIncremental(t *testing.T) {
	outcomes := map[string]int{}
	races, hazards, again := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Nodes: 3, Components: 3, Benign: rapid.Bool().Draw(t, "benign"), Profiles: []model.ProfileKind{model.Polling, rapid.SampledFrom([]model.ProfileKind{model.Ideal, model.Pushing, model.Brokered, model.Concertod}).Draw(t, "or")}}).Draw(t, "scenario")
		x := editor{s, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "") }}
		base := baseOf(s)
		first := base.Plan("first", s)
		var documents [][]byte
		for i := range 4 {
			document := x.candidate(fmt.Sprint(i), rapid.IntRange(0, 3).Draw(t, "edits"))
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				document = documents[0]
				again++
			}
			documents = append(documents, document)
			c, err := rank.ParseCandidate(document)
			if err != nil {
				t.Fatal(err)
			}
			got, errGot := base.Scenario(c)
			want, errWant := baseOf(s).Scenario(c)
			if errGot != nil || errWant != nil {
				outcomes["error"]++
				if fmt.Sprint(errGot) != fmt.Sprint(errWant) {
					t.Fatalf("%v, not %v\n%s", errGot, errWant, document)
				}
				continue
			}
			p := base.Plan(c.Name, got)
			outcomes[p.Outcome()]++
			full, err := analysis.Analyse(want, analysis.Options{})
			if a, b := answerOf(p.Result, refusal(p.Err)), answerOf(full, refusal(err)); a != b {
				t.Fatalf("%s\nnot\n%s\n%s\n%s", a, b, document, gen.Text(s))
			}
			if _, ok := errors.AsType[*analysis.RefusedError](p.Err); ok != (p.Outcome() == "refused") {
				t.Fatalf("%s, of which the cause is %v", p.Outcome(), p.Err)
			}
			if p.Result != nil {
				races, hazards = races+len(p.Result.Races), hazards+len(p.Result.Hazards)
			}
			if first.Ends() && p.Ends() {
				fresh := []*rank.Plan{rank.NewPlan("first", s), rank.NewPlan(c.Name, want)}
				if a, b := rank.Compare([]*rank.Plan{first, p}, 0, 1), rank.Compare(fresh, 0, 1); a != b {
					t.Fatalf("%+v, not %+v\n%s\n%s", a, b, document, gen.Text(s))
				}
			}
			if rapid.Bool().Draw(t, "forgotten") {
				p.Forget()
			}
		}
	})
	t.Log(outcomes, races, hazards, again)
	for outcome, least := range map[string]int{"bounded": 100, "deadlock": 5, "error": 20} {
		if outcomes[outcome] < gen.Floor(least) {
			t.Errorf("only %d of %v are %s", outcomes[outcome], outcomes, outcome)
		}
	}
	if races < gen.Floor(5) || hazards < gen.Floor(5) || again < gen.Floor(10) {
		t.Errorf("only %d races, %d hazards, %d that came again", races, hazards, again)
	}
}

func refusal(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

// answerOf is what a ranking says of a plan.
func answerOf(r *analysis.Result, refused string) string {
	if r == nil {
		return refused
	}
	text, err := json.Marshal([]any{r.Makespan, r.Span, r.Nodes, r.Usage, len(r.Races), len(r.Hazards), r.Deadlock, r.Cover, r.Quiescence, r.Unclosed})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestSamePlan: of two candidates that say the same in other words one is analysed, and
// neither is better; a plan with another duration is another.
func TestSamePlan(t *testing.T) {
	s := openstack(t, 1, "")
	base := baseOf(s)
	plan := func(document string) *rank.Plan {
		c, err := rank.ParseCandidate([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		s, err := base.Scenario(c)
		if err != nil {
			t.Fatal(err)
		}
		return base.Plan(c.Name, s)
	}
	a := plan(`{"name": "a", "programs": {"nova[0]": ["push nova[0] interrupt, update, deploy", "wait nova[0]"]}}`)
	b := plan(`{"name": "b", "programs": {"nova0": [["push", "nova0", "interrupt"], "push nova0 update", ["push", "nova0", "deploy"], ["wait", "nova0", false]]}}`)
	c := plan(`{"name": "c", "what_if": ["poll = 1s"], "programs": {"nova[0]": ["push nova[0] interrupt, update, deploy", "wait nova[0]"]}}`)
	if a.Result != b.Result || b.Name != "b" {
		t.Error("the same plan is analysed twice")
	}
	if v := rank.Compare([]*rank.Plan{a, b}, 0, 1).Verdict; v != rank.SamePlan {
		t.Errorf("the same plan in other words is %v", v)
	}
	if v := rank.Compare([]*rank.Plan{a, c}, 0, 1).Verdict; v == rank.SamePlan || a.Result == c.Result {
		t.Errorf("a plan with another period of looks is %v", v)
	}
}

// reorderings are distinct candidates, each with an instruction of one to three nodes
// moved to another place of its program.
func reorderings(s *model.Scenario, n int) [][]byte {
	r := rand.New(rand.NewPCG(13, 5))
	seen := map[string]bool{}
	var out [][]byte
	for len(out) < n {
		programs := map[string][]string{}
		for range 1 + r.IntN(3) {
			node := s.Nodes[r.IntN(len(s.Nodes))]
			var program []string
			for _, in := range node.Program {
				program = append(program, s.Text(in))
			}
			from := r.IntN(len(program))
			moved := program[from]
			program = slices.Delete(program, from, from+1)
			programs[node.Name] = slices.Insert(program, r.IntN(len(program)+1), moved)
		}
		document, err := json.Marshal(map[string]any{"name": fmt.Sprint(len(out)), "programs": programs})
		if err != nil {
			panic(err)
		}
		if key := fmt.Sprint(programs); !seen[key] {
			seen[key] = true
			out = append(out, document)
		}
	}
	return out
}

// BenchmarkCandidate is what one more candidate of OpenStack, 5 sites, costs, from its text
// to its answer without simulation: it is read, analysed, and compared with the model's own
// plan. Of 1,000 distinct reorderings it reports the median and the mean of the processor
// time, and the median of the bytes allocated; Parallel is the same on all cores.
//
//	go test ./analysis/rank -run '^$' -bench Candidate -benchtime 1000x
func BenchmarkCandidate(b *testing.B) {
	s := openstack(b, 5, "")
	list := reorderings(s, 1000)
	start := func() func(i int) {
		base := baseOf(s)
		best := base.Plan("best", s)
		rank.Compare([]*rank.Plan{best, base.Plan("again", s)}, 0, 1)
		return func(i int) {
			c, err := rank.ParseCandidate(list[i%len(list)])
			if err != nil {
				b.Fatal(err)
			}
			s, err := base.Scenario(c)
			if err != nil {
				b.Fatal(err)
			}
			p := base.Plan(c.Name, s)
			if p.Ends() {
				rank.Compare([]*rank.Plan{best, p}, 0, 1)
			}
			p.Forget()
		}
	}
	b.Run("One", func(b *testing.B) {
		answer := start()
		var times []time.Duration
		var bytes []uint64
		var before, after runtime.MemStats
		sum := time.Duration(0)
		for i := 0; b.Loop(); i++ {
			runtime.ReadMemStats(&before)
			since := dsltest.ProcessorTime()
			answer(i)
			times = append(times, dsltest.ProcessorTime()-since)
			runtime.ReadMemStats(&after)
			bytes = append(bytes, after.TotalAlloc-before.TotalAlloc)
			sum += times[i]
		}
		slices.Sort(times)
		slices.Sort(bytes)
		b.ReportMetric(float64(sum)/float64(len(times)), "mean-cpu-ns")
		b.ReportMetric(float64(times[len(times)/2]), "median-cpu-ns")
		b.ReportMetric(float64(bytes[len(bytes)/2]), "median-B")
	})
	b.Run("Parallel", func(b *testing.B) {
		answer := start()
		usage := dsltest.Measure(b)
		var next atomic.Int64
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				answer(int(next.Add(1)))
			}
		})
		usage.Report()
	})
}

// TestTooManyRaces: of reorderings of OpenStack whose races use up the search some certainly never
// end, and one is not known to end; what is known of it has no makespan, and is found once.
func TestTooManyRaces(t *testing.T) {
	s := openstack(t, 5, "")
	base, list := baseOf(s), reorderings(s, 8902)
	for i, want := range map[int]string{52: "deadlock", 117: "deadlock", 529: "deadlock", 8901: "possible_deadlock"} {
		c, err := rank.ParseCandidate(list[i])
		if err != nil {
			t.Fatal(err)
		}
		scenario, err := base.Scenario(c)
		if err != nil {
			t.Fatal(err)
		}
		p := base.Plan("p", scenario)
		if p.ReasonCode() != want || p.Result.Bounded() || p.Never() != (want == "deadlock") {
			t.Errorf("reordering %d: %s, not %s", i, p.ReasonCode(), want)
		}
		if within := p.Within(time.Hour); want == "possible_deadlock" && within != rank.Possibly {
			t.Errorf("reordering %d is within an hour: %v", i, within)
		}
		if kept := p.Summarise().Plan(scenario); kept.ReasonCode() != want || kept.Result.Bounded() {
			t.Errorf("reordering %d is kept as %s", i, kept.ReasonCode())
		}
		if again := base.Plan("again", scenario); again.Result != p.Result || again.Name != "again" {
			t.Errorf("reordering %d is analysed again: %+v", i, again)
		}
	}
}

// TestReorderings: each of 1,000 reorderings of OpenStack gets the answer of the analysis of
// it alone, byte for byte, whoever asks one base for it after whatever others, and whichever
// of them are forgotten: the next ones are analysed in their memory.
func TestReorderings(t *testing.T) {
	s := openstack(t, 5, "")
	list := reorderings(s, 1000)
	want := make([]string, len(list))
	scenarioOf := func(base *rank.Base, i int) *model.Scenario {
		c, err := rank.ParseCandidate(list[i])
		if err != nil {
			panic(err)
		}
		s, err := base.Scenario(c)
		if err != nil {
			panic(err)
		}
		return s
	}
	parallel.Each(len(list), 0, func(i int) {
		r, err := analysis.Analyse(scenarioOf(baseOf(s), i), analysis.Options{BoundsOnly: true})
		want[i] = answerOf(r, refusal(err))
	}, nil)
	base := baseOf(s)
	first := base.Plan("first", s)
	parallel.Each(2, 0, func(worker int) {
		order := rand.New(rand.NewPCG(13, uint64(worker))).Perm(len(list))
		kept := make([]*rank.Plan, 5)
		for n, i := range order[:700] {
			p := base.Plan("p", scenarioOf(base, i))
			if got := answerOf(p.Result, refusal(p.Err)); got != want[i] {
				t.Errorf("candidate %d: %s\nnot\n%s", i, got, want[i])
			}
			if old := kept[n%len(kept)]; old != nil {
				if old.Ends() && first.Ends() {
					rank.Compare([]*rank.Plan{first, old}, 0, 1)
				}
				old.Forget()
			}
			kept[n%len(kept)] = p
		}
	}, nil)
	if got := answerOf(first.Result, ""); got != answerOf(baseOf(s).Plan("first", s).Result, "") {
		t.Errorf("the plan that is kept has another answer: %s", got)
	}
}
