package ballet

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// testdata is the path of a model of the repository.
func testdata(t testing.TB, path string) string {
	return filepath.Join(dsltest.Root(t), "testdata", path)
}

// programFile is the part of a JSON program or scenario that the tests compare.
type programFile struct {
	Nodes map[string]struct {
		Components map[string]string
	}
	Phases []struct {
		Name    string
		Program map[string][][]any
	}
}

func readProgramFile(t testing.TB, path string) programFile {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var outer struct{ Scenario *programFile }
	var f programFile
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &outer); err == nil && outer.Scenario != nil {
		return *outer.Scenario
	}
	return f
}

// canonical renders the instructions of a JSON program, and programOf those of
// a scenario, in one form: the words of the JSON, the provider of a connection
// first.
func canonical(program [][]any, provides func(component, port string) bool) []string {
	var out []string
	for _, in := range program {
		op := in[0].(string)
		if op == "connect" || op == "disconnect" {
			if c, p := in[1].(string), in[2].(string); !provides(c, p) {
				in = []any{op, in[3], in[4], in[1], in[2]}
			}
		}
		words := make([]string, len(in))
		for i, w := range in {
			words[i] = fmt.Sprint(w)
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

var index = regexp.MustCompile(`\[(\d+)\]`)

// flat is the name that Ballet has for worker[3]: worker3.
func flat(name string) string { return index.ReplaceAllString(name, "$1") }

func programOf(s *model.Scenario, node int) []string {
	var out []string
	for _, in := range s.Nodes[node].Program {
		text := ""
		component := func() string { return flat(s.Components[in.Component].Name) }
		switch in.Op {
		case model.Add:
			text = "add " + component() + " " + s.TypeOf(in.Component).Name
		case model.Connect, model.Disconnect:
			l := s.Links[in.Link]
			text = fmt.Sprintf("%s %s %s", in.Op, strings.ReplaceAll(flat(s.PortName(l.Provider, l.ProvidePort)), ".", " "), strings.ReplaceAll(flat(s.PortName(l.User, l.UsePort)), ".", " "))
		case model.Delete:
			text = "del " + component()
		case model.Push:
			text = "push_b " + component() + " " + s.TypeOf(in.Component).Behaviours[in.Behaviour].Name
		case model.Wait:
			text = "wait " + component()
			if in.Behaviour >= 0 {
				text += " " + s.TypeOf(in.Component).Behaviours[in.Behaviour].Name
			}
			if in.Holding {
				text += " true"
			}
		case model.WaitAll:
			text = "wait_all"
		case model.Pause:
			text = fmt.Sprint("sleep ", in.Duration.Lo.Seconds())
		}
		out = append(out, text)
	}
	return out
}

// compare checks that a scenario has exactly the programs of one phase.
func compare(t *testing.T, s *model.Scenario, f programFile, phase int) {
	t.Helper()
	provides := func(component, port string) bool {
		for c := range s.Components {
			if flat(s.Components[c].Name) != component {
				continue
			}
			for _, p := range s.TypeOf(c).Ports {
				if p.Name == port {
					return !p.Kind.IsUse()
				}
			}
		}
		t.Errorf("no port %s.%s", component, port)
		return false
	}
	if got, want := len(s.Nodes), len(f.Nodes); got != want {
		t.Errorf("%d nodes, want %d", got, want)
	}
	for n := range s.Nodes {
		name := flat(s.Nodes[n].Name)
		if _, ok := f.Nodes[name]; !ok {
			t.Errorf("node %s is not in the data", name)
		}
		got := strings.Join(programOf(s, n), "\n")
		want := strings.Join(canonical(f.Phases[phase].Program[name], provides), "\n")
		if got != want {
			t.Errorf("node %s has the program\n%s\nwant\n%s", name, got, want)
		}
	}
	for c := range s.Components {
		name, node := flat(s.Components[c].Name), flat(s.Nodes[s.Components[c].Node].Name)
		if got, want := s.TypeOf(c).Name, f.Nodes[node].Components[name]; got != want {
			t.Errorf("component %s on %s is a %s, want %q", name, node, got, want)
		}
	}
}
