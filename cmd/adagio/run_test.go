package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// panicking is a standard input with a fault of the program in it.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("no such luck") }

func TestPanicsAreReported(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := Run([]string{"check", "-"}, panicking{}, &stdout, &stderr)
	if code != exitBad || stdout.Len() > 0 {
		t.Errorf("exit code %d, stdout %q", code, &stdout)
	}
	for _, want := range []string{"internal error: no such luck", "Please report it"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q: %s", want, &stderr)
		}
	}
}

// TestAnyCommandLine checks on random command lines that the program ends with
// one of its exit codes, says something when it has no answer, and writes JSON
// and nothing else where JSON is asked for.
func TestAnyCommandLine(t *testing.T) {
	t.Chdir(t.TempDir())
	words := []string{
		"check", "bound", "explain", "net", "import", "fmt", "version", "help", "completion", "bash", "__complete",
		"good.ballet", "bad.ballet", "scenario.json", "nothere", ".", "-", "", "--", "-x", "\x00", "ü",
		"--plan", "go", "--set", "n=2", "n=-1", "n", "--timings", "slow", "--network", "ideal", "ballet",
		"--format", "json", "text", "dot", "pnml", "net.net", "--until", "--format=json", "--end", "lower", "--all", "--hazards", "--width", "1", "80",
		"--graph", "--order", "--deadline", "1s", "-l", "--help", "-h",
	}
	write(t, "good.ballet", goodModel)
	write(t, "net.net", "tr t [1,2] a -> b\npl a (1)")
	write(t, "bad.ballet", "component { places }")
	write(t, "scenario.json", `{"what": 1}`)
	rapid.Check(t, func(rt *rapid.T) {
		args := rapid.SliceOfN(rapid.SampledFrom(words), 0, 8).Draw(rt, "args")
		var stdout, stderr bytes.Buffer
		code := Run(args, strings.NewReader(goodModel), &stdout, &stderr)
		if code < 0 || code > 2 || strings.Contains(stderr.String(), "internal error") {
			rt.Fatalf("exit code %d: %s", code, &stderr)
		}
		if code == exitBad && stdout.Len()+stderr.Len() == 0 {
			rt.Fatal("no answer, and no reason")
		}
		if code == exitBad && wantsJSON(args) && !json.Valid(stdout.Bytes()) && !slices.Contains(args, "__complete") {
			rt.Fatalf("not JSON: %s", &stdout)
		}
	})
}

const goodModel = `
component C {
  places off, on
  initial off
  behavior go { start: off -> on for 1s }
  behavior back { stop: on -> off for 1s }
}
assembly a(n = 1 in 1 .. 3) {
  for i in 0 ..< n { node m[i] { d[i]: C } }
  node k { c: C }
}
plan go of a {
  from { c: off; d[i]: off }
  on k { push c go; wait c
  }
  on m[i] { wait c; push d[i] go; wait d[i] }
}
timings slow { C.go.start = 2s }
`

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
