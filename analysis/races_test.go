package analysis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/unfold"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// symmetric is a plan with one race for each of n observers, all alike: each looks
// once, between from and to, whether p is busy, which it is from 1 s to 11 s.
func symmetric(from, to []time.Duration) string {
	text := `
component P { places off, on; initial on; running on; behavior stop { f: on -> off for 10s } }
component U { places off, on; initial on; running on; behavior stop { f: on -> off for 1s } }
assembly x {
  node n { p: P }
`
	for i := range from {
		text += fmt.Sprintf("  node m%d { u%d: U }\n", i, i)
	}
	text += "}\nplan go of x {\n  from running\n  on n { pause 1s; push p stop; wait p }\n"
	for i := range from {
		text += fmt.Sprintf("  on m%d { pause %dns .. %dns; wait p; push u%d stop; wait u%d }\n", i, from[i], to[i], i, i)
	}
	return text + "}\nnetwork here { executor ideal }\n"
}

func analysed(t dsltest.T, text string) *Result {
	t.Helper()
	r, err := Analyse(dsltest.Text(t, text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSymmetricRaces: who looks too early ends after a second, who looks in time a
// second after p: 12 s, whoever it is, and 11 .. 12 s otherwise, as the other may
// still look in time.
func TestSymmetricRaces(t *testing.T) {
	for n := 2; n <= 4; n++ {
		from, to := slices.Repeat([]time.Duration{500 * time.Millisecond}, n), slices.Repeat([]time.Duration{1500 * time.Millisecond}, n)
		r := analysed(t, symmetric(from, to))
		if len(r.Races) != n {
			t.Fatalf("%d races, not %d", len(r.Races), n)
		}
		for _, race := range r.Races {
			early, late := Bound{11 * time.Second, 12 * time.Second}, Bound{12 * time.Second, 12 * time.Second}
			if *race.IfAFirst.Makespan != early || *race.IfBFirst.Makespan != late {
				t.Errorf("%d observers, %q: %v and %v, not %v and %v", n, race.A, race.IfAFirst, race.IfBFirst, early, late)
			}
		}
	}
}

// TestFiguresOfForcedOrders: the figures of a race are those of the plan in which
// the pause before it is so short, or so long, that this order is the only one.
func TestFiguresOfForcedOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "observers")
		from, to := make([]time.Duration, n), make([]time.Duration, n)
		for i := range n {
			from[i] = time.Duration(rapid.IntRange(100, 990).Draw(t, "from")) * time.Millisecond
			to[i] = time.Duration(rapid.IntRange(1010, 3000).Draw(t, "to")) * time.Millisecond
		}
		r := analysed(t, symmetric(from, to))
		if len(r.Races) != n {
			t.Fatalf("%d races, not %d", len(r.Races), n)
		}
		for _, race := range r.Races {
			i := race.OriginA.Node - 1
			forced := slices.Clone(to)
			forced[i] = time.Second - 1
			if want := analysed(t, symmetric(from, forced)).Makespan; *race.IfAFirst.Makespan != want {
				t.Errorf("%q first: %v, not %v", race.A, race.IfAFirst, want)
			}
			forced = slices.Clone(from)
			forced[i] = time.Second + 1
			if want := analysed(t, symmetric(forced, to)).Makespan; *race.IfBFirst.Makespan != want {
				t.Errorf("%q second: %v, not %v", race.A, race.IfBFirst, want)
			}
		}
	})
}

