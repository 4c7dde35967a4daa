package unfold_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri/cover"
	"adagio/petri/unfold"
	"adagio/proofs/nets"
)

var (
	growing = flag.String("growing", "chain", "the `model` that BenchmarkOnce analyses, or BenchmarkCover covers")
	grown   = flag.Int("grown", 100, "the `size` of it")
	by      = flag.String("by", "ideal", "the `executor` of it")
)

// growths are models by their size.
func growths(t testing.TB) map[string]func(n int) dsl.Options {
	out := map[string]func(int) dsl.Options{}
	for _, shape := range dsltest.Shapes(t) {
		out[shape.Name] = shape.Options
	}
	for name, text := range scales {
		out["one "+name] = func(n int) dsl.Options {
			return dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(text(n))}}}
		}
	}
	out["web"] = func(n int) dsl.Options {
		return dsl.Options{Files: []string{filepath.Join(dsltest.Root(t), "testdata", "web.ballet")}, Set: map[string]int{"servers": n}}
	}
	return out
}

// BenchmarkOnce analyses one model once: what TestGrowth counts the statements of.
func BenchmarkOnce(b *testing.B) {
	opts := growths(b)[*growing](*grown)
	opts.Executor = *by
	s := dsltest.Load(b, opts)
	for b.Loop() {
		if _, err := analysis.Analyse(s, analysis.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCover covers the orders of one model's races once.
func BenchmarkCover(b *testing.B) {
	opts := growths(b)[*growing](*grown)
	opts.Executor = *by
	s := dsltest.Load(b, opts)
	for b.Loop() {
		if _, err := unfold.Cover(nets.Net(b, s), cover.Limits{}, unfold.NoHazards); err != nil {
			b.Fatal(err)
		}
	}
}

// TestGrowth counts the statements that the analysis of a model executes, from its text to the
// bounds or to the cover of its orders, and compares it with that of a model four times smaller:
// it notices what grows faster than the model without a clock.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the analysis a second time, with counters")
	}
	binary := filepath.Join(t.TempDir(), "counted.test")
	build := exec.Command("go", "test", "-c", "-o", binary, "-covermode=count", "-coverpkg=adagio/dsl/...,adagio/petri/...,adagio/analysis", ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		of, model, executor string
		small               int
		most                float64 // times as many statements for four times the size
	}{
		{"Once", "openstack", "ideal", 250, 4.3},
		{"Once", "openstack", "ballet", 10, 5.5}, // each start is moved by itself, see analysis, shift.go
		{"Once", "chain", "ideal", 100, 4.2},
		{"Once", "star", "ideal", 100, 4.2},
		{"Once", "one components", "ballet", 250, 4.8},
		{"Once", "one pushes", "ballet", 250, 12}, // a token that n transitions may take is taken n times
		{"Cover", "web", "ballet", 200, 4.6},
		{"Cover", "cps", "ballet", 50, 5},
	} {
		t.Run(c.of+", "+c.model+", "+c.executor, func(t *testing.T) {
			few, many := statements(t, binary, c.of, c.model, c.executor, c.small), statements(t, binary, c.of, c.model, c.executor, 4*c.small)
			if ratio := many / few; ratio > c.most {
				t.Errorf("a model of size %d takes %.0f statements, one of %d %.0f: %.2f times as many, and not at most %.2f", c.small, few, 4*c.small, many, ratio, c.most)
			} else {
				t.Logf("%.0f and %.0f statements: %.2f times as many", few, many, ratio)
			}
		})
	}
}

// statements counts those of the program that a benchmark executes.
func statements(t *testing.T, binary, of, model, executor string, size int) (count float64) {
	profile := filepath.Join(t.TempDir(), "counts")
	run := exec.Command(binary, "-test.run", "^$", "-test.bench", "^Benchmark"+of+"$", "-test.benchtime", "1x", "-test.coverprofile", profile,
		"-growing", model, "-by", executor, "-grown", strconv.Itoa(size))
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var block string
		var in, times float64
		if n, _ := fmt.Sscan(lines.Text(), &block, &in, &times); n == 3 {
			count += in * times
		}
	}
	return count
}
