package mutants

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"adagio/dsl/dsltest"
)

// TestMeasured compares wrong models with the published executions: "adagio
// validate" confirms the model, and rejects each of three mistakes that any model of
// the executor is likely to make. A fourth, momentary-idle, only makes races, and so
// many that the orders are covered: the bounds, wider then, hold all that was measured.
// The gallery kills it (TestMutants).
func TestMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	data := dsltest.Data(t, "measured")
	for _, name := range []string{"none", "no-gating", "no-lock", "wait-returns-at-once"} {
		program := filepath.Join(t.TempDir(), "adagio")
		args := []string{"build", "-o", program}
		for _, m := range mutants(t) {
			if m.name == name {
				args = append(args, "-overlay", m.overlay(t))
			}
		}
		if out, err := exec.Command("go", append(args, "adagio/cmd/adagio")...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		code, v := validate(t, program, name, data)
		t.Logf("| `%s` | %d of %d | %d of %d | %d of %d | %d |", name, v.Makespans.Count-v.Makespans.Inside, v.Makespans.Count,
			v.NodeEnds.Count-v.NodeEnds.Inside, v.NodeEnds.Count, v.Dates.Count-v.Dates.Inside, v.Dates.Count, v.Refused)
		if rejected := code == 1; rejected != (name != "none") {
			t.Errorf("%s: exit code %d", name, code)
		}
	}
}

// share is how many of something are inside of their bounds.
type share struct{ Count, Inside int }

type verdict struct {
	Refused   int   `json:"refused"`
	Makespans share `json:"makespans"`
	NodeEnds  share `json:"node_ends"`
	Dates     share `json:"dates"`
}

// validate runs a command that was built with a mistake.
func validate(t *testing.T, program, name, data string) (code int, v verdict) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "validate", data, "--model", "../../testdata/openstack.ballet", "--model", "../../testdata/cps.ballet", "--format", "json", "-n", "1")
	out, err := cmd.Output()
	var doc struct{ Total verdict }
	if json.Unmarshal(out, &doc) != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return cmd.ProcessState.ExitCode(), doc.Total
}
