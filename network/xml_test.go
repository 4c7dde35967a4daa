package network

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"adagio/dsl/golden"
)

func read(t testing.TB, path string) *Platform {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, list := ReadXML(filepath.Base(path), text)
	if len(list) > 0 {
		t.Fatalf("%v", list)
	}
	return p
}

// describe is a platform in lines: hosts, links, all routes, and a drawing.
func describe(p *Platform) string {
	var b strings.Builder
	for i, h := range p.Hosts {
		fmt.Fprintf(&b, "host %s in %s: %v flop/s, %d cores, %v\n", h.Name, p.Zones()[p.ZoneOf(i)].Name, h.Speeds, h.Cores, h.Props)
	}
	for _, l := range p.Links {
		fmt.Fprintf(&b, "link %s %s %s %v\n", l.Name, FormatBandwidth(l.Bandwidth), FormatTime(l.Latency), l.Sharing)
	}
	for i, from := range p.Hosts {
		for j, to := range p.Hosts {
			r, err := p.Route(i, j)
			if err != nil {
				fmt.Fprintf(&b, "%s -> %s: %v\n", from.Name, to.Name, err)
				continue
			}
			fmt.Fprintf(&b, "%s -> %s: %s, 1 kB in %s, over %s\n", from.Name, to.Name, FormatTime(r.Latency), FormatTime(p.Model.Alone(p, r, 1000)), p.linkNames(r.Links))
		}
	}
	p.Picture().Write(&b)
	return b.String()
}

// TestPlatforms compares what is read from testdata/ok with golden files.
func TestPlatforms(t *testing.T) {
	files, _ := filepath.Glob("testdata/ok/*.xml")
	if len(files) == 0 {
		t.Fatal("no inputs")
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := describe(read(t, path))
			golden.Check(t, strings.TrimSuffix(path, ".xml")+".golden", got)
		})
	}
}

// TestErrors reads the files of testdata/errors. A line that must be reported ends
// in a comment "<!--! part of the message -->"; "<!--0! …" is for what has no line.
func TestErrors(t *testing.T) { marked(t, "testdata/errors/*.xml", false) }

// TestWarnings: the files of testdata/warnings are read, with warnings where the comments
// say.
func TestWarnings(t *testing.T) { marked(t, "testdata/warnings/*.xml", true) }

// marked compares what is reported of files with the comments in them.
func marked(t *testing.T, pattern string, read bool) {
	files, _ := filepath.Glob(pattern)
	if len(files) == 0 {
		t.Fatal("no inputs")
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			n := 0
			for line := range strings.Lines(string(text)) {
				n++
				for mark, at := range map[string]int{"<!--! ": n, "<!--0! ": 0} {
					for _, part := range strings.Split(line, mark)[1:] {
						part, _, _ = strings.Cut(part, " -->")
						want = append(want, fmt.Sprintf("%d %s", at, part))
					}
				}
			}
			p, list := ReadXML(path, text)
			if (p != nil) != read {
				t.Errorf("a platform: %v", p != nil)
			}
			for _, d := range list {
				i := slices.IndexFunc(want, func(w string) bool {
					line, part, _ := strings.Cut(w, " ")
					return line == fmt.Sprint(d.Subject.Line) && strings.Contains(d.Summary+"\n"+d.Detail, part)
				})
				if i < 0 {
					t.Errorf("unexpected: %v\n\t%s", d, d.Detail)
					continue
				}
				want = slices.Delete(want, i, i+1)
			}
			for _, w := range want {
				t.Errorf("missing: %s", w)
			}
		})
	}
}

// TestPositions: a mistake in an attribute is underlined there, in characters.
func TestPositions(t *testing.T) {
	_, list := ReadXML("p.xml", []byte("<platform version=\"4.1\">\n <zone id=\"é\" routing=\"Wireless\"/>\n</platform>"))
	if len(list) == 0 || list[0].Subject.String() != "p.xml:2:24" || list[0].Length != len("Wireless") {
		t.Errorf("%+v", list)
	}
}

