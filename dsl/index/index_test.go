package index

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"adagio/dsl"
	"adagio/dsl/model"
)

// spot finds the position of the | in a part of a text, which is there once.
func spot(t *testing.T, name, text, part string) model.Pos {
	t.Helper()
	plain := strings.Replace(part, "|", "", 1)
	if strings.Count(text, plain) != 1 {
		t.Fatalf("%q is there %d times", plain, strings.Count(text, plain))
	}
	before := text[:strings.Index(text, plain)+strings.Index(part, "|")]
	return model.Pos{File: name, Line: 1 + strings.Count(before, "\n"), Column: 1 + utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:])}
}

func load(t *testing.T, path string) (string, *dsl.File, *Index) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, list := dsl.Parse(path, text)
	if list.HasErrors() {
		t.Fatal(list)
	}
	return string(text), f, Build([]*dsl.File{f})
}

const galera = "../testdata/ok/galera.ballet"

func TestAt(t *testing.T) {
	text, _, x := load(t, galera)
	for _, c := range []struct {
		at    string
		kind  Kind
		name  string
		decls string // what stands where it is declared
		uses  int
	}{
		{"  node worker[s] { mdbworker[s]: Wor|ker }", Type, "Worker", "component Worker", 2},
		{"  initial initiate|d\n  running deployed\n  group", Place, "initiated", "places initiated, configured, boot", 3},
		{"  use master_service at read|y", Group, "ready", "group ready", 1},
		{"  data use config at configure|0", Transition, "configure0", "configure0: ", 1},
		{"push mdb interr|upt, deploy; wait", Behaviour, "interrupt", "behavior interrupt {\n    stop: deployed -> configured", 1},
		{"connect mdb.confi|g -> mdbworker[s].config by", Port, "config", "data provide config at", 2},
		{"connect mdb.config -> mdbworker[s].|config by", Port, "config", "data use config at", 2},
		{"config by mdbwork|er[s]", Component, "mdbworker", "mdbworker[s]: Worker", 17},
		{"in 0 ..< site|s {\n    node", Parameter, "sites", "galera(sites = 2", 5},
		{"node worker[|s] {", Variable, "s", "for s in 0 ..< sites {\n    node", 5},
		{"pla|n deploy of galera", Plan, "", "", 0},
		{"plan deploy of galer|a {", Assembly, "galera", "assembly galera(", 3},
		{"from after deplo|y", Plan, "deploy", "plan deploy of", 1},
		{"neighbours work|er[0]", Node, "worker", "node worker[s] {", 10},
	} {
		m, ok := x.At(spot(t, galera, text, c.at))
		if c.name == "" {
			if ok {
				t.Errorf("%s: %v %s", c.at, m.Symbol.Kind, m.Symbol.Name)
			}
			continue
		}
		if !ok || m.Symbol.Kind != c.kind || m.Symbol.Name != c.name {
			t.Errorf("%s: %v %+v, want %v %s", c.at, ok, m.Symbol, c.kind, c.name)
			continue
		}
		i := strings.Index(c.decls, c.name)
		if want := spot(t, galera, text, c.decls[:i]+"|"+c.decls[i:]); m.Symbol.Decls[0].Pos != want {
			t.Errorf("%s: declared at %v, want %v", c.at, m.Symbol.Decls, want)
		}
		if len(m.Symbol.Uses) != c.uses {
			t.Errorf("%s: used %d times: %v", c.at, len(m.Symbol.Uses), m.Symbol.Uses)
		}
	}
}

