package main

import (
	"errors"
	"maps"
	"slices"

	"adagio/analysis"
	"adagio/analysis/report/check"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// check is the command "adagio check".
func (a *app) check() *cobra.Command {
	in := &input{app: a}
	c := &checker{app: a, in: in}
	join := false
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Check models and all their plans",
		Long: `Check reads a model, resolves all its plans (or the one of --plan) and analyses
each: mistakes with their positions, deadlocks as errors, races as warnings, and
with --hazards what the bounds do not cover; and the properties that are not proved.
It exits with 0 if every plan has bounds, with 1 if one can deadlock or a property is
refuted, and with 2 if there are mistakes or no bound can be proved.

Several files of which each has plans with their assemblies are models of their own,
and are checked one by one; other files, or all with --join, make up one model.

Formats: text; json; sarif, which code hosts show beside the lines of a change; junit,
a report with a test for each plan.`,
		Example: `  adagio check testdata/openstack.ballet
  adagio check types.ballet plans.ballet --set sites=5
  adagio check testdata/gallery/*.ballet
  adagio check model.ballet --fail-on race,hazard --format sarif > adagio.sarif
  cat model.ballet | adagio check -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.format = in.format
			if err := oneOf(cmd, "--format", c.format, "text", "json", "sarif", "junit"); err != nil {
				return err
			}
			if c.format == "sarif" || c.format == "junit" {
				in.format = "text"
			}
			if err := c.failOn.check(cmd); err != nil {
				return err
			}
			opts, err := in.options(cmd, args)
			if err != nil {
				return err
			}
			all := models(opts, join)
			c.answer.Apart = len(all) > 1
			for _, model := range all {
				if err := c.run(model); err != nil {
					return err
				}
			}
			return c.report(len(args))
		},
	}
	in.addFlags(cmd)
	in.addStrict(cmd)
	f := cmd.Flags()
	f.Lookup("plan").Usage = "check this plan only"
	f.Lookup("format").Usage = "text, json, sarif or junit"
	f.BoolVar(&c.hazards, "hazards", false, "list the hazards, too")
	f.BoolVar(&join, "join", false, "let several files make up one model, though each is one of its own")
	c.failOn.add(cmd)
	return cmd
}

// models parts files that are models of their own; all others make up one model.
func models(opts dsl.Options, join bool) []dsl.Options {
	if join || len(opts.Files)+len(opts.Sources) < 2 {
		return []dsl.Options{opts}
	}
	for _, f := range parseAll(opts) {
		if !dsl.Standalone(f) {
			return []dsl.Options{opts}
		}
	}
	var out []dsl.Options
	for _, path := range opts.Files {
		one := opts
		one.Files, one.Sources = []string{path}, nil
		out = append(out, one)
	}
	for _, source := range opts.Sources {
		one := opts
		one.Files, one.Sources = nil, []dsl.Source{source}
		out = append(out, one)
	}
	return out
}

// checker collects what is found out about the plans of models.
type checker struct {
	app     *app
	in      *input
	format  string
	hazards bool
	failOn  failOn
	answer  check.Answer
	sources diag.Sources
	code    int
}

// run checks the plans of a model, or the only one that is named.
func (c *checker) run(opts dsl.Options) error {
	sources, list := dsl.Check(opts)
	if c.sources == nil {
		c.sources = diag.Sources{}
	}
	maps.Copy(c.sources, sources)
	if list.HasErrors() {
		return c.invalid(list)
	}
	c.answer.Diagnostics = append(c.answer.Diagnostics, list...)
	plans := []string{opts.Plan}
	if opts.Plan == "" {
		plans = planNames(opts)
	}
	for _, name := range plans {
		opts.Plan = name
		s, _, list := dsl.Load(opts)
		if s == nil {
			return c.invalid(list)
		}
		if err := c.plan(s); err != nil {
			return err
		}
	}
	return nil
}

// invalid ends the check of a model with mistakes; in a report for machines they are part
// of the answer.
func (c *checker) invalid(list diag.List) error {
	if c.format == "text" || c.format == "json" {
		return invalid(append(slices.Clip(c.answer.Diagnostics), list...), c.sources)
	}
	c.code = exitBad
	c.answer.Diagnostics = append(c.answer.Diagnostics, list...)
	return nil
}

// plan analyses one plan.
func (c *checker) plan(s *model.Scenario) error {
	r, err := c.app.analyse(s, c.sources, analysis.Options{Strict: c.in.strict})
	if refused, ok := errors.AsType[*failure](c.failOn.refusal(err)); ok {
		c.code = max(c.code, refused.code)
		c.answer.Diagnostics = append(c.answer.Diagnostics, refused.list...)
		c.answer.Refuse(s)
		return c.verdicts(s, nil, refused.Error())
	}
	failed := c.failOn.causesOf(r)
	c.answer.Add(r, failed...)
	if r.Deadlock != nil || len(failed) > 0 {
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
	return c.verdicts(s, r, "")
}

// checkedRuns is how many executions are drawn for what is not proved of a property.
const checkedRuns = 50

// verdicts answers the properties of the plan that was added last.
func (c *checker) verdicts(s *model.Scenario, r *analysis.Result, refused string) error {
	verdicts, err := verify.Properties(s, r, refused, verify.Options{Runs: checkedRuns, Events: verify.Events, Seed: 1})
	if err != nil {
		return err
	}
	c.answer.Verdicts(verdicts)
	for _, v := range verdicts {
		if v.Outcome == verify.Refuted {
			c.code = max(c.code, exitNegative)
		}
	}
	return nil
}

// report writes what was found.
func (c *checker) report(files int) error {
	end := error(nil)
	if c.code != exitOK {
		end = &failure{code: c.code}
	}
	c.answer.Files, c.answer.OK = files, c.code == exitOK
	switch c.format {
	case "json":
		return errors.Join(c.app.json(check.NewDocument(&c.answer)), end)
	case "sarif":
		return errors.Join(check.SARIF(c.app.out, &c.answer, versionText()), end)
	case "junit":
		return errors.Join(check.JUnit(c.app.out, &c.answer, c.in.durations), end)
	}
	if err := check.Text(c.app.out, &c.answer, c.in.durations); err != nil {
		return err
	}
	if len(c.answer.Diagnostics) > 0 {
		c.app.diagnose(c.answer.Diagnostics, c.sources)
	}
	return end
}

// count is a number with its noun.
func count(n int, noun string) string { return diag.Count(n, noun) }
