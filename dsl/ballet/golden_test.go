package ballet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/golden"

	"github.com/google/go-cmp/cmp"
)

// TestGolden imports the files of each archive in testdata and compares with its
// want.ballet and problems.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a := readArchive(t, path)
			var inputs []Input
			want := map[string]string{}
			for _, f := range a.files {
				if f.Path == "want.ballet" || f.Path == "problems" {
					want[f.Path] = string(f.Data)
				} else {
					inputs = append(inputs, f)
				}
			}
			text, problems := Import(inputs...)
			got := map[string]string{}
			if text != nil {
				got["want.ballet"] = string(text)
				file, list := dsl.Parse("want.ballet", text)
				if len(list) > 0 {
					t.Errorf("the result does not parse: %v", list)
				} else if diff := cmp.Diff(string(text), string(dsl.Format(file))); diff != "" {
					t.Errorf("the result is not canonical: %s", diff)
				}
			}
			for _, p := range problems {
				got["problems"] += p.String() + "\n"
				if p.Detail != "" {
					got["problems"] += "    " + p.Detail + "\n"
				}
			}
			if golden.Updating() {
				a.files = inputs
				for _, name := range []string{"want.ballet", "problems"} {
					if got[name] != "" {
						a.files = append(a.files, Input{Path: name, Data: []byte(got[name])})
					}
				}
				if err := os.WriteFile(path, a.text(), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
