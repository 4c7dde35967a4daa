package dsl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/golden"
)

// TestErrors loads every file of testdata/errors. A line that must be reported
// ends in a comment
//
//	//! expected text
//
// with a part of the message (summary or detail), or several separated by "//!".
// Every expectation must be met and every diagnostic be expected. A file may
// begin with a line of options:
//
//	//? plan=update set=sites:3 timings=gros network=ideal
func TestErrors(t *testing.T) {
	files, _ := filepath.Glob("testdata/errors/*.ballet")
	if len(files) == 0 {
		t.Fatal("no inputs")
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".ballet"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			opts, all := fileOptions(t, path, string(text))
			var list diag.List
			if all {
				_, list = dsl.Check(opts)
			} else {
				_, _, list = dsl.Load(opts)
			}
			compare(t, expectations(path, string(text)), list)
		})
	}
}

// fileOptions reads the line of options; without a plan all plans are checked.
func fileOptions(t *testing.T, path, text string) (opts dsl.Options, all bool) {
	opts = dsl.Options{Files: []string{path}, Set: map[string]int{}}
	first, _, _ := strings.Cut(text, "\n")
	first, ok := strings.CutPrefix(first, "//?")
	if !ok {
		return opts, true
	}
	first, _, _ = strings.Cut(first, "//!")
	for option := range strings.FieldsSeq(first) {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "plan":
			opts.Plan = value
		case "last":
		case "set":
			name, n, _ := strings.Cut(value, ":")
			v := 0
			fmt.Sscan(n, &v)
			opts.Set[name] = v
		case "timings":
			opts.Timings = append(opts.Timings, strings.Split(value, ",")...)
		case "network":
			opts.Network = value
		default:
			t.Fatalf("unknown option %q", option)
		}
	}
	return opts, false
}

type expectation struct {
	line int
	text string
}

// expectations finds the comments with expected messages. What has no position
// is expected on line 0: in a comment "//0! text".
func expectations(path, text string) []expectation {
	var out []expectation
	n := 0
	for line := range strings.Lines(text) {
		n++
		for _, part := range strings.Split(line, "//!")[1:] {
			out = append(out, expectation{n, strings.TrimSpace(part)})
		}
		if _, part, ok := strings.Cut(line, "//0!"); ok {
			out = append(out, expectation{0, strings.TrimSpace(part)})
		}
	}
	return out
}

func compare(t *testing.T, want []expectation, list diag.List) {
	t.Helper()
	for _, d := range list {
		found := false
		for i, e := range want {
			if e.line == d.Subject.Line && strings.Contains(d.Severity.String()+": "+d.Summary+"\n"+d.Detail, e.text) {
				want = append(want[:i:i], want[i+1:]...)
				found = true
				break
			}
		}
		if !found {
			t.Errorf("unexpected: %v\n\t%s", d, d.Detail)
		}
	}
	for _, e := range want {
		t.Errorf("missing on line %d: %s", e.line, e.text)
	}
}

// TestRender shows how diagnostics look, in a narrow terminal as well.
func TestRender(t *testing.T) {
	files, _ := filepath.Glob("testdata/render/*.ballet")
	if len(files) == 0 {
		t.Fatal("no inputs")
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".ballet"), func(t *testing.T) {
			sources, list := dsl.Check(dsl.Options{Files: []string{path}})
			var b strings.Builder
			for _, opts := range []diag.Options{{}, {Width: 50}, {Color: true, Max: 1}} {
				fmt.Fprintf(&b, "-- width %d, color %v --\n", opts.Width, opts.Color)
				if err := diag.Render(&b, list, sources, opts); err != nil {
					t.Fatal(err)
				}
			}
			golden.Check(t, strings.TrimSuffix(path, ".ballet")+".golden", b.String())
		})
	}
}
