package validate

import (
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl"
	"adagio/dsl/dsltest"
)

const measuredModels = "../../testdata/measured/"

// readSet reads a set of measurements without any problem.
func readSet(t *testing.T, names ...string) []measure.Run {
	t.Helper()
	runs, problems, err := measure.Read([]string{dsltest.Data(t, names...)}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return runs
}

// holdSet validates a set with durations of its own, and wants everything inside.
func holdSet(t *testing.T, runs []measure.Run, opts dsl.Options) *Report {
	t.Helper()
	models := &measure.Models{Options: opts}
	r := Validate(runs, Options{Resolve: models.For, Replications: 4})
	if r.Outside() || len(r.Problems) > 0 || r.Lacking() > 0 || r.Total.Makespan.Count != len(runs) {
		t.Errorf("of %d runs %d are compared, %d inside, %d lack something, problems: %v", len(runs), r.Total.Makespan.Count, r.Total.Makespan.Inside, r.Lacking(), r.Problems)
	}
	return r
}

// TestSynthetic: every random reconfiguration of one process is inside, 0.03 s from its
// prediction at most on average.
func TestSynthetic(t *testing.T) {
	r := holdSet(t, readSet(t, "synthetic-concerto", "measured"), dsl.Options{Files: []string{measuredModels + "synthetic-{nb_deps}.ballet"}})
	if m := r.Total.Makespan; m.Count != 1500 || m.MeanError > 30*time.Millisecond || m.Width > 0.005 {
		t.Errorf("%+v", m)
	}
}

// TestActions: with durations of their own, real actions begin and end where the graph of
// their components has it.
func TestActions(t *testing.T) {
	r := holdSet(t, readSet(t, "openstack-actions"), dsl.Options{Files: []string{measuredModels + "openstack-{operation}.ballet"}, Timings: []string{"{registry}"}})
	if m, d := r.Total.Makespan, r.Total.Dates; m.Count != 120 || d.Count != 5340 || d.Inside != 5340 || m.MeanRelative > 2e-4 {
		t.Errorf("%+v %+v", m, d)
	}
}
