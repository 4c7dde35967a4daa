package dsl_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"adagio/dsl/model"
	"adagio/network"
)

// TestReadme checks that README.md shows the example as it is, and the defaults
// of the executor.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("testdata/ok/galera.ballet")
	if err != nil {
		t.Fatal(err)
	}
	tour, _, _ := strings.Cut(string(readme), "## Grammar")
	for i, block := range strings.Split(tour, "```\n") {
		if i%2 == 1 && !strings.Contains(string(example), block) {
			t.Errorf("not a part of the example:\n%s", block)
		}
	}
	p := model.DefaultBallet()
	start := model.FormatDuration(model.DefaultStart(1).Lo) + " .. " + model.FormatDuration(model.DefaultStart(1).Hi) + " times the number of nodes"
	for name, want := range map[string]any{"poll": p.Poll, "request": p.Request, "busy": p.Busy, "step": p.Step, "pass": p.Pass, "overhead": p.Overhead, "drift": p.Drift, "start": start,
		"message": fmt.Sprintf("%gB .. %gB", network.DefaultSizes.Lo, network.DefaultSizes.Hi),
	} {
		_, row, _ := strings.Cut(string(readme), "| `"+name+"`:")
		row, _, _ = strings.Cut(row, "\n")
		if !strings.Contains(row, fmt.Sprintf("| %v |", want)) {
			t.Errorf("%s: want %v in %q", name, want, row)
		}
	}
}
