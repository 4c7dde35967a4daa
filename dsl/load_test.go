package dsl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/golden"
	"adagio/dsl/model"

	"github.com/google/go-cmp/cmp"
)

// load loads a text that has no mistakes.
func load(t *testing.T, opts dsl.Options) *model.Scenario {
	t.Helper()
	s, sources, list := dsl.Load(opts)
	if len(list) > 0 {
		var b strings.Builder
		diag.Render(&b, list, sources, diag.Options{})
		t.Fatal(b.String())
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRulesOfTheRuntime says which rules hold where, and that each can be switched
// off by itself.
func TestRulesOfTheRuntime(t *testing.T) {
	rules := func(head, executor string) model.Rules {
		pair := pair
		if head != "" { // which does not gate transitions, and says so
			pair = strings.Replace(pair, "data use du at go", "data use du at on", 1)
		}
		text := head + pair + "plan p of s { }\nnetwork n { executor " + executor + " }"
		return load(t, dsl.Options{Sources: []dsl.Source{{Name: "x", Text: []byte(text)}}}).Rules
	}
	all := model.Rules{Exits: true, Confirmations: true, DataStays: true, GroupsByMoves: true, DockSetsTogether: true, Fails: true}
	alone := all // what components do by themselves
	alone.Exits, alone.Confirmations = false, false
	for executor, want := range map[string]model.Rules{
		"ballet": all, "mine { facts poll }": all, "push": alone, "broker": alone, "ideal": alone, "mine { facts push }": alone,
	} {
		if got := rules("", executor); got != want {
			t.Errorf("%s: %+v", executor, got)
		}
		if got := rules("semantics concerto-d", executor); got != (model.Rules{}) {
			t.Errorf("concerto-d, %s: %+v", executor, got)
		}
	}
	for _, rule := range model.AllRules {
		want := all
		*rule.In(&want) = false
		if got := rules("", "ballet { "+rule.Name+" off }"); got != want {
			t.Errorf("%s off: %+v", rule.Name, got)
		}
		if got := rules("", "ballet { "+rule.Name+" on }"); got != all {
			t.Errorf("%s on: %+v", rule.Name, got)
		}
	}
	if got := load(t, dsl.Options{Sources: []dsl.Source{{Name: "x", Text: []byte(pair + "plan p of s { }\nnetwork n { executor ballet { exits off; start x 1s } }")}}, Executor: "ballet"}).Rules; got != all {
		t.Errorf("an executor of the options has the rules of its own: %+v", got)
	}
}

// TestDataPortsStayAcrossPlans takes over from an earlier plan what it has provided.
func TestDataPortsStayAcrossPlans(t *testing.T) {
	const model = `
component P {
  places a, b, c, d
  initial a
  behavior go { t: a -> b for 1s; u: b -> c for 1s }
  behavior back { v: c -> a for 1s }
  behavior far { w: c -> d for 1s }
  data provide passed at b
  data provide now at a
  data provide never at d
}
assembly s { node x { p: P; q: P } }
plan first of s { on x { add p; push p go, back; add q; push q go; wait all; delete q; add q } }
plan second of s { from after first
  on x { push p go } }
plan third of s { from after second }
`
	provided := func(plan, network string) [2][]int {
		s := load(t, dsl.Options{Plan: plan, Sources: []dsl.Source{{Name: "x", Text: []byte(model + network)}}})
		return [2][]int{s.Components[0].Past.Provided, s.Components[1].Past.Provided}
	}
	if got, want := provided("second", ""), [2][]int{{0}, nil}; !cmp.Equal(got, want) {
		t.Errorf("after the first plan p has provided passed, and q is new: %v", got)
	}
	if got, want := provided("third", ""), [2][]int{{0, 1}, nil}; !cmp.Equal(got, want) {
		t.Errorf("after the second p has left a, too: %v", got)
	}
	if got := provided("third", "network n { executor ballet { data_stays off } }"); !cmp.Equal(got, [2][]int{}) {
		t.Errorf("without the rule nothing stays: %v", got)
	}
	if got := provided("third", "semantics concerto-d"); !cmp.Equal(got, [2][]int{}) {
		t.Errorf("nor under concerto-d: %v", got)
	}
}

// show describes a scenario in lines: nodes with start, neighbours and program,
// components with active places and durations, links with their sides.
func show(s *model.Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s, %v, network %s (%v), latency %v\n", s.Name, s.Assembly, s.Semantics, s.Network.Name, &s.Network.Profile, s.Network.Latency)
	if k := s.Network.Profile.Kind; k == model.Pushing || k == model.Brokered {
		p := s.Network.Profile
		fmt.Fprintf(&b, "facts %v, request %v, setup %d, poll %v, step %v, broker %v %v\n", k, p.Request, p.Setup, p.Poll, p.Step, s.Network.ToBroker, s.Network.FromBroker)
	}
	for i, n := range s.Nodes {
		fmt.Fprintf(&b, "node %s start %v", n.Name, n.Start)
		if s.Network.Platform != nil {
			fmt.Fprintf(&b, " on %s", s.Network.Platform.Host(i))
		}
		for _, m := range n.Neighbours {
			fmt.Fprintf(&b, " ~%s", s.Nodes[m].Name)
		}
		b.WriteByte('\n')
		for _, in := range n.Program {
			fmt.Fprintf(&b, "  %s\n", s.Text(in))
		}
	}
	for c, comp := range s.Components {
		fmt.Fprintf(&b, "%s on %s:", comp.Name, s.Nodes[comp.Node].Name)
		for _, p := range comp.Active {
			b.WriteString(" " + s.TypeOf(c).Places[p].Name)
		}
		for _, d := range comp.Durations {
			fmt.Fprintf(&b, " | %v", d)
		}
		b.WriteByte('\n')
	}
	for _, l := range s.Links {
		fmt.Fprintf(&b, "%s -> %s user %v provider %v\n", s.PortName(l.Provider, l.ProvidePort), s.PortName(l.User, l.UsePort), l.UserSide, l.ProviderSide)
	}
	var routes []string
	for pair, d := range s.Network.Routes {
		routes = append(routes, fmt.Sprintf("%s -> %s %v\n", s.Nodes[pair[0]].Name, s.Nodes[pair[1]].Name, d))
	}
	slices.Sort(routes)
	return b.String() + strings.Join(routes, "")
}

// TestLoad compares whole scenarios with golden files.
func TestLoad(t *testing.T) {
	const path = "testdata/ok/galera.ballet"
	tests := []struct {
		name string
		opts dsl.Options
	}{
		{"deploy", dsl.Options{Plan: "deploy"}},
		{"update", dsl.Options{Plan: "update"}},
		{"again", dsl.Options{}}, // the last plan
		{"one-site", dsl.Options{Plan: "deploy", Set: map[string]int{"sites": 1}, Network: "ideal"}},
		{"sites", dsl.Options{Plan: "deploy", Network: "sites"}},
		{"defaults", dsl.Options{Plan: "update", Network: "ballet"}},
		{"own", dsl.Options{Plan: "update", Network: "quiet"}},
		{"replaced", dsl.Options{Plan: "update", Network: "edge", Executor: "push"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.opts.Files = []string{path}
			golden.Check(t, "testdata/ok/galera."+test.name+".golden", show(load(t, test.opts)))
		})
	}
}

// TestConditions checks what if replicates, and what constants are worth.
func TestConditions(t *testing.T) {
	rolling := func(set map[string]int) *model.Scenario {
		return load(t, dsl.Options{Files: []string{"testdata/ok/rolling.ballet"}, Set: set})
	}
	program := func(s *model.Scenario, node int) string {
		var list []string
		for _, in := range s.Nodes[node].Program {
			list = append(list, s.Text(in))
		}
		return strings.Join(list, "; ")
	}
	s := rolling(map[string]int{"n": 5})
	if len(s.Components) != 5 || len(s.Links) != 0 {
		t.Errorf("%d components and %d connections without agents", len(s.Components), len(s.Links))
	}
	if got, want := program(s, 2), "push r[2] stop; push r[2] start; wait r[2] start"; got != want {
		t.Errorf("node 2: %s", got)
	}
	if got, want := program(s, 4), "wait r[1] start; push r[4] stop; push r[4] start; wait r[4] start"; got != want {
		t.Errorf("node 4: %s", got)
	}
	s = rolling(map[string]int{"n": 5, "watched": 1})
	if len(s.Components) != 10 || len(s.Links) != 5 {
		t.Errorf("%d components and %d connections with agents", len(s.Components), len(s.Links))
	}
	if even, odd := program(s, 4), program(s, 3); !strings.Contains(even, "push agent[4] rest") || strings.Contains(odd, "rest") {
		t.Errorf("nodes 4 and 3: %s / %s", even, odd)
	}
	for condition, want := range map[string]bool{
		"2 == 2": true, "2 == 3": false, "2 != 3": true, "2 != 2": false, "2 < 3": true, "2 < 2": false, "2 <= 2": true, "3 <= 2": false,
		"3 > 2": true, "2 > 2": false, "2 >= 2": true, "2 >= 3": false, "k - 1 == 2 * 2 and k > 4": true, "k == 5 and k == 4": false, "-k < -4 and -(k) == 0 - k": true,
	} {
		text := "let k = 5\ncomponent A { places a; initial a }\nassembly s { node x { c: A; if " + condition + " { d: A } } }\nplan p of s { }"
		s := load(t, dsl.Options{Sources: []dsl.Source{{Name: "x", Text: []byte(text)}}})
		if got := len(s.Components) == 2; got != want {
			t.Errorf("%s: %v", condition, got)
		}
	}
}

// TestLimits checks before which pushes of a limit there is a wait, and for whom.
func TestLimits(t *testing.T) {
	for body, want := range map[string]string{
		"limit 2 { for i in 0 .. 3 { push c[i] go } }": "push c[0] go; push c[1] go; limit 2: c[0], c[1]; push c[2] go; limit 2: c[0], c[1], c[2]; push c[3] go",
		// No other component is busy with what is pushed here when one is pushed to again.
		"limit 1 { push c[0] go, back; push c[0] go; push c[1] go; push c[1] back; wait c[1]; push c[0] back }": "push c[0] go; push c[0] back; push c[0] go; limit 1: c[0]; push c[1] go; push c[1] back; wait c[1]; limit 1: c[1]; push c[0] back",
		// Of nested limits each holds; each block counts for itself.
		"limit 2 { push c[0] go; limit 1 { push c[1] go; push c[2] go }; limit 1 { push c[3] go } }": "push c[0] go; push c[1] go; limit 2: c[0], c[1]; limit 1: c[1]; push c[2] go; limit 2: c[0], c[1], c[2]; push c[3] go",
		// What is deleted is busy no more.
		"limit 1 { push c[0] go; wait c[0]; delete c[0]; push c[1] go }": "push c[0] go; wait c[0]; delete c[0]; push c[1] go",
		"limit 4 { for i in 0 .. 3 { push c[i] go } }":                   "push c[0] go; push c[1] go; push c[2] go; push c[3] go",
	} {
		text := "component A { places a, b; initial a; running a; behavior go { t: a -> b for 1s }; behavior back { u: b -> a for 1s } }\n" +
			"assembly s { node x { for i in 0 .. 3 { c[i]: A } } }\nplan p of s { from running; on x { " + body + " } }"
		s := load(t, dsl.Options{Sources: []dsl.Source{{Name: "x", Text: []byte(text)}}})
		var list []string
		for _, in := range s.Nodes[0].Program {
			list = append(list, s.Text(in))
		}
		if got := strings.Join(list, "; "); got != want {
			t.Errorf("%s is\n%s, not\n%s", body, got, want)
		}
	}
}

const pair = `
component A {
  places off, on, broken
  initial off
  running on
  behavior start { go: off -> on; repair: broken -> off for 0 dock 1 }
  behavior fail { die: on -> broken for 1s }
  use u at on
  provide p at on
  data use du at go
  data provide dp at on
}
assembly s(n = 2, m = n * 2) {
  node x { a: A }
  for i in 0 ..< n { node y[i] { for j in 0 .. 1 { b[i][j]: A } } }
  connect a.p -> b[0][0].u
  connect b[n - 1][1].u -> a.p by a
}
`

// TestRules states what the parts of the language mean, one by one.
func TestRules(t *testing.T) {
	tests := []struct {
		name, text string
		opts       dsl.Options
		want       []string // lines of show
		not        []string
	}{
		{
			name: "nothing exists by default",
			text: pair + "plan p of s { }",
			want: []string{"a on x: | 0s | 0s | 1s", "a.p -> b[0][0].u user false provider false"},
		}, {
			name: "from running has the connections of the assembly with their sides",
			text: pair + "plan p of s { from running }",
			want: []string{"b[1][0] on y[1]: on | 0s | 0s | 1s", "a.p -> b[0][0].u user true provider true", "a.p -> b[1][1].u user false provider true"},
		}, {
			name: "given states connect what exists",
			text: pair + "plan p of s { from { a: off; b[0][j]: broken, on } }",
			want: []string{"a on x: off | 0s | 0s | 1s", "b[0][1] on y[0]: on broken | 0s | 0s | 1s", "b[1][0] on y[1]: | 0s | 0s | 1s",
				"a.p -> b[0][0].u user true provider true", "a.p -> b[1][1].u user false provider false"},
		}, {
			name: "a repeated free index must be equal",
			text: pair + "plan p of s { from { b[i][i]: on } }",
			want: []string{"b[0][0] on y[0]: on | 0s | 0s | 1s", "b[0][1] on y[0]: | 0s | 0s | 1s", "b[1][1] on y[1]: on | 0s | 0s | 1s"},
		}, {
			name: "from after takes over places and sides",
			text: pair + "timings t { A.start.go = 2s }\nplan q of s { from { a: on; b[0][0]: off }\n on x { push a fail; disconnect a.p -> b[0][0].u } }\nplan p of s { from after q }",
			want: []string{"a on x: broken | 2s | 0s | 1s", "a.p -> b[0][0].u user true provider false"},
		}, {
			name: "the order of provider and user is free, connections need not be declared",
			text: pair + "plan p of s { from running\n on y[0] { connect b[0][0].u -> b[0][1].p; connect b[0][0].dp -> b[0][1].du } }",
			want: []string{"  connect b[0][1].p -> b[0][0].u", "b[0][0].dp -> b[0][1].du user false provider false"},
		}, {
			name: "a free index is bound in the program",
			text: pair + "plan p of s { from running\n on y[i] { for k in 0 .. 1 { push b[i][(k - 1) % 2] fail } } }",
			want: []string{"  push b[1][1] fail", "  push b[1][0] fail"},
		}, {
			name: "neighbours are those joined by a link and those declared",
			text: pair + "assembly t { node v { a: A }; node w { b: A }; node z { c: A }; connect a.p -> b.u; neighbours w, z }\nplan p of t { }",
			want: []string{"node v start 0s .. 90ms ~w", "node w start 0s .. 90ms ~v ~z"},
		}, {
			name: "timings of a component win over those of its type, later ones over earlier ones",
			text: pair + "plan p of s { from { a: off; b[i][j]: off }\n on x { push a start } }\ntimings t { b[1][1].start.go = 9s; A.start.go = 2s .. 3s; b[0][j].start.go = 8s; b[0][0].start.go = 7s }",
			want: []string{"a on x: off | 2s .. 3s | 0s | 1s", "b[1][1] on y[1]: off | 9s | 0s | 1s", "b[0][1] on y[0]: off | 8s | 0s | 1s", "b[0][0] on y[0]: off | 7s | 0s | 1s"},
		}, {
			name: "only the first block of timings counts unless others are named",
			text: pair + "plan p of s { from { a: off } on x { push a start } }\ntimings t { A.start.go = 1s }\ntimings u { A.start.go = 2s }",
			want: []string{"a on x: off | 1s | 0s | 1s"},
		}, {
			name: "named timings replace the first block",
			text: pair + "plan p of s { from { a: off } on x { push a start } }\ntimings t { A.start.go = 1s; A.fail.die = 5s }\ntimings u { A.start.go = 2s }",
			opts: dsl.Options{Timings: []string{"u"}},
			want: []string{"a on x: off | 2s | 0s | 1s"},
		}, {
			name: "an ideal network has no delays but those given",
			text: pair + "plan p of s { }\nnetwork n { executor ideal { start y[i] 1s }\n latency 1ms; latency x -> y[i] 2ms }",
			want: []string{"p of s, ballet, network n (ideal), latency 1ms", "node x start 0s ~y[0] ~y[1]", "node y[0] start 1s ~x", "x -> y[1] 2ms"},
			not:  []string{"y[1] -> x 2ms"},
		}, {
			name: "parameters set from outside",
			text: pair + "plan p of s { for i in 3 ..< m { on y[i - 3] { pause 1s } } }",
			opts: dsl.Options{Set: map[string]int{"n": 3}},
			want: []string{"node y[2] start 0s .. 120ms ~x", "  pause 1s"},
		}, {
			name: "words of the language are names too",
			text: "component push { places places; initial places; behavior wait { } }\nassembly plan { node on { for: push; all: push; \"a b\": push } }\nplan of of plan { from running on on { push for wait; wait \"all\"; wait \"a b\" } }",
			opts: dsl.Options{Plan: "of"},
		},
	}
	tests[len(tests)-1].text = strings.Replace(tests[len(tests)-1].text, "initial places;", "initial places; running places;", 1)
	tests[len(tests)-1].text = strings.Replace(tests[len(tests)-1].text, "from running on", "from running\n on", 1)
	tests[len(tests)-1].want = []string{"  push for wait", "  wait \"all\"", "  wait \"a b\""}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.opts.Sources = []dsl.Source{{Name: "x.ballet", Text: []byte(strings.ReplaceAll(test.text, "} on x", "}\n on x"))}}
			got := strings.Split(strings.ReplaceAll(show(load(t, test.opts)), ":  |", ": |"), "\n")
			for _, want := range test.want {
				if !slices.Contains(got, want) {
					t.Errorf("missing: %s\n%s", want, strings.Join(got, "\n"))
				}
			}
			for _, not := range test.not {
				if slices.Contains(got, not) {
					t.Errorf("unwanted: %s", not)
				}
			}
		})
	}
}

