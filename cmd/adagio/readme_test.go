package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"adagio/analysis/report"
	"adagio/dsl/golden"
	"adagio/dsl/model"
	"adagio/petri"

	"github.com/google/go-cmp/cmp"
)

const readme = "../../README.md"

// TestReadme runs the commands of README.md, which are the lines with "$ " (and
// those with "> " after them) of its console blocks, one after another in a copy
// of the models, and compares what they print. With -update it writes it there.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, folder := range []string{"testdata", "examples", "cmd/adagio/testdata/shop"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join("../..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	got := rerun(t, dir, string(text))
	if golden.Updating() {
		if err := os.WriteFile(readme, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(text), got); diff != "" {
		t.Errorf("README.md does not show what the program prints (-README +now; -update writes it):\n%s", diff)
	}
}

// rerun returns a text with the output of its commands replaced.
func rerun(t *testing.T, dir, text string) string {
	const begin, end = "```console\n", "```\n"
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, begin)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		block, after, _ := strings.Cut(rest, end)
		out.WriteString(begin)
		for _, c := range commands(block) {
			out.WriteString(c.typed)
			out.WriteString(c.run(t, dir))
		}
		out.WriteString(end)
		text = after
	}
}

// command is a command as it was typed, what the shell gets of that, and what
// the text says that it prints.
type command struct{ typed, script, output string }

func commands(block string) []command {
	var out []command
	for line := range strings.Lines(block) {
		switch {
		case strings.HasPrefix(line, "$ "):
			out = append(out, command{typed: line, script: line[2:]})
		case len(out) > 0 && out[len(out)-1].output == "" && strings.HasPrefix(line, "> "):
			out[len(out)-1].typed += line
			out[len(out)-1].script += line[2:]
		case len(out) > 0:
			out[len(out)-1].output += line
		}
	}
	return out
}

// run returns what a command prints. Where its program is not installed it
// returns what the text says.
func (c command) run(t *testing.T, dir string) string {
	if name, _, _ := strings.Cut(c.script, " "); name == "python3" {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("%s is not installed: not run", name)
			return c.output
		}
	}
	cmd := exec.Command("sh", "-c", c.script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil && !strings.Contains(c.script, "exit code") && len(out) == 0 {
		t.Errorf("%s: %v", c.script, err)
	}
	return string(out)
}

// TestReadmeDefaults checks that the text has the defaults of the program.
func TestReadmeDefaults(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	p := model.DefaultBallet()
	for setting, d := range map[string]model.Delay{"poll": p.Poll, "request": p.Request, "busy": p.Busy, "step": p.Step, "pass": p.Pass, "overhead": p.Overhead, "drift": p.Drift} {
		if row := "| `" + setting + "` | " + d.String() + " |"; !strings.Contains(string(text), row) {
			t.Errorf("README.md has no row that begins %s", row)
		}
	}
	if limit := fmt.Sprintf("so many races that %d orders", petri.DefaultLimit); !strings.Contains(string(text), limit) {
		t.Errorf("README.md does not say %s", limit)
	}
	if d := model.DefaultStart(6); d.String() != "0s .. 180ms" {
		t.Errorf("README.md says that 6 nodes start within 180 ms; the default is %v", d)
	}
}

// TestReadmeFields checks that the text mentions every field of every document.
func TestReadmeFields(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []any{report.Explanation{}, report.Net{}, report.Graph{}, checkDocument{}, boundDocument{}, whyDocument{}, pathsDocument{}, rankDocument{}, formulaDocument{}, importDocument{}, calibrateDocument{}, errorDocument{}} {
		for _, name := range fields(reflect.TypeOf(document), nil) {
			if !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("README.md does not mention the field %s of %T", name, document)
			}
		}
	}
}

// fields lists the names of the fields of a document, those of its parts
// included.
func fields(of reflect.Type, seen []reflect.Type) []string {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		return fields(of.Elem(), seen)
	case reflect.Struct:
	default:
		return nil
	}
	if slices.Contains(seen, of) {
		return nil
	}
	var names []string
	for i := range of.NumField() {
		f := of.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
		names = append(names, fields(f.Type, append(seen, of))...)
	}
	return names
}
