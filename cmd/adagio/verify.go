package main

import (
	"errors"
	"strconv"

	"adagio/analysis"
	reportverify "adagio/analysis/report/verify"
	"adagio/analysis/verify"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// verify is the command "adagio verify".
func (a *app) verify() *cobra.Command {
	in := &input{app: a}
	var opts verify.Options
	strict, all := false, false
	anyDurations := ""
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Answer the properties that a model states of a plan",
		Long: `Verify answers each property of the plan: proved, with the reason; refuted, by an
execution that violates it; or unknown, with what is missing in the proof and in how
many executions nothing was found. It exits with 1 if one is refuted, and with
--strict with 2 if one is unknown.

With --any-durations it answers what holds whatever transitions and pauses last: the
order of events, mutual exclusion, that the plan ends.

With --random it draws executions as deviations from the nominal one, in which every
delay has its mean or lies half way between its ends: durations, starts and pauses at
their ends and inside, and with them the order of races. What violates a claim is
shrunk to the fewest deviations that still do.`,
		Example: `  adagio verify testdata/gallery/rolling_restart.ballet
  adagio verify model.ballet --plan update --strict --format json
  adagio verify model.ballet --any-durations 1h
  adagio verify model.ballet --random 1000 --seed 7`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for flag, n := range map[string]int{"runs": opts.Runs, "random": opts.Random} {
				if n < 0 {
					return usage(cmd, "--"+flag+" "+strconv.Itoa(n)+" is negative", "give how many executions are drawn, such as 1000")
				}
			}
			s, _, err := in.load(cmd, args)
			if err != nil {
				return err
			}
			note := ""
			if cmd.Flags().Changed("any-durations") {
				limit, err := durationOption(cmd, "any-durations", anyDurations, "1h")
				if err != nil {
					return err
				}
				s = verify.AnyDurations(s, limit)
				note = "every transition and every pause lasts anything up to " + model.FormatDuration(limit)
			}
			verdicts, err := verdictsOf(s, opts)
			if err != nil {
				return err
			}
			if in.format == "json" {
				err = a.json(reportverify.New(s, verdicts))
			} else {
				width, _ := a.terminal(a.stdout)
				err = reportverify.Text(a.out, s, verdicts, reportverify.Options{Width: width, All: all, Note: note})
			}
			if err != nil {
				return err
			}
			return ofVerdicts(verdicts, strict)
		},
	}
	in.addFlags(cmd)
	cmd.Flags().IntVar(&opts.Runs, "runs", 200, "how many executions are drawn for what is not proved")
	cmd.Flags().IntVar(&opts.Random, "random", 0, "draw so many executions instead, as deviations from the nominal one, and shrink what is found")
	cmd.Flags().Uint64Var(&opts.Seed, "seed", 1, "of the executions that are drawn")
	cmd.Flags().StringVar(&anyDurations, "any-durations", "", "let every transition and pause last anything up to a `duration` such as 1h, in place of what the model says")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 2 if a property is unknown")
	cmd.Flags().BoolVar(&all, "all", false, "show all claims and states")
	return cmd
}

// verdictsOf answers the properties of a plan. Where no bound can be proved they are
// still held against executions.
func verdictsOf(s *model.Scenario, opts verify.Options) ([]verify.Verdict, error) {
	r, err := analysis.Analyse(s, analysis.Options{})
	refused := ""
	if e, ok := errors.AsType[*analysis.RefusedError](err); ok {
		refused = e.Error()
	} else if err != nil {
		return nil, err
	}
	return verify.Properties(s, r, refused, opts)
}

// ofVerdicts is how the program ends after some verdicts.
func ofVerdicts(verdicts []verify.Verdict, strict bool) error {
	code := exitOK
	for _, v := range verdicts {
		switch {
		case v.Outcome == verify.Refuted:
			return errNegative
		case v.Outcome == verify.Unknown && strict:
			code = exitBad
		}
	}
	if code != exitOK {
		return &failure{code: code}
	}
	return nil
}
