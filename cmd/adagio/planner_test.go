package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python runs Python with the command adagio on the PATH and python/adagio.py to import,
// and returns what it prints.
func python(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	program, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	_, env := withProgram(t)
	cmd := exec.Command(program, arguments...)
	cmd.Env = append(env, "PYTHONPATH=python", "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestPlanner runs cmd/adagio/examples/planner.py on candidates for OpenStack.
func TestPlanner(t *testing.T) {
	candidates := filepath.Join(t.TempDir(), "candidates.jsonl")
	text := `{"name": "as it is"}` + "\n" + `{"name": "bold", "what_if": ["remove wait nova keystone"]}` + "\n"
	if err := os.WriteFile(candidates, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := python(t, "examples/planner.py", "../../testdata/openstack.ballet", candidates)
	lines := strings.Split(out, "\n")
	if err != nil || len(lines) != 3 || !strings.HasPrefix(lines[0], "bold bounded 36") || !strings.HasPrefix(lines[1], "as it is bounded 41") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := python(t, "examples/planner.py", "missing.ballet", candidates); err == nil || !strings.HasPrefix(out, "no answer: ") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := python(t, "examples/planner.py", "../../testdata/openstack.ballet", "missing.jsonl"); err == nil || !strings.HasPrefix(out, "no answer: ") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := python(t, "examples/planner.py"); err == nil || !strings.Contains(out, "MODEL CANDIDATES") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestPython runs the tests of python/adagio.py.
func TestPython(t *testing.T) {
	if out, err := python(t, "-m", "unittest", "discover", "-s", "python"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
