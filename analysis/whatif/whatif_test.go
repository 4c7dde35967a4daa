package whatif_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/simulate"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { gen.Main(m) }

func openstack(t testing.TB, sites int) *model.Scenario {
	t.Helper()
	return dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/openstack.ballet"}, Plan: "update", Set: map[string]int{"sites": sites}})
}

func TestChanges(t *testing.T) {
	s := openstack(t, 5)
	cases := []struct{ name, change, wrong string }{
		{name: "a duration of a component", change: "keystone[0].deploy = 40s"},
		{name: "of a family", change: "keystone.deploy = 40s"},
		{name: "of a type and behaviour", change: "Keystone.deploy.deploy = 40s .. 41s"},
		{name: "a setting", change: "poll = 100ms"},
		{name: "a start", change: "start nova[3] = 0s"},
		{name: "a wait", change: "remove wait nova[0] mariadbworker[0]"},
		{name: "the waits of a family", change: "remove wait nova mariadbworker"},
		{name: "a push", change: "move push nova[*] deploy before wait nova keystone", wrong: `what if "move push nova[*] deploy before wait nova keystone": no instruction of node nova[*] fits "push nova[*] deploy"`},
		{name: "a push with its component", change: "move push nova nova deploy before wait nova keystone"},
		{name: "no such component", change: "keyston.deploy = 40s", wrong: `what if "keyston.deploy = 40s": there is no component or type keyston; did you mean Keystone?`},
		{name: "no such transition", change: "keystone.deplo = 40s", wrong: `what if "keystone.deplo = 40s": there is no transition deplo; did you mean deploy?`},
		{name: "no such node", change: "remove wait nov keystone", wrong: `what if "remove wait nov keystone": there is no node nov`},
		{name: "names in quotes", change: `remove wait "nova[0]" "mariadbworker[0]"`},
		{name: "a duration of a name in quotes", change: `"keystone[0]" . deploy = 40s`},
		{name: "no unit", change: "keystone.deploy = 40", wrong: `what if "keystone.deploy = 40": a duration needs a unit: 40 (write 40s for seconds; the units are ns, us, ms, s, min, h and d)`},
		{name: "a distribution", change: "keystone.deploy = normal(40s, 1s) in 38s .. 42s"},
		{name: "a pause that is added", change: "add pause nova[0] 2s"},
		{name: "after another", change: "add wait nova keystone deploy holding after push nova nova update"},
		{name: "moved behind", change: "move wait nova keystone after push nova nova deploy"},
		{name: "several pushes", change: "add push nova[0] nova[0] interrupt, deploy"},
		{name: "a connection", change: "add disconnect nova[0] keystone[0].service -> nova[0].keystone_service"},
		{name: "no such behavior", change: "add push nova nova deplo", wrong: `what if "add push nova nova deplo": component type Nova has no behavior deplo; did you mean deploy?`},
		{name: "not its node", change: "add push nova[0] keystone[0] deploy", wrong: `what if "add push nova[0] keystone[0] deploy": "push nova[0] keystone[0] deploy": keystone[0] is on node keystone[0], not on nova[0]`},
		{name: "which component", change: "add wait mariadbmaster keystone", wrong: `what if "add wait mariadbmaster keystone": keystone is several components, and none has the index of node mariadbmaster: write which`},
		{name: "no place", change: "move wait nova keystone", wrong: `what if "move wait nova keystone": move needs a "before" or an "after" (write ` + dsl.ChangeForm + ")"},
		{name: "a removal with a place", change: "remove wait nova keystone before wait nova nova", wrong: `what if "remove wait nova keystone before wait nova nova": what is removed has no place (leave out what follows the instruction, or write move)`},
		{name: "a parameter of what is loaded", change: "sites = 6", wrong: `what if "sites = 6": sites is not a setting, and a parameter of a model that is loaded already`},
		{name: "several instructions", change: "remove wait nova[0]", wrong: `what if "remove wait nova[0]": 3 instructions of node nova[0] fit "wait nova[0]": say which by its number at the end: #1 "wait mariadbworker[0] holding", #2 "wait keystone[0] holding", #3 "wait nova[0]"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			change, err := whatif.Parse(c.change)
			if err == nil {
				_, err = whatif.Apply(s, change)
			}
			if got := message(err); got != c.wrong {
				t.Errorf("got %q, want %q", got, c.wrong)
			}
		})
	}
}

// TestAdded: an instruction that is added stands where the change says, on every node
// that it names, and waits for the component with the index of its node.
func TestAdded(t *testing.T) {
	s := openstack(t, 2)
	for change, want := range map[string]string{
		"add wait nova[*] mariadbworker before push nova nova deploy": "push nova[1] interrupt; wait mariadbworker[1] holding; push nova[1] update; wait keystone[1] holding; wait mariadbworker[1]; push nova[1] deploy; wait nova[1]",
		"add wait nova glance[0] deploy after wait nova keystone":     "push nova[1] interrupt; wait mariadbworker[1] holding; push nova[1] update; wait keystone[1] holding; wait glance[0] deploy; push nova[1] deploy; wait nova[1]",
		"add pause nova 1s .. 2s":                                     "push nova[1] interrupt; wait mariadbworker[1] holding; push nova[1] update; wait keystone[1] holding; push nova[1] deploy; wait nova[1]; pause 1s .. 2s",
		"move wait nova keystone after push nova nova deploy":         "push nova[1] interrupt; wait mariadbworker[1] holding; push nova[1] update; push nova[1] deploy; wait keystone[1] holding; wait nova[1]",
	} {
		c, err := whatif.Parse(change)
		if err != nil {
			t.Fatal(err)
		}
		after, err := whatif.Apply(s, c)
		if err != nil {
			t.Fatal(err)
		}
		n := slices.IndexFunc(after.Nodes, func(n model.Node) bool { return n.Name == "nova[1]" })
		var got []string
		for _, in := range after.Nodes[n].Program {
			got = append(got, after.Text(in))
		}
		if text := strings.Join(got, "; "); text != want {
			t.Errorf("%s: got %s", change, text)
		}
	}
}

// TestParameters: changes of parameters are told from those of settings and durations.
func TestParameters(t *testing.T) {
	var changes []whatif.Change
	for _, text := range []string{"sites = 5", "latency = 5ms", "start = 3", "depth = -1", "poll = 1s"} {
		c, err := whatif.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, c)
	}
	set, rest := whatif.Parameters(changes)
	if want := map[string]int{"sites": 5, "start": 3, "depth": -1}; !maps.Equal(set, want) || len(rest) != 2 {
		t.Errorf("got %v and %v", set, rest)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// scenario draws one that always ends and has few races.
func scenario(t *rapid.T) (*model.Scenario, *analysis.Result) {
	s := gen.Scenario(gen.Options{Nodes: 3, Components: 3, Benign: true}).Draw(t, "scenario")
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil || r.Deadlock != nil {
		t.Skip("no bounds")
	}
	return s, r
}

// TestResponse: the makespan as a function of a duration is at every value what
// an analysis with that value says.
func TestResponse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, r := scenario(t)
		targets := whatif.Targets(r, true)
		targets = slices.DeleteFunc(targets, func(t whatif.Target) bool { return t.Kind > whatif.PauseDuration })
		if len(targets) == 0 {
			t.Skip("nothing takes time")
		}
		target := rapid.SampledFrom(targets).Draw(t, "target")
		end := petri.End(rapid.Bool().Draw(t, "end"))
		to := 2 * target.Delay(s).Hi
		response, err := whatif.Respond(s, target, 0, to, end)
		if err != nil {
			t.Fatal(err)
		}
		points := []time.Duration{0, to, target.Delay(s).Hi}
		for range 3 {
			points = append(points, time.Duration(rapid.Int64Range(0, int64(to)).Draw(t, "value")))
		}
		for _, p := range response.Parts[:min(3, len(response.Parts))] {
			points = append(points, p.From, p.To)
		}
		for _, d := range points {
			got, err := response.At(s, d)
			if err != nil {
				continue // refused
			}
			after, err := analysis.Analyse(target.With(s, model.Constant(d)), analysis.Options{})
			if err != nil {
				t.Fatalf("%v: %v", d, err)
			}
			want := after.Makespan.Lower
			if end == petri.Latest {
				want = after.Makespan.Upper
			}
			if got != want {
				t.Fatalf("%s = %v: the function says %v, the analysis %v\n%+v\n%s", target.Name(s), d, got, want, response.Parts, gen.Text(s))
			}
		}
	})
}

// TestDrag: the drag is the value of the function at the duration minus that at
// zero, where the model gives one duration.
func TestDrag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, r := scenario(t)
		targets := whatif.Targets(r, true)
		if len(targets) == 0 {
			t.Skip("nothing takes time")
		}
		some := []whatif.Target{rapid.SampledFrom(targets).Draw(t, "one")}
		drags, _ := whatif.Drags(r, some, nil)
		for _, d := range drags {
			without := silent(s, d.Targets)
			var zero *analysis.Result
			err := without.Validate() // a broker cannot be read all the time
			if err == nil {
				zero, err = analysis.Analyse(without, analysis.Options{})
			}
			if err != nil || zero.Deadlock != nil {
				if d.Err == nil {
					t.Fatalf("%s: no refusal", d.Name)
				}
				continue
			}
			if d.Upper != r.Makespan.Upper-zero.Makespan.Upper || d.Lower != r.Makespan.Lower-zero.Makespan.Lower {
				t.Fatalf("%s: drag %v, %v", d.Name, d.Upper, d.Lower)
			}
			target := d.Targets[0]
			if target.Kind > whatif.PauseDuration || !target.Delay(s).IsConstant() || len(d.Targets) > 1 {
				continue
			}
			response, err := whatif.Respond(s, target, 0, target.Delay(s).Hi, petri.Latest)
			if err != nil {
				t.Fatal(err)
			}
			a, errA := response.At(s, 0)
			b, errB := response.At(s, target.Delay(s).Hi)
			if errA == nil && errB == nil && b-a != d.Upper {
				t.Fatalf("%s: drag %v, but the function falls by %v\n%s", d.Name, d.Upper, b-a, gen.Text(s))
			}
		}
	})
}

// silent is a scenario in which some delays are zero.
func silent(s *model.Scenario, targets []whatif.Target) *model.Scenario {
	for _, t := range targets {
		s = t.With(s, model.Constant(0))
	}
	return s
}

// TestAdvice: a plan that follows an advice is faster, ends in every execution
// in the same places as before, and has no race that was not there.
func TestAdvice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Nodes: 3, Components: 3}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil {
			t.Skip("no bounds")
		}
		counsel, err := whatif.Advise(r, nil)
		if err != nil {
			t.Skip("refused")
		}
		if counsel.Together != nil {
			counsel.Advice = append(counsel.Advice, *counsel.Together)
		}
		for _, a := range counsel.Advice {
			after, err := whatif.Apply(s, a.Changes...)
			if err != nil {
				t.Fatal(err)
			}
			again, err := analysis.Analyse(after, analysis.Options{})
			if err != nil || again.Deadlock != nil || len(again.Races) > len(r.Races) || again.Makespan != a.After.Makespan || again.Makespan.Upper >= r.Makespan.Upper {
				t.Fatalf("%v: %v, %+v", a.Changes, err, again)
			}
			for i := range 2 {
				trace, err := simulate.Run(after, simulate.Options{Seed: 3, Index: uint64(i)})
				if err != nil || trace.Outcome != simulate.Completed {
					t.Fatalf("%v: an execution does not end\n%s", a.Changes, gen.Text(after))
				}
			}
		}
	})
}

// TestOpenstack: what the update would gain if Nova did not wait for Keystone
// first, and how its makespan follows one duration. A plan without the last
// wait would end earlier only because nobody looks.
func TestOpenstack(t *testing.T) {
	s := openstack(t, 2)
	r := analysistest.Bounds(t, s)
	counsel, err := whatif.Advise(r, nil)
	if err != nil || len(counsel.Advice) == 0 {
		t.Fatal(err, counsel)
	}
	best := counsel.Advice[0]
	if got := best.Changes[0].String(); got != "move push nova[*] nova[*] deploy before wait nova[*] keystone[*] holding" {
		t.Errorf("the best advice is %q", got)
	}
	again, err := whatif.Compare(s, best.Changes...)
	if err != nil || r.Makespan.Upper-again.Makespan.Upper != best.Upper || best.Upper < 50*time.Second {
		t.Errorf("%v: %v", best, err)
	}
	if counsel.Together == nil || counsel.Together.Upper < best.Upper {
		t.Error("nothing goes together")
	}
	if len(counsel.Rejected) != 1 || counsel.Rejected[0].Err.Error() != "node nova[0] would end before nova[0] does" {
		t.Errorf("rejected: %+v", counsel.Rejected)
	}
	target, err := whatif.Find(s, "nova[0].deploy")
	if err != nil {
		t.Fatal(err)
	}
	response, err := whatif.Respond(s, target[0], 0, 250*time.Second, petri.Latest)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(response.Parts); n != 1 || len(response.Parts[0].Makespan.Pieces) != 2 {
		t.Errorf("the function has the parts %+v", response.Parts)
	}
}

// FuzzParse: whatever is read is a change that is made or refused, and is the
// same when it is read again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"keystone.deploy = 40s", "poll=1s..2s", "start nova = 0", "remove wait nova keystone #1", "move push nova nova deploy before wait nova keystone", "remove pause nova #2", "add wait nova[0] keystone[1] after push nova nova update", "sites = 5", `"db 1.2"[*].deploy = normal(1s, 2s)`} {
		f.Add(text)
	}
	s := openstack(f, 2)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := whatif.Parse(text)
		if err != nil {
			return
		}
		a, errA := whatif.Apply(s, c)
		again, err := whatif.Parse(c.String())
		if err != nil {
			t.Fatalf("%q is not read again: %v", c, err)
		}
		b, errB := whatif.Apply(s, again)
		if message(errA) != message(errB) || errA == nil && (gen.Text(a) != gen.Text(b) || a.Validate() != nil) {
			t.Fatalf("%q: %v, %v", c, errA, errB)
		}
	})
}
