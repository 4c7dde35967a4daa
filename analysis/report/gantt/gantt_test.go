package gantt_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/report/gantt"
	"adagio/analysis/schedule"
	"adagio/dsl"
	"adagio/dsl/golden"
)

func draw(t testing.TB, opts dsl.Options) []byte {
	t.Helper()
	r := analysistest.Load(t, opts)
	s, err := schedule.Of(r, analysis.AtUpper)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := gantt.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSVG(t *testing.T) {
	for _, name := range []string{"fork", "provide_lock", "deadlock"} {
		t.Run(name, func(t *testing.T) {
			got := draw(t, dsl.Options{Files: []string{"../../../testdata/gallery/" + name + ".ballet"}})
			golden.Check(t, filepath.Join("testdata", name+".svg"), got)
		})
	}
}

// hostile is a model with names that would be markup if they were not escaped.
const hostile = `
component "</svg><script>alert(1)</script>" {
  places off, on
  initial off
  behavior "\"><b>&" { "--><!--` + "\x01\u202e" + `": off -> on for 1s }
}
assembly "<x>" { node "<n>&" { "<c onload='x'>": "</svg><script>alert(1)</script>" } }
plan "<go>" of "<x>" {
  from { "<c onload='x'>": off }
  on "<n>&" { push "<c onload='x'>" "\"><b>&"; wait "<c onload='x'>" }
}
`

// TestSVGIsXML reads the pictures of all models and of one with hostile names: they
// are well-formed, and have no element but those of the picture.
func TestSVGIsXML(t *testing.T) {
	files, _ := filepath.Glob("../../../testdata/gallery/*.ballet")
	if len(files) == 0 {
		t.Fatal("no models")
	}
	inputs := []dsl.Options{{Sources: []dsl.Source{{Name: "hostile.ballet", Text: []byte(hostile)}}}}
	for _, f := range append(files, "../../../testdata/openstack.ballet") {
		inputs = append(inputs, dsl.Options{Files: []string{f}})
	}
	known := map[string]bool{}
	for _, name := range []string{"svg", "title", "style", "defs", "pattern", "marker", "rect", "line", "path", "text", "g"} {
		known[name] = true
	}
	for _, opts := range inputs {
		decoder := xml.NewDecoder(bytes.NewReader(draw(t, opts)))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v: %v", opts.Files, err)
			}
			if e, ok := token.(xml.StartElement); ok && !known[e.Name.Local] {
				t.Errorf("%v: element %s", opts.Files, e.Name.Local)
			}
		}
	}
}