// TestFiguresOfOrders: the figures of a race are the bounds of the runs that have
// this order, evaluated without the others.
func TestFiguresOfOrders(t *testing.T) {
	races := 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal, model.Pushing}}).Draw(t, "scenario")
		r, err := Analyse(s, Options{})
		if err != nil {
			return
		}
		all := map[unfold.Order]bool{}
		for _, run := range r.Runs {
			for _, o := range run.Orders {
				all[o] = true
			}
		}
		for o := range all {
			alone := &Result{Scenario: s, Net: r.Net}
			for _, run := range r.Runs {
				if slices.Contains(run.Orders, o) && run.Graph.Complete {
					alone.Runs = append(alone.Runs, run)
				}
			}
			if len(alone.Runs) == 0 {
				continue
			}
			makespans, err := alone.bound()
			if err != nil {
				t.Fatal(err)
			}
			races++
			if got := byOrder(alone.Runs, makespans)[o]; *got.Makespan != alone.Makespan {
				t.Fatalf("order %v: %v, not %v\n%s", o, got, alone.Makespan, gen.Text(s))
			}
			makespans, _ = r.bound()
			if got := byOrder(r.Runs, makespans)[o]; *got.Makespan != alone.Makespan {
				t.Fatalf("order %v among others: %v, not %v\n%s", o, got, alone.Makespan, gen.Text(s))
			}
		}
	})
	t.Logf("%d orders", races)
}

// TestCostedRaces: in gallery/race.ballet a user that enters before its provider leaves, and
// of which the provider knows at 1 s, is there by 0.9 s and leaves a second later; the provider
// knows at 2 s and is back at 4 s. A user of which it does not know is done by 3 s. One that
// comes after the provider has left enters at 3.1 s at the latest, and is done by 5.1 s. A cover says so of the pair, which
// is one race though either asks for the other.
func TestCostedRaces(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/gallery/race.ballet"}})
	r, err := Analyse(s, Options{Limit: unfold.Limit{Orders: 1, Steps: 1_000_000}})
	if err != nil || r.Cover == nil {
		t.Fatal(err, "or no cover")
	}
	groups, uncosted := r.CostedRaces()
	if uncosted > 0 {
		t.Errorf("%d kinds of race are left out", uncosted)
	}
	found := 0
	for _, g := range groups {
		race := g.Races[0]
		if race.A == "u enters on" && race.B == "p leaves on" {
			t.Error("the race is listed with its events the other way round")
		}
		if race.A != "p leaves on" || race.B != "u enters on" {
			continue
		}
		found++
		before, after := *g.IfAFirst.Makespan, *g.IfBFirst.Makespan
		if before != (Bound{3 * time.Second, 5100 * time.Millisecond}) || after.Lower != 3*time.Second || after.Upper < 4*time.Second || after.Upper > 4200*time.Millisecond {
			t.Errorf("%v before and %v after, not 3 s .. 5.1 s and 3 s .. 4 s", before, after)
		}
	}
	if found != 1 {
		t.Errorf("the race is listed %d times among %d", found, len(groups))
	}
}

// TestDecidedIsNoRace: under a cover a user that is not there when its provider starts enters
// after that has started for certain, though the bounds of the dates overlap: that is no race.
func TestDecidedIsNoRace(t *testing.T) {
	r := analysed(t, `
component P {
  places off, on
  initial off
  running on
  behavior start { boot: off -> on for 2s .. 4s }
  behavior stop { halt: on -> off for 500ms .. 1s }
  provide svc at on
}
component U {
  places off, on
  initial off
  running on
  behavior start { run: off -> on for 100ms .. 3s }
  use svc at on
}
assembly a {
  for j in 0 ..< 9 { node pn[j] { p[j]: P }; node un[j] { u[j]: U }; connect p[j].svc -> u[j].svc }
}
plan go of a {
  from { p[j]: on; u[j]: off }
  on pn[j] { push p[j] stop, start; wait p[j] }
  on un[j] { push u[j] start; wait u[j] }
}
network n { executor broker; latency 10ms .. 50ms }
`)
	if r.Cover == nil {
		t.Fatal("no cover")
	}
	for _, g := range r.RaceGroups() {
		race := g.Races[0]
		if len(g.Races) != 9 || strings.Contains(race.A+race.B, "starts") {
			t.Errorf("%d races between %q and %q", len(g.Races), race.A, race.B)
		}
	}
	if len(r.Races) != 27 {
		t.Errorf("%d races, not 27: before or after p refuses, leaves and is back", len(r.Races))
	}
}
