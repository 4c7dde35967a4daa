package dsl_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// TestPublishedUptimes compares the windows of the published experiments with the
// same by round.
func TestPublishedUptimes(t *testing.T) {
	folder := dsltest.Data(t, "mascots", "uptimes")
	files, _ := filepath.Glob(filepath.Join(folder, "ud*.json"))
	for _, path := range files {
		load := func(path string, slot time.Duration) *model.Scenario {
			s, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(`component A { places a; initial a }
assembly s { node server { c: A }; for i in 0 ..< 5 { node dep[i] { d[i]: A } } }
plan p of s { }
network n { executor ideal }
`)}}, Uptimes: path, UptimesSlot: slot})
			if s == nil {
				t.Fatal(list)
			}
			return s
		}
		renamed := func(path string) string { // dep0 is dep[0]
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), filepath.Base(path))
			if err := os.WriteFile(out, []byte(regexp.MustCompile(`"dep(\d)"`).ReplaceAllString(string(text), `"dep[$1]"`)), 0o600); err != nil {
				t.Fatal(err)
			}
			return out
		}
		windows := load(renamed(path), 0)
		slots := load(renamed(filepath.Join(folder, "rounds-"+filepath.Base(path))), 50*time.Second)
		for n := range windows.Nodes {
			if a, b := windows.Nodes[n].Uptime.String(), slots.Nodes[n].Uptime.String(); a != b {
				t.Errorf("%s: node %s is awake %s, by rounds %s", path, windows.Nodes[n].Name, a, b)
			}
		}
	}
	if len(files) != 7 {
		t.Errorf("%d files", len(files))
	}
}
