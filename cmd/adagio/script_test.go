package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/golden"
	"adagio/proofs/gen"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	gen.FixSeed()
	testscript.Main(m, map[string]func(){"adagio": heldMain})
}

// TestScripts runs the scripts of testdata/script: one behaviour of the command
// line each. The models of the repository are in $MODELS, whose path is short
// and the same wherever the repository is, since reports that print it are broken
// at a width; the measured executions are in $DATA.
func TestScripts(t *testing.T) {
	models, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	data, err := filepath.Abs(dsltest.DataFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: golden.Updating(),
		Setup: func(e *testscript.Env) error {
			e.Setenv("MODELS", "models")
			e.Setenv("DATA", data)
			if err := os.Symlink(models, filepath.Join(e.WorkDir, "models")); err != nil {
				return err
			}
			return os.CopyFS(filepath.Join(e.WorkDir, "gallery"), os.DirFS(filepath.Join(models, "gallery")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exitcode": exitCode},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(data)
			return cond == "data" && err == nil, nil
		},
	})
}

// exitCode is the command "exitcode N program args...": the program must exit
// with that code.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N program args...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}
