package dsl_test

import (
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/diag"
)

// The fuzz targets of the blocks: each reads any text as the statements of one
// block, in a file that is right but for that. Run one with
// go test ./dsl -run XXX -fuzz FuzzProgram.

func FuzzDeclarations(f *testing.F) {
	fuzzBlock(f, "", "", "semantics concerto-d", "let k = 2 + 3", "component A { places a; initial a }", "assembly s(n = 2 in 1 .. 2 * 3, m = -n % 2) { }", "plan p of s { }", "timings t { }", "network n { executor ideal }")
}

func FuzzComponent(f *testing.F) {
	fuzzBlock(f, "component C {\n", "\n}", "places a, b, \"c d\"; initial a; running b", "group g = a, b", "behaviour go { t: a -> b }", "use p at a, b", "data provide q at b")
}

func FuzzBehavior(f *testing.F) {
	fuzzBlock(f, "component C { places a, b; initial a; behavior go {\n", "\n} }", "t: a -> b for 3s", "u: a -> b for 1s .. 2s dock 1 + 2", "v: a -> b dock -1 for normal(3s, 40ms) in 2s .. 4s", `w: a -> b for empirical("x.csv")`, "x: a -> b for 1h 3min")
}

func FuzzAssembly(f *testing.F) {
	fuzzBlock(f, "assembly s(n = 2) {\n", "\n}", "node x on h[n] { c: A }", "for i in 0 ..< n { node y[i] { d[i]: A } }", "if n > 1 { node z { e: A } }", "connect a.p -> b[1].q by a", "neighbours x, y[i]")
}

func FuzzNode(f *testing.F) {
	fuzzBlock(f, "assembly s(n = 2) { node x {\n", "\n} }", "c: A; d[n]: A", "for i in 0 .. n - 1 { e[i]: A }", "for: A", `"a b": A`)
}

func FuzzPlan(f *testing.F) {
	fuzzBlock(f, "plan p of s {\n", "\n}", "from nothing", "from running", "from after q", "from { c: a, b }", "on x[i] { wait all }", "for i in 0 ..< 2 { on x[i] { } }")
}

func FuzzStates(f *testing.F) {
	fuzzBlock(f, "plan p of s { from {\n", "\n} }", "c: a", "d[i]: a, b; e: a")
}

func FuzzProgram(f *testing.F) {
	fuzzBlock(f, "plan p of s { on x {\n", "\n} }", "add c; delete c", "connect c.p -> d.q", "disconnect c.p -> d[1].q", "push c go, stop", "wait c; wait c go; wait c holding; wait all; wait all[0]; wait \"all\"", "pause 1s .. 2s", "limit 2 { push c go; push d go }", "if i >= 3 and n != -2 { wait c[i - 3] }", "for i in 0 ..< 3 { wait c[i] }")
}

func FuzzProperty(f *testing.F) {
	fuzzBlock(f, "property q of p {\n", "\n}", "always count(c[*] at run) >= n - 1 or not c.q and x", "never (c[i] idle) from start of x until end of c[0] runs go.t", "downtime(c.q) <= 70s and not (ends or unserved(c.p) < 1ms)",
		"end of x before start of c.p served; start of y[i] within 3s of end of c at g", "for i in 0 ..< n { longest(x) > 1s }", "if n > 1 { time(count(c[*][0].q) != 2 and not not x) >= 0 }")
}

func FuzzTimings(f *testing.F) {
	fuzzBlock(f, "timings t {\n", "\n}", "A.go.t = 3s", "c[i].go.t = uniform(1s, 2s)", "for i in 0 .. 2 { c[i].go.t = empirical(1s, 2s) }")
}

func FuzzNetwork(f *testing.F) {
	fuzzBlock(f, "network n {\n", "\n}", "executor ballet { poll 1s }", "latency 1ms .. 2ms", "latency a <-> b[i] 1ms", "awake x 60s every 1h offset 1min", "awake x 0s .. 1s, 2s .. 3s", "power x awake 1W computing 2W .. 3W", `import "x.xml"`)
}

func FuzzExecutor(f *testing.F) {
	fuzzBlock(f, "network n { executor e {\n", "\n} }", "facts poll; setup 1; exchanges 2; host h[0]; message 0B .. 1kB", "start 1s; start x 1s; start x[i] normal(1s, 1s) in 0s .. 2s", "exits off; poll on")
}

func FuzzPlatform(f *testing.F) {
	fuzzBlock(f, "network n { zone z full {\n", "\n} }", "host a, b[0] { speed 1Gf; cores 2; x \"y\" }", "router r", "link l 1Gbps 1ms splitduplex", "link l 1Gbps -1ms", "route a <-> b[0] over l up, l down", "route a -> all over l", "zone y star { }", "node x on a", "flow gamma 1", "for i in 0 .. 1 { host c[i] }")
}

func FuzzHost(f *testing.F) {
	fuzzBlock(f, "network n { host h {\n", "\n} }", "speed 1Gf; cores 2", "location \"a b\"; k v")
}

// fuzzBlock fuzzes what stands between two texts, beginning with the given
// statements: nothing may panic, mistakes are in the text, and what has none is
// formatted without loss.
func fuzzBlock(f *testing.F, before, after string, statements ...string) {
	for _, s := range statements {
		f.Add([]byte(s))
		f.Add([]byte(s + "\n" + statements[0]))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text = []byte(before + string(text) + after)
		file, list := dsl.Parse("x", text)
		lines := strings.Count(string(text), "\n") + 1
		for _, d := range list {
			if d.Subject.Line < 1 || d.Subject.Line > lines || d.Subject.Column < 1 || d.Summary == "" || strings.Contains(d.Summary, "NAME") {
				t.Errorf("a strange diagnostic: %v", d)
			}
		}
		if list == nil {
			format(t, text)
		}
		dsl.Format(file)
		_, sources, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "x", Text: text}}})
		var b strings.Builder
		if err := diag.Render(&b, list, sources, diag.Options{}); err != nil {
			t.Error(err)
		}
	})
}
