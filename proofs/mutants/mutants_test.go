package mutants

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A mutant is a deliberate mistake in package petri: see README.md.
type mutant struct {
	name    string
	killers []killer // in the order in which they are tried
}

// A killer is a test that ought to fail.
type killer struct {
	folder string // of the package
	test   string
	budget int // random scenarios that a property gets; 0 if it is not one
}

var (
	gallery        = killer{"analysis", "TestGallery", 0}
	agreement      = killer{"proofs", "TestAgreement$/^plain", 300} // the other half has open counterexamples
	game           = killer{"petri", "TestGameOfRegressions", 0}
	pushed         = killer{"proofs", "TestAgreementOfPush", 100}
	brokered       = killer{"proofs", "TestBrokerInside", 60}
	sleeping       = killer{"proofs", "TestSleepingInside", 300}
	sleepingBroker = killer{"proofs", "TestSleepingBrokerInside", 300}

	regressions = killer{"proofs", "TestRegressions", 0}
)

var mutants = []mutant{
	{"no-gating", []killer{gallery, agreement}},
	{"no-lock", []killer{gallery, agreement}},
	{"wait-returns-at-once", []killer{gallery, agreement}},
	{"momentary-idle", []killer{gallery, agreement}},
	{"group-is-list", []killer{gallery, agreement}},
	{"list-is-group", []killer{gallery, agreement}},
	{"start-ungated", []killer{gallery, agreement}},
	{"never-refuses", []killer{gallery, agreement}},
	{"refusing-not-cleared", []killer{gallery, agreement}},
	{"refusal-not-asked", []killer{gallery, agreement}},
	{"data-port-locks", []killer{gallery, agreement}},
	{"any-of-is-all-of", []killer{gallery, agreement}},
	{"min-is-last", []killer{gallery, agreement}},
	{"one-transition-leaves", []killer{gallery, agreement}},
	{"first-dock-enters", []killer{gallery, agreement}},
	{"wait-forgets-the-last-push", []killer{gallery, agreement}},
	{"limit-is-one-more", []killer{gallery, agreement}},
	{"wait-all-alone", []killer{gallery, agreement}},
	{"holding-ignored", []killer{gallery, agreement}},
	{"disconnect-always-works", []killer{gallery, agreement}},
	{"no-latency", []killer{gallery, agreement}},
	{"off-known-at-once", []killer{gallery, agreement}},
	{"no-start-offset", []killer{gallery, agreement}},
	{"races-unseen", []killer{gallery, agreement}},
	{"messages-overtake", []killer{game}},
	{"ordering-delays", []killer{game}},
	{"runs-do-not-wake", []killer{sleeping}},
	{"never-asleep-for-sure", []killer{sleeping}},
	{"gap-through-sleep", []killer{regressions}},
	{"imposed-once", []killer{regressions}},
	{"one-order-in-an-instant", []killer{regressions}},
	{"known-before-hello", []killer{pushed}},
	{"no-connection", []killer{pushed}},
	{"read-at-once", []killer{brokered}},
	{"readings-do-not-wake", []killer{sleepingBroker}},
	{"reads-asleep", []killer{sleepingBroker}},
	{"asleep-in-steps", []killer{regressions}},
}

// patience is how long one test may take. A mutant that makes it hang is killed.
const patience = 20 * time.Second

// TestMutants demands that every mutant is killed: that a test fails with it. It
// also demands that the same tests pass without a mutant.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("builds three test binaries and runs them once for each mutant")
	}
	binaries := build(t, gallery.folder, agreement.folder, game.folder)
	for _, k := range []killer{gallery, agreement, game, pushed, brokered} {
		if failed, output := kills(t, binaries[k.folder], k, ""); failed != "" {
			t.Fatalf("%s fails without a mutant:\n%s", k.test, output)
		}
	}
	var table strings.Builder
	for _, m := range mutants {
		by := ""
		for _, k := range m.killers {
			if by, _ = kills(t, binaries[k.folder], k, m.name); by != "" {
				break
			}
		}
		if by == "" {
			t.Errorf("%s lives", m.name)
			by = "-"
		}
		fmt.Fprintf(&table, "\n%-28s killed by %s", m.name, by)
	}
	t.Log(table.String())
}

// build makes a test binary with the mutants of each package.
func build(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, folder := range folders {
		file := filepath.Join(t.TempDir(), folder+".test")
		command := exec.Command("go", "test", "-c", "-tags", "mutant", "-o", file, "adagio/"+folder)
		if message, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, message)
		}
		out[folder] = file
	}
	return out
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// kills runs a test with a mutant, and returns the name of the last test that
// fails, which is the most particular one, or nothing.
func kills(t *testing.T, binary string, k killer, mutant string) (failed string, output []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	args := []string{"-test.run", "^" + k.test + "$"}
	if k.budget > 0 {
		args = append(args, "-rapid.checks", fmt.Sprint(k.budget), "-rapid.seed", "1", "-rapid.shrinktime", "1ns", "-rapid.nofailfile")
	}
	command := exec.CommandContext(ctx, binary, args...)
	command.Dir = filepath.Join("..", "..", k.folder)
	command.Env = append(os.Environ(), "ADAGIO_MUTANT="+mutant)
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "", output
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return k.test + " (it hangs)", output
	case !errors.As(err, &exit):
		t.Fatal(err)
	}
	names := failure.FindAllSubmatch(output, -1)
	if len(names) == 0 {
		line, _, _ := bytes.Cut(output, []byte("\n"))
		return fmt.Sprintf("%s (%s)", k.test, line), output
	}
	return string(names[len(names)-1][1]), output
}
