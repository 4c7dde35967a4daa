package report_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"adagio/analysis/analysistest"
	"adagio/analysis/report"
	"adagio/dsl"
	"adagio/dsl/golden"

	"github.com/mattn/go-runewidth"
)

// TestText renders OpenStack once with the executor as it is, and otherwise with
// one whose delays nobody will want to improve.
func TestText(t *testing.T) {
	openstack := dsl.Options{Files: []string{"../../testdata/openstack.ballet"}}
	steady := dsl.Options{Files: []string{"../../testdata/openstack.ballet"}, Network: "testdata/steady.ballet"}
	five := steady
	five.Set = map[string]int{"sites": 5}
	gallery := func(name string) dsl.Options {
		return dsl.Options{Files: []string{"../../testdata/gallery/" + name + ".ballet"}}
	}
	tests := []struct {
		name  string
		model dsl.Options
		opts  report.Options
	}{
		{"openstack", openstack, report.Options{Width: 100}},
		{"openstack_lower", steady, report.Options{Width: 100, Lower: true}},
		{"openstack_narrow", steady, report.Options{Width: 40}},
		{"openstack_5_sites", five, report.Options{}},
		{"all", gallery("use_on_place"), report.Options{Width: 100, All: true}},
		{"color", gallery("race"), report.Options{Width: 80, Color: true}},
		{"deadlock", gallery("deadlock"), report.Options{Width: 80}},
		{"circle", dsl.Options{Files: []string{"testdata/circle.ballet"}}, report.Options{Width: 80}},
		{"possible_deadlock", dsl.Options{Files: []string{"testdata/possible_deadlock.ballet"}}, report.Options{Width: 80}},
		{"empty", dsl.Options{Files: []string{"testdata/empty.ballet"}}, report.Options{Width: 80}},
		{"microseconds", dsl.Options{Files: []string{"testdata/microseconds.ballet"}}, report.Options{Width: 80}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.Text(&b, analysistest.Load(t, test.model), test.opts); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, filepath.Join("testdata", test.name+".golden"), b.Bytes())
			for line := range strings.Lines(b.String()) {
				if w := runewidth.StringWidth(strings.TrimSuffix(line, "\n")); test.opts.Width > 0 && !test.opts.Color && w > max(test.opts.Width, 80) {
					t.Errorf("%d cells wide, more than %d: %s", w, max(test.opts.Width, 80), line)
				}
			}
		})
	}
}

func TestJSON(t *testing.T) {
	race := analysistest.Load(t, dsl.Options{Files: []string{"../../testdata/gallery/race.ballet"}})
	fork := analysistest.Load(t, dsl.Options{Files: []string{"../../testdata/gallery/fork.ballet"}})
	for name, document := range map[string]any{
		"race.json":    report.Explain(race),
		"circle.json":  report.Explain(analysistest.Load(t, dsl.Options{Files: []string{"testdata/circle.ballet"}})),
		"hazards.json": report.Explain(analysistest.Load(t, dsl.Options{Files: []string{"testdata/hazard.ballet"}})),
		"net.json":     report.NewNet(fork.Net),
		"graph.json":   report.NewGraph(fork.Runs[0].Graph, 1, 1),
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.JSON(&b, document); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, filepath.Join("testdata", name+".golden"), b.Bytes())
		})
	}
}

// TestSumsAddUp checks on every model of the repository that the steps of a
// critical path and the sums by category both add up to its length, and that
// running totals do.
func TestSumsAddUp(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/gallery/*.ballet")
	files = append(files, "../../testdata/openstack.ballet", "../../testdata/cps.ballet")
	if len(files) < 10 {
		t.Fatal("no models")
	}
	for _, file := range files {
		x := report.Explain(analysistest.Load(t, dsl.Options{Files: []string{file}}))
		for _, p := range []*report.CriticalPath{x.Critical.Lower, x.Critical.Upper} {
			if p == nil {
				continue
			}
			sum := int64(0)
			for _, d := range p.SumsNS {
				sum += d
			}
			if sum != p.LengthNS {
				t.Errorf("%s: the categories add up to %d, the path is %d long", file, sum, p.LengthNS)
			}
			for i := 1; i < len(p.Steps); i++ {
				if s := p.Steps[i]; s.TotalNS != p.Steps[i-1].TotalNS+s.DurationNS {
					t.Errorf("%s: step %d (%s): total %d after %d with %d", file, i, s.Text, s.TotalNS, p.Steps[i-1].TotalNS, s.DurationNS)
				}
			}
			if last := p.Steps[len(p.Steps)-1].TotalNS; last != p.LengthNS {
				t.Errorf("%s: the last total is %d, the path is %d long", file, last, p.LengthNS)
			}
		}
	}
}
