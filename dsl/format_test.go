package dsl_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/golden"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFormat(t *testing.T) {
	files, _ := filepath.Glob("testdata/format/*.ballet")
	if len(files) == 0 {
		t.Fatal("no inputs")
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden.Check(t, path+".golden", format(t, text))
		})
	}
}

// TestExamplesAreFormatted checks that the examples are in the canonical layout.
func TestExamplesAreFormatted(t *testing.T) {
	files, _ := filepath.Glob("testdata/ok/*.ballet")
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden.Check(t, path, format(t, text))
	}
}

// format formats a text that has no syntax errors, and checks what must hold of
// the result.
func format(t interface {
	Fatalf(string, ...any)
}, text []byte) []byte {
	f, list := dsl.Parse("x", text)
	if list != nil {
		t.Fatalf("%v", list)
	}
	once := dsl.Format(f)
	again, list := dsl.Parse("x", once)
	if list != nil {
		t.Fatalf("formatted text has errors: %v\n%s", list, once)
	}
	if twice := dsl.Format(again); !bytes.Equal(once, twice) {
		t.Fatalf("formatting twice changes the text:\n%s", cmp.Diff(string(once), string(twice)))
	}
	if a, b := words(string(text)), words(string(once)); a != b {
		t.Fatalf("formatting changes words:\n%s", cmp.Diff(a, b))
	}
	return once
}

// words is a text without what formatting may change: space, ";" and the other
// spellings of two words.
func words(text string) string {
	text = strings.NewReplacer("behaviour", "behavior", "neighbors", "neighbours", ";", "", "\uFEFF", "").Replace(text)
	return strings.Join(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\r\n", c) }), "")
}

// TestFormatGenerated formats files made of correct pieces with any space
// between them.
func TestFormatGenerated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { format(t, []byte(generate(t))) })
}

// generate makes a file without syntax errors.
func generate(t *rapid.T) string {
	g := generator{t: t}
	for range rapid.IntRange(0, 4).Draw(t, "declarations") {
		switch rapid.IntRange(0, 4).Draw(t, "declaration") {
		case 0:
			g.write("component", "Web")
			g.block(func() {
				g.pick(
					[]string{"places", "a", ",", "b"},
					[]string{"initial", "a"},
					[]string{"group", "g", "=", "a", ",", "b"},
					[]string{"use", "db", "at", "a"},
					[]string{"data", "provide", "out", "at", "b"},
				)
			})
		case 1:
			g.write("component", "Db")
			g.block(func() {
				g.write("behaviour", "go")
				g.block(func() {
					g.pick(
						[]string{"t", ":", "a", "->", "b", "for", "3s"},
						[]string{"longer", ":", "a", "->", "b", "for", "normal", "(", "3s", ",", "1ms", ")", "in", "1s", "..", "4s"},
						[]string{"u", ":", `"a b"`, "->", "b", "dock", "1"},
						[]string{"u", ":", "b", "->", "ccc", "dock", "-", "1", "+", "2", "for", "1s", "..", "2s"},
					)
				})
			})
		case 2:
			if rapid.Bool().Draw(t, "let") {
				g.write("let", "k", "=", "-", "1", "+", "2")
				g.end()
			}
			g.write("assembly", "s", "(", "n", "=", "1", "in", "1", "..", "9", ",", "m", "=", "-", "(", "2", ")", ")")
			g.block(func() {
				if rapid.Bool().Draw(t, "for") {
					g.write("for", "i", "in", "0", "..<", "n")
					g.block(func() { g.pick([]string{"connect", "a", "[", "i", "]", ".", "p", "->", "b", ".", "q"}) })
					return
				}
				g.write("node", "x")
				g.block(func() { g.pick([]string{"c", "[", "n", "-", "1", "]", ":", "Web"}) })
			})
		case 3:
			g.write("plan", "p", "of", "s")
			g.block(func() {
				g.write("on", "x", "[", "i", "]")
				g.block(func() {
					if rapid.Bool().Draw(t, "if") {
						g.write("if", "i", ">=", "-", "1", "and", "(", "n", ")", "!=", "2")
						g.block(func() { g.pick([]string{"wait", "c", "[", "i", "-", "3", "]"}) })
						return
					}
					if rapid.Bool().Draw(t, "limit") {
						g.write("limit", "n", "+", "1")
						g.block(func() { g.pick([]string{"push", "c", "go", ",", "stop"}) })
						return
					}
					g.pick(
						[]string{"push", "c", "go", ",", "stop"},
						[]string{"wait", "all"},
						[]string{"wait", "c", "holding"},
						[]string{"pause", "2s"},
					)
				})
			})
		case 4:
			g.write("network", "n")
			g.block(func() {
				g.pick(
					[]string{"latency", "a", "<->", "b", "1ms"},
					[]string{"executor", "ideal"},
				)
			})
		}
		g.end()
	}
	return g.text.String()
}

type generator struct {
	t    *rapid.T
	text strings.Builder
}

func (g *generator) draw(of ...string) string { return rapid.SampledFrom(of).Draw(g.t, "piece") }

// write writes tokens with space between them, and a line end now and then where
// the statement goes on.
func (g *generator) write(tokens ...string) {
	for _, t := range tokens {
		g.text.WriteString(t)
		switch t {
		case ",", "->", "=", "(", "+", "..", ":":
			g.text.WriteString(g.draw("", " ", "\n", "// why\n", " \n\n"))
		default:
			g.text.WriteString(g.draw(" ", "  ", "\t"))
		}
	}
}

func (g *generator) pick(statements ...[]string) {
	g.write(rapid.SampledFrom(statements).Draw(g.t, "statement")...)
}

func (g *generator) end() {
	g.text.WriteString(g.draw(";", "\n", "\n\n\n", " ; ;\n", "// done\n", "\n# next\n", "\n\n// a\n\n//b\n\n"))
}

func (g *generator) block(statement func()) {
	g.text.WriteString(g.draw("{", "\n{", "{\n", "{ // first\n", "{\n\n//in\n", "\n// before\n{"))
	for range rapid.IntRange(0, 3).Draw(g.t, "statements") {
		statement()
		g.end()
	}
	g.text.WriteString("}")
}

func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, list := dsl.Parse("x", text); list == nil {
			format(t, text)
		}
	})
}

// seeds gives a fuzz target all files of testdata.
func seeds(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*.ballet")
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
}
