// Package measuretest reads measured executions for tests. Only tests import it.
package measuretest

import (
	"testing"

	"adagio/analysis/measure"
	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// Published reads the published runs, and the models that they are of by the names of
// their cases. testdata is the folder of the models. It skips where the runs are absent.
func Published(t testing.TB, testdata string) ([]measure.Run, map[string]*measure.Models) {
	t.Helper()
	runs, problems, err := measure.Read([]string{dsltest.Data(t, "measured")}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	models := map[string]*measure.Models{}
	for _, name := range []string{"openstack", "cps"} {
		models[name] = &measure.Models{Options: dsl.Options{Files: []string{testdata + "/" + name + ".ballet"}}}
	}
	return runs, models
}
