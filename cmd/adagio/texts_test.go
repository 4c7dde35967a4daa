package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"adagio/dsl/golden"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// texts returns the Markdown files of the repository.
func texts(t *testing.T) []string {
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "node_modules" {
			return filepath.SkipDir // what npm has installed
		}
		if err == nil && filepath.Ext(path) == ".md" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil || len(paths) < 10 {
		t.Fatal(paths, err)
	}
	return paths
}

// TestTexts runs the commands of the texts, which are the lines with "$ " (and
// those with "> " after them) of their console blocks: those of a text one after
// another in a copy of the models, and compares what they print. With -update it
// writes it there.
func TestTexts(t *testing.T) {
	shown := 0
	for _, path := range texts(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), consoleBegin) {
			continue
		}
		shown++
		t.Run(filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator))), func(t *testing.T) {
			if _, err := exec.LookPath("python3"); err != nil && strings.Contains(string(text), ".py components") {
				t.Skip("python3 is not installed")
			}
			dir := t.TempDir()
			for _, folder := range []string{"testdata", "cmd/adagio/examples", "cmd/adagio/python", "cmd/adagio/testdata/shop", "dsl/ballet/testdata/project"} {
				if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
					t.Fatal(err)
				}
			}
			got := rerun(t, dir, string(text))
			if golden.Updating() {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(text), got); diff != "" {
				t.Errorf("the text does not show what the program prints (-text +now; -update writes it):\n%s", diff)
			}
		})
	}
	if shown < 8 {
		t.Errorf("only %d texts have commands", shown)
	}
}

// link is a Markdown link to a file or heading of the repository, and slug what a
// heading is called in one.
var (
	link    = regexp.MustCompile(`\]\(([^):#]*)(#[^)]*)?\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	unslug  = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// TestLinks checks that every link of the texts leads to a file, and to a heading
// of it where it names one.
func TestLinks(t *testing.T) {
	n := 0
	for _, path := range texts(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range link.FindAllStringSubmatch(string(text), -1) {
			n++
			target := path
			if l[1] != "" {
				target = filepath.Join(filepath.Dir(path), l[1])
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s leads nowhere", path, l[0])
				continue
			}
			if l[2] == "" {
				continue
			}
			there, err := os.ReadFile(target)
			if err != nil {
				t.Errorf("%s: %s: %v", path, l[0], err)
				continue
			}
			if !slices.ContainsFunc(heading.FindAllStringSubmatch(string(there), -1), func(h []string) bool {
				return "#"+strings.ReplaceAll(unslug.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-") == l[2]
			}) {
				t.Errorf("%s: %s: there is no such heading", path, l[0])
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d links were found", n)
	}
}

const consoleBegin = "```console\n"

// rerun returns a text with the output of its commands replaced.
func rerun(t *testing.T, dir, text string) string {
	const begin, end = consoleBegin, "```\n"
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
	if strings.Contains(string(out), "Traceback (most recent call last)") {
		t.Errorf("%s: %s", c.script, out)
	}
	return string(out)
}

// TestReadme checks that README.md stays short: under 250 lines of at most 110 characters.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) >= 250 {
		t.Errorf("README.md has %d lines", len(lines))
	}
	for i, l := range lines {
		if n := utf8.RuneCountInString(l); n > 110 {
			t.Errorf("README.md:%d has %d characters", i+1, n)
		}
	}
}

// TestPicture checks that the picture that README.md shows is what the program draws. With
// -update it is drawn again.
func TestPicture(t *testing.T) {
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	const picture, command = "(cmd/adagio/openstack.svg)", "`adagio explain testdata/openstack.ballet --svg openstack.svg`"
	if !strings.Contains(string(text), picture) || !strings.Contains(string(text), command) {
		t.Errorf("README.md does not show %s, or not the command %s", picture, command)
	}
	shown, err := filepath.Abs("openstack.svg")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	var out, complaints bytes.Buffer
	if code := Run([]string{"explain", "testdata/openstack.ballet", "--svg", "-"}, nil, &out, &complaints); code != exitOK || complaints.Len() > 0 {
		t.Fatal(code, complaints.String())
	}
	golden.Check(t, shown, out.Bytes())
}

// TestFields checks that json.md mentions every field of every document.
func TestFields(t *testing.T) {
	text, err := os.ReadFile("json.md")
	if err != nil {
		t.Fatal(err)
	}
	for id, forms := range documents {
		for _, document := range forms {
			for _, name := range fields(reflect.TypeOf(document), nil) {
				if !strings.Contains(string(text), "`"+name+"`") {
					t.Errorf("json.md does not mention the field %s of %s", name, id)
				}
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
