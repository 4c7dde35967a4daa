package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlanner runs cmd/adagio/examples/planner.py on candidates for OpenStack.
func TestPlanner(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to run cmd/adagio/examples/planner.py with")
	}
	dir, env := withProgram(t)
	candidates := filepath.Join(dir, "candidates.jsonl")
	text := `{"name": "as it is"}` + "\n" + `{"name": "bold", "what_if": ["remove wait nova keystone"]}` + "\n"
	if err := os.WriteFile(candidates, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "examples/planner.py", "../../testdata/openstack.ballet", candidates)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	lines := strings.Split(string(out), "\n")
	if err != nil || len(lines) != 3 || !strings.HasPrefix(lines[0], "bold bounded 36") || !strings.HasPrefix(lines[1], "as it is bounded 41") {
		t.Errorf("%v: %s", err, out)
	}
}
