package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// withProgram makes a folder with the program under its name, in front of the PATH.
func withProgram(t *testing.T) (dir string, env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "adagio")); err != nil {
		t.Fatal(err)
	}
	return dir, append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// sharded is a command whose answer the examples compute in shards.
var sharded = []string{"simulate", "../../testdata/cps.ballet", "-n", "120", "--format", "json"}

// TestOAR runs examples/oar.sh with an oarsub that runs the jobs one after another: the last
// merges. When a part is lost, a second call does that shard only.
func TestOAR(t *testing.T) {
	dir, env := withProgram(t)
	oarsub := "#!/bin/sh\n[ \"$1\" = --array-param-file ]\nwhile read -r p; do sh -c \"$3 $p\" </dev/null || exit; done <\"$2\"\n"
	if err := os.WriteFile(filepath.Join(dir, "oarsub"), []byte(oarsub), 0o755); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) []byte {
		cmd := exec.Command(name, args...)
		cmd.Env = env
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return out
	}
	want := run(filepath.Join(dir, "adagio"), sharded...)
	parts := filepath.Join(dir, "parts")
	for _, lost := range []string{"", "part-2.jsonl"} {
		if lost != "" {
			if err := os.Remove(filepath.Join(parts, lost)); err != nil {
				t.Fatal(err)
			}
			os.Remove(filepath.Join(parts, "result"))
		}
		run("examples/oar.sh", append([]string{"3", parts}, sharded...)...)
		if got, err := os.ReadFile(filepath.Join(parts, "result")); err != nil || !bytes.Equal(got, want) {
			t.Errorf("without %q: %v, %s", lost, err, got)
		}
	}
}

// TestExeco runs examples/execo_shards.py, with what it uses of execo in its place.
func TestExeco(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to run cmd/adagio/examples/execo_shards.py with")
	}
	dir, env := withProgram(t)
	want, err := exec.Command(filepath.Join(dir, "adagio"), sharded...).Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, append([]string{"examples/execo_shards.py", "3", filepath.Join(dir, "parts")}, sharded...)...)
	cmd.Env = append(env, "PYTHONPATH=testdata/execo", "PYTHONDONTWRITEBYTECODE=1")
	if got, err := cmd.Output(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v, %s", err, got)
	}
}
