package mutants

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// All of them: go test ./proofs/mutants -run TestMutants -mutants .
var which = flag.String("mutants", "^(no-lock|window-closed|second-token)$", "a regular expression: the mutants that are tried")

//go:embed mutants.txt
var text string

// mutant is a deliberate mistake: see README.md.
type mutant struct {
	name, mistake string
	file          string
	before, after []string // lines, without indentation
	folder, test  string   // of the test that must fail
	budget        string   // random scenarios that a property gets; "" if it is not one
}

// mutants reads mutants.txt.
func mutants(t *testing.T) (all []*mutant) {
	t.Helper()
	var m *mutant
	for i, line := range strings.Split(text, "\n") {
		key, rest, _ := strings.Cut(line, " ")
		switch {
		case key == "==":
			m = &mutant{}
			m.name, m.mistake, _ = strings.Cut(rest, ": ")
			all = append(all, m)
		case m == nil || line == "":
		case key == "in":
			m.file = rest
		case key == "by":
			words := strings.Fields(rest)
			m.folder, m.test = words[0], words[1]
			if len(words) > 2 {
				m.budget = words[2]
			}
		case key == "-":
			m.before = append(m.before, rest)
		case key == "+":
			m.after = append(m.after, rest)
		default:
			t.Fatalf("mutants.txt:%d: %s", i+1, line)
		}
	}
	return all
}

// apply returns the file with the mistake. Its lines must stand in it exactly once.
func (m *mutant) apply() (string, error) {
	source, err := os.ReadFile(filepath.Join("../..", m.file))
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(source), "\n")
	found := -1
	for i := range lines {
		if i+len(m.before) <= len(lines) && slices.EqualFunc(lines[i:i+len(m.before)], m.before, func(a, b string) bool { return strings.TrimSpace(a) == b }) {
			if found >= 0 {
				return "", fmt.Errorf("%s: its lines stand in %s more than once", m.name, m.file)
			}
			found = i
		}
	}
	if found < 0 || len(m.before) == 0 {
		return "", fmt.Errorf("%s: its lines do not stand in %s any more:\n%s", m.name, m.file, strings.Join(m.before, "\n"))
	}
	return strings.Join(slices.Concat(lines[:found], m.after, lines[found+len(m.before):]), "\n"), nil
}

// overlay writes what makes the go command see the mistake, and returns its name.
func (m *mutant) overlay(t *testing.T) string {
	t.Helper()
	mistaken, err := m.apply()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	original, err := filepath.Abs(filepath.Join("../..", m.file))
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(folder, "mistaken.go")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: copied}})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(folder, "overlay.json")
	for name, text := range map[string][]byte{copied: []byte(mistaken), overlay: replace} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return overlay
}

// TestUpToDate compares the mutants with the code: each can be made, under a name of its
// own.
func TestUpToDate(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutants(t) {
		if _, err := m.apply(); err != nil {
			t.Error(err)
		}
		if names[m.name] || m.mistake == "" || m.test == "" {
			t.Errorf("%s occurs twice or is incomplete", m.name)
		}
		names[m.name] = true
	}
	if len(names) < 60 {
		t.Errorf("%d mutants", len(names))
	}
}

// TestMutants demands that mutants are killed: that their test fails with them.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a test binary for each mutant")
	}
	chosen, err := regexp.Compile(*which)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, m := range mutants(t) {
		if !chosen.MatchString(m.name) {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			begin := time.Now()
			by := m.killed(t)
			if by == "" {
				t.Errorf("%s lives: %s", m.name, m.mistake)
			}
			fmt.Fprintf(&table, "\n%-28s %5.1fs killed by %s", m.name, time.Since(begin).Seconds(), by)
		})
	}
	t.Log(table.String())
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// patience is how long one test may take. A mutant that makes it hang is killed.
const patience = 60 * time.Second

// killed runs the test of a mutant, and returns the name of the last test that fails,
// which is the most particular one, or nothing.
func (m *mutant) killed(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "test")
	if out, err := exec.Command("go", "test", "-c", "-vet=off", "-overlay", m.overlay(t), "-o", binary, "adagio/"+m.folder).CombinedOutput(); err != nil {
		t.Fatalf("%s does not build: %v\n%s", m.name, err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	args := []string{"-test.run", "^(" + m.test + ")$", "-test.failfast"}
	if head, part, ok := strings.Cut(m.test, "/"); ok {
		args[1] = "^" + strings.TrimSuffix(head, "$") + "$/" + part
	}
	if m.budget != "" {
		args = append(args, "-rapid.checks", m.budget, "-rapid.seed", "1", "-rapid.shrinktime", "1ns", "-rapid.nofailfile")
	}
	command := exec.CommandContext(ctx, binary, args...)
	command.Dir = filepath.Join("../..", m.folder)
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return ""
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return m.test + " (it hangs)"
	case !errors.As(err, &exit):
		t.Fatal(err)
	}
	names := failure.FindAllSubmatch(output, -1)
	if len(names) == 0 {
		line, _, _ := bytes.Cut(output, []byte("\n"))
		return fmt.Sprintf("%s (%s)", m.test, line)
	}
	return string(names[len(names)-1][1])
}