// TestEveryName checks on all models that a name that is neither a word of the
// language nor a property of a host means something, that each mark covers the name
// of its symbol, and that positions of one file have one meaning.
func TestEveryName(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../../testdata/*.ballet", "../../testdata/gallery/*.ballet", "../testdata/ok/*.ballet"} {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			t.Fatal(pattern, err)
		}
		paths = append(paths, more...)
	}
	words := dsl.Words()
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, f, x := load(t, path)
			lines := strings.Split(text, "\n")
			marked := map[model.Pos]bool{}
			for _, m := range x.Marks(path) {
				runes := []rune(lines[m.Line-1])
				name := strings.Trim(string(runes[m.Column-1:m.Column-1+m.Length]), `"`)
				if name != m.Symbol.Name {
					t.Errorf("%v: %q marks %v %s", m.Pos, name, m.Symbol.Kind, m.Symbol.Name)
				}
				if marked[m.Pos] {
					t.Errorf("%v: %s means two things", m.Pos, name)
				}
				marked[m.Pos] = true
				if len(m.Symbol.Decls) == 0 {
					t.Errorf("%v: %v %s is not declared", m.Pos, m.Symbol.Kind, name)
				}
				if text, span := x.Describe(m.Pos); text == "" || span.Pos != m.Pos {
					t.Errorf("%v: nothing is said of %s", m.Pos, name)
				}
			}
			for i, line := range lines {
				line, _, _ = strings.Cut(line, "//")
				line, _, _ = strings.Cut(line, "#")
				for _, w := range strings.FieldsFunc(line, func(c rune) bool { return !dsl.IsWordPart(c) }) {
					at := model.Pos{File: path, Line: i + 1}
					if strings.HasPrefix(line, "semantics") || slices.Contains(words, w) || '0' <= w[0] && w[0] <= '9' {
						continue
					}
					found := false
					for p := range marked {
						found = found || p.Line == at.Line && strings.HasPrefix(string([]rune(lines[i])[p.Column-1:]), w)
					}
					if !found && !strings.Contains(line, `"`) && !strings.Contains(line, "executor") && !strings.Contains(line, "route") {
						t.Errorf("%s:%d: %s means nothing", path, i+1, w)
					}
				}
			}
			if len(x.Outline(f)) == 0 {
				t.Error("no outline")
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	text, _, x := load(t, galera)
	for _, c := range []struct {
		at   string
		want []string
	}{
		{"node worker[s] { mdbworker[s]: Wor|ker }", []string{"component Worker", "places `initiated`, `configured`", "behavior `deploy`, 5 transitions", "`group ready = bootstrapped, deployed`", "`use master_service at ready`"}},
		{"running deploye|d\n  group ready", []string{"place `deployed` of component type `Worker`", "`start: bootstrapped -> deployed` in behavior `deploy`", "`provide service at deployed`"}},
		{"    boots|trap:  configured", []string{"bootstrap: configured -> bootstrapped", "behavior `deploy`", "`26s` in timings `gros` (galera.ballet:", "`25.9s .. 26.1s` for `mdbworker[s]` in timings `gros`"}},
		{"    st|art:      bootstrapped", []string{"`normal(12.7s, 40ms) in 12.6s .. 12.9s` in the type"}},
		{"wait mdb holding; wai|t all", []string{"this node and its neighbours"}},
		{"{ push mdb interrupt, deploy; wai|t mdb holding; ", []string{"waits until `mdb` is idle: until it has run what has been pushed to it by then", "`interrupt, deploy`, pushed by `master` (galera.ballet:"}},
		{"    wai|t mdbworker[s] deploy", []string{"waits until behavior `deploy` of `mdbworker[s]` has ended; with semantics ballet, until `mdbworker[s]` is idle", "`interrupt`, pushed by `worker[s]`"}},
		{"on master { pus|h mdb interrupt", []string{"appends `interrupt, deploy` to the queue of `mdb`", "`worker[s]` waits for `mdb`", "`master` waits for `mdb`"}},
		{"connect mdb.config -|> mdbworker[s].config by", []string{"provider `mdb`: `data provide config at configured, deployed` of `Master`", "user `mdbworker`: `data use config at configure0` of `Worker`"}},
		{"mdb: Mas|ter", []string{"component Master"}},
		{"{ md|b: Master }", []string{"mdb: Master", "on node `master`", "type `Master`", "connected: `mdb.service -> mdbworker[s].master_service`", "plan `update`: `master` pushes `interrupt, deploy`"}},
		{"assembly galera(site|s", []string{"sites = 2 in 1 .. 1000", "parameter of assembly `galera`"}},
	} {
		got, _ := x.Describe(spot(t, galera, text, c.at))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is missing:\n%s", c.at, want, got)
			}
		}
	}
}

// TestNothingIsPushed tells that a wait waits for nothing.
func TestNothingIsPushed(t *testing.T) {
	const text = "component C { places a; initial a; behavior go { } }\nassembly s { node n { c: C } }\nplan p of s { on n { add c; wait c } }\n"
	f, _ := dsl.Parse("m.ballet", []byte(text))
	got, _ := Build([]*dsl.File{f}).Describe(spot(t, "m.ballet", text, "wai|t c"))
	if !strings.Contains(got, "no program of plan `p` pushes anything to it") {
		t.Error(got)
	}
}

// TestLimit finds what is in the block of a limit.
func TestLimit(t *testing.T) {
	const text = "component C { places a; initial a; behavior go { } }\nassembly s(most = 2) { node n { c: C } }\nplan p of s { on n { limit most { push c go }; wait c } }\n"
	f, _ := dsl.Parse("m.ballet", []byte(text))
	x := Build([]*dsl.File{f})
	for part, want := range map[string]string{"limit mos|t": "no more than `most` of the components", "push c g|o": "behavior `go`", "wai|t c": "`go`, pushed by `n`"} {
		if got, _ := x.Describe(spot(t, "m.ballet", text, part)); !strings.Contains(got, want) {
			t.Errorf("%s: %s", part, got)
		}
	}
}

func TestComplete(t *testing.T) {
	text, _, _ := load(t, galera)
	for _, c := range []struct{ before, want string }{
		{"push mdb |interrupt, deploy; wait", "deploy interrupt"},
		{"wait mdbworker[s] |deploy", "deploy interrupt holding"},
		{"  on |master {\n    add", "master worker[s]"},
		{"connect mdb.|config ->", "service config"},
		{"connect mdbworker[s].|config ->", "master_service config service"},
		{"    add |mdbworker[s]", "mdb mdbworker[s]"},
		{"from after |deploy", "deploy update"},
		{"plan deploy of |galera", "galera"},
		{"mdbworker[s]: |Worker", "Master Worker"},
		{"  use master_service at |ready", "initiated configured bootstrapped deployed interrupted ready configure0 configure1 bootstrap start resume stop"},
		{"data provide config at configured, |deployed", "initiated configured deployed"},
		{"neighbours worker[0], worker[|sites - 1]", "sites"},
		{"node worker[|s] {", "s sites"},
		{"Worker.deploy.|bootstrap", "configure0 configure1 bootstrap start resume"},
		{"start |worker[s] 0s", "master worker[s] empirical exponential gamma lognormal normal triangular uniform"},
	} {
		t.Run(c.before, func(t *testing.T) {
			at := spot(t, galera, text, c.before)
			plain := strings.Replace(c.before, "|", "", 1)
			cut := text
			if c.before != "start |worker[s] 0s" { // the rest of the statement is still to be written
				i := strings.Index(text, plain) + strings.Index(c.before, "|")
				rest := strings.IndexAny(text[i:], ";\n}")
				cut = text[:i] + text[i+rest:]
			}
			f, _ := dsl.Parse(galera, []byte(cut))
			var got []string
			for _, k := range Build([]*dsl.File{f}).Complete(f, at) {
				got = append(got, k.Text)
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%q, want %q", text, c.want)
			}
		})
	}
}

// TestFactor: a factor of timings is offered after with, where it is declared and used is
// known, and what it is is told.
func TestFactor(t *testing.T) {
	const text = "component C { places a, b; initial a; behavior go { t: a -> b } }\ntimings slow { factor registry = 0.7; C.go.t = 1s with registry }\n"
	f, _ := dsl.Parse("f.ballet", []byte(text))
	x := Build([]*dsl.File{f})
	at := model.Pos{File: "f.ballet", Line: 2, Column: 56}
	if got := x.Complete(f, at); len(got) != 1 || got[0].Text != "registry" {
		t.Errorf("%v", got)
	}
	if got, _ := x.Describe(at); !strings.Contains(got, "factor registry = 0.7") {
		t.Errorf("%q", got)
	}
}

func TestCompleteProperty(t *testing.T) {
	const rolling = "../testdata/ok/rolling.ballet"
	text, _, _ := load(t, rolling)
	for _, c := range []struct{ claim, want string }{
		{"always |", "r[i] agent[i] x[i] count not"},
		{"always r[0] at |", "off on"},
		{"never count(r[*] runs |", "stop start"},
		{"end of r[i] runs start.|", "boot"},
		{"downtime(r[0].|", "status"},
		{"always count(r[*] at on) >= |", "n watched together spare"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			before, after, _ := strings.Cut(text, "  always count(r[*] at on) >= n - together")
			written := before + strings.TrimSuffix(c.claim, "|")
			f, _ := dsl.Parse(rolling, []byte(written+after))
			line := written[strings.LastIndex(written, "\n")+1:]
			var got []string
			for _, k := range Build([]*dsl.File{f}).Complete(f, model.Pos{File: rolling, Line: 1 + strings.Count(written, "\n"), Column: len(line) + 1}) {
				got = append(got, k.Text)
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%q, want %q", text, c.want)
			}
		})
	}
}

func TestOutline(t *testing.T) {
	_, f, x := load(t, galera)
	var show func(entries []Entry, indent string) string
	show = func(entries []Entry, indent string) string {
		text := ""
		for _, e := range entries {
			text += fmt.Sprintf("%s%v %s %d..%d\n", indent, e.Kind, e.Name, e.Span.Line, e.End.Line) + show(e.Entries, indent+" ")
		}
		return text
	}
	got := show(x.Outline(f), "")
	for _, want := range []string{
		"component type Master 3..16\n place initiated 4..4\n", " behavior deploy 7..10\n transition configure 8..8\n",
		"assembly galera 36..44\n parameter sites 36..36\n", " node worker 39..39\n component mdbworker 39..39\n",
		"plan update 62..72\n program on master 64..64\n program on worker[s] 65..71\n",
		"network sites 99..114\n host cloud 100..100\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
}

// FuzzBuild asks everything at every position of any text.
func FuzzBuild(f *testing.F) {
	for _, path := range []string{galera, "../testdata/ok/rolling.ballet", "../../testdata/web.ballet"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), uint16(20), uint8(5))
	}
	f.Add("component { places }\nplan of { on [ { push } }\nfrom after\n", uint16(2), uint8(3))
	f.Fuzz(func(t *testing.T, text string, line uint16, column uint8) {
		file, _ := dsl.Parse("m.ballet", []byte(text))
		x := Build([]*dsl.File{file})
		x.Outline(file)
		at := model.Pos{File: "m.ballet", Line: int(line), Column: int(column)}
		x.At(at)
		x.Describe(at)
		x.Complete(file, at)
		for i, m := range x.Marks("m.ballet") {
			if i < 50 {
				x.Describe(m.Pos)
				x.Complete(file, m.Pos)
			}
		}
	})
}
