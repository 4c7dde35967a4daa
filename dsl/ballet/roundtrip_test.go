package ballet

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// imported imports files and folders, and fails the test where it cannot.
func imported(t testing.TB, paths ...string) []byte {
	t.Helper()
	inputs, err := Read(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return importedFrom(t, inputs...)
}

func importedFrom(t testing.TB, inputs ...Input) []byte {
	t.Helper()
	text, problems := Import(inputs...)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	return text
}

// TestRoundTripConformance imports every conformance scenario and compares the
// programs of what comes out with those that went in.
func TestRoundTripConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dsltest.Data(t, "conformance"), "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d conformance files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text := imported(t, path)
			f := readProgramFile(t, path)
			for phase, p := range f.Phases {
				s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "imported.ballet", Text: text}}, Plan: p.Name})
				compare(t, s, f, phase)
				compareTypes(t, s, path)
			}
		})
	}
}

// compareTypes checks types and durations against the scenario's.
func compareTypes(t *testing.T, s *model.Scenario, path string) {
	t.Helper()
	var f struct {
		Scenario struct {
			Types map[string]struct {
				Transitions map[string][]any
			}
		}
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	j := &job{}
	j.read(Input{Path: path, Data: text})
	for c := range s.Components {
		typ := s.TypeOf(c)
		if got, want := describe(typ), describeRead(j.doc.typeNamed(typ.Name)); got != want {
			t.Errorf("type %s is\n%s\nwant\n%s", typ.Name, got, want)
		}
		for i, tr := range typ.Transitions {
			want := f.Scenario.Types[typ.Name].Transitions[tr.Name][3].(float64)
			if got := s.Components[c].Durations[i].Lo.Seconds(); got != want {
				t.Errorf("%s.%s lasts %g s, want %g s", s.Components[c].Name, tr.Name, got, want)
			}
		}
	}
}

// TestRoundTripPrograms imports the executed programs with the types and the
// durations. The nominal durations are those of site 0: for five sites they are
// repeated.
func TestRoundTripPrograms(t *testing.T) {
	for name, sites := range map[string]int{"openstack-1-sites": 1, "openstack-5-sites": 5, "cps-1-sites": 1} {
		t.Run(name, func(t *testing.T) {
			base, _, _ := strings.Cut(name, "-")
			path := dsltest.Data(t, "programs/"+name+".json")
			inputs, err := Read(path, dsltest.Data(t, "types/"+base+".json"))
			if err != nil {
				t.Fatal(err)
			}
			f := readProgramFile(t, path)
			text := importedFrom(t, append(inputs, repeated(t, "types/nominal-"+base+".json", f))...)
			for phase, p := range f.Phases {
				s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "imported.ballet", Text: text}}, Plan: p.Name})
				compare(t, s, f, phase)
				if sites > 1 {
					continue
				}
				same := dsltest.Load(t, dsl.Options{Files: []string{testdata(t, base+".ballet")}, Plan: p.Name})
				for c := range s.Components {
					for i, d := range s.Components[c].Durations {
						if want := same.Components[c].Durations[i]; d.Lo != want.Lo || d.Hi != want.Hi {
							t.Errorf("duration %d of %s is %v, in the model of the repository %v", i, s.Components[c].Name, d, want)
						}
					}
				}
			}
		})
	}
}

// repeated gives every component of a program the durations of site 0.
func repeated(t *testing.T, path string, f programFile) Input {
	var nominal map[string]json.RawMessage
	text, err := os.ReadFile(dsltest.Data(t, path))
	if err == nil {
		err = json.Unmarshal(text, &nominal)
	}
	if err != nil {
		t.Fatal(err)
	}
	for node := range f.Nodes {
		if _, ok := nominal[node]; !ok {
			nominal[node] = nominal[strings.TrimRight(node, "0123456789")+"0"]
		}
	}
	out, err := json.Marshal(nominal)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Path: path, Data: out}
}

// TestPlannersPlans imports every plan of the planner: a node for each file, and
// the file's instructions in it.
func TestPlannersPlans(t *testing.T) {
	plans, err := filepath.Glob(filepath.Join(dsltest.Data(t, "plans"), "*_*"))
	if err != nil || len(plans) < 8 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	for _, folder := range plans {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			file, list := dsl.Parse("imported.ballet", imported(t, folder))
			if len(list) > 0 {
				t.Fatal(list)
			}
			inputs, _ := Read(folder)
			if len(file.Plans) != 1 || file.Plans[0].Name.Text != filepath.Base(folder) || len(file.Plans[0].Body) != len(inputs) {
				t.Fatalf("the plan has %d programs, want %d", len(file.Plans[0].Body), len(inputs))
			}
			for i, in := range inputs {
				on := file.Plans[0].Body[i]
				want := strings.TrimSuffix(filepath.Base(in.Path), ".concertod")
				var got, lines []string
				for _, step := range on.Program {
					for _, b := range step.Behaviours {
						op := map[model.Op]string{model.Push: "pushB", model.Wait: "wait"}[step.Op]
						got = append(got, op+"("+step.Component.String()+", "+b.Text+")")
					}
				}
				for line := range strings.Lines(string(in.Data)) {
					lines = append(lines, strings.TrimSpace(line))
				}
				if on.On.String() != want || strings.Join(got, "\n") != strings.Join(lines, "\n") {
					t.Errorf("%s has on %s\n%s", in.Path, on.On, strings.Join(got, "\n"))
				}
			}
		})
	}
}

// TestSharedAssembly imports Ballet's own assembly and inventory, whose types no
// file describes.
func TestSharedAssembly(t *testing.T) {
	text := string(imported(t, dsltest.Data(t, "plans/assembly.yaml"), dsltest.Data(t, "plans/inventory.yaml"), dsltest.Data(t, "plans/goal.yaml")))
	for _, want := range []string{
		"assembly imported(sites = 1) {",
		"for site in 0 ..< sites {",
		"node kst[site] { kst[site]: Keystone }",
		"connect kst[site].service -> glance[site].keystone_service",
		"// MISSING",
		"use mariadb_service at …",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s\n%s", want, text)
		}
	}
	if _, list := dsl.Parse("imported.ballet", []byte(text)); len(list) > 0 {
		t.Error(list)
	}
}
