package analysis_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// TestPaths: the longest path is the critical one; each other is no longer, and
// has work that is on none before it; the durations of a path add up.
func TestPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{}).Draw(t, "scenario")
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || r.Deadlock != nil {
			t.Skip("no bounds")
		}
		if r.Cover != nil && r.Cover.Open > 0 {
			if _, err := r.Paths(r.DonePath(petri.Latest), analysis.PathQuery{Top: 5}); !errors.Is(err, petri.ErrCovered) {
				t.Fatalf("paths among orders that are covered: %v", err)
			}
			return
		}
		if done := r.Done().Bound(); done.Upper != model.Never && (r.DonePath(petri.Latest).Length != done.Upper || r.DonePath(petri.Earliest).Length != done.Lower) {
			t.Fatalf("everything is done by %v, but the paths take %v and %v", done, r.DonePath(petri.Earliest).Length, r.DonePath(petri.Latest).Length)
		}
		for _, of := range []analysis.Path{r.DonePath(petri.Latest), r.DonePath(petri.Earliest)} {
			paths, err := r.Paths(of, analysis.PathQuery{Top: 5})
			if err != nil || paths[0].Length != of.Length {
				t.Fatalf("%v: the longest of %d paths is not the critical one", err, len(paths))
			}
			seen := map[petri.EventID]bool{}
			for i, p := range paths {
				sum, fresh := time.Duration(0), i == 0
				for _, d := range p.Sums {
					sum += d
				}
				for _, step := range p.Steps {
					if step.Category == petri.Work || step.Category == petri.Pausing {
						fresh = fresh || !seen[step.Event]
						seen[step.Event] = true
					}
				}
				if i > 0 && p.Length > paths[i-1].Length || sum != p.Length || !fresh {
					t.Fatalf("path %d has the length %v, and its steps %v", i, p.Length, sum)
				}
			}
			w := r.Work(of)
			if w.OnPath+w.Beside != w.Total || w.OnPath != of.Sums[petri.Work] || w.Wire+w.Polling != of.Sums[petri.Transfer] {
				t.Fatalf("the work does not add up: %+v, %v", w, of.Sums)
			}
		}
	})
}

// TestPathQueries asks OpenStack for paths to, from and through.
func TestPathQueries(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../testdata/openstack.ballet"}})
	r := analysistest.Bounds(t, s)
	cases := []struct {
		name, to, from, through string
		first, last, wrong      string
	}{
		{name: "a node", to: "neutron[0]", first: "node glance[0] starts", last: "wait neutron[0]"},
		{name: "a component", to: "component mariadbmaster", first: "node glance[0] starts", last: "mariadbmaster: end of behaviour deploy"},
		{name: "an instruction", to: "wait keystone[0] holding on nova[0]", first: "node glance[0] starts", last: "wait keystone[0] holding"},
		{name: "from and through", from: `^keystone.0..deploy$`, through: `ready0`, first: "keystone[0].deploy", last: "wait nova[0]"},
		{name: "nowhere", to: "neutro[0]", wrong: "did you mean neutron[0]?"},
		{name: "an instruction of several nodes", to: "wait keystone[0] holding", wrong: `of several nodes, glance[0], neutron[0], nova[0]; write "wait keystone[0] holding on glance[0]"`},
		{name: "a family of one", to: "keystone", wrong: "did you mean keystone[0]?"},
		{name: "backwards", from: "ready0", through: "mariadbmaster.start", wrong: "no path leads"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q := analysis.PathQuery{To: c.to}
			if c.from != "" {
				q.From, q.Through = regexp.MustCompile(c.from), []*regexp.Regexp{regexp.MustCompile(c.through)}
			}
			paths, err := r.Paths(r.DonePath(petri.Latest), q)
			if (err != nil) != (c.wrong != "") {
				t.Fatal(err)
			}
			if err != nil {
				if c.wrong == "" || !strings.Contains(err.Error(), c.wrong) {
					t.Error(err)
				}
				return
			}
			steps := paths[0].Steps
			if first, last := steps[0].Text, steps[len(steps)-1].Text; first != c.first || last != c.last {
				t.Errorf("from %q to %q", first, last)
			}
		})
	}
}
