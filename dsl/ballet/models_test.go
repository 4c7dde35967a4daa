package ballet

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"

	"github.com/google/go-cmp/cmp"
)

// TestModelsAreWhatWasExecuted compares the models of the repository with the
// executed programs, instruction by instruction.
func TestModelsAreWhatWasExecuted(t *testing.T) {
	for _, c := range []struct {
		name  string
		sites int
	}{{"openstack", 1}, {"openstack", 5}, {"cps", 1}} {
		t.Run(fmt.Sprintf("%s at %d sites", c.name, c.sites), func(t *testing.T) {
			f := readProgramFile(t, dsltest.Data(t, fmt.Sprintf("programs/%s-%d-sites.json", c.name, c.sites)))
			for phase, p := range f.Phases {
				s := dsltest.Load(t, dsl.Options{Files: []string{testdata(t, c.name+".ballet")}, Plan: p.Name, Set: map[string]int{"sites": c.sites}})
				compare(t, s, f, phase)
			}
		})
	}
}

// TestModelsAreWhatWasLogged compares the CPS at 5 sites with the instructions in
// the measurements: there is no program file of it.
func TestModelsAreWhatWasLogged(t *testing.T) {
	rows := measured(t, "cps-5-sites")
	numbered := regexp.MustCompile(`^([a-z_]+)_(\d+)-?(.*)$`)
	for _, plan := range []string{"deploy", "update"} {
		s := dsltest.Load(t, dsl.Options{Files: []string{testdata(t, "cps.ballet")}, Plan: plan, Set: map[string]int{"sites": 5}})
		for n := range s.Nodes {
			logged := map[string]map[int]string{} // by run
			for _, r := range rows {
				if r["operation"] != plan || r["node"] != flat(s.Nodes[n].Name) || r["kind"] != "instruction" {
					continue
				}
				m := numbered.FindStringSubmatch(r["name"])
				if m == nil {
					t.Fatalf("unknown instruction %q", r["name"])
				}
				if m[1] == "waitall" {
					continue // the executor's own, at the end of every program
				}
				if logged[r["run"]] == nil {
					logged[r["run"]] = map[int]string{}
				}
				i, _ := strconv.Atoi(m[2])
				logged[r["run"]][i] = m[1] + "-" + m[3]
			}
			var want []string
			for i, in := range s.Nodes[n].Program {
				words := strings.Fields(programOf(s, n)[i])
				switch {
				case in.Op == model.Connect:
					words[0] = "conn"
					if user, _ := s.Sides(n, in.Link); user { // logged with the own end first
						words = []string{"conn", words[3], words[4], words[1], words[2]}
					}
				case in.Holding:
					words = []string{"wait", words[1] + "_True"}
				}
				want = append(want, strings.Join(words, "-"))
			}
			if len(logged) != 10 {
				t.Errorf("node %s: %d runs", s.Nodes[n].Name, len(logged))
			}
			for run, by := range logged {
				var got []string
				for i := range len(by) {
					got = append(got, by[i])
				}
				if !slices.Equal(got, want) {
					t.Errorf("node %s in run %s executed\n%v, the model has\n%v", s.Nodes[n].Name, run, got, want)
				}
			}
		}
	}
}

// TestModelsAtManySites resolves the models at a size that no program file has.
func TestModelsAtManySites(t *testing.T) {
	for name, components := range map[string]int{"openstack": 1 + 5*15, "cps": 2 + 2*15} {
		for _, plan := range []string{"deploy", "update", ""} {
			s := dsltest.Load(t, dsl.Options{Files: []string{testdata(t, name+".ballet")}, Plan: plan, Set: map[string]int{"sites": 15}})
			if len(s.Components) != components {
				t.Errorf("%s has %d components, want %d", name, len(s.Components), components)
			}
			if plan == "" && s.Name != "update" {
				t.Errorf("the default plan of %s is %s", name, s.Name)
			}
		}
	}
}

