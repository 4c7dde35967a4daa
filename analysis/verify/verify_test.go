package verify_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// stated is a plan of testdata/claims.ballet of which one claim is stated.
func stated(t testing.TB, plan, claim string) *model.Scenario {
	t.Helper()
	text, err := os.ReadFile("testdata/claims.ballet")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, "\nproperty p of "+plan+" { "+claim+" }\n"...)
	return dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "claims.ballet", Text: text}}, Plan: plan})
}

// verdicts answers what is stated of a plan that has bounds.
func verdicts(t testing.TB, s *model.Scenario, opts verify.Options) []verify.Verdict {
	t.Helper()
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := verify.Properties(s, r, "", opts)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// answered answers one claim.
func answered(t testing.TB, plan, claim string, opts verify.Options) (*model.Scenario, verify.ClaimVerdict) {
	t.Helper()
	s := stated(t, plan, claim)
	list := verdicts(t, s, opts)
	if len(list) != 1 || len(list[0].Claims) != 1 {
		t.Fatalf("%s: %d properties", claim, len(list))
	}
	return s, list[0].Claims[0]
}

// claims are, for each kind of claim, one that is proved, one that is refuted and one
// that is unknown without executions that are drawn. Say is part of the reason, or of
// what is missing; at is from when on an execution violates it, where that is a date.
var claims = []struct {
	kind    model.ClaimKind
	outcome verify.Outcome
	plan    string
	claim   string
	say     string
	at      time.Duration
}{
	{model.Always, verify.Proved, "restart", "always count(server[*] at running) >= 0 and (not server[0].sql or db.sql)", "db leaves running follows from server[0] leaves running", 0},
	{model.Always, verify.Refuted, "restart", "always count(server[*] at running) >= 1", "not from 1s on", time.Second},
	{model.Always, verify.Unknown, "apart", "never l runs long and r runs short", "after r begins short", 0},
	{model.Ends, verify.Proved, "race", "ends", "no order of the races", 0},
	{model.Ends, verify.Refuted, "stuck", "ends", "it ends in a deadlock", 0},
	{model.Ends, verify.Unknown, "missed", "ends", "in one order of its races the plan never ends", 0},
	{model.Total, verify.Proved, "restart", "downtime(db.sql) <= 7s", "5s .. 7s", 0},
	{model.Total, verify.Refuted, "restart", "downtime(db.sql) < 7s", "7s", 0},
	{model.Total, verify.Unknown, "apart", "time(l runs long and r runs short) <= 0s", "0s .. 200ms", 0},
	{model.Longest, verify.Proved, "restart", "longest(server[0] at ready) >= 0s", "", 0},
	{model.Longest, verify.Refuted, "restart", "outage(db.sql) > 5s", "5s", 0},
	{model.Longest, verify.Unknown, "apart", "longest(l runs long and r runs short) < 10ms", "0s .. 200ms", 0},
	{model.Before, verify.Proved, "restart", "end of server[0] runs stop before start of server[0] runs start.boot", "follows from", 0},
	{model.Before, verify.Refuted, "restart", "start of db.sql before end of server[0] runs start.boot", "start of db.sql is", 0},
	{model.Before, verify.Unknown, "race", "end of provider before end of clock", "may be up to 800ms later", 0},
	{model.Within, verify.Proved, "restart", "start of server[0].sql within 1s of start of db.sql", "", 0},
	{model.Within, verify.Refuted, "restart", "end of server[0] runs stop within 1s of end of db runs start", "", 0},
	{model.Within, verify.Unknown, "race", "end of provider within 3800ms of start of provider", "may be up to 4.6s apart", 0},
	{model.Dated, verify.Proved, "race", "end of provider <= 4600ms", "3s .. 4.6s", 0},
	{model.Dated, verify.Refuted, "restart", "end of front[0] < 8s", "8.", 0},
	{model.Dated, verify.Unknown, "race", "end of provider <= 3800ms", "3s .. 4.6s", 0},
	{model.All, verify.Proved, "race", "ends and end of provider >= 3s", "; ", 0},
	{model.All, verify.Refuted, "restart", "ends and end of front[0] < 8s", "end of front[0] is", 0},
	{model.All, verify.Unknown, "race", "ends and end of provider <= 3800ms", "3s .. 4.6s", 0},
	{model.Any, verify.Proved, "race", "not ends or end of provider >= 3s", "", 0},
	{model.Any, verify.Refuted, "restart", "not ends or end of front[0] < 8s", "ends holds", 0},
	{model.Any, verify.Unknown, "race", "end of provider <= 3800ms or end of provider > 3800ms", "3s .. 4.6s; ", 0},
	{model.Contra, verify.Proved, "race", "not (end of provider < 3s)", "3s .. 4.6s", 0},
	{model.Contra, verify.Refuted, "race", "not ends", "ends holds", 0},
	{model.Contra, verify.Unknown, "race", "not (end of provider > 3800ms)", "3s .. 4.6s", 0},
}

// TestClaims: each kind of claim is proved once, refuted once, and unknown once; what is
// refuted is violated by an execution that is the same to the nanosecond when the
// simulator runs it again.
func TestClaims(t *testing.T) {
	seen := map[model.ClaimKind][3]int{}
	for _, c := range claims {
		t.Run(c.outcome.String()+" "+c.claim, func(t *testing.T) {
			s, v := answered(t, c.plan, c.claim, verify.Options{})
			n := seen[v.Claim.Kind]
			n[v.Outcome]++
			seen[v.Claim.Kind] = n
			if v.Claim.Kind != c.kind {
				t.Fatalf("it is of kind %v, not %v", v.Claim.Kind, c.kind)
			}
			if v.Outcome != c.outcome || !strings.Contains(v.Reason+v.Missing, c.say) {
				t.Fatalf("%v because %q, missing %q", v.Outcome, v.Reason, v.Missing)
			}
			if said := v.Reason != "" && v.Missing == ""; said != (c.outcome != verify.Unknown) {
				t.Errorf("%v because %q, missing %q", v.Outcome, v.Reason, v.Missing)
			}
			if v.Sampled >= 2 != (c.outcome == verify.Unknown) {
				t.Errorf("%v after %d executions", v.Outcome, v.Sampled)
			}
			x := v.Counterexample
			if (x != nil) != (c.outcome == verify.Refuted) {
				t.Fatalf("%v, and an execution: %v", v.Outcome, x != nil)
			}
			if x != nil {
				checkViolation(t, s, v, c.at)
			}
		})
	}
	for k := range model.Dated + 1 {
		if seen[k] != [3]int{1, 1, 1} {
			t.Errorf("of kind %d there are %v that are proved, refuted and unknown", k, seen[k])
		}
	}
}

// checkViolation runs the execution that violates a claim again.
func checkViolation(t *testing.T, s *model.Scenario, v verify.ClaimVerdict, at time.Duration) {
	t.Helper()
	x := v.Counterexample
	if same, err := x.Replay(s); err != nil || !same {
		t.Errorf("run again it is another: %v", err)
	}
	ok, from := verify.Holds(s, x.Trace, v.Claim)
	if ok {
		t.Error("the claim holds of it")
	}
	if at > 0 && (from != at || x.At != at) {
		t.Errorf("it is violated from %v on, and said to be from %v on; want %v", from, x.At, at)
	}
	for _, h := range x.History(s, v.Claim) {
		last := time.Duration(-1)
		for _, d := range h.Times {
			if d.Start <= last || d.End <= d.Start {
				t.Errorf("%s holds in %v", h.Atom.Text(s), h.Times)
			}
			last = d.End
		}
	}
}

// TestDrawn: executions that are drawn refute what those at the ends of delays do not,
// and none what holds.
func TestDrawn(t *testing.T) {
	holds := []string{"end of provider <= 3800ms or end of provider > 3800ms"}
	refuted := 0
	for _, c := range claims {
		if c.outcome != verify.Unknown {
			continue
		}
		s, v := answered(t, c.plan, c.claim, verify.Options{Runs: 400, Seed: 1})
		switch {
		case v.Outcome == verify.Refuted:
			checkViolation(t, s, v, 0)
			refuted++
			if slices.Contains(holds, c.claim) {
				t.Errorf("%s: refuted", c.claim)
			}
		case v.Sampled < 400:
			t.Errorf("%s: %v after %d executions", c.claim, v.Outcome, v.Sampled)
		}
	}
	if refuted < 8 {
		t.Errorf("only %d were refuted", refuted)
	}
}

// TestShrunk: what deviations from the nominal execution violate is shrunk to those that
// it takes.
func TestShrunk(t *testing.T) {
	for claim, how := range map[string]string{
		"downtime(db.sql) <= 6900ms":   "every delay is nominal but db.boot = 6s",
		"downtime(db.sql) <= 5900ms":   "every delay is nominal",
		"end of front[0] <= 8100ms":    "every delay is nominal but db.boot = 6s",
		"longest(server[0] idle) < 1s": "every delay is nominal",
	} {
		s, v := answered(t, "restart", claim, verify.Options{Random: 200, Seed: 1})
		if v.Outcome != verify.Refuted || v.Counterexample.How != how {
			t.Errorf("%s: %v, %+v; want %s", claim, v.Outcome, v.Counterexample, how)
			continue
		}
		checkViolation(t, s, v, 0)
	}
	if _, v := answered(t, "race", "end of provider <= 3800ms or end of provider > 3800ms", verify.Options{Random: 50}); v.Outcome != verify.Unknown || v.Sampled != 50 {
		t.Errorf("%v after %d executions", v.Outcome, v.Sampled)
	}
}

// TestAnyDurations: order and mutual exclusion hold whatever transitions last, and a
// length does not.
func TestAnyDurations(t *testing.T) {
	for claim, want := range map[string]verify.Outcome{
		"end of server[0] runs stop before start of server[0] runs start": verify.Proved,
		"never server[0] at stopped and server[0].sql":                    verify.Proved,
		"end of db runs start before start of server[0] runs stop":        verify.Refuted,
		"ends":                   verify.Unknown,
		"downtime(db.sql) <= 7s": verify.Refuted,
	} {
		s := verify.AnyDurations(stated(t, "restart", claim), time.Hour)
		v := verdicts(t, s, verify.Options{})[0].Claims[0]
		if v.Outcome != want {
			t.Errorf("%s: %v because %s%s", claim, v.Outcome, v.Reason, v.Missing)
		}
		if want == verify.Refuted {
			checkViolation(t, s, v, 0)
		}
	}
}

// TestOutages: the bounds of an outage are reached by the executions at the ends of all
// delays, and what is never away is not listed.
func TestOutages(t *testing.T) {
	s := stated(t, "restart", "ends")
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list, limited, err := verify.Outages(r)
	if err != nil || limited || len(list) != 1 || s.PortName(list[0].Component, list[0].Port) != "db.sql" {
		t.Fatalf("%+v, %v, %v", list, limited, err)
	}
	o := list[0]
	for _, at := range []struct {
		sampler        simulate.Sampler
		total, longest time.Duration
	}{{simulate.Lo, o.Total.Lower, o.Longest.Lower}, {simulate.Hi, o.Total.Upper, o.Longest.Upper}} {
		trace, err := simulate.Run(s, simulate.Options{Sampler: at.sampler, History: true})
		if err != nil {
			t.Fatal(err)
		}
		if total, longest := verify.Inactive(s, trace, o.Component, o.Port); total != at.total || longest != at.longest {
			t.Errorf("it is away for %v, at a time for %v; the bounds say %v and %v", total, longest, at.total, at.longest)
		}
	}
}

// TestRefusedPlans: where the analysis refuses, executions still refute, and nothing is
// proved.
func TestRefusedPlans(t *testing.T) {
	for claim, want := range map[string]verify.Outcome{"end of front[0] < 8s": verify.Refuted, "end of front[0] <= 1min": verify.Unknown} {
		s := stated(t, "restart", claim)
		list, err := verify.Properties(s, nil, "too many races", verify.Options{Runs: 3})
		if err != nil {
			t.Fatal(err)
		}
		v := list[0].Claims[0]
		if v.Outcome != want || want == verify.Unknown && (v.Missing != "too many races" || v.Sampled != 5) {
			t.Errorf("%s: %v, missing %q, after %d executions", claim, v.Outcome, v.Missing, v.Sampled)
		}
	}
}

// TestDiagnostics: what is refuted is an error and what is unknown a warning, each at its
// claim; what is proved is neither.
func TestDiagnostics(t *testing.T) {
	for _, c := range []struct {
		claim, severity, detail, summary string
	}{
		{"ends", "", "", "1 property proved"},
		{"end of provider <= 3800ms", "warning", "no execution of 22 that were simulated violates it", "1 property unknown"},
		{"end of provider <= 3s", "error", "where every delay is at its least", "1 property refuted"},
	} {
		s := stated(t, "race", c.claim)
		list := verdicts(t, s, verify.Options{})
		if got := verify.Summary(list); got != c.summary {
			t.Errorf("%s: %q, want %q", c.claim, got, c.summary)
		}
		found := verify.Diagnostics(list)
		if c.severity == "" {
			if len(found) > 0 {
				t.Errorf("%s: %v", c.claim, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Severity.String() != c.severity || !strings.Contains(found[0].Detail, c.detail) || found[0].Subject != list[0].Claims[0].Claim.Pos {
			t.Errorf("%s: %q, %q", c.claim, found[0].Severity, found[0].Detail)
		}
	}
}

// TestStructure: what follows from the arcs of the net is proved also where the analysis
// refuses; what depends on durations is not.
func TestStructure(t *testing.T) {
	for _, c := range []struct {
		plan, claim, say string
	}{
		{"race", "ends", "every program has ended"},
		{"apart", "ends", "every program has ended"},
		{"race", "never p at on and p runs start.start", "exactly 1 of"},
		{"race", "always not p.service or p at on", "exactly 1 of p.service inactive, p.service active"},
		{"race", "never u.service and u at off", "exactly 1 of"},
		{"apart", "never l runs long and not left", "exactly 1 of"},
		{"restart", "always not server[0] at running or count(server[*] at stopped) <= 1", "exactly 1 of server[0]: at stopped"},
		{"missed", "ends", ""},
		{"restart", "ends", ""},
		{"apart", "never l runs long and r runs short", ""},
	} {
		s := stated(t, c.plan, c.claim)
		list, err := verify.Properties(s, nil, "not analysed", verify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v := list[0].Claims[0]
		if (v.Outcome == verify.Proved) != (c.say != "") || !strings.Contains(v.Reason, c.say) || v.Causality != (c.say != "") {
			t.Errorf("%s: %v because %s", c.claim, v.Outcome, v.Reason)
		}
	}
}

// TestEndsByStructure: that plans end follows from the arcs of the net alone for all models of the
// gallery that end but the four that are named, some by traps; executions end then whatever
// transitions last.
func TestEndsByStructure(t *testing.T) {
	files, err := filepath.Glob("../../testdata/gallery/*.ballet")
	if err != nil {
		t.Fatal(err)
	}
	unknown := []string{"life_cycle", "refusing", "reused_port", "use_on_transition"}
	stuck := []string{"cross_wait", "deadlock", "join_never_filled"}
	trapped := 0
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".ballet")
		s := dsltest.Load(t, dsl.Options{Files: []string{f}})
		s.Properties = []model.Property{{Name: "p", Claims: []model.Claim{{Kind: model.Ends}}}}
		list, err := verify.Properties(s, nil, "not analysed", verify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, want := list[0].Claims[0], verify.Proved
		if slices.Contains(stuck, name) {
			want = verify.Refuted
		} else if slices.Contains(unknown, name) {
			want = verify.Unknown
		}
		if v.Outcome != want {
			t.Errorf("%s: %v because %s, not %v", name, v.Outcome, v.Reason, want)
		}
		if v.Outcome != verify.Proved {
			continue
		}
		if !strings.Contains(v.Reason, "by the structure of the net") || !v.Causality {
			t.Errorf("%s: %s", name, v.Reason)
		}
		if !strings.Contains(v.Reason, " 0 traps") {
			trapped++
		}
		free := verify.AnyDurations(s, time.Minute)
		for i := range uint64(20) {
			if trace, err := simulate.Run(free, simulate.Options{Seed: 1, Index: i}); err != nil || trace.Outcome != simulate.Completed {
				t.Errorf("%s: execution %d: %v, %v", name, i, trace.Outcome, err)
			}
		}
	}
	if trapped < 9 || len(files) < 35 {
		t.Errorf("of %d models %d need a trap", len(files), trapped)
	}
}

// TestHazards: what is proved of executions in which no hazard strikes is refuted by one in
// which some do, if it is drawn, and only then.
func TestHazards(t *testing.T) {
	text := "\nproperty p of go { start of z runs go >= 3s; end of x runs go >= 2s }\n"
	s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/gallery/wait_holding.ballet"}, Sources: []dsl.Source{{Name: "p.ballet", Text: []byte(text)}}})
	for random, want := range map[int]verify.Outcome{0: verify.Proved, 60: verify.Refuted} {
		claims := verdicts(t, s, verify.Options{Random: random, Seed: 1})[0].Claims
		if claims[0].Outcome != want || claims[1].Outcome != verify.Proved {
			t.Errorf("of %d executions: %v and %v", random, claims[0].Outcome, claims[1].Outcome)
			continue
		}
		if x := claims[0].Counterexample; x != nil {
			checkViolation(t, s, claims[0], 0)
			if x.Trace.Hits == 0 || x.How != "every delay is nominal but every hazard strikes" {
				t.Errorf("%d hazards strike, %s", x.Trace.Hits, x.How)
			}
		}
	}
}
