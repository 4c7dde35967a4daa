package whatif_test

import (
	"testing"

	"adagio/analysis/analysistest"
	"adagio/analysis/simulate"
	"adagio/analysis/whatif"
	"adagio/dsl"
)

// TestUnblock: a deadlock names the instruction by which the plan ends, which the simulator
// confirms; where none is known it names none.
func TestUnblock(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"../../testdata/gallery/deadlock.ballet", "add push user u stop"}, // the chain has no circle
		{"../../testdata/gallery/cross_wait.ballet", "remove wait a y holding"},
		{"../../testdata/gallery/join_never_filled.ballet", ""}, // without the wait x would still never be idle
		{"../report/testdata/circle.ballet", ""},
	} {
		r := analysistest.Load(t, dsl.Options{Files: []string{test.file}})
		best, tried := whatif.Unblock(r)
		if tried == 0 {
			t.Errorf("%s: nothing is tried", test.file)
		}
		got := ""
		if best != nil {
			got = best.Changes[0].String()
		}
		if got != test.want {
			t.Errorf("%s: %q, not %q", test.file, got, test.want)
		}
		if best == nil {
			continue
		}
		after, err := whatif.Apply(r.Scenario, best.Changes...)
		if err != nil {
			t.Fatal(err)
		}
		x, err := simulate.Run(after, simulate.Options{})
		if err != nil || x.Outcome != simulate.Completed {
			t.Errorf("%s with %s: %v, %v", test.file, got, x.Outcome, err)
		}
		if best.After.Deadlock != nil || best.After.Quiescence != nil && best.After.Quiescence.Date.Upper.IsNever() {
			t.Errorf("%s with %s: %v", test.file, got, best.After.Deadlock)
		}
	}
}

// TestUnblockCircle: a wait that closes a circle is named, among many pushes that might be added.
func TestUnblockCircle(t *testing.T) {
	c, err := whatif.Parse("add wait glance[0] nova[0] before push glance[0] glance[0] uninstall")
	if err != nil {
		t.Fatal(err)
	}
	r, err := whatif.Compare(openstack(t, 5), c)
	if err != nil || r.Deadlock == nil || len(r.Deadlock.Cycle) == 0 {
		t.Fatalf("no circle: %v", err)
	}
	if best, _ := whatif.Unblock(r); best == nil || best.Changes[0].String() != "remove wait glance[0] nova[0]" {
		t.Errorf("%+v", best)
	}
}

// TestUnblockLimit: a program that stands at a limit, which is no instruction of its own.
func TestUnblockLimit(t *testing.T) {
	r := analysistest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "limit.ballet", Text: []byte(`
component C {
  places old, new
  initial old
  running old
  behavior update { install: old -> new for 1s }
  use served at new
}
component P {
  places down, up
  initial down
  running up
  behavior start { boot: down -> up for 1s }
  provide served at up
}
assembly a {
  node x {
    c0: C
    c1: C
  }
  node y { p: P }
  connect p.served -> c0.served
  connect p.served -> c1.served
}
plan stuck of a {
  from { c0: old; c1: old; p: down }
  on x {
    limit 1 {
      push c0 update
      push c1 update
    }
  }
}
`)}}})
	if r.Deadlock == nil {
		t.Fatal("the plan ends")
	}
	if best, _ := whatif.Unblock(r); best == nil || best.Changes[0].String() != "add push y p start" {
		t.Errorf("%+v", best)
	}
}
