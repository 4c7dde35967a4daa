package ballet_test

import (
	"os/exec"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/ballet"
)

// TestProject goes the way of README.md with its project: the shops stop, which
// frees the store; it stops for 0.8 s, installs for 90 s and starts for 12.5 s, and
// then the slower of the shops starts for 5 s.
func TestProject(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	const p = "testdata/project/"
	inputs, err := ballet.Read(p+"components/store.py", p+"components/shop.py", p+"assembly.yaml", p+"inventory.yaml", p+"restart", p+"durations.json")
	if err != nil {
		t.Fatal(err)
	}
	text, problems := ballet.Import(inputs...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "project.ballet", Text: text}}, Executor: "ideal"})
	if s == nil || len(list) > 0 {
		t.Fatal(list)
	}
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := 108300 * time.Millisecond; r.Makespan != (analysis.Bound{Lower: want, Upper: want}) {
		t.Errorf("makespan %v, not %v", r.Makespan, want)
	}
}
