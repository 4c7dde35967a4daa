package dsl_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"adagio/dsl"
)

// Run with: go test ./dsl -run XXX -bench . -benchmem

// BenchmarkLoadOpenStack loads the model of the published runs at 15 sites.
func BenchmarkLoadOpenStack(b *testing.B) {
	const path = "../testdata/openstack.ballet"
	if _, err := os.Stat(path); err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		_, _, list := dsl.Load(dsl.Options{Files: []string{path}, Set: map[string]int{"sites": 15}})
		if list.HasErrors() {
			b.Fatal(list)
		}
	}
}

// BenchmarkLoadReplicated loads 10,000 components made by replication.
func BenchmarkLoadReplicated(b *testing.B) { benchmark(b, replicated(10_000)) }

// BenchmarkLoadWrittenOut loads 10,000 components that are all written out.
func BenchmarkLoadWrittenOut(b *testing.B) { benchmark(b, writtenOut(10_000)) }

func BenchmarkFormatWrittenOut(b *testing.B) {
	text := writtenOut(10_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		f, _ := dsl.Parse("x", text)
		dsl.Format(f)
	}
}

func benchmark(b *testing.B, text []byte) {
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, _, list := dsl.Load(dsl.Options{Sources: []dsl.Source{{Name: "x", Text: text}}})
		if list.HasErrors() {
			b.Fatal(list)
		}
	}
}

const server = `component Server {
  places off, on
  initial off
  running on
  behavior start { boot: off -> on for 3s .. 4s }
  behavior stop { halt: on -> off for 1s }
  use up at on
  provide down at on
}
`

func replicated(n int) []byte {
	return fmt.Appendf(nil, server+`
assembly chain(n = %d) {
  for i in 0 ..< n { node x[i] { c[i]: Server } }
  for i in 1 ..< n { connect c[i - 1].down -> c[i].up }
}
plan restart of chain {
  from running
  on x[i] { push c[i] stop, start; wait c[i] }
}
`, n)
}

func writtenOut(n int) []byte {
	var b strings.Builder
	b.WriteString(server + "assembly chain {\n")
	for i := range n {
		fmt.Fprintf(&b, "  node x%d { c%d: Server }\n", i, i)
		if i > 0 {
			fmt.Fprintf(&b, "  connect c%d.down -> c%d.up\n", i-1, i)
		}
	}
	b.WriteString("}\nplan restart of chain {\n  from running\n")
	for i := range n {
		fmt.Fprintf(&b, "  on x%d {\n    push c%d stop, start\n    wait c%d\n  }\n", i, i, i)
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	openstack, err := os.ReadFile("../testdata/openstack.ballet")
	if err != nil {
		b.Fatal(err)
	}
	for _, input := range []struct {
		name string
		text []byte
	}{{"openstack", openstack}, {"written-out", long(61_000)}} {
		b.Run(input.name, func(b *testing.B) {
			b.SetBytes(int64(len(input.text)))
			for b.Loop() {
				if _, list := dsl.Parse("x", input.text); list != nil {
					b.Fatal(list)
				}
			}
		})
	}
}

// long is a written-out model with longer names: 8.7 MB for 61,000 components.
func long(n int) []byte {
	text := regexp.MustCompile(`\bc(\d)`).ReplaceAll(writtenOut(n), []byte("srv$1"))
	return regexp.MustCompile(`\bx(\d)`).ReplaceAll(text, []byte("nod$1"))
}
