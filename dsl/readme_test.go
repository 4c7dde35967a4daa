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
// and the rules of the executors.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var example []byte
	for _, name := range []string{"galera", "rolling"} {
		text, err := os.ReadFile("testdata/ok/" + name + ".ballet")
		if err != nil {
			t.Fatal(err)
		}
		example = append(example, text...)
	}
	tour, _, _ := strings.Cut(string(readme), "## Grammar")
	for i, block := range strings.Split(tour, "```\n") {
		if i%2 == 1 && !strings.Contains(string(example), block) {
			t.Errorf("not a part of the example:\n%s", block)
		}
	}
	start := model.FormatDuration(model.DefaultStart(1).Lo) + " .. " + model.FormatDuration(model.DefaultStart(1).Hi) + " times the number of nodes"
	kinds := []model.ProfileKind{model.Polling, model.Pushing, model.Brokered}
	for _, name := range []string{"poll", "request", "busy", "exchanges", "setup", "step", "pass", "overhead", "drift", "message", "start"} {
		want := "|"
		for i, kind := range kinds {
			p := model.DefaultProfile(kind)
			value := map[string]any{
				"poll": p.Poll, "request": p.Request, "busy": p.Busy, "exchanges": p.Exchanges, "setup": p.Setup,
				"step": p.Step, "pass": p.Pass, "overhead": p.Overhead, "drift": p.Drift,
				"message": fmt.Sprintf("%gB .. %gB", network.DefaultSizes.Lo, network.DefaultSizes.Hi), "start": start,
			}[name]
			if !kind.Has(name) {
				value = "none"
			} else if name == "start" && i > 0 {
				value = "the same"
			}
			want += fmt.Sprintf(" %v |", value)
		}
		_, row, _ := strings.Cut(string(readme), "| `"+name+"`:")
		row, _, _ = strings.Cut(row, "\n")
		if !strings.HasSuffix(row, want) {
			t.Errorf("%s: want %v in %q", name, want, row)
		}
	}
	for _, rule := range model.AllRules {
		executors, defect := "all", ""
		if !rule.IsOf(model.Ideal) {
			executors = "`ballet`"
		}
		if rule.Defect {
			defect = " defect"
		}
		if row := fmt.Sprintf("\n| `%s` | %s | %s |%s |\n", rule.Name, rule.Text, executors, defect); !strings.Contains(string(readme), row) {
			t.Errorf("missing: %s", row)
		}
	}
}