func TestDelays(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "measured.csv"), []byte("# seconds\n1.5\n200ms\r\n\n1e-3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		text string
		want model.Delay
	}{
		{"3s", model.Constant(3 * time.Second)},
		{"3.25min", model.Constant(195 * time.Second)},
		{"0", model.Constant(0)},
		{"2us .. 2us", model.Constant(2 * time.Microsecond)},
		{"1s .. 2s", model.Interval(time.Second, 2*time.Second)},
		{"0.1s .. 0.3s", model.Interval(100*time.Millisecond, 300*time.Millisecond)},
		{"uniform(1s, 2s)", model.Delay{Kind: model.Uniform, Lo: time.Second, Hi: 2 * time.Second}},
		{"normal(3s, 40ms) in 2s .. 4s", model.Delay{Kind: model.Normal, Lo: 2 * time.Second, Hi: 4 * time.Second, A: 3 * time.Second, B: 40 * time.Millisecond}},
		{"exponential(1s) in 0s .. 1h", model.Delay{Kind: model.Exponential, Hi: time.Hour, A: time.Second}},
		{"triangular(1s, 2s, 4s)", model.Delay{Kind: model.Triangular, Lo: time.Second, Hi: 4 * time.Second, A: 2 * time.Second}},
		{"empirical(2s, 1s)", model.EmpiricalOf([]time.Duration{2 * time.Second, time.Second})},
		{`empirical("measured.csv")`, model.EmpiricalOf([]time.Duration{1500 * time.Millisecond, 200 * time.Millisecond, time.Millisecond})},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			text := "component A { places a, b; initial a; behavior go { t: a -> b for " + test.text + " } }\nassembly s { node x { c: A } }\nplan p of s { }"
			s := load(t, dsl.Options{Sources: []dsl.Source{{Name: filepath.Join(dir, "x.ballet"), Text: []byte(text)}}})
			if diff := cmp.Diff(test.want, s.Components[0].Durations[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFilesOfTimings takes durations and network from other files.
func TestFilesOfTimings(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := load(t, dsl.Options{
		Files: []string{
			write("types.ballet", pair),
			write("plan.ballet", "plan p of s { from { a: off }\n on x { push a start, fail } }\ntimings t { A.start.go = 1s; A.fail.die = 1s }"),
		},
		Timings: []string{write("measured.ballet", "timings measured { A.fail.die = 2s }")},
		Network: write("lan.ballet", "network lan { executor ideal\n latency 3ms }"),
	})
	got := show(s)
	for _, want := range []string{"network lan (ideal), latency 3ms", "a on x: off | 1s | 0s | 2s"} {
		if !strings.Contains(got, want) {
			t.Errorf("missing: %s\n%s", want, got)
		}
	}
}

func TestPlans(t *testing.T) {
	f, _ := dsl.Parse("x", []byte("plan a of s { }\nplan b of s { }"))
	if got := dsl.Plans(f); !slices.Equal(got, []string{"a", "b"}) {
		t.Error(got)
	}
}

// TestDurationsInTheLanguage writes the same durations wherever the language takes
// one, and has them formatted.
func TestDurationsInTheLanguage(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1 d": 24 * time.Hour, "1d": 24 * time.Hour, "1h2min": 62 * time.Minute, "5m": 5 * time.Minute, "1m30s": 90 * time.Second, "1h2.5s": time.Hour + 2500*time.Millisecond,
	} {
		model := `component C {
  places a, b
  initial a
  behavior go {
    t: a -> b for TEXT .. TEXT
  }
}
assembly m {
  node n { c: C }
}
plan p of m {
  from { c: a }
  on n { push c go; pause TEXT; wait c }
}
network w {
  executor ideal {
    start n TEXT
  }
  awake n 10s .. TEXT, 2d .. 3d
}
`
		source := []byte(strings.ReplaceAll(model, "TEXT", text))
		s, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "x", Text: source}}})
		if s == nil {
			t.Errorf("%s: %v", text, list)
			continue
		}
		d := s.Components[0].Durations[0]
		for where, got := range map[string]time.Duration{
			"lower": d.Lo, "upper": d.Hi, "pause": s.Nodes[0].Program[1].Duration.Lo, "start": s.Nodes[0].Start.Lo, "awake": s.Nodes[0].Uptime.Windows[0].End,
		} {
			if got != want {
				t.Errorf("%s: %s is %v", text, where, got)
			}
		}
		f, _ := dsl.Parse("x", source)
		if got, want := string(dsl.Format(f)), strings.ReplaceAll(string(source), "1 d", "1d"); got != want {
			t.Errorf("%s is formatted as\n%s", text, got)
		}
	}
}
