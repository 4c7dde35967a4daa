package petri_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"adagio/dsl/golden"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/unfold"
	"adagio/proofs/nets"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestPatterns is the specification of the net's patterns: in testdata/patterns,
// one file for each, with what it is about, the smallest model that shows it, the
// dates of its events, worked out by hand, and its net as -update writes it.
func TestPatterns(t *testing.T) {
	files, err := filepath.Glob("testdata/patterns/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no patterns", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { checkPattern(t, file) })
	}
}

func checkPattern(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := nets.Load(t, "model.ballet", section(archive, "model.ballet"))
	net := nets.Net(t, s)
	if err := unexplained(net); err != nil {
		t.Error(err)
	}
	checkDates(t, nets.Explore(t, net), section(archive, "dates"))
	for seed := range uint64(20) {
		checkGame(t, s, seed, anyOrder)
	}
	if got := render(t, net.Print); golden.Updating() {
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "net" })
		archive.Files = append(archive.Files, txtar.File{Name: "net", Data: []byte(got)})
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want := section(archive, "net"); got != want {
		t.Errorf("the net is not that of the file (-update writes it):\n%s", got)
	}
}

func section(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// checkDates checks lines of the form "1s .. 2s c: go" or "never c: go": the
// interval of each event, in the order in which a transition fires, whatever the
// variant.
func checkDates(t *testing.T, x *unfold.Exploration, want string) {
	t.Helper()
	if len(x.Runs) != 1 {
		t.Fatalf("%d races", len(x.Races))
	}
	happens := datesByName(t, x.Runs[0].Graph)
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "never "); ok {
			_, transitions := x.Net.Names()
			known := slices.Contains(transitions, name)
			if !known || happens[name] != nil {
				t.Errorf("%q happens at %v", name, happens[name])
			}
			continue
		}
		found := false
		for name, dates := range happens {
			if date, ok := strings.CutSuffix(line, " "+name); ok && len(dates) > 0 && dates[0] == date {
				happens[name] = dates[1:]
				found = true
			}
		}
		if !found {
			t.Errorf("not so: %s", line)
		}
	}
	if t.Failed() {
		for _, name := range slices.Sorted(maps.Keys(happens)) {
			t.Log(happens[name], name)
		}
	}
}

// datesByName returns the intervals of the dates of each transition's firings.
func datesByName(t *testing.T, g *petri.EventGraph) map[string][]string {
	t.Helper()
	lo, err := g.Dates(g.Delays(petri.Earliest))
	if err != nil {
		t.Fatal(err)
	}
	hi, err := g.Dates(g.Delays(petri.Latest))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for e := range lo {
		name, _, _ := strings.Cut(g.Name(petri.EventID(e)), " (variant")
		date := model.FormatDuration(lo[e])
		if lo[e] != hi[e] {
			date += " .. " + model.FormatDuration(hi[e])
		}
		out[name] = append(out[name], date)
	}
	return out
}
