package whatif_test

import (
	"fmt"
	"strings"
	"testing"

	"adagio/analysis"
	"adagio/analysis/whatif"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// rolling restarts servers one after the other; kept is what the wait stands in.
func rolling(t *testing.T, kept string) *model.Scenario {
	return dsltest.Text(t, fmt.Sprintf(`
component Server {
  places stopped, running
  initial stopped
  running running
  behavior start { boot: stopped -> running for 4s .. 6s }
  behavior stop  { halt: running -> stopped for 1s }
}
assembly web(servers = 3) { node n { for i in 0 ..< servers { server[i]: Server } } }
plan restart of web {
  from running
  on n { for i in 0 ..< servers { push server[i] stop, start; %s } }
}
network here { executor ideal }`, kept))
}

func programText(s *model.Scenario, n int) string {
	var out []string
	for _, in := range s.Nodes[n].Program {
		out = append(out, s.Text(in))
	}
	return strings.Join(out, "; ")
}

// TestKeep: what a plan keeps is not removed, not moved, and nothing is moved across it; all
// else may be changed as without it, and no bound depends on it.
func TestKeep(t *testing.T) {
	free, kept := rolling(t, "wait server[i]"), rolling(t, "keep { wait server[i] }")
	if a, b := programText(free, 0), programText(kept, 0); a != b {
		t.Fatalf("%s\n%s", a, b)
	}
	a, errA := analysis.Analyse(free, analysis.Options{})
	b, errB := analysis.Analyse(kept, analysis.Options{})
	if errA != nil || errB != nil || a.Makespan != b.Makespan {
		t.Errorf("%v %v, %v %v", a.Makespan, b.Makespan, errA, errB)
	}
	for change, undoes := range map[string]bool{
		"remove wait n server[0]":                                  true,
		"move wait n server[0] after push n server[1] stop":        true,
		"move push n server[1] stop before wait n server[0]":       true,
		"move push n server[1] stop before push n server[0] stop":  true,
		"move push n server[0] start after push n server[1] start": true,
		"move wait n server[0] after push n server[0] start":       false, // where it is
		"move push n server[1] start before push n server[1] stop": false,
		"add pause n 2s before wait n server[0]":                   false,
		"remove push n server[2] start":                            false,
		"Server.boot = 1s":                                         false,
	} {
		c, err := whatif.Parse(change)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := whatif.Apply(free, c); err != nil {
			t.Errorf("%s without keep: %v", change, err)
		}
		_, err = whatif.Apply(kept, c)
		if told := err != nil && strings.Contains(err.Error(), `the plan keeps "wait server[0]" on node n where it is (`); told != undoes || !told && err != nil {
			t.Errorf("%s: %v", change, err)
		}
	}
}

// TestAdviceUndoes: advice that gives up the order between instances of one type says so,
// and there is none where the plan keeps it.
func TestAdviceUndoes(t *testing.T) {
	advice := func(kept string) *whatif.Counsel {
		r, err := analysis.Analyse(rolling(t, kept), analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := whatif.Advise(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := advice("wait server[i]")
	if len(c.Advice) != 1 || fmt.Sprint(c.Advice[0].Undoes) != "[[0 1] [1 2]]" {
		t.Errorf("%+v", c.Advice)
	}
	if c := advice("keep { wait server[i] }"); len(c.Advice)+len(c.Rejected) != 0 {
		t.Errorf("%+v", c)
	}
	r, err := analysis.Analyse(openstack(t, 2), analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = whatif.Advise(r, nil); err != nil || len(c.Advice) == 0 {
		t.Fatal(c, err)
	}
	for _, a := range c.Advice {
		if len(a.Undoes) > 0 {
			t.Errorf("%v undoes %v, whose order nothing asks for", a.Changes, a.Undoes)
		}
	}
}
