package dsl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/dsltest"
)

// TestHostile gives inputs that nobody writes by hand. Each must be answered
// with a diagnostic, or with a model, in little time and memory.
func TestHostile(t *testing.T) {
	const header = "component A { places a; initial a; provide p at a; use u at a }\n"
	repeat := strings.Repeat
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	tests := []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"blocks nested deep", "assembly s {" + repeat("for i in 0 .. 1 {", 100_000), "nested more than 64 deep"},
		{"braces nested deep", repeat("{", 1_000_000), "expected a statement"},
		{"parentheses nested deep", "assembly s(n = " + repeat("(", 100_000) + ") {}", "nested more than 64 deep"},
		{"signs nested deep", "assembly s(n = " + repeat("-", 100_000) + "1) {}", "nested more than 64 deep"},
		{"brackets nested deep", "plan p of s { on " + repeat("x[", 100_000), "expected"},
		{"closing braces", repeat("}", 100_000), "a } without a {"},
		{"a long sum", "assembly s(n = 1" + repeat("+1", 100_000) + ") {}", "too many terms"},
		{"many statements", repeat("a;", 8_000_000), "more than 2000000"},
		{"a long name", "component " + repeat("a", 16_000_000) + " {}", "more than 1000 characters"},
		{"a long line", repeat(" ", 16_000_000) + "?", "a strange character"},
		{"a long number", "assembly s(n = " + repeat("9", 1_000_000) + ") {}", "more than 1000 characters"},
		{"a long duration", "component A { behavior b { t: a -> b for " + repeat("9", 1_000_000) + "s } }", "more than 1000 characters"},
		{"NUL characters", header + repeat("\x00", 1000), "a NUL character"},
		{"not UTF-8", "component \xff", "offset 10"},
		{"a billion nodes", header + "assembly s { for i in 0 .. 1000000000 { node x[i] { a[i]: A } } }\nplan p of s {}", "more statements when everything is replicated"},
		{"billions nested", header + "assembly s { for i in 0 .. 1000 { for j in 0 .. 1000 { for k in 0 .. 1000 { node x[i][j][k] {} } } } }\nplan p of s {}", "more nodes than this machine has memory for"},
		{"a million connections", header + "assembly s { for i in 0 ..< 900 { node x[i] { a[i]: A }\n for j in 0 ..< 900 { connect a[i].p -> a[j].u } } }\nplan p of s { on x[0] { add a[0] } }", ""},
		{"empty loops", header + "assembly s { for i in 0 .. 999 { for j in 0 .. 999 { for k in 0 .. 999 { } } } }\nplan p of s {}", "more statements when everything is replicated"},
		{"many pushes", header + "assembly s(n = 100000) { for i in 0 ..< n { node x[i] { a[i]: A } } }\nplan p of s { on x[i] { for j in 0 ..< n { wait a[j] } } }", "more statements when everything is replicated"},
		{"many neighbours", header + "assembly s { for i in 0 .. 9999 { node x[i] {} }\nneighbours x[i] }\nplan p of s {}", "more statements when everything is replicated"},
		{"many latencies", header + "assembly s { for i in 0 .. 9999 { node x[i] {} } }\nplan p of s {}\nnetwork n { latency x[i] -> x[j] 1s }", "more statements when everything is replicated"},
		{"many mistakes", header + "assembly s {" + many(100_000, "connect a%d.p -> b.u\n") + "}\nplan p of s {}", "there is no component"},
		{"many broken statements", "component A {" + repeat("places 3;", 600_000) + "}", "expected a name for a place"},
		{"many declarations", many(100_000, "component A%d { places a; initial b }\n"), "there is no place b"},
		{"many places", "component A { places a" + many(200_000, ", a%d") + "\ninitial a }", "too large"},
		{"a long chain", "component A { places p0\n" + many(9999, "places p%d0x\n") + "initial p0 }", "never reached"},
		{"plans after plans", header + "assembly s { node x {} }\nplan p0 of s {}\n" + chain(20_000), ""},
		{"an absurd file", string(make([]byte, dsl.MaxSource+1)), "larger than 16 MiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bounded(t, func() {
				_, sources, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "x.ballet", Text: []byte(test.text)}}})
				var b strings.Builder
				if err := diag.Render(&b, list, sources, diag.Options{}); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(b.String(), test.want) || (test.want == "") != (list == nil) {
					t.Errorf("want %q, got %.1000s", test.want, b.String())
				}
				if b.Len() > 1<<20 {
					t.Errorf("the rendered diagnostics have %d bytes", b.Len())
				}
			})
		})
	}
}

func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "plan p%d of s { from after p%d }\n", i+1, i)
	}
	return b.String()
}

// bounded runs a function and complains if it needs more than a gigabyte or more
// than 20 seconds of processor time (many times what it needs, for slow machines).
func bounded(t *testing.T, f func()) {
	t.Helper()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := make(chan uint64)
	done := make(chan bool)
	go func() {
		most := uint64(0)
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&after)
				most = max(most, after.HeapInuse)
			}
		}
	}()
	start := dsltest.ProcessorTime()
	f()
	elapsed := dsltest.ProcessorTime() - start
	close(done)
	if m := <-peak; m > 1<<30 {
		t.Errorf("%d MiB of memory", m>>20)
	} else if testing.Verbose() {
		t.Logf("%v, %d MiB", elapsed.Round(time.Millisecond), m>>20)
	}
	if elapsed > 20*time.Second {
		t.Errorf("%v", elapsed)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.ballet")
	f, err := os.Create(large)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(1 << 30); err != nil { // sparse
		t.Fatal(err)
	}
	f.Close()
	tests := []struct{ path, want string }{
		{filepath.Join(dir, "missing.ballet"), "there is no such file"},
		{dir, "this is a directory"},
		{large, "larger than 16 MiB"},
		{"/proc/self/mem", "cannot be read"},
		{"a\x00b", "cannot be read"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			bounded(t, func() {
				scenario, _, list := dsl.Load(dsl.Options{Files: []string{test.path}})
				if scenario != nil || len(list) != 1 || !strings.Contains(list[0].Summary, test.want) {
					t.Errorf("want %q, got %v", test.want, list)
				}
			})
		})
	}
}

// FuzzParse reads any text, and loads what has no syntax errors: nothing may
// panic, and a scenario must be valid.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		file, list := dsl.Parse("x", text)
		if len(list) > 0 && !list.HasErrors() {
			t.Error("parsing warns")
		}
		dsl.Format(file)
		scenario, sources, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "x", Text: text}}})
		if (scenario == nil) != list.HasErrors() {
			t.Errorf("a scenario: %v, errors: %v", scenario != nil, list)
		}
		if scenario != nil {
			if err := scenario.Validate(); err != nil {
				t.Error(err)
			}
		}
		var b strings.Builder
		if err := diag.Render(&b, list, sources, diag.Options{}); err != nil {
			t.Error(err)
		}
	})
}