// TestModelTypes compares the component types of the models with their
// descriptions, and the durations with the nominal ones.
func TestModelTypes(t *testing.T) {
	for _, name := range []string{"openstack", "cps"} {
		inputs, err := Read(dsltest.Data(t, "types/"+name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		j := &job{}
		j.read(inputs[0])
		s := dsltest.Load(t, dsl.Options{Files: []string{testdata(t, name+".ballet")}})
		if len(s.Types) != len(j.doc.types) {
			t.Errorf("%s has %d types, want %d", name, len(s.Types), len(j.doc.types))
		}
		for _, typ := range s.Types {
			if got, want := describe(typ), describeRead(j.doc.typeNamed(typ.Name)); got != want {
				t.Errorf("type %s is\n%s\nwant\n%s", typ.Name, got, want)
			}
		}
		var nominal map[string]map[string]float64
		text, err := os.ReadFile(dsltest.Data(t, "types/nominal-"+name+".json"))
		if err == nil {
			err = json.Unmarshal(text, &nominal)
		}
		if err != nil {
			t.Fatal(err)
		}
		for c := range s.Components {
			for i, tr := range s.TypeOf(c).Transitions {
				got := s.Components[c].Durations[i]
				want := nominal[flat(s.Components[c].Name)][tr.Name]
				if want := time.Duration(math.Round(want * 1e9)); got.Lo != want || got.Hi != want {
					t.Errorf("%s.%s lasts %v, want %v", s.Components[c].Name, tr.Name, got, want)
				}
			}
		}
	}
}

// TestDerivedDurations repeats how the durations of the sites 1 to 4 of the CPS
// were derived from the measurements.
func TestDerivedDurations(t *testing.T) {
	least := map[[2]string]float64{}
	for _, r := range measured(t, "cps-5-sites") {
		if r["kind"] != "transition" {
			continue
		}
		start, err1 := strconv.ParseFloat(r["start_s"], 64)
		end, err2 := strconv.ParseFloat(r["end_s"], 64)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		key := [2]string{r["node"], r["name"]}
		if old, ok := least[key]; !ok || end-start < old {
			least[key] = end - start
		}
	}
	s := dsltest.Load(t, dsl.Options{Files: []string{testdata(t, "cps.ballet")}, Set: map[string]int{"sites": 5}})
	for c := range s.Components {
		name := flat(s.Components[c].Name)
		base := regexp.MustCompile(`\d+$`).ReplaceAllString(name, "0")
		first := slices.IndexFunc(s.Components, func(c model.Component) bool { return flat(c.Name) == base })
		if base == name || first < 0 {
			continue
		}
		for i, tr := range s.TypeOf(c).Transitions {
			excess := least[[2]string{base, tr.Name}] - s.Components[first].Durations[i].Lo.Seconds()
			want := math.Round((least[[2]string{name, tr.Name}]-excess)*100) / 100
			if got := s.Components[c].Durations[i].Lo.Seconds(); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s.%s lasts %g s, want %g s", name, tr.Name, got, want)
			}
		}
	}
}

// TestGallery resolves every model of the gallery and checks that it says what
// must come out of it.
func TestGallery(t *testing.T) {
	files, err := filepath.Glob(testdata(t, "gallery/*.ballet"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d models in the gallery, %v", len(files), err)
	}
	expect := regexp.MustCompile(`^// expect ideal: (\d+(\.\d+)?s|race|deadlock \w+(, \w+)*)\n//\n`)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if !expect.Match(text) {
				t.Errorf("the first line does not say what to expect")
			}
			if s := dsltest.Load(t, dsl.Options{Files: []string{f}}); s.Network.Profile.Kind != model.Ideal {
				t.Errorf("the executor is %v", s.Network.Profile.Kind)
			}
			if _, _, list := dsl.Load(dsl.Options{Files: []string{f}}); len(list) > 0 {
				t.Errorf("%v", list)
			}
		})
	}
}

// TestModelsAreCanonical checks that adagio fmt would leave every model as it is.
func TestModelsAreCanonical(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.ballet", "gallery/*.ballet"} {
		found, err := filepath.Glob(testdata(t, pattern))
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, found...)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		file, list := dsl.Parse(f, text)
		if len(list) > 0 {
			t.Errorf("%v", list)
		} else if diff := cmp.Diff(string(text), string(dsl.Format(file))); diff != "" {
			t.Errorf("%s: %s", f, diff)
		}
	}
}

// measured reads the rows of a file of measurements.
func measured(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(dsltest.Data(t, "measured/"+name+".csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(unzipped).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, fields := range table[1:] {
		row := map[string]string{}
		for i, f := range fields {
			row[table[0][i]] = f
		}
		rows = append(rows, row)
	}
	return rows
}

// describe renders a type of a scenario, and describeRead a description, in one
// form: sorted lines.
func describe(t *model.Type) string {
	lines := []string{"initial " + t.Places[t.Initial].Name}
	for _, tr := range t.Transitions {
		lines = append(lines, fmt.Sprintf("%s: %s -> %s in %s dock %d", tr.Name, t.Places[tr.Src].Name, t.Places[tr.Dst].Name, t.Behaviours[tr.Behaviour].Name, tr.DockSet))
	}
	for _, g := range t.Groups {
		var places []string
		for _, p := range g.Places {
			places = append(places, t.Places[p].Name)
		}
		lines = append(lines, fmt.Sprintf("group %s %v", g.Name, places))
	}
	for _, p := range t.Ports {
		var bound []string
		for _, b := range p.Bound {
			switch b.Kind {
			case model.ToPlace:
				bound = append(bound, t.Places[b.Index].Name)
			case model.ToGroup:
				bound = append(bound, t.Groups[b.Index].Name)
			case model.ToTransition:
				bound = append(bound, t.Transitions[b.Index].Name)
			}
		}
		lines = append(lines, fmt.Sprintf("%s %s %v", p.Kind, p.Name, bound))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func describeRead(t *ctype) string {
	lines := []string{"initial " + t.initial}
	for _, tr := range t.transitions {
		lines = append(lines, fmt.Sprintf("%s: %s -> %s in %s dock %s", tr.name, tr.src, tr.dst, tr.behaviour, "0"+tr.dock))
	}
	for i := range lines {
		lines[i] = strings.Replace(lines[i], "dock 0", "dock ", 1)
		if strings.HasSuffix(lines[i], "dock ") {
			lines[i] += "0"
		}
	}
	for _, g := range t.groups {
		places := slices.Clone(g.places)
		slices.SortFunc(places, func(a, b string) int { return slices.Index(t.places, a) - slices.Index(t.places, b) })
		lines = append(lines, fmt.Sprintf("group %s %v", g.name, places))
	}
	for _, p := range t.ports {
		lines = append(lines, fmt.Sprintf("%s %s %v", p.kind, p.name, p.bound))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
