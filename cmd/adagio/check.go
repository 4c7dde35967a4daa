package main

import (
	"errors"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/check"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// check is the command "adagio check".
func (a *app) check() *cobra.Command {
	in := &input{app: a}
	hazards := false
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Check a model and all its plans",
		Long: `Check reads a model, resolves all its plans (or the one of --plan) and analyses
each: mistakes with their positions, deadlocks as errors, races as warnings, and
with --hazards what the bounds do not cover. It exits with 0 if every plan has
bounds, with 1 if one can deadlock, and with 2 if there are mistakes or no bound
can be proved.`,
		Example: `  adagio check testdata/openstack.ballet
  adagio check types.ballet plans.ballet --set sites=5
  cat model.ballet | adagio check -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := in.options(cmd, args)
			if err != nil {
				return err
			}
			c := &checker{app: a, durations: in.durations, text: in.format != "json", hazards: hazards, strict: in.strict}
			if err := c.run(opts, in.plan); err != nil {
				return err
			}
			return c.report(len(args))
		},
	}
	in.addFlags(cmd)
	cmd.Flags().Lookup("plan").Usage = "check this plan only"
	in.addStrict(cmd)
	cmd.Flags().BoolVar(&hazards, "hazards", false, "list the hazards, too")
	return cmd
}

// checker collects what is found out about the plans of a model.
type checker struct {
	app       *app
	text      bool // not JSON
	hazards   bool
	strict    bool
	durations report.Durations
	answer    check.Answer
	sources   diag.Sources
	code      int
}

// run checks the plans, or the only one that is named.
func (c *checker) run(opts dsl.Options, only string) error {
	c.sources, c.answer.Diagnostics = dsl.Check(opts)
	if list := c.answer.Diagnostics; list.HasErrors() {
		return invalid(list, c.sources)
	}
	plans := []string{only}
	if only == "" {
		plans = planNames(opts)
	}
	for _, name := range plans {
		opts.Plan = name
		s, sources, list := dsl.Load(opts)
		if s == nil {
			return invalid(list, sources)
		}
		c.plan(s)
	}
	return nil
}

// plan analyses one plan.
func (c *checker) plan(s *model.Scenario) {
	r, err := analyse(s, c.sources, analysis.Options{Strict: c.strict})
	if refused, ok := errors.AsType[*failure](err); ok {
		c.code = exitBad
		c.answer.Diagnostics = append(c.answer.Diagnostics, refused.list...)
		c.answer.Refuse(s)
		return
	}
	c.answer.Add(r)
	if r.Deadlock != nil {
		c.code = max(c.code, exitNegative)
	}
	for _, d := range r.Diagnostics() {
		if c.hazards || d.Severity != diag.Note {
			c.answer.Diagnostics = append(c.answer.Diagnostics, d)
		}
	}
	for _, b := range r.Because() {
		c.answer.Diagnostics = append(c.answer.Diagnostics, b.Diagnostic(r))
	}
}

// report writes what was found.
func (c *checker) report(files int) error {
	end := error(nil)
	if c.code != exitOK {
		end = &failure{code: c.code}
	}
	c.answer.Files, c.answer.OK = files, c.code == exitOK
	if !c.text {
		return errors.Join(c.app.json(check.NewDocument(&c.answer)), end)
	}
	if err := check.Text(c.app.out, &c.answer, c.durations); err != nil {
		return err
	}
	if len(c.answer.Diagnostics) > 0 {
		c.app.diagnose(c.answer.Diagnostics, c.sources)
	}
	return end
}

// count is a number with its noun.
func count(n int, noun string) string { return diag.Count(n, noun) }
