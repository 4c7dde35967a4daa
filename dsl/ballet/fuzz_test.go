package ballet

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
)

// seeds returns the files of the golden archives with one of the endings.
func seeds(f *testing.F, endings ...string) []Input {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		f.Fatal("no archives", err)
	}
	var inputs []Input
	for _, path := range archives {
		for _, file := range readArchive(f, path).files {
			if slices.Contains(endings, filepath.Ext(file.Path)) {
				inputs = append(inputs, file)
			}
		}
	}
	return inputs
}

// check imports the inputs: it must not panic nor take long, and what comes out
// must be in the language and in its canonical layout.
func check(t *testing.T, inputs ...Input) {
	start := dsltest.ProcessorTime()
	text, problems := Import(inputs...)
	if d := dsltest.ProcessorTime() - start; d > 15*time.Second {
		t.Errorf("the import took %v", d)
	}
	if (text == nil) != problems.HasErrors() {
		t.Fatalf("text and problems disagree: %q, %v", text, problems)
	}
	for _, p := range problems {
		if p.Summary == "" {
			t.Error("a problem without a summary")
		}
	}
	if text == nil {
		return
	}
	file, list := dsl.Parse("imported", text)
	if list.HasErrors() {
		t.Fatalf("the result does not parse: %v\n%s", list, text)
	}
	if again := dsl.Format(file); !bytes.Equal(text, again) {
		t.Fatalf("the result is not canonical:\n%s\nbut\n%s", text, again)
	}
}

const typesForFuzzing = `{"Shop": {"places": ["off", "on"], "initial": "off",
  "transitions": {"start": {"src": "off", "dst": "on", "behavior": "deploy"}},
  "ports": {"store": {"kind": "use", "bound": ["on"]}}}}`

func FuzzImportYAML(f *testing.F) {
	for _, in := range seeds(f, ".yaml") {
		f.Add(in.Data)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		check(t, Input{Path: "assembly.yaml", Data: text})
		check(t, Input{Path: "types.json", Data: []byte(typesForFuzzing)}, Input{Path: "assembly.yaml", Data: text}, Input{Path: "p/a/store.concertod", Data: []byte("pushB(store, deploy)")})
	})
}

func FuzzImportConcertod(f *testing.F) {
	for _, in := range seeds(f, ".concertod") {
		f.Add(in.Data)
	}
	assembly := Input{Path: "assembly.yaml", Data: []byte("components:\n  store: {type: Store, active: running}\n  ${{ each s in range(2) }}:\n    shop${{ s }}: {type: Shop}\nconnections: [\"store,data,shop0,store\"]\n")}
	f.Fuzz(func(t *testing.T, text []byte) {
		plan := Input{Path: "p/a/store.concertod", Data: text}
		check(t, plan)
		check(t, assembly, plan)
		check(t, assembly, Input{Path: "types.json", Data: []byte(typesForFuzzing)}, plan)
	})
}

func FuzzImportJSON(f *testing.F) {
	for _, in := range seeds(f, ".json") {
		f.Add(in.Data)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		check(t, Input{Path: "scenario.json", Data: text})
		check(t, Input{Path: "types.json", Data: []byte(typesForFuzzing)}, Input{Path: "scenario.json", Data: text})
	})
}