// TestDeepNesting: zones that are nested too deep are refused, not followed.
func TestDeepNesting(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<platform version="4.1">`)
	for i := range 10_000 {
		fmt.Fprintf(&b, `<zone id="z%d" routing="Full">`, i)
	}
	if _, list := ReadXML("deep.xml", []byte(b.String())); !strings.Contains(list.Error(), "nested more than") {
		t.Error(list)
	}
}

func FuzzReadXML(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.xml", "testdata/errors/*.xml", "testdata/warnings/*.xml"} {
		files, _ := filepath.Glob(pattern)
		for _, path := range files {
			text, _ := os.ReadFile(path)
			f.Add(text)
		}
	}
	many := regexp.MustCompile(`[0-9]{5}`) // would be clusters of many hosts, which take long
	f.Fuzz(func(t *testing.T, text []byte) {
		if many.Match(text) {
			return
		}
		p, list := ReadXML("fuzz.xml", text)
		if (p == nil) != list.HasErrors() {
			t.Fatalf("a platform: %v, mistakes: %v", p != nil, list)
		}
		if p == nil || len(p.Hosts) > 50 {
			return
		}
		for i := range p.Hosts {
			for j := range p.Hosts {
				if r, err := p.Route(i, j); err == nil {
					if v := p.Model.Alone(p, r, 1000); !(v >= 0) {
						t.Fatalf("%s -> %s takes %v", p.Hosts[i].Name, p.Hosts[j].Name, v)
					}
				}
			}
		}
	})
}

// BenchmarkReadXML reads a platform of 10,000 hosts: one hundred clusters of one
// hundred, joined in a ring.
func BenchmarkReadXML(b *testing.B) {
	var text strings.Builder
	text.WriteString(`<platform version="4.1"><zone id="world" routing="Floyd">`)
	for c := range 100 {
		fmt.Fprintf(&text, `<cluster id="c%d" prefix="c%d-" suffix="" radical="0-99" speed="1Gf" bw="1Gbps" lat="50us" router_id="r%d"/>`, c, c, c)
		fmt.Fprintf(&text, `<link id="l%d" bandwidth="10Gbps" latency="5ms"/>`, c)
	}
	for c := range 100 {
		fmt.Fprintf(&text, `<zoneRoute src="c%d" dst="c%d" gw_src="r%d" gw_dst="r%d"><link_ctn id="l%d"/></zoneRoute>`, c, (c+1)%100, c, (c+1)%100, c)
	}
	text.WriteString("</zone></platform>")
	for b.Loop() {
		if p, list := ReadXML("big.xml", []byte(text.String())); p == nil || len(p.Hosts) != 10_000 {
			b.Fatal(list)
		}
	}
}

// TestLongLine: a file may be one line, and places in it are characters.
func TestLongLine(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<platform version="4.1"><zone id="é" routing="Full">`)
	for i := range 90_000 {
		fmt.Fprintf(&b, `<host id="%06dé" speed="1Gf"/>`, i)
	}
	b.WriteString(`<hots/></zone></platform>`)
	_, list := ReadXML("long.xml", []byte(b.String()))
	if len(list) != 1 || list[0].Subject.Line != 1 || list[0].Subject.Column != utf8.RuneCountInString(b.String())-len("hots/></zone></platform>")+1 {
		t.Errorf("%v at %v", list, list[0].Subject)
	}
	deep := strings.Repeat("<a>", 1_000_000)
	if _, list = ReadXML("deep.xml", []byte(deep)); !list.HasErrors() {
		t.Error("elements nested without end are read")
	}
	wide := "<platform " + strings.Repeat(`a="" `, 200_000) + "/>"
	if _, list = ReadXML("wide.xml", []byte(wide)); !list.HasErrors() {
		t.Error("attributes without end are read")
	}
}
