package analysis_test

import (
	"path/filepath"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/petri"
)

// TestDone compares the path to the date by which everything is done with that date: it
// is as long, its steps add up, and each begins where the one before it ends.
func TestDone(t *testing.T) {
	files, _ := filepath.Glob("../testdata/gallery/*.ballet")
	files = append(files, "../testdata/openstack.ballet", "../testdata/cps.ballet", "../testdata/web.ballet")
	models := []dsl.Options{{Sources: []dsl.Source{{Name: "outlasting", Text: []byte(outlasting)}}}}
	for _, file := range files {
		models = append(models, dsl.Options{Files: []string{file}})
	}
	bounded, outlast := 0, 0
	for _, m := range models {
		r := analysistest.Load(t, m)
		file := r.Scenario.Pos.File
		if r.Deadlock != nil {
			continue
		}
		bounded++
		if r.Quiescence != nil {
			outlast++
		}
		if done := r.Done().Bound(); done.Lower < r.Span.Lower || done.Upper < r.Span.Upper || done.Upper < r.Makespan.Upper {
			t.Errorf("%s: done by %v, before the end of the programs, %v", file, done, r.Span)
		}
		for end, date := range map[petri.End]time.Duration{petri.Earliest: r.Done().Bound().Lower, petri.Latest: r.Done().Bound().Upper} {
			path := r.DonePath(end)
			if date != model.Never && path.Length != date {
				t.Errorf("%s: the path takes %v, but everything is done by %v", file, path.Length, date)
			}
			checkSteps(t, file, path)
		}
	}
	if bounded < 30 || outlast < 1 {
		t.Errorf("%d models have bounds, and in %d a behaviour outlasts the programs: too few", bounded, outlast)
	}
}

func checkSteps(t *testing.T, file string, path analysis.Path) {
	t.Helper()
	total := time.Duration(0)
	for _, s := range path.Steps {
		if total += s.Duration; s.Total != total {
			t.Errorf("%s: %q is at %v, though the steps take %v", file, s.Text, s.Total, total)
		}
	}
	sum := time.Duration(0)
	for _, d := range path.Sums {
		sum += d
	}
	if sum != path.Length || total != path.Length {
		t.Errorf("%s: the steps take %v, the categories %v, the path %v", file, total, sum, path.Length)
	}
}

// outlasting is a plan whose program ends while a behaviour runs.
const outlasting = `
component Db {
  places off, up
  initial off
  behavior deploy { boot: off -> up for 4s .. 4.1s }
}
assembly shop { node a { db: Db } }
plan all of shop { from { db: off } on a { push db deploy } }
`
