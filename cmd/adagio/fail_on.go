package main

import (
	"errors"

	"adagio/analysis"
	"adagio/analysis/report"

	"github.com/spf13/cobra"
)

// failOn is the flag that says what beside a deadlock and a missed deadline is a no.
type failOn struct{ causes []string }

func (f *failOn) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.causes, "fail-on", nil, "exit with 1 on this `cause`, too: race, hazard (one that the bounds do not cover) or refused (no bound can be proved; otherwise 2); several with commas")
}

// check reads the flag.
func (f *failOn) check(cmd *cobra.Command) error {
	for _, cause := range f.causes {
		if err := oneOf(cmd, "--fail-on", cause, "race", "hazard", "refused"); err != nil {
			return err
		}
	}
	return nil
}

func (f *failOn) has(cause string) bool {
	for _, c := range f.causes {
		if c == cause {
			return true
		}
	}
	return false
}

// causesOf lists what of the flag a result has.
func (f *failOn) causesOf(r *analysis.Result) (found []string) {
	if f.has("race") && len(r.Races) > 0 {
		found = append(found, "race")
	}
	if f.has("hazard") && report.NotCovered(r) != "" {
		found = append(found, "hazard")
	}
	return found
}

// refusal makes a refusal a no, if that is asked for.
func (f *failOn) refusal(err error) error {
	if refused, ok := errors.AsType[*failure](err); ok && refused.outcome == "refused" && f.has("refused") {
		no := *refused
		no.code = exitNegative
		return &no
	}
	return err
}
