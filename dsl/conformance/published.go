package conformance

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// Published reads the programs of published runs, "openstack-5-sites", with the types
// that were executed, "openstack", and their nominal durations. It is a case without
// runs. The test is skipped where the files are not there.
func Published(t testing.TB, program, types string) *Case {
	t.Helper()
	var kinds map[string]struct {
		Places      []string
		Initial     string
		Groups      map[string][]string
		Transitions map[string]struct {
			Src, Dst, Behavior string
			Dockset            float64
		}
		Ports map[string]struct{ Kind, Bound json.RawMessage }
	}
	var nominal map[string]map[string]float64
	r := reader{c: &Case{Folder: "programs", Name: program}}
	read := func(into any, path ...string) {
		if err := readJSON(dsltest.Data(t, path...), into); err != nil {
			t.Fatalf("%s: %v", filepath.Join(path...), err)
		}
	}
	read(&kinds, "types", types+".json")
	read(&nominal, "types", "nominal-"+types+".json")
	read(&r.f.Scenario, "programs", program+".json")
	r.f.Scenario.Types = map[string]kind{}
	for name, k := range kinds {
		ty := kind{Places: k.Places, Initial: k.Initial, Groups: k.Groups, Transitions: map[string][]any{}, Ports: map[string][2]json.RawMessage{}}
		for n, tr := range k.Transitions {
			ty.Transitions[n] = []any{tr.Src, tr.Dst, tr.Behavior, 0.0, tr.Dockset}
		}
		for n, p := range k.Ports {
			ty.Ports[n] = [2]json.RawMessage{p.Kind, p.Bound}
		}
		r.f.Scenario.Types[name] = ty
	}
	c, err := r.read()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	for i := range c.assembly.Components {
		comp := &c.assembly.Components[i]
		times, ok := nominal[comp.Name]
		if !ok {
			times = nominal[strings.TrimRight(comp.Name, "0123456789")+"0"]
		}
		comp.Durations = nil
		for _, tr := range c.assembly.TypeOf(i).Transitions {
			comp.Durations = append(comp.Durations, model.Constant(duration(times[tr.Name])))
		}
	}
	return c
}
