package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"adagio/analysis"
	"adagio/analysis/report/gantt"
	"adagio/analysis/report/trace"
	reportverify "adagio/analysis/report/verify"
	"adagio/analysis/schedule"
	"adagio/analysis/verify"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// verify is the command "adagio verify".
func (a *app) verify() *cobra.Command {
	in := &input{app: a}
	var opts verify.Options
	strict, all := false, false
	anyDurations, svg, traced, certificate := "", "", "", ""
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Answer the properties that a model states of a plan",
		Long: `Verify answers each property of the plan: proved, with the reason; refuted, by an
execution that violates it; or unknown, with what is missing in the proof and in how
many executions nothing was found. It exits with 1 if one is refuted, and with
--strict with 2 if one is unknown.

With --any-durations it answers what holds whatever transitions and pauses last: the
order of events, mutual exclusion, that the plan ends.

With --when it says for which durations of transitions, pauses and starts of nodes a
claim holds, as inequalities between sums of them, and for which of them two events
whose order matters do not race.

With --random it draws executions as deviations from the nominal one, in which every
delay has its mean or lies half way between its ends: durations, starts and pauses at
their ends and inside, and with them the order of races; and hazards that strike. What violates a claim is
shrunk to the fewest deviations that still do.`,
		Example: `  adagio verify testdata/gallery/rolling_restart.ballet
  adagio verify model.ballet --plan update --strict --format json
  adagio verify model.ballet --any-durations 1h
  adagio verify testdata/gallery/rolling_restart.ballet --when
  adagio verify model.ballet --svg refuted.svg
  adagio verify model.ballet --random 1000 --seed 7`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, flag := range []string{"replications", "random"} {
				if n, err := cmd.Flags().GetInt(flag); err != nil || n < 0 {
					return usage(cmd, "--"+flag+" "+strconv.Itoa(n)+" is negative", "give how many executions are drawn, such as 1000")
				}
			}
			if certificate != "" && anyDurations != "" {
				return usage(cmd, "--certificate with --any-durations", "the checker reads the durations from the model: change them there")
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
			if !cmd.Flags().Changed("replications") {
				opts.Events = verify.Events
			}
			verdicts, err := verdictsOf(s, opts)
			if err != nil {
				return err
			}
			if err := a.writeVerdicts(s, verdicts, in.format, opts.When, reportverify.Options{All: all, Note: note}); err != nil {
				return err
			}
			if n, short := fewest(verdicts, opts); short {
				a.diagnose(diag.List{{Severity: diag.Note, Summary: fmt.Sprintf("only %d executions were simulated, as they are long: --replications %d draws so many", n, opts.Runs)}}, nil)
			}
			if err := a.showRefutation(s, verdicts, svg, traced, certificate); err != nil {
				return err
			}
			return ofVerdicts(verdicts, strict)
		},
	}
	in.addFlags(cmd)
	cmd.Flags().IntVarP(&opts.Runs, "replications", "n", 200, "`number` of executions that are drawn for what is not proved, beside those with all delays at their ends; unless given, fewer where they are long")
	cmd.Flags().IntVar(&opts.Random, "random", 0, "draw so many executions instead, as deviations from the nominal one, and shrink what is found")
	cmd.Flags().Uint64Var(&opts.Seed, "seed", 1, "of the executions that are drawn")
	cmd.Flags().StringVar(&anyDurations, "any-durations", "", "let every transition and pause last anything up to a `duration` such as 1h, in place of what the model says")
	cmd.Flags().BoolVar(&opts.When, "when", false, "say for which durations each claim holds, and each race has an order")
	cmd.Flags().StringVar(&svg, "svg", "", "write the execution that violates the first claim that is refuted as a Gantt chart in SVG to a `file`")
	cmd.Flags().StringVar(&traced, "trace", "", "write it as a trace for ui.perfetto.dev or chrome://tracing to a `file`")
	cmd.Flags().StringVar(&certificate, "certificate", "", "write it step by step to a `file`, for a checker of its own to replay (proofs/check/README.md)")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 2 if a property is unknown")
	cmd.Flags().BoolVar(&all, "all", false, "show all claims and states")
	return cmd
}

// fewest is of how many executions an unknown claim has been found to hold, if that is
// fewer than were to be drawn.
func fewest(verdicts []verify.Verdict, opts verify.Options) (n int, short bool) {
	n = opts.Runs
	for _, v := range verdicts {
		for _, c := range v.Claims {
			if c.Outcome == verify.Unknown && opts.Random == 0 {
				n = min(n, c.Sampled)
			}
		}
	}
	return n, n < opts.Runs
}

// showRefutation writes pictures and the certificate of the execution that violates the
// first claim that is refuted, each to a file if one is named.
func (a *app) showRefutation(s *model.Scenario, verdicts []verify.Verdict, svg, traced, certificate string) error {
	if svg == "" && traced == "" && certificate == "" {
		return nil
	}
	for i, v := range verdicts {
		for j, c := range v.Claims {
			if c.Counterexample == nil {
				continue
			}
			drawn := schedule.Simulated(s, c.Counterexample.Trace, c.Counterexample.How)
			err := a.writeTo(svg, func(w io.Writer) error { return gantt.Write(w, drawn) })
			if err == nil {
				err = a.writeTo(traced, func(w io.Writer) error { return trace.Write(w, drawn) })
			}
			if err != nil {
				return broken(err)
			}
			if certificate == "" {
				return nil
			}
			replayable, err := verify.Certify(s, c.Counterexample, i, j)
			if err != nil {
				return uncertified(s, err, nil)
			}
			return a.writeCertificate(certificate, replayable.Write)
		}
	}
	a.diagnose(diag.List{{Severity: diag.Note, Summary: "no claim is refuted: there is no execution to draw or certify"}}, nil)
	return nil
}

// writeVerdicts writes verdicts, and if asked for when events have a certain order.
func (a *app) writeVerdicts(s *model.Scenario, verdicts []verify.Verdict, format string, when bool, opts reportverify.Options) error {
	var orders []verify.OrderWhen
	refused := ""
	if when {
		var err error
		if orders, refused, err = verify.Orders(s); err != nil {
			return err
		}
	}
	if format == "json" {
		doc := reportverify.New(s, verdicts)
		doc.AddOrders(orders, refused)
		return a.json(doc)
	}
	opts.Width, _ = a.terminal(a.stdout)
	if err := reportverify.Text(a.out, s, verdicts, opts); err != nil || !when {
		return err
	}
	return reportverify.Orders(a.out, s, orders, refused, opts)
}

// verdictsOf answers the properties of a plan. Where no bound can be proved they are
// still compared with executions.
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
